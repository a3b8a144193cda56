/** Calls to an instance: the shapes that are read, and what its refusals mean. */

import * as z from 'zod'
import { textOf } from '../../i18n/index.ts'
import { AppError } from '../../kernel/errors.ts'
import {
  type HttpAnswer,
  HttpFailure,
  type HttpRequest,
  outcomeOfFailure,
  outcomeOfStatus,
  retryAfter,
} from '../http/index.ts'
import type { NetworkTools, Outcome } from '../network.ts'
import { networkTexts } from '../texts.ts'

export const credentials = z.object({
  /** Origin, `https://mastodon.example`. */
  instance: z.url(),
  accessToken: z.string(),
  /** The account's id on its instance. */
  accountId: z.string(),
})
export type Credentials = z.infer<typeof credentials>

export const account = z.object({
  id: z.string(),
  username: z.string(),
  acct: z.string(),
  display_name: z.string().catch(''),
  avatar: z.string().optional().catch(undefined),
  url: z.string().optional().catch(undefined),
  followers_count: z.number().int().optional(),
})

const count = z.number().int().nullish()

export const status = z.object({
  id: z.string(),
  url: z.string().nullish(),
  created_at: z.iso.datetime({ offset: true }),
  edited_at: z.string().nullish(),
  content: z.string().catch(''),
  spoiler_text: z.string().catch(''),
  visibility: z.string().catch('public'),
  language: z.string().nullish(),
  in_reply_to_id: z.string().nullish(),
  in_reply_to_account_id: z.string().nullish(),
  account,
  media_attachments: z.array(z.unknown()).catch([]),
  favourites_count: count,
  reblogs_count: count,
  replies_count: count,
  quotes_count: count,
})
export type Status = z.infer<typeof status>

const failure = z.object({ error: z.string().optional(), error_description: z.string().optional() })

/** Sends with the channel's token. Throws {@link HttpFailure} when there is no answer. */
export function send(
  tools: Pick<NetworkTools, 'http' | 'signal'>,
  { instance, accessToken }: Pick<Credentials, 'instance' | 'accessToken'>,
  request: Omit<HttpRequest, 'url' | 'signal'> & { readonly path: string },
): Promise<HttpAnswer> {
  const { path, headers, ...rest } = request
  return tools.http.send({
    ...rest,
    url: `${instance}${path}`,
    headers: { ...headers, authorization: `Bearer ${accessToken}`, accept: 'application/json' },
    signal: tools.signal,
  })
}

/** The instance's own words, or none. */
export function wordsOf(answer: HttpAnswer): string {
  const parsed = failure.safeParse(answer.json())
  return parsed.success ? (parsed.data.error_description ?? parsed.data.error ?? '') : ''
}

/** Until when to wait: `X-RateLimit-Reset` (ISO 8601), or what a server in front of the instance says. */
function resetOf(answer: HttpAnswer, now: number): number | undefined {
  const reset = Date.parse(answer.headers['x-ratelimit-reset'] ?? '')
  return retryAfter(answer.headers, now) ?? (Number.isNaN(reset) ? undefined : Math.max(reset, now + 1000))
}

export type Refusal = Exclude<Outcome, { kind: 'accepted' | 'processing' | 'partial' }>

/** What an answer that is no success means. `visible`: whether the call makes something visible. */
export function refusalOf(answer: HttpAnswer, now: number, visible = true): Refusal {
  const words = wordsOf(answer)
  const quoted = words === '' ? `HTTP ${answer.status}` : networkTexts.quoted({ words })
  if (answer.status === 429)
    return {
      kind: 'limited',
      until: resetOf(answer, now) ?? now + 60_000,
      scope: 'channel',
      message: networkTexts.asksToWait({ words: quoted, network: 'Mastodon' }),
    }
  const general = outcomeOfStatus(answer, now, { visible })
  if (general !== undefined) return general
  if (answer.status === 401)
    return {
      kind: 'reauthorize',
      message: networkTexts.accessEnded({ words: quoted, network: 'Mastodon' }),
    }
  if (answer.status === 403)
    return {
      kind: 'rejected',
      reason: 'permission',
      message: networkTexts.notAllowed({ words: quoted, network: 'Mastodon' }),
    }
  return { kind: 'rejected', reason: 'invalid', message: networkTexts.refused({ words: quoted, network: 'Mastodon' }) }
}

/** Sends and tells success (2xx) from everything else. Never throws for what the network does. */
export async function attempt(
  tools: Pick<NetworkTools, 'http' | 'signal' | 'clock'>,
  as: Credentials,
  request: Parameters<typeof send>[2],
  visible = true,
): Promise<{ readonly answer: HttpAnswer } | { readonly refusal: Refusal; readonly status?: number }> {
  try {
    const answer = await send(tools, as, request)
    if (answer.status >= 200 && answer.status < 300) return { answer }
    return { refusal: refusalOf(answer, tools.clock.now(), visible), status: answer.status }
  } catch (error) {
    return { refusal: outcomeOfFailure(error, { visible }) }
  }
}

/** Reads and parses. Throws an AppError that says what became of it; undefined where there is nothing (404). */
export async function read<T>(
  tools: Pick<NetworkTools, 'http' | 'signal' | 'clock'>,
  as: Credentials,
  path: string,
  schema: z.ZodType<T>,
): Promise<{ readonly data: T; readonly headers: HttpAnswer['headers'] } | undefined> {
  const tried = await attempt(tools, as, { method: 'GET', path }, false)
  if ('refusal' in tried) {
    if (tried.status === 404 || tried.status === 410) return undefined
    throw errorOf(tried.refusal, tools.clock.now())
  }
  const parsed = schema.safeParse(tried.answer.json())
  if (!parsed.success)
    throw new AppError('unavailable', 'network_failed', networkTexts.unreadable({ network: 'Mastodon' }), {
      cause: parsed.error,
    })
  return { data: parsed.data, headers: tried.answer.headers }
}

/** A refusal where there is no publication to carry it. */
function errorOf(refusal: Refusal, now: number): AppError {
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
  return new AppError('unprocessable', 'host_unreachable', networkTexts.hostUnreachable({ host, why: textOf(error) }), {
    cause: error,
  })
}
