/** Calls to a forum: the shapes that are read, and what its errors mean. */

import * as z from 'zod'
import { attempt, type HttpAnswer, type HttpRequest, type Meaning, type Platform, type Tried } from '../http/index.ts'
import type { NetworkTools, Refused } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { title } from './facts.ts'

export const credentials = z.object({ site: z.url(), username: z.string(), apiKey: z.string() })
export type Credentials = z.infer<typeof credentials>
export const settings = z.object({
  categoryId: z
    .number()
    .int()
    .positive()
    .optional()
    .meta({ description: 'The category of topics that name none: the number in its address' }),
})
export type Settings = z.infer<typeof settings>

const failure = z.object({
  errors: z.array(z.string()).optional(),
  error_type: z.string().optional(),
  extras: z.object({ wait_seconds: z.number().optional() }).nullish().catch(undefined),
})
const failureOf = (answer: HttpAnswer) => failure.safeParse(answer.json()).data

export const discourse: Platform = {
  title,
  words: (answer) => failureOf(answer)?.errors?.join(' '),
  refusal,
}

function refusal(answer: HttpAnswer, now: number): Refused | undefined {
  const found = failureOf(answer)
  const words = found?.errors?.join(' ') ?? ''
  const seconds = found?.extras?.wait_seconds
  if (answer.status === 429 && seconds !== undefined)
    return {
      kind: 'limited',
      until: now + Math.max(1, seconds) * 1000,
      scope: 'channel',
      reason: 'rate',
      message: networkTexts.asksToWaitFor({ words, network: 'Discourse' }),
    }
  // it says so to a key that is wrong with 403, as to one that may not
  if (answer.status === 403 && /\bapi (username|key)\b/i.test(words)) return over(words)
  return undefined
}

const over = (words: string): Refused => ({
  kind: 'reauthorize',
  message: networkTexts.accessEndedFor({ words, network: 'Discourse' }),
})

interface Call {
  readonly method: HttpRequest['method']
  readonly path: string
  readonly json?: unknown
  readonly form?: FormData
}

export const request = ({ site, username, apiKey }: Credentials, { method, path, json, form }: Call): HttpRequest => ({
  method,
  url: `${site}${path}`,
  headers: { 'api-key': apiKey, 'api-username': username, accept: 'application/json' },
  ...(json === undefined ? {} : { json }),
  ...(form === undefined ? {} : { form, timeoutMs: 90_000 }),
})

type Tools = Pick<NetworkTools, 'http' | 'signal' | 'clock'>

export async function call(tools: Tools, as: Credentials, what: Call, meaning: Meaning = {}): Promise<Tried> {
  const tried = await attempt(discourse, tools, request(as, what), meaning)
  if (tried.refusal?.kind !== 'rejected' || tried.answer?.status !== 403) return tried
  // a forum in another language words it otherwise: a key that may not even read its own notifications is over
  const own = request(as, { method: 'GET', path: '/notifications.json' })
  const looked = await attempt(discourse, tools, own, { visible: false })
  if (looked.answer?.status !== 403) return tried
  return { ...tried, refusal: over(discourse.words(tried.answer) ?? 'HTTP 403') }
}

export const post = z.object({
  id: z.number().int(),
  topic_id: z.number().int(),
  topic_slug: z.string().nullish(),
  post_number: z.number().int(),
  username: z.string(),
  created_at: z.string(),
  raw: z.string().nullish(),
  hidden: z.boolean().nullish(),
  deleted_at: z.string().nullish(),
  user_deleted: z.boolean().nullish(),
  reply_count: z.number().int().nullish(),
  actions_summary: z
    .array(z.object({ id: z.number(), count: z.number().int().nullish() }))
    .nullish()
    .catch(undefined),
})
export type Post = z.infer<typeof post>

export const topic = z.object({
  id: z.number().int(),
  slug: z.string().nullish(),
  deleted_at: z.string().nullish(),
  views: z.number().int().nullish(),
  like_count: z.number().int().nullish(),
  posts_count: z.number().int().nullish(),
  post_stream: z.object({ stream: z.array(z.number().int()).optional() }).optional(),
})

/** A topic is `t/<id>`, an answer within one `p/<id>`. Undefined for what is neither. */
export function idOf(externalId: string): { readonly kind: 't' | 'p'; readonly id: number } | undefined {
  const [, kind, id] = /^([tp])\/(\d{1,15})$/.exec(externalId) ?? []
  return kind === 't' || kind === 'p' ? { kind, id: Number(id) } : undefined
}
