/** Calls to the Graph API and its relatives, and what their errors mean: for every network of Meta's. */

import { createHmac } from 'node:crypto'
import * as z from 'zod'
import type { Message } from '../../i18n/index.ts'
import { type HttpAnswer, type HttpRequest, type Platform, retryAfter } from '../http/index.ts'
import { parseJson } from '../json.ts'
import type { Refused } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { codes, unconfirmed } from './facts.ts'
import { metaTexts } from './texts.ts'

/** Where calls go, and as whom. */
export interface GraphAccess {
  /** With the version: `https://graph.facebook.com/v27.0`. */
  readonly url: string
  readonly accessToken: string
  /** The secret of the app that the token was made by: sends `appsecret_proof`. */
  readonly proofSecret?: string | undefined
}

export interface GraphRequest extends Omit<HttpRequest, 'url'> {
  /** Below the version: `/me`, `/{page}/feed`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
}

/** For `attempt`, `read` and `ask`. The token travels in a header, so that no log of addresses holds it. */
export function graphRequest(access: GraphAccess, { path, query, headers, ...rest }: GraphRequest): HttpRequest {
  const search = new URLSearchParams({ ...query, ...proofOf(access) }).toString()
  return {
    ...rest,
    url: `${access.url}${path}${search === '' ? '' : `?${search}`}`,
    headers: { authorization: `Bearer ${access.accessToken}`, accept: 'application/json', ...headers },
  }
}

/** Meta's tokens are letters and digits; an app's own token is `<id>|<secret>`. */
const metaToken = /^[A-Za-z0-9_.|-]+$/

/**
 * Proves that the call comes from the app's own server: HMAC-SHA256 of the token with the app's secret. The same key signs
 * webhook deliveries, which are JSON: only what has the form of a token is signed.
 */
function proofOf({ accessToken, proofSecret }: GraphAccess): Record<string, string> {
  return proofSecret && metaToken.test(accessToken)
    ? { appsecret_proof: createHmac('sha256', proofSecret).update(accessToken).digest('hex') }
    : {}
}

const failure = z.object({
  error: z.object({
    message: z.string().catch(''),
    code: z.number(),
    error_subcode: z.number().optional(),
    is_transient: z.boolean().optional(),
    /** What Meta itself would show a person. */
    error_user_msg: z.string().optional(),
  }),
})
export type GraphError = z.infer<typeof failure>['error']

/** The error that an answer tells, if it tells one. */
export function graphErrorIn(answer: HttpAnswer): GraphError | undefined {
  const parsed = failure.safeParse(answer.json())
  return parsed.success ? parsed.data.error : undefined
}

const wordsOf = (error: GraphError) =>
  networkTexts.quotedCode({ words: error.error_user_msg || error.message, code: error.code })

/** What codes mean to one network alone; undefined leaves the error to what it means everywhere. */
export type OwnMeaning = (error: GraphError, words: Message, now: number) => Refused | undefined

export function graphPlatform(title: string, own?: OwnMeaning): Platform {
  return {
    title,
    waitMs: unconfirmed.limitWaitMs,
    words: (answer) => {
      const error = graphErrorIn(answer)
      return error === undefined ? undefined : error.error_user_msg || error.message
    },
    gone: (answer) => {
      const error = graphErrorIn(answer)
      return error === undefined
        ? answer.status === 404
        : // gone, or never visible to this token: Meta does not tell the two apart
          error.code === codes.invalidParameter && error.error_subcode === codes.missingObject
    },
    refusal: (answer, now) => {
      const error = graphErrorIn(answer)
      return error === undefined
        ? undefined
        : (own?.(error, wordsOf(error), now) ?? meaningOf(title, error, answer, now))
    },
  }
}

function meaningOf(title: string, error: GraphError, answer: HttpAnswer, now: number): Refused {
  const words = wordsOf(error)
  if (codes.limit.has(error.code))
    return {
      kind: 'limited',
      until: regainedAt(answer, now) ?? now + unconfirmed.limitWaitMs,
      scope: codes.appLimit.has(error.code) ? 'app' : 'channel',
      message: networkTexts.asksToWait({ network: title, words }),
    }
  if (codes.token.has(error.code))
    return { kind: 'reauthorize', message: networkTexts.accessEnded({ network: title, words }) }
  if (error.error_subcode === unconfirmed.outsideWindow)
    return {
      kind: 'rejected',
      reason: 'policy',
      message: metaTexts.windowClosed({ network: title, words }),
    }
  if (error.code === unconfirmed.alreadyReplied)
    return { kind: 'rejected', reason: 'duplicate', message: metaTexts.privateReplyGiven({ words }) }
  if (codes.policy.has(error.code))
    return { kind: 'rejected', reason: 'policy', message: networkTexts.blocked({ network: title, words }) }
  if (codes.duplicate.has(error.code))
    return { kind: 'rejected', reason: 'duplicate', message: networkTexts.duplicate({ network: title, words }) }
  if (codes.permission(error.code))
    return {
      kind: 'rejected',
      reason: 'permission',
      message: metaTexts.accessNotAllowed({ network: title, words }),
    }
  // It says itself that it does not know: the post may be there.
  if (codes.transient.has(error.code) || error.is_transient === true || answer.status >= 500)
    return { kind: 'unknown', message: networkTexts.failedThere({ network: title, words }) }
  return { kind: 'rejected', reason: 'invalid', message: networkTexts.refused({ network: title, words }) }
}

const usage = z.record(
  z.string(),
  z.array(z.object({ estimated_time_to_regain_access: z.number().nonnegative().catch(0) })),
)

/** `X-Business-Use-Case-Usage` tells minutes, for each business object; the longest counts. */
function regainedAt(answer: HttpAnswer, now: number): number | undefined {
  const header = answer.headers['x-business-use-case-usage']
  const parsed = usage.safeParse(header === undefined ? undefined : parseJson(header))
  const minutes = parsed.success
    ? Math.max(
        0,
        ...Object.values(parsed.data).flatMap((uses) => uses.map((use) => use.estimated_time_to_regain_access)),
      )
    : 0
  return minutes > 0 ? now + minutes * 60_000 : retryAfter(answer.headers, now)
}
