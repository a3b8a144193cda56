/** Calls to X's API v2: the shapes that are read, and what its refusals mean. */

import * as z from 'zod'
import {
  attempt,
  errorOf,
  type HttpAnswer,
  type HttpRequest,
  isGone,
  type Meaning,
  type Platform,
  retryAfter,
  said,
} from '../http/index.ts'
import type { ChannelCall, NetworkTools, Refused } from '../network.ts'
import { renewing } from '../oauth/index.ts'
import { networkTexts } from '../texts.ts'
import { apiUrl, unconfirmed } from './facts.ts'
import { xTexts } from './texts.ts'

export const credentials = z.object({
  accessToken: z.string(),
  /** Works once: every renewal brings a new one. */
  refreshToken: z.string().optional(),
  userId: z.string(),
})
export type Credentials = z.infer<typeof credentials>

export const settings = z.object({
  monthlyCapUsd: z
    .number()
    .positive()
    .max(1_000_000)
    .optional()
    .meta({ description: 'What posts of this channel may cost in a calendar month, in US dollars' }),
})
export type Settings = z.infer<typeof settings>

export type Call = ChannelCall<Credentials, Settings>

/** Most endpoints answer problems (RFC 9457), some `{code, message}`, the token endpoint as OAuth does. */
const problem = z.looseObject({
  title: z.string().optional().catch(undefined),
  detail: z.string().optional().catch(undefined),
  type: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
  errors: z
    .array(
      z.looseObject({
        message: z.string().optional().catch(undefined),
        detail: z.string().optional().catch(undefined),
        parameters: z.record(z.string(), z.unknown()).optional().catch(undefined),
      }),
    )
    .optional()
    .catch(undefined),
})

function words(answer: HttpAnswer): string | undefined {
  const { data } = problem.safeParse(answer.json())
  if (data === undefined) return undefined
  const [first] = data.errors ?? []
  return (
    first?.message ?? first?.detail ?? data.detail ?? data.error_description ?? data.message ?? data.error ?? data.title
  )
}

/** The names of the request's fields that a refusal is about: `media.media_ids`, `text`. */
export function blamed(answer: HttpAnswer | undefined): readonly string[] {
  const { data } = problem.safeParse(answer?.json())
  return (data?.errors ?? []).flatMap(({ parameters }) => Object.keys(parameters ?? {}))
}

export const platform: Platform = {
  title: 'X',
  words,
  waitMs: unconfirmed.limitWaitMs,
  refusal(answer, now) {
    if (answer.status === 402)
      return {
        kind: 'limited',
        until: now + unconfirmed.creditsWaitMs,
        scope: 'app',
        reason: 'quota',
        message: xTexts.creditsUsed({ words: said(platform, answer) }),
      }
    if (answer.status === 429) return limitOf(answer, now)
    if (answer.status === 403) return forbidden(answer)
    return undefined
  },
}

/** `x-rate-limit-reset` tells seconds since the epoch; so do the limits of a day, for the user and for the app. */
function limitOf(answer: HttpAnswer, now: number): Refused {
  const { headers } = answer
  const usedUp = (name: string) => headers[`${name}-remaining`] === '0'
  const resetOf = (name: string) => {
    const at = Number(headers[`${name}-reset`]) * 1000
    return at > now ? at : undefined
  }
  const ofApp = usedUp('x-app-limit-24hour')
  const day = ofApp ? 'x-app-limit-24hour' : usedUp('x-user-limit-24hour') ? 'x-user-limit-24hour' : undefined
  const until = (day === undefined ? undefined : resetOf(day)) ?? retryAfter(headers, now) ?? resetOf('x-rate-limit')
  return {
    kind: 'limited',
    until: until ?? now + unconfirmed.limitWaitMs,
    scope: ofApp ? 'app' : 'channel',
    reason: day === undefined ? 'rate' : 'quota',
    message: networkTexts.asksToWait({ words: said(platform, answer), network: 'X' }),
  }
}

/** X says everything it forbids with 403, and what it means in the detail. */
function forbidden(answer: HttpAnswer): Refused {
  const quoted = said(platform, answer)
  const text = words(answer) ?? ''
  if (unconfirmed.duplicate.test(text))
    return {
      kind: 'rejected',
      reason: 'duplicate',
      message: networkTexts.duplicate({ words: quoted, network: 'X' }),
    }
  if (unconfirmed.summoned.test(text))
    return {
      kind: 'rejected',
      reason: 'permission',
      message: xTexts.onlyMentions({ words: quoted }),
    }
  if (unconfirmed.policy.test(text))
    return { kind: 'rejected', reason: 'policy', message: networkTexts.blocked({ words: quoted, network: 'X' }) }
  return {
    kind: 'rejected',
    reason: 'permission',
    message: networkTexts.notAllowed({ words: quoted, network: 'X' }),
  }
}

interface XRequest extends Omit<HttpRequest, 'url' | 'headers'> {
  /** Below the host: `/2/tweets`. */
  readonly path: string
  readonly query?: Query
  /** What more is asked for, in the names of both generations. */
  readonly named?: Named
}
type Query = Readonly<Record<string, string | undefined>>

/**
 * X's API has two generations of names: its guides and payloads say `tweet`, its description 2.167 says `post`. It refuses
 * a request with a parameter or a value that it does not know, so one is asked, and then the other.
 */
export interface Named {
  readonly tweet: Query
  readonly post: Query
}

/** The request as the account or the app that the token stands for. */
export function withToken(tools: Pick<NetworkTools, 'app'>, token: string, request: XRequest): HttpRequest {
  const { path, query = {}, named: _, ...rest } = request
  const url = new URL(`${tools.app.apiUrl ?? apiUrl}${path}`)
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value)
  return { ...rest, url, headers: { authorization: `Bearer ${token}`, accept: 'application/json' } }
}

/** Sends as the account, with its access renewed once. `before` is awaited before each time it is sent. */
export async function tryAs(call: Call, request: XRequest, meaning: Meaning = {}, before = async () => {}) {
  const { named } = request
  const asking = (names: Query) => ({ ...request, query: { ...request.query, ...names } })
  if (named === undefined) return sendAs(call, request, meaning, before)
  const tried = await sendAs(call, asking(named.tweet), meaning, before)
  const answer = 'answer' in tried ? tried.answer : undefined
  const unknown = answer?.status === 400 && blamed(answer).some((name) => Object.hasOwn(named.tweet, name))
  return unknown ? sendAs(call, asking(named.post), meaning, before) : tried
}

function sendAs(call: Call, request: XRequest, meaning: Meaning, before: () => Promise<void>) {
  return renewing(call, async () => {
    await before()
    return attempt(platform, call, withToken(call, call.credentials.current().accessToken, request), meaning)
  })
}

/** Reads as the account. Throws an AppError that says what became of it; undefined where the thing is gone. */
export async function readAs<T>(call: Call, request: Omit<XRequest, 'method'>, schema: z.ZodType<T>) {
  const tried = await tryAs(call, { method: 'GET', ...request }, { visible: false })
  if (tried.refusal !== undefined) {
    if ('answer' in tried && isGone(platform, tried.answer)) return undefined
    throw errorOf(tried.refusal, call.clock.now())
  }
  const parsed = schema.safeParse(tried.answer.json())
  if (parsed.success) return parsed.data
  throw errorOf({ kind: 'transient', message: unreadable }, call.clock.now())
}

export const unreadable = networkTexts.unreadable({ network: 'X' })

// ---- shapes -------------------------------------------------------------------------------------------------------

const count = z.number().int().nonnegative().optional().catch(undefined)

export const user = z.object({
  id: z.string(),
  name: z.string(),
  username: z.string(),
  profile_image_url: z.string().optional().catch(undefined),
  /** The description says `post_count`, the payloads `tweet_count`. */
  public_metrics: z
    .object({ followers_count: count, tweet_count: count, post_count: count })
    .optional()
    .catch(undefined),
})

const entities = z.object({
  urls: z
    .array(
      z.object({
        url: z.string(),
        expanded_url: z.string().optional().catch(undefined),
        /** Of a link that stands for what is attached. */
        media_key: z.string().optional().catch(undefined),
      }),
    )
    .optional()
    .catch(undefined),
})

/** What every list of posts is asked for. What a post refers to is a field in one generation, an expansion in the other. */
export const postFields: Named = {
  tweet: {
    'tweet.fields':
      'author_id,created_at,conversation_id,in_reply_to_user_id,referenced_tweets,note_tweet,entities,display_text_range,attachments,lang',
    expansions: 'author_id',
  },
  post: {
    'post.fields': 'created_at,conversation_id,note_post,entities,display_text_range,attachments,lang',
    expansions: 'author_id,in_reply_to_user_id,referenced_posts',
  },
}

const references = z
  .array(z.object({ type: z.string(), id: z.string() }))
  .optional()
  .catch(undefined)
/** The whole of a long post, whose `text` is its beginning. */
const note = z
  .object({ text: z.string(), entities: entities.optional().catch(undefined) })
  .optional()
  .catch(undefined)

export const post = z.object({
  id: z.string(),
  text: z.string().catch(''),
  author_id: z.string().optional(),
  created_at: z.string().optional(),
  conversation_id: z.string().optional(),
  in_reply_to_user_id: z.string().optional(),
  referenced_tweets: references,
  referenced_posts: references,
  note_tweet: note,
  note_post: note,
  entities: entities.optional().catch(undefined),
  display_text_range: z.array(z.number()).optional().catch(undefined),
  attachments: z
    .object({ media_keys: z.array(z.string()).optional(), poll_ids: z.array(z.string()).optional() })
    .optional()
    .catch(undefined),
  lang: z.string().optional(),
})
export type Post = z.infer<typeof post>
