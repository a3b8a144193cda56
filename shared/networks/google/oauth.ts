/** Google's consent (OAuth 2, code with PKCE) and its tokens: the same for all its networks, each with its own scopes. */

import { AppError } from '../../kernel/errors.ts'
import type { Platform } from '../http/index.ts'
import type { AppConfig, NetworkTools, OAuthReturn, OAuthStart, Refreshed } from '../network.ts'
import { endOf, refreshToken, required, tokenFor } from '../oauth/index.ts'
import { networkTexts } from '../texts.ts'
import type { GoogleAccess } from './api.ts'
import { authUrl, tokenUrl } from './facts.ts'
import { googleTexts } from './texts.ts'

/** One network's way through Google's consent. */
export interface GoogleConsent {
  readonly network: string
  readonly platform: Platform
  readonly scopes: readonly string[]
}

/** `access_type=offline` with `prompt=consent` is what makes Google hand out a refresh token every time. */
export function authorizeUrl(
  { network, scopes }: GoogleConsent,
  app: AppConfig,
  { redirectUri, state, codeChallenge }: OAuthStart,
): string {
  const { clientId } = required(app, network, 'clientId', 'clientSecret')
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: scopes.join(' '),
    state,
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
    access_type: 'offline',
    prompt: 'consent',
  })
  return `${app.authUrl ?? authUrl}?${query}`
}

/** Trades the code. Throws `permission_missing` where the person unticked a box, and as `tokenFor`. */
export async function tokensOf(
  { network, platform, scopes }: GoogleConsent,
  tools: NetworkTools,
  { code, redirectUri, codeVerifier }: OAuthReturn,
): Promise<Refreshed<GoogleAccess>> {
  const now = tools.clock.now()
  const { clientId, clientSecret } = required(tools.app, network, 'clientId', 'clientSecret')
  const token = await tokenFor(platform, tools, {
    url: tools.app.tokenUrl ?? tokenUrl,
    form: {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
      client_id: clientId,
      client_secret: clientSecret,
    },
  })
  const granted = new Set(token.scope?.split(' ') ?? scopes)
  const missing = scopes.filter((scope) => !granted.has(scope))
  if (missing.length > 0)
    throw new AppError(
      'unprocessable',
      'permission_missing',
      googleTexts.lacksPermissions({
        network: platform.title,
        scopes: missing.map((one) => one.split('/').at(-1)).join(', '),
      }),
    )
  if (token.refresh_token === undefined)
    throw new AppError('unavailable', 'network_failed', networkTexts.noRenewalToken({ network: 'Google' }))
  return withEnd({ accessToken: token.access_token, refreshToken: token.refresh_token }, token.expires_in, now)
}

/** A new access token; the refresh token stays the same, unless Google sends another. Throws as `refreshToken`. */
export async function renewed(
  { network, platform }: GoogleConsent,
  tools: NetworkTools,
  old: GoogleAccess,
): Promise<Refreshed<GoogleAccess>> {
  const now = tools.clock.now()
  const { clientId, clientSecret } = required(tools.app, network, 'clientId', 'clientSecret')
  const token = await refreshToken(platform, tools, {
    url: tools.app.tokenUrl ?? tokenUrl,
    form: {
      grant_type: 'refresh_token',
      refresh_token: old.refreshToken,
      client_id: clientId,
      client_secret: clientSecret,
    },
  })
  const next = { accessToken: token.access_token, refreshToken: token.refresh_token ?? old.refreshToken }
  return withEnd(next, token.expires_in, now)
}

function withEnd(credentials: GoogleAccess, seconds: number | undefined, now: number): Refreshed<GoogleAccess> {
  const expiresAt = endOf(seconds, now)
  return { credentials, ...(expiresAt === undefined ? {} : { expiresAt }) }
}
