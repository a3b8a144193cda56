/** TikTok's answers: the shapes that are read, and what its errors mean. Errors may come with HTTP 200. */

import * as z from 'zod'
import {
  attempt,
  type HttpAnswer,
  type HttpRequest,
  type Meaning,
  type Platform,
  refusalOf,
  type Tried,
} from '../http/index.ts'
import type { AppConfig, ChannelCall, NetworkTools, Refused } from '../network.ts'
import { renewing } from '../oauth/index.ts'
import { networkTexts } from '../texts.ts'
import { apiUrl, businessUrl, codes, title, unconfirmed } from './facts.ts'
import { tiktokTexts } from './texts.ts'

export const credentials = z.object({
  openId: z.string(),
  accessToken: z.string(),
  refreshToken: z.string(),
  /**
   * Of TikTok's API for Business, where the account has it: comments come by no other way. Its access ends after a day;
   * channels of before 2026-12 have no refresh token.
   */
  business: z.object({ id: z.string(), accessToken: z.string(), refreshToken: z.string().optional() }).optional(),
})
export type Credentials = z.infer<typeof credentials>
export const settings = z.object({})
export type Settings = z.infer<typeof settings>

const failure = z.object({
  error: z.union([
    z.object({ code: z.string(), message: z.string().catch('') }),
    // the token endpoint has its own form
    z.string().transform((code) => ({ code, message: '' })),
  ]),
  error_description: z.string().optional(),
})

function failureIn(answer: HttpAnswer): { code: string; words: string } | undefined {
  const parsed = failure.safeParse(answer.json())
  if (!parsed.success || parsed.data.error.code === 'ok' || parsed.data.error.code === '') return undefined
  const { error, error_description: description } = parsed.data
  return { code: error.code, words: error.message || description || error.code }
}

export const tiktok: Platform = {
  title,
  words: (answer) => failureIn(answer)?.words,
  refusal(answer, now) {
    const found = failureIn(answer)
    return found === undefined ? undefined : meaningOf(found.code, found.words, now)
  },
  waitMs: unconfirmed.rateWaitMs,
}

function meaningOf(code: string, words: string, now: number): Refused | undefined {
  const quoted = networkTexts.quotedCode({ words, code })
  if (codes.token.has(code) || code === 'invalid_grant')
    return { kind: 'reauthorize', message: networkTexts.accessEnded({ words: quoted, network: 'TikTok' }) }
  if (codes.rate.has(code))
    return {
      kind: 'limited',
      until: now + unconfirmed.rateWaitMs,
      scope: 'channel',
      reason: 'rate',
      message: networkTexts.asksToWait({ words: quoted, network: 'TikTok' }),
    }
  if (codes.quota.has(code))
    return {
      kind: 'limited',
      until: now + unconfirmed.quotaWaitMs,
      scope: code === 'reached_active_user_cap' ? 'app' : 'channel',
      reason: 'quota',
      message: tiktokTexts.noMoreToday({ words: quoted }),
    }
  if (codes.policy.has(code))
    return { kind: 'rejected', reason: 'policy', message: networkTexts.blocked({ words: quoted, network: 'TikTok' }) }
  if (codes.permission.has(code))
    return {
      kind: 'rejected',
      reason: 'permission',
      message: networkTexts.notAllowed({ words: quoted, network: 'TikTok' }),
    }
  if (codes.transient.has(code))
    return { kind: 'unknown', message: networkTexts.failedThere({ words: quoted, network: 'TikTok' }) }
  if (code.endsWith('_check_failed') || code === 'invalid_params' || code === 'invalid_param')
    return { kind: 'rejected', reason: 'invalid', message: networkTexts.refused({ words: quoted, network: 'TikTok' }) }
  return undefined
}

/** Comments' API answers `{code: 0}` for success, with HTTP 200 whatever happened. */
const businessFailure = z.object({ code: z.number(), message: z.string().catch('') })
export const businessPlatform: Platform = {
  title: 'TikTok’s API for Business',
  words: (answer) => businessFailure.safeParse(answer.json()).data?.message,
  refusal(answer, now) {
    const found = businessFailure.safeParse(answer.json()).data
    if (found === undefined || found.code === 0) return undefined
    const quoted = networkTexts.quotedCode({ words: found.message, code: found.code })
    if (found.code === 40100 || found.code === 40133)
      return {
        kind: 'limited',
        until: now + unconfirmed.rateWaitMs,
        scope: 'channel',
        message: networkTexts.asksToWait({ words: quoted, network: 'TikTok' }),
      }
    if (found.code === 40105)
      return {
        kind: 'reauthorize',
        message: tiktokTexts.businessEnded({ words: quoted }),
      }
    if (found.code === 40001)
      return {
        kind: 'rejected',
        reason: 'permission',
        message: networkTexts.notAllowed({ words: quoted, network: 'TikTok' }),
      }
    if (found.code >= 50000)
      return { kind: 'unknown', message: networkTexts.failedThere({ words: quoted, network: 'TikTok' }) }
    return { kind: 'rejected', reason: 'invalid', message: networkTexts.refused({ words: quoted, network: 'TikTok' }) }
  },
}

export const base = (app: AppConfig): string => app.apiUrl ?? apiUrl
export const businessBase = (app: AppConfig): string => app.businessUrl ?? businessUrl

type Call = ChannelCall<Credentials, Settings>

/** A call with the account's access, renewed once where it has ended. */
export function callApi(call: Call, path: string, json: unknown, meaning: Meaning): Promise<Tried> {
  return renewing(call, () =>
    checked(tiktok, call, meaning, {
      method: 'POST',
      url: `${base(call.app)}${path}`,
      headers: { authorization: `Bearer ${call.credentials.current().accessToken}`, accept: 'application/json' },
      json: json ?? {},
    }),
  )
}

export function getUser(
  call: Pick<NetworkTools, 'http' | 'signal' | 'clock' | 'app'>,
  accessToken: string,
  fields: string,
): HttpRequest {
  return {
    method: 'GET',
    url: `${base(call.app)}/user/info/?${new URLSearchParams({ fields })}`,
    headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
  }
}

/** A call with the Business access, renewed once where it has ended. */
export function callBusiness(
  call: Call,
  request: {
    readonly method: 'GET' | 'POST'
    readonly path: string
    readonly values: Readonly<Record<string, unknown>>
  },
  meaning: Meaning,
): Promise<Tried> {
  const { method, path, values } = request
  const named = Object.entries(values).map(([name, value]): [string, string] => [name, String(value)])
  const query = method === 'GET' ? `?${new URLSearchParams(named)}` : ''
  return renewing(call, () =>
    checked(businessPlatform, call, meaning, {
      method,
      url: `${businessBase(call.app)}${path}${query}`,
      headers: { 'access-token': call.credentials.current().business?.accessToken ?? '', accept: 'application/json' },
      ...(method === 'POST' ? { json: values } : {}),
    }),
  )
}

/** A success by its status may be none by its body. */
export async function checked(
  platform: Platform,
  tools: Call | NetworkTools,
  meaning: Meaning,
  request: HttpRequest,
): Promise<Tried> {
  const tried = await attempt(platform, tools, request, meaning)
  if (tried.refusal !== undefined) return tried
  const { answer } = tried
  if (platform.refusal?.(answer, tools.clock.now()) === undefined) return tried
  return { answer, refusal: refusalOf(platform, answer, tools.clock.now(), meaning.visible ?? true) }
}
