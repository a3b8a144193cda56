/** The Bot API with one bot, one channel and its discussion group, by the API's description (10.1). */
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

const botId = 7212000001
const channelId = -1002000000001
const groupId = -1002000000002
const channelName = 'boulangerieduport'
const somebody: Person = { externalId: '424242', handle: '@leamartin', name: 'Léa Martin' }

interface Written {
  readonly chatId: number
  readonly messageId: number
  readonly by: Person
  text: string
  readonly answers: string[]
  gone: boolean
}

const ok = (result: unknown): WireAnswer => ({ status: 200, json: { ok: true, result } })
const problem = (status: number, description: string, parameters?: unknown): WireAnswer => ({
  status,
  json: { ok: false, error_code: status, description, ...(parameters === undefined ? {} : { parameters }) },
})

export class TelegramSimulator extends Simulator {
  readonly network = 'telegram'
  readonly refusals: readonly Refusal[] = ['invalid', 'permission']
  /** Of a server of one's own (`telegram-bot-api --local`): it takes a webhook at any address. */
  local = false
  /** What `setWebhook` was called with. */
  hook: { readonly url: string; readonly secret: string } | undefined
  readonly #written = new Map<string, Written>()
  readonly #banned = new Set<string>()
  /** Message of the channel → message of the group that repeats it. */
  readonly #forwards = new Map<string, number>()
  #tokens = 1
  #serial = 10
  #updates = 1000

  get #token() {
    return `${botId}:AAF-simulated-telegram-token-${this.#tokens}`
  }
  expireToken(): void {
    this.#tokens += 1
  }

  /** From the clock, so that no id comes twice over a restart. */
  protected override restore(): void {
    super.restore()
    if (this.file !== undefined) this.#serial = Math.max(this.#serial, Math.floor(this.now() / 1000))
    // the group repeats what the channel says, also what it said before
    for (const { externalId } of this.posts.values()) this.#forwards.set(externalId, ++this.#serial)
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    return {
      credentials: {
        botToken: options.bad ? `${botId}:AAF-a-token-nobody-gave-anybody` : this.#token,
        chatId: `@${channelName}`,
      },
      settings: {},
      app: { apiUrl: options.url ?? this.url },
    }
  }

  protected routes(): readonly Route[] {
    const method = (
      name: string,
      act: Route['act'],
      handle: (fields: Record<string, unknown>, files: FormData) => WireAnswer,
    ): Route => ({
      method: 'POST',
      path: `/:bot/${name}`,
      act,
      handle: async (request) => {
        if (request.params.bot !== `bot${this.#token}`) return problem(401, 'Unauthorized')
        const form = await request.form()
        return handle({ ...request.json(), ...Object.fromEntries(form) }, form)
      },
    })
    const actOf = async (request: WireRequest) =>
      Number({ ...request.json(), ...Object.fromEntries(await request.form()) }.chat_id) === channelId
        ? 'publish'
        : 'act'
    const removing = (request: WireRequest) => (Number(request.json().chat_id) === channelId ? 'remove' : 'act')
    return [
      method('getMe', 'auth', () => ok({ id: botId, is_bot: true, first_name: 'Fournil', username: 'fournil_bot' })),
      method('getChat', 'auth', ({ chat_id: id }) =>
        id === `@${channelName}` || Number(id) === channelId
          ? ok({
              id: channelId,
              type: 'channel',
              title: 'Boulangerie du Port',
              username: channelName,
              linked_chat_id: groupId,
            })
          : problem(400, 'Bad Request: chat not found'),
      ),
      method('getChatMember', 'auth', ({ chat_id: id, user_id: user }) =>
        Number(id) === channelId && Number(user) === botId
          ? ok({ status: 'administrator', user: { id: botId }, can_post_messages: true })
          : problem(400, 'Bad Request: user not found'),
      ),
      method('setWebhook', 'auth', ({ url, secret_token: secret, allowed_updates: updates }) => {
        if (typeof url !== 'string' || !url.startsWith(this.local ? 'http' : 'https://'))
          return problem(400, 'Bad Request: bad webhook: an HTTPS URL must be provided')
        if (typeof secret !== 'string' || !/^[\w-]{1,256}$/.test(secret))
          return problem(400, 'Bad Request: secret token contains unallowed characters')
        if (!Array.isArray(updates)) return problem(400, 'Bad Request: allowed_updates')
        this.hook = { url, secret }
        return ok(true)
      }),
      method('getChatMemberCount', 'read', ({ chat_id: id }) =>
        Number(id) === channelId ? ok(this.followers) : problem(400, 'Bad Request: chat not found'),
      ),
      method('sendMessage', actOf, (fields) => this.#send(fields)),
      method('sendPhoto', 'publish', (fields) => this.#sendFile(fields, 'photo')),
      method('sendVideo', 'publish', (fields) => this.#sendFile(fields, 'video')),
      method('sendMediaGroup', 'publish', (fields, form) => this.#sendGroup(fields, form)),
      method('deleteMessage', removing, (fields) => this.#delete(fields)),
      method('banChatMember', 'act', ({ user_id: user }) => {
        this.#banned.add(String(user))
        return ok(true)
      }),
    ]
  }

  #post(text: string, media: SimulatedPost['media'], at = this.now(), count = 1): SimulatedPost {
    const first = ++this.#serial
    this.#serial += count - 1
    const post: SimulatedPost = { externalId: String(first), text, at, media, counters: {}, extra: { count } }
    this.posts.set(post.externalId, post)
    this.#forwards.set(post.externalId, ++this.#serial)
    return post
  }

  #messageJson(id: number, text: string) {
    return {
      message_id: id,
      sender_chat: { id: channelId, type: 'channel', title: 'Boulangerie du Port' },
      chat: { id: channelId, type: 'channel', title: 'Boulangerie du Port' },
      date: Math.floor(this.now() / 1000),
      text,
    }
  }

  #send(fields: Record<string, unknown>): WireAnswer {
    const text = fields.text
    if (typeof text !== 'string' || text.trim() === '') return problem(400, 'Bad Request: message text is empty')
    if (text.length > 4096) return problem(400, 'Bad Request: message is too long')
    const chatId = Number(fields.chat_id)
    if (chatId === channelId) {
      const post = this.#post(text, [])
      return ok(this.#messageJson(Number(post.externalId), text))
    }
    const answered = (fields.reply_parameters ?? {}) as { message_id?: number }
    const about = this.#written.get(`${chatId}:${answered.message_id}`)
    if (about === undefined || about.gone) return problem(400, 'Bad Request: message to be replied not found')
    about.answers.push(text)
    return ok({
      message_id: ++this.#serial,
      chat: { id: chatId, type: 'supergroup' },
      date: Math.floor(this.now() / 1000),
      text,
    })
  }

  #sendFile(fields: Record<string, unknown>, kind: 'photo' | 'video'): WireAnswer {
    const file = fields[kind]
    if (!(file instanceof File)) return problem(400, `Bad Request: there is no ${kind} in the request`)
    const caption = String(fields.caption ?? '')
    if (caption.length > 1024) return problem(400, 'Bad Request: message caption is too long')
    const post = this.#post(caption, [{ mime: file.type, bytes: file.size, alt: '' }])
    return ok(this.#messageJson(Number(post.externalId), caption))
  }

  #sendGroup(fields: Record<string, unknown>, form: FormData): WireAnswer {
    const items = JSON.parse(String(fields.media)) as { type: string; media: string; caption?: string }[]
    if (items.length < 2 || items.length > 10) return problem(400, 'Bad Request: group must have 2 to 10 items')
    const files = items.map(({ media }) => form.get(media.replace('attach://', '')))
    if (!files.every((one) => one instanceof File)) return problem(400, 'Bad Request: a file is missing')
    const caption = items[0]?.caption ?? ''
    const media = files.flatMap((one) => (one instanceof File ? [{ mime: one.type, bytes: one.size, alt: '' }] : []))
    const post = this.#post(caption, media, this.now(), items.length)
    return ok(items.map((_, i) => this.#messageJson(Number(post.externalId) + i, i === 0 ? caption : '')))
  }

  #delete(fields: Record<string, unknown>): WireAnswer {
    const [chatId, id] = [Number(fields.chat_id), Number(fields.message_id)]
    if (chatId === channelId) {
      for (const post of this.posts.values()) {
        const first = Number(post.externalId)
        const count = Number(post.extra.count)
        if (id < first || id >= first + count) continue
        // an album is gone with its last picture
        if (id === first + count - 1) this.posts.delete(post.externalId)
        return ok(true)
      }
      return problem(400, 'Bad Request: message to delete not found')
    }
    const found = this.#written.get(`${chatId}:${id}`)
    if (found === undefined || found.gone) return problem(400, 'Bad Request: message to delete not found')
    found.gone = true
    return ok(true)
  }

  override answersTo(externalId: string): readonly string[] {
    return this.#written.get(externalId)?.answers ?? []
  }
  override standing(externalId: string) {
    const found = this.#written.get(externalId)
    if (found !== undefined && this.#banned.has(found.by.externalId)) return 'banned'
    return found === undefined || found.gone ? 'deleted' : 'visible'
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    return this.#post(text, [], options.at)
  }

  async comment(onExternalId: string, text: string, by: Person = somebody): Promise<Injected> {
    const forward = this.#forwards.get(onExternalId)
    if (forward === undefined) throw new Error(`The simulator has no post ${onExternalId}.`)
    const written = this.#write(groupId, text, by)
    const message = {
      ...this.#said(written),
      chat: { id: groupId, type: 'supergroup', title: 'Boulangerie du Port – discussion' },
      message_thread_id: forward,
      reply_to_message: {
        message_id: forward,
        is_automatic_forward: true,
        sender_chat: { id: channelId, type: 'channel', title: 'Boulangerie du Port' },
        forward_origin: {
          type: 'channel',
          chat: { id: channelId, type: 'channel' },
          message_id: Number(onExternalId),
          date: 1,
        },
        chat: { id: groupId, type: 'supergroup' },
        date: 1,
      },
    }
    return { externalId: `${groupId}:${written.messageId}`, delivery: await this.#tell({ message }) }
  }

  /** An administrator answers in the group, in its name: the bot is told as of anybody's message. */
  override async answerInApp(externalId: string, text: string): Promise<Injected> {
    const [chatId, answered] = externalId.split(':').map(Number)
    const group = { id: groupId, type: 'supergroup', title: 'Boulangerie du Port – discussion' }
    if (chatId !== groupId) throw new Error('Only the bot answers in its own chats.')
    const id = ++this.#serial
    const message = {
      message_id: id,
      from: { id: 1087968824, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' },
      sender_chat: group,
      chat: group,
      date: Math.floor(this.now() / 1000),
      text,
      reply_to_message: { message_id: answered, chat: group, date: 1 },
    }
    return { externalId: `${groupId}:${id}`, delivery: await this.#tell({ message }) }
  }

  override wordless(): Promise<readonly Injected[]> {
    const chat = { id: groupId, type: 'supergroup', title: 'discussion' }
    const things = [
      { photo: [{ file_id: '1' }] },
      { video_note: { file_id: '1', length: 240, duration: 3 } },
      { contact: { phone_number: '+33612345678', first_name: 'Léa' } },
      { poll: { id: '1', question: 'Levain ?', options: [{ text: 'Oui', voter_count: 0 }] } },
      { dice: { emoji: '🎲', value: 4 } },
      { sticker: { file_id: '1' } },
      { location: { latitude: 47.2, longitude: -1.5 } },
      { a_thing_of_tomorrow: {} },
      { pinned_message: { message_id: 1, chat, date: 0 } },
      { video_chat_started: {} },
    ]
    return Promise.all(
      things.map(async (thing) => {
        const { text: _, ...said } = this.#said(this.#write(groupId, '', somebody))
        const delivery = await this.#tell({ message: { ...said, chat, ...thing } })
        return { externalId: `${groupId}:${said.message_id}`, delivery }
      }),
    )
  }

  mention(): Promise<Injected> {
    throw new Error('Bots are told of no mentions.')
  }

  async directMessage(text: string, by: Person = somebody): Promise<Injected> {
    const chatId = Number(by.externalId)
    const written = this.#write(chatId, text, by)
    const message = { ...this.#said(written), chat: { id: chatId, type: 'private', first_name: by.name } }
    return { externalId: `${chatId}:${written.messageId}`, delivery: await this.#tell({ message }) }
  }

  override async change(externalId: string, action: 'edited' | 'deleted' | 'hidden' | 'unhidden', text?: string) {
    const written = this.#written.get(externalId)
    if (written === undefined) throw new Error(`The simulator has no message ${externalId}.`)
    // Telegram tells bots of edits, and of nothing that disappears
    if (action !== 'edited') return undefined
    written.text = text ?? written.text
    const edited_message = {
      ...this.#said(written),
      edit_date: Math.ceil(this.now() / 1000),
      chat: { id: groupId, type: 'supergroup', title: 'discussion' },
    }
    return { externalId, delivery: await this.#tell({ edited_message }) }
  }

  override tellCounters(externalId: string): Promise<RawDelivery> {
    const { likes } = this.posts.get(externalId)?.counters ?? {}
    const reactions = likes === undefined ? undefined : [{ type: { type: 'emoji', emoji: '👍' }, total_count: likes }]
    // without reactions Telegram tells nothing at all; what it sends then is of no concern here
    if (reactions === undefined) return this.#tell({ poll: { id: '1' } })
    return this.#tell({
      message_reaction_count: {
        chat: { id: channelId, type: 'channel', title: 'Boulangerie du Port' },
        message_id: Number(externalId),
        date: Math.floor(this.now() / 1000),
        reactions,
      },
    })
  }

  #write(chatId: number, text: string, by: Person): Written {
    const written: Written = { chatId, messageId: ++this.#serial, by, text, answers: [], gone: false }
    this.#written.set(`${chatId}:${written.messageId}`, written)
    return written
  }

  #said({ messageId, by, text }: Written) {
    const [first_name, ...last] = by.name.split(' ')
    return {
      message_id: messageId,
      from: {
        id: Number(by.externalId),
        is_bot: false,
        first_name,
        last_name: last.join(' '),
        username: by.handle.replace('@', ''),
      },
      date: Math.floor(this.now() / 1000),
      text,
    }
  }

  override readonly signing: Signing = {
    header: 'x-telegram-bot-api-secret-token',
    secretNames: ['hookSecret'],
    sign: (_, secret) => secret,
    coversBody: false,
  }

  async #tell(update: Record<string, unknown>): Promise<RawDelivery> {
    const body = new Uint8Array(Buffer.from(JSON.stringify({ update_id: ++this.#updates, ...update })))
    const headers = { 'content-type': 'application/json', [this.signing.header]: this.hook?.secret ?? '' }
    const delivery = { headers, query: {}, body, subject: String(botId) }
    await this.deliver(delivery)
    return delivery
  }

  protected override limited(wait: LimitForm, seconds: number): WireAnswer {
    if (wait === 'seconds') return problem(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds })
    return super.limited(wait, seconds)
  }

  protected refused(reason: Refusal): WireAnswer {
    if (reason === 'permission') return problem(403, 'Forbidden: bot was kicked from the channel chat')
    return problem(400, "Bad Request: can't parse entities")
  }
}
