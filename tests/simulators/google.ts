/** What Google's networks share: the page of consent, the token endpoint, the two shapes of its errors. */
import { createHash } from 'node:crypto'
import { type Access, type LimitForm, type Route, Simulator, type WireAnswer, type WireRequest } from './simulator.ts'

export const clientId = '104857-simulated.apps.googleusercontent.com'
export const clientSecret = 'GOCSPX-a-simulated-secret'

export const ok = (json: unknown): WireAnswer => ({ status: 200, json })

/** As the older APIs answer (YouTube). */
export const oldError = (status: number, reason: string, message: string): WireAnswer => ({
  status,
  json: { error: { code: status, message, errors: [{ domain: 'youtube', reason, message }] } },
})

/** As the newer ones do: a status in words, and details. */
export const newError = (
  status: number,
  name: string,
  message: string,
  details: readonly unknown[] = [],
): WireAnswer => ({
  status,
  json: { error: { code: status, message, status: name, details } },
})

const oauthError = (status: number, error: string, description: string): WireAnswer => ({
  status,
  json: { error, error_description: description },
})

interface Code {
  readonly redirectUri: string
  readonly challenge: string
  readonly scope: string
}

export abstract class GoogleSimulator extends Simulator {
  protected abstract readonly scopes: readonly string[]
  /** What the person leaves ticked on the page of consent. Default everything. */
  ticked: readonly string[] | undefined
  /** Whether Google hands out a new refresh token when one is used. It mostly does not. */
  rotates = false
  readonly #codes = new Map<string, Code>()
  #access = 1
  #refresh = 1
  #codeNumber = 0

  get #token() {
    return `ya29.simulated-${this.#access}`
  }
  get #refreshToken() {
    return `1//simulated-${this.#refresh}`
  }

  expireToken(): void {
    this.#access += 1
  }
  override revoke(): void {
    this.#access += 1
    this.#refresh += 1
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    const url = options.url ?? this.url
    return {
      oauth: {},
      credentials: {},
      settings: {},
      app: {
        clientId,
        clientSecret: options.bad ? 'another-secret' : clientSecret,
        apiUrl: url,
        tokenUrl: `${url}/token`,
        authUrl: `${this.url}/o/oauth2/v2/auth`,
      },
    }
  }

  protected consentRoutes(): readonly Route[] {
    return [
      { method: 'GET', path: '/o/oauth2/v2/auth', act: 'consent', handle: (request) => this.#consent(request) },
      { method: 'POST', path: '/token', act: 'auth', handle: (request) => this.#tokens(request) },
    ]
  }

  /** A route that takes the access token, in its header. */
  protected authorized(method: string, path: string, act: Route['act'], handle: Route['handle']): Route {
    return {
      method,
      path,
      act,
      handle: (request) => {
        if (request.query.has('access_token')) this.violation(`${method} ${path}: the token stands in the address`)
        if (request.headers.authorization === `Bearer ${this.#token}`) return handle(request)
        return this.unauthorized()
      },
    }
  }
  protected abstract unauthorized(): WireAnswer

  #consent({ query }: WireRequest): WireAnswer {
    const given = Object.fromEntries(query)
    const redirectUri = given.redirect_uri ?? ''
    const refused = (why: string): WireAnswer => ({ status: 400, body: `<p>Error 400: ${why}</p>` })
    if (given.client_id !== clientId) return refused('invalid_client')
    if (!URL.canParse(redirectUri)) return refused('redirect_uri_mismatch')
    if (given.response_type !== 'code') return refused('unsupported_response_type')
    const asked = new Set((given.scope ?? '').split(' '))
    if (this.scopes.some((scope) => !asked.has(scope)) || asked.size !== this.scopes.length)
      return refused('invalid_scope')
    if (given.access_type !== 'offline' || given.prompt !== 'consent')
      return refused('without access_type=offline and prompt=consent there is no refresh token')
    if (given.code_challenge_method !== 'S256' || !/^[\w-]{43}$/.test(given.code_challenge ?? ''))
      return refused('invalid_request: code_challenge')
    const code = `4/0simulated-${++this.#codeNumber}`
    this.#codes.set(code, {
      redirectUri,
      challenge: given.code_challenge ?? '',
      scope: (this.ticked ?? this.scopes).join(' '),
    })
    const back = new URL(redirectUri)
    back.searchParams.set('state', given.state ?? '')
    back.searchParams.set('code', code)
    return { status: 302, headers: { location: back.href } }
  }

  async #tokens(request: WireRequest): Promise<WireAnswer> {
    if (!(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded'))
      return oauthError(400, 'invalid_request', 'The body must be a form.')
    const form = await request.form()
    const field = (name: string) => String(form.get(name) ?? '')
    if (field('client_id') !== clientId || field('client_secret') !== clientSecret)
      return oauthError(401, 'invalid_client', 'The provided client secret is invalid.')
    if (field('grant_type') === 'authorization_code') {
      const code = this.#codes.get(field('code'))
      // A code is for one use, also where that use fails.
      this.#codes.delete(field('code'))
      const challenge = createHash('sha256').update(field('code_verifier')).digest('base64url')
      if (code === undefined || code.redirectUri !== field('redirect_uri') || code.challenge !== challenge)
        return oauthError(400, 'invalid_grant', 'Malformed auth code.')
      return ok({ ...this.#answer(code.scope), refresh_token: this.#refreshToken })
    }
    if (field('grant_type') !== 'refresh_token') return oauthError(400, 'unsupported_grant_type', 'Invalid grant_type')
    if (field('refresh_token') !== this.#refreshToken)
      return oauthError(400, 'invalid_grant', 'Token has been expired or revoked.')
    if (this.rotates) this.#refresh += 1
    this.#access += 1
    return ok({
      ...this.#answer(this.scopes.join(' ')),
      ...(this.rotates ? { refresh_token: this.#refreshToken } : {}),
    })
  }

  #answer(scope: string) {
    return { access_token: this.#token, expires_in: 3599, scope, token_type: 'Bearer' }
  }

  /** `Retry-After` in one of its two forms, or nothing. */
  protected waiting(wait: LimitForm, seconds: number): Readonly<Record<string, string>> {
    return super.limited(wait, seconds).headers ?? {}
  }
}
