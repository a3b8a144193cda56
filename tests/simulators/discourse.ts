/** A Discourse forum with one user's key, by its OpenAPI description; what that leaves out is as the source has it. */
import { createHash, createHmac } from 'node:crypto'
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
} from './simulator.ts'

const own = 'Boulangerie'
const somebody: Person = { externalId: '42', handle: '@lea', name: 'Léa Martin' }
/** Of somebody else, to answer in. */
export const communityTopic = 77

interface Post {
  readonly id: number
  readonly topicId: number
  readonly number: number
  readonly answers: number | undefined
  readonly by: Person
  readonly at: number
  raw: string
  updatedAt: number
  version: number
  hidden: boolean
  deletedAt: number | undefined
}
interface Topic {
  readonly id: number
  readonly title: string
  readonly externalId: string | undefined
  readonly archetype: 'regular' | 'private_message'
  readonly posts: Post[]
  deletedAt: number | undefined
}

const problem = (status: number, errors: readonly string[], more: object = {}): WireAnswer => ({
  status,
  json: { errors, ...more },
})
const refusedAccess = (message: string) => problem(403, [message], { error_type: 'invalid_access' })
const notFound = problem(404, ['The requested URL or resource could not be found.'], { error_type: 'not_found' })
const invalid = (...errors: string[]) => problem(422, errors, { action: 'create_post' })
const pictures = /!\[([^\]|]*)\|\d+x\d+\]\((upload:\/\/[^)]+)\)/g

export class DiscourseSimulator extends Simulator {
  readonly network = 'discourse'
  readonly refusals: readonly Refusal[] = ['invalid', 'permission', 'duplicate']
  /** What an administrator's key made: the address and the secret. */
  hook: { readonly url: string; readonly secret: string } | undefined
  /** Whether posts wait for a moderator. */
  moderated = false
  readonly #topics = new Map<number, Topic>()
  readonly #written = new Map<number, Post>()
  readonly #files = new Map<string, { readonly mime: string; readonly bytes: number }>()
  #keys = 1
  /** When the account said this through the API. */
  readonly #said = new Map<string, number>()
  #serial = 100

  constructor(now?: () => number) {
    super(now)
    const topic = this.#topic('Vos recettes de pain', undefined, 'regular', communityTopic)
    this.#post(topic, 'Qui commence ?', somebody)
  }

  get #key() {
    return `${String(this.#keys).padStart(4, '0')}simulated-discourse-api-key`
  }
  expireToken(): void {
    this.#keys += 1
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    return {
      credentials: {
        site: options.url ?? this.url,
        username: own.toLowerCase(),
        apiKey: options.bad ? 'a-key-that-nobody-made' : this.#key,
      },
      settings: {},
      app: {},
    }
  }

  protected routes(): readonly Route[] {
    const route = (method: string, path: string, act: Route['act'], handle: Route['handle']): Route => ({
      method,
      path,
      act,
      handle: (request) =>
        request.headers['api-key'] === this.#key && request.headers['api-username']?.toLowerCase() === own.toLowerCase()
          ? handle(request)
          : refusedAccess('You are not permitted to view the requested resource. The API username or key is invalid.'),
    })
    const creates = (request: WireRequest) =>
      request.json().topic_id !== undefined && request.json().topic_id !== communityTopic ? 'act' : 'publish'
    const ours = ({ params }: WireRequest) => this.#written.get(this.#id(params.id))?.by.name === own
    return [
      route('GET', '/u/:user', 'auth', ({ params }) =>
        params.user?.toLowerCase() === `${own.toLowerCase()}.json`
          ? { status: 200, json: { user: { id: 7, username: own, name: 'La boulangerie', admin: true } } }
          : notFound,
      ),
      route('GET', '/site/basic-info.json', 'auth', () => ({
        status: 200,
        json: {
          title: 'Le forum du pain',
          description: '',
          logo_url: '',
          apple_touch_icon_url: `${this.url}/icon.png`,
        },
      })),
      route('GET', '/notifications.json', 'auth', () => ({ status: 200, json: { notifications: [] } })),
      route('GET', '/admin/api/web_hooks.json', 'auth', () => ({
        status: 200,
        json: {
          web_hooks: this.hook === undefined ? [] : [{ id: 1, payload_url: this.hook.url }],
          extras: {
            grouped_event_types: {
              topic: [{ id: 101, name: 'topic_created' }],
              post: ['created', 'edited', 'destroyed', 'recovered'].map((name, i) => ({
                id: 201 + i,
                name: `post_${name}`,
              })),
            },
          },
        },
      })),
      route('POST', '/admin/api/web_hooks.json', 'auth', (request) => this.#makeHook(request)),
      route('POST', '/uploads.json', 'media', (request) => this.#upload(request)),
      route('POST', '/posts.json', creates, (request) => this.#create(request)),
      route('GET', '/posts/:id', 'read', ({ params }) => {
        const found = this.#written.get(this.#id(params.id))
        return found === undefined ? notFound : { status: 200, json: this.#postJson(found) }
      }),
      route(
        'DELETE',
        '/posts/:id',
        (request) => (ours(request) ? 'remove' : 'act'),
        ({ params }) => this.#deletePost(this.#id(params.id)),
      ),
      route('POST', '/post_actions.json', 'act', (request) => {
        const { id, post_action_type_id: type, take_action: takes } = request.json()
        const found = this.#written.get(Number(id))
        if (found === undefined) return notFound
        if (type !== 4 || takes !== true) return problem(400, ['post_action_type_id is invalid'])
        if (found.hidden) return refusedAccess('You have already flagged this post.')
        found.hidden = true
        return { status: 200, json: this.#postJson(found) }
      }),
      route('GET', '/t/external_id/:key', 'read', ({ params }) => {
        const key = params.key?.replace(/\.json$/, '')
        const found = [...this.#topics.values()].find((one) => one.externalId === key)
        return found === undefined ? notFound : { status: 301, headers: { location: `/t/${found.id}.json` } }
      }),
      route('GET', '/t/:id', 'read', ({ params }) => {
        const found = this.#topics.get(this.#id(params.id))
        return found === undefined ? notFound : { status: 200, json: this.#topicJson(found) }
      }),
      route('DELETE', '/t/:id', 'remove', ({ params }) => {
        const found = this.#topics.get(this.#id(params.id))
        if (found === undefined) return notFound
        if (found.deletedAt !== undefined) return refusedAccess('You are not permitted to view the requested resource.')
        found.deletedAt = this.now()
        this.posts.delete(`t/${found.id}`)
        return { status: 200, json: {} }
      }),
    ]
  }

  #id = (segment = '') => Number(segment.replace(/\.json$/, ''))

  #makeHook(request: WireRequest): WireAnswer {
    const { web_hook: asked } = request.json() as { web_hook?: Record<string, unknown> }
    if (typeof asked?.payload_url !== 'string' || typeof asked.secret !== 'string' || asked.secret.length < 12)
      return problem(422, ['Secret is too short (minimum is 12 characters)'])
    if (!(asked.wildcard_web_hook === true) && (asked.web_hook_event_type_ids as unknown[]).length === 0)
      return problem(422, ['Event types can’t be blank'])
    this.hook = { url: asked.payload_url, secret: asked.secret }
    return { status: 200, json: { web_hook: { id: 1, ...asked } } }
  }

  async #upload(request: WireRequest): Promise<WireAnswer> {
    const form = await request.form()
    const file = form.get('file')
    if (form.get('upload_type') !== 'composer' || form.get('synchronous') !== 'true')
      this.violation('an upload of a post is synchronous, of the composer')
    if (!(file instanceof Blob) || !/\.(jpg|png|gif|webp)$/.test(file.name))
      return problem(422, ['Sorry, the file you are trying to upload is not authorized.'])
    // the same file is the same upload
    const digest = createHash('sha1')
      .update(await file.bytes())
      .digest('hex')
    const url = `upload://${digest}${file.name.slice(-4)}`
    this.#files.set(url, { mime: file.type, bytes: file.size })
    return {
      status: 200,
      json: { id: ++this.#serial, url: `/uploads/${digest}`, original_filename: file.name, short_url: url },
    }
  }

  #create(request: WireRequest): WireAnswer {
    const body = request.json()
    const raw = typeof body.raw === 'string' ? body.raw.trim() : ''
    if (raw === '') return invalid('Body can’t be blank')
    if (raw.length > 40_000) return invalid('Body is limited to 32000 characters')
    const me = { externalId: '7', handle: `@${own}`, name: own }
    // `unique_posts_mins`, for who is no moderator
    if ((this.#said.get(raw) ?? 0) > this.now() - 300_000)
      return invalid('Body is too similar to what you recently posted')
    if (body.topic_id !== undefined) {
      const topic = this.#topics.get(Number(body.topic_id))
      if (topic === undefined) return invalid('The topic you were replying to has been deleted.')
      const made = this.#post(topic, raw, me, this.now(), body.reply_to_post_number as number | undefined)
      this.#said.set(raw, made.at)
      if (topic.id === communityTopic) this.#show(`p/${made.id}`, raw, made.at)
      return { status: 200, json: this.#postJson(made) }
    }
    const title = typeof body.title === 'string' ? body.title : ''
    if (title.length < 15) return invalid('Title is too short (minimum is 15 characters)')
    if (typeof body.external_id !== 'string' || !/^[\w-]{1,50}$/.test(body.external_id))
      this.violation('a topic is made with a key')
    const topics = [...this.#topics.values()].filter((one) => one.deletedAt === undefined)
    if (topics.some((one) => one.title === title)) return invalid('Title has already been used')
    if (topics.some((one) => one.externalId === body.external_id)) return invalid('External has already been taken')
    if (this.moderated) return { status: 200, json: { action: 'enqueued', success: true, pending_count: 1 } }
    const topic = this.#topic(title, String(body.external_id))
    const made = this.#post(topic, raw, me)
    this.#said.set(raw, made.at)
    this.#show(`t/${topic.id}`, raw, made.at)
    return { status: 200, json: this.#postJson(made) }
  }

  #show(externalId: string, raw: string, at: number): SimulatedPost {
    const media = [...raw.matchAll(pictures)].flatMap(([, alt = '', url = '']) => {
      const file = this.#files.get(url)
      return file === undefined ? [] : [{ ...file, alt }]
    })
    const text = raw.replace(pictures, '').trim()
    const post: SimulatedPost = { externalId, text, at, media, counters: {}, extra: {} }
    this.posts.set(externalId, post)
    return post
  }

  #topic(title: string, externalId?: string, archetype: Topic['archetype'] = 'regular', id = ++this.#serial): Topic {
    const topic: Topic = { id, title, externalId, archetype, posts: [], deletedAt: undefined }
    this.#topics.set(id, topic)
    return topic
  }

  #post(topic: Topic, raw: string, by: Person, at = this.now(), answers?: number): Post {
    const post: Post = {
      id: ++this.#serial,
      topicId: topic.id,
      number: topic.posts.length + 1,
      answers,
      by,
      at,
      raw,
      updatedAt: at,
      version: 1,
      hidden: false,
      deletedAt: undefined,
    }
    topic.posts.push(post)
    this.#written.set(post.id, post)
    return post
  }

  #deletePost(id: number): WireAnswer {
    const found = this.#written.get(id)
    if (found === undefined) return notFound
    if (found.deletedAt !== undefined) return refusedAccess('You are not permitted to view the requested resource.')
    found.deletedAt = this.now()
    this.posts.delete(`p/${id}`)
    return { status: 200, json: {} }
  }

  #topicJson({ id, posts, archetype, deletedAt }: Topic) {
    const { views, likes, comments } = this.posts.get(`t/${id}`)?.counters ?? {}
    return {
      id,
      slug: 'un-sujet',
      archetype,
      views,
      like_count: likes,
      posts_count: comments === undefined ? undefined : comments + 1,
      deleted_at: deletedAt === undefined ? null : new Date(deletedAt).toISOString(),
      post_stream: { posts: [], stream: posts.filter((one) => one.deletedAt === undefined).map((one) => one.id) },
    }
  }

  #postJson(one: Post) {
    const { archetype = 'regular' } = this.#topics.get(one.topicId) ?? {}
    const cooked = one.raw
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replace(/@(\w+)/g, (_, name: string) => `<a class="mention" href="/u/${name.toLowerCase()}">@${name}</a>`)
    return {
      id: one.id,
      user_id: Number(one.by.externalId),
      username: one.by.handle.replace('@', ''),
      name: one.by.name,
      created_at: new Date(one.at).toISOString(),
      updated_at: new Date(one.updatedAt).toISOString(),
      deleted_at: one.deletedAt === undefined ? null : new Date(one.deletedAt).toISOString(),
      user_deleted: false,
      hidden: one.hidden,
      raw: one.raw,
      cooked: `<p>${cooked}</p>`,
      version: one.version,
      post_type: 1,
      post_number: one.number,
      reply_to_post_number: one.answers ?? null,
      reply_count: 0,
      actions_summary: [],
      topic_id: one.topicId,
      topic_slug: 'un-sujet',
      topic_archetype: archetype,
    }
  }

  override answersTo(externalId: string): readonly string[] {
    const about = this.#written.get(Number(externalId.replace('p/', '')))
    const topic = this.#topics.get(about?.topicId ?? 0)
    return (topic?.posts ?? [])
      .filter((one) => one.by.name === own && one.answers === about?.number)
      .map(({ raw }) => raw)
  }
  override standing(externalId: string) {
    const found = this.#written.get(Number(externalId.replace('p/', '')))
    if (found === undefined || found.deletedAt !== undefined) return 'deleted'
    return found.hidden ? 'hidden' : 'visible'
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    const topic = this.#topic(`${text} (${++this.#serial})`)
    const { at } = this.#post(topic, text, { externalId: '7', handle: `@${own}`, name: own }, options.at)
    return this.#show(`t/${topic.id}`, text, at)
  }

  async comment(onExternalId: string, text: string, by: Person = somebody): Promise<Injected> {
    const topic = this.#topics.get(Number(onExternalId.replace('t/', '')))
    if (topic === undefined) throw new Error(`The simulator has no topic ${onExternalId}.`)
    return this.#tell(this.#post(topic, text, by))
  }
  async mention(text: string, by: Person = somebody): Promise<Injected> {
    const topic = this.#topics.get(communityTopic)
    if (topic === undefined) throw new Error('The simulator has no topic of the community.')
    const post = this.#post(topic, text, by)
    return this.#tell(post, `<p>${text} <a class="mention" href="/u/${own.toLowerCase()}">@${own}</a></p>`)
  }
  async directMessage(text: string, by: Person = somebody): Promise<Injected> {
    return this.#tell(this.#post(this.#topic(text, undefined, 'private_message'), text, by))
  }

  override async change(externalId: string, action: 'edited' | 'deleted' | 'hidden' | 'unhidden', text?: string) {
    const post = this.#written.get(Number(externalId.replace('p/', '')))
    if (post === undefined) throw new Error(`The simulator has no post ${externalId}.`)
    // nothing is delivered of what is hidden and shown again
    if (action === 'hidden' || action === 'unhidden') return undefined
    post.updatedAt = Math.max(this.now(), post.updatedAt + 1)
    if (action === 'deleted') post.deletedAt = post.updatedAt
    else {
      post.raw = text ?? post.raw
      post.version += 1
    }
    return this.#tell(post)
  }

  override readonly signing: Signing = {
    header: 'x-discourse-event-signature',
    secretNames: ['hookSecret'],
    sign: (body, secret) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }

  async #tell(post: Post, cooked?: string): Promise<Injected> {
    const json = this.#postJson(post)
    const body = new Uint8Array(Buffer.from(JSON.stringify({ post: { ...json, cooked: cooked ?? json.cooked } })))
    const delivery: RawDelivery = {
      headers: {
        'content-type': 'application/json',
        'x-discourse-event-type': 'post',
        'x-discourse-event': 'post_created',
        'x-discourse-instance': this.url,
        [this.signing.header]: this.signing.sign(body, this.hook?.secret ?? '', {}),
      },
      query: {},
      body,
      subject: this.hook?.url.split('/').at(-1) ?? '',
    }
    await this.deliver(delivery)
    return { externalId: `p/${post.id}`, delivery }
  }

  protected override limited(wait: LimitForm, seconds: number): WireAnswer {
    const { headers = {} } = super.limited(wait, seconds)
    const extras = wait === 'seconds' ? { extras: { wait_seconds: seconds, time_left: `${seconds} seconds` } } : {}
    const answer = problem(429, ['You’ve performed this action too many times.'], {
      error_type: 'rate_limit',
      ...extras,
    })
    return wait === 'seconds' ? answer : { ...answer, headers }
  }

  override forgetRepeats(): void {
    this.#said.clear()
  }

  protected refused(reason: Refusal): WireAnswer {
    if (reason === 'permission') return refusedAccess('You are not permitted to view the requested resource.')
    if (reason === 'duplicate') return invalid('Body is too similar to what you recently posted')
    return invalid('Body seems unclear, is it a complete sentence?')
  }
}
