import { textOf } from '../../i18n/index.ts'
import type { Outcome } from '../network.ts'
import { type HttpAnswer, HttpFailure } from './client.ts'
import { httpTexts } from './texts.ts'

type Headers = Readonly<Record<string, string>>

const longestWaitMs = 7 * 24 * 3600 * 1000
const defaultWaitMs = 60_000

/**
 * Until when (ms since the epoch) a server asks to be left alone: `Retry-After` in seconds or as an HTTP date (RFC 9110
 * §10.2.3). Undefined if it does not say. Never before `now`, at most seven days ahead.
 */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const value = headers['retry-after']?.trim()
  if (value === undefined || value === '') return undefined
  const until = /^\d+(\.\d+)?$/.test(value) ? now + Number(value) * 1000 : Date.parse(value)
  return Number.isNaN(until) ? undefined : Math.min(Math.max(Math.ceil(until), now), now + longestWaitMs)
}

interface Meaning {
  /** Whose limit it is. Default `channel`. */
  readonly scope?: 'channel' | 'app'
  /** False for a call that makes nothing visible (an upload, a look): then nothing about it is unknown. Default true. */
  readonly visible?: boolean
  /** How long to wait when the network says no time, in ms. Default 60 s. */
  readonly waitMs?: number
}

type Failure = Extract<Outcome, { kind: 'limited' | 'transient' | 'unknown' }>

/**
 * What a call that threw means for a publication: `transient` if its request surely did not arrive, else `unknown`.
 * Throws on whatever is no {@link HttpFailure}: that is a fault of ours, not of the network.
 */
export function outcomeOfFailure(error: unknown, { visible = true }: Meaning = {}): Failure {
  if (!(error instanceof HttpFailure)) throw error
  return { kind: error.sent && visible ? 'unknown' : 'transient', message: textOf(error) }
}

/**
 * What a status means wherever it comes from: 429, and 503 that says when to come back, are `limited`; another 5xx is
 * `unknown`, for the server may have acted before it failed. Undefined for the rest, which each network words itself.
 */
export function outcomeOfStatus(
  answer: Pick<HttpAnswer, 'status' | 'headers'>,
  now: number,
  { scope = 'channel', visible = true, waitMs = defaultWaitMs }: Meaning = {},
): Failure | undefined {
  const { status, headers } = answer
  const until = retryAfter(headers, now)
  if (status === 429 || (status === 503 && until !== undefined))
    return {
      kind: 'limited',
      until: until ?? now + waitMs,
      scope,
      message: httpTexts.asksToWait({ status }),
    }
  if (status >= 500) return { kind: visible ? 'unknown' : 'transient', message: httpTexts.failed({ status }) }
  return undefined
}
