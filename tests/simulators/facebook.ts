/** The Graph API with one Page on it, by Meta's reference and the specification of its code generator (v27.0). */
import { randomBytes } from 'node:crypto'
import {
  FacebookLogin,
  GraphSimulator,
  graphError,
  graphTime,
  missing,
  type Node,
  ok,
  PageSubscriptions,
  Refusing,
} from './meta.ts'
import {
  type Access,
  type Injected,
  type Person,
  type Route,
  type SimulatedPost,
  type WireAnswer,
  type WireRequest,
  wireInteger,
} from './simulator.ts'

/** The second half of a story's id, as a JSON number. */
const storyId = (externalId: string) => wireInteger(externalId.split('_')[1] ?? '')
const pageId = '104857600000001'
const appSecret = 'a-simulated-app-secret'
const verifyToken = 'a-simulated-verify-token'
const uploadHost = '/video-upload'
const somebody: Person = { externalId: '24681357', handle: 'Léa Martin', name: 'Léa Martin' }
const page: Person = { externalId: pageId, handle: '@boulangerieduport', name: 'Boulangerie du Port' }
const scopes = [
  'pages_show_list',
  'pages_manage_posts',
  'pages_read_engagement',
  'pages_manage_engagement',
  'pages_read_user_content',
  'pages_manage_metadata',
  'pages_messaging',
  'read_insights',
]

const postInsights = { post_media_view: 'views', post_total_media_view_unique: 'reach', post_clicks: 'clicks' } as const
const pageInsights = {
  page_media_view: 'views',
  page_total_media_view_unique: 'reach',
  page_post_engagements: 'engagements',
  page_total_actions: 'clicks',
  page_views_total: 'visits',
} as const
const windowMs = 24 * 3600_000

interface Photo {
  readonly id: string
  readonly mime: string
  readonly bytes: number
  readonly alt: string
  used: boolean
}

interface Video {
  readonly id: string
  readonly edge: 'videos' | 'video_reels' | 'video_stories'
  readonly session: string
  readonly chunks: Buffer[]
  size: number
  uploaded: boolean
  fetchError?: string | undefined
  postId: string | undefined
  looks: number
}

/** A comment of anybody, or a post of somebody else that speaks of the Page. */
interface Said {
  readonly id: string
  /** Of a comment. */
  readonly postId?: string | undefined
  readonly parentId?: string | undefined
  readonly by: Person
  text: string
  readonly at: number
  /** The address of a picture that a comment has. */
  readonly photo?: string
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

export class FacebookSimulator extends GraphSimulator {
  readonly network = 'facebook'
  protected readonly businessId = pageId
  protected readonly object = 'page'
  /** Whose token it is: a Page's own, or by mistake that of a person who manages it. */
  tokenOf: { readonly id: string; readonly name: string } = { id: pageId, name: page.name }
  /** How many bytes of a video it asks for at once. */
  chunkBytes = 8_000
  /** How often a video is looked at before it shows. */
  override processingLooks = 0
  /** What processing says of the next video. */
  brokenVideo: string | undefined
  /** What the state of a video says whose address is fetched next. */
  brokenFetch: string | undefined
  /** Whether Meta approved the Human Agent feature for the app. */
  humanAgent = false
  #tokens = 1
  readonly login = new FacebookLogin(appSecret, scopes)
  readonly subscriptions = new PageSubscriptions(this.login.appId)
  readonly #photos = new Map<string, Photo>()
  readonly #videos = new Map<string, Video>()
  readonly #comments = new Map<string, Said>()
  readonly #mentions = new Map<string, Said>()
  readonly #messages = new Map<string, Message>()
  readonly #answers = new Map<string, string[]>()
  readonly #deleted = new Set<string>()

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
    const url = options.url ?? this.url
    return {
      credentials: { pageId, accessToken: options.bad ? 'EAAnobody' : this.#token },
      settings: {},
      app: { graphUrl: url, uploadUrl: url, authUrl: url, appId: this.login.appId, appSecret, verifyToken },
    }
  }

  protected routes(): readonly Route[] {
    const route = (method: string, path: string, act: Route['act'], handle: Route['handle']): Route =>
      this.checked({ method, path, act, handle }, { token: () => this.#token })
    const ofPage = (handle: Route['handle']): Route['handle'] => {
      return (request) => (request.params.page === pageId ? handle(request) : missing(request.params.page ?? ''))
    }
    const published = async (request: WireRequest) => (await request.form()).get('published') !== 'false'
    const finishes = async (request: WireRequest) =>
      (await request.form()).get('upload_phase') === 'finish' ? 'publish' : 'media'
    const acts = ({ params }: WireRequest) => (this.posts.has(params.id ?? '') ? 'publish' : 'act')
    return [
      ...this.login.routes(
        () => [
          { ...this.#page(), access_token: this.#token },
          { ...this.#page(), id: '9', name: 'Sans droit', access_token: undefined },
        ],
        (pages, request) =>
          this.answered(() =>
            this.list(
              pages.map((one) => ({ ...one, at: 0 })),
              request,
              (one) => one,
            ),
          ),
      ),
      { method: 'POST', path: `${uploadHost}/:version/:id`, act: 'media', handle: (request) => this.#file(request) },
      route('GET', '/me', 'auth', (request) => this.one({ ...this.tokenOf }, request)),
      route(
        'POST',
        '/:page/subscribed_apps',
        'auth',
        ofPage((request) => this.subscriptions.write(request)),
      ),
      route(
        'GET',
        '/:page/subscribed_apps',
        'auth',
        ofPage((request) => this.list(this.subscriptions.nodes(), request, (one) => one)),
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
        'POST',
        '/:page/photo_stories',
        'publish',
        ofPage((request) => this.#photoStory(request)),
      ),
      ...(['videos', 'video_reels', 'video_stories'] as const).map((edge) =>
        route(
          'POST',
          `/:page/${edge}`,
          finishes,
          ofPage((request) => this.#video(edge, request)),
        ),
      ),
      route(
        'POST',
        '/:page/messages',
        'act',
        ofPage((request) => this.#send(request)),
      ),
      route(
        'GET',
        '/:page/published_posts',
        'read',
        ofPage((request) => this.list(this.#ours(), request, (post) => this.#postNode(post))),
      ),
      route(
        'GET',
        '/:page/feed',
        'read',
        ofPage((request) => this.list(this.#ours(), request, (post) => this.#postNode(post))),
      ),
      route(
        'GET',
        '/:page/tagged',
        'read',
        ofPage((request) => this.list([...this.#mentions.values()], request, saidNode)),
      ),
      route(
        'GET',
        '/:page/conversations',
        'read',
        ofPage((request) => this.#conversations(request)),
      ),
      route(
        'GET',
        '/:page/stories',
        'read',
        ofPage((request) => this.#stories(request)),
      ),
      route('GET', '/:id/messages', 'read', (request) => this.list([...this.#messages.values()], request, messageNode)),
      route('GET', '/:id/comments', 'read', (request) =>
        this.posts.has(request.params.id ?? '')
          ? this.list(this.#commentsOn(request.params.id ?? ''), request, (one) => this.#commentNode(one))
          : missing(request.params.id ?? ''),
      ),
      route('POST', '/:id/comments', acts, (request) => this.#reply(request)),
      route('GET', '/:id/insights', 'read', ({ params, query }) =>
        ok(this.#insights(params.id ?? '', query.get('metric') ?? '')),
      ),
      route(
        'DELETE',
        '/:id',
        ({ params }) => (this.#isComing(params.id ?? '') ? 'act' : 'remove'),
        ({ params }) => this.#delete(params.id ?? ''),
      ),
      route('POST', '/:id', 'act', (request) => this.#hide(request)),
      route(
        'GET',
        '/:id',
        ({ params, query }) => (params.id === pageId && query.get('fields')?.includes('name,') ? 'auth' : 'read'),
        (request) => this.#object(request),
      ),
    ]
  }

  // ---- publishing -------------------------------------------------------------------------------------------------

  async #photo(request: WireRequest): Promise<WireAnswer> {
    const form = await request.form()
    const source = form.get('source')
    if (!(source instanceof Blob)) return graphError(400, 324, '(#324) Missing or invalid image file')
    const alt = form.get('alt_text_custom')
    const photo = {
      id: this.newId(),
      mime: source.type,
      bytes: source.size,
      alt: typeof alt === 'string' ? alt : '',
      used: false,
    }
    this.#photos.set(photo.id, photo)
    return ok({ id: photo.id })
  }

  /** The fields of a form, each one of those that are known here. */
  async #fields(request: WireRequest, known: readonly string[]): Promise<(name: string) => string | undefined> {
    const form = await request.form()
    for (const name of form.keys())
      if (name === 'scheduled_publish_time') this.violation(`${request.path}: Facebook would keep the clock`)
      else if (!known.includes(name)) this.violation(`POST ${request.path}: unknown parameter ${name}`)
    return (name) => {
      const value = form.get(name)
      return typeof value === 'string' ? value : undefined
    }
  }

  async #post(request: WireRequest): Promise<WireAnswer> {
    const field = await this.#fields(request, ['message', 'link', 'published', 'attached_media'])
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
    const before = this.#ours().at(-1)
    const again = before?.extra.byApi === true && before.text === message && before.extra.link === link
    if (again && before.media.length + photos.length === 0) return graphError(400, 506, 'Duplicate status message')
    for (const photo of photos) if (photo !== undefined) photo.used = true
    return ok({
      id: this.#add(
        message,
        this.now(),
        photos.flatMap((photo) => photo ?? []),
        { link, byApi: true },
      ).externalId,
    })
  }

  async #photoStory(request: WireRequest): Promise<WireAnswer> {
    const field = await this.#fields(request, ['photo_id'])
    const photo = this.#photos.get(field('photo_id') ?? '')
    if (photo === undefined || photo.used) return graphError(400, 100, '(#100) Invalid photo_id')
    photo.used = true
    const post = this.#add('', this.now(), [photo], { story: true, mediaId: photo.id })
    return ok({ success: true, post_id: storyId(post.externalId) })
  }

  async #video(edge: Video['edge'], request: WireRequest): Promise<WireAnswer> {
    const field = await this.#fields(request, [
      'upload_phase',
      ...(edge === 'videos' ? ['upload_session_id', 'file_size', 'start_offset', 'video_file_chunk'] : ['video_id']),
      ...(edge === 'video_reels' ? ['video_state'] : []),
      ...(edge === 'video_stories' ? [] : ['description', 'title']),
    ])
    switch (field('upload_phase')) {
      case 'start':
        return this.#startVideo(edge, Number(field('file_size') ?? 0))
      case 'transfer': {
        const chunk = (await request.form()).get('video_file_chunk')
        const video = [...this.#videos.values()].find(({ session }) => session === field('upload_session_id'))
        if (video === undefined || !(chunk instanceof Blob)) return graphError(400, 6000, 'Invalid upload session')
        const received = Buffer.concat(video.chunks).byteLength
        const wanted = Math.min(this.chunkBytes, video.size - received)
        if (Number(field('start_offset')) !== received || chunk.size !== wanted)
          return graphError(400, 6000, 'There was a problem uploading your video file', {
            error_subcode: 1363037,
            error_data: { start_offset: String(received), end_offset: String(received + wanted) },
          })
        video.chunks.push(Buffer.from(await chunk.arrayBuffer()))
        const start = received + chunk.size
        video.uploaded = start === video.size
        return ok({ start_offset: String(start), end_offset: String(Math.min(start + this.chunkBytes, video.size)) })
      }
      case 'finish': {
        const key = edge === 'videos' ? field('upload_session_id') : field('video_id')
        const video = [...this.#videos.values()].find((one) => key === (edge === 'videos' ? one.session : one.id))
        if (video === undefined || video.edge !== edge) return missing(key ?? '')
        if (!video.uploaded || video.postId !== undefined)
          return graphError(400, 6000, 'There was a problem uploading your video file')
        if (edge === 'video_reels' && field('video_state') !== 'PUBLISHED')
          this.violation('a reel that is not published by us')
        const media = { id: video.id, mime: 'video/mp4', bytes: video.size, alt: '', used: true }
        const post = this.#add(field('description') ?? '', this.now(), [media], {
          video: video.id,
          ...(edge === 'video_stories' ? { story: true, mediaId: video.id } : {}),
          sent: Buffer.concat(video.chunks).toString('base64'),
        })
        video.postId = post.externalId
        video.looks = this.processingLooks
        return ok({ success: true, ...(edge === 'video_stories' ? { post_id: storyId(post.externalId) } : {}) })
      }
      default:
        return graphError(400, 100, '(#100) Param upload_phase must be one of {start, transfer, finish}')
    }
  }

  #startVideo(edge: Video['edge'], size: number): WireAnswer {
    if (edge === 'videos' && !(size > 0)) return graphError(400, 100, '(#100) The parameter file_size is required')
    const id = this.newId()
    const session = this.newId()
    this.#videos.set(id, { id, edge, session, chunks: [], size, uploaded: false, postId: undefined, looks: 0 })
    if (edge !== 'videos') return ok({ video_id: id, upload_url: `${this.url}${uploadHost}/v27.0/${id}` })
    const end = Math.min(this.chunkBytes, size)
    return ok({ video_id: id, upload_session_id: session, start_offset: '0', end_offset: String(end) })
  }

  /** `rupload.facebook.com`: one file from an offset, or an address that Facebook fetches. */
  #file({ params, headers, body }: WireRequest): WireAnswer {
    const video = this.#videos.get(params.id ?? '')
    if (headers.authorization !== `OAuth ${this.#token}`) return graphError(401, 190, 'Invalid OAuth access token.')
    if (video === undefined || video.edge === 'videos') return missing(params.id ?? '')
    if (headers.file_url !== undefined) {
      if (!URL.canParse(headers.file_url)) return graphError(400, 6000, 'file_url cannot be fetched')
      video.size = Number(headers.file_size)
      if (!(video.size > 0) || headers.offset !== '0')
        return { status: 400, json: { debug_info: { retriable: false, type: 'OffsetError', message: 'Wrong offset' } } }
      video.fetchError = this.brokenFetch
      video.uploaded = video.fetchError === undefined
      return ok({ success: true })
    }
    const received = Buffer.concat(video.chunks).byteLength
    video.size = Number(headers.file_size)
    if (!(video.size > 0) || Number(headers.offset) !== received)
      return { status: 400, json: { debug_info: { retriable: false, type: 'OffsetError', message: 'Wrong offset' } } }
    video.chunks.push(body)
    video.uploaded = received + body.byteLength === video.size
    if (video.uploaded) return ok({ success: true })
    const message = 'Partial request (did not match length of file)'
    return { status: 400, json: { debug_info: { retriable: true, type: 'PartialRequestError', message } } }
  }

  /** Cuts the upload of every unfinished video: the first bytes are there. */
  cutUploads(bytes: Uint8Array): void {
    for (const video of this.#videos.values())
      if (!video.uploaded) video.chunks.splice(0, video.chunks.length, Buffer.from(bytes))
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    return this.#add(text, options.at ?? this.now(), [], {})
  }

  #add(
    text: string,
    at: number,
    media: readonly Photo[],
    extra: Record<string, unknown>,
    parentExternalId?: string,
  ): SimulatedPost {
    const prefix = parentExternalId === undefined ? pageId : (parentExternalId.split('_')[1] ?? '')
    const post: SimulatedPost = {
      externalId: `${prefix}_${this.newId()}`,
      text,
      at,
      parentExternalId,
      media: media.map(({ mime, bytes, alt }) => ({ mime, bytes, alt })),
      counters: { likes: 0, comments: 0, shares: 0, views: 0, reach: 0, clicks: 0 },
      extra: { ...extra, photos: media.map(({ id }) => id) },
    }
    this.posts.set(post.externalId, post)
    return post
  }

  #ours(): SimulatedPost[] {
    return [...this.posts.values()].filter((post) => post.parentExternalId === undefined && post.extra.story !== true)
  }

  // ---- answers and moderation ---------------------------------------------------------------------------------------

  #isComing(id: string): boolean {
    return this.#comments.has(id) || this.#mentions.has(id) || this.#deleted.has(id)
  }

  async #reply(request: WireRequest): Promise<WireAnswer> {
    const id = request.params.id ?? ''
    const field = await this.#fields(request, ['message'])
    const message = field('message') ?? ''
    if (message === '') return graphError(400, 100, '(#100) You must provide a comment message')
    if (message.length > 8_000) return graphError(400, 100, '(#100) The comment is too long')
    const post = this.posts.get(id)
    if (post !== undefined) return ok({ id: this.#add(message, this.now(), [], {}, id).externalId })
    const on = this.#comments.get(id) ?? this.#mentions.get(id)
    if (on === undefined) return missing(id)
    this.#answer(id, message)
    return ok({ id: (await this.#commented(on, message)).externalId })
  }

  #answer(to: string, text: string): void {
    this.#answers.set(to, [...(this.#answers.get(to) ?? []), text])
  }

  override answersTo(externalId: string): readonly string[] {
    return this.#answers.get(externalId) ?? []
  }

  override standing(externalId: string): 'visible' | 'hidden' | 'deleted' {
    const one = this.#comments.get(externalId) ?? this.#mentions.get(externalId)
    if (one === undefined) return 'deleted'
    return one.hidden ? 'hidden' : 'visible'
  }

  async #hide(request: WireRequest): Promise<WireAnswer> {
    const id = request.params.id ?? ''
    const field = await this.#fields(request, ['is_hidden'])
    const one = this.#comments.get(id) ?? this.#mentions.get(id)
    if (one === undefined) return missing(id)
    if (!['true', 'false'].includes(field('is_hidden') ?? '')) return graphError(400, 100, '(#100) Param is_hidden')
    one.hidden = field('is_hidden') === 'true'
    return ok({ success: true })
  }

  override leftovers(): number {
    return [...this.#photos.values()].filter(({ used }) => !used).length
  }
  override takeOver(): void {
    for (const photo of this.#photos.values()) photo.used = true
  }

  #delete(id: string): WireAnswer {
    if (this.#photos.delete(id)) return ok({ success: true })
    for (const post of this.posts.values()) if (post.parentExternalId === id) this.posts.delete(post.externalId)
    if (this.#comments.delete(id) || this.#mentions.delete(id)) {
      this.#deleted.add(id)
      return ok({ success: true })
    }
    return this.posts.delete(id) ? ok({ success: true }) : missing(id)
  }

  /** The Send API: the window of a person is open for 24 hours after they wrote. */
  async #send(request: WireRequest): Promise<WireAnswer> {
    const { recipient, message, messaging_type, tag } = request.json() as {
      recipient?: { id?: string; comment_id?: string }
      message?: { text?: string }
      messaging_type?: string
      tag?: string
    }
    const text = message?.text ?? ''
    if (text === '' || text.length > 2_000)
      return graphError(400, 100, '(#100) Length of param message[text] must be 1 to 2000')
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
    if (
      messaging_type !== 'RESPONSE' &&
      !(messaging_type === 'MESSAGE_TAG' && tag === 'HUMAN_AGENT' && this.humanAgent)
    )
      return graphError(400, 100, '(#100) Param tag must be approved')
    if (messaging_type === 'RESPONSE' && this.now() - last.at > windowMs)
      return graphError(400, 10, '(#10) This message is sent outside of allowed window.', { error_subcode: 2018278 })
    this.#answer(last.id, text)
    return sentTo(last.by)
  }

  /** A message of the Page to a person; its echo is told before the caller is answered. */
  async #written(to: Person, text: string, app?: string): Promise<Injected> {
    const id = `m_${randomBytes(12).toString('base64url')}`
    this.#messages.set(id, { id, by: page, to, text, at: this.now() })
    return { externalId: id, delivery: await this.echoed(to, id, text, app) }
  }

  override async answerInApp(externalId: string, text: string): Promise<Injected> {
    const message = this.#messages.get(externalId)
    if (message !== undefined) return this.#written(message.by, text)
    const on = this.#comments.get(externalId)
    if (on === undefined) throw new Error(`The simulator has nothing called ${externalId}.`)
    return this.#commented(on, text)
  }

  async #commented(on: Said, text: string): Promise<Injected> {
    const said = this.#said(page, text, { postId: on.postId, parentId: on.id })
    this.#comments.set(said.id, said)
    return { externalId: said.id, delivery: await this.told('feed', this.#commentValue(said, 'add')) }
  }

  // ---- reading ----------------------------------------------------------------------------------------------------

  #object(request: WireRequest): WireAnswer {
    const id = request.params.id ?? ''
    if (id === pageId) return this.one(this.#page(), request)
    const video = this.#videos.get(id)
    if (video !== undefined) return this.one(this.#videoNode(video), request)
    const photo = this.#photos.get(id)
    if (photo !== undefined) return this.one({ id, page_story_id: photo.used ? `${pageId}_${id}` : undefined }, request)
    const post = this.posts.get(id)
    return post === undefined ? missing(id) : this.one(this.#postNode(post), request)
  }

  #videoNode(video: Video): Node {
    const shown = video.postId !== undefined && video.looks-- <= 0
    const broken = shown ? this.brokenVideo : undefined
    const processing =
      broken !== undefined
        ? { status: 'error', errors: [{ code: 1363030, message: broken }] }
        : { status: shown ? 'complete' : 'not_started' }
    const received = Buffer.concat(video.chunks).byteLength
    return {
      id: video.id,
      status: {
        video_status:
          broken !== undefined
            ? 'error'
            : shown
              ? 'ready'
              : video.postId !== undefined
                ? 'processing'
                : 'upload_complete',
        uploading_phase: video.uploaded
          ? { status: 'complete' }
          : video.fetchError !== undefined
            ? { status: 'error', errors: [{ code: 6000, message: video.fetchError }] }
            : { status: 'not_started', bytes_transferred: received },
        processing_phase: processing,
        publishing_phase: { status: shown && broken === undefined ? 'complete' : 'not_started' },
      },
      post_id: shown && video.postId !== undefined ? storyId(video.postId) : undefined,
      permalink_url: `/reel/${video.id}/`,
    }
  }

  #stories(request: WireRequest): WireAnswer {
    const stories = [...this.posts.values()].filter(({ extra }) => extra.story === true)
    return this.list(stories, request, (post) => ({
      post_id: storyId(post.externalId),
      status: 'PUBLISHED',
      media_id: wireInteger(String(post.extra.mediaId)),
    }))
  }

  #insights(id: string, metrics: string) {
    const told: Record<string, number | undefined> = {}
    if (id === pageId)
      for (const [metric, counter] of Object.entries(pageInsights)) told[metric] = this.channelFigures[counter]
    else {
      const post = this.posts.get(id)
      if (post === undefined) throw new Refusing(missing(id))
      for (const [metric, counter] of Object.entries(postInsights)) told[metric] = post.counters[counter]
    }
    const data = metrics.split(',').map((name) => {
      if (told[name] === undefined)
        throw new Refusing(graphError(400, 100, '(#100) The value must be a valid insights metric'))
      // of a Page: the day before, then the last whole day
      const values = id === pageId ? [{ value: 1 }, { value: told[name] }] : [{ value: told[name] }]
      return { name, period: id === pageId ? 'day' : 'lifetime', values, title: name, id: `${id}/insights/${name}` }
    })
    return { data }
  }

  #page(): Node {
    return {
      id: pageId,
      name: page.name,
      username: 'boulangerieduport',
      link: 'https://www.facebook.com/boulangerieduport',
      followers_count: this.followers,
      picture: { data: { height: 50, width: 50, is_silhouette: false, url: 'https://scontent.example/page.png' } },
      tasks: ['CREATE_CONTENT', 'MODERATE', 'ANALYZE'],
      insights: ({ args }: { args: Readonly<Record<string, string>> }) => {
        if (args.period !== 'day') throw new Refusing(graphError(400, 100, '(#100) The period is not supported'))
        return this.#insights(pageId, args.metric ?? '')
      },
    }
  }

  #postNode(post: SimulatedPost): Node {
    const { likes, comments, shares } = post.counters
    const photos = Array.isArray(post.extra.photos) ? post.extra.photos.map(String) : []
    const targets = photos.map((id) => ({ target: { id, url: `https://www.facebook.com/photo.php?fbid=${id}` } }))
    return {
      id: post.externalId,
      from: { id: pageId, name: page.name },
      message: post.text === '' ? undefined : post.text,
      created_time: graphTime(post.at),
      full_picture: undefined,
      permalink_url: `https://www.facebook.com/${pageId}/posts/${post.externalId.split('_')[1]}`,
      attachments:
        targets.length === 0
          ? undefined
          : { data: targets.length === 1 ? targets : [{ target: { id: 'album' }, subattachments: { data: targets } }] },
      shares: shares === undefined ? undefined : { count: shares },
      comments: ({ args, fields }: { args: Readonly<Record<string, string>>; fields: string }) => {
        if (args.summary === 'true')
          return comments === undefined ? undefined : { data: [], summary: { order: 'ranked', total_count: comments } }
        if (args.filter !== 'stream' || args.order !== 'reverse_chronological')
          this.violation('comments are asked for in another order, or without answers')
        const all = this.#commentsOn(post.externalId)
        const found = this.listed(all, args, (one) => this.#commentNode(one), fields)
        return found.data.length === 0 ? undefined : found
      },
      reactions:
        likes === undefined ? undefined : { data: [], summary: { total_count: likes, viewer_reaction: 'NONE' } },
      insights: ({ args }: { args: Readonly<Record<string, string>> }) =>
        this.#insights(post.externalId, args.metric ?? ''),
    }
  }

  /** What people wrote under a post, and its own first comment. */
  #commentsOn(postId: string): Said[] {
    const own = [...this.posts.values()]
      .filter(({ parentExternalId }) => parentExternalId === postId)
      .map(({ externalId, text, at }) => ({ ...this.#said(page, text, { postId }), id: externalId, at }))
    return [...[...this.#comments.values()].filter((one) => one.postId === postId), ...own]
  }

  #commentNode(one: Said): Node {
    return {
      ...saidNode(one),
      parent: one.parentId === undefined ? undefined : { id: one.parentId },
      attachment:
        one.photo === undefined
          ? undefined
          : { type: 'photo', url: `https://www.facebook.com/photo/${one.id}`, media: { image: { src: one.photo } } },
      is_hidden: one.hidden,
    }
  }

  #conversations(request: WireRequest): WireAnswer {
    if (request.query.get('platform') !== 'messenger') this.violation('conversations of which platform?')
    const messages = [...this.#messages.values()]
    const last = messages.at(-1)
    const all = last === undefined ? [] : [{ id: 't_1', at: last.at }]
    return this.list(all, request, ({ id, at }) => ({
      id,
      updated_time: graphTime(at),
      messages: ({ args, fields }: { args: Readonly<Record<string, string>>; fields: string }) =>
        this.listed(messages, args, messageNode, fields),
    }))
  }

  // ---- what comes in ----------------------------------------------------------------------------------------------

  #said(by: Person, text: string, on: { readonly postId?: string | undefined; readonly parentId?: string } = {}): Said {
    const prefix = on.postId === undefined ? by.externalId : (on.postId.split('_')[1] ?? '')
    return { id: `${prefix}_${this.newId()}`, by, text, at: this.now(), hidden: false, repliedInPrivate: false, ...on }
  }

  async comment(onExternalId: string, text: string, by: Person = somebody): Promise<Injected> {
    const comment = this.#said(by, text, { postId: onExternalId })
    this.#comments.set(comment.id, comment)
    return { externalId: comment.id, delivery: await this.told('feed', this.#commentValue(comment, 'add')) }
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
    return { externalId, delivery: await this.told('feed', this.#commentValue(comment, verb)) }
  }

  #commentValue(comment: Said, verb: string) {
    return {
      item: 'comment',
      verb,
      comment_id: comment.id,
      post_id: comment.postId,
      parent_id: comment.parentId ?? comment.postId,
      from: { id: comment.by.externalId, name: comment.by.name },
      ...(verb === 'remove' ? {} : { message: comment.text }),
      created_time: Math.floor(comment.at / 1000),
      published: 1,
    }
  }

  override async wordless(): Promise<readonly Injected[]> {
    const photo = 'https://scontent.example/1.jpg'
    const comment = { ...this.#said(somebody, '', { postId: this.seedPost('Une photo').externalId }), photo }
    this.#comments.set(comment.id, comment)
    const { message: _, ...value } = { ...this.#commentValue(comment, 'add'), photo }
    const delivery = await this.told('feed', value)
    return [{ externalId: comment.id, delivery }, ...(await this.wordlessMessages(somebody))]
  }

  async mention(text: string, by: Person = somebody): Promise<Injected> {
    const said = this.#said(by, text)
    this.#mentions.set(said.id, said)
    const value = {
      item: 'post',
      verb: 'add',
      post_id: said.id,
      sender_id: by.externalId,
      sender_name: by.name,
      message: text,
      created_time: Math.floor(this.now() / 1000),
    }
    return { externalId: said.id, delivery: await this.told('mention', value) }
  }

  async directMessage(text: string, by: Person = somebody): Promise<Injected> {
    const id = `m_${randomBytes(12).toString('base64url')}`
    this.#messages.set(id, { id, by, to: page, text, at: this.now() })
    return { externalId: id, delivery: await this.messaged(by, id, text) }
  }
}

const saidNode = ({ id, by, text, at }: Said): Node => ({
  id,
  from: { id: by.externalId, name: by.name },
  message: text,
  created_time: graphTime(at),
  permalink_url: `https://www.facebook.com/${id}`,
  full_picture: undefined,
})

const messageNode = ({ id, by, to, text, at }: Message): Node => ({
  id,
  from: { id: by.externalId, name: by.name },
  to: { data: [{ id: to.externalId, name: to.name }] },
  message: text,
  created_time: graphTime(at),
  attachments: undefined,
})
