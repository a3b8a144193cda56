/** TikTok with one creator: Content Posting, Display and Business comments, by what its documentation says. */
import { createHmac } from 'node:crypto'
import type { RawDelivery } from '../../shared/networks/network.ts'
import {
  type Access,
  type Injected,
  type LimitForm,
  type Person,
  type Refusal,
  type Route,
  type Signing,
  type SimulatedPost,
  Simulator,
  type WireAnswer,
  type WireRequest,
  wireInteger,
} from './simulator.ts'

const clientKey = 'aw1482000'
const clientSecret = 'a-simulated-tiktok-secret'
const openId = '723f24d7-e717-40f8-a2b6-cb8464cd23b4'
const businessId = '7000000001'
const businessClientId = '7100000000000000001'
const businessSecret = 'a-simulated-business-secret'
const scopes = 'user.info.basic,user.info.profile,user.info.stats,video.publish,video.list'
const levels = ['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY']
const somebody: Person = { externalId: '68123', handle: 'lea.martin', name: 'Léa Martin' }

const postInfo = {
  video: [
    'title',
    'privacy_level',
    'disable_comment',
    'disable_duet',
    'disable_stitch',
    'video_cover_timestamp_ms',
    'brand_content_toggle',
    'brand_organic_toggle',
    'is_aigc',
  ],
  photo: [
    'title',
    'description',
    'privacy_level',
    'disable_comment',
    'auto_add_music',
    'brand_content_toggle',
    'brand_organic_toggle',
  ],
}

interface Publishing {
  readonly id: string
  readonly text: string
  readonly level: string
  readonly media: SimulatedPost['media']
  readonly size: number
  readonly chunkSize: number
  readonly chunks: number
  received: number
  /** Looks until it is live. */
  looks: number
  postId: string | undefined
}

interface Comment {
  readonly id: string
  readonly videoId: string
  readonly by: Person
  readonly text: string
  readonly at: number
  hidden: boolean
  readonly answers: string[]
  /** Of an answer of the account. */
  readonly parentId?: string
}

const ok = (data: unknown): WireAnswer => ({
  status: 200,
  json: { data, error: { code: 'ok', message: '', log_id: '2026' } },
})
const problem = (status: number, code: string, message: string): WireAnswer => ({
  status,
  json: { data: {}, error: { code, message, log_id: '2026' } },
})
const business = (code: number, message: string, data: unknown = {}): WireAnswer => ({
  status: 200,
  json: { code, message, request_id: '2026', data },
})

export class TikTokSimulator extends Simulator {
  readonly network = 'tiktok'
  readonly refusals: readonly Refusal[] = ['policy', 'permission', 'invalid']
  /** How often a post is answered as being worked on before it is live. */
  override processingLooks = 1
  /** A creator that may post privately alone: the app was not audited. */
  audited = true
  /** The prefix of addresses that the app proved to be its own: photos are fetched from nowhere else. */
  photosFrom = 'https://media.parvis.example/'
  readonly #codes = new Map<string, string>()
  readonly #publishing = new Map<string, Publishing>()
  readonly #comments = new Map<string, Comment>()
  #access = 1
  #refresh = 1
  #business = 1
  #businessRefresh = 1
  #serial = 1000

  get #token() {
    return `act.simulated-${this.#access}`
  }
  get #refreshToken() {
    return `rft.simulated-${this.#refresh}`
  }
  get #businessToken() {
    return `a-simulated-business-token-${this.#business}`
  }
  get #businessRefreshToken() {
    return `a-simulated-business-refresh-${this.#businessRefresh}`
  }
  expireToken(): void {
    this.#access += 1
  }
  /** A day after it was given. */
  expireBusinessToken(): void {
    this.#business += 1
  }
  /** A year after it was given, or by the person. */
  revokeBusiness(): void {
    this.#business += 1
    this.#businessRefresh += 1
  }
  override revoke(): void {
    this.#access += 1
    this.#refresh += 1
    this.revokeBusiness()
  }

  /** From the clock, so that no id comes twice over a restart. */
  protected override restore(): void {
    super.restore()
    if (this.file !== undefined) this.#serial = Math.max(this.#serial, Math.floor(this.now() / 1000))
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    const url = options.url ?? this.url
    return {
      oauth: { businessId, businessRefreshToken: this.#businessRefreshToken },
      credentials: {},
      settings: {},
      app: {
        clientKey,
        clientSecret: options.bad ? 'another-secret' : clientSecret,
        businessClientId,
        businessClientSecret: businessSecret,
        apiUrl: `${url}/v2`,
        authUrl: `${this.url}/v2/auth/authorize/`,
        businessUrl: `${url}/open_api/v1.3`,
      },
    }
  }

  protected routes(): readonly Route[] {
    const own = (method: string, path: string, act: Route['act'], handle: Route['handle']): Route => ({
      method,
      path,
      act,
      handle: (request) =>
        request.headers.authorization === `Bearer ${this.#token}`
          ? handle(request)
          : problem(401, 'access_token_invalid', 'The access token is invalid or not found in the request.'),
    })
    const forBusiness = (method: string, path: string, act: Route['act'], handle: Route['handle']): Route => ({
      method,
      path,
      act,
      handle: (request) =>
        request.headers['access-token'] === this.#businessToken
          ? handle(request)
          : business(40105, 'Access token is incorrect or has been revoked.'),
    })
    return [
      { method: 'GET', path: '/v2/auth/authorize/', act: 'consent', handle: (request) => this.#consent(request) },
      { method: 'POST', path: '/v2/oauth/token/', act: 'auth', handle: (request) => this.#tokens(request) },
      {
        method: 'POST',
        path: '/open_api/v1.3/tt_user/oauth2/refresh_token/',
        act: 'auth',
        handle: (request) => this.#renewBusiness(request),
      },
      own('GET', '/v2/user/info/', 'read', (request) => this.#user(request)),
      own('POST', '/v2/post/publish/creator_info/query/', 'media', () =>
        ok({
          creator_username: 'boulangerieduport',
          privacy_level_options: this.audited ? levels : ['SELF_ONLY'],
          comment_disabled: false,
          max_video_post_duration_sec: 600,
        }),
      ),
      own('POST', '/v2/post/publish/video/init/', 'media', (request) => this.#initVideo(request)),
      own('POST', '/v2/post/publish/content/init/', 'publish', (request) => this.#initPhotos(request)),
      {
        method: 'PUT',
        path: '/upload/:id',
        act: ({ params }) => {
          const found = this.#publishing.get(params.id ?? '')
          return found !== undefined && found.received === found.chunks - 1 ? 'publish' : 'media'
        },
        handle: (request) => this.#receive(request),
      },
      own('POST', '/v2/post/publish/status/fetch/', 'read', (request) => this.#status(request)),
      own('POST', '/v2/video/list/', 'read', (request) => this.#list(request)),
      own('POST', '/v2/video/query/', 'read', (request) => this.#query(request)),
      forBusiness('GET', '/open_api/v1.3/business/comment/list/', 'read', (request) => this.#listComments(request)),
      forBusiness('POST', '/open_api/v1.3/business/comment/reply/create/', 'act', (request) => this.#reply(request)),
      forBusiness('POST', '/open_api/v1.3/business/comment/hide/', 'act', (request) => this.#hide(request)),
      forBusiness('POST', '/open_api/v1.3/business/comment/delete/', 'act', (request) => {
        const { comment_id: id, business_id: as } = request.json()
        if (as !== businessId) return business(40001, 'No permission for this business.')
        this.#comments.delete(String(id))
        return business(0, 'OK')
      }),
    ]
  }

  #consent({ query }: WireRequest): WireAnswer {
    const redirect = query.get('redirect_uri') ?? ''
    if (query.get('client_key') !== clientKey || query.get('response_type') !== 'code' || !URL.canParse(redirect))
      return problem(400, 'invalid_request', 'The request is malformed.')
    if (query.get('scope') !== scopes) return problem(400, 'invalid_scope', 'Unknown or missing scope.')
    const code = `code-${++this.#serial}`
    this.#codes.set(code, redirect)
    const back = new URL(redirect)
    back.searchParams.set('code', code)
    back.searchParams.set('scopes', scopes)
    back.searchParams.set('state', query.get('state') ?? '')
    return { status: 302, headers: { location: back.href } }
  }

  async #tokens(request: WireRequest): Promise<WireAnswer> {
    const refuse = (error: string, words: string) => ({
      status: 400,
      json: { error, error_description: words, log_id: '2026' },
    })
    const form = await request.form()
    if (form.get('client_key') !== clientKey || form.get('client_secret') !== clientSecret)
      return refuse('invalid_client', 'Client secret is invalid.')
    const grant = form.get('grant_type')
    if (grant === 'authorization_code') {
      const code = String(form.get('code'))
      if (this.#codes.get(code) !== form.get('redirect_uri'))
        return refuse('invalid_grant', 'Authorization code is expired or redirect_uri does not match.')
      this.#codes.delete(code)
    } else if (grant === 'refresh_token') {
      if (form.get('refresh_token') !== this.#refreshToken)
        return refuse('invalid_grant', 'Refresh token is invalid or expired.')
      this.#access += 1
      this.#refresh += 1
    } else return refuse('invalid_request', 'Unknown grant type.')
    return {
      status: 200,
      json: {
        access_token: this.#token,
        expires_in: 7200,
        open_id: openId,
        refresh_expires_in: 15_552_000,
        refresh_token: this.#refreshToken,
        scope: scopes,
        token_type: 'Bearer',
      },
    }
  }

  #renewBusiness(request: WireRequest): WireAnswer {
    const { client_id: id, client_secret: secret, grant_type: grant, refresh_token: token, ...rest } = request.json()
    for (const name of Object.keys(rest)) this.violation(`the renewal has no ${name}`)
    if (id !== businessClientId || secret !== businessSecret || grant !== 'refresh_token')
      return business(40002, 'Invalid client or grant type.')
    if (token !== this.#businessRefreshToken) return business(40110, 'The refresh token is invalid or has expired.')
    this.#business += 1
    this.#businessRefresh += 1
    return business(0, 'OK', {
      access_token: this.#businessToken,
      expires_in: 86_400,
      open_id: businessId,
      refresh_token: this.#businessRefreshToken,
      refresh_token_expires_in: 31_536_000,
      scope: 'user.info.basic,comment.list,comment.list.manage',
      token_type: 'Bearer',
    })
  }

  #user({ query }: WireRequest): WireAnswer {
    const all: Record<string, unknown> = {
      open_id: openId,
      display_name: 'Boulangerie du Port',
      username: 'boulangerieduport',
      avatar_url: 'https://p16.tiktokcdn.example/avatar.jpeg',
      profile_deep_link: 'https://vm.tiktok.example/boulangerieduport',
      follower_count: this.followers,
      video_count: this.channelFigures.posts ?? this.posts.size,
    }
    const fields = (query.get('fields') ?? '').split(',')
    if (fields.some((name) => !Object.hasOwn(all, name))) return problem(400, 'invalid_params', 'Unknown field.')
    return ok({ user: Object.fromEntries(fields.map((name) => [name, all[name]])) })
  }

  #checkInfo(info: Record<string, unknown>, names: readonly string[]): WireAnswer | undefined {
    for (const name of Object.keys(info)) if (!names.includes(name)) this.violation(`post_info has no ${name}`)
    if (!levels.includes(String(info.privacy_level)))
      return problem(403, 'privacy_level_option_mismatch', 'privacy_level is not among the options.')
    if (!this.audited && info.privacy_level !== 'SELF_ONLY')
      return problem(403, 'unaudited_client_can_only_post_to_private_accounts', 'The app was not audited.')
    return undefined
  }

  #initVideo(request: WireRequest): WireAnswer {
    const { post_info: info, source_info: source } = request.json() as Record<string, Record<string, unknown>>
    if (info === undefined || source?.source !== 'FILE_UPLOAD') return problem(400, 'invalid_params', 'source_info')
    const wrong = this.#checkInfo(info, postInfo.video)
    if (wrong !== undefined) return wrong
    const [size, chunkSize, chunks] = [
      Number(source.video_size),
      Number(source.chunk_size),
      Number(source.total_chunk_count),
    ]
    const fits = size < 5_000_000 ? chunkSize === size : chunkSize >= 5_000_000 && chunkSize <= 64_000_000
    if (!fits || chunks !== Math.max(1, Math.floor(size / chunkSize)))
      return problem(400, 'invalid_params', 'The chunk size is not valid.')
    if (String(info.title ?? '').length > 2200) return problem(400, 'invalid_params', 'title is too long.')
    const found = this.#begin(String(info.title ?? ''), String(info.privacy_level), size, chunkSize, chunks, [
      { mime: 'video/mp4', bytes: size, alt: '' },
    ])
    return ok({ publish_id: found.id, upload_url: `${this.url}/upload/${found.id}` })
  }

  /** TikTok's ids are 64-bit integers of 19 digits: no JavaScript number holds one. */
  #videoId(): string {
    return `7512345${String(++this.#serial).padStart(11, '0')}1`
  }

  #begin(
    text: string,
    level: string,
    size: number,
    chunkSize: number,
    chunks: number,
    media: SimulatedPost['media'],
  ): Publishing {
    const found: Publishing = {
      id: `v_pub_file~v2.${++this.#serial}`,
      text,
      level,
      media,
      size,
      chunkSize,
      chunks,
      received: 0,
      looks: this.processingLooks,
      postId: undefined,
    }
    this.#publishing.set(found.id, found)
    return found
  }

  #receive({ params, headers, body }: WireRequest): WireAnswer {
    const found = this.#publishing.get(params.id ?? '')
    if (headers.authorization !== undefined) this.violation('the token was sent to the upload address')
    if (found === undefined || found.received >= found.chunks) return { status: 403 }
    const from = found.received * found.chunkSize
    const to = found.received === found.chunks - 1 ? found.size : from + found.chunkSize
    if (headers['content-range'] !== `bytes ${from}-${to - 1}/${found.size}` || body.length !== to - from)
      return { status: 416 }
    found.received += 1
    if (found.received < found.chunks) return { status: 206 }
    this.#makeLive(found)
    return { status: 201 }
  }

  /** A post appears with its last byte; TikTok says so a little later. */
  #makeLive(found: Publishing): void {
    const post: SimulatedPost = {
      externalId: this.#videoId(),
      text: found.text,
      at: this.now(),
      media: found.media,
      counters: {},
      extra: { level: found.level },
    }
    found.postId = post.externalId
    this.posts.set(post.externalId, post)
  }

  #initPhotos(request: WireRequest): WireAnswer {
    const {
      post_info: info,
      source_info: source,
      media_type: type,
      post_mode: mode,
    } = request.json() as Record<string, Record<string, unknown>>
    if (
      info === undefined ||
      source?.source !== 'PULL_FROM_URL' ||
      String(type) !== 'PHOTO' ||
      String(mode) !== 'DIRECT_POST'
    )
      return problem(400, 'invalid_params', 'source_info')
    const wrong = this.#checkInfo(info, postInfo.photo)
    if (wrong !== undefined) return wrong
    const urls = Array.isArray(source.photo_images) ? source.photo_images.map(String) : []
    if (urls.length < 1 || urls.length > 35) return problem(400, 'invalid_params', 'photo_images')
    if (urls.some((url) => !url.startsWith(this.photosFrom)))
      return problem(403, 'url_ownership_unverified', 'The domain was not verified.')
    if (String(info.title ?? '').length > 90 || String(info.description ?? '').length > 4000)
      return problem(400, 'invalid_params', 'title or description is too long.')
    const media = urls.map(() => ({ mime: 'image/jpeg', bytes: 1, alt: '' }))
    const found = this.#begin(String(info.description ?? ''), String(info.privacy_level), 0, 0, 0, media)
    this.#makeLive(found)
    return ok({ publish_id: found.id })
  }

  #status(request: WireRequest): WireAnswer {
    const found = this.#publishing.get(String(request.json().publish_id))
    if (found === undefined) return problem(400, 'invalid_publish_id', 'The publish_id does not exist.')
    if (found.postId === undefined)
      return ok({ status: 'PROCESSING_UPLOAD', uploaded_bytes: found.received * found.chunkSize })
    if (found.looks-- > 0) return ok({ status: 'PROCESSING_UPLOAD', uploaded_bytes: found.size })
    const ids = found.level === 'PUBLIC_TO_EVERYONE' ? [wireInteger(found.postId)] : []
    return ok({ status: 'PUBLISH_COMPLETE', publicaly_available_post_id: ids })
  }

  #list(request: WireRequest): WireAnswer {
    const max = Number(request.json().max_count ?? 10)
    if (max > 20) return problem(400, 'invalid_params', 'max_count is 20 at most.')
    const videos = [...this.live()]
      .reverse()
      .slice(0, max)
      .map(({ externalId, text, at }) => ({
        id: externalId,
        create_time: Math.floor(at / 1000),
        video_description: text,
      }))
    return ok({ videos, cursor: 0, has_more: false })
  }

  #query(request: WireRequest): WireAnswer {
    const { filters } = request.json() as Record<string, { video_ids?: string[] }>
    const ids = filters?.video_ids ?? []
    if (ids.length > 20) return problem(400, 'invalid_params', '20 ids at most.')
    const videos = ids.flatMap((id) => {
      const counters = this.posts.get(id)?.counters
      if (counters === undefined) return []
      const { views: view_count, likes: like_count, comments: comment_count, shares: share_count } = counters
      return [{ id, view_count, like_count, comment_count, share_count }]
    })
    return ok({ videos })
  }

  // ---- comments ---------------------------------------------------------------------------------------------------

  #listComments({ query }: WireRequest): WireAnswer {
    if (query.get('business_id') !== businessId) return business(40001, 'No permission for this business.')
    const size = Math.min(Number(query.get('max_count') ?? 20), 30, this.pageSize)
    const from = Number(query.get('cursor') ?? 0)
    const all = [...this.#comments.values()]
      .filter((one) => one.videoId === query.get('video_id'))
      .sort((a, b) => b.at - a.at)
    const page = all.slice(from, from + size).map((one) => ({
      comment_id: one.id,
      video_id: one.videoId,
      user_id: one.by.externalId,
      username: one.by.handle,
      display_name: one.by.name,
      text: one.text,
      create_time: String(Math.floor(one.at / 1000)),
      status: one.hidden ? 'HIDDEN' : 'PUBLIC',
      ...(one.parentId === undefined ? {} : { parent_comment_id: one.parentId }),
      owner: one.parentId !== undefined,
    }))
    return business(0, 'OK', { comments: page, cursor: from + size, has_more: from + size < all.length })
  }

  #reply(request: WireRequest): WireAnswer {
    const { business_id: as, video_id: videoId, comment_id: id, text } = request.json()
    const comment = this.#comments.get(String(id))
    if (as !== businessId) return business(40001, 'No permission for this business.')
    if (comment === undefined || comment.videoId !== videoId) return business(40002, 'The comment does not exist.')
    if (typeof text !== 'string' || text.length > 150) return business(40002, 'text has 150 characters at most.')
    return business(0, 'OK', { comment_id: this.#answer(comment, text) })
  }

  #answer(to: Comment, text: string): string {
    to.answers.push(text)
    const id = `c${++this.#serial}`
    const by = { externalId: businessId, handle: 'boulangerieduport', name: 'Boulangerie du Port' }
    const { videoId } = to
    this.#comments.set(id, { id, videoId, by, text, at: this.now(), hidden: false, answers: [], parentId: to.id })
    return id
  }

  override async answerInApp(externalId: string, text: string): Promise<Injected> {
    const on = this.#comments.get(externalId)
    if (on === undefined) throw new Error(`The simulator has no comment ${externalId}.`)
    return { externalId: this.#answer(on, text) }
  }

  #hide(request: WireRequest): WireAnswer {
    const { business_id: as, video_id: videoId, comment_id: id, action } = request.json()
    const comment = this.#comments.get(String(id))
    if (
      as !== businessId ||
      comment === undefined ||
      comment.videoId !== videoId ||
      !['HIDE', 'UNHIDE'].includes(String(action))
    )
      return business(40002, 'Invalid parameter.')
    comment.hidden = action === 'HIDE'
    return business(0, 'OK')
  }

  override answersTo(externalId: string): readonly string[] {
    return this.#comments.get(externalId)?.answers ?? []
  }
  override standing(externalId: string) {
    const comment = this.#comments.get(externalId)
    return comment === undefined ? 'deleted' : comment.hidden ? 'hidden' : 'visible'
  }

  async comment(onExternalId: string, text: string, by: Person = somebody): Promise<Injected> {
    const id = this.#videoId()
    this.#comments.set(id, { id, videoId: onExternalId, by, text, at: this.now(), hidden: false, answers: [] })
    return { externalId: id }
  }
  /** Nobody can be mentioned to a program; what TikTok does tell by webhook is what became of a post. */
  async mention(): Promise<Injected> {
    const post = this.seedPost('Un pain')
    const body = { publish_id: `v_pub_file~v2.${this.#serial}`, publish_type: 'DIRECT_POST', post_id: post.externalId }
    return { externalId: post.externalId, delivery: await this.#signed('post.publish.publicly_available', body) }
  }
  directMessage(): Promise<Injected> {
    throw new Error('TikTok tells of no messages.')
  }
  /** The person takes the permission back. */
  removed(): Promise<RawDelivery> {
    return this.#signed('authorization.removed', { reason: 1 })
  }

  override readonly signing: Signing = {
    header: 'tiktok-signature',
    secretNames: ['clientSecret', 'previousClientSecret'],
    sign: (body, secret) => {
      const time = Math.floor(this.now() / 1000)
      return `t=${time},s=${createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex')}`
    },
  }

  async #signed(event: string, content: unknown): Promise<RawDelivery> {
    const body = Buffer.from(
      JSON.stringify({
        client_key: clientKey,
        event,
        create_time: Math.floor(this.now() / 1000),
        user_openid: openId,
        content: JSON.stringify(content),
      }),
    )
    const headers = {
      'content-type': 'application/json',
      [this.signing.header]: this.signing.sign(body, clientSecret, {}),
    }
    const delivery = { headers, query: {}, body: new Uint8Array(body) }
    await this.deliver(delivery)
    return delivery
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    const post: SimulatedPost = {
      externalId: this.#videoId(),
      text,
      at: options.at ?? this.now(),
      media: [],
      counters: {},
      extra: { level: 'PUBLIC_TO_EVERYONE' },
    }
    this.posts.set(post.externalId, post)
    return post
  }

  protected override limited(wait: LimitForm, seconds: number): WireAnswer {
    const { headers = {} } = super.limited(wait, seconds)
    if (wait === 'none') return problem(429, 'rate_limit_exceeded', 'The API rate limit was exceeded.')
    return { status: 429, headers, body: 'Too many requests' }
  }

  protected refused(reason: Refusal): WireAnswer {
    if (reason === 'policy')
      return problem(403, 'spam_risk_user_banned_from_posting', 'The user is banned from posting.')
    if (reason === 'permission') return problem(401, 'scope_not_authorized', 'The user did not authorize the scope.')
    return problem(400, 'video_format_check_failed', 'The file is not supported.')
  }
}
