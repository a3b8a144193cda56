/** The token endpoint of OAuth 2 (RFC 6749 §3.2), as the platforms speak it. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { ask, attempt, type HttpRequest, type Platform } from '../http/index.ts'
import type { NetworkTools } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { oauthTexts } from './texts.ts'

/** What every platform answers; their own fields are parsed by who needs them. */
export const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  /** Seconds. */
  expires_in: z.coerce.number().positive().optional(),
  refresh_token: z.string().min(1).optional(),
  refresh_token_expires_in: z.coerce.number().positive().optional(),
  scope: z.string().optional(),
})
export type TokenAnswer = z.infer<typeof tokenAnswer>

/** `Authorization: Basic` of a confidential client (RFC 6749 §2.3.1). */
export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`

/** When a token ends (ms), or undefined where the platform does not say. */
export const endOf = (seconds: number | undefined, now: number): number | undefined =>
  seconds === undefined ? undefined : now + seconds * 1000

/** Trades a code for a token, while a person waits. Throws as {@link ask}. */
export function tokenFor(
  platform: Platform,
  tools: NetworkTools,
  request: Omit<HttpRequest, 'method'> & { readonly method?: 'GET' | 'POST' },
): Promise<TokenAnswer> {
  return ask(platform, tools, { method: 'POST', ...request }, tokenAnswer)
}

/**
 * Trades a refresh token for new ones. Throws `reconnect_needed` where the platform says that it is over (400 or 401 with
 * `invalid_grant`, or what its `refusal` reads as `reauthorize`); anything else is its bad day, and may be tried again.
 */
export async function refreshToken(
  platform: Platform,
  tools: NetworkTools,
  request: Omit<HttpRequest, 'method'> & { readonly method?: 'GET' | 'POST' },
): Promise<TokenAnswer> {
  const tried = await attempt(platform, tools, { method: 'POST', ...request }, { visible: false })
  if (tried.refusal !== undefined) {
    const error = z.looseObject({ error: z.unknown() }).safeParse(tried.answer?.json()).data?.error
    const over = tried.refusal.kind === 'reauthorize' || error === 'invalid_grant' || error === 'invalid_request'
    throw over
      ? new AppError('unauthenticated', 'reconnect_needed', oauthTexts.renewalEnded({ network: platform.title }))
      : new AppError(
          'unavailable',
          'refresh_failed',
          oauthTexts.renewalFailed({ network: platform.title, why: tried.refusal.message }),
        )
  }
  const parsed = tokenAnswer.safeParse(tried.answer.json())
  if (parsed.success) return parsed.data
  throw new AppError('unavailable', 'refresh_failed', networkTexts.unreadableRenewal({ network: platform.title }))
}
