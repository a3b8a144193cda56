import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose'
import * as z from 'zod'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { invalidToken, type Person, type TokenVerifier } from './identity.ts'
import { httpTexts } from './texts.ts'

/** Fetches one address as JSON through the safe client: status and text, or it throws. */
export type FetchText = (url: string) => Promise<{ readonly status: number; readonly text: string }>

export interface OidcOptions {
  readonly issuer: string
  readonly audience: string
  readonly clock: Clock
  readonly fetchText: FetchText
}

/** Only signatures with a private key of the issuer's: neither `none` nor a shared secret. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
const discovery = z.object({ issuer: z.string(), jwks_uri: z.url() })
const claims = z.object({
  sub: z.string().min(1).max(512),
  email: z.email().optional().catch(undefined),
  // Cognito says it as a boolean or as a word.
  email_verified: z.union([z.boolean(), z.stringbool()]).optional().catch(undefined),
  client_id: z.string().optional(),
  token_use: z.string().optional(),
})

/**
 * Tokens of one OIDC issuer (OpenID Connect Discovery 1.0, RFC 7519). Its keys are fetched once, kept for ten minutes,
 * and asked for again when a token names a key not among them, at most every 30 s.
 */
export class OidcVerifier implements TokenVerifier {
  readonly #options: OidcOptions
  #keys: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined

  constructor(options: OidcOptions) {
    this.#options = options
  }

  async verify(token: string): Promise<Person> {
    const { issuer, clock } = this.#options
    const keys = await this.#keySet()
    let payload: JWTPayload
    try {
      payload = (
        await jwtVerify(token, keys, {
          issuer,
          algorithms,
          requiredClaims: ['exp', 'sub'],
          clockTolerance: 5,
          currentDate: new Date(clock.now()),
        })
      ).payload
    } catch (error) {
      throw refusal(error)
    }
    const read = claims.safeParse(payload)
    if (!read.success) throw invalidToken(httpTexts.tokenOfNobody())
    if (!this.#forUs(payload, read.data)) throw invalidToken(httpTexts.tokenOfOther())
    const { sub, email, email_verified } = read.data
    return {
      issuer,
      subject: sub,
      ...(email !== undefined && email_verified === true ? { email: email.toLowerCase() } : {}),
    }
  }

  /** Cognito's access tokens name the application in `client_id` and carry no `aud`. */
  #forUs(payload: JWTPayload, read: z.infer<typeof claims>): boolean {
    const { audience } = this.#options
    if (payload.aud === undefined) return read.token_use === 'access' && read.client_id === audience
    return typeof payload.aud === 'string' ? payload.aud === audience : payload.aud.includes(audience)
  }

  #keySet(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    this.#keys ??= this.#discover().catch((error: unknown) => {
      this.#keys = undefined
      throw unreachable(error)
    })
    return this.#keys
  }

  async #discover() {
    const { issuer, fetchText } = this.#options
    const { status, text } = await fetchText(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
    if (status !== 200) throw new Error(`discovery answered ${status}`)
    const found = discovery.parse(JSON.parse(text))
    if (found.issuer !== issuer) throw new Error('discovery is of another issuer')
    return createRemoteJWKSet(new URL(found.jwks_uri), {
      cacheMaxAge: 600_000,
      cooldownDuration: 30_000,
      [customFetch]: async (url) => {
        const answer = await fetchText(url)
        return new Response(answer.text, { status: answer.status })
      },
    })
  }
}

/** What of a token is wrong is told; that the issuer cannot be asked is no fault of the token. */
function refusal(error: unknown): AppError {
  if (error instanceof errors.JWTExpired) return invalidToken(httpTexts.tokenExpired(), error)
  if (error instanceof errors.JWTClaimValidationFailed)
    return invalidToken(httpTexts.tokenClaim({ claim: error.claim }), error)
  if (
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JWSSignatureVerificationFailed
  )
    return invalidToken(httpTexts.tokenIssuer(), error)
  return unreachable(error)
}

const unreachable = (cause: unknown) =>
  new AppError('unavailable', 'issuer_unreachable', httpTexts.issuerUnreachable(), {
    retryAfterSeconds: 5,
    cause,
  })
