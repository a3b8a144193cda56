/** Calls to the Graph API: the shapes that are read, and what its errors mean. */
import { createHmac } from 'node:crypto'
import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { type HttpAnswer, type HttpRequest, outcomeOfFailure, outcomeOfStatus, retryAfter } from '../http/index.ts'
import type { AppConfig, NetworkTools, Outcome } from '../network.ts'
import { codes, graphUrl, graphVersion, unconfirmed } from './facts.ts'

export const credentials = z.object({ pageId: z.string(), accessToken: z.string() })
export type Credentials = z.infer<typeof credentials>

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
type GraphError = z.infer<typeof failure>['error']

type Tools = Pick<NetworkTools, 'http' | 'signal' | 'clock' | 'app'>
export type Refusal = Exclude<Outcome, { kind: 'accepted' | 'processing' | 'partial' }>
interface Refused {
  readonly refusal: Refusal
  readonly status?: number
  readonly error?: GraphError | undefined
}

interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below the version: `/me`, `/{page}/feed`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly form?: NonNullable<HttpRequest['form']>
  readonly timeoutMs?: number
}

/** Proves that the call comes from the app's own server: HMAC-SHA256 of the token with the app's secret. */
function proof(accessToken: string, app: AppConfig): Record<string, string> {
  const secret = app.appSecret
  return secret ? { appsecret_proof: createHmac('sha256', secret).update(accessToken).digest('hex') } : {}
}

/** Throws HttpFailure when there is no answer. The token travels in a header, so that no log of addresses holds it. */
export function send(
  tools: Tools,
  { accessToken }: Pick<Credentials, 'accessToken'>,
  request: GraphRequest,
): Promise<HttpAnswer> {
  const { path, query, ...rest } = request
  const search = new URLSearchParams({ ...query, ...proof(accessToken, tools.app) }).toString()
  return tools.http.send({
    ...rest,
    url: `${tools.app.graphUrl ?? graphUrl}/${graphVersion.name}${path}${search === '' ? '' : `?${search}`}`,
    headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
    signal: tools.signal,
  })
}

/** Never throws for what the network does. `visible`: whether the call makes something visible. */
export async function attempt(
  tools: Tools,
  as: Credentials,
  request: GraphRequest,
  visible = true,
): Promise<{ readonly answer: HttpAnswer } | Refused> {
  try {
    const answer = await send(tools, as, request)
    if (answer.status >= 200 && answer.status < 300) return { answer }
    const error = errorIn(answer)
    return { refusal: refusalOf(answer, error, tools.clock.now(), visible), status: answer.status, error }
  } catch (error) {
    return { refusal: outcomeOfFailure(error, { visible }) }
  }
}

export function errorIn(answer: HttpAnswer): GraphError | undefined {
  const parsed = failure.safeParse(answer.json())
  return parsed.success ? parsed.data.error : undefined
}

export const wordsOf = (error: GraphError | undefined, status: number): string =>
  error === undefined ? `HTTP ${status}` : `“${error.error_user_msg || error.message}” (code ${error.code})`

export function refusalOf(answer: HttpAnswer, error: GraphError | undefined, now: number, visible: boolean): Refusal {
  const words = wordsOf(error, answer.status)
  const lost = visible ? 'unknown' : 'transient'
  if (error === undefined) {
    const general = outcomeOfStatus(answer, now, { visible, waitMs: unconfirmed.limitWaitMs })
    return general ?? { kind: 'rejected', reason: 'invalid', message: `Facebook refused the post: ${words}.` }
  }
  if (codes.limit.has(error.code))
    return {
      kind: 'limited',
      until: regainedAt(answer, now) ?? now + unconfirmed.limitWaitMs,
      scope: codes.appLimit.has(error.code) ? 'app' : 'channel',
      message: `Facebook asks to wait: ${words}.`,
    }
  if (codes.token.has(error.code))
    return {
      kind: 'reauthorize',
      message: `Facebook no longer takes this access token: ${words}. Connect the Page again.`,
    }
  if (codes.policy.has(error.code))
    return { kind: 'rejected', reason: 'policy', message: `Facebook blocked the post under its rules: ${words}.` }
  if (codes.duplicate.has(error.code))
    return { kind: 'rejected', reason: 'duplicate', message: `Facebook takes this for the same post again: ${words}.` }
  if (codes.permission(error.code))
    return {
      kind: 'rejected',
      reason: 'permission',
      message: `Facebook does not allow this token to do that: ${words}.`,
    }
  // It says itself that it does not know: the post may be there.
  if (codes.transient.has(error.code) || error.is_transient === true || answer.status >= 500)
    return { kind: lost, message: `Facebook failed on its side: ${words}.` }
  return { kind: 'rejected', reason: 'invalid', message: `Facebook refused the post: ${words}.` }
}

const usage = z.record(
  z.string(),
  z.array(z.object({ estimated_time_to_regain_access: z.number().nonnegative().catch(0) })),
)

/** `X-Business-Use-Case-Usage` tells minutes, for each business object; the longest counts. */
function regainedAt(answer: HttpAnswer, now: number): number | undefined {
  const header = answer.headers['x-business-use-case-usage']
  const parsed = usage.safeParse(header === undefined ? undefined : jsonOf(header))
  const minutes = parsed.success
    ? Math.max(
        0,
        ...Object.values(parsed.data).flatMap((uses) => uses.map((use) => use.estimated_time_to_regain_access)),
      )
    : 0
  return minutes > 0 ? now + minutes * 60_000 : retryAfter(answer.headers, now)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether the object is gone, or was never visible to this token: Facebook does not tell the two apart. */
export const isGone = ({ status, error }: Refused): boolean =>
  error === undefined
    ? status === 404
    : error.code === codes.invalidParameter && error.error_subcode === codes.missingObject

/** Reads and parses. Throws an AppError that says what became of it; undefined where the object is gone. */
export async function read<T>(
  tools: Tools,
  as: Credentials,
  request: Omit<GraphRequest, 'method'>,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const tried = await attempt(tools, as, { method: 'GET', ...request }, false)
  if ('refusal' in tried) {
    if (isGone(tried)) return undefined
    throw errorOf(tried.refusal, tools.clock.now())
  }
  const parsed = schema.safeParse(tried.answer.json())
  if (parsed.success) return parsed.data
  throw new AppError('unavailable', 'network_failed', 'Facebook answered something that Parvis cannot read.', {
    cause: parsed.error,
  })
}

/** A refusal where there is no publication to carry it. */
export function errorOf(refusal: Refusal, now: number): AppError {
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
