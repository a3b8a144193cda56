/** Instagram with one professional account on it, as both logins reach it, by Meta's reference (v27.0). */
import { randomBytes } from 'node:crypto'
import type { RawDelivery } from '../../shared/networks/network.ts'
import {
  FacebookLogin,
  GraphSimulator,
  graphError,
  graphTime,
  invalidToken,
  missing,
  type Node,
  noSuchEdge,
  ok,
  PageSubscriptions,
  Refusing,
  signedWith,
} from './meta.ts'
import {
  type Access,
  type Injected,
  type Person,
  type Refusal,
  type Route,
  type SimulatedPost,
  type WireAnswer,
  type WireRequest,
  wireInteger,
} from './simulator.ts'

const userId = '17841400000000001'
/** The account's id for this app alone, by Instagram Login. */
const scopedId = '9000000000000001'
const pageId = '104857600000009'
const username = 'boulangerieduport'
const instagramAppId = '987654321098765'
const instagramAppSecret = 'a-simulated-instagram-secret'
const somebody: Person = { externalId: '5550001', handle: 'lea.martin', name: 'lea.martin' }
const account: Person = { externalId: userId, handle: username, name: username }
const windowMs = 24 * 3600_000
const dayMs = 24 * 3600_000

const facebookScopes = [
  'instagram_basic',
  'instagram_content_publish',
  'instagram_manage_comments',
  'instagram_manage_insights',
  'instagram_manage_messages',
  'instagram_manage_contents',
  'pages_manage_metadata',
  'pages_read_engagement',
  'pages_show_list',
]
const instagramScopes = [
  'instagram_business_basic',
  'instagram_business_content_publish',
  'instagram_business_manage_comments',
  'instagram_business_manage_insights',
  'instagram_business_manage_messages',
]
/** Fields of an account that an app may subscribe to, as far as they concern us: Meta's code generator, 2026-04-15. */
const accountFields = [
  'comments',
  'live_comments',
  'mentions',
  'message_edit',
  'message_reactions',
  'messages',
  'messaging_postbacks',
  'messaging_referral',
  'messaging_seen',
  'story_insights',
]
const mediaInsights = { views: 'views', reach: 'reach', saved: 'saves', shares: 'shares' } as const
const accountInsights = {
  views: 'views',
  reach: 'reach',
  total_interactions: 'engagements',
  profile_links_taps: 'clicks',
} as const
const parameters = [
  'image_url',
  'video_url',
  'caption',
  'media_type',
  'is_carousel_item',
  'children',
  'share_to_feed',
  'cover_url',
  'collaborators',
  'location_id',
  'alt_text',
  'is_ai_generated',
]

interface Container {
  readonly id: string
  readonly type: string
  readonly caption: string
  readonly media: readonly { readonly mime: string; readonly bytes: number; readonly alt: string }[]
  readonly item: boolean
  readonly asked: Readonly<Record<string, string>>
  at: number
  looks: number
  published: boolean
  error: string | undefined
}

interface Said {
  readonly id: string
  readonly mediaId: string
  readonly parentId?: string | undefined
  readonly by: Person
  readonly text: string
  readonly at: number
  hidden: boolean
  repliedInPrivate: boolean
}

interface Message {
  readonly id: string
  readonly by: Person
  readonly to: Person
  readonly text: string
  readonly at: number
}

export class InstagramSimulator extends GraphSimulator {
  readonly network = 'instagram'
  protected readonly businessId = userId
  protected readonly object = 'instagram'
  protected override readonly limitCode = 80002
  override readonly signing = signedWith([
    'appSecret',
    'previousAppSecret',
    'instagramAppSecret',
    'previousInstagramAppSecret',
  ])
  /** Of the account, by Instagram Login: what the app is told of. */
  subscribed: readonly string[] = []
  /** Of its Page, by Facebook Login. */
  readonly subscriptions: PageSubscriptions
  /** How often a container is looked at before it is ready. */
  override processingLooks = 0
  /** What becomes of the next container: `Error: … 2207026`. */
  brokenContainer: string | undefined
  /** What may be published in 24 hours, and what is used. */
  quota = { total: 100, used: 0 }
  humanAgent = false
  readonly flavour: 'facebook' | 'instagram'
  readonly login: FacebookLogin
  #tokens = 1
  /** When the token of Instagram Login was given. */
  tokenAt = 0
  readonly #codes = new Map<string, string>()
  #short: string | undefined
  readonly #containers = new Map<string, Container>()
  readonly #comments = new Map<string, Said>()
  readonly #tags = new Map<string, Said>()
  readonly #messages = new Map<string, Message>()
  readonly #answers = new Map<string, string[]>()

  constructor(flavour: 'facebook' | 'instagram' = 'facebook', now?: () => number) {
    super(now)
    this.flavour = flavour
    this.login = new FacebookLogin(this.appSecret, facebookScopes)
    this.subscriptions = new PageSubscriptions(this.login.appId)
  }

  get #token(): string {
    return `${this.flavour === 'facebook' ? 'EAA' : 'IGAA'}simulated${this.#tokens}`
  }

  expireToken(): void {
    this.#tokens += 1
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    const url = options.url ?? this.url
    const secret = (right: string) => (options.bad ? 'wrong' : right)
    return {
      oauth: { flavour: this.flavour },
      credentials: {},
      settings: {},
      app: {
        graphUrl: url,
        apiUrl: url,
        tokenUrl: url,
        authUrl: url,
        appId: this.login.appId,
        appSecret: secret(this.appSecret),
        instagramAppId,
        instagramAppSecret: secret(instagramAppSecret),
        verifyToken: 'a-simulated-verify-token',
      },
    }
  }

  protected routes(): readonly Route[] {
    const proven = this.flavour === 'facebook'
    const route = (method: string, path: string, act: Route['act'], handle: Route['handle']): Route =>
      this.checked({ method, path, act, handle }, { token: () => this.#token, proven })
    const of = (id: string, handle: Route['handle']): Route['handle'] => {
      return (request) => (request.params.who === id ? handle(request) : missing(request.params.who ?? ''))
    }
    const messenger = proven ? pageId : userId
    const page: Node = {
      id: pageId,
      access_token: this.#token,
      instagram_business_account: { id: userId, username, name: 'Boulangerie du Port' },
    }
    const withoutAccount: Node = { id: '8', access_token: 'EAAother', instagram_business_account: undefined }
    return [
      ...(proven
        ? this.login.routes(
            () => [withoutAccount, page],
            (pages, request) =>
              this.answered(() =>
                this.list(
                  pages.map((one) => ({ ...one, at: 0 })),
                  request,
                  (one) => one,
                ),
              ),
          )
        : this.#ownLogin()),
      route('GET', '/me', 'auth', (request) =>
        this.one(
          { id: scopedId, user_id: userId, username, name: 'Boulangerie du Port', profile_picture_url: undefined },
          request,
        ),
      ),
      route('POST', '/:who/subscribed_apps', 'auth', (request) => this.#subscribe(request.params.who ?? '', request)),
      route(
        'GET',
        '/:who/subscribed_apps',
        'auth',
        of(pageId, (request) => this.list(this.subscriptions.nodes(), request, (one) => one)),
      ),
      route(
        'POST',
        '/:who/media',
        'media',
        of(userId, (request) => this.#container(request)),
      ),
      route(
        'POST',
        '/:who/media_publish',
        'publish',
        of(userId, (request) => this.#publish(request)),
      ),
      route(
        'GET',
        '/:who/content_publishing_limit',
        'read',
        of(userId, (request) =>
          this.list([{ at: 0 }], request, () => ({
            quota_usage: this.quota.used,
            config: { quota_total: this.quota.total, quota_duration: 86_400 },
          })),
        ),
      ),
      route(
        'GET',
        '/:who/media',
        'read',
        of(userId, (request) => this.list(this.#feed(), request, (one) => this.#mediaNode(one))),
      ),
      route(
        'GET',
        '/:who/stories',
        'read',
        of(userId, (request) => this.list(this.#stories(), request, (one) => this.#mediaNode(one))),
      ),
      route(
        'GET',
        '/:who/tags',
        'read',
        of(userId, (request) =>
          proven
            ? this.list([...this.#tags.values()], request, tagNode)
            : graphError(400, 100, '(#100) Tried accessing nonexisting field (tags)'),
        ),
      ),
      route(
        'GET',
        '/:who/conversations',
        'read',
        of(messenger, (request) => this.#conversations(request)),
      ),
      route(
        'POST',
        '/:who/messages',
        'act',
        of(messenger, (request) => this.#send(request)),
      ),
      route(
        'POST',
        '/:who/mentions',
        'act',
        of(userId, (request) => this.#answerMention(request)),
      ),
      route('GET', '/:id/messages', 'read', (request) => this.list([...this.#messages.values()], request, messageNode)),
      route('GET', '/:id/comments', 'read', (request) =>
        this.list(this.#threadsOn(request.params.id ?? ''), request, (one) => this.#commentNode(one)),
      ),
      route('POST', '/:id/comments', 'publish', (request) => this.#firstComment(request)),
      route('POST', '/:id/replies', 'act', (request) => this.#reply(request)),
      route('GET', '/:id/insights', 'read', ({ params, query }) =>
        ok(this.#insights(params.id ?? '', Object.fromEntries(query))),
      ),
      route(
        'DELETE',
        '/:id',
        ({ params }) => (this.posts.has(params.id ?? '') ? 'remove' : 'act'),
        ({ params }) => this.#delete(params.id ?? ''),
      ),
      route('POST', '/:id', 'act', (request) => this.#hide(request)),
      route('GET', '/:id', 'read', (request) => this.#object(request)),
    ]
  }

  // ---- Instagram Login ----------------------------------------------------------------------------------------------

  #ownLogin(): readonly Route[] {
    return [
      { method: 'GET', path: '/oauth/authorize', act: 'consent', handle: (request) => this.#consent(request) },
      { method: 'POST', path: '/oauth/access_token', act: 'auth', handle: (request) => this.#code(request) },
      { method: 'GET', path: '/access_token', act: 'auth', handle: ({ query }) => this.#exchange(query) },
      { method: 'GET', path: '/refresh_access_token', act: 'auth', handle: ({ query }) => this.#renew(query) },
    ]
  }

  #consent({ query }: WireRequest): WireAnswer {
    const back = query.get('redirect_uri') ?? ''
    const asked = (query.get('scope') ?? '').split(',')
    if (query.get('client_id') !== instagramAppId || query.get('response_type') !== 'code' || !URL.canParse(back))
      return { status: 400, body: 'Invalid platform app' }
    if (asked.join() !== instagramScopes.join()) return { status: 400, body: 'Invalid scope' }
    const code = randomBytes(24).toString('base64url')
    this.#codes.set(code, back)
    const location = new URL(back)
    location.searchParams.set('code', code)
    location.searchParams.set('state', query.get('state') ?? '')
    return { status: 302, headers: { location: `${location.href}#_` } }
  }

  async #code(request: WireRequest): Promise<WireAnswer> {
    const form = await request.form()
    const field = (name: string) => String(form.get(name) ?? '')
    const refuse = (words: string) => ({
      status: 400,
      json: { error_type: 'OAuthException', code: 400, error_message: words },
    })
    if (field('client_id') !== instagramAppId || field('client_secret') !== instagramAppSecret)
      return refuse('Invalid platform app')
    if (field('grant_type') !== 'authorization_code' || this.#codes.get(field('code')) !== field('redirect_uri'))
      return refuse('Matching code was not found or was already used')
    this.#codes.delete(field('code'))
    this.#short = `IGAAshort${randomBytes(12).toString('hex')}`
    return ok({ access_token: this.#short, user_id: wireInteger(userId), permissions: instagramScopes })
  }

  #exchange(query: URLSearchParams): WireAnswer {
    if (query.get('grant_type') !== 'ig_exchange_token' || query.get('client_secret') !== instagramAppSecret)
      return graphError(400, 101, 'Error validating application. Cannot get application info due to a system error.')
    if (query.get('access_token') !== this.#short) return invalidToken()
    this.tokenAt = this.now()
    return ok({ access_token: this.#token, token_type: 'bearer', expires_in: 5_183_944 })
  }

  #renew(query: URLSearchParams): WireAnswer {
    if (query.get('grant_type') !== 'ig_refresh_token' || query.get('access_token') !== this.#token)
      return invalidToken()
    if (this.now() - this.tokenAt < dayMs) return graphError(400, 10, 'The token must be at least 24 hours old')
    this.#tokens += 1
    this.tokenAt = this.now()
    return ok({ access_token: this.#token, token_type: 'bearer', expires_in: 5_183_944 })
  }

  // ---- publishing -------------------------------------------------------------------------------------------------

  protected override refused(reason: Refusal): WireAnswer {
    switch (reason) {
      case 'policy':
        return graphError(400, 4, 'We restrict certain activity to protect our community.', { error_subcode: 2207051 })
      case 'permission':
        return graphError(403, 10, '(#10) Application does not have permission for this action')
      case 'duplicate':
        return graphError(400, 506, 'Duplicate status message')
      default:
        return graphError(400, 36003, 'The aspect ratio is not supported.', { error_subcode: 2207009 })
    }
  }

  /** An edge of the account on graph.instagram.com, of the Page on graph.facebook.com: on nothing else. */
  async #subscribe(id: string, request: WireRequest): Promise<WireAnswer> {
    if (this.flavour === 'facebook') return id === pageId ? this.subscriptions.write(request) : noSuchEdge(id)
    if (id !== userId) return noSuchEdge(id)
    const fields = String((await request.form()).get('subscribed_fields') ?? '').split(',')
    if (fields.some((field) => !accountFields.includes(field)))
      return graphError(400, 100, '(#100) Param subscribed_fields[0] must be one of {…}')
    this.subscribed = fields
    return ok({ success: true })
  }

  async #container(request: WireRequest): Promise<WireAnswer> {
    const form = await request.form()
    const asked = Object.fromEntries([...form].map(([name, value]) => [name, String(value)]))
    for (const name of Object.keys(asked))
      if (!parameters.includes(name)) this.violation(`POST /media: unknown parameter ${name}`)
    const { caption = '', media_type = 'IMAGE', children, image_url, video_url, alt_text = '' } = asked
    const item = asked.is_carousel_item === 'true'
    if (caption.length > 2_200) return graphError(400, 100, 'The caption was too long.', { error_subcode: 2207010 })
    if ((media_type === 'STORIES' || item) && caption !== '')
      this.violation(`a caption that nobody sees (${media_type})`)
    if (media_type === 'STORIES' && alt_text !== '')
      return graphError(400, 100, '(#100) alt_text is not supported for stories')
    if (video_url !== undefined && alt_text !== '') this.violation('a video takes no alt_text')
    let media = [{ mime: video_url === undefined ? 'image/jpeg' : 'video/mp4', bytes: 0, alt: alt_text }]
    if (media_type === 'CAROUSEL') {
      const items = (children ?? '').split(',').map((id) => this.#containers.get(id))
      if (items.length < 2 || items.length > 10)
        return graphError(400, 100, 'A carousel has 2 to 10 items', { error_subcode: 2207028 })
      for (const one of items)
        if (one === undefined || !one.item || one.looks > 0 || this.now() - one.at > dayMs)
          return graphError(400, 24, 'The media with this id cannot be found', { error_subcode: 2207006 })
      media = items.flatMap((one) => one?.media ?? [])
    } else if (!URL.canParse(image_url ?? video_url ?? ''))
      return graphError(400, 9004, 'The media could not be fetched from this URI', { error_subcode: 2207052 })
    else if (
      video_url !== undefined &&
      media_type !== (item ? 'VIDEO' : media_type === 'STORIES' ? 'STORIES' : 'REELS')
    )
      return graphError(400, 100, '(#100) media_type VIDEO is no longer supported, use REELS')
    const container: Container = {
      id: this.newId(),
      type: media_type,
      caption,
      media,
      item,
      asked,
      at: this.now(),
      looks: this.processingLooks,
      published: false,
      error: item ? undefined : this.brokenContainer,
    }
    if (!item) this.brokenContainer = undefined
    this.#containers.set(container.id, container)
    return ok({ id: container.id })
  }

  /** As after a day and more. */
  ageContainers(): void {
    for (const container of this.#containers.values()) container.at -= dayMs + 1_000
  }

  #stateOf(container: Container): Node {
    const expired = !container.published && this.now() - container.at > dayMs
    const ready = container.looks-- <= 0
    const code = container.published
      ? 'PUBLISHED'
      : expired
        ? 'EXPIRED'
        : !ready
          ? 'IN_PROGRESS'
          : container.error === undefined
            ? 'FINISHED'
            : 'ERROR'
    return { id: container.id, status_code: code, status: code === 'ERROR' ? container.error : code }
  }

  async #publish(request: WireRequest): Promise<WireAnswer> {
    const container = this.#containers.get(String((await request.form()).get('creation_id') ?? ''))
    if (container === undefined || container.item)
      return graphError(400, 24, 'The media with this id cannot be found', { error_subcode: 2207006 })
    if (this.now() - container.at > dayMs)
      return graphError(400, 24, 'The media you are trying to publish has expired', { error_subcode: 2207008 })
    if (container.looks > 0 || container.error !== undefined)
      return graphError(400, 9007, 'The media is not ready for publishing', { error_subcode: 2207027 })
    if (this.quota.used >= this.quota.total)
      return graphError(400, 9, 'You reached maximum number of posts', { error_subcode: 2207042 })
    if (container.published) return graphError(400, 100, 'This container was published already')
    container.published = true
    this.quota.used += 1
    const post = this.#add(container.caption, this.now(), container.media, {
      type: container.type,
      asked: container.asked,
    })
    return ok({ id: post.externalId })
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    return this.#add(text, options.at ?? this.now(), [{ mime: 'image/jpeg', bytes: 0, alt: '' }], { type: 'IMAGE' })
  }

  #add(
    text: string,
    at: number,
    media: Container['media'],
    extra: Record<string, unknown>,
    parentExternalId?: string,
  ): SimulatedPost {
    const post: SimulatedPost = {
      externalId: this.newId(),
      text,
      at,
      parentExternalId,
      media,
      counters: { likes: 0, comments: 0, shares: 0, saves: 0, views: 0, reach: 0 },
      extra,
    }
    this.posts.set(post.externalId, post)
    return post
  }

  async #firstComment(request: WireRequest): Promise<WireAnswer> {
    const on = this.posts.get(request.params.id ?? '')
    const message = String((await request.form()).get('message') ?? '')
    if (on === undefined || on.parentExternalId !== undefined) return missing(request.params.id ?? '')
    if (message === '') return graphError(400, 100, '(#100) message is required')
    return ok({ id: this.#add(message, this.now(), [], {}, on.externalId).externalId })
  }

  // ---- answers and moderation ---------------------------------------------------------------------------------------

  #answer(to: string, text: string): void {
    this.#answers.set(to, [...(this.#answers.get(to) ?? []), text])
  }

  override answersTo(externalId: string): readonly string[] {
    return this.#answers.get(externalId) ?? []
  }

  override standing(externalId: string): 'visible' | 'hidden' | 'deleted' {
    const one = this.#comments.get(externalId)
    if (one === undefined) return 'deleted'
    return one.hidden ? 'hidden' : 'visible'
  }

  async #reply(request: WireRequest): Promise<WireAnswer> {
    const id = request.params.id ?? ''
    const on = this.#comments.get(id)
    const message = String((await request.form()).get('message') ?? '')
    if (on === undefined) return missing(id)
    if (message === '' || message.length > 2_200) return graphError(400, 100, '(#100) message')
    this.#answer(id, message)
    return ok({ id: (await this.#commented(on, account, message)).externalId })
  }

  async #answerMention(request: WireRequest): Promise<WireAnswer> {
    const form = await request.form()
    const mediaId = String(form.get('media_id') ?? '')
    const commentId = form.get('comment_id')
    if (mediaId === '' || String(form.get('message') ?? '') === '')
      return graphError(400, 100, '(#100) media_id, message')
    this.#answer(typeof commentId === 'string' ? commentId : mediaId, String(form.get('message')))
    return ok({ id: this.newId() })
  }

  async #hide(request: WireRequest): Promise<WireAnswer> {
    const one = this.#comments.get(request.params.id ?? '')
    const hide = String((await request.form()).get('hide') ?? '')
    if (one === undefined) return missing(request.params.id ?? '')
    if (!['true', 'false'].includes(hide)) return graphError(400, 100, '(#100) hide is required')
    one.hidden = hide === 'true'
    return ok({ success: true })
  }

  #delete(id: string): WireAnswer {
    if (this.#comments.delete(id)) return ok({ success: true })
    if (!this.posts.has(id)) return missing(id)
    if (this.flavour === 'instagram') {
      this.violation('a post is deleted by Instagram Login')
      return graphError(403, 10, '(#10) Application does not have permission for this action')
    }
    for (const post of this.posts.values()) if (post.parentExternalId === id) this.posts.delete(post.externalId)
    this.posts.delete(id)
    return ok({ success: true })
  }

  async #send(request: WireRequest): Promise<WireAnswer> {
    const { recipient, message, messaging_type, tag } = request.json() as {
      recipient?: { id?: string; comment_id?: string }
      message?: { text?: string }
      messaging_type?: string
      tag?: string
    }
    const text = message?.text ?? ''
    if (text === '' || Buffer.byteLength(text) > 1_000)
      return graphError(400, 100, '(#100) Length of param message[text]')
    const sentTo = async (to: Person) => {
      const injected = await this.#written(to, text, this.login.appId)
      return ok({ recipient_id: to.externalId, message_id: injected.externalId })
    }
    if (recipient?.comment_id !== undefined) {
      const comment = this.#comments.get(recipient.comment_id)
      if (comment === undefined) return missing(recipient.comment_id)
      if (comment.repliedInPrivate) return graphError(400, 10900, '(#10900) Activity already replied to')
      comment.repliedInPrivate = true
      this.#answer(comment.id, text)
      return sentTo(comment.by)
    }
    const last = [...this.#messages.values()].filter(({ by }) => by.externalId === recipient?.id).at(-1)
    if (last === undefined) return graphError(400, 100, '(#100) No matching user found')
    const tagged = messaging_type === 'MESSAGE_TAG' && tag === 'HUMAN_AGENT' && this.humanAgent
    if (messaging_type !== 'RESPONSE' && !tagged) return graphError(400, 100, '(#100) Param tag must be approved')
    if (!tagged && this.now() - last.at > windowMs)
      return graphError(400, 10, '(#10) This message is sent outside of allowed window.', { error_subcode: 2018278 })
    this.#answer(last.id, text)
    return sentTo(last.by)
  }

  /** A message of the account to a person; its echo is told before the caller is answered. */
  async #written(to: Person, text: string, app?: string): Promise<Injected> {
    const id = `aWdf${randomBytes(12).toString('base64url')}`
    this.#messages.set(id, { id, by: account, to, text, at: this.now() })
    return { externalId: id, delivery: await this.echoed(to, id, text, app) }
  }

  override async answerInApp(externalId: string, text: string): Promise<Injected> {
    const message = this.#messages.get(externalId)
    if (message !== undefined) return this.#written(message.by, text)
    const on = this.#comments.get(externalId)
    if (on === undefined) throw new Error(`The simulator has nothing called ${externalId}.`)
    return this.#commented(on, account, text)
  }

  /** Answers to answers stand beside them, under the comment. */
  async #commented(on: Said, by: Person, text: string): Promise<Injected> {
    const said = this.#said(by, text, on.mediaId, on.parentId ?? on.id)
    this.#comments.set(said.id, said)
    return { externalId: said.id, delivery: await this.#tellComment(said) }
  }

  // ---- reading ----------------------------------------------------------------------------------------------------

  #feed(): SimulatedPost[] {
    return [...this.posts.values()].filter((one) => one.parentExternalId === undefined && one.extra.type !== 'STORIES')
  }

  #stories(): SimulatedPost[] {
    return [...this.posts.values()].filter(({ extra }) => extra.type === 'STORIES')
  }

  #object(request: WireRequest): WireAnswer {
    const id = request.params.id ?? ''
    if (id === userId) return this.one(this.#accountNode(), request)
    const container = this.#containers.get(id)
    if (container !== undefined) return this.one(this.#stateOf(container), request)
    const post = this.posts.get(id)
    return post === undefined ? missing(id) : this.one(this.#mediaNode(post), request)
  }

  #accountNode(): Node {
    return {
      id: userId,
      username,
      name: 'Boulangerie du Port',
      followers_count: this.followers,
      media_count: this.channelFigures.posts ?? this.#feed().length,
      insights: ({ args }: { args: Readonly<Record<string, string>> }) => this.#insights(userId, args),
    }
  }

  #mediaNode(post: SimulatedPost): Node {
    return {
      id: post.externalId,
      caption: post.text === '' ? undefined : post.text,
      timestamp: graphTime(post.at),
      permalink: `https://www.instagram.com/p/${post.externalId}/`,
      media_product_type: post.extra.type === 'STORIES' ? 'STORY' : post.extra.type === 'REELS' ? 'REELS' : 'FEED',
      like_count: post.counters.likes,
      comments_count: post.counters.comments,
      comments: ({ args, fields }: { args: Readonly<Record<string, string>>; fields: string }) => {
        const found = this.listed(this.#threadsOn(post.externalId), args, (one) => this.#commentNode(one), fields)
        return found.data.length === 0 ? undefined : found
      },
      insights: ({ args }: { args: Readonly<Record<string, string>> }) => this.#insights(post.externalId, args),
    }
  }

  #insights(id: string, { metric = '', period, metric_type }: Readonly<Record<string, string>>) {
    const told: Record<string, number | undefined> = {}
    if (id === userId) {
      if (period !== 'day' || metric_type !== 'total_value')
        throw new Refusing(graphError(400, 100, '(#100) The metrics should be specified with metric_type=total_value'))
      for (const [name, counter] of Object.entries(accountInsights)) told[name] = this.channelFigures[counter]
    } else {
      const post = this.posts.get(id)
      if (post === undefined) throw new Refusing(missing(id))
      for (const [name, counter] of Object.entries(mediaInsights)) told[name] = post.counters[counter]
      if (post.extra.type === 'STORIES') delete told.saved
    }
    const data = metric.split(',').map((name) => {
      const value = told[name]
      if (value === undefined)
        throw new Refusing(graphError(400, 100, '(#100) The media insights API does not support this metric'))
      return { name, period, ...(id === userId ? { total_value: { value } } : { values: [{ value }] }) }
    })
    return { data }
  }

  /** Top-level comments under a post, its own first comment among them. */
  #threadsOn(mediaId: string): Said[] {
    const own = [...this.posts.values()]
      .filter(({ parentExternalId }) => parentExternalId === mediaId)
      .map(({ externalId, text, at }) => ({ ...this.#said(account, text, mediaId), id: externalId, at }))
    const others = [...this.#comments.values()].filter((one) => one.mediaId === mediaId && one.parentId === undefined)
    return [...others, ...own]
  }

  #commentNode(one: Said): Node {
    return {
      id: one.id,
      text: one.text,
      timestamp: graphTime(one.at),
      username: one.by.handle,
      from: { id: one.by.externalId, username: one.by.handle },
      hidden: one.hidden,
      parent_id: one.parentId,
      replies: ({ args, fields }: { args: Readonly<Record<string, string>>; fields: string }) => {
        const replies = [...this.#comments.values()].filter(({ parentId }) => parentId === one.id)
        const found = this.listed(replies, args, (reply) => this.#commentNode(reply), fields)
        return found.data.length === 0 ? undefined : found
      },
    }
  }

  #conversations(request: WireRequest): WireAnswer {
    if (request.query.get('platform') !== 'instagram') this.violation('conversations of which platform?')
    const messages = [...this.#messages.values()]
    const last = messages.at(-1)
    return this.list(last === undefined ? [] : [{ id: 'aWdf1', at: last.at }], request, ({ id, at }) => ({
      id,
      updated_time: graphTime(at),
      messages: ({ args, fields }: { args: Readonly<Record<string, string>>; fields: string }) =>
        this.listed(messages, args, messageNode, fields),
    }))
  }

  // ---- what comes in ----------------------------------------------------------------------------------------------

  #said(by: Person, text: string, mediaId: string, parentId?: string): Said {
    return { id: this.newId(), mediaId, parentId, by, text, at: this.now(), hidden: false, repliedInPrivate: false }
  }

  /** Under a post, or as an answer to a comment. */
  async comment(onExternalId: string, text: string, by: Person = somebody): Promise<Injected> {
    const parent = this.#comments.get(onExternalId)
    const comment = this.#said(by, text, parent?.mediaId ?? onExternalId, parent?.id)
    this.#comments.set(comment.id, comment)
    return { externalId: comment.id, delivery: await this.#tellComment(comment) }
  }

  #tellComment({ id, text, parentId, by, mediaId }: Said): Promise<RawDelivery> {
    return this.told('comments', {
      id,
      text,
      ...(parentId === undefined ? {} : { parent_id: parentId }),
      from: { id: by.externalId, username: by.handle },
      media: { id: mediaId, media_product_type: 'FEED' },
    })
  }

  override wordless(): Promise<readonly Injected[]> {
    return this.wordlessMessages(somebody)
  }

  /** In the caption of a post of somebody else that tags the account. */
  async mention(text: string, by: Person = somebody): Promise<Injected> {
    const said = this.#said(by, text, '')
    this.#tags.set(said.id, said)
    return { externalId: said.id, delivery: await this.told('mentions', { media_id: said.id }) }
  }

  async directMessage(text: string, by: Person = somebody): Promise<Injected> {
    const id = `aWdf${randomBytes(12).toString('base64url')}`
    this.#messages.set(id, { id, by, to: account, text, at: this.now() })
    return { externalId: id, delivery: await this.messaged(by, id, text) }
  }
}

const tagNode = ({ id, text, at, by }: Said): Node => ({
  id,
  caption: text,
  timestamp: graphTime(at),
  username: by.handle,
  permalink: `https://www.instagram.com/p/${id}/`,
})

const messageNode = ({ id, by, to, text, at }: Message): Node => ({
  id,
  to: { data: [{ id: to.externalId, username: to.handle }] },
  is_unsupported: undefined,
  story: undefined,
  attachments: undefined,
  message: text,
  created_time: graphTime(at),
  from: { id: by.externalId, username: by.handle },
})
