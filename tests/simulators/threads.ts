/** Threads with one profile, by Meta's documentation of its API. */
import { randomBytes } from 'node:crypto'
import type { RawDelivery } from '../../shared/networks/network.ts'
import { GraphSimulator, graphError, graphTime, invalidToken, missing, type Node, ok } from './meta.ts'
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

const appId = '9876543210'
const userId = '26540123456789012'
const username = 'boulangerieduport'
const scopes =
  'threads_basic,threads_content_publish,threads_read_replies,threads_manage_replies,threads_manage_insights,threads_manage_mentions,threads_delete'
const somebody: Person = { externalId: 'lea.martin', handle: '@lea.martin', name: 'lea.martin' }

const fields = new Set([
  'media_type',
  'text',
  'image_url',
  'video_url',
  'children',
  'is_carousel_item',
  'reply_to_id',
  'reply_control',
  'alt_text',
  'topic_tag',
  'link_attachment',
  'poll_attachment',
  'is_spoiler_media',
])

/** Characters; an emoji counts its UTF-8 bytes. */
const lengthOf = (text: string) =>
  Array.from(text.matchAll(/\p{Emoji_Presentation}|\p{Extended_Pictographic}|[\s\S]/gu)).reduce(
    (sum, [one]) => sum + (/\p{Extended_Pictographic}/u.test(one) ? Buffer.byteLength(one) : 1),
    0,
  )

interface Container {
  readonly id: string
  readonly form: Readonly<Record<string, string>>
  readonly at: number
  /** Looks until it is ready. */
  looks: number
  publishedAs: string | undefined
}

interface Said {
  readonly id: string
  readonly by: Person
  text: string
  readonly at: number
  /** What it answers; undefined: a mention in a post of its own. */
  /** The type of what it shows, where it shows something. */
  readonly media?: string
  /** Of an answer to an answer. */
  readonly repliedTo?: string
  readonly under: string | undefined
  hidden: boolean
  readonly answers: string[]
}

export class ThreadsSimulator extends GraphSimulator {
  readonly network = 'threads'
  override readonly refusals: readonly Refusal[] = ['policy', 'invalid', 'permission']
  protected readonly businessId = userId
  protected readonly object = 'threads'
  /** How often media are answered as being fetched before they are ready. */
  override processingLooks = 1
  quotaTotal = 250
  replyQuotaTotal = 1_000
  /** When posts and replies were published by API: what was deleted since counts too. */
  readonly #published: { readonly at: number; readonly reply: boolean }[] = []
  readonly #containers = new Map<string, Container>()
  readonly #said = new Map<string, Said>()
  readonly #codes = new Map<string, string>()
  readonly #short = new Set<string>()
  #tokens = 1

  get #token() {
    return `THAA-simulated-${this.#tokens}`
  }
  expireToken(): void {
    this.#tokens += 1
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    return {
      oauth: {},
      credentials: {},
      settings: {},
      app: {
        appId,
        appSecret: options.bad ? 'another-secret' : this.appSecret,
        verifyToken: 'a-simulated-verify-token',
        apiUrl: options.url ?? this.url,
        authUrl: `${this.url}/oauth/authorize`,
      },
    }
  }

  protected routes(): readonly Route[] {
    const route = (method: string, path: string, act: Route['act'], handle: Route['handle']): Route =>
      this.checked({ method, path, act, handle }, { token: () => this.#token, versions: /^v1\.0$/, proven: false })
    const publishing = async (request: WireRequest) => {
      const container = this.#containers.get(String((await request.form()).get('creation_id')))
      return this.#said.has(container?.form.reply_to_id ?? '') ? 'act' : 'publish'
    }
    return [
      { method: 'GET', path: '/oauth/authorize', act: 'consent', handle: (request) => this.#consent(request) },
      { method: 'POST', path: '/oauth/access_token', act: 'auth', handle: (request) => this.#shortToken(request) },
      { method: 'GET', path: '/access_token', act: 'auth', handle: (request) => this.#longToken(request) },
      { method: 'GET', path: '/refresh_access_token', act: 'auth', handle: (request) => this.#renew(request) },
      route('GET', '/me', 'auth', (request) =>
        this.one(
          {
            id: userId,
            username,
            name: 'Boulangerie du Port',
            threads_profile_picture_url: 'https://cdn.threads.example/b.jpg',
          },
          request,
        ),
      ),
      route('POST', `/${userId}/threads`, 'media', (request) => this.#contain(request)),
      route('POST', `/${userId}/threads_publish`, publishing, (request) => this.#publish(request)),
      route('GET', `/${userId}/threads`, 'read', (request) =>
        this.list(this.#own(false), request, (one) => this.#node(one)),
      ),
      route('GET', `/${userId}/replies`, 'read', (request) =>
        this.list(this.#own(true), request, (one) => this.#node(one)),
      ),
      route('GET', `/${userId}/mentions`, 'read', (request) =>
        this.list(this.#saidUnder(undefined), request, (one) => this.#saidNode(one)),
      ),
      route('GET', `/${userId}/threads_publishing_limit`, 'read', (request) =>
        ok({ data: [this.picked(this.#quotas(), request)] }),
      ),
      route('GET', `/${userId}/threads_insights`, 'read', () => this.#accountInsights()),
      route('GET', '/:id/conversation', 'read', (request) => {
        const id = request.params.id ?? ''
        return this.posts.has(id) ? this.list(this.#saidUnder(id), request, (one) => this.#saidNode(one)) : missing(id)
      }),
      route('GET', '/:id/insights', 'read', (request) => this.#insights(request)),
      route('POST', '/:id/manage_reply', 'act', async (request) => {
        const said = this.#said.get(request.params.id ?? '')
        if (said === undefined) return missing(request.params.id ?? '')
        said.hidden = (await request.form()).get('hide') === 'true'
        return ok({ success: true })
      }),
      route('GET', '/:id', 'read', (request) => this.#get(request)),
      route('DELETE', '/:id', 'remove', ({ params }) =>
        this.posts.delete(params.id ?? '') ? ok({ success: true, deleted_id: params.id }) : missing(params.id ?? ''),
      ),
    ]
  }

  #consent({ query }: WireRequest): WireAnswer {
    const back = query.get('redirect_uri') ?? ''
    if (
      query.get('client_id') !== appId ||
      query.get('scope') !== scopes ||
      query.get('response_type') !== 'code' ||
      !URL.canParse(back)
    )
      return { status: 400, body: 'Invalid request' }
    const code = randomBytes(24).toString('base64url')
    this.#codes.set(code, back)
    const location = new URL(back)
    location.searchParams.set('code', code)
    location.searchParams.set('state', query.get('state') ?? '')
    return { status: 302, headers: { location: location.href } }
  }

  async #shortToken(request: WireRequest): Promise<WireAnswer> {
    const form = await request.form()
    if (form.get('client_id') !== appId || form.get('client_secret') !== this.appSecret)
      return graphError(400, 100, 'Error validating client secret.')
    const code = String(form.get('code'))
    if (form.get('grant_type') !== 'authorization_code' || this.#codes.get(code) !== form.get('redirect_uri'))
      return graphError(400, 100, 'Invalid verification code')
    this.#codes.delete(code)
    const token = `THAA-short-${randomBytes(9).toString('hex')}`
    this.#short.add(token)
    return ok({ access_token: token, user_id: wireInteger(userId) })
  }

  #longToken({ query }: WireRequest): WireAnswer {
    if (query.get('client_secret') !== this.appSecret || !this.#short.has(query.get('access_token') ?? ''))
      return invalidToken()
    if (query.get('grant_type') !== 'th_exchange_token') return graphError(400, 100, 'Invalid grant_type')
    return ok({ access_token: this.#token, token_type: 'bearer', expires_in: 5_184_000 })
  }

  #renew({ query }: WireRequest): WireAnswer {
    if (query.get('grant_type') !== 'th_refresh_token') return graphError(400, 100, 'Invalid grant_type')
    if (query.get('access_token') !== this.#token) return invalidToken()
    return ok({ access_token: this.#token, token_type: 'bearer', expires_in: 5_184_000 })
  }

  async #contain(request: WireRequest): Promise<WireAnswer> {
    const form = Object.fromEntries([...(await request.form())].map(([name, value]) => [name, String(value)]))
    for (const name of Object.keys(form)) if (!fields.has(name)) this.violation(`a container has no ${name}`)
    const { media_type: type = '', text = '', children } = form
    const invalid = (message: string) => graphError(400, 100, `(#100) ${message}`)
    if (!['TEXT', 'IMAGE', 'VIDEO', 'CAROUSEL'].includes(type))
      return invalid('Param media_type must be one of {TEXT, IMAGE, VIDEO, CAROUSEL}')
    if (type === 'TEXT' && text === '') return invalid('text is required')
    if (lengthOf(text) > 500) return invalid('Param text must be at most 500 characters long.')
    if ((form.alt_text ?? '').length > 1000) return invalid('Param alt_text must be at most 1000 characters long.')
    const url = type === 'IMAGE' ? form.image_url : type === 'VIDEO' ? form.video_url : 'https://'
    if (!url?.startsWith('https://')) return invalid('The media could not be fetched from this URI.')
    const items = children?.split(',') ?? []
    if (type === 'CAROUSEL' && (items.length < 2 || items.length > 20)) return invalid('A carousel has 2 to 20 items.')
    if (items.some((id) => (this.#containers.get(id)?.looks ?? 1) > 0))
      return invalid('A child of the carousel is not ready.')
    if (/[.&]/.test(form.topic_tag ?? '') || (form.topic_tag ?? '').length > 50)
      return invalid('Param topic_tag must be 1 to 50 characters without periods and ampersands.')
    const links = new Set([
      ...(text.match(/https?:\/\/[^\s]+/g) ?? []),
      ...(form.link_attachment === undefined ? [] : [form.link_attachment]),
    ])
    if (links.size > 5) return invalid('THREADS_API__LINK_LIMIT_EXCEEDED')
    const answered = form.reply_to_id
    if (answered !== undefined && !this.posts.has(answered) && !this.#said.has(answered)) return missing(answered)
    if ((form.link_attachment !== undefined || form.poll_attachment !== undefined) && type !== 'TEXT')
      return invalid('link_attachment and poll_attachment are for TEXT.')
    const looks = type === 'TEXT' ? 0 : this.processingLooks
    const container: Container = { id: this.newId(), form, at: this.now(), looks, publishedAs: undefined }
    this.#containers.set(container.id, container)
    return ok({ id: container.id })
  }

  #get(request: WireRequest): WireAnswer {
    const id = request.params.id ?? ''
    const container = this.#containers.get(id)
    if (container !== undefined) {
      const status =
        container.publishedAs !== undefined ? 'PUBLISHED' : container.looks-- > 0 ? 'IN_PROGRESS' : 'FINISHED'
      return this.one({ id, status, error_message: undefined }, request)
    }
    const post = this.posts.get(id)
    return post === undefined ? missing(id) : this.one(this.#node(post), request)
  }

  async #publish(request: WireRequest): Promise<WireAnswer> {
    const container = this.#containers.get(String((await request.form()).get('creation_id')))
    if (container === undefined) return graphError(400, 24, 'The requested resource does not exist')
    if (container.looks > 0) return graphError(400, 9007, 'The media is not ready for publishing')
    // published once, whatever is asked
    if (container.publishedAs !== undefined) return ok({ id: container.publishedAs })
    const { text = '', reply_to_id: answered } = container.form
    const about = this.#said.get(answered ?? '')
    const reply = answered !== undefined
    if (this.#used(reply) >= (reply ? this.replyQuotaTotal : this.quotaTotal))
      return graphError(400, 4, 'The limit of API-published content within 24 hours is reached')
    this.#published.push({ at: this.now(), reply })
    const id = this.newId()
    container.publishedAs = id
    if (about !== undefined) {
      this.#answer(about, text, id)
      return ok({ id })
    }
    this.posts.set(id, {
      externalId: id,
      text,
      at: this.now(),
      parentExternalId: answered,
      media: this.#mediaOf(container.form),
      counters: {},
      extra: {},
    })
    return ok({ id })
  }

  #used(reply: boolean): number {
    return this.#published.filter((one) => one.reply === reply && one.at > this.now() - 86_400_000).length
  }

  #quotas(): Node {
    const config = (quota_total: number) => ({ quota_total, quota_duration: 86_400 })
    return {
      quota_usage: this.#used(false),
      config: config(this.quotaTotal),
      reply_quota_usage: this.#used(true),
      reply_config: config(this.replyQuotaTotal),
    }
  }

  #mediaOf(form: Readonly<Record<string, string>>): SimulatedPost['media'] {
    const children = form.children?.split(',').map((id) => this.#containers.get(id)?.form ?? {})
    return (children ?? [form]).flatMap(
      ({ media_type: type, alt_text: alt = '' }: Readonly<Record<string, string>>) => {
        if (type === 'IMAGE') return [{ mime: 'image/jpeg', bytes: 1, alt }]
        return type === 'VIDEO' ? [{ mime: 'video/mp4', bytes: 1, alt }] : []
      },
    )
  }

  #own(replies: boolean): readonly SimulatedPost[] {
    return this.live().filter((post) => (post.parentExternalId !== undefined) === replies)
  }

  #node(post: SimulatedPost): Node {
    return {
      id: post.externalId,
      text: post.text === '' ? undefined : post.text,
      timestamp: graphTime(post.at),
      username,
      permalink: `https://www.threads.com/@${username}/post/${post.externalId}`,
      media_type: post.media.length > 0 ? 'IMAGE' : 'TEXT_POST',
      is_reply: post.parentExternalId !== undefined,
      replied_to: post.parentExternalId === undefined ? undefined : { id: post.parentExternalId },
      root_post: undefined,
    }
  }

  /** The profile answers: that stands in the conversation too, and no delivery tells of it. */
  #answer(to: Said, text: string, id: string): void {
    to.answers.push(text)
    const by = { externalId: userId, handle: `@${username}`, name: username }
    const { under } = to
    this.#said.set(id, { id, by, text, at: this.now(), under, repliedTo: to.id, hidden: false, answers: [] })
  }

  override async answerInApp(externalId: string, text: string): Promise<Injected> {
    const on = this.#said.get(externalId)
    if (on === undefined) throw new Error(`The simulator has no answer ${externalId}.`)
    const id = this.newId()
    this.#answer(on, text, id)
    return { externalId: id }
  }

  override async wordless(): Promise<readonly Injected[]> {
    return ['IMAGE', 'VIDEO'].map((media) => {
      const id = this.newId()
      this.#said.set(id, {
        id,
        by: somebody,
        text: '',
        at: this.now(),
        under: undefined,
        media,
        hidden: false,
        answers: [],
      })
      return { externalId: id }
    })
  }

  #saidUnder(under: string | undefined): readonly Said[] {
    return [...this.#said.values()].filter((one) => one.under === under)
  }

  #saidNode(one: Said): Node {
    return {
      id: one.id,
      text: one.text,
      timestamp: graphTime(one.at),
      username: one.by.name,
      permalink: `https://www.threads.com/@${one.by.name}/post/${one.id}`,
      media_type: one.media ?? 'TEXT_POST',
      is_reply: one.under !== undefined,
      replied_to: one.under === undefined ? undefined : { id: one.repliedTo ?? one.under },
      root_post: one.under === undefined ? undefined : { id: one.under },
    }
  }

  #insights({ params, query }: WireRequest): WireAnswer {
    const post = this.posts.get(params.id ?? '')
    if (post === undefined) return missing(params.id ?? '')
    const { views, likes, comments: replies, shares: reposts, quotes } = post.counters
    const all: Record<string, number | undefined> = { views, likes, replies, reposts, quotes }
    const asked = (query.get('metric') ?? '').split(',')
    if (asked.some((name) => !(name in all)))
      return graphError(400, 100, '(#100) metric must be one of the following values')
    const data = asked.flatMap((name) =>
      all[name] === undefined ? [] : [{ name, period: 'lifetime', values: [{ value: all[name] }] }],
    )
    return ok({ data })
  }

  #accountInsights(): WireAnswer {
    const { views } = this.channelFigures
    return ok({
      data: [
        { name: 'followers_count', period: 'day', total_value: { value: this.followers } },
        ...(views === undefined ? [] : [{ name: 'views', period: 'day', values: [{ value: 1 }, { value: views }] }]),
      ],
    })
  }

  override answersTo(externalId: string): readonly string[] {
    return this.#said.get(externalId)?.answers ?? []
  }
  override standing(externalId: string) {
    const said = this.#said.get(externalId)
    return said === undefined ? 'deleted' : said.hidden ? 'hidden' : 'visible'
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    const post: SimulatedPost = {
      externalId: this.newId(),
      text,
      at: options.at ?? this.now(),
      media: [],
      counters: {},
      extra: {},
    }
    this.posts.set(post.externalId, post)
    return post
  }

  async comment(onExternalId: string, text: string, by: Person = somebody): Promise<Injected> {
    const said: Said = { id: this.newId(), by, text, at: this.now(), under: onExternalId, hidden: false, answers: [] }
    this.#said.set(said.id, said)
    return { externalId: said.id, delivery: await this.#deliver('moderate', 'replies', this.#value(said)) }
  }

  async mention(text: string, by: Person = somebody): Promise<Injected> {
    const said: Said = { id: this.newId(), by, text, at: this.now(), under: undefined, hidden: false, answers: [] }
    this.#said.set(said.id, said)
    return { externalId: said.id, delivery: await this.#deliver('interaction', 'mentions', this.#value(said)) }
  }

  directMessage(): Promise<Injected> {
    throw new Error('Threads has no API for messages.')
  }

  override async change(externalId: string, action: 'edited' | 'deleted' | 'hidden' | 'unhidden') {
    // of what becomes of an answer, Threads tells that it was deleted
    if (action !== 'deleted') return undefined
    const said = this.#said.get(externalId)
    if (said === undefined) throw new Error(`The simulator has no answer ${externalId}.`)
    this.#said.delete(externalId)
    const value = {
      id: externalId,
      owner: { owner_id: userId },
      deleted_at: graphTime(this.now()),
      timestamp: graphTime(said.at),
      username: said.by.name,
    }
    return { externalId, delivery: await this.#deliver('moderate', 'delete', value) }
  }

  #value(said: Said) {
    return {
      id: said.id,
      username: said.by.name,
      text: said.text,
      media_type: 'TEXT_POST',
      permalink: `https://www.threads.com/@${said.by.name}/post/${said.id}`,
      timestamp: graphTime(said.at),
      ...(said.under === undefined
        ? {}
        : { replied_to: { id: said.under }, root_post: { id: said.under, owner_id: userId, username } }),
    }
  }

  /** Threads' own envelope, as its documentation shows it. */
  async #deliver(topic: string, field: string, value: unknown): Promise<RawDelivery> {
    const content = {
      app_id: appId,
      topic,
      target_id: userId,
      time: Math.floor(this.now() / 1000),
      subscription_id: '234',
      has_uid_field: false,
      values: { value, field },
    }
    const body = new Uint8Array(Buffer.from(JSON.stringify(content)))
    const headers = {
      'content-type': 'application/json',
      [this.signing.header]: this.signing.sign(body, this.appSecret, {}),
    }
    const delivery = { headers, query: {}, body }
    await this.deliver(delivery)
    return delivery
  }
}
