/** XRPC calls to the account's server (PDS): how they are sent, and what its refusals mean. */

import * as z from 'zod'
import { type Text, textOf } from '../../i18n/index.ts'
import { AppError } from '../../kernel/errors.ts'
import { type HttpAnswer, HttpFailure, outcomeOfFailure, outcomeOfStatus, retryAfter } from '../http/index.ts'
import type { ChannelCall, NetworkTools, Outcome } from '../network.ts'
import { networkTexts } from '../texts.ts'

export const credentials = z.object({
  /** Where sessions are made: origin, `https://bsky.social`. */
  service: z.url(),
  /** Where the account's repository is; told by the session. */
  pds: z.url(),
  did: z.string(),
  identifier: z.string(),
  appPassword: z.string(),
  accessJwt: z.string(),
  refreshJwt: z.string(),
})
export type Credentials = z.infer<typeof credentials>

export const settings = z.object({})
export type Settings = z.infer<typeof settings>

export type BlueskyCall = ChannelCall<Credentials, Settings>

export interface XrpcRequest {
  /** `com.atproto.repo.createRecord`. */
  readonly method: string
  /** Makes it a query (GET) … */
  readonly params?: Readonly<Record<string, string | readonly string[]>>
  /** … or a procedure (POST) with JSON, or with bytes. */
  readonly input?: unknown
  readonly bytes?: { readonly data: Uint8Array; readonly mime: string }
  /** Beside bytes, for the one procedure that takes parameters too. */
  readonly query?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
}

/** Sends. Throws {@link HttpFailure} when there is no answer. */
export function xrpc(
  tools: Pick<NetworkTools, 'http' | 'signal'>,
  host: string,
  request: XrpcRequest,
  token?: string,
): Promise<HttpAnswer> {
  const url = new URL(`/xrpc/${request.method}`, host)
  for (const [name, value] of Object.entries(request.params ?? request.query ?? {}))
    for (const one of typeof value === 'string' ? [value] : value) url.searchParams.append(name, one)
  return tools.http.send({
    method: request.params === undefined ? 'POST' : 'GET',
    url,
    headers: {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(request.bytes === undefined ? {} : { 'content-type': request.bytes.mime }),
    },
    ...(request.bytes === undefined ? {} : { body: request.bytes.data }),
    ...(request.input === undefined ? {} : { json: request.input }),
    ...(request.timeoutMs === undefined ? {} : { timeoutMs: request.timeoutMs }),
    signal: tools.signal,
  })
}

const failure = z.object({ error: z.string().optional(), message: z.string().optional() })

/** The server's own words: `{error, message}`. */
export function wordsOf(answer: HttpAnswer): { readonly error: string; readonly quoted: Text } {
  const { error = '', message = '' } = failure.safeParse(answer.json()).data ?? {}
  const words = message || error
  return { error, quoted: words === '' ? `HTTP ${answer.status}` : networkTexts.quoted({ words }) }
}

/** Until when to wait: `Retry-After`, or `RateLimit-Reset` in seconds since the epoch. */
function resetOf(answer: HttpAnswer, now: number): number | undefined {
  const reset = Number(answer.headers['ratelimit-reset'] ?? Number.NaN) * 1000
  return retryAfter(answer.headers, now) ?? (Number.isNaN(reset) ? undefined : Math.max(reset, now + 1000))
}

export type Refusal = Exclude<Outcome, { kind: 'accepted' | 'processing' | 'partial' }>

/** Accounts that are closed, by the network or by their owner: no token helps. */
const closed = new Set([
  'AccountTakedown',
  'AccountDeactivated',
  'AccountSuspended',
  'RepoTakendown',
  'RepoDeactivated',
])
const tokenErrors = new Set(['ExpiredToken', 'InvalidToken'])

const isTokenError = (answer: HttpAnswer) => {
  const { error } = wordsOf(answer)
  return tokenErrors.has(error) || (answer.status === 401 && !closed.has(error))
}

/** What an answer that is no success means. `visible`: whether the call makes something visible. */
export function refusalOf(answer: HttpAnswer, now: number, visible: boolean): Refusal {
  const { error, quoted } = wordsOf(answer)
  if (answer.status === 429)
    return {
      kind: 'limited',
      until: resetOf(answer, now) ?? now + 60_000,
      scope: 'channel',
      message: networkTexts.asksToWait({ words: quoted, network: 'Bluesky' }),
    }
  const general = outcomeOfStatus(answer, now, { visible })
  if (general !== undefined) return general
  if (closed.has(error) || answer.status === 403)
    return {
      kind: 'rejected',
      reason: 'permission',
      message: networkTexts.notAllowed({ words: quoted, network: 'Bluesky' }),
    }
  if (isTokenError(answer))
    return {
      kind: 'reauthorize',
      message: networkTexts.accessEnded({ words: quoted, network: 'Bluesky' }),
    }
  return { kind: 'rejected', reason: 'invalid', message: networkTexts.refused({ words: quoted, network: 'Bluesky' }) }
}

type Tried =
  | { readonly answer: HttpAnswer }
  | { readonly refusal: Refusal; readonly status?: number; readonly error?: string }

interface Manner {
  /** Whether the call makes something visible. Default true. */
  readonly visible?: boolean
  /** Awaited immediately before each time the request is sent. */
  readonly begin?: () => Promise<void>
}

/**
 * Sends with the channel's session and tells success (2xx) from everything else. An expired session, which the server
 * refuses before it acts, is renewed and the call sent once more.
 */
export async function attempt(
  call: BlueskyCall,
  request: XrpcRequest,
  { visible = true, begin }: Manner = {},
): Promise<Tried> {
  for (let renewed = false; ; renewed = true) {
    const { pds, accessJwt } = call.credentials.current()
    await begin?.()
    let answer: HttpAnswer
    try {
      answer = await xrpc(call, pds, request, accessJwt)
    } catch (error) {
      return { refusal: outcomeOfFailure(error, { visible }) }
    }
    if (answer.status >= 200 && answer.status < 300) return { answer }
    if (renewed || !isTokenError(answer))
      return {
        refusal: refusalOf(answer, call.clock.now(), visible),
        status: answer.status,
        error: wordsOf(answer).error,
      }
    try {
      await call.credentials.refresh()
    } catch (error) {
      return { refusal: refusalOfRefresh(error, call.clock.now()) }
    }
  }
}

function refusalOfRefresh(error: unknown, now: number): Refusal {
  if (!(error instanceof AppError)) throw error
  if (error.kind === 'unauthenticated') return { kind: 'reauthorize', message: error.text }
  if (error.kind === 'rate_limited')
    return {
      kind: 'limited',
      until: now + (error.retryAfterSeconds ?? 60) * 1000,
      scope: 'channel',
      message: error.text,
    }
  return { kind: 'transient', message: error.text }
}

/** Reads and parses. Throws an AppError that says what became of it. */
export async function read<T>(
  call: BlueskyCall,
  method: string,
  params: Readonly<Record<string, string | readonly string[]>>,
  schema: z.ZodType<T>,
): Promise<T> {
  const tried = await attempt(call, { method, params }, { visible: false })
  if ('refusal' in tried) throw errorOf(tried.refusal, call.clock.now())
  const parsed = schema.safeParse(tried.answer.json())
  if (!parsed.success) throw unreadable(parsed.error)
  return parsed.data
}

export const unreadable = (cause: unknown) =>
  new AppError('unavailable', 'network_failed', networkTexts.unreadable({ network: 'Bluesky' }), { cause })

/** A refusal where there is no publication to carry it. */
export function errorOf(refusal: Refusal, now: number): AppError {
  switch (refusal.kind) {
    case 'limited':
      return new AppError('rate_limited', 'network_limited', refusal.message, {
        retryAfterSeconds: Math.ceil((refusal.until - now) / 1000),
      })
    case 'reauthorize':
      return new AppError('unauthenticated', 'reconnect_needed', refusal.message)
    case 'rejected':
      return new AppError('unprocessable', 'network_refused', refusal.message)
    default:
      return new AppError('unavailable', 'network_failed', refusal.message)
  }
}

/** For `connect`: no answer at all. Rethrows what is no failure of the network. */
export function unreachable(host: string, error: unknown): AppError {
  if (!(error instanceof HttpFailure)) throw error
  if (error.code === 'blocked_host')
    return new AppError('unprocessable', 'host_blocked', networkTexts.notCalled({ host, why: error.text }), {
      cause: error,
    })
  return new AppError('unprocessable', 'host_unreachable', networkTexts.hostUnreachable({ host, why: textOf(error) }), {
    cause: error,
  })
}
