/** Calls to a site's REST API: where it is, the shapes that are read, and what its errors mean. */

import * as z from 'zod'
import { attempt, type HttpAnswer, type HttpRequest, type Meaning, type Platform, type Tried } from '../http/index.ts'
import type { NetworkTools, Refused } from '../network.ts'
import { floodMs, title } from './facts.ts'
import { wordpressTexts } from './texts.ts'

export const credentials = z.object({
  /** The root of the REST API: `https://blog.example/wp-json/`, or `https://blog.example/?rest_route=/`. */
  root: z.url(),
  username: z.string(),
  applicationPassword: z.string(),
  userId: z.number().int(),
})
export type Credentials = z.infer<typeof credentials>

export const settingsInput = z.object({
  seo: z
    .enum(['yoast', 'rankmath'])
    .optional()
    .meta({ description: 'The plugin that keeps titles and descriptions for search engines, if there is one' }),
})
export const settings = settingsInput.extend({
  /** Whether the user may see and settle comments that are held back. */
  moderates: z.boolean().default(false),
})
export type Settings = z.infer<typeof settings>

const failure = z.object({
  code: z.string(),
  message: z.string(),
  data: z.object({ status: z.number().optional(), term_id: z.number().optional() }).nullish().catch(undefined),
})

export const failureOf = (answer: HttpAnswer | undefined) =>
  answer === undefined ? undefined : failure.safeParse(answer.json()).data

export const wordpress: Platform = {
  title,
  words: (answer) => failureOf(answer)?.message,
  refusal,
  // what is in the bin already answers 410
  gone: (answer) => answer.status === 404 || answer.status === 410,
}

function refusal(answer: HttpAnswer, now: number): Refused | undefined {
  const found = failureOf(answer)
  switch (found?.code) {
    case 'comment_duplicate':
      return {
        kind: 'rejected',
        reason: 'duplicate',
        message: wordpressTexts.commentTwice({ words: found.message }),
      }
    case 'comment_flood':
      return {
        kind: 'limited',
        until: now + floodMs,
        scope: 'channel',
        reason: 'rate',
        message: wordpressTexts.commentWait({ words: found.message }),
      }
    // a refused file answers 500, and surely was not kept
    case 'rest_upload_unknown_error':
    case 'rest_upload_sideload_error':
      return {
        kind: 'rejected',
        reason: 'invalid',
        message: wordpressTexts.fileRefused({ words: found.message }),
        pointer: '/parts/0/media',
      }
    default:
      return undefined
  }
}

/** The address of a route below the root, whichever form that has. */
export function addressOf(root: string, path: string, query: Readonly<Record<string, string>> = {}): string {
  const url = new URL(root)
  const route = url.searchParams.get('rest_route')
  if (route === null) url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`
  else url.searchParams.set('rest_route', `${route.replace(/\/+$/, '')}${path}`)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url.href
}

interface Call {
  readonly method: HttpRequest['method']
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly form?: FormData
}

export const request = (
  as: Pick<Credentials, 'root' | 'username' | 'applicationPassword'>,
  { method, path, query, json, form }: Call,
): HttpRequest => ({
  method,
  url: addressOf(as.root, path, query),
  headers: { authorization: basic(as), accept: 'application/json' },
  ...(json === undefined ? {} : { json }),
  ...(form === undefined ? {} : { form, timeoutMs: 120_000 }),
})

/** RFC 7617, as it stands: OAuth's is written otherwise. */
const basic = ({ username, applicationPassword }: Pick<Credentials, 'username' | 'applicationPassword'>) =>
  `Basic ${Buffer.from(`${username}:${applicationPassword}`).toString('base64')}`

type Tools = Pick<NetworkTools, 'http' | 'signal' | 'clock'>

export const call = (tools: Tools, as: Credentials, what: Call, meaning: Meaning = {}): Promise<Tried> =>
  attempt(wordpress, tools, request(as, what), meaning)

/** Times come without a zone; those called `gmt` are UTC. */
export const timeOf = (gmt: string): number => Date.parse(/Z|[+-]\d\d:\d\d$/.test(gmt) ? gmt : `${gmt}Z`)
