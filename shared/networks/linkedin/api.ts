/** Calls to LinkedIn's REST API: how they are written, and what its refusals mean. */

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
import { apiUrl, apiVersion, unconfirmed } from './facts.ts'
import { linkedinTexts } from './texts.ts'

export const credentials = z.object({
  accessToken: z.string(),
  /** Only approved partners get one. */
  refreshToken: z.string().optional(),
  /** `urn:li:organization:…`: the page. */
  organization: z.string(),
  /** `urn:li:person:…`: the administrator who connected it. */
  person: z.string(),
})
export type Credentials = z.infer<typeof credentials>
export const settings = z.object({})
export type Settings = z.infer<typeof settings>
export type Call = ChannelCall<Credentials, Settings>

const failure = z.looseObject({
  message: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  errorDetails: z
    .looseObject({
      inputErrors: z
        .array(
          z.looseObject({
            code: z.string().optional().catch(undefined),
            description: z.string().optional().catch(undefined),
            input: z
              .looseObject({ inputPath: z.looseObject({ fieldPath: z.string().optional() }).optional() })
              .optional()
              .catch(undefined),
          }),
        )
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
})

const failureIn = (answer: HttpAnswer) => failure.safeParse(answer.json()).data ?? {}

export const platform: Platform = {
  title: 'LinkedIn',
  words: (answer) => {
    const { message, error_description, error } = failureIn(answer)
    return message ?? error_description ?? error
  },
  waitMs: unconfirmed.limitWaitMs,
  refusal(answer, now) {
    if (answer.status === 429) return limitOf(answer, now)
    if (answer.status === 426)
      return {
        kind: 'transient',
        message: linkedinTexts.versionEnded({ version: apiVersion.name, words: said(platform, answer) }),
      }
    if (answer.status !== 400 && answer.status !== 422) return undefined
    return refusedContent(answer)
  },
}

/** LinkedIn counts by the day, reset at midnight UTC, and says so in words alone; short throttles say nothing of time. */
function limitOf(answer: HttpAnswer, now: number): Refused {
  const text = platform.words(answer) ?? ''
  const ofDay = /\bDAY\b/i.test(text)
  const midnight = Math.floor(now / 86_400_000) * 86_400_000 + 86_400_000
  return {
    kind: 'limited',
    until: retryAfter(answer.headers, now) ?? (ofDay ? midnight : now + unconfirmed.limitWaitMs),
    scope: /\bAPPLICATION\b/i.test(text) ? 'app' : 'channel',
    reason: ofDay ? 'quota' : 'rate',
    message: networkTexts.asksToWait({ words: said(platform, answer), network: 'LinkedIn' }),
  }
}

function refusedContent(answer: HttpAnswer): Refused | undefined {
  const { errorDetails, message = '' } = failureIn(answer)
  const errors = errorDetails?.inputErrors ?? []
  if (errors.some(({ code }) => code === 'DUPLICATE_POST')) {
    const of = /urn:li:(?:share|ugcPost|activity):\d+/.exec(message)?.[0]
    return {
      kind: 'rejected',
      reason: 'duplicate',
      message: linkedinTexts.duplicate({ words: said(platform, answer) }),
      ...(of === undefined ? {} : { of }),
    }
  }
  const path = errors.map(({ input }) => input?.inputPath?.fieldPath ?? '').find((field) => field !== '')
  const pointer = pointers.find(([start]) => path?.startsWith(start))?.[1]
  return pointer === undefined
    ? undefined
    : {
        kind: 'rejected',
        reason: 'invalid',
        message: networkTexts.refused({ words: said(platform, answer), network: 'LinkedIn' }),
        pointer,
      }
}

/** Fields of a post as LinkedIn names them, and where they come from. */
const pointers: readonly (readonly [string, string])[] = [
  ['commentary', '/parts/0/text'],
  ['content/poll', '/options/poll'],
  ['content/article', '/options/link'],
  ['content', '/parts/0/media'],
]

/** A URN as Rest.li wants it in addresses and keys: colons and brackets escaped, too. */
export const urn = (text: string): string => encodeURIComponent(text).replace(/\(/g, '%28').replace(/\)/g, '%29')

/** `List(a,b)`, whose own brackets and commas stay as they are. */
export const listOf = (items: readonly string[]): string => `List(${items.map(urn).join(',')})`

interface RestRequest extends Omit<HttpRequest, 'url' | 'headers'> {
  /** Below the host, query included, escaped by {@link urn}: `/rest/posts/urn%3A…`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

export function withToken(tools: Pick<NetworkTools, 'app'>, token: string, request: RestRequest): HttpRequest {
  const { path, headers, ...rest } = request
  return {
    ...rest,
    url: `${tools.app.apiUrl ?? apiUrl}${path}`,
    headers: {
      ...headers,
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      'linkedin-version': apiVersion.name,
      'x-restli-protocol-version': '2.0.0',
    },
  }
}

/** Sends as the page, with its access renewed once. `before` is awaited before each time it is sent. */
export function tryAs(call: Call, request: RestRequest, meaning: Meaning = {}, before = async () => {}) {
  return renewing(call, async () => {
    await before()
    return attempt(platform, call, withToken(call, call.credentials.current().accessToken, request), meaning)
  })
}

/** Reads as the page. Throws an AppError that says what became of it; undefined where the thing is gone. */
export async function readAs<T>(call: Call, path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const tried = await tryAs(call, { method: 'GET', path }, { visible: false })
  if (tried.refusal !== undefined) {
    if ('answer' in tried && isGone(platform, tried.answer)) return undefined
    throw errorOf(tried.refusal, call.clock.now())
  }
  const parsed = schema.safeParse(tried.answer.json())
  if (parsed.success) return parsed.data
  throw errorOf({ kind: 'transient', message: unreadable }, call.clock.now())
}

export const unreadable = networkTexts.unreadable({ network: 'LinkedIn' })

/** Whether our access may be shown to an address that LinkedIn handed out. */
export function isOurs(tools: Pick<NetworkTools, 'app'>, address: string): boolean {
  const host = URL.parse(address)?.host ?? ''
  return /(^|\.)linkedin\.com$/.test(host) || host === URL.parse(tools.app.apiUrl ?? apiUrl)?.host
}

export const postUrl = (id: string) => `https://www.linkedin.com/feed/update/${id}`
