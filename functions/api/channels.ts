import * as z from 'zod'
import {
  channelChange,
  channelId,
  channelSchema,
  choice,
  chosenSchema,
  connectionId,
  connectionSchema,
  describeNetwork,
  fateOf,
  networkSchema,
  newChannel,
  newConnection,
  newCredentials,
  startedSchema,
} from '../../shared/channels/index.ts'
import { operation } from '../../shared/http/operation.ts'
import { AppError, notFound } from '../../shared/kernel/errors.ts'
import { connectorOf, networkNames } from '../../shared/networks/registry.ts'
import { resourceHandler } from '../containers/api.ts'
import { channels, connections } from '../containers/channels.ts'
import { appOf } from '../containers/secrets.ts'

const params = z.object({ channelId })
const connectionParams = z.object({ connectionId })

async function described(network: string) {
  const connector = await connectorOf(network)
  const app = connector.app.length === 0 ? {} : await appOf(network)
  return describeNetwork(connector, app)
}
const filter = z.object({ network: z.enum(networkNames).optional(), state: channelSchema.shape.state.optional() })

export const operations = {
  listNetworks: operation({
    answer: z.object({ items: z.array(networkSchema) }),
    description: 'What each network can do, its limits, and what connecting to it takes.',
    handle: async () => ({ body: { items: await Promise.all(networkNames.map(described)) } }),
  }),
  getNetwork: operation({
    params: z.object({ network: z.string().max(50) }),
    answer: networkSchema,
    description: 'A network that is no more is answered by what became of it.',
    handle: async ({ params: { network } }) => {
      const fate = fateOf(network)
      if (fate !== undefined) throw new AppError('not_found', 'not_found', fate)
      if (!networkNames.includes(network)) throw notFound('network', network)
      return { body: await described(network) }
    },
  }),
  startConnection: operation({
    body: newConnection,
    answer: startedSchema,
    status: 201,
    creates: true,
    description:
      'Send the person to `authorizeUrl`. They come back once, within ten minutes; then choose among the accounts they opened. With `channelId`, the channel gets new credentials of the same account.',
    handle: async ({ caller, body, idempotency }) => ({
      status: 201,
      body: await connections().start(caller.workspaceId, caller.actor, body, idempotency),
    }),
  }),
  getConnection: operation({
    params: connectionParams,
    answer: connectionSchema,
    description: 'For who started it. Credentials are never answered.',
    handle: async ({ caller, params: { connectionId: id } }) => ({
      body: await connections().get(caller.workspaceId, caller.actor, id),
    }),
  }),
  chooseAccounts: operation({
    params: connectionParams,
    body: choice,
    answer: chosenSchema,
    status: 201,
    description:
      'Each becomes a channel for itself; one that is a channel already gets the new credentials. Choosing again changes nothing, and takes what failed before.',
    handle: async ({ caller, params: { connectionId: id }, body }) => ({
      status: 201,
      body: await connections().choose(caller.workspaceId, caller.actor, id, body),
    }),
  }),
  createChannel: operation({
    body: newChannel,
    answer: channelSchema,
    status: 201,
    creates: true,
    description:
      'Checks the credentials by a real call, and fills in who the account is. They are stored encrypted and never answered.',
    handle: async ({ caller, body, idempotency }) => {
      const answer = { idempotency, status: 201, body: (channel: unknown) => channel }
      const channel = await channels().create(caller.workspaceId, caller.actor, body, answer)
      return { status: 201, body: channel, version: channel.version }
    },
  }),
  listChannels: operation({
    query: filter,
    answer: channelSchema,
    list: true,
    handle: ({ caller, query, page }) => channels().list(caller.workspaceId, query, page),
  }),
  getChannel: operation({
    params,
    answer: channelSchema,
    handle: async ({ caller, params: { channelId: id } }) => shown(await channels().get(caller.workspaceId, id)),
  }),
  updateChannel: operation({
    params,
    body: channelChange,
    answer: channelSchema,
    updates: true,
    handle: async ({ caller, params: { channelId: id }, body, ifMatch }) =>
      shown(await channels().update(caller.workspaceId, id, caller.actor, body, ifMatch)),
  }),
  pauseChannel: operation({
    params,
    answer: channelSchema,
    description:
      'What is due meanwhile waits; on resuming, each post follows its late policy. Mentions and metrics go on.',
    handle: async ({ caller, params: { channelId: id } }) =>
      shown(await channels().pause(caller.workspaceId, id, caller.actor)),
  }),
  resumeChannel: operation({
    params,
    answer: channelSchema,
    handle: async ({ caller, params: { channelId: id } }) =>
      shown(await channels().resume(caller.workspaceId, id, caller.actor)),
  }),
  reconnectChannel: operation({
    params,
    body: newCredentials,
    answer: channelSchema,
    description: 'The new credentials must be of the same account.',
    handle: async ({ caller, params: { channelId: id }, body }) =>
      shown(await channels().reconnect(caller.workspaceId, id, caller.actor, body.credentials)),
  }),
  deleteChannel: operation({
    params,
    status: 204,
    updates: true,
    description: 'Forgets the credentials. What was published stays on the network, with its history here.',
    handle: async ({ caller, params: { channelId: id }, ifMatch }) => {
      await channels().remove(caller.workspaceId, id, caller.actor, ifMatch)
      return { status: 204 }
    },
  }),
}

export const handler = resourceHandler('channels', operations)

const shown = (channel: z.infer<typeof channelSchema>) => ({ body: channel, version: channel.version })
