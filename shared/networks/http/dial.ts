/** Connections that speak no HTTP (NNTP, SMTP, IMAP), under the same rules as the safe client. */

import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Clock } from '../../kernel/clock.ts'
import { iso } from '../../kernel/clock.ts'
import { messageOf } from '../../kernel/errors.ts'
import { isOwn, mayConnect } from './address.ts'
import { type Exchange, HttpFailure } from './client.ts'
import { blocked, systemResolve } from './connect.ts'
import { keptText } from './recorder.ts'
import type { Resolve } from './resolver.ts'
import { httpTexts } from './texts.ts'

export interface DialTo {
  readonly host: string
  readonly port: number
  /** From the first byte on. Certificates are checked. */
  readonly tls: boolean
  readonly signal: AbortSignal
  /** Until connected (and the certificate checked). Default 15 s. */
  readonly timeoutMs?: number
}

/** One command or step as it is kept with the attempt, like an {@link Exchange} of HTTP. */
export interface Noted {
  /** `nntps://news.example/fr.rec.pain`: no user, no secret. */
  readonly url: string
  readonly method: string
  /** When it began (ms). */
  readonly begun: number
  readonly status?: number
  readonly answer?: string
  readonly error?: unknown
}

export interface Dialer {
  /** Throws {@link HttpFailure}, `sent` false: nothing of what follows has left. */
  open(to: DialTo): Promise<Socket>
  /**
   * An address of the host that was checked, for libraries that connect by themselves: with it as their host, and the
   * name as TLS server name, they cannot be led elsewhere. Throws {@link HttpFailure}.
   */
  addressOf(host: string): Promise<string>
  /** Goes on over TLS (STARTTLS). Throws {@link HttpFailure}. */
  secure(socket: Socket, host: string): Promise<Socket>
  /** Whether the peer is a machine of one's own: only there may a password travel without TLS. */
  isOwn(address: string): boolean
  note(noted: Noted): void
}

export interface DialerOptions {
  readonly allowPrivateHosts: boolean
  readonly clock: Clock
  readonly record?: (exchange: Exchange) => void
  readonly resolve?: Resolve
}

export function createDialer({ allowPrivateHosts, clock, record, resolve = systemResolve }: DialerOptions): Dialer {
  const addressOf = async (host: string): Promise<string> => {
    const literal = host.replace(/^\[|\]$/g, '')
    if (isIP(literal) !== 0) {
      if (!mayConnect(literal, allowPrivateHosts)) throw blocked(host)
      return literal
    }
    if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host))
      throw new HttpFailure('bad_url', false, httpTexts.badName({ host }))
    const addresses = await resolve(host)
    if (addresses.some(({ address }) => !mayConnect(address, allowPrivateHosts))) throw blocked(host)
    const [first] = addresses
    if (first === undefined) throw new HttpFailure('dns', false, httpTexts.noAddress({ host }))
    return first.address
  }
  return {
    addressOf,
    async open({ host, port, tls, signal, timeoutMs = 15_000 }) {
      const address = await addressOf(host)
      const socket = tls
        ? connectTls({ host: address, port, ...serverName(host) })
        : connectTcp({ host: address, port })
      await ready(socket, tls ? 'secureConnect' : 'connect', `${host}:${port}`, clock, signal, timeoutMs)
      return socket
    },
    async secure(socket, host) {
      const secured = connectTls({ socket, ...serverName(host) })
      await ready(secured, 'secureConnect', host, clock, undefined, 15_000)
      return secured
    },
    isOwn,
    note({ begun, status, answer, error, ...rest }) {
      record?.({
        ...rest,
        at: iso(begun),
        ms: clock.now() - begun,
        ...(status === undefined ? {} : { status }),
        ...(answer === undefined ? {} : { answer: keptText(answer) }),
        ...(error === undefined ? {} : { error: messageOf(error) }),
      })
    },
  }
}

/** TLS names no addresses (RFC 6066 §3): a certificate for one is checked against the address itself. */
const serverName = (host: string) => (isIP(host) === 0 ? { servername: host } : { host })

function ready(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  name: string,
  clock: Clock,
  signal: AbortSignal | undefined,
  timeoutMs: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = new AbortController()
    const settle = (error: unknown) => {
      timer.abort()
      signal?.removeEventListener('abort', stop)
      socket.off(event, done).off('error', fail).off('close', closed)
      if (error === undefined) return resolve()
      socket.on('error', () => {}).destroy()
      reject(error)
    }
    const done = () => {
      socket.setNoDelay(true)
      settle(undefined)
    }
    const fail = (error: NodeJS.ErrnoException) => {
      const code = error.code ?? error.message
      settle(
        event === 'secureConnect' && !/^E(CONN|HOST|NET|PIPE|TIMED)/.test(code)
          ? new HttpFailure('tls', false, httpTexts.noTls({ name, code }), error)
          : new HttpFailure('refused', false, httpTexts.notReached({ name, code }), error),
      )
    }
    const closed = () => settle(new HttpFailure('reset', false, httpTexts.closedEarlyBy({ name })))
    const stop = () => settle(new HttpFailure('aborted', false, httpTexts.gaveUpConnecting()))
    socket.once(event, done).once('error', fail).once('close', closed)
    clock.sleep(timeoutMs, timer.signal).then(
      () => settle(new HttpFailure('timeout', false, httpTexts.noAnswerWithin({ name, seconds: timeoutMs / 1000 }))),
      () => {},
    )
    if (signal?.aborted === true) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}
