/** One platform's way of refusing, and calls that are read by it: what every connector needs, said once. */

import type * as z from 'zod'
import { type Text, textOf } from '../../i18n/index.ts'
import { AppError } from '../../kernel/errors.ts'
import type { NetworkTools, Refused } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { type HttpAnswer, HttpFailure, type HttpRequest } from './client.ts'
import { outcomeOfFailure, outcomeOfStatus } from './outcome.ts'
import { httpTexts } from './texts.ts'

export interface Platform {
  /** As people write it: `LinkedIn`. */
  readonly title: string
  /**
   * What an answer that is no success means; undefined leaves it to its status (429 and 503 wait, other 5xx are unknown,
   * 401 reauthorize, 403 permission, the rest invalid). May say `unknown`: it becomes `transient` for invisible calls.
   */
  refusal?(answer: HttpAnswer, now: number): Refused | undefined
  /** The platform's own words in an answer, for messages; undefined if there are none. */
  words(answer: HttpAnswer): string | undefined
  /** Whether the answer says that the thing asked for is not there. Default 404 and 410. */
  gone?(answer: HttpAnswer): boolean
  /** How long to wait where a limit does not say, in ms. Default 60 s. */
  readonly waitMs?: number
}

export interface Meaning {
  /** Whether the call makes something visible: only then is a lost answer `unknown`. Default true. */
  readonly visible?: boolean
}

export type Tried =
  | { readonly answer: HttpAnswer; readonly refusal?: undefined }
  /** `answer` is what the refusal was read from; absent where none came. */
  | { readonly refusal: Refused; readonly answer?: HttpAnswer }

type Tools = Pick<NetworkTools, 'http' | 'signal' | 'clock'>

/** Sends, and reads a refusal as what it means for a publication. Never throws for what the network does. */
export async function attempt(
  platform: Platform,
  tools: Tools,
  request: HttpRequest,
  { visible = true }: Meaning = {},
): Promise<Tried> {
  try {
    const answer = await tools.http.send({ signal: tools.signal, ...request })
    if (answer.status >= 200 && answer.status < 300) return { answer }
    return { answer, refusal: refusalOf(platform, answer, tools.clock.now(), visible) }
  } catch (error) {
    return { refusal: outcomeOfFailure(error, { visible }) }
  }
}

/** A refusal of a call that makes nothing visible: what became of one whose answer was lost does not matter. */
export const surelyNot = (refusal: Refused): Exclude<Refused, { kind: 'unknown' }> =>
  refusal.kind === 'unknown' ? { kind: 'transient', message: refusal.message } : refusal

/** What an answer means that is no success, or a success by its status only (some platforms answer errors with 200). */
export function refusalOf(platform: Platform, answer: HttpAnswer, now: number, visible: boolean): Refused {
  const own = platform.refusal?.(answer, now)
  if (own !== undefined) return own.kind === 'unknown' && !visible ? { ...own, kind: 'transient' } : own
  const wait = platform.waitMs === undefined ? {} : { waitMs: platform.waitMs }
  const words = said(platform, answer)
  const general = outcomeOfStatus(answer, now, { visible, ...wait })
  if (general !== undefined)
    return { ...general, message: httpTexts.andSaid({ why: general.message, network: platform.title, words }) }
  if (answer.status === 401)
    return {
      kind: 'reauthorize',
      message: networkTexts.accessEnded({ network: platform.title, words }),
    }
  if (answer.status === 403)
    return {
      kind: 'rejected',
      reason: 'permission',
      message: networkTexts.notAllowed({ network: platform.title, words }),
    }
  return { kind: 'rejected', reason: 'invalid', message: networkTexts.refused({ network: platform.title, words }) }
}

/** `“words of the platform” (HTTP 400)` */
export function said(platform: Platform, answer: HttpAnswer): Text {
  const words = platform.words(answer)?.trim()
  return words === undefined || words === ''
    ? `HTTP ${answer.status}`
    : networkTexts.quotedStatus({ words: words.slice(0, 300), status: answer.status })
}

export const isGone = (platform: Platform, answer: HttpAnswer | undefined): boolean =>
  answer !== undefined && (platform.gone?.(answer) ?? (answer.status === 404 || answer.status === 410))

/** Reads and parses. Throws an AppError that says what became of it; undefined where the thing is gone. */
export async function read<T>(
  platform: Platform,
  tools: Tools,
  request: HttpRequest,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const tried = await attempt(platform, tools, request, { visible: false })
  if (tried.refusal !== undefined) {
    if (isGone(platform, tried.answer)) return undefined
    throw errorOf(tried.refusal, tools.clock.now())
  }
  const parsed = schema.safeParse(tried.answer.json())
  if (parsed.success) return parsed.data
  throw unreadable(platform, parsed.error)
}

const unreadable = (platform: Platform, cause: unknown) =>
  new AppError('unavailable', 'network_failed', networkTexts.unreadable({ network: platform.title }), {
    cause,
  })

/** A refusal where there is no publication to carry it. */
export function errorOf(refusal: Refused, now: number): AppError {
  switch (refusal.kind) {
    case 'limited':
      return new AppError('rate_limited', 'network_limited', refusal.message, {
        retryAfterSeconds: Math.max(1, Math.ceil((refusal.until - now) / 1000)),
      })
    case 'reauthorize':
      return new AppError('unauthenticated', 'reconnect_needed', refusal.message)
    case 'rejected':
      return new AppError('unprocessable', 'network_refused', refusal.message)
    case 'transient':
    case 'unknown':
      return new AppError('unavailable', 'network_failed', refusal.message)
  }
}

/**
 * A call while somebody connects an account and waits. Throws `host_unreachable`, `network_failed` (its fault, not theirs),
 * `permission_missing`, or `credentials_refused`.
 */
export async function ask<T>(platform: Platform, tools: Tools, request: HttpRequest, schema: z.ZodType<T>): Promise<T> {
  const answer = await tools.http.send({ signal: tools.signal, ...request }).catch((error: unknown) => {
    if (!(error instanceof HttpFailure) || error.code === 'blocked_host') throw error
    throw new AppError(
      'unprocessable',
      'host_unreachable',
      networkTexts.networkUnreachable({ network: platform.title, why: textOf(error) }),
      {
        cause: error,
      },
    )
  })
  const words = said(platform, answer)
  const ok = answer.status >= 200 && answer.status < 300
  const own = platform.refusal?.(answer, tools.clock.now())
  if (ok && own === undefined) {
    const parsed = schema.safeParse(answer.json())
    if (parsed.success) return parsed.data
    throw unreadable(platform, parsed.error)
  }
  const refusal = own ?? refusalOf(platform, answer, tools.clock.now(), false)
  if (refusal.kind === 'limited' || refusal.kind === 'transient' || refusal.kind === 'unknown')
    throw new AppError('unavailable', 'network_failed', networkTexts.notNow({ network: platform.title, words }))
  if (refusal.kind === 'rejected' && refusal.reason === 'permission')
    throw new AppError('unprocessable', 'permission_missing', httpTexts.permissionMissing({ words }))
  throw new AppError(
    'unprocessable',
    'credentials_refused',
    httpTexts.accessRefused({ network: platform.title, words }),
  )
}
