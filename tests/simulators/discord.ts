/** Discord with one bot in one channel of one server, by its OpenAPI description (v10). */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { RawDelivery } from '../../shared/networks/network.ts'
import {
  type Access,
  type Handshake,
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

const botId = '1100000000000000001'
const guildId = '1100000000000000002'
const channelId = '1100000000000000003'
const forumId = '1100000000000000004'
const webhookId = '1100000000000000005'
const webhookToken = 'a-simulated-discord-webhook-token-of-some-length'
const epoch = 1_420_070_400_000n
const somebody: Person = { externalId: '1100000000000000042', handle: 'lea.martin', name: 'Léa Martin' }

const fields = new Set([
  'content',
  'embeds',
  'allowed_mentions',
  'attachments',
  'components',
  'poll',
  'nonce',
  'enforce_nonce',
  'message_reference',
  'flags',
  'thread_name',
  'username',
  'avatar_url',
  'tts',
])

interface Written {
  readonly id: string
  readonly channelId: string
  readonly by: Person
  readonly text: string
  readonly at: number
  readonly answers?: string | undefined
  readonly mentionsBot: boolean
  /** What the bot wrote in answer. */
  readonly replies: string[]
}

const problem = (status: number, code: number, message: string, more: object = {}): WireAnswer => ({
  status,
  json: { code, message, ...more },
})
const unknownMessage = problem(404, 10_008, 'Unknown Message')

export class DiscordSimulator extends Simulator {
  readonly network = 'discord'
  readonly refusals: readonly Refusal[] = ['invalid', 'permission', 'policy']
  /** Connects by the channel's webhook instead of the bot. */
  byWebhook = false
  /** The bot's channel is a forum. */
  forum = false
  readonly #written = new Map<string, Written>()
  readonly #nonces = new Map<string, string>()
  readonly #keys = generateKeyPairSync('ed25519')
  #tokens = 1
  #serial = 0

  get #token() {
    return `simulated-discord-bot-token-${this.#tokens}`
  }
  expireToken(): void {
    this.#tokens += 1
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    const token = options.bad ? 'a-token-that-nobody-gave-anybody' : this.#token
    return {
      credentials: this.byWebhook
        ? { webhookUrl: `https://discord.com/api/webhooks/${webhookId}/${webhookToken}` }
        : { botToken: token, channelId: this.forum ? forumId : channelId },
      settings: {},
      app: { apiUrl: `${options.url ?? this.url}/api/v10`, publicKey: rawKey(this.#keys.publicKey) },
    }
  }

  /** Time in the upper bits, as every id of Discord has it. */
  #id(at = this.now()): string {
    return String(((BigInt(at) - epoch) << 22n) + BigInt(++this.#serial % 4096))
  }

  protected routes(): readonly Route[] {
    const route = (method: string, path: string, act: Route['act'], handle: Route['handle']): Route => ({
      method,
      path: `/api/v10${path}`,
      act,
      handle: (request) =>
        request.headers.authorization === `Bot ${this.#token}` ? handle(request) : problem(401, 0, '401: Unauthorized'),
    })
    const hooked = (method: string, path: string, act: Route['act'], handle: Route['handle']): Route => ({
      method,
      path: `/api/v10/webhooks/:id/:token${path}`,
      act,
      handle: (request) =>
        request.params.id === webhookId && request.params.token === webhookToken
          ? handle(request)
          : problem(401, 50_027, 'Invalid Webhook Token'),
    })
    const creating = async (request: WireRequest) =>
      (await this.#bodyOf(request)).message_reference === undefined ? 'publish' : 'act'
    const removing = ({ params }: WireRequest) =>
      this.posts.has(`${params.channel}/${params.message}`)
        ? 'remove'
        : this.#written.has(`${params.channel}/${params.message}`)
          ? 'act'
          : 'remove'
    return [
      route('GET', '/users/@me', 'auth', () => ({ status: 200, json: { id: botId, username: 'fournil', bot: true } })),
      route('GET', '/channels/:channel', 'auth', ({ params }) =>
        params.channel === channelId || params.channel === forumId
          ? {
              status: 200,
              json: {
                id: params.channel,
                type: params.channel === forumId ? 15 : 0,
                name: 'annonces',
                guild_id: guildId,
              },
            }
          : problem(404, 10_003, 'Unknown Channel'),
      ),
      route('GET', '/guilds/:guild', 'read', () => ({
        status: 200,
        json: { id: guildId, name: 'La boulangerie', approximate_member_count: this.followers },
      })),
      route('GET', '/guilds/:guild/threads/active', 'read', () => ({
        status: 200,
        json: { threads: this.#threads(), members: [] },
      })),
      route('POST', '/channels/:channel/messages', creating, (request) => this.#create(request)),
      route('POST', '/channels/:channel/threads', 'publish', (request) => this.#createTopic(request)),
      route('GET', '/channels/:channel/messages', 'read', (request) => this.#list(request)),
      route('GET', '/channels/:channel/messages/:message', 'read', ({ params }) => {
        const post = this.posts.get(`${params.channel}/${params.message}`)
        return post === undefined ? unknownMessage : { status: 200, json: this.#postJson(post) }
      }),
      route('DELETE', '/channels/:channel/messages/:message', removing, ({ params }) =>
        this.#remove(`${params.channel}/${params.message}`),
      ),
      route('DELETE', '/channels/:channel', 'remove', ({ params }) => {
        const answer = this.#remove(`${params.channel}/${params.channel}`)
        return answer.status === 204
          ? { status: 200, json: { id: params.channel, type: 11 } }
          : problem(404, 10_003, 'Unknown Channel')
      }),
      hooked('GET', '', 'auth', () => ({
        status: 200,
        json: { id: webhookId, type: 1, name: 'Annonces', channel_id: channelId, guild_id: guildId },
      })),
      hooked('POST', '', 'publish', async (request) => {
        if (request.query.get('wait') !== 'true') return { status: 204 }
        return this.#make(channelId, await this.#bodyOf(request), await request.form())
      }),
      hooked('DELETE', '/messages/:message', 'remove', ({ params }) => this.#remove(`${channelId}/${params.message}`)),
    ]
  }

  async #bodyOf(request: WireRequest): Promise<Record<string, unknown>> {
    if ((request.headers['content-type'] ?? '').includes('json')) return request.json()
    const json = (await request.form()).get('payload_json')
    return typeof json === 'string' ? (JSON.parse(json) as Record<string, unknown>) : {}
  }

  async #create(request: WireRequest): Promise<WireAnswer> {
    const body = await this.#bodyOf(request)
    const place = request.params.channel ?? ''
    const { message_reference: reference } = body as { message_reference?: { message_id?: string } }
    if (reference === undefined) {
      if (place !== channelId) return problem(403, 50_001, 'Missing Access')
      return this.#make(place, body, await request.form())
    }
    const about = this.#written.get(`${place}/${reference.message_id}`)
    if (about === undefined)
      return problem(400, 50_035, 'Invalid Form Body', { errors: { message_reference: 'Unknown message' } })
    about.replies.push(String(body.content))
    return { status: 200, json: { id: this.#id(), channel_id: place, content: body.content, ...this.#byBot() } }
  }

  async #createTopic(request: WireRequest): Promise<WireAnswer> {
    const body = await this.#bodyOf(request)
    const { name, message } = body as { name?: string; message?: Record<string, unknown> }
    if (request.params.channel !== forumId) return problem(400, 50_024, 'Cannot execute action on this channel type')
    if (typeof name !== 'string' || name.length < 1 || name.length > 100 || message === undefined)
      return problem(400, 50_035, 'Invalid Form Body', { errors: { name: 'Must be between 1 and 100 in length.' } })
    const id = this.#id()
    const made = this.#make(id, message, await request.form(), id)
    return made.status === 200
      ? { status: 201, json: { id, parent_id: forumId, name, type: 11, message: made.json } }
      : made
  }

  #make(place: string, body: Record<string, unknown>, form: FormData, id = this.#id()): WireAnswer {
    for (const name of Object.keys(body)) if (!fields.has(name)) this.violation(`a message has no ${name}`)
    const text = typeof body.content === 'string' ? body.content : ''
    const files = [...form.entries()].filter(([name]) => /^files\[\d+\]$/.test(name))
    const described = Array.isArray(body.attachments)
      ? (body.attachments as { id: number; description?: string }[])
      : []
    const invalid = (where: string, why: string) =>
      problem(400, 50_035, 'Invalid Form Body', { errors: { [where]: why } })
    if (Array.from(text).length > 2000) return invalid('content', 'Must be 2000 or fewer in length.')
    if (files.length > 10) return invalid('attachments', 'Must be 10 or fewer in length.')
    if (described.some(({ description }) => (description ?? '').length > 1024))
      return invalid('attachments', 'description')
    if (text === '' && files.length === 0 && body.embeds === undefined && body.poll === undefined)
      return problem(400, 50_006, 'Cannot send an empty message')
    const { poll } = body as { poll?: { question?: { text?: string }; answers?: unknown[]; duration?: number } }
    if (poll !== undefined && (!poll.question?.text || (poll.answers ?? []).length < 2 || (poll.duration ?? 0) > 768))
      return invalid('poll', 'Required')
    const { nonce, enforce_nonce: enforced } = body
    const before = typeof nonce === 'string' && enforced === true ? this.#nonces.get(nonce) : undefined
    if (typeof nonce === 'string' && nonce.length > 25) return invalid('nonce', 'Must be 25 or fewer in length.')
    const known = before === undefined ? undefined : this.posts.get(before)
    if (known !== undefined) return { status: 200, json: this.#postJson(known) }
    const post: SimulatedPost = {
      externalId: `${place}/${id}`,
      text,
      at: this.now(),
      media: files.map(([, file], i) => ({
        mime: file instanceof File ? file.type : '',
        bytes: file instanceof File ? file.size : 0,
        alt: described.find((one) => one.id === i)?.description ?? '',
      })),
      counters: {},
      extra: { id, channel: place },
    }
    this.posts.set(post.externalId, post)
    if (typeof nonce === 'string') this.#nonces.set(nonce, post.externalId)
    return { status: 200, json: this.#postJson(post) }
  }

  #byBot = () => ({
    author: { id: botId, username: 'fournil', bot: true },
    mentions: [],
    attachments: [],
    timestamp: new Date(this.now()).toISOString(),
  })

  #postJson({ text, at, media, counters, extra }: SimulatedPost) {
    return {
      ...this.#byBot(),
      id: extra.id,
      channel_id: extra.channel,
      content: text,
      timestamp: new Date(at).toISOString(),
      attachments: media.map(({ mime }, i) => ({
        id: String(i),
        filename: `media${i}`,
        url: 'https://cdn.discord.example/a',
        content_type: mime,
      })),
      ...(counters.likes === undefined
        ? {}
        : { reactions: [{ emoji: { name: '🥐' }, count: counters.likes, me: false }] }),
    }
  }

  #writtenJson(one: Written) {
    return {
      id: one.id,
      channel_id: one.channelId,
      content: one.text,
      timestamp: new Date(one.at).toISOString(),
      author: { id: one.by.externalId, username: one.by.handle, global_name: one.by.name, avatar: null },
      mentions: one.mentionsBot ? [{ id: botId, username: 'fournil' }] : [],
      attachments: [],
      ...(one.answers === undefined
        ? {}
        : { message_reference: { message_id: one.answers, channel_id: one.channelId } }),
    }
  }

  #threads() {
    const topics = [...this.posts.values()].filter((post) => post.extra.channel === post.extra.id)
    return topics.map((post) => {
      const inside = [...this.#written.values()].filter((one) => one.channelId === post.extra.id).map((one) => one.id)
      return { id: post.extra.id, parent_id: forumId, type: 11, last_message_id: inside.sort().at(-1) ?? post.extra.id }
    })
  }

  /** After an id, newest first, as Discord answers; the page is the one right after it. */
  #list({ params, query }: WireRequest): WireAnswer {
    const after = BigInt(query.get('after') ?? 0)
    const limit = Number(query.get('limit') ?? 50)
    if (limit > 100) return problem(400, 50_035, 'Invalid Form Body')
    const all = [
      ...[...this.posts.values()]
        .filter((post) => post.extra.channel === params.channel)
        .map((post) => ({ id: String(post.extra.id), json: this.#postJson(post) })),
      ...[...this.#written.values()]
        .filter((one) => one.channelId === params.channel)
        .map((one) => ({ id: one.id, json: this.#writtenJson(one) })),
    ]
    const page = all
      .filter(({ id }) => BigInt(id) > after)
      .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
      .slice(0, limit)
      .reverse()
    return { status: 200, json: page.map(({ json }) => json) }
  }

  #remove(place: string): WireAnswer {
    return this.posts.delete(place) || this.#written.delete(place) ? { status: 204 } : unknownMessage
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    const id = this.#id(options.at)
    const post: SimulatedPost = {
      externalId: `${channelId}/${id}`,
      text,
      at: options.at ?? this.now(),
      media: [],
      counters: {},
      extra: { id, channel: channelId },
    }
    this.posts.set(post.externalId, post)
    return post
  }

  #write(place: string, text: string, by: Person, answers?: string, mentionsBot = false): Injected {
    const one: Written = {
      id: this.#id(),
      channelId: place,
      by,
      text,
      at: this.now(),
      answers,
      mentionsBot,
      replies: [],
    }
    this.#written.set(`${place}/${one.id}`, one)
    return { externalId: `${place}/${one.id}` }
  }

  async comment(onExternalId: string, text: string, by: Person = somebody): Promise<Injected> {
    const [place = '', message = ''] = onExternalId.split('/')
    // in a forum people write in the post's own thread, mostly answering nobody
    return this.#write(place, text, by, place === message ? undefined : message)
  }

  async mention(text: string, by: Person = somebody): Promise<Injected> {
    return this.#write(channelId, `<@${botId}> ${text}`, by, undefined, true)
  }

  /** A command of the application, with a text. */
  async directMessage(text: string, by: Person = somebody): Promise<Injected> {
    const id = this.#id()
    const body = {
      id,
      application_id: '1100000000000000009',
      type: 2,
      token: 'an-interaction-token',
      version: 1,
      channel_id: channelId,
      guild_id: guildId,
      locale: 'fr',
      member: { user: { id: by.externalId, username: by.handle, global_name: by.name } },
      data: { id: '1', name: 'contact', type: 1, options: [{ name: 'message', type: 3, value: text }] },
    }
    return { externalId: `interaction/${id}`, delivery: await this.#signed(body) }
  }

  override handshake(): Handshake {
    return {
      method: 'POST',
      delivery: { headers: {}, query: {}, body: new Uint8Array(Buffer.from('{"id":"1","type":1}')) },
      app: this.access().app,
      expects: '{"type":1}',
    }
  }

  override readonly signing: Signing = {
    header: 'x-signature-ed25519',
    secretNames: ['publicKey'],
    sign: (body, secret, headers) =>
      sign(null, Buffer.concat([Buffer.from(headers['x-signature-timestamp'] ?? ''), body]), secret).toString('hex'),
    pair: () => {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519')
      return { signs: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), known: rawKey(publicKey) }
    },
  }

  async #signed(content: unknown): Promise<RawDelivery> {
    const body = new Uint8Array(Buffer.from(JSON.stringify(content)))
    const time = { 'x-signature-timestamp': String(Math.floor(this.now() / 1000)) }
    const secret = this.#keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const headers = {
      'content-type': 'application/json',
      ...time,
      [this.signing.header]: this.signing.sign(body, secret, time),
    }
    const delivery = { headers, query: {}, body }
    await this.deliver(delivery)
    return delivery
  }

  override answersTo(externalId: string): readonly string[] {
    return this.#written.get(externalId)?.replies ?? []
  }
  override standing(externalId: string) {
    return this.#written.has(externalId) ? 'visible' : 'deleted'
  }

  protected override limited(wait: LimitForm, seconds: number): WireAnswer {
    if (wait === 'seconds')
      return {
        ...problem(429, 0, 'You are being rate limited.', { retry_after: seconds, global: false }),
        headers: { 'retry-after': String(seconds) },
      }
    return super.limited(wait, seconds)
  }

  protected refused(reason: Refusal): WireAnswer {
    if (reason === 'permission') return problem(403, 50_013, 'Missing Permissions')
    if (reason === 'policy') return problem(400, 200_000, 'Message was blocked by automatic moderation')
    return problem(400, 50_035, 'Invalid Form Body', { errors: { content: { _errors: [{ code: 'BASE_TYPE_BAD' }] } } })
  }
}

/** The last 32 bytes of a key of Ed25519 are the key itself. */
const rawKey = (key: KeyObject) => key.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex')
