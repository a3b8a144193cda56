import { type ChannelParts, Channels, Connections } from '../../shared/channels/index.ts'
import {
  createAgents,
  createDialer,
  createHttpClient,
  type Dialer,
  type Exchange,
  type HttpClient,
} from '../../shared/networks/http/index.ts'
import type { Newsletters } from '../../shared/networks/network.ts'
import { connectorOf } from '../../shared/networks/registry.ts'
import { NewsletterDesk } from '../../shared/newsletters/index.ts'
import { clock, lettersQueue, log, once, optionalVariable, random, table, variable } from '../container.ts'
import { appOf, cipher } from './secrets.ts'

export const allowPrivateHosts = (): boolean => optionalVariable('ALLOW_PRIVATE_HOSTS') === 'true'

/** Connections are shared by all calls of a function; what was exchanged is told to whoever asked. */
const agents = /* @__PURE__ */ once(() => createAgents(allowPrivateHosts(), () => clock.now()))

/** The safe client for hosts outside. */
export const httpClient = (record?: (exchange: Exchange) => void): HttpClient =>
  createHttpClient({
    allowPrivateHosts: allowPrivateHosts(),
    clock,
    agents: agents(),
    ...(record === undefined ? {} : { record }),
  })

/** Where a channel's issues go. Who may put them on the queue of letters does; else the next tick finds them. */
export const deskOf = (workspaceId: string, channelId: string): Newsletters => {
  const queue = optionalVariable('LETTERS_QUEUE_URL') === undefined ? undefined : lettersQueue
  return new NewsletterDesk({ table: table(), clock, random, log, queue }, workspaceId, channelId)
}

/** Connections to hosts outside that speak no HTTP. */
const dialer = (record?: (exchange: Exchange) => void): Dialer =>
  createDialer({ allowPrivateHosts: allowPrivateHosts(), clock, ...(record === undefined ? {} : { record }) })

const parts = /* @__PURE__ */ once(
  (): ChannelParts => ({
    table: table(),
    clock,
    random,
    log,
    // asked for when credentials are: who only says that a channel must be connected again holds no key
    get cipher() {
      return cipher()
    },
    connectorOf,
    appOf,
    httpClient,
    dialer,
    newsletters: deskOf,
    hook: async (network, subject) => (await import('./hooks.ts')).hookOf(network, subject),
    publicUrl: variable('PUBLIC_URL').replace(/\/+$/, ''),
  }),
)

export const channels = /* @__PURE__ */ once(() => new Channels(parts()))
/** People on the way to a network and back. */
export const connections = /* @__PURE__ */ once(() => new Connections(parts(), channels()))
