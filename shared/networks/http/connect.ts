import * as http from 'node:http'
import * as https from 'node:https'
import { connect as connectTcp, type LookupFunction, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { systemClock } from '../../kernel/clock.ts'
import { mayConnect } from './address.ts'
import { HttpFailure } from './client.ts'
import { createResolver, type Resolve } from './resolver.ts'
import { httpTexts } from './texts.ts'

/** One for the process: what one client learned the others know. */
export const systemResolve: Resolve = /* @__PURE__ */ createResolver({ clock: systemClock })

/** Passed with each request, and read when a connection has to be made for it. */
export interface ConnectOptions extends https.RequestOptions {
  readonly connecting: AbortSignal
}

/** A free socket that was silent for longer is not trusted: its peer may be closing it, and a function may have slept. */
const idleMs = 2_000

export interface Agents {
  /** The agent for this URL, its stale connections dropped. */
  for(url: URL): http.Agent
  close(): void
}

/**
 * Agents that hand a socket to a request only once it is connected (and its certificate checked). So whatever fails before
 * a request has its socket surely did not reach the peer. The name is resolved and checked here, and the connection is
 * made to the very addresses that were checked: a name cannot be pointed elsewhere in between.
 */
export function createAgents(allowPrivateHosts: boolean, now: () => number, resolve: Resolve = systemResolve): Agents {
  const lookup: LookupFunction = (host, options, callback) => {
    resolve(host).then(
      (addresses) => {
        const [first] = addresses
        const refused = addresses.find(({ address }) => !mayConnect(address, allowPrivateHosts))
        if (first === undefined) callback(new HttpFailure('dns', false, httpTexts.noAddress({ host })), '', 0)
        else if (refused !== undefined) callback(blocked(host), '', 0)
        else if (options.all === true) callback(null, addresses.slice())
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    )
  }
  const usedAt = new WeakMap<Duplex, number>()
  const plain = new (class extends http.Agent {
    override createConnection(options: http.ClientRequestArgs, done?: Done) {
      const host = options.host ?? ''
      return ready(connectTcp({ host, port: Number(options.port), lookup }), 'connect', options, done)
    }
    override keepSocketAlive(socket: Duplex) {
      usedAt.set(socket, now())
      return super.keepSocketAlive(socket)
    }
  })({ keepAlive: true })
  const secure = new (class extends https.Agent {
    override createConnection(options: https.RequestOptions, done?: Done) {
      const host = options.host ?? ''
      const socket = connectTls({
        host,
        port: Number(options.port),
        lookup,
        ALPNProtocols: ['http/1.1'],
        ...(options.servername === undefined ? {} : { servername: options.servername }),
      })
      return ready(socket, 'secureConnect', options, done)
    }
    override keepSocketAlive(socket: Duplex) {
      usedAt.set(socket, now())
      return super.keepSocketAlive(socket)
    }
  })({ keepAlive: true })

  return {
    for(url) {
      const agent = url.protocol === 'https:' ? secure : plain
      for (const socket of Object.values(agent.freeSockets).flat())
        if (socket !== undefined && now() - (usedAt.get(socket) ?? 0) > idleMs) socket.destroy()
      return agent
    },
    close() {
      plain.destroy()
      secure.destroy()
    },
  }
}

type Done = (error: Error | null, socket: Duplex) => void

function ready(socket: Socket, event: 'connect' | 'secureConnect', options: object, done: Done | undefined): undefined {
  const signal = 'connecting' in options && options.connecting instanceof AbortSignal ? options.connecting : undefined
  const stop = () => socket.destroy(new HttpFailure('aborted', false, httpTexts.gaveUpConnecting()))
  let tcp = false
  const settle = (error: Error | null) => {
    signal?.removeEventListener('abort', stop)
    socket.off(event, onReady).off('error', settle).off('close', onClose)
    if (error === null) socket.setNoDelay(true)
    else socket.on('error', () => {}).destroy()
    done?.(error === null || !tcp || error instanceof HttpFailure ? error : tlsFailure(error), socket)
  }
  const onReady = () => settle(null)
  const onClose = () => settle(new HttpFailure('reset', false, httpTexts.closedEarly()))
  socket.once('connect', () => {
    tcp = event === 'secureConnect'
  })
  socket.once(event, onReady).once('error', settle).once('close', onClose)
  if (signal?.aborted === true) stop()
  else signal?.addEventListener('abort', stop, { once: true })
  return undefined
}

const tlsFailure = (error: NodeJS.ErrnoException) =>
  new HttpFailure('tls', false, httpTexts.noSecureConnection({ words: error.code ?? error.message }), error)

export const blocked = (host: string) => new HttpFailure('blocked_host', false, httpTexts.privateHost({ host }))
