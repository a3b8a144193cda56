/**
 * Snapchat's Public Profile API with one profile, by what was at hand of it (docs/networks/snapchat.md): it decrypts what
 * it is sent, and posts nothing else.
 */
import { createDecipheriv, createHash } from 'node:crypto'
import {
  type Access,
  type Injected,
  type LimitForm,
  type Refusal,
  type Route,
  type SimulatedPost,
  Simulator,
  type WireAnswer,
  type WireRequest,
} from './simulator.ts'

const clientId = '0b2ca1f0-5a43-4f0e-9f6c-7d1f3a3f6f10'
const clientSecret = 'a-simulated-snapchat-secret'
export const profileId = '7f6b1f0c-8f0e-4d5a-9a37-2f1f6c1b9e55'
const scope = 'snapchat-profile-api'
const maxPart = 32 * 1024 * 1024

interface Upload {
  readonly id: string
  readonly type: string
  readonly key: Buffer
  readonly iv: Buffer
  readonly parts: Map<number, Buffer>
  readonly at: number
  whole: Buffer | undefined
  /** How often a post is still answered with "processing". */
  looks: number
}

const failed = (status: number, code: string, message: string): WireAnswer => ({
  status,
  json: {
    request_id: '57e56c0b00ff0e1b43229b96350001',
    request_status: 'ERROR',
    error_code: code,
    debug_message: message,
    display_message: message,
  },
})
const invalid = (message: string) => failed(400, 'INVALID_REQUEST', message)
const success = (more: Readonly<Record<string, unknown>> = {}): WireAnswer => ({
  status: 200,
  json: { request_id: '57e56c0b00ff0e1b43229b96350002', request_status: 'SUCCESS', ...more },
})

export class SnapchatSimulator extends Simulator {
  readonly network = 'snapchat'
  readonly refusals: readonly Refusal[] = ['invalid', 'permission']
  /** How often a post of a file is answered as "still processing". */
  override processingLooks = 0
  /** How long a file waits for its post. */
  mediaLivesMs = 24 * 3600_000
  /** Whether figures come as a list of pairs instead of as an object. */
  statsAsList = false
  /** Answered to every post instead of making it. */
  busy: string | undefined
  /** Why saved stories are refused, in the part of a success that is about them. */
  savedRefused: string | undefined
  /** Whether errors come with HTTP 200. */
  errorsAsSuccess = false
  /** Whether a person has a public profile at all. */
  hasProfile = true
  readonly #codes = new Map<string, string>()
  readonly #uploads = new Map<string, Upload>()
  #access = 1
  #refresh = 1
  #serial = 100

  get #token() {
    return `snap_access-${this.#access}`
  }
  get #refreshToken() {
    return `snap_refresh-${this.#refresh}`
  }

  expireToken(): void {
    this.#access += 1
  }
  override revoke(): void {
    this.#access += 1
    this.#refresh += 1
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    const api = options.url ?? this.url
    return {
      oauth: {},
      credentials: {},
      settings: {},
      app: {
        clientId,
        clientSecret: options.bad ? 'another-secret' : clientSecret,
        apiUrl: api,
        authUrl: `${this.url}/login/oauth2/authorize`,
        tokenUrl: `${api}/login/oauth2/access_token`,
      },
    }
  }

  protected routes(): readonly Route[] {
    const route = (method: string, path: string, act: Route['act'], handle: Route['handle']): Route => ({
      method,
      path,
      act,
      handle: (request) => {
        if (request.headers.authorization !== `Bearer ${this.#token}`)
          return failed(401, 'UNAUTHORIZED', 'The access token is invalid.')
        const { profile } = request.params
        if (profile !== undefined && profile !== profileId)
          return failed(403, 'AUTHORIZATION_PERMISSION_DENIED', 'No permission on this profile.')
        return handle(request)
      },
    })
    return [
      { method: 'GET', path: '/login/oauth2/authorize', act: 'consent', handle: (request) => this.#consent(request) },
      { method: 'POST', path: '/login/oauth2/access_token', act: 'auth', handle: (request) => this.#tokens(request) },
      route('GET', '/v1/public_profiles/my_profile', 'read', () =>
        success(this.hasProfile ? { public_profile: this.#profile() } : {}),
      ),
      route('POST', '/v1/public_profiles/:profile/media', 'media', (request) => this.#create(request)),
      route('POST', '/us/v1/public_profiles/:profile/media/:media/multipart-upload', 'media', (request) =>
        this.#receive(request),
      ),
      route('POST', '/v1/public_profiles/:profile/stories', 'publish', (request) => this.#story(request)),
      route('POST', '/v1/public_profiles/:profile/saved_stories', 'publish', (request) => this.#saved(request)),
      route('POST', '/v1/public_profiles/:profile/spotlights', 'publish', (request) => this.#spotlight(request)),
      ...['stories', 'saved_stories', 'spotlights'].map((name) =>
        route('GET', `/v1/public_profiles/:profile/${name}/:id/stats`, 'read', ({ params, query }) =>
          this.#stats(name, params.id ?? '', query),
        ),
      ),
    ]
  }

  #consent({ query }: WireRequest): WireAnswer {
    const redirect = query.get('redirect_uri') ?? ''
    if (query.get('client_id') !== clientId || query.get('response_type') !== 'code' || !URL.canParse(redirect))
      return { status: 400, body: 'invalid_request' }
    if (query.get('scope') !== scope) return { status: 400, body: 'invalid_scope' }
    const code = createHash('sha256')
      .update(`${++this.#serial}`)
      .digest('hex')
    this.#codes.set(code, redirect)
    const back = new URL(redirect)
    back.searchParams.set('code', code)
    back.searchParams.set('state', query.get('state') ?? '')
    return { status: 302, headers: { location: back.href } }
  }

  async #tokens(request: WireRequest): Promise<WireAnswer> {
    const refuse = (error: string, description: string): WireAnswer => ({
      status: 400,
      json: { error, error_description: description },
    })
    if (!(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded'))
      return refuse('invalid_request', 'The body must be a form.')
    const form = await request.form()
    if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret)
      return refuse('invalid_client', 'Client authentication failed.')
    const grant = form.get('grant_type')
    if (grant === 'authorization_code') {
      const code = String(form.get('code'))
      if (!this.#codes.has(code) || this.#codes.get(code) !== form.get('redirect_uri'))
        return refuse('invalid_grant', 'Invalid authorization code.')
      this.#codes.delete(code)
    } else if (grant === 'refresh_token') {
      if (form.get('refresh_token') !== this.#refreshToken) return refuse('invalid_grant', 'Invalid refresh token.')
      this.#access += 1
      this.#refresh += 1
    } else return refuse('unsupported_grant_type', 'Unknown grant type.')
    return {
      status: 200,
      json: {
        access_token: this.#token,
        refresh_token: this.#refreshToken,
        token_type: 'Bearer',
        expires_in: 3600,
        scope,
      },
    }
  }

  #profile() {
    return {
      id: profileId,
      organization_id: '0f8f0a43-2b5f-4a4b-9d43-6a29c8a1f1b7',
      display_name: 'Boulangerie du Port',
      snap_user_name: 'boulangerieduport',
      profile_tier: 'TIER_PUBLIC',
      subscriber_count: this.followers,
      logo_urls: { manage_profile_logo_url: 'https://cf-st.sc-cdn.example/boulangerie.jpg' },
    }
  }

  #create(request: WireRequest): WireAnswer {
    const { type, name, key, iv, ...rest } = request.json()
    for (const field of Object.keys(rest)) this.violation(`there is no field ${field} of a media`)
    if (type !== 'VIDEO' && type !== 'IMAGE') return invalid('type must be VIDEO or IMAGE.')
    if (typeof name !== 'string' || name === '') return invalid('name is missing.')
    const [keyBytes, ivBytes] = [Buffer.from(String(key), 'base64'), Buffer.from(String(iv), 'base64')]
    if (keyBytes.length !== 32 || ivBytes.length !== 16) return invalid('key must have 32 bytes and iv 16.')
    const id = this.#uuid()
    this.#uploads.set(id, {
      id,
      type,
      key: keyBytes,
      iv: ivBytes,
      parts: new Map(),
      at: this.now(),
      whole: undefined,
      looks: this.processingLooks,
    })
    const path = `/us/v1/public_profiles/${profileId}/media/${id}/multipart-upload`
    return success({ media_id: id, add_path: path, finalize_path: path })
  }

  async #receive(request: WireRequest): Promise<WireAnswer> {
    const upload = this.#uploads.get(request.params.media ?? '')
    if (upload === undefined) return failed(404, 'NOT_FOUND', 'Media not found.')
    if (!(request.headers['content-type'] ?? '').startsWith('multipart/form-data'))
      return invalid('The body must be a form.')
    if (upload.whole !== undefined) return failed(400, 'MEDIA_ALREADY_FINALIZED', 'The media is finalized.')
    const form = await request.form()
    if (form.get('action') === 'FINALIZE') return this.#finalize(upload)
    const [number, file] = [Number(form.get('part_number')), form.get('file')]
    if (form.get('action') !== 'ADD' || !(file instanceof File)) return invalid('action and file are wanted.')
    if (!Number.isInteger(number) || number < 1 || number > 35) return invalid('part_number must be from 1 to 35.')
    if (request.body.length > maxPart) return invalid('Media size is too large.')
    upload.parts.set(number, Buffer.from(await file.arrayBuffer()))
    return success()
  }

  #finalize(upload: Upload): WireAnswer {
    const numbers = [...upload.parts.keys()].sort((a, b) => a - b)
    if (numbers.length === 0 || numbers.some((number, i) => number !== i + 1)) return invalid('Parts are missing.')
    const decipher = createDecipheriv('aes-256-cbc', upload.key, upload.iv)
    try {
      const sealed = Buffer.concat(numbers.map((number) => upload.parts.get(number) ?? Buffer.alloc(0)))
      upload.whole = Buffer.concat([decipher.update(sealed), decipher.final()])
    } catch {
      return failed(400, 'MEDIA_DECRYPTION_FAILED', 'The media cannot be decrypted.')
    }
    return success()
  }

  /** The file of a post, or why it cannot be posted. */
  #file(id: unknown): Upload | WireAnswer {
    const upload = this.#uploads.get(String(id))
    if (upload?.whole === undefined) return failed(400, 'MEDIA_NOT_READY', 'The media is not uploaded.')
    if (this.now() - upload.at > this.mediaLivesMs) return failed(400, 'MEDIA_EXPIRED', 'The media has expired.')
    if (this.busy !== undefined) return failed(400, this.busy, 'The media cannot be posted now.')
    if (upload.looks-- > 0) return failed(400, 'MEDIA_PROCESSING', 'The media is being processed.')
    return upload
  }

  #story(request: WireRequest): WireAnswer {
    const { media_id: id, ...rest } = request.json()
    for (const field of Object.keys(rest)) this.violation(`there is no field ${field} of a story`)
    const upload = this.#file(id)
    if ('status' in upload) return upload
    this.#post(`media/${upload.id}`, '', upload)
    return success()
  }

  #saved(request: WireRequest): WireAnswer {
    const [saved] = (request.json().saved_stories ?? []) as { title?: string; snap_sources?: { media_id?: string }[] }[]
    const title = saved?.title ?? ''
    if (title === '' || title.length > 45) return invalid('title must have 1 to 45 characters.')
    if (this.savedRefused !== undefined)
      return success({
        request_status: 'PARTIAL',
        saved_stories: [{ sub_request_status: 'ERROR', sub_request_error_reason: this.savedRefused }],
      })
    const upload = this.#file(saved?.snap_sources?.[0]?.media_id)
    if ('status' in upload) return upload
    const id = this.#uuid()
    this.#post(`saved_stories/${id}`, title, upload)
    return success({ saved_stories: [{ sub_request_status: 'SUCCESS', saved_story: { id, title } }] })
  }

  #spotlight(request: WireRequest): WireAnswer {
    const { media_id: media, locale, description = '', skip_save_to_profile: skip, ...rest } = request.json()
    for (const field of Object.keys(rest)) this.violation(`there is no field ${field} of a Spotlight`)
    if (!/^[a-z]{2}_[A-Z]{2}$/.test(String(locale))) return invalid('locale is not valid.')
    if (String(description).length > 160) return invalid('description is longer than 160 characters.')
    const upload = this.#file(media)
    if ('status' in upload) return upload
    if (upload.type !== 'VIDEO') return invalid('A Spotlight is a video.')
    const id = createHash('sha256')
      .update(`${++this.#serial}`)
      .digest('base64url')
    this.#post(`spotlights/${id}`, String(description), upload, { locale, skip })
    return success({ spotlight_id: id })
  }

  #post(externalId: string, text: string, { whole, type }: Upload, more: Readonly<Record<string, unknown>> = {}): void {
    const bytes = whole ?? Buffer.alloc(0)
    const mime = type === 'VIDEO' ? 'video/mp4' : 'image/jpeg'
    this.posts.set(externalId, {
      externalId,
      text,
      at: this.now(),
      media: [{ mime, bytes: bytes.length, alt: '' }],
      counters: {},
      extra: { sha256: createHash('sha256').update(bytes).digest('hex'), ...more },
    })
  }

  #stats(collection: string, id: string, query: URLSearchParams): WireAnswer {
    for (const name of query.keys())
      if (!['fields', 'granularity'].includes(name)) this.violation(`there is no parameter ${name} of figures`)
    const post = this.posts.get(`${collection}/${id}`)
    if (post === undefined) return failed(404, 'NOT_FOUND', 'Asset not found.')
    const prefix = { stories: 'STORY', saved_stories: 'SAVED_STORY', spotlights: 'SPOTLIGHT' }[collection] ?? ''
    const { views, shares } = post.counters
    const told = Object.entries({ [`${prefix}_VIEWS`]: views, [`${prefix}_SHARES`]: shares, AVG_TIME: 2.5 }).flatMap(
      ([metric, value]) => (value === undefined ? [] : [{ metric, value }]),
    )
    const stats = this.statsAsList ? told : Object.fromEntries(told.map(({ metric, value }) => [metric, value]))
    return success({ assets: [{ asset_id: id, timeseries: [{ stats }] }] })
  }

  #uuid(): string {
    const hash = createHash('sha256')
      .update(`uuid ${++this.#serial}`)
      .digest('hex')
    return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    const post: SimulatedPost = {
      externalId: `spotlights/seeded-${++this.#serial}`,
      text,
      at: options.at ?? this.now(),
      media: [],
      counters: {},
      extra: {},
    }
    this.posts.set(post.externalId, post)
    return post
  }

  protected override limited(wait: LimitForm, seconds: number): WireAnswer {
    return { ...super.limited(wait, seconds), json: failed(429, 'RATE_LIMITED', 'Too many requests.').json }
  }

  protected refused(reason: Refusal): WireAnswer {
    const answer =
      reason === 'permission'
        ? failed(403, 'AUTHORIZATION_PERMISSION_DENIED', 'The app has no permission.')
        : invalid('The media does not have the right proportions.')
    return this.errorsAsSuccess ? { ...answer, status: 200 } : answer
  }

  comment = nothing
  mention = nothing
  directMessage = nothing
}

async function nothing(): Promise<Injected> {
  throw new Error('Nothing comes in from Snapchat.')
}
