/** A Mastodon instance with one account on it, by the OpenAPI description of its documentation (4.7). */
import { createHash, randomBytes } from 'node:crypto'
import {
  type Access,
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

interface Attachment {
  readonly id: string
  readonly mime: string
  readonly bytes: number
  alt: string
  /** Looks until it is processed. */
  looks: number
  /** Strict: usable only once somebody was told so. */
  ready: boolean
  attached: boolean
}

interface Notification {
  readonly id: number
  readonly type: string
  readonly at: number
  readonly by: Person
  readonly status: Record<string, unknown>
}

const ownId = '108020001'
const username = 'boulangerie'
const limits = { max_characters: 500, max_media_attachments: 4, characters_reserved_per_url: 23 }
const somebody: Person = { externalId: '209', handle: 'lea@piaille.example', name: 'Léa Martin' }

const statusFields = new Set([
  'status',
  'media_ids',
  'in_reply_to_id',
  'sensitive',
  'spoiler_text',
  'visibility',
  'language',
  'poll',
  'scheduled_at',
  'quoted_status_id',
  'quote_approval_policy',
])

/**
 * As `StatusLengthValidator` counts: grapheme clusters; a link with a known top level is 23, a mention goes without its server.
 * Said again, by patterns, so that who counts and who checks are not the same code.
 */
const link =
  /(?<![A-Za-z0-9@＠$#＃])https?:\/\/(?:[^\s!-,/:-@[-`{-~]+\.)+(?:com|org|net|fr|eu|io|dev|app)(?![A-Za-z0-9@+-])(?::\d+)?(?:\/(?:[^\s()<>?]*[^\s()?!*"'「」<>;:=,.$%[\]~&|@])?)?(?:\?[^\s<>"]*[\w&=#/\u00a0-\uffef-])?/giu
const lengthOf = (text: string): number =>
  [...new Intl.Segmenter().segment(text.replace(link, 'x'.repeat(23)).replace(/(@\w+)@[\w.-]+\w/gu, '$1'))].length

const problem = (status: number, error: string): WireAnswer => ({ status, json: { error } })
const invalid = (what: string) => problem(422, `Validation failed: ${what}`)

export class MastodonSimulator extends Simulator {
  readonly network = 'mastodon'
  readonly refusals: readonly Refusal[] = ['invalid', 'permission']
  /** How often an upload answers 206 before it is ready; 0: ready at once (200). */
  override processingLooks = 1
  /** Instances before 4.3 have no `GET /api/v1/statuses`. */
  knowsBatches = true
  charactersLimit = limits.max_characters
  #tokens = 1
  readonly #media = new Map<string, Attachment>()
  readonly #keys = new Map<string, { externalId: string; until: number }>()
  /** Instances before 4.3 do not. */
  knowsPkce = true
  readonly #apps = new Map<string, { redirectUri: string; scopes: string; secret: string }>()
  readonly #codes = new Map<string, { clientId: string; challenge: string }>()
  pollLimits = { max_options: 4, max_characters_per_option: 50, min_expiration: 300, max_expiration: 2_629_746 }
  readonly #notifications: Notification[] = []
  #serial = 0

  /** The same after a restart, so that a channel of the demo stays connected. */
  get #token(): string {
    return `simulated-mastodon-token-${this.#tokens}`
  }

  expireToken(): void {
    this.#tokens += 1
  }

  /** As after an hour. */
  forgetKeys(): void {
    this.#keys.clear()
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    return {
      credentials: {
        instance: options.url ?? this.url,
        accessToken: options.bad ? 'a-token-nobody-gave' : this.#token,
      },
      settings: {},
      app: {},
    }
  }

  protected routes(): readonly Route[] {
    const authorized = (handle: Route['handle']): Route['handle'] => {
      return (request) => {
        if (request.headers.authorization !== `Bearer ${this.#token}`)
          return problem(401, 'The access token is invalid')
        return handle(request)
      }
    }
    const route = (method: string, path: string, act: Route['act'], handle: Route['handle']): Route => ({
      method,
      path,
      act,
      handle: authorized(handle),
    })
    return [
      { method: 'POST', path: '/api/v1/apps', act: 'auth', handle: (request) => this.#register(request) },
      { method: 'GET', path: '/oauth/authorize', act: 'consent', handle: (request) => this.#authorize(request) },
      { method: 'POST', path: '/oauth/token', act: 'auth', handle: (request) => this.#issue(request) },
      { method: 'GET', path: '/api/v2/instance', act: 'auth', handle: () => ({ status: 200, json: this.#instance() }) },
      route('GET', '/api/v1/accounts/verify_credentials', 'auth', () => ({ status: 200, json: this.#account() })),
      route('GET', '/api/v1/accounts/:id', 'read', ({ params }) =>
        params.id === ownId ? { status: 200, json: this.#account() } : problem(404, 'Record not found'),
      ),
      route('GET', '/api/v1/accounts/:id/statuses', 'read', (request) => this.#ownStatuses(request)),
      route('POST', '/api/v2/media', 'media', (request) => this.#upload(request)),
      route('GET', '/api/v1/media/:id', 'media', (request) => this.#attachment(request)),
      route('PUT', '/api/v1/media/:id', 'media', (request) => this.#describe(request)),
      route(
        'POST',
        '/api/v1/statuses',
        (request) => (this.#answered(request) === undefined ? 'publish' : 'act'),
        (request) => this.#create(request),
      ),
      route('GET', '/api/v1/statuses', 'read', (request) => this.#batch(request)),
      route('GET', '/api/v1/statuses/:id', 'read', ({ params }) => {
        const post = this.posts.get(params.id ?? '')
        return post === undefined ? problem(404, 'Record not found') : { status: 200, json: this.#status(post) }
      }),
      route('DELETE', '/api/v1/statuses/:id', 'remove', ({ params }) => {
        const post = this.posts.get(params.id ?? '')
        if (post === undefined) return problem(404, 'Record not found')
        this.posts.delete(post.externalId)
        return { status: 200, json: { ...this.#status(post), text: post.text } }
      }),
      route('GET', '/api/v1/notifications', 'read', (request) => this.#page(request)),
    ]
  }

  /** An instance tells the moment; only a server in front of it uses `Retry-After`. */
  protected override limited(wait: LimitForm, seconds: number): WireAnswer {
    if (wait !== 'date') return super.limited(wait, seconds)
    return {
      status: 429,
      headers: {
        'x-ratelimit-limit': '300',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': new Date(this.now() + seconds * 1000).toISOString(),
      },
      json: { error: 'Too many requests' },
    }
  }

  protected refused(reason: Refusal): WireAnswer {
    if (reason === 'permission') return problem(403, 'This action is outside the authorized scopes')
    return invalid('Text character limit of 500 exceeded')
  }

  // ---- consent ----------------------------------------------------------------------------------------------------

  #register(request: WireRequest): WireAnswer {
    const { client_name: name, redirect_uris: redirectUri, scopes } = request.json()
    if (typeof name !== 'string' || name === '') return invalid("Application name can't be blank")
    if (typeof redirectUri !== 'string' || !URL.canParse(redirectUri))
      return invalid('Redirect URI must be an absolute URI.')
    const id = randomBytes(16).toString('base64url')
    const app = { redirectUri, scopes: String(scopes ?? 'read'), secret: randomBytes(16).toString('base64url') }
    this.#apps.set(id, app)
    const answer = { id: '1', name, website: null, client_id: id, client_secret: app.secret }
    return { status: 200, json: { ...answer, redirect_uri: redirectUri, redirect_uris: [redirectUri] } }
  }

  #authorize({ query }: WireRequest): WireAnswer {
    const app = this.#apps.get(query.get('client_id') ?? '')
    if (app === undefined) return problem(401, 'Client authentication failed due to unknown client')
    if (query.get('redirect_uri') !== app.redirectUri) return problem(400, 'The redirect uri included is not valid.')
    const scopes = (query.get('scope') ?? 'read').split(' ')
    if (scopes.some((scope) => !app.scopes.split(' ').includes(scope)))
      return problem(400, 'The requested scope is invalid')
    if (query.get('response_type') !== 'code') return problem(400, 'response_type must be code')
    const method = query.get('code_challenge_method')
    if (this.knowsPkce && method !== 'S256') this.violation('PKCE by S256 alone')
    const code = randomBytes(16).toString('base64url')
    this.#codes.set(code, { clientId: query.get('client_id') ?? '', challenge: query.get('code_challenge') ?? '' })
    const back = new URL(app.redirectUri)
    back.search = new URLSearchParams({ code, state: query.get('state') ?? '' }).toString()
    return { status: 302, headers: { location: back.href }, body: '' }
  }

  #issue(request: WireRequest): WireAnswer {
    const body = request.json()
    const code = this.#codes.get(String(body.code))
    this.#codes.delete(String(body.code))
    const app = this.#apps.get(String(body.client_id))
    if (app === undefined || app.secret !== body.client_secret)
      return { status: 401, json: { error: 'invalid_client', error_description: 'Client authentication failed' } }
    const verified = createHash('sha256').update(String(body.code_verifier)).digest('base64url') === code?.challenge
    if (
      body.grant_type !== 'authorization_code' ||
      code?.clientId !== body.client_id ||
      body.redirect_uri !== app.redirectUri ||
      (this.knowsPkce && !verified)
    )
      return {
        status: 400,
        json: {
          error: 'invalid_grant',
          error_description: 'The provided authorization grant is invalid, expired, revoked',
        },
      }
    const created = Math.floor(this.now() / 1000)
    return {
      status: 200,
      json: { access_token: this.#token, token_type: 'Bearer', scope: app.scopes, created_at: created },
    }
  }

  // ---- statuses ---------------------------------------------------------------------------------------------------

  #create(request: WireRequest): WireAnswer {
    const body = request.json()
    const key = request.headers['idempotency-key']
    if (key === undefined || key === '') this.violation('POST /api/v1/statuses without Idempotency-Key')
    for (const field of Object.keys(body))
      if (!statusFields.has(field)) this.violation(`POST /api/v1/statuses: unknown field ${field}`)
    const known = key === undefined ? undefined : this.#keys.get(key)
    if (known !== undefined && known.until > this.now()) {
      const post = this.posts.get(known.externalId)
      return post === undefined ? problem(404, 'Record not found') : { status: 200, json: this.#status(post) }
    }
    const text = typeof body.status === 'string' ? body.status : ''
    const mediaIds = Array.isArray(body.media_ids) ? body.media_ids.map(String) : []
    if (text === '' && mediaIds.length === 0) return invalid("Text can't be blank")
    if (lengthOf(`${typeof body.spoiler_text === 'string' ? body.spoiler_text : ''}${text}`) > this.charactersLimit)
      return invalid(`Text character limit of ${this.charactersLimit} exceeded`)
    if (mediaIds.length > limits.max_media_attachments) return invalid('Cannot attach more than 4 files')
    const media = mediaIds.map((id) => this.#media.get(id))
    if (media.some((one) => one === undefined || one.attached)) return invalid('Media not found or already attached')
    if (media.some((one) => one?.ready !== true))
      return invalid('Cannot attach files that have not finished processing. Try again in a moment!')
    const language = body.language
    if (language !== undefined && !/^[a-z]{2,3}(-[A-Za-z]+)?$/.test(String(language)))
      return invalid('Language is not included in the list')
    const visibility = String(body.visibility ?? 'public')
    if (!['public', 'unlisted', 'private', 'direct'].includes(visibility))
      return invalid('Visibility is not included in the list')
    const parent = body.in_reply_to_id
    const answered = this.#answered(request)
    if (parent !== undefined && !this.posts.has(String(parent)) && answered === undefined)
      return problem(404, 'The post you are trying to reply to does not appear to exist.')
    if (answered !== undefined) {
      const { by, status } = answered
      if (!text.toLowerCase().includes(`@${by.handle.toLowerCase()}`))
        this.violation(`a reply that does not name @${by.handle} never reaches them`)
      if (visibility !== status.visibility)
        this.violation(`a reply that is ${visibility} to a status that is ${String(status.visibility)}`)
      if ((body.spoiler_text ?? '') !== status.spoiler_text) this.violation('a reply that drops the content warning')
    }

    const wrong = body.poll === undefined ? undefined : this.#refusePoll(body.poll, mediaIds.length)
    if (wrong !== undefined) return invalid(wrong)

    for (const one of media) if (one !== undefined) one.attached = true
    const post = this.#add(text, {
      parentExternalId: parent === undefined ? undefined : String(parent),
      media: media.flatMap((one) => one ?? []),
      extra: {
        visibility,
        language: language ?? null,
        spoiler_text: body.spoiler_text ?? '',
        sensitive: body.sensitive ?? false,
        ...(body.poll === undefined ? {} : { poll: body.poll }),
      },
    })
    if (key !== undefined) this.#keys.set(key, { externalId: post.externalId, until: this.now() + 3_600_000 })
    return { status: 200, json: this.#status(post) }
  }

  #refusePoll(value: unknown, media: number): string | undefined {
    const { options, expires_in: seconds } = value as { options?: unknown; expires_in?: unknown }
    const { max_options, max_characters_per_option, min_expiration, max_expiration } = this.pollLimits
    if (media > 0) return 'Cannot attach media to a post with a poll'
    if (!Array.isArray(options) || options.length < 2) return 'Poll options must be more than one'
    if (options.length > max_options) return `Poll options can't contain more than ${max_options} items`
    if (options.some((one) => Array.from(String(one)).length > max_characters_per_option))
      return `Poll options can't be longer than ${max_characters_per_option} characters each`
    if (new Set(options).size < options.length) return 'Poll options contain duplicate items'
    if (!(Number(seconds) >= min_expiration)) return 'Poll expires at is too soon'
    if (!(Number(seconds) <= max_expiration)) return 'Poll expires at is too far into the future'
    return undefined
  }

  /** What somebody else wrote that this request answers. */
  #answered(request: WireRequest): Notification | undefined {
    const { in_reply_to_id: parent } = request.json()
    return this.#notifications.find(({ status }) => status.id === parent)
  }

  /** Without the name in front, which is how a reply reaches its author. */
  override answersTo(externalId: string): readonly string[] {
    const by = this.#notifications.find(({ status }) => status.id === externalId)?.by
    return this.live()
      .filter((post) => post.parentExternalId === externalId)
      .map((post) => post.text.replace(`@${by?.handle} `, ''))
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    return this.#add(text, options)
  }

  #add(
    text: string,
    options: Partial<Pick<SimulatedPost, 'at' | 'parentExternalId' | 'media' | 'extra'>>,
  ): SimulatedPost {
    const at = options.at ?? this.now()
    const post: SimulatedPost = {
      externalId: this.#snowflake(at),
      text,
      at,
      parentExternalId: options.parentExternalId,
      media: options.media ?? [],
      counters: { likes: 0, comments: 0, shares: 0, quotes: 0 },
      extra: { visibility: 'public', language: null, spoiler_text: '', sensitive: false, ...options.extra },
    }
    this.posts.set(post.externalId, post)
    return post
  }

  #snowflake(at: number): string {
    this.#serial += 1
    const id = String((BigInt(at) << 16n) + BigInt(this.#serial % 65536))
    return this.posts.has(id) ? this.#snowflake(at) : id
  }

  #ownStatuses(request: WireRequest): WireAnswer {
    const { query, params } = request
    if (params.id !== ownId) return problem(404, 'Record not found')
    const max = query.get('max_id')
    const limit = Math.min(Number(query.get('limit') ?? 20), 40, this.pageSize)
    const page = [...this.posts.values()]
      .filter((post) => max === null || BigInt(post.externalId) < BigInt(max))
      .sort((a, b) => (BigInt(a.externalId) < BigInt(b.externalId) ? 1 : -1))
      .slice(0, limit)
    return { status: 200, json: page.map((post) => this.#status(post)) }
  }

  #batch({ query }: WireRequest): WireAnswer {
    if (!this.knowsBatches) return problem(404, 'Record not found')
    const posts = query.getAll('id[]').flatMap((id) => this.posts.get(id) ?? [])
    return { status: 200, json: posts.map((post) => this.#status(post)) }
  }

  // ---- media ------------------------------------------------------------------------------------------------------

  async #upload(request: WireRequest): Promise<WireAnswer> {
    const form = await request.form()
    const file = form.get('file')
    if (!(file instanceof Blob)) return invalid("File can't be blank")
    const id = this.#snowflake(this.now())
    const alt = form.get('description')
    const one = {
      id,
      mime: file.type,
      bytes: file.size,
      alt: typeof alt === 'string' ? alt : '',
      looks: this.processingLooks,
      ready: this.processingLooks === 0,
      attached: false,
    }
    this.#media.set(id, one)
    return { status: one.looks > 0 ? 202 : 200, json: this.#attachmentJson(one) }
  }

  #attachment({ params }: WireRequest): WireAnswer {
    const one = this.#media.get(params.id ?? '')
    if (one === undefined) return problem(404, 'Record not found')
    if (one.looks > 0) {
      one.looks -= 1
      return { status: 206, json: this.#attachmentJson(one) }
    }
    one.ready = true
    return { status: 200, json: this.#attachmentJson(one) }
  }

  /** Until it is attached to a status. */
  async #describe(request: WireRequest): Promise<WireAnswer> {
    const one = this.#media.get(request.params.id ?? '')
    if (one === undefined || one.attached) return problem(404, 'Record not found')
    const form = await request.form()
    for (const name of form.keys())
      if (!['description', 'focus', 'thumbnail'].includes(name)) this.violation(`a file has no ${name}`)
    one.alt = String(form.get('description') ?? one.alt)
    return { status: 200, json: this.#attachmentJson(one) }
  }

  #attachmentJson(one: Attachment) {
    const type = one.mime.startsWith('video/') ? 'video' : 'image'
    return { id: one.id, type, url: one.looks > 0 ? null : `${this.url}/media/${one.id}`, description: one.alt || null }
  }

  // ---- what comes in ----------------------------------------------------------------------------------------------

  async comment(onExternalId: string, text: string, by: Person = somebody): Promise<Injected> {
    return this.#notify(by, text, { in_reply_to_id: onExternalId, in_reply_to_account_id: ownId })
  }

  async mention(text: string, by: Person = somebody): Promise<Injected> {
    return this.#notify(by, text, {})
  }

  override async wordless(): Promise<readonly Injected[]> {
    const url = 'https://files.example/1.jpg'
    return ['image', 'video', 'unknown'].map((type) =>
      this.#notify(somebody, '', { media_attachments: [{ id: '1', type, url, description: null }] }),
    )
  }

  async directMessage(text: string, by: Person = somebody): Promise<Injected> {
    return this.#notify(by, text, { visibility: 'direct' })
  }

  /** A mention of another kind: unlisted, behind a warning. */
  mentionWith(text: string, more: { readonly visibility?: string; readonly spoiler_text?: string }): Injected {
    return this.#notify(somebody, text, more)
  }

  #notify(by: Person, text: string, more: Record<string, unknown>): Injected {
    const at = this.now()
    const externalId = this.#snowflake(at)
    const us = `<span class="h-card" translate="no"><a href="${this.url}/@${username}" class="u-url mention">@<span>${username}</span></a></span>`
    const status = {
      ...this.#status({
        externalId,
        text: '',
        at,
        media: [],
        counters: {},
        extra: { visibility: 'public', language: 'fr', spoiler_text: '' },
      }),
      content: toHtml(text).replace('<p>', `<p>${us} `),
      account: person(by),
      url: `https://piaille.example/@lea/${externalId}`,
      ...more,
    }
    const id = Math.max(at, (this.#notifications.at(-1)?.id ?? 0) + 1)
    this.#notifications.push({ id, type: 'mention', at, by, status })
    return { externalId }
  }

  /** One whose id was given before that of the newest, and that can be read only now. */
  mentionBelow(text: string, ms = 1_000): Injected {
    const injected = this.#notify(somebody, text, {})
    const late = this.#notifications.pop()
    if (late === undefined) throw new Error('nothing was notified')
    this.#notifications.push({ ...late, id: late.id - ms, at: late.at - ms })
    this.#notifications.sort((a, b) => a.id - b.id)
    return injected
  }

  #page({ query }: WireRequest): WireAnswer {
    const types = query.getAll('types[]')
    const wanted = this.#notifications.filter((one) => types.length === 0 || types.includes(one.type))
    const limit = Math.min(Number(query.get('limit') ?? 40), 80, this.pageSize)
    const min = query.get('min_id')
    const since = query.get('since_id')
    const max = query.get('max_id')
    // min_id: the page immediately after it; otherwise the newest page. Both are answered newest first.
    const page =
      min !== null
        ? wanted.filter((one) => one.id > Number(min)).slice(0, limit)
        : wanted
            .filter((one) => (since === null || one.id > Number(since)) && (max === null || one.id < Number(max)))
            .slice(-limit)
    return {
      status: 200,
      json: page.reverse().map((one) => ({
        id: String(one.id),
        type: one.type,
        group_key: `ungrouped-${one.id}`,
        created_at: new Date(one.at).toISOString(),
        account: person(one.by),
        status: one.status,
      })),
    }
  }

  // ---- shapes -----------------------------------------------------------------------------------------------------

  #status(post: SimulatedPost) {
    const { likes, comments, shares, quotes } = post.counters
    return {
      id: post.externalId,
      uri: `${this.url}/users/${username}/statuses/${post.externalId}`,
      url: `${this.url}/@${username}/${post.externalId}`,
      created_at: new Date(post.at).toISOString(),
      edited_at: null,
      content: toHtml(post.text),
      in_reply_to_id: post.parentExternalId ?? null,
      in_reply_to_account_id: post.parentExternalId === undefined ? null : ownId,
      account: this.#account(),
      media_attachments: post.media.map((media, i) => ({
        id: `${post.externalId}${i}`,
        type: 'image',
        description: media.alt || null,
      })),
      mentions: [],
      tags: [],
      emojis: [],
      ...post.extra,
      ...(likes === undefined ? {} : { favourites_count: likes }),
      ...(comments === undefined ? {} : { replies_count: comments }),
      ...(shares === undefined ? {} : { reblogs_count: shares }),
      quotes_count: quotes ?? null,
    }
  }

  #account() {
    return {
      ...person({ externalId: ownId, handle: username, name: 'Boulangerie du Port' }),
      url: `${this.url}/@${username}`,
      followers_count: this.followers,
    }
  }

  #instance() {
    return {
      domain: new URL(this.url).host,
      title: 'Mastodon',
      version: '4.7.0',
      api_versions: { mastodon: 8 },
      configuration: {
        statuses: { ...limits, max_characters: this.charactersLimit },
        polls: this.pollLimits,
        media_attachments: {
          supported_mime_types: ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'video/mp4'],
          image_size_limit: 16_777_216,
          video_size_limit: 103_809_024,
          description_limit: 1500,
        },
      },
    }
  }
}

const person = ({ externalId, handle, name }: Person) => ({
  id: externalId,
  username: handle.split('@')[0] ?? handle,
  acct: handle,
  display_name: name,
  avatar: 'https://media.example/avatar.png',
  followers_count: 12,
})

const escaped = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;')

/** As an instance renders what was written: links and mentions elsewhere are shortened for the eye. */
function toHtml(text: string): string {
  if (text === '') return ''
  const rich = escaped(text)
    .replace(
      /(https?:\/\/)((?:www\.)?[^\s<]{1,30})([^\s<]*)/g,
      (url, protocol, shown, rest) =>
        `<a href="${url}" target="_blank" rel="nofollow noopener"><span class="invisible">${protocol}</span><span class="${rest === '' ? '' : 'ellipsis'}">${shown}</span><span class="invisible">${rest}</span></a>`,
    )
    .replace(
      /(^|\s)@([a-z0-9_]+)@([a-z0-9.-]+)/gi,
      '$1<span class="h-card" translate="no"><a href="https://$3/@$2" class="u-url mention">@<span>$2</span></a></span>',
    )
  return rich
    .split('\n\n')
    .map((paragraph) => `<p>${paragraph.replace(/\n/g, '<br />')}</p>`)
    .join('')
}
