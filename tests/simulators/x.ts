/** X's API v2 with one account on it, by its OpenAPI description (2.167) and its guides (2026-08-22). */
import { createHash, createHmac } from 'node:crypto'
import type { CounterName, RawDelivery } from '../../shared/networks/network.ts'
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
import { invalid, ok, problem, XUploads } from './x-media.ts'

const userId = '1111111111111111111'
const username = 'BoulangeriePort'
const somebody: Person = { externalId: '2222222222222222222', handle: 'lea_martin', name: 'Léa Martin' }
const app = {
  clientId: 'M1M5R3BMVy13QmpScXkzTUt5OE46MTpjaQ',
  clientSecret: 'a-simulated-client-secret',
  consumerSecret: 'consumerSecret-value',
  bearerToken: 'AAAAsimulated-app-only',
}
const neededScopes = ['tweet.read', 'tweet.write', 'users.read', 'media.write', 'offline.access']

const unauthorized = problem(401, 'Unauthorized', 'Unauthorized')
const missing = (parameter: string, value: string) => ({
  value,
  detail: `Could not find tweet with ${parameter}: [${value}].`,
  title: 'Not Found Error',
  resource_type: 'tweet',
  parameter,
  resource_id: value,
  type: 'https://api.x.com/2/problems/resource-not-found',
})
const notSummoned = problem(
  403,
  'Forbidden',
  'Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.',
)
const duplicate = problem(403, 'Forbidden', 'You are not allowed to create a Tweet with duplicate content.')

interface Foreign {
  readonly id: string
  readonly by: Person
  readonly text: string
  readonly at: number
  readonly answers?: string
  readonly message: boolean
  readonly summons: boolean
  hidden: boolean
}

const publicNames: Readonly<Partial<Record<CounterName, string>>> = {
  likes: 'like_count',
  comments: 'reply_count',
  shares: 'retweet_count',
  quotes: 'quote_count',
  saves: 'bookmark_count',
  impressions: 'impression_count',
}
const postBody = new Set([
  'text',
  'media',
  'reply',
  'poll',
  'reply_settings',
  'quote_tweet_id',
  'paid_partnership',
  'made_with_ai',
  'nullcast',
  'community_id',
])
const activityEvents = new Set([
  'post.create',
  'post.delete',
  'post.mention.create',
  'post.reply.create',
  'post.quote.create',
  'post.repost.create',
  'like.create',
  'dm.received',
  'dm.sent',
  'follow.follow',
])

const isPostFields = (name: string) => name === 'tweet.fields' || name === 'post.fields'
const bothFields =
  'article,attachments,community_id,context_annotations,conversation_id,created_at,display_text_range,edit_controls,entities,geo,id,lang,non_public_metrics,organic_metrics,possibly_sensitive,promoted_metrics,public_metrics,reply_settings,source,text,withheld'
const bothExpansions = 'attachments.media_keys,attachments.poll_ids,author_id,in_reply_to_user_id,sender_id'
const bothMessageFields = 'attachments,created_at,dm_conversation_id,entities,event_type,id,text'
const listOf = (...texts: readonly string[]) => texts.join(',').split(',')
/** What X takes and tells, by the generation of its names: its guides, and its description 2.167. */
const names = {
  tweet: {
    parameter: 'tweet.fields',
    values: {
      'tweet.fields': listOf(bothFields, 'author_id,in_reply_to_user_id,referenced_tweets,note_tweet'),
      expansions: listOf(bothExpansions, 'referenced_tweets.id'),
      'dm_event.fields': listOf(bothMessageFields, 'sender_id,participant_ids,referenced_tweets'),
    },
    from: {} as Readonly<Record<string, string>>,
  },
  post: {
    parameter: 'post.fields',
    values: {
      'post.fields': listOf(bothFields, 'note_post'),
      expansions: listOf(bothExpansions, 'referenced_posts'),
      'dm_event.fields': listOf(bothMessageFields),
    },
    from: { note_tweet: 'note_post', referenced_tweets: 'referenced_posts' } as Readonly<Record<string, string>>,
  },
}

export class XSimulator extends Simulator {
  readonly network = 'x'
  readonly refusals: readonly Refusal[] = ['policy', 'invalid', 'duplicate', 'permission']
  override readonly signing = {
    header: 'x-twitter-webhooks-signature',
    secretNames: ['consumerSecret', 'previousConsumerSecret'],
    sign: (body: Uint8Array, secret: string) => `sha256=${createHmac('sha256', secret).update(body).digest('base64')}`,
  }
  /** How often STATUS answers "not yet" for a video. */
  override processingLooks = 2
  /** What becomes of a video's processing. */
  processingFails = false
  /** Whether people who answer name the account, as X demands before it may answer them. */
  summoning = true
  /** The names of X's guides and payloads, or those of its description 2.167. */
  generation: 'tweet' | 'post' = 'tweet'
  /** Whether the private counters are refused as a whole. */
  privateMetrics: 'told' | 'refused' = 'told'
  /** Whether the person opened their messages to the app. */
  messagesAllowed = true
  readonly webhooks: { id: string; url: string; valid: boolean }[] = []
  readonly subscriptions: { event_type: string; user_id: string; webhook_id: string }[] = []
  #tokens = 1
  #refreshes = 1
  #revoked = false
  readonly #codes = new Map<string, { challenge: string; redirectUri: string; until: number }>()
  readonly #uploads = new XUploads({
    now: () => this.now(),
    id: () => this.#id(),
    looks: () => this.processingLooks,
    fails: () => this.processingFails,
    violation: (message) => this.violation(message),
    knows: (request, known) => this.#knows(request, known),
  })
  readonly #foreign = new Map<string, Foreign>()
  readonly #messages = new Map<string, string[]>()
  #lastId = 0n

  get #token(): string {
    return `simulated-x-access-${this.#tokens}`
  }
  get #refreshToken(): string {
    return `simulated-x-refresh-${this.#refreshes}`
  }

  expireToken(): void {
    this.#tokens += 1
  }

  override revoke(): void {
    this.expireToken()
    this.#revoked = true
  }

  /** As after a day: uploads that no post uses are gone. */
  forgetUploads(): void {
    this.#uploads.forget()
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    const { url } = this
    return {
      oauth: {},
      credentials: {},
      settings: {},
      app: {
        ...app,
        clientSecret: options.bad ? 'somebody-else' : app.clientSecret,
        apiUrl: options.url ?? url,
        authUrl: `${url}/i/oauth2/authorize`,
        tokenUrl: `${options.url ?? url}/2/oauth2/token`,
      },
    }
  }

  protected routes(): readonly Route[] {
    const as = (token: () => string, known: readonly string[], handle: Route['handle']): Route['handle'] => {
      return (request) => {
        if (request.headers.authorization !== `Bearer ${token()}`) return unauthorized
        const theirs = names[this.generation]
        const strange = [...request.query.keys()].find(
          (name) => !known.includes(name) || (isPostFields(name) && name !== theirs.parameter),
        )
        if (strange !== undefined) {
          // the guides' names are tried first, whatever X speaks
          if (strange !== 'tweet.fields')
            this.violation(`${request.method} ${request.path}: unknown parameter ${strange}`)
          return invalid({ [strange]: [] }, `The query parameter [${strange}] is not one of [${known.join(',')}]`)
        }
        for (const [name, allowed] of Object.entries(theirs.values)) {
          const wrong = (request.query.get(name) ?? allowed[0] ?? '').split(',').find((one) => !allowed.includes(one))
          if (wrong !== undefined) {
            if (this.generation === 'tweet') this.violation(`${request.method} ${request.path}: ${name}=${wrong}`)
            return invalid(
              { [name]: [wrong] },
              `The \`${name}\` query parameter value [${wrong}] is not one of [${allowed.join(',')}]`,
            )
          }
        }
        return handle(request)
      }
    }
    const user = (handle: Route['handle'], ...known: string[]) => as(() => this.#token, known, handle)
    const appOnly = (handle: Route['handle'], ...known: string[]) => as(() => app.bearerToken, known, handle)
    const fields = ['tweet.fields', 'post.fields', 'user.fields', 'expansions']
    const list = ['max_results', 'pagination_token', 'since_id', 'start_time', ...fields]
    const media = (path: string, handle: Route['handle']): Route => ({
      method: 'POST',
      path,
      act: 'media',
      handle: user(handle),
    })
    return [
      { method: 'GET', path: '/i/oauth2/authorize', act: 'consent', handle: (request) => this.#consent(request) },
      { method: 'POST', path: '/2/oauth2/token', act: 'auth', handle: (request) => this.#tokenFor(request) },
      { method: 'GET', path: '/2/users/me', act: 'read', handle: user(() => this.#me(), 'user.fields') },
      media('/2/media/upload/initialize', (request) => this.#uploads.initialize(request)),
      media('/2/media/upload/:id/append', (request) => this.#uploads.append(request)),
      media('/2/media/upload/:id/finalize', (request) => this.#uploads.finalize(request)),
      media('/2/media/metadata', (request) => this.#uploads.describe(request)),
      {
        method: 'GET',
        path: '/2/media/upload',
        act: 'read',
        handle: user((request) => this.#uploads.status(request), 'command', 'media_id'),
      },
      {
        method: 'POST',
        path: '/2/tweets',
        act: (request) => (this.#foreign.has(replyTo(request) ?? '') ? 'act' : 'publish'),
        handle: user((request) => this.#post(request)),
      },
      {
        method: 'DELETE',
        path: '/2/tweets/:id',
        act: 'remove',
        handle: user(({ params }) =>
          this.posts.delete(params.id ?? '')
            ? ok({ data: { deleted: true } })
            : problem(404, 'Not Found', 'Post not found.', 'https://api.x.com/2/problems/resource-not-found'),
        ),
      },
      {
        method: 'GET',
        path: '/2/tweets',
        act: 'read',
        handle: user((request) => this.#lookup(request), 'ids', ...fields),
      },
      {
        method: 'GET',
        path: '/2/users/:id/tweets',
        act: 'read',
        handle: user((request) => this.#timeline(request), 'exclude', ...list),
      },
      {
        method: 'GET',
        path: '/2/users/:id/mentions',
        act: 'read',
        handle: user((request) => this.#mentions(request), ...list),
      },
      {
        method: 'GET',
        path: '/2/dm_events',
        act: 'read',
        handle: user(
          (request) => this.#messagesPage(request),
          'max_results',
          'pagination_token',
          'event_types',
          'dm_event.fields',
          'expansions',
          'user.fields',
        ),
      },
      { method: 'PUT', path: '/2/tweets/:id/hidden', act: 'act', handle: user((request) => this.#hide(request)) },
      {
        method: 'POST',
        path: '/2/dm_conversations/with/:id/messages',
        act: 'act',
        handle: user((request) => this.#message(request)),
      },
      {
        method: 'GET',
        path: '/2/webhooks',
        act: 'auth',
        handle: appOnly(() => ok({ data: this.webhooks, meta: { result_count: this.webhooks.length } })),
      },
      { method: 'POST', path: '/2/webhooks', act: 'auth', handle: appOnly((request) => this.#register(request)) },
      {
        method: 'PUT',
        path: '/2/webhooks/:id',
        act: 'auth',
        handle: appOnly(({ params }) => {
          const webhook = this.webhooks.find(({ id }) => id === params.id)
          if (webhook !== undefined) webhook.valid = true
          return webhook === undefined ? problem(404, 'Not Found', 'Webhook not found.') : ok({ data: { valid: true } })
        }),
      },
      {
        method: 'GET',
        path: '/2/activity/subscriptions',
        act: 'auth',
        handle: appOnly(
          () =>
            ok({
              data: this.subscriptions.map((one, i) => ({
                subscription_id: String(i + 1),
                event_type: one.event_type,
                filter: { user_id: one.user_id },
                webhook_id: one.webhook_id,
              })),
              meta: { result_count: this.subscriptions.length },
            }),
          'max_results',
          'pagination_token',
        ),
      },
      {
        method: 'POST',
        path: '/2/activity/subscriptions',
        act: 'auth',
        handle: (request) => this.#subscribe(request),
      },
    ]
  }

  // ---- consent and tokens -----------------------------------------------------------------------------------------

  #consent({ query }: WireRequest): WireAnswer {
    const redirectUri = query.get('redirect_uri') ?? ''
    const scopes = (query.get('scope') ?? '').split(' ')
    const wrong =
      query.get('response_type') !== 'code' ||
      query.get('client_id') !== app.clientId ||
      !/^https:\/\/parvis\.example\/oauth\/\w+\/callback$|^http:\/\/127\.0\.0\.1/.test(redirectUri) ||
      !query.get('state') ||
      query.get('code_challenge_method') !== 'S256' ||
      !/^[\w-]{43}$/.test(query.get('code_challenge') ?? '') ||
      neededScopes.some((scope) => !scopes.includes(scope))
    if (wrong) return { status: 400, body: 'Something went wrong. You weren’t able to give access to the App.' }
    const code = Buffer.from(`code-${this.#id()}`).toString('base64url')
    this.#codes.set(code, {
      challenge: query.get('code_challenge') ?? '',
      redirectUri,
      until: this.now() + 30_000,
    })
    const back = new URL(redirectUri)
    back.searchParams.set('state', query.get('state') ?? '')
    back.searchParams.set('code', code)
    return { status: 302, headers: { location: back.href } }
  }

  async #tokenFor(request: WireRequest): Promise<WireAnswer> {
    const basic = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')
    if (request.headers.authorization !== `Basic ${basic}`)
      return ok({ error: 'unauthorized_client', error_description: 'Missing valid authorization header' }, 401)
    const form = await request.form()
    const field = (name: string) => String(form.get(name) ?? '')
    const refused = (description: string) => ok({ error: 'invalid_request', error_description: description }, 400)
    if (field('grant_type') === 'refresh_token') {
      if (this.#revoked || field('refresh_token') !== this.#refreshToken)
        return refused('Value passed for the token was invalid.')
      this.#tokens += 1
      this.#refreshes += 1
    } else {
      const known = this.#codes.get(field('code'))
      this.#codes.delete(field('code'))
      const challenge = createHash('sha256').update(field('code_verifier')).digest('base64url')
      if (field('grant_type') !== 'authorization_code' || known === undefined || known.until < this.now())
        return refused('Value passed for the authorization code was invalid.')
      if (known.redirectUri !== field('redirect_uri') || known.challenge !== challenge)
        return refused('Value passed for the redirect uri or the code verifier did not match.')
      this.#revoked = false
    }
    return ok({
      token_type: 'bearer',
      expires_in: 7200,
      access_token: this.#token,
      refresh_token: this.#refreshToken,
      scope: neededScopes.join(' '),
    })
  }

  #me(): WireAnswer {
    const { posts } = this.channelFigures
    return ok({
      data: {
        id: userId,
        name: 'Boulangerie du Port',
        username,
        profile_image_url: 'https://pbs.example/me_normal.jpg',
        public_metrics: {
          followers_count: this.followers,
          following_count: 1,
          listed_count: 0,
          ...(posts === undefined ? {} : { [`${this.generation}_count`]: posts }),
        },
      },
    })
  }

  #register(request: WireRequest): WireAnswer {
    const url = String(request.json().url ?? '')
    if (!/^https:\/\/[^:/]+\//.test(url) || url.length > 200) return invalid({ url: [url] }, 'The url is not valid.')
    if (this.webhooks.some((one) => one.url === url)) return problem(409, 'Conflict', 'The webhook exists already.')
    const webhook = { id: this.#id(), url, valid: true }
    this.webhooks.push(webhook)
    return ok({ data: { ...webhook, created_at: new Date(this.now()).toISOString() } })
  }

  #subscribe(request: WireRequest): WireAnswer {
    const body = request.json() as { event_type?: string; filter?: { user_id?: string }; webhook_id?: string }
    const event = body.event_type ?? ''
    const open = event === 'post.create' || event === 'post.delete'
    const token = request.headers.authorization
    if (token !== `Bearer ${this.#token}` && !(open && token === `Bearer ${app.bearerToken}`)) return unauthorized
    if (!activityEvents.has(event)) return invalid({ event_type: [event] }, 'The event type is not known.')
    if (body.filter?.user_id !== userId) return invalid({ 'filter.user_id': [] }, 'The filter is not valid.')
    if (!this.webhooks.some(({ id }) => id === body.webhook_id))
      return invalid({ webhook_id: [body.webhook_id] }, 'The webhook is not known.')
    if (this.subscriptions.some((one) => one.event_type === event && one.user_id === userId)) {
      this.violation(`POST ${request.path}: ${event} is subscribed already`)
      return problem(409, 'Conflict', 'DuplicateSubscriptionFailed')
    }
    this.subscriptions.push({ event_type: event, user_id: userId, webhook_id: body.webhook_id ?? '' })
    return ok({ data: { subscription: { subscription_id: this.#id(), event_type: event } } })
  }

  // ---- posts ------------------------------------------------------------------------------------------------------

  protected override limited(wait: LimitForm, seconds: number): WireAnswer {
    const answer = problem(429, 'Too Many Requests', 'Too Many Requests')
    const reset = Math.ceil(this.now() / 1000) + seconds
    if (wait === 'none') return answer
    return {
      ...answer,
      headers:
        wait === 'seconds'
          ? { 'x-rate-limit-limit': '100', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(reset) }
          : { 'retry-after': new Date(this.now() + seconds * 1000).toUTCString() },
    }
  }

  protected refused(reason: Refusal): WireAnswer {
    switch (reason) {
      case 'policy':
        return problem(
          403,
          'Forbidden',
          'To protect our users from spam and other malicious activity, we can’t complete this action right now.',
        )
      case 'duplicate':
        return duplicate
      case 'permission':
        return problem(
          403,
          'Client Forbidden',
          'When authenticating requests to the X API v2 endpoints, you must use keys and tokens from an enrolled App.',
          'https://api.x.com/2/problems/client-forbidden',
        )
      default:
        return invalid({ text: [''] }, 'The text is not valid.')
    }
  }

  /** Records what no connector may send. */
  #knows(request: WireRequest, known: readonly string[]): void {
    for (const name of Object.keys(request.json()))
      if (!known.includes(name)) this.violation(`${request.method} ${request.path}: unknown field ${name}`)
  }

  #post(request: WireRequest): WireAnswer {
    this.#knows(request, [...postBody])
    const body = request.json() as {
      text?: unknown
      media?: { media_ids?: string[] }
      poll?: { options?: string[]; duration_minutes?: number }
      reply_settings?: string
    }
    const text = typeof body.text === 'string' ? body.text : ''
    const ids = body.media?.media_ids
    const target = replyTo(request)
    if (ids !== undefined && (ids.length < 1 || ids.length > 4))
      return invalid({ 'media.media_ids': ids }, 'The number of media ids is not valid.')
    const media = (ids ?? []).map((id) => this.#uploads.get(id))
    if (
      media.some(
        (one) => one === undefined || !one.finalized || one.looks > 0 || one.at < this.now() - 24 * 3600 * 1000,
      )
    )
      return invalid({ 'media.media_ids': ids }, 'Your media IDs are invalid.')
    if (media.length > 1 && media.some((one) => one?.category !== 'tweet_image'))
      return invalid({ 'media.media_ids': ids }, 'A video or a GIF stands alone.')
    if (text.trim() === '' && media.length === 0) return invalid({ text: [text] }, 'The text must not be empty.')
    if (weigh(text) > 280)
      return problem(403, 'Forbidden', 'Your Tweet text is too long. For more information, check docs.')
    const { poll } = body
    if (poll !== undefined) {
      const { options = [], duration_minutes: minutes = 0 } = poll
      const bad =
        media.length > 0 ||
        options.length < 2 ||
        options.length > 4 ||
        options.some((option) => option === '' || Array.from(option).length > 25) ||
        minutes < 5 ||
        minutes > 10_080
      if (bad) return invalid({ 'poll.options': options }, 'The poll is not valid.')
    }
    if (!['following', 'mentionedUsers', 'subscribers', 'verified', undefined].includes(body.reply_settings))
      return invalid({ reply_settings: [body.reply_settings] }, 'The reply settings are not valid.')
    const foreign = this.#foreign.get(target ?? '')
    if (target !== undefined && foreign === undefined && !this.posts.has(target))
      return problem(404, 'Not Found', 'The post you are replying to does not exist.')
    if (foreign?.summons === false) return notSummoned
    const said = [...this.posts.values()].some(
      (one) =>
        one.extra.byApi === true && one.text === text && one.parentExternalId === target && one.media.length === 0,
    )
    if (said && media.length === 0) return duplicate
    const post = this.#add(text, this.now(), {
      parent: target,
      media: media.flatMap((one) => (one === undefined ? [] : { mime: one.mime, bytes: one.total, alt: one.alt })),
      extra: {
        byApi: true,
        ...Object.fromEntries(Object.entries(request.json()).filter(([name]) => name !== 'text' && name !== 'reply')),
      },
    })
    return ok({ data: { id: post.externalId, text: this.#shownText(post).text } }, 201)
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    return this.#add(text, options.at ?? this.now(), { media: [], extra: {} })
  }

  #add(
    text: string,
    at: number,
    { parent, media, extra }: Pick<SimulatedPost, 'media' | 'extra'> & { readonly parent?: string | undefined },
  ): SimulatedPost {
    const post: SimulatedPost = {
      externalId: this.#id(at),
      text,
      at,
      ...(parent === undefined ? {} : { parentExternalId: parent }),
      media,
      counters: { likes: 0, comments: 0, shares: 0, quotes: 0, saves: 0, impressions: 0, clicks: 0 },
      extra,
    }
    this.posts.set(post.externalId, post)
    return post
  }

  /** Made of the instant, as X makes them; never the same twice. */
  #id(at = this.now()): string {
    let id = BigInt(at - 1_288_834_974_657) << 22n
    if (id <= this.#lastId && id >> 22n === this.#lastId >> 22n) id = this.#lastId + 1n
    while (this.posts.has(String(id)) || this.#foreign.has(String(id))) id += 1n
    if (id > this.#lastId) this.#lastId = id
    return String(id)
  }

  #hide({ params, json }: WireRequest): WireAnswer {
    const { hidden } = json()
    const foreign = this.#foreign.get(params.id ?? '')
    if (typeof hidden !== 'boolean') return invalid({ hidden: [hidden] }, 'hidden must be a boolean.')
    if (foreign === undefined) return problem(404, 'Not Found', 'Post not found.')
    if (foreign.answers === undefined)
      return problem(403, 'Forbidden', 'You are not permitted to perform this action: it is no reply to your post.')
    foreign.hidden = hidden
    return ok({ data: { hidden } })
  }

  #message(request: WireRequest): WireAnswer {
    const to = request.params.id ?? ''
    const { text } = request.json()
    const last = [...this.#foreign.values()].filter((one) => one.message && one.by.externalId === to).at(-1)
    if (typeof text !== 'string' || text === '') return invalid({ text: [text] }, 'The text must not be empty.')
    if (last === undefined) return problem(403, 'Forbidden', 'You cannot send messages to this user.')
    this.#messages.set(last.id, [...(this.#messages.get(last.id) ?? []), text])
    return ok({ data: { dm_conversation_id: `${to}-${userId}`, dm_event_id: this.#id() } }, 201)
  }

  override answersTo(externalId: string): readonly string[] {
    const posts = [...this.posts.values()].filter((one) => one.parentExternalId === externalId).map((one) => one.text)
    return [...posts, ...(this.#messages.get(externalId) ?? [])]
  }

  override standing(externalId: string): 'visible' | 'hidden' | 'deleted' {
    const foreign = this.#foreign.get(externalId)
    return foreign === undefined ? 'deleted' : foreign.hidden ? 'hidden' : 'visible'
  }

  // ---- reading ----------------------------------------------------------------------------------------------------

  /** X escapes, shortens links, and adds one for what is attached. */
  #shownText({ externalId, text, media }: Pick<SimulatedPost, 'externalId' | 'text' | 'media'>) {
    const urls: { url: string; expanded_url: string; media_key?: string }[] = []
    let shown = text.replace(/(?:https?:\/\/|www\.)[^\s»]+[^\s».,;:!?]/g, (link) => {
      const url = `https://t.co/${createHash('sha256').update(link).digest('base64url').slice(0, 10)}`
      // with a scheme, and its host in small letters
      urls.push({ url, expanded_url: new URL(/^www/.test(link) ? `http://${link}` : link).href })
      return url
    })
    shown = escaped(shown)
    const keys = media.map((_, i) => `3_${externalId}${i}`)
    if (keys.length > 0) {
      const url = `https://t.co/m${externalId.slice(-9)}`
      shown = shown === '' ? url : `${shown} ${url}`
      for (const key of keys)
        urls.push({ url, expanded_url: `https://x.com/${username}/status/${externalId}/photo/1`, media_key: key })
    }
    return { text: shown, urls, keys }
  }

  /** Of everything that is known of a post what was asked for, in the names of the generation. */
  #asked(id: string, text: string, all: Readonly<Record<string, unknown>>, query: URLSearchParams) {
    const { parameter, from } = names[this.generation]
    const fields = [...(query.get(parameter) ?? '').split(','), ...(query.get('expansions') ?? '').split(',')]
    return {
      id,
      text,
      [`edit_history_${this.generation}_ids`]: [id],
      ...Object.fromEntries(
        Object.entries(all).flatMap(([name, value]) => {
          const called = from[name] ?? name
          return fields.includes(called) ? [[called, value]] : []
        }),
      ),
    }
  }

  #postJson(post: SimulatedPost, query: URLSearchParams): Record<string, unknown> {
    const { text, urls, keys } = this.#shownText(post)
    const all: Record<string, unknown> = {
      author_id: userId,
      created_at: new Date(post.at).toISOString(),
      conversation_id: post.parentExternalId ?? post.externalId,
      lang: 'fr',
      ...(urls.length > 0 ? { entities: { urls } } : {}),
      ...(keys.length > 0 ? { attachments: { media_keys: keys } } : {}),
      ...(post.parentExternalId === undefined
        ? {}
        : {
            in_reply_to_user_id: this.#foreign.get(post.parentExternalId)?.by.externalId ?? userId,
            referenced_tweets: [{ type: 'replied_to', id: post.parentExternalId }],
          }),
      public_metrics: this.#publicMetrics(post),
      ...(post.at > this.now() - 30 * 24 * 3600 * 1000 && post.counters.clicks !== undefined
        ? { non_public_metrics: { url_link_clicks: post.counters.clicks, user_profile_clicks: 1 } }
        : {}),
    }
    return this.#asked(post.externalId, text, all, query)
  }

  #publicMetrics(post: SimulatedPost): Record<string, number> {
    const told: Record<string, number> = {}
    for (const [name, theirs] of Object.entries(publicNames)) {
      const value = post.counters[name as CounterName]
      const called = theirs === 'retweet_count' && this.generation === 'post' ? 'repost_count' : theirs
      if (value !== undefined) told[called] = value
    }
    return told
  }

  #lookup({ query }: WireRequest): WireAnswer {
    const ids = (query.get('ids') ?? '').split(',')
    const fields = (query.get(names[this.generation].parameter) ?? '').split(',')
    if (ids.length > 100) return invalid({ ids }, 'The number of ids is more than 100.')
    if (fields.includes('non_public_metrics') && this.privateMetrics === 'refused')
      return problem(
        403,
        'Forbidden',
        'Field authorization error',
        'https://api.x.com/2/problems/not-authorized-for-field',
      )
    const found = ids.flatMap((id) => this.posts.get(id) ?? [])
    const gone = ids.filter((id) => !this.posts.has(id)).map((id) => missing('ids', id))
    return ok({
      ...(found.length > 0 ? { data: found.map((one) => this.#postJson(one, query)) } : {}),
      ...(gone.length > 0 ? { errors: gone } : {}),
    })
  }

  #timeline({ params, query }: WireRequest): WireAnswer {
    if (params.id !== userId) return problem(404, 'Not Found', 'User not found.')
    const start = query.get('start_time')
    if (start !== null && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(start))
      return invalid({ start_time: [start] }, 'Invalid start_time.')
    const all = [...this.posts.values()].filter((one) => one.at >= Date.parse(start ?? '1970-01-01T00:00:00Z'))
    return this.#page(
      query,
      all.map((one) => ({ id: one.externalId, json: this.#postJson(one, query) })),
    )
  }

  #mentions({ params, query }: WireRequest): WireAnswer {
    if (params.id !== userId) return problem(404, 'Not Found', 'User not found.')
    const since = query.get('since_id')
    const start = Date.parse(query.get('start_time') ?? '1970-01-01T00:00:00Z')
    const all = [...this.#foreign.values()].filter(
      (one) => !one.message && one.at >= start && (since === null || BigInt(one.id) > BigInt(since)),
    )
    return this.#page(
      query,
      all.map((one) => ({
        id: one.id,
        json: this.#asked(one.id, this.#foreignText(one).text, this.#foreignJson(one), query),
      })),
      [...new Map(all.map(({ by }) => [by.externalId, userJson(by)])).values()],
    )
  }

  #messagesPage({ query }: WireRequest): WireAnswer {
    if (!this.messagesAllowed)
      return problem(403, 'Forbidden', 'You are not permitted to perform this action: the scope dm.read is missing.')
    const all = [...this.#foreign.values()].filter((one) => one.message)
    return this.#page(
      query,
      all.map((one) => ({
        id: one.id,
        json: {
          id: one.id,
          event_type: 'MessageCreate',
          text: escaped(one.text),
          sender_id: one.by.externalId,
          created_at: new Date(one.at).toISOString(),
          dm_conversation_id: `${one.by.externalId}-${userId}`,
        },
      })),
      [userJson(somebody)],
      1,
    )
  }

  /** Newest first. The token stands for an id, so that what comes meanwhile moves nothing. */
  #page(
    query: URLSearchParams,
    all: readonly { readonly id: string; readonly json: unknown }[],
    users: readonly unknown[] = [],
    least = 5,
  ): WireAnswer {
    const asked = Number(query.get('max_results') ?? 10)
    if (asked < least || asked > 100) return invalid({ max_results: [asked] }, `max_results must be ${least} to 100.`)
    const token = query.get('pagination_token')
    const below = token === null ? undefined : BigInt(`0x${token}`)
    const sorted = all
      .filter(({ id }) => below === undefined || BigInt(id) < below)
      .sort((a, b) => (BigInt(a.id) > BigInt(b.id) ? -1 : 1))
    const page = sorted.slice(0, Math.min(asked, this.pageSize))
    const last = page.at(-1)
    return ok({
      ...(page.length > 0 ? { data: page.map(({ json }) => json), includes: { users } } : {}),
      meta: {
        result_count: page.length,
        ...(page[0] === undefined ? {} : { newest_id: page[0].id, oldest_id: last?.id }),
        ...(last !== undefined && page.length < sorted.length ? { next_token: BigInt(last.id).toString(16) } : {}),
      },
    })
  }

  // ---- what comes in ----------------------------------------------------------------------------------------------

  override handshake(): Handshake {
    const token = 'Njg3YjI0ZTAtMjVhNS00'
    const signed = createHmac('sha256', app.consumerSecret).update(token).digest('base64')
    return {
      method: 'GET',
      delivery: { headers: {}, query: { crc_token: token }, body: new Uint8Array() },
      app: { consumerSecret: app.consumerSecret },
      expects: JSON.stringify({ response_token: `sha256=${signed}` }),
    }
  }

  /** X puts the name of who is answered before the text, and of a long post only the beginning into it. */
  #foreignText(one: Foreign) {
    const prefix = one.answers === undefined ? '' : `@${username} `
    const whole = `${prefix}${one.text}`
    const long = Array.from(whole).length > 280
    const shown = long ? `${Array.from(whole).slice(0, 277).join('')}…` : whole
    return { prefix, text: escaped(shown), note: long ? { text: escaped(whole) } : undefined }
  }

  /** Everything that X knows of it, in the names of its payloads. */
  #foreignJson(one: Foreign): Record<string, unknown> {
    const { prefix, text, note } = this.#foreignText(one)
    return {
      id: one.id,
      text,
      ...(note === undefined ? {} : { note_tweet: note }),
      author_id: one.by.externalId,
      created_at: new Date(one.at).toISOString(),
      conversation_id: one.answers ?? one.id,
      display_text_range: [prefix.length, Array.from(text).length],
      lang: 'fr',
      edit_history_tweet_ids: [one.id],
      public_metrics: { retweet_count: 0, reply_count: 0, like_count: 0, quote_count: 0 },
      ...(one.answers === undefined
        ? {}
        : { in_reply_to_user_id: userId, referenced_tweets: [{ type: 'replied_to', id: one.answers }] }),
    }
  }

  #arrived(text: string, by: Person, more: { answers?: string; message?: boolean }): Foreign {
    const one: Foreign = {
      id: this.#id(),
      by,
      text,
      at: this.now(),
      message: false,
      summons: this.summoning,
      hidden: false,
      ...more,
    }
    this.#foreign.set(one.id, one)
    return one
  }

  async comment(onExternalId: string, text: string, by: Person = somebody): Promise<Injected> {
    const one = this.#arrived(text, by, { answers: onExternalId })
    const payload = { ...this.#foreignJson(one), in_reply_to_tweet_id: onExternalId }
    return { externalId: one.id, delivery: await this.#tell('post.reply.create', payload, { users: [userJson(by)] }) }
  }

  async mention(text: string, by: Person = somebody): Promise<Injected> {
    const one = this.#arrived(text, by, {})
    const users = [userJson(by), userJson({ externalId: userId, handle: username, name: 'Boulangerie du Port' })]
    return { externalId: one.id, delivery: await this.#tell('post.mention.create', this.#foreignJson(one), { users }) }
  }

  async directMessage(text: string, by: Person = somebody): Promise<Injected> {
    const one = this.#arrived(text, by, { message: true })
    const payload = {
      direct_message_events: [
        {
          type: 'message_create',
          id: one.id,
          created_timestamp: String(one.at),
          message_create: {
            target: { recipient_id: userId },
            sender_id: by.externalId,
            message_data: { text: escaped(text), entities: { hashtags: [], symbols: [], user_mentions: [], urls: [] } },
          },
        },
      ],
      users: { [by.externalId]: { data: userJson(by) } },
    }
    return { externalId: one.id, delivery: await this.#tell('dm.received', payload) }
  }

  async #tell(event: string, payload: unknown, includes: unknown = {}): Promise<RawDelivery> {
    const data = {
      event_uuid: this.#id(),
      filter: { user_id: userId },
      event_type: event,
      tag: 'parvis',
      payload,
      includes,
    }
    const body = new Uint8Array(Buffer.from(JSON.stringify({ data })))
    const delivery = {
      headers: {
        'content-type': 'application/json',
        [this.signing.header]: this.signing.sign(body, app.consumerSecret),
      },
      query: {},
      body,
    }
    await this.deliver(delivery)
    return delivery
  }
}

const userJson = ({ externalId, handle, name }: Person) => ({
  id: externalId,
  username: handle,
  name,
  profile_image_url: `https://pbs.example/${handle}_normal.jpg`,
})

function replyTo(request: WireRequest): string | undefined {
  const { reply } = request.json() as { reply?: { in_reply_to_tweet_id?: string } }
  return reply?.in_reply_to_tweet_id
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** twitter-text's configuration v3, said again: so that who counts and who checks are not the same code. */
function weigh(text: string): number {
  const short = text.normalize('NFC').replace(/https?:\/\/[^\s]+/g, 'x'.repeat(23))
  let weight = 0
  for (const { segment } of segmenter.segment(short)) {
    if (/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(segment)) weight += 2
    else
      for (const character of segment) {
        const code = character.codePointAt(0) ?? 0
        const light =
          code <= 0x10ff ||
          (code >= 0x2000 && code <= 0x200d) ||
          (code >= 0x2010 && code <= 0x201f) ||
          (code >= 0x2032 && code <= 0x2037)
        weight += light ? 1 : 2
      }
  }
  return weight
}

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
