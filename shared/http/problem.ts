import { renderAll } from '../i18n/render.ts'
import { AppError } from '../kernel/errors.ts'
import { type GatewayAnswer, gatewayAnswer } from './gateway.ts'
import type { Reader } from './reader.ts'
import { statusOf } from './status.ts'
import { httpTexts, titleOf } from './texts.ts'

/** An error as a problem document (RFC 9457), in the reader's language. What is no {@link AppError} says nothing of itself. */
export function problemAnswer(
  thrown: unknown,
  requestId: string,
  reader: Reader,
  headers: Readonly<Record<string, string>> = {},
): GatewayAnswer {
  const error = thrown instanceof AppError ? thrown : unknownError(thrown)
  const internal = error.kind === 'internal'
  const body = {
    type: `/docs#${error.code}`,
    title: titleOf(error.kind),
    status: statusOf[error.kind],
    detail: internal ? httpTexts.internal({ requestId }) : error.text,
    code: internal ? 'internal' : error.code,
    instance: requestId,
    ...(error.problems.length > 0 ? { problems: error.problems } : {}),
  }
  return gatewayAnswer(
    body.status,
    {
      'content-type': 'application/problem+json',
      ...(error.kind === 'rate_limited' || error.kind === 'unavailable'
        ? { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfterSeconds ?? 1))) }
        : {}),
      ...challenge(error),
      ...headers,
    },
    `${JSON.stringify(renderAll(internal ? { ...body, type: '/docs#internal' } : body, reader.language, reader.zone))}\n`,
  )
}

/** middy ends a call just before the function's own limit; what it was doing may or may not have been done. */
function unknownError(thrown: unknown): AppError {
  if (thrown instanceof Error && thrown.name === 'TimeoutError')
    return new AppError('unavailable', 'timed_out', httpTexts.timedOut())
  return new AppError('internal', 'internal', 'internal', { cause: thrown })
}

/** What RFC 6750 asks of a 401 or 403. */
function challenge(error: AppError): Readonly<Record<string, string>> {
  if (error.code === 'missing_credentials') return { 'www-authenticate': 'Bearer realm="parvis"' }
  if (error.kind === 'unauthenticated') return { 'www-authenticate': 'Bearer realm="parvis", error="invalid_token"' }
  if (error.code === 'missing_scope') return { 'www-authenticate': 'Bearer realm="parvis", error="insufficient_scope"' }
  return {}
}
