/** Calls to Google's APIs, and what their errors mean: for every network of Google's. */

import * as z from 'zod'
import type { Message } from '../../i18n/index.ts'
import { AppError } from '../../kernel/errors.ts'
import {
  attempt,
  errorOf,
  type HttpAnswer,
  type HttpRequest,
  isGone,
  type Meaning,
  type Platform,
  retryAfter,
  type Tried,
} from '../http/index.ts'
import type { AppConfig, CredentialsHolder, NetworkTools, Refused } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { reasons, unconfirmed } from './facts.ts'
import { quotaEnds } from './quota.ts'
import { googleTexts } from './texts.ts'

/** What every network of Google's keeps of an account. */
export interface GoogleAccess {
  readonly accessToken: string
  readonly refreshToken: string
}

const failure = z.object({
  error: z.object({
    message: z.string().catch(''),
    status: z.string().optional(),
    errors: z.array(z.object({ reason: z.string().catch('') })).catch([]),
    details: z
      .array(z.object({ reason: z.string().optional(), metadata: z.record(z.string(), z.string()).optional() }))
      .catch([]),
  }),
})

/** The same of the token endpoint (RFC 6749 §5.2). */
const tokenFailure = z.object({ error: z.string(), error_description: z.string().optional() })

export interface GoogleError {
  /** `videoNotFound`; '' where none is told. */
  readonly reason: string
  readonly message: string
  readonly metadata: Readonly<Record<string, string>>
}

/** The error that an answer tells, if it tells one. */
export function googleErrorIn(answer: HttpAnswer): GoogleError | undefined {
  const json = answer.json()
  const told = failure.safeParse(json).data?.error
  if (told !== undefined) {
    const info = told.details.find((detail) => detail.reason !== undefined)
    return {
      reason: told.errors[0]?.reason || info?.reason || told.status || '',
      // those of the older APIs hold markup
      message: told.message.replace(/<[^<>]*>/g, ''),
      metadata: info?.metadata ?? {},
    }
  }
  const oauth = tokenFailure.safeParse(json).data
  return oauth && { reason: oauth.error, message: oauth.error_description ?? oauth.error, metadata: {} }
}

const wordsOf = ({ reason, message }: GoogleError): Message =>
  reason === '' ? networkTexts.quoted({ words: message }) : networkTexts.quotedReason({ words: message, reason })

/** What reasons mean to one network alone; undefined leaves the error to what it means everywhere. */
export type OwnMeaning = (error: GoogleError, words: Message, now: number) => Refused | undefined

export function googlePlatform(title: string, own?: OwnMeaning): Platform {
  return {
    title,
    waitMs: unconfirmed.limitWaitMs,
    words: (answer) => {
      const error = googleErrorIn(answer)
      return error && `${error.message}${error.reason === '' ? '' : ` (${error.reason})`}`
    },
    refusal: (answer, now) => {
      const error = googleErrorIn(answer)
      return error && (own?.(error, wordsOf(error), now) ?? meaningOf(title, error, answer, now))
    },
  }
}

function meaningOf(title: string, error: GoogleError, answer: HttpAnswer, now: number): Refused | undefined {
  const { reason, metadata } = error
  const words = wordsOf(error)
  const limited = (until: number, scope: 'channel' | 'app', why: 'rate' | 'quota'): Refused => ({
    kind: 'limited',
    until,
    scope,
    reason: why,
    message: networkTexts.asksToWait({ network: title, words }),
  })
  // A project that was never let in has a quota of nothing: waiting does not help.
  if (metadata.quota_limit_value === '0')
    return {
      kind: 'rejected',
      reason: 'permission',
      message: googleTexts.noAccess({ network: title, words }),
    }
  if (reasons.quota.has(reason) || metadata.quota_unit?.startsWith('1/d/') === true)
    return limited(quotaEnds(now), 'app', 'quota')
  if (reasons.rate.has(reason)) {
    const until = retryAfter(answer.headers, now) ?? now + unconfirmed.limitWaitMs
    return limited(until, reasons.personal.has(reason) ? 'channel' : 'app', 'rate')
  }
  if (reasons.disabled.has(reason))
    return {
      kind: 'rejected',
      reason: 'permission',
      message: googleTexts.notSwitchedOn({ network: title, words }),
    }
  if (reasons.scope.has(reason))
    return {
      kind: 'rejected',
      reason: 'permission',
      message: googleTexts.lacksPermission({ words }),
    }
  return undefined
}

/** Where calls go: Google's own host, or for tests the one that the app's document names. */
export const hostOf = (app: AppConfig, host: string): string => app.apiUrl ?? `https://${host}`

export const bearer = ({ accessToken }: GoogleAccess) => ({
  authorization: `Bearer ${accessToken}`,
  accept: 'application/json',
})

export type GoogleCall<Credentials extends GoogleAccess> = Pick<NetworkTools, 'http' | 'signal' | 'clock' | 'app'> & {
  readonly credentials: CredentialsHolder<Credentials>
}

/**
 * Access tokens end after an hour, in the middle of things: one refresh, one more try. Where it is over for good, the
 * refusal stays `reauthorize`; where the refresh itself failed, nothing was done and it may be tried again.
 */
export async function fresh<Credentials extends GoogleAccess>(
  { credentials }: GoogleCall<Credentials>,
  send: (as: Credentials) => Promise<Tried>,
): Promise<Tried> {
  const used = credentials.current()
  const first = await send(used)
  if (first.refusal?.kind !== 'reauthorize') return first
  try {
    // Somebody else may have refreshed it while we waited.
    if (credentials.current().accessToken === used.accessToken) await credentials.refresh()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return error.kind === 'unauthenticated' ? first : { refusal: { kind: 'transient', message: error.text } }
  }
  return send(credentials.current())
}

/** {@link attempt} with {@link fresh} credentials. */
export function attemptAs<Credentials extends GoogleAccess>(
  platform: Platform,
  call: GoogleCall<Credentials>,
  request: HttpRequest,
  meaning: Meaning,
): Promise<Tried> {
  return fresh(call, (as) =>
    attempt(platform, call, { ...request, headers: { ...bearer(as), ...request.headers } }, meaning),
  )
}

/** Reads and parses. Throws an AppError that says what became of it; undefined where the thing is gone. */
export async function readAs<T, Credentials extends GoogleAccess>(
  platform: Platform,
  call: GoogleCall<Credentials>,
  url: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const tried = await attemptAs(platform, call, { method: 'GET', url }, { visible: false })
  if (tried.refusal !== undefined) {
    if (isGone(platform, tried.answer)) return undefined
    throw errorOf(tried.refusal, call.clock.now())
  }
  const parsed = schema.safeParse(tried.answer.json())
  if (parsed.success) return parsed.data
  throw new AppError('unavailable', 'network_failed', networkTexts.unreadable({ network: platform.title }), {
    cause: parsed.error,
  })
}
