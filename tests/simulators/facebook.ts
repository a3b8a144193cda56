/** The Graph API with one Page on it, by Meta's reference and the specification of its code generator (v26.0). */
import { createHmac, randomBytes } from 'node:crypto'
import type { RawDelivery } from '../../shared/networks/network.ts'
import {
  type Access,
  type Handshake,
  type Injected,
  type LimitForm,
  type Person,
  type Refusal,
  type Route,
  type SimulatedPost,
  Simulator,
  type WireAnswer,
  type WireRequest,
} from './simulator.ts'

const pageId = '104857600000001'
const appSecret = 'a-simulated-app-secret'
const verifyToken = 'a-simulated-verify-token'
const somebody: Person = { externalId: '24681357', handle: 'Léa Martin', name: 'Léa Martin' }

/** Gone on every version since 2026-10-27. */
const retired = ['pretty', 'debug', 'date_format', 'ids']
const insightOf = { post_media_view: 'views', post_total_media_view_unique: 'reach', post_clicks: 'clicks' } as const

interface Photo {
  readonly id: string
  readonly mime: string
  readonly bytes: number
  readonly alt: string
  used: boolean
}

interface Comment {
  readonly id: string
  readonly postId: string
  readonly by: Person
  text: string
  readonly at: number
}

const graphError = (status: number, code: number, message: string, more: Record<string, unknown> = {}): WireAnswer => ({
  status,
  headers: { 'x-app-usage': '{"call_count":12,"total_cputime":4,"total_time":5}' },
  json: { error: { message, type: 'OAuthException', code, fbtrace_id: 'Asimulated', ...more } },
})
const missing = (id: string) =>
  graphError(
    400,
    100,
    `Unsupported get request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions`,
    {
      error_subcode: 33,
    },
  )
const ok = (json: unknown): WireAnswer => ({ status: 200, json })

export class FacebookSimulator extends Simulator {
  readonly network = 'facebook'
  readonly refusals: readonly Refusal[] = ['policy', 'invalid', 'duplicate', 'permission']
  override readonly signing = {
    header: 'x-hub-signature-256',
    secretNames: ['appSecret', 'previousAppSecret'],
    sign: (body: Uint8Array, secret: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }
  /** Whose token it is: a Page's own, or by mistake that of a person who manages it. */
  tokenOf: { readonly id: string; readonly name: string } = { id: pageId, name: 'Boulangerie du Port' }
  /** What the app is told of, as subscribed by the connector. */
  subscribed: readonly string[] = []
  #tokens = 1
  readonly #photos = new Map<string, Photo>()
  readonly #comments = new Map<string, Comment>()
  #serial = 0

  /** The same after a restart, so that a channel of the demo stays connected. */
  get #token(): string {
    return `EAAsimulated${this.#tokens}`
  }

  expireToken(): void {
    this.#tokens += 1
  }

  /** As after a day: unpublished photos that nothing uses are deleted. */
  forgetPhotos(): void {
    this.#photos.clear()
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    return {
      credentials: { pageId, accessToken: options.bad ? 'EAAnobody' : this.#token },
      settings: {},
      app: { graphUrl: options.url ?? this.url, appSecret, verifyToken },
    }
  }

  protected routes(): readonly Route[] {
    const route = (method: string, path: string, act: Route['act'], handle: Route['handle']): Route => ({
      method,
      path: `/:version${path}`,
      act,
      handle: async (request) => (await this.#refusesCall(request)) ?? handle(request),
    })
    const ofPage = (handle: Route['handle']): Route['handle'] => {
      return (request) => (request.params.page === pageId ? handle(request) : missing(request.params.page ?? ''))
    }
    const published = async (request: WireRequest) => (await request.form()).get('published') !== 'false'
    return [
      route('GET', '/me', 'auth', ({ query }) => ok(picked({ ...this.tokenOf }, query.get('fields') ?? 'id,name'))),
      route(
        'POST',
        '/:page/subscribed_apps',
        'auth',
        ofPage((request) => this.#subscribe(request)),
      ),
      route(
        'POST',
        '/:page/photos',
        async (request) => ((await published(request)) ? 'publish' : 'media'),
        ofPage((request) => this.#photo(request)),
      ),
      route(
        'POST',
        '/:page/feed',
        'publish',
        ofPage((request) => this.#post(request)),
      ),
      route(
        'GET',
        '/:page/published_posts',
        'read',
        ofPage((request) => this.#list(request)),
      ),
      route('GET', '/:id/insights', 'read', (request) => this.#insights(request)),
      route('DELETE', '/:id', 'remove', ({ params }) =>
        this.posts.delete(params.id ?? '') ? ok({ success: true }) : missing(params.id ?? ''),
      ),
      route(
        'GET',
        '/:id',
        (request) => (request.params.id === pageId ? 'auth' : 'read'),
        (request) => this.#object(request),
      ),
    ]
  }

  /** What every call is checked for before it does anything. */
  async #refusesCall({ params, query, headers, method, path }: WireRequest): Promise<WireAnswer | undefined> {
    const version = /^v(\d+)\.0$/.exec(params.version ?? '')?.[1]
    if (version === undefined || Number(version) < 22 || Number(version) > 26)
      this.violation(`${method} ${path}: a version that is not alive`)
    for (const name of retired) if (query.has(name)) this.violation(`${method} ${path}: the parameter ${name} is gone`)
    if (query.has('access_token')) this.violation(`${method} ${path}: the token stands in the address`)
    const given = headers.authorization?.replace(/^(Bearer|OAuth) /, '')
    if (given !== this.#token)
      return graphError(400, 190, 'Error validating access token: Session has expired.', { error_subcode: 463 })
    if (query.get('appsecret_proof') !== createHmac('sha256', appSecret).update(this.#token).digest('hex'))
      return graphError(400, 100, 'API calls from the server require an appsecret_proof argument')
    return undefined
  }

  protected override limited(wait: LimitForm, seconds: number): WireAnswer {
    const answer = graphError(wait === 'none' ? 403 : 400, wait === 'none' ? 4 : 32, 'Page request limit reached', {
      is_transient: true,
    })
    if (wait === 'none') return answer
    if (wait === 'date')
      return {
        ...answer,
        headers: { ...answer.headers, 'retry-after': new Date(this.now() + seconds * 1000).toUTCString() },
      }
    const usage = {
      type: 'pages',
      call_count: 100,
      total_cputime: 20,
      total_time: 25,
      estimated_time_to_regain_access: Math.ceil(seconds / 60),
    }
    return {
      ...answer,
      headers: { ...answer.headers, 'x-business-use-case-usage': JSON.stringify({ [pageId]: [usage] }) },
    }
  }

  protected refused(reason: Refusal): WireAnswer {
    switch (reason) {
      case 'policy':
        return graphError(400, 368, 'The action attempted has been deemed abusive or is otherwise disallowed', {
          is_transient: false,
        })
      case 'duplicate':
        return graphError(400, 506, 'Duplicate status message')
      case 'permission':
        return graphError(403, 200, '(#200) The permission(s) pages_manage_posts are not available')
      default:
        return graphError(400, 100, '(#100) link URL is not properly formatted')
    }
  }

  // ---- publishing -------------------------------------------------------------------------------------------------

  async #subscribe(request: WireRequest): Promise<WireAnswer> {
    const fields = String((await request.form()).get('subscribed_fields') ?? '').split(',')
    const known = new Set(['feed', 'mention', 'messages', 'message_reactions', 'ratings'])
    if (fields.some((field) => !known.has(field)))
      return graphError(400, 100, '(#100) Param subscribed_fields must be one of {…}')
    this.subscribed = fields
    return ok({ success: true })
  }

  async #photo(request: WireRequest): Promise<WireAnswer> {
    const form = await request.form()
    const source = form.get('source')
    if (!(source instanceof Blob)) return graphError(400, 324, '(#324) Missing or invalid image file')
    const alt = form.get('alt_text_custom')
    const photo = {
      id: this.#id(),
      mime: source.type,
      bytes: source.size,
      alt: typeof alt === 'string' ? alt : '',
      used: false,
    }
    this.#photos.set(photo.id, photo)
    return ok({ id: photo.id })
  }

  async #post(request: WireRequest): Promise<WireAnswer> {
    const form = await request.form()
    const field = (name: string) => {
      const value = form.get(name)
      return typeof value === 'string' ? value : undefined
    }
    for (const name of form.keys())
      if (!['message', 'link', 'published', 'scheduled_publish_time', 'attached_media'].includes(name))
        this.violation(`POST /feed: unknown parameter ${name}`)
    const attached = JSON.parse(field('attached_media') ?? '[]') as { media_fbid?: string }[]
    const photos = attached.map((one) => this.#photos.get(one.media_fbid ?? ''))
    if (photos.some((photo) => photo === undefined || photo.used))
      return graphError(400, 100, '(#100) Invalid media_fbid')
    const message = field('message') ?? ''
    const link = field('link')
    if (message === '' && link === undefined && photos.length === 0)
      return graphError(400, 100, '(#100) You must provide a message, link, place or other content')
    if (link !== undefined && !URL.canParse(link))
      return graphError(400, 100, '(#100) link URL is not properly formatted')
    for (const photo of photos) if (photo !== undefined) photo.used = true
    const post = this.#add(
      message,
      this.now(),
      photos.flatMap((photo) => photo ?? []),
      { link },
    )
    return ok({ id: post.externalId })
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    return this.#add(text, options.at ?? this.now(), [], {})
  }

  #add(text: string, at: number, photos: readonly Photo[], extra: Record<string, unknown>): SimulatedPost {
    const post: SimulatedPost = {
      externalId: `${pageId}_${this.#id()}`,
      text,
      at,
      media: photos.map(({ mime, bytes, alt }) => ({ mime, bytes, alt })),
      counters: { likes: 0, comments: 0, shares: 0, views: 0, reach: 0, clicks: 0 },
      extra: { ...extra, photos: photos.map((photo) => photo.id) },
    }
    this.posts.set(post.externalId, post)
    return post
  }

  #id(): string {
    // From the clock, so that no id comes twice over a restart.
    do this.#serial = Math.max(this.now() * 100, this.#serial + 1)
    while (this.posts.has(`${pageId}_${this.#serial}`))
    return String(this.#serial)
  }

  // ---- reading ----------------------------------------------------------------------------------------------------

  #list({ query }: WireRequest): WireAnswer {
    const since = Number(query.get('since') ?? 0) * 1000
    const limit = Math.min(Number(query.get('limit') ?? 25), 100, this.pageSize)
    const start = Number(query.get('after') ?? 0)
    const all = [...this.posts.values()].filter((post) => post.at >= since).sort((a, b) => b.at - a.at)
    const page = all.slice(start, start + limit)
    const after = String(start + page.length)
    const more = start + page.length < all.length
    const fields = query.get('fields') ?? 'id,message,created_time'
    return ok({
      data: page.map((post) => picked(this.#postJson(post), fields)),
      ...(page.length === 0
        ? {}
        : { paging: { cursors: { before: String(start), after }, ...(more ? { next: `${this.url}/next` } : {}) } }),
    })
  }

  #object({ params, query }: WireRequest): WireAnswer {
    const id = params.id ?? ''
    const fields = query.get('fields') ?? 'id'
    if (id === pageId) return ok(picked(this.#page(), fields))
    const post = this.posts.get(id)
    return post === undefined ? missing(id) : ok(picked(this.#postJson(post), fields))
  }

  #insights({ params, query }: WireRequest): WireAnswer {
    const post = this.posts.get(params.id ?? '')
    const metric = query.get('metric') ?? ''
    if (post === undefined) return missing(params.id ?? '')
    if (!isInsight(metric)) return graphError(400, 100, '(#100) The value must be a valid insights metric')
    const value = post.counters[insightOf[metric]]
    if (value === undefined) return graphError(400, 100, '(#100) The value must be a valid insights metric')
    return ok({
      data: [
        {
          name: metric,
          period: 'lifetime',
          values: [{ value }],
          title: metric,
          id: `${post.externalId}/insights/${metric}/lifetime`,
        },
      ],
    })
  }

  #page() {
    return {
      id: pageId,
      name: 'Boulangerie du Port',
      username: 'boulangerieduport',
      link: 'https://www.facebook.com/boulangerieduport',
      followers_count: this.followers,
      picture: { data: { height: 50, width: 50, is_silhouette: false, url: 'https://scontent.example/page.png' } },
    }
  }

  #postJson(post: SimulatedPost): Record<string, unknown> {
    const { likes, comments, shares } = post.counters
    const photos = Array.isArray(post.extra.photos) ? post.extra.photos.map(String) : []
    const targets = photos.map((id) => ({ target: { id, url: `https://www.facebook.com/photo.php?fbid=${id}` } }))
    return {
      id: post.externalId,
      ...(post.text === '' ? {} : { message: post.text }),
      created_time: new Date(post.at).toISOString().replace(/\.\d+Z$/, '+0000'),
      permalink_url: `https://www.facebook.com/${pageId}/posts/${post.externalId.split('_')[1]}`,
      ...(targets.length === 1 ? { attachments: { data: targets } } : {}),
      ...(targets.length > 1
        ? { attachments: { data: [{ target: { id: 'album' }, subattachments: { data: targets } }] } }
        : {}),
      ...(shares === undefined ? {} : { shares: { count: shares } }),
      ...(comments === undefined
        ? {}
        : { comments: { data: [], summary: { order: 'ranked', total_count: comments, can_comment: true } } }),
      ...(likes === undefined
        ? {}
        : { reactions: { data: [], summary: { total_count: likes, viewer_reaction: 'NONE' } } }),
    }
  }

  // ---- what comes in ----------------------------------------------------------------------------------------------

  override handshake(): Handshake {
    const token = 'a-token-chosen-in-the-settings'
    const query = { 'hub.mode': 'subscribe', 'hub.verify_token': token, 'hub.challenge': '1158201444' }
    return {
      method: 'GET',
      delivery: { headers: {}, query, body: new Uint8Array() },
      app: { appSecret, verifyToken: token },
      expects: '1158201444',
      refusing: { appSecret, verifyToken: `${token}x` },
    }
  }

  async comment(onExternalId: string, text: string, by: Person = somebody): Promise<Injected> {
    const comment = {
      id: `${onExternalId.split('_')[1]}_${this.#id()}`,
      postId: onExternalId,
      by,
      text,
      at: this.now(),
    }
    this.#comments.set(comment.id, comment)
    return { externalId: comment.id, delivery: await this.#tell('feed', this.#commentValue(comment, 'add')) }
  }

  override async change(
    externalId: string,
    action: 'edited' | 'deleted' | 'hidden' | 'unhidden',
    text?: string,
  ): Promise<Injected> {
    const comment = this.#comments.get(externalId)
    if (comment === undefined) throw new Error(`The simulator has no comment ${externalId}.`)
    if (action === 'edited') comment.text = text ?? comment.text
    if (action === 'deleted') this.#comments.delete(externalId)
    const verb = { edited: 'edited', deleted: 'remove', hidden: 'hide', unhidden: 'unhide' }[action]
    return { externalId, delivery: await this.#tell('feed', this.#commentValue(comment, verb)) }
  }

  #commentValue(comment: Comment, verb: string) {
    return {
      item: 'comment',
      verb,
      comment_id: comment.id,
      post_id: comment.postId,
      parent_id: comment.postId,
      from: { id: comment.by.externalId, name: comment.by.name },
      ...(verb === 'remove' ? {} : { message: comment.text }),
      created_time: Math.floor(comment.at / 1000),
      published: 1,
    }
  }

  async mention(text: string, by: Person = somebody): Promise<Injected> {
    const externalId = `${by.externalId}_${this.#id()}`
    const value = {
      item: 'post',
      verb: 'add',
      post_id: externalId,
      sender_id: by.externalId,
      sender_name: by.name,
      message: text,
      created_time: Math.floor(this.now() / 1000),
    }
    return { externalId, delivery: await this.#tell('mention', value) }
  }

  async directMessage(text: string, by: Person = somebody): Promise<Injected> {
    const mid = `m_${randomBytes(12).toString('base64url')}`
    const messaging = [
      { sender: { id: by.externalId }, recipient: { id: pageId }, timestamp: this.now(), message: { mid, text } },
    ]
    return { externalId: mid, delivery: await this.#signed({ id: pageId, time: this.now(), messaging }) }
  }

  #tell(field: string, value: unknown): Promise<RawDelivery> {
    return this.#signed({ id: pageId, time: Math.floor(this.now() / 1000), changes: [{ field, value }] })
  }

  async #signed(entry: unknown): Promise<RawDelivery> {
    // Meta escapes what is not ASCII; the signature is over these very bytes.
    const json = JSON.stringify({ object: 'page', entry: [entry] }).replace(
      /[\u0080-\uffff]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    const body = new Uint8Array(Buffer.from(json))
    const headers = { 'content-type': 'application/json', [this.signing.header]: this.signing.sign(body, appSecret) }
    const delivery = { headers, query: {}, body }
    await this.deliver(delivery)
    return delivery
  }
}

const isInsight = (metric: string): metric is keyof typeof insightOf => Object.hasOwn(insightOf, metric)

/** Only the fields that were asked for, as the Graph API answers; `comments.limit(0).summary(true)` asks for `comments`. */
function picked(object: Record<string, unknown>, fields: string): Record<string, unknown> {
  const names = fields
    .replace(/\{[^}]*\}|\([^)]*\)/g, '')
    .split(',')
    .map((field) => field.split('.')[0] ?? '')
  return Object.fromEntries(Object.entries(object).filter(([name]) => name === 'id' || names.includes(name)))
}
