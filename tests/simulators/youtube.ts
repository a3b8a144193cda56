/** The YouTube Data API v3, YouTube Analytics and the hub, with one channel, by Google's own types and guides. */
import { createHmac } from 'node:crypto'
import type { CounterName } from '../../shared/networks/network.ts'
import { GoogleSimulator, ok, oldError } from './google.ts'
import type {
  Handshake,
  Injected,
  LimitForm,
  Person,
  Refusal,
  Route,
  SimulatedPost,
  WireAnswer,
  WireRequest,
} from './simulator.ts'

export const channelId = 'UCsimulatedBoulangerie0'
const topic = `https://www.youtube.com/feeds/videos.xml?channel_id=${channelId}`
const somebody: Person = { externalId: 'UCsomebody000000000000000', handle: '@leamartin', name: '@leamartin' }
const owner: Person = { externalId: channelId, handle: '@boulangerieduport', name: '@boulangerieduport' }
const unit = 256 * 1024
const scope = (name: string) => `https://www.googleapis.com/auth/${name}`

interface Video {
  readonly id: string
  title: string
  readonly description: string
  readonly bytes: number
  readonly mime: string
  readonly body: Buffer
  privacy: string
  /** As it was last written: what an update leaves out is set back. */
  status: Readonly<Record<string, unknown>>
  /** How often it is still answered as being worked on. */
  looks: number
  outcome: Readonly<Record<string, string>> | undefined
  thumbnail: string | undefined
}

interface Session {
  readonly total: number
  readonly mime: string
  readonly title: string
  readonly description: string
  readonly status: Readonly<Record<string, unknown>>
  parts: Buffer[]
  videoId: string | undefined
}

interface Comment {
  readonly id: string
  readonly threadId: string
  readonly videoId: string
  readonly by: Person
  text: string
  readonly at: number
  updatedAt: number
  standing: 'visible' | 'held' | 'rejected' | 'banned' | 'deleted'
}

const notFound = (what: string) => oldError(404, `${what}NotFound`, `The ${what} that you identified cannot be found.`)
const statusFields = new Set([
  'privacyStatus',
  'selfDeclaredMadeForKids',
  'containsSyntheticMedia',
  'embeddable',
  'license',
  'publicStatsViewable',
])
const snippetFields = new Set(['title', 'description', 'tags', 'categoryId', 'defaultLanguage'])

export class YoutubeSimulator extends GoogleSimulator {
  readonly network = 'youtube'
  readonly refusals: readonly Refusal[] = ['invalid', 'permission']
  protected readonly scopes = ['youtube.upload', 'youtube.force-ssl', 'youtube.readonly', 'yt-analytics.readonly'].map(
    scope,
  )
  override readonly signing = {
    header: 'x-hub-signature',
    secretNames: ['hookSecret'],
    sign: (body: Uint8Array, secret: string) => `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`,
  }
  /** How often a video is answered as uploaded before it is processed. */
  override processingLooks = 2
  /** What becomes of the next video: `{ uploadStatus: 'rejected', rejectionReason: 'copyright' }`. */
  nextVideo: Readonly<Record<string, string>> | undefined
  /** Projects that were not audited: whatever is asked, videos stay private. */
  audited = true
  /** Whether own thumbnails may be set. */
  verified = true
  /** Whether the owner of a channel may delete what others wrote. */
  deletesOthers = true
  /** Whether Analytics is there at all. */
  analytics = true
  /** What the hub was asked for, newest last. */
  readonly subscriptions: Record<string, string>[] = []
  /** How many answers come with a thread. */
  repliesShown = 5
  /** The first page of every list of comments is empty, and others follow. */
  beginsEmpty = false
  readonly videos = new Map<string, Video>()
  readonly #sessions = new Map<string, Session>()
  readonly #comments = new Map<string, Comment>()
  readonly #banned = new Set<string>()
  #serial = 0

  /** From the clock, so that no id comes twice over a restart. */
  protected override restore(): void {
    super.restore()
    if (this.file !== undefined) this.#serial = Math.max(this.#serial, Math.floor(this.now() / 1000))
  }

  protected unauthorized() {
    return oldError(401, 'authError', 'Request had invalid authentication credentials.')
  }

  protected routes(): readonly Route[] {
    const v3 = '/youtube/v3'
    return [
      ...this.consentRoutes(),
      { method: 'POST', path: '/subscribe', act: 'auth', handle: (request) => this.#subscribe(request) },
      this.authorized(
        'GET',
        `${v3}/channels`,
        ({ query }) => (query.has('mine') ? 'auth' : 'read'),
        (request) => this.#channel(request),
      ),
      this.authorized('POST', '/upload/youtube/v3/videos', 'media', (request) => this.#open(request)),
      this.authorized('PUT', '/upload/youtube/v3/videos', 'media', (request) => this.#receive(request)),
      this.authorized('POST', '/upload/youtube/v3/thumbnails/set', 'media', (request) => this.#thumbnail(request)),
      this.authorized(
        'GET',
        `${v3}/videos`,
        ({ query }) => ((query.get('part') ?? '').includes('processingDetails') ? 'media' : 'read'),
        (request) => this.#list(request),
      ),
      this.authorized('PUT', `${v3}/videos`, 'publish', (request) => this.#update(request)),
      this.authorized('DELETE', `${v3}/videos`, 'remove', (request) => this.#delete(request)),
      this.authorized('POST', `${v3}/commentThreads`, 'publish', (request) => this.#write(request)),
      this.authorized('GET', `${v3}/commentThreads`, 'read', (request) => this.#threads(request)),
      this.authorized('GET', `${v3}/comments`, 'read', (request) => this.#replies(request)),
      this.authorized('POST', `${v3}/comments`, 'act', (request) => this.#reply(request)),
      this.authorized('DELETE', `${v3}/comments`, 'act', (request) => this.#erase(request)),
      this.authorized('POST', `${v3}/comments/setModerationStatus`, 'act', (request) => this.#moderate(request)),
      this.authorized('GET', '/v2/reports', 'read', (request) => this.#report(request)),
    ]
  }

  protected override limited(wait: LimitForm, seconds: number): WireAnswer {
    if (wait === 'none')
      return oldError(
        403,
        'quotaExceeded',
        'The request cannot be completed because you have exceeded your <a href="/youtube/v3/getting-started#quota">quota</a>.',
      )
    return { ...oldError(403, 'rateLimitExceeded', 'Rate Limit Exceeded'), headers: this.waiting(wait, seconds) }
  }

  protected refused(reason: Refusal): WireAnswer {
    if (reason === 'permission') return oldError(403, 'forbidden', 'The request might not be properly authorized.')
    return oldError(400, 'invalidVideoMetadata', 'The request metadata specifies an invalid video.')
  }

  // ---- the channel and the hub ------------------------------------------------------------------------------------

  #channel({ query }: WireRequest): WireAnswer {
    const parts = (query.get('part') ?? '').split(',')
    if (query.get('mine') !== 'true' && query.get('id') !== channelId)
      return ok({ kind: 'youtube#channelListResponse' })
    const item = {
      kind: 'youtube#channel',
      id: channelId,
      ...(parts.includes('snippet')
        ? {
            snippet: {
              title: 'Boulangerie du Port',
              customUrl: '@boulangerieduport',
              thumbnails: { default: { url: 'https://yt3.example/boulangerie.jpg' } },
            },
          }
        : {}),
      ...(parts.includes('statistics')
        ? {
            statistics: {
              viewCount: '987654',
              subscriberCount: String(this.followers),
              hiddenSubscriberCount: false,
              videoCount: String(this.channelFigures.posts ?? this.posts.size),
            },
          }
        : {}),
    }
    return ok({ kind: 'youtube#channelListResponse', items: [item] })
  }

  async #subscribe(request: WireRequest): Promise<WireAnswer> {
    const form = Object.fromEntries([...(await request.form())].map(([name, value]) => [name, String(value)]))
    for (const name of ['hub.mode', 'hub.topic', 'hub.callback', 'hub.secret', 'hub.lease_seconds'])
      if (!form[name]) return { status: 400, body: `Invalid value for ${name}` }
    if (form['hub.mode'] !== 'subscribe' || form['hub.topic'] !== topic || !URL.canParse(form['hub.callback'] ?? ''))
      return { status: 400, body: 'Invalid parameter' }
    if (Number(form['hub.lease_seconds']) > 864_000) return { status: 400, body: 'Invalid value for hub.lease_seconds' }
    this.subscriptions.push(form)
    return { status: 202 }
  }

  /** What the hub was last given to sign with. */
  get #hookSecret(): string {
    return this.subscriptions.at(-1)?.['hub.secret'] ?? 'nobody subscribed'
  }

  override handshake(): Handshake {
    const query = {
      'hub.mode': 'subscribe',
      'hub.topic': topic,
      'hub.challenge': '1158201444',
      'hub.lease_seconds': '864000',
    }
    return {
      method: 'GET',
      delivery: { headers: {}, query, body: new Uint8Array(), subject: channelId },
      app: { hookSecret: this.#hookSecret },
      expects: '1158201444',
    }
  }

  /** Somebody uploads in YouTube's own app: what its hub tells of. */
  async mention(text: string): Promise<Injected> {
    const post = this.seedPost(text)
    return this.told(post.externalId, this.now(), this.now(), text)
  }

  async told(videoId: string, published: number, updated: number, title: string): Promise<Injected> {
    const escaped = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
    const time = (at: number) => new Date(at).toISOString().replace(/\.(\d+)Z$/, '.$1000+00:00')
    const feed = `<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom"><link rel="hub" href="https://pubsubhubbub.appspot.com"/><link rel="self" href="${topic}"/><title>YouTube video feed</title><updated>${time(updated)}</updated>
<entry>
  <id>yt:video:${videoId}</id>
  <yt:videoId>${videoId}</yt:videoId>
  <yt:channelId>${channelId}</yt:channelId>
  <title>${escaped}</title>
  <link rel="alternate" href="https://www.youtube.com/watch?v=${videoId}"/>
  <author><name>Boulangerie du Port</name><uri>https://www.youtube.com/channel/${channelId}</uri></author>
  <published>${time(published)}</published>
  <updated>${time(updated)}</updated>
</entry></feed>
`
    return this.#deliveryOf(videoId, feed)
  }

  async toldGone(videoId: string): Promise<Injected> {
    const feed = `<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:at="http://purl.org/atompub/tombstones/1.0" xmlns="http://www.w3.org/2005/Atom"><at:deleted-entry ref="yt:video:${videoId}" when="${new Date(this.now()).toISOString()}">
  <link href="https://www.youtube.com/watch?v=${videoId}"/>
  <at:by><name>Boulangerie du Port</name><uri>https://www.youtube.com/channel/${channelId}</uri></at:by>
</at:deleted-entry></feed>
`
    return this.#deliveryOf(videoId, feed)
  }

  async #deliveryOf(externalId: string, feed: string): Promise<Injected> {
    const body = Buffer.from(feed)
    const headers = {
      'content-type': 'application/atom+xml',
      [this.signing.header]: this.signing.sign(body, this.#hookSecret),
    }
    const delivery = { headers, query: {}, body, subject: channelId }
    await this.deliver(delivery)
    return { externalId, delivery }
  }

  // ---- uploads ----------------------------------------------------------------------------------------------------

  #open(request: WireRequest): WireAnswer {
    const { query, headers } = request
    if (query.get('uploadType') !== 'resumable') return oldError(400, 'badRequest', 'uploadType must be resumable.')
    const body = request.json() as Record<string, Record<string, unknown>>
    const parts = (query.get('part') ?? '').split(',')
    for (const name of Object.keys(body)) if (!parts.includes(name)) this.violation(`${name} is not in part`)
    const { snippet = {}, status = {} } = body
    for (const name of Object.keys(snippet)) if (!snippetFields.has(name)) this.violation(`no field snippet.${name}`)
    if (status.privacyStatus !== 'private') this.violation('a video was uploaded for everybody to see')
    const wrong = this.#wrongStatus(status) ?? this.#wrongSnippet(snippet)
    if (wrong !== undefined) return wrong
    const total = Number(headers['x-upload-content-length'])
    const mime = headers['x-upload-content-type'] ?? ''
    if (!(total > 0)) return oldError(400, 'mediaBodyRequired', 'The request does not include the video content.')
    if (!mime.startsWith('video/')) return oldError(400, 'badContent', `Media type '${mime}' is not supported.`)
    const id = `AEnB2Ur${++this.#serial}`
    this.#sessions.set(id, {
      total,
      mime,
      title: String(snippet.title),
      description: String(snippet.description ?? ''),
      status,
      parts: [],
      videoId: undefined,
    })
    const location = `${this.url}/upload/youtube/v3/videos?uploadType=resumable&upload_id=${id}`
    return { status: 200, headers: { location, 'x-guploader-uploadid': id } }
  }

  #wrongSnippet({ title, description = '', tags = [] }: Record<string, unknown>): WireAnswer | undefined {
    const [name, text] = [String(title ?? ''), String(description)]
    if (name === '' || name.length > 100 || /[<>]/.test(name))
      return oldError(400, 'invalidTitle', 'The request metadata specifies an invalid or empty video title.')
    if (Buffer.byteLength(text) > 5000 || /[<>]/.test(text))
      return oldError(400, 'invalidDescription', 'The request metadata specifies an invalid video description.')
    const words = (tags as string[]).map((tag) => (tag.includes(' ') ? `"${tag}"` : tag)).join(',')
    if (words.length > 500 || /[<>]/.test(words))
      return oldError(400, 'invalidTags', 'The request metadata specifies invalid video keywords.')
    return undefined
  }

  #wrongStatus(status: Record<string, unknown>): WireAnswer | undefined {
    if ('publishAt' in status) this.violation('YouTube was asked to hold the clock')
    for (const name of Object.keys(status))
      if (!statusFields.has(name) && name !== 'publishAt') this.violation(`no field status.${name}`)
    if (typeof status.selfDeclaredMadeForKids !== 'boolean') this.violation('nobody said whether it is for children')
    if (!['public', 'unlisted', 'private'].includes(String(status.privacyStatus)))
      return oldError(400, 'invalidVideoMetadata', 'The request metadata is invalid.')
    return undefined
  }

  #receive({ query, headers, body }: WireRequest): WireAnswer {
    const session = this.#sessions.get(query.get('upload_id') ?? '')
    if (session === undefined) return { status: 404, body: 'Not Found' }
    if (session.videoId !== undefined) return ok(this.#resource(session.videoId))
    const has = () => session.parts.reduce((sum, part) => sum + part.length, 0)
    const range = headers['content-range'] ?? ''
    const [, from, to] = /^bytes (\d+)-(\d+)\/\d+$/.exec(range) ?? []
    const total = Number(/\/(\d+)$/.exec(range)?.[1])
    if (total !== session.total) return { status: 400, body: 'Failed to parse Content-Range header.' }
    if (from !== undefined && to !== undefined) {
      const last = Number(to) + 1 === session.total
      if (body.length !== Number(to) - Number(from) + 1) return { status: 400, body: 'Content-Range does not fit.' }
      if (Number(from) !== has()) return { status: 503, body: 'Service Unavailable' }
      if (!last && body.length % unit !== 0) {
        this.violation('a chunk is no multiple of 256 KiB')
        return { status: 400, body: 'Invalid chunk size.' }
      }
      session.parts.push(body)
    } else if (!range.startsWith('bytes */')) return { status: 400, body: 'Failed to parse Content-Range header.' }
    if (has() < session.total) return { status: 308, headers: has() === 0 ? {} : { range: `bytes=0-${has() - 1}` } }
    session.videoId = this.#videoId()
    this.videos.set(session.videoId, {
      id: session.videoId,
      title: session.title,
      description: session.description,
      bytes: session.total,
      mime: session.mime,
      body: Buffer.concat(session.parts),
      privacy: 'private',
      status: session.status,
      looks: this.processingLooks,
      outcome: this.nextVideo,
      thumbnail: undefined,
    })
    session.parts = []
    this.nextVideo = undefined
    return ok(this.#resource(session.videoId))
  }

  /** As after a week, or when Google loses one: the sessions of uploads are no more. */
  forgetSessions(): void {
    this.#sessions.clear()
  }

  #thumbnail({ query, headers, body }: WireRequest): WireAnswer {
    const video = this.videos.get(query.get('videoId') ?? '')
    if (video === undefined) return notFound('video')
    if (!this.verified)
      return oldError(
        403,
        'forbidden',
        "The authenticated user doesn't have permissions to upload and set custom video thumbnails.",
      )
    const mime = headers['content-type'] ?? ''
    if (!['image/jpeg', 'image/png', 'application/octet-stream'].includes(mime) || body.length === 0)
      return oldError(400, 'invalidImage', 'The provided image content is invalid.')
    if (body.length > 2 * 1024 * 1024) return oldError(400, 'mediaBodyRequired', 'The image is too large.')
    video.thumbnail = mime
    return ok({ kind: 'youtube#thumbnailSetResponse', items: [{}] })
  }

  // ---- videos -----------------------------------------------------------------------------------------------------

  #list({ query }: WireRequest): WireAnswer {
    const ids = (query.get('id') ?? '').split(',').filter((id) => id !== '')
    if (ids.length === 0 || ids.length > 50)
      return oldError(400, 'invalidFilters', 'The request specifies invalid filters.')
    const parts = (query.get('part') ?? '').split(',')
    const items = ids.flatMap((id) => (this.videos.has(id) || this.posts.has(id) ? [this.#resource(id, parts)] : []))
    return ok({ kind: 'youtube#videoListResponse', items })
  }

  #resource(id: string, parts: readonly string[] = ['status']) {
    const video = this.videos.get(id)
    const post = this.posts.get(id)
    const working = video !== undefined && video.looks > 0
    if (video !== undefined && working && parts.includes('processingDetails')) video.looks -= 1
    const done = video?.outcome ?? { uploadStatus: 'processed' }
    const { views, likes, comments } = post?.counters ?? {}
    const told = (name: string, value: number | undefined) => (value === undefined ? {} : { [name]: String(value) })
    return {
      kind: 'youtube#video',
      id,
      status: {
        ...(working ? { uploadStatus: 'uploaded' } : done),
        privacyStatus: video?.privacy ?? 'public',
        embeddable: true,
      },
      ...(parts.includes('snippet')
        ? { snippet: { title: video?.title ?? '', description: (video?.description ?? post?.text ?? '').trim() } }
        : {}),
      ...(parts.includes('processingDetails')
        ? {
            processingDetails: {
              processingStatus: working ? 'processing' : done.uploadStatus === 'failed' ? 'failed' : 'succeeded',
              ...(working ? { processingProgress: { partsTotal: '4', partsProcessed: '1', timeLeftMs: '9000' } } : {}),
            },
          }
        : {}),
      ...(parts.includes('statistics')
        ? {
            statistics: {
              ...told('viewCount', views),
              ...told('likeCount', likes),
              ...told('commentCount', comments),
              favoriteCount: '0',
            },
          }
        : {}),
    }
  }

  #update(request: WireRequest): WireAnswer {
    if (request.query.get('part') !== 'status') this.violation('an update that is not of the status alone')
    const { id, status } = request.json() as { id?: string; status?: Record<string, unknown> }
    const video = this.videos.get(id ?? '')
    if (video === undefined || status === undefined) return notFound('video')
    const wrong = this.#wrongStatus(status)
    if (wrong !== undefined) return wrong
    for (const name of Object.keys(video.status))
      if (status[name] === undefined) this.violation(`the update sets ${name} back`)
    if (video.looks > 0) this.violation('a video was shown before it could be played')
    if (this.audited) video.privacy = String(status.privacyStatus)
    if (video.privacy !== 'private' && !this.posts.has(video.id))
      this.posts.set(video.id, {
        externalId: video.id,
        text: video.description,
        at: this.now(),
        media: [{ mime: video.mime, bytes: video.bytes, alt: '' }],
        counters: { views: 0, likes: 0, comments: 0, shares: 0, watchSeconds: 0, follows: 0 },
        extra: { title: video.title, thumbnail: video.thumbnail ?? null },
      })
    return ok(this.#resource(video.id))
  }

  override leftovers(): number {
    return [...this.videos.values()].filter(({ privacy }) => privacy === 'private').length
  }
  override takeOver(): void {
    for (const video of this.videos.values()) video.title = `${video.title}, revu`
  }

  #delete({ query }: WireRequest): WireAnswer {
    const id = query.get('id') ?? ''
    const known = this.videos.delete(id)
    const shown = this.posts.delete(id)
    for (const post of [...this.posts.values()]) if (post.parentExternalId === id) this.posts.delete(post.externalId)
    return known || shown ? { status: 204 } : notFound('video')
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    const post: SimulatedPost = {
      externalId: this.#videoId(),
      text,
      at: options.at ?? this.now(),
      media: [{ mime: 'video/mp4', bytes: 1, alt: '' }],
      counters: { views: 0, likes: 0, comments: 0, shares: 0, watchSeconds: 0, follows: 0 },
      extra: { title: text.slice(0, 100) },
    }
    this.posts.set(post.externalId, post)
    return post
  }

  /** Eleven characters, never twice over a restart. */
  #videoId(): string {
    return `s${(this.now() * 100 + (++this.#serial % 100)).toString(36).padStart(10, '0')}`
  }

  // ---- comments ---------------------------------------------------------------------------------------------------

  #add(videoId: string, by: Person, text: string, parent?: Comment): Comment {
    const id = parent === undefined ? `Ugx${++this.#serial}` : `${parent.threadId}.${++this.#serial}`
    const at = Math.floor(this.now() / 1000) * 1000
    const standing = this.#banned.has(by.externalId) ? 'rejected' : 'visible'
    const comment: Comment = { id, threadId: parent?.threadId ?? id, videoId, by, text, at, updatedAt: at, standing }
    this.#comments.set(id, comment)
    return comment
  }

  async comment(onExternalId: string, text: string, by: Person = somebody): Promise<Injected> {
    return { externalId: this.#add(onExternalId, by, text).id }
  }

  override async answerInApp(externalId: string, text: string): Promise<Injected> {
    return { externalId: this.answer(externalId, text, owner) }
  }

  /** Somebody answers a comment. */
  answer(commentId: string, text: string, by: Person = somebody): string {
    const parent = this.#comments.get(commentId)
    if (parent === undefined) throw new Error(`The simulator has no comment ${commentId}.`)
    return this.#add(parent.videoId, by, text, parent).id
  }

  edit(commentId: string, text: string, at: number): void {
    const comment = this.#comments.get(commentId)
    if (comment === undefined) throw new Error(`The simulator has no comment ${commentId}.`)
    comment.text = text
    comment.updatedAt = at
  }

  /** YouTube holds a comment back by itself. */
  hold(commentId: string): void {
    const comment = this.#comments.get(commentId)
    if (comment !== undefined) comment.standing = 'held'
  }

  async directMessage(): Promise<Injected> {
    throw new Error('YouTube has no messages.')
  }

  override answersTo(externalId: string): readonly string[] {
    const thread = this.#comments.get(externalId)?.threadId
    return [...this.#comments.values()]
      .filter((one) => one.threadId === thread && one.id !== one.threadId && one.by === owner)
      .map((one) => one.text)
  }

  override standing(externalId: string) {
    return this.#comments.get(externalId)?.standing ?? 'deleted'
  }

  #write(request: WireRequest): WireAnswer {
    if (request.query.get('part') !== 'snippet') return oldError(400, 'missingRequiredParameter', 'No filter: part')
    const { snippet } = request.json() as {
      snippet?: { channelId?: string; videoId?: string; topLevelComment?: { snippet?: { textOriginal?: string } } }
    }
    const text = snippet?.topLevelComment?.snippet?.textOriginal ?? ''
    const post = this.posts.get(snippet?.videoId ?? '')
    if (snippet?.channelId !== channelId) return oldError(400, 'channelIdRequired', 'The channelId is required.')
    if (post === undefined) return notFound('video')
    if (text === '') return oldError(400, 'commentTextRequired', 'The comment thread resource needs a text.')
    if (text.length > 10_000) return oldError(400, 'commentTextTooLong', 'The comment is too long.')
    if (this.videos.get(post.externalId)?.status.selfDeclaredMadeForKids === true)
      return oldError(403, 'commentsDisabled', 'The video has disabled comments.')
    const comment = this.#add(post.externalId, owner, text)
    this.posts.set(comment.id, {
      externalId: comment.id,
      text,
      at: this.now(),
      parentExternalId: post.externalId,
      media: [],
      counters: {},
      extra: {},
    })
    return ok(this.#thread(comment, 'plainText'))
  }

  #threads({ query }: WireRequest): WireAnswer {
    const videoId = query.get('videoId')
    if (videoId === null && query.get('allThreadsRelatedToChannelId') !== channelId)
      return oldError(404, 'channelNotFound', 'The channel cannot be found.')
    if (query.get('order') !== 'time') this.violation('comments that are not sorted by time')
    const wanted = query.get('moderationStatus') === 'heldForReview' ? 'held' : 'visible'
    const tops = [...this.#comments.values()]
      .filter((one) => one.id === one.threadId && one.standing === wanted)
      .filter((one) => videoId === null || one.videoId === videoId)
      .sort((a, b) => b.at - a.at || b.id.length - a.id.length || (a.id < b.id ? 1 : -1))
    const page = this.#page(tops, query)
    if ('status' in page) return page
    return ok({
      kind: 'youtube#commentThreadListResponse',
      items: page.items.map((one) => this.#thread(one, query.get('textFormat'))),
      ...page.next,
    })
  }

  #below(top: Comment): Comment[] {
    return [...this.#comments.values()].filter(
      (one) => one.threadId === top.id && one.id !== top.id && one.standing === 'visible',
    )
  }

  #thread(top: Comment, format: string | null) {
    const below = this.#below(top)
    return {
      kind: 'youtube#commentThread',
      id: top.id,
      snippet: {
        channelId,
        videoId: top.videoId,
        topLevelComment: this.#commentJson(top, format),
        canReply: true,
        totalReplyCount: below.length,
        isPublic: true,
      },
      ...(below.length === 0
        ? {}
        : { replies: { comments: below.slice(0, this.repliesShown).map((one) => this.#commentJson(one, format)) } }),
    }
  }

  #commentJson(one: Comment, format: string | null) {
    // HTML, unless one asks otherwise.
    const shown =
      format === 'plainText'
        ? one.text
        : one.text.replaceAll('&', '&amp;').replaceAll("'", '&#39;').replaceAll('\n', '<br>')
    return {
      kind: 'youtube#comment',
      id: one.id,
      snippet: {
        channelId,
        videoId: one.videoId,
        textDisplay: shown,
        ...(one.by === owner ? { textOriginal: one.text } : {}),
        ...(one.id === one.threadId ? {} : { parentId: one.threadId }),
        authorDisplayName: one.by.name,
        authorProfileImageUrl: 'https://yt3.example/somebody.jpg',
        authorChannelId: { value: one.by.externalId },
        canRate: true,
        likeCount: 0,
        publishedAt: new Date(one.at).toISOString().replace('.000Z', 'Z'),
        updatedAt: new Date(one.updatedAt).toISOString().replace('.000Z', 'Z'),
      },
    }
  }

  #replies({ query }: WireRequest): WireAnswer {
    const top = this.#comments.get(query.get('parentId') ?? '')
    if (top === undefined || top.id !== top.threadId) return notFound('comment')
    const page = this.#page(this.#below(top), query)
    if ('status' in page) return page
    const items = page.items.map((one) => this.#commentJson(one, query.get('textFormat')))
    return ok({ kind: 'youtube#commentListResponse', items, ...page.next })
  }

  /** One page of comments, as its query asks. */
  #page(all: readonly Comment[], query: URLSearchParams): { items: Comment[]; next: object } | WireAnswer {
    const size = Number(query.get('maxResults') ?? 20)
    if (!(size >= 1 && size <= 100)) return oldError(400, 'invalidValue', 'maxResults must be from 1 to 100.')
    const token = query.get('pageToken') ?? (this.beginsEmpty ? undefined : '0')
    if (token === undefined) return { items: [], next: { nextPageToken: '0' } }
    if (!/^\d+$/.test(token)) return oldError(400, 'invalidPageToken', 'The request specifies an invalid page token.')
    const items = all.slice(Number(token), Number(token) + Math.min(size, this.pageSize))
    const next = Number(token) + items.length
    return { items, next: next < all.length ? { nextPageToken: String(next) } : {} }
  }

  #reply(request: WireRequest): WireAnswer {
    const { snippet } = request.json() as { snippet?: { parentId?: string; textOriginal?: string } }
    const parent = this.#comments.get(snippet?.parentId ?? '')
    if (parent === undefined || parent.standing === 'deleted')
      return oldError(404, 'parentCommentNotFound', 'No such comment.')
    if (parent.id !== parent.threadId) return oldError(400, 'operationNotSupported', 'An answer is not answered.')
    if (!snippet?.textOriginal) return oldError(400, 'commentTextRequired', 'The comment needs a text.')
    return ok(this.#commentJson(this.#add(parent.videoId, owner, snippet.textOriginal, parent), 'plainText'))
  }

  #erase({ query }: WireRequest): WireAnswer {
    const comment = this.#comments.get(query.get('id') ?? '')
    if (comment === undefined) return notFound('comment')
    if (comment.by !== owner && !this.deletesOthers)
      return oldError(403, 'forbidden', 'The comment cannot be deleted because of insufficient permissions.')
    this.#comments.delete(comment.id)
    return { status: 204 }
  }

  #moderate({ query }: WireRequest): WireAnswer {
    const comment = this.#comments.get(query.get('id') ?? '')
    if (comment === undefined) return notFound('comment')
    const status = query.get('moderationStatus')
    const ban = query.get('banAuthor') === 'true'
    if (ban && status !== 'rejected') return oldError(400, 'banWithoutReject', 'banAuthor goes with rejected only.')
    const standing = { published: 'visible', heldForReview: 'held', rejected: ban ? 'banned' : 'rejected' } as const
    if (status === null || !(status in standing))
      return oldError(400, 'invalidModerationStatus', 'The moderation status is not valid.')
    comment.standing = standing[status as keyof typeof standing]
    if (ban) this.#banned.add(comment.by.externalId)
    return { status: 204 }
  }

  // ---- YouTube Analytics --------------------------------------------------------------------------------------------

  #report({ query }: WireRequest): WireAnswer {
    if (!this.analytics)
      return oldError(403, 'accessNotConfigured', 'YouTube Analytics API has not been used in project 104857 before.')
    for (const name of ['ids', 'startDate', 'endDate', 'metrics'])
      if (!query.get(name)) return oldError(400, 'required', `Required parameter: ${name}`)
    if (query.get('ids') !== 'channel==MINE') return oldError(403, 'forbidden', 'Forbidden')
    const metrics = (query.get('metrics') ?? '').split(',')
    const dimension = query.get('dimensions') ?? ''
    const rows = dimension === 'day' ? this.#days() : this.#ofVideos(query, metrics)
    if (rows === undefined) return oldError(400, 'badRequest', 'The query is not supported.')
    const header = (name: string, columnType: string) => ({ name, columnType, dataType: 'INTEGER' })
    return ok({
      kind: 'youtubeAnalytics#resultTable',
      columnHeaders: [header(dimension, 'DIMENSION'), ...metrics.map((name) => header(name, 'METRIC'))],
      ...(rows.length === 0 ? {} : { rows }),
    })
  }

  #days(): unknown[][] {
    const { views } = this.channelFigures
    return views === undefined
      ? []
      : [
          ['2026-11-16', 3],
          ['2026-11-17', views],
        ]
  }

  #ofVideos(query: URLSearchParams, metrics: readonly string[]): unknown[][] | undefined {
    const ids = /^video==([\w,-]+)$/.exec(query.get('filters') ?? '')?.[1]?.split(',')
    if (ids === undefined || query.get('sort') === null || Number(query.get('maxResults')) > 200) return undefined
    const names: Record<string, CounterName> = { views: 'views', shares: 'shares', subscribersGained: 'follows' }
    return ids.flatMap((id) => {
      const counters = this.posts.get(id)?.counters
      if (counters === undefined) return []
      const { watchSeconds } = counters
      const values = metrics.map((metric) => {
        if (metric === 'estimatedMinutesWatched') return watchSeconds === undefined ? null : watchSeconds / 60
        const name = names[metric]
        return (name === undefined ? undefined : counters[name]) ?? null
      })
      return [[id, ...values]]
    })
  }
}
