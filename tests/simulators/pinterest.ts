/** Pinterest with one account and two boards on it, by its OpenAPI description (5.23.0). */
import { createHash } from 'node:crypto'
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

const clientId = '1482000'
const clientSecret = 'a-simulated-pinterest-secret'
const accountId = '549755885175'
export const boardId = '1100000000001'
const boards = [boardId, '1100000000002']
const scopes = 'boards:read,boards:write,pins:read,pins:write,user_accounts:read'

const pinFields = new Set([
  'alt_text',
  'board_id',
  'board_section_id',
  'description',
  'dominant_color',
  'link',
  'media_source',
  'parent_pin_id',
  'sponsor_id',
  'title',
])
const sources: Readonly<Record<string, readonly string[]>> = {
  image_base64: ['content_type', 'data'],
  multiple_image_base64: ['items'],
  video_id: ['media_id'],
}

const problem = (status: number, code: number, message: string): WireAnswer => ({ status, json: { code, message } })
const invalid = (message: string) => problem(400, 1, message)

interface Upload {
  readonly id: string
  status: 'registered' | 'processing' | 'succeeded'
  looks: number
  bytes: number
  mime: string
}

export class PinterestSimulator extends Simulator {
  readonly network = 'pinterest'
  readonly refusals: readonly Refusal[] = ['invalid', 'permission']
  /** How often a video is answered as processing before it is ready. */
  override processingLooks = 2
  readonly #codes = new Map<string, string>()
  readonly #uploads = new Map<string, Upload>()
  #access = 1
  #refresh = 1
  #serial = 100

  get #token() {
    return `pina_simulated-${this.#access}`
  }
  get #refreshToken() {
    return `pinr_simulated-${this.#refresh}`
  }

  expireToken(): void {
    this.#access += 1
  }
  override revoke(): void {
    this.#access += 1
    this.#refresh += 1
  }

  /** From the clock, so that no id comes twice over a restart. */
  protected override restore(): void {
    super.restore()
    if (this.file !== undefined) this.#serial = Math.max(this.#serial, Math.floor(this.now() / 1000))
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    return {
      oauth: {},
      credentials: {},
      settings: {},
      app: {
        clientId,
        clientSecret: options.bad ? 'another-secret' : clientSecret,
        apiUrl: `${options.url ?? this.url}/v5`,
        authUrl: `${this.url}/oauth/`,
      },
    }
  }

  protected routes(): readonly Route[] {
    const route = (method: string, path: string, act: Route['act'], handle: Route['handle']): Route => ({
      method,
      path,
      act,
      handle: (request) =>
        request.headers.authorization === `Bearer ${this.#token}`
          ? handle(request)
          : problem(401, 2, 'Authentication failed.'),
    })
    return [
      { method: 'GET', path: '/oauth/', act: 'consent', handle: (request) => this.#consent(request) },
      { method: 'POST', path: '/v5/oauth/token', act: 'auth', handle: (request) => this.#tokens(request) },
      route('GET', '/v5/user_account', 'read', () => ({ status: 200, json: this.#account() })),
      route('GET', '/v5/boards', 'auth', () => ({
        status: 200,
        json: { items: boards.map((id, i) => ({ id, name: `Tableau ${i + 1}`, privacy: 'PUBLIC' })), bookmark: null },
      })),
      route('POST', '/v5/media', 'media', (request) => this.#register(request)),
      route('GET', '/v5/media/:id', 'media', ({ params }) => this.#look(params.id ?? '')),
      { method: 'POST', path: '/upload', act: 'media', handle: (request) => this.#receive(request) },
      route('POST', '/v5/pins', 'publish', (request) => this.#create(request)),
      route('GET', '/v5/pins', 'read', (request) => this.#list(request)),
      route('GET', '/v5/pins/:id', 'read', ({ params, query }) => {
        const post = this.posts.get(params.id ?? '')
        return post === undefined
          ? problem(404, 50, 'Pin not found.')
          : { status: 200, json: this.#pinJson(post, query.get('pin_metrics') === 'true') }
      }),
      route('DELETE', '/v5/pins/:id', 'remove', ({ params }) =>
        this.posts.delete(params.id ?? '') ? { status: 204 } : problem(404, 50, 'Pin not found.'),
      ),
    ]
  }

  #consent({ query }: WireRequest): WireAnswer {
    const redirect = query.get('redirect_uri') ?? ''
    if (query.get('client_id') !== clientId || query.get('response_type') !== 'code' || !URL.canParse(redirect))
      return invalid('The request is not valid.')
    if (query.get('scope') !== scopes) return invalid('Unknown or missing scope.')
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
    const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
    if (request.headers.authorization !== basic) return problem(401, 2, 'Authentication failed.')
    if (!(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded'))
      return invalid('The body must be a form.')
    const form = await request.form()
    const grant = form.get('grant_type')
    if (grant === 'authorization_code') {
      const code = String(form.get('code'))
      if (this.#codes.get(code) !== form.get('redirect_uri')) return invalid('Invalid authorization code.')
      this.#codes.delete(code)
    } else if (grant === 'refresh_token') {
      if (form.get('refresh_token') !== this.#refreshToken) return problem(401, 2, 'Authentication failed.')
      this.#access += 1
      this.#refresh += 1
    } else return invalid('Unknown grant type.')
    return {
      status: 200,
      json: {
        response_type: grant,
        access_token: this.#token,
        refresh_token: this.#refreshToken,
        token_type: 'bearer',
        expires_in: 2_592_000,
        refresh_token_expires_in: 5_184_000,
        scope: scopes.replaceAll(',', ' '),
      },
    }
  }

  #account() {
    return {
      account_type: 'BUSINESS',
      id: accountId,
      username: 'boulangerieduport',
      business_name: 'Boulangerie du Port',
      profile_image: 'https://i.pinimg.example/boulangerie.jpg',
      website_url: 'https://boulangerie.example',
      follower_count: this.followers,
      pin_count: this.channelFigures.posts ?? this.posts.size,
    }
  }

  #register(request: WireRequest): WireAnswer {
    if (request.json().media_type !== 'video') return invalid('media_type must be video.')
    const id = `52121${++this.#serial}`
    this.#uploads.set(id, { id, status: 'registered', looks: 0, bytes: 0, mime: '' })
    return {
      status: 201,
      json: {
        media_id: id,
        media_type: 'video',
        upload_url: `${this.url}/upload`,
        upload_parameters: {
          key: `uploads/${id}`,
          policy: 'eyJ',
          'x-amz-signature': 'fcd6',
          'Content-Type': 'multipart/form-data',
        },
      },
    }
  }

  async #receive(request: WireRequest): Promise<WireAnswer> {
    if (request.headers.authorization !== undefined) this.violation('the token was sent to the storage')
    const form = await request.form()
    const upload = this.#uploads.get(String(form.get('key')).replace('uploads/', ''))
    const file = form.get('file')
    if (upload === undefined || form.get('policy') !== 'eyJ' || form.get('x-amz-signature') !== 'fcd6')
      return { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }
    if (!(file instanceof File) || [...form.keys()].at(-1) !== 'file')
      return { status: 400, body: '<Error><Code>InvalidArgument</Code></Error>' }
    upload.bytes = file.size
    upload.mime = file.type
    upload.status = 'processing'
    upload.looks = this.processingLooks
    return { status: 204 }
  }

  #look(id: string): WireAnswer {
    const upload = this.#uploads.get(id)
    if (upload === undefined) return problem(404, 50, 'Media not found.')
    if (upload.status === 'processing' && upload.looks-- <= 0) upload.status = 'succeeded'
    return { status: 200, json: { media_id: id, media_type: 'video', status: upload.status } }
  }

  #create(request: WireRequest): WireAnswer {
    const body = request.json()
    for (const name of Object.keys(body)) if (!pinFields.has(name)) this.violation(`there is no field ${name}`)
    const text = String(body.description ?? '')
    if (text.length > 800) return invalid('description is longer than 800 characters.')
    if (String(body.title ?? '').length > 100) return invalid('title is longer than 100 characters.')
    if (String(body.alt_text ?? '').length > 500) return invalid('alt_text is longer than 500 characters.')
    if (!boards.includes(String(body.board_id))) return problem(404, 40, 'Board not found.')
    const media = this.#media(body.media_source, String(body.alt_text ?? ''))
    if (typeof media === 'string') return invalid(media)
    const post: SimulatedPost = {
      externalId: `8138744${++this.#serial}`,
      text,
      at: this.now(),
      media,
      counters: {},
      extra: { title: body.title ?? null, board: body.board_id, link: body.link ?? null },
    }
    this.posts.set(post.externalId, post)
    return { status: 201, json: this.#pinJson(post, false) }
  }

  #media(given: unknown, alt: string): SimulatedPost['media'] | string {
    const source = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>
    const needed = sources[String(source.source_type)]
    if (needed === undefined) return 'media_source.source_type is not valid.'
    for (const name of needed) if (source[name] === undefined) return `media_source.${name} is missing.`
    if (source.source_type === 'video_id') {
      const upload = this.#uploads.get(String(source.media_id))
      if (upload?.status !== 'succeeded') return 'The video is not ready.'
      if (source.cover_image_key_frame_time === undefined && source.cover_image_data === undefined)
        return 'A video needs a cover image.'
      return [{ mime: upload.mime, bytes: upload.bytes, alt }]
    }
    const items = source.source_type === 'image_base64' ? [source] : (source.items as Record<string, unknown>[])
    if (items.length > 5 || (source.source_type !== 'image_base64' && items.length < 2))
      return 'A carousel has 2 to 5 images.'
    const media = items.map(({ content_type: mime, data, description }) => ({
      mime: String(mime),
      bytes: Buffer.from(String(data), 'base64').length,
      alt: items.length > 1 ? String(description ?? '') : alt,
    }))
    if (media.some(({ mime }) => !['image/jpeg', 'image/png'].includes(mime))) return 'content_type is not valid.'
    return media
  }

  #list({ query }: WireRequest): WireAnswer {
    const size = Number(query.get('page_size') ?? 25)
    if (size < 1 || size > 250) return invalid('page_size must be from 1 to 250.')
    const items = [...this.live()].reverse().slice(0, size)
    return { status: 200, json: { items: items.map((post) => this.#pinJson(post, false)), bookmark: null } }
  }

  #pinJson({ externalId, text, at, counters, extra }: SimulatedPost, metrics: boolean) {
    const { impressions: impression, clicks: clickthrough, saves: save, likes: reaction, comments: comment } = counters
    return {
      id: externalId,
      created_at: new Date(at).toISOString().replace(/Z$/, ''),
      title: extra.title,
      description: text,
      link: extra.link,
      board_id: extra.board,
      is_owner: true,
      pin_metrics: metrics
        ? { '90d': {}, lifetime_metrics: { impression, clickthrough, save, reaction, comment, pin_click: 1 } }
        : null,
    }
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    const post: SimulatedPost = {
      externalId: `8138744${++this.#serial}`,
      text,
      at: options.at ?? this.now(),
      media: [],
      counters: {},
      extra: { title: null, board: boardId, link: null },
    }
    this.posts.set(post.externalId, post)
    return post
  }

  protected override limited(wait: LimitForm, seconds: number): WireAnswer {
    const answer = super.limited(wait, seconds)
    const own = wait === 'seconds' ? { 'x-ratelimit-reset': String(seconds), 'x-ratelimit-category': 'org_write' } : {}
    const headers = wait === 'seconds' ? own : (answer.headers ?? {})
    return { ...problem(429, 8, 'You have exceeded your rate limit. Try again later.'), headers }
  }

  protected refused(reason: Refusal): WireAnswer {
    if (reason === 'permission') return problem(403, 29, 'You are not permitted to access that resource.')
    return invalid('Invalid request: the image is too small.')
  }

  comment = nothing
  mention = nothing
  directMessage = nothing
}

async function nothing(): Promise<Injected> {
  throw new Error('Nothing comes in from Pinterest.')
}
