/** LinkedIn's Community Management API with one page on it, by what is known of version 202609 (no specification is to be had). */
import { createHmac, randomBytes } from 'node:crypto'
import type { CounterName, RawDelivery } from '../../shared/networks/network.ts'
import { inputError, LinkedinFiles, ok, problem } from './linkedin-files.ts'
import { readLittleText } from './linkedin-text.ts'
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

const organizationId = '96072893'
const organization = `urn:li:organization:${organizationId}`
const person = 'urn:li:person:zLqTygBP8S'
const applicationId = '4800123'
const clientId = '78simulated'
const clientSecret = 'clientSecret-value'
const somebody: Person = { externalId: 'urn:li:person:b7Kq0aM3Xt', handle: 'b7Kq0aM3Xt', name: 'Léa Martin' }
const scopes = [
  'w_organization_social',
  'r_organization_social',
  'w_organization_social_feed',
  'r_organization_social_feed',
  'rw_organization_admin',
]

const duplicateOf = (urn: string): WireAnswer =>
  problem(422, `com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of ${urn}`, {
    errorDetailType: 'com.linkedin.common.error.BadRequest',
    errorDetails: {
      inputErrors: [{ description: 'Duplicate post is detected', input: {}, code: 'DUPLICATE_POST' }],
    },
  })

interface Comment {
  readonly id: string
  readonly urn: string
  readonly postId: string
  readonly parent?: string
  readonly by: string
  text: string
  gone: boolean
}

interface Told {
  readonly notificationId: number
  readonly lastModifiedAt: number
  readonly action: string
  readonly json: Record<string, unknown>
}

const statisticOf: Readonly<Partial<Record<CounterName, string>>> = {
  likes: 'likeCount',
  comments: 'commentCount',
  shares: 'shareCount',
  clicks: 'clickCount',
  impressions: 'impressionCount',
  reach: 'uniqueImpressionsCount',
}

export class LinkedinSimulator extends Simulator {
  readonly network = 'linkedin'
  readonly refusals: readonly Refusal[] = ['invalid', 'duplicate', 'permission']
  override readonly signing = {
    header: 'x-li-signature',
    secretNames: ['clientSecret', 'previousClientSecret'],
    sign: (body: Uint8Array, secret: string) =>
      createHmac('sha256', secret)
        .update(Buffer.concat([Buffer.from('hmacsha256='), body]))
        .digest('hex'),
  }
  /** Whether this app is an approved partner: only those get a refresh token. */
  partner = true
  /** How often an upload is still being processed. */
  override processingLooks = 1
  processingFails = false
  /** Whether statistics and sizes may be read. */
  mayRead = true
  /** Whether the post that a duplicate is of can be found: names of posts that are not there have been seen. */
  ghosts = false
  /** Pages that the person administers. */
  pages: readonly { id: string; localizedName: string; vanityName: string }[] = [
    { id: organizationId, localizedName: 'Boulangerie du Port', vanityName: 'boulangerie-du-port' },
  ]
  readonly subscriptions = new Map<string, string>()
  #tokens = 1
  #revoked = false
  readonly #codes = new Map<string, string>()
  readonly #files = new LinkedinFiles({
    now: () => this.now(),
    url: () => this.url,
    token: () => this.#token,
    owner: organization,
    looks: () => this.processingLooks,
    fails: () => this.processingFails,
    violation: (message) => this.violation(message),
  })
  readonly #comments = new Map<string, Comment>()
  readonly #shares = new Map<string, string>()
  readonly #told: Told[] = []
  #serial = 0

  get #token(): string {
    return `AQsimulated-linkedin-${this.#tokens}`
  }

  expireToken(): void {
    this.#tokens += 1
  }

  override revoke(): void {
    this.expireToken()
    this.#revoked = true
  }

  /** As after a while: uploads that no post uses are gone. */
  forgetUploads(): void {
    this.#files.forget()
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    const { url } = this
    return {
      oauth: {},
      credentials: {},
      settings: {},
      app: {
        clientId,
        clientSecret: options.bad ? 'somebody-else' : clientSecret,
        applicationId,
        apiUrl: options.url ?? url,
        authUrl: `${url}/oauth/v2/authorization`,
        tokenUrl: `${options.url ?? url}/oauth/v2/accessToken`,
      },
    }
  }

  protected routes(): readonly Route[] {
    const route = (method: string, path: string, act: Route['act'], handle: Route['handle']): Route => ({
      method,
      path,
      act,
      handle: async (request) => this.#refusesCall(request) ?? handle(request),
    })
    const uploads = ['images', 'videos', 'documents'].flatMap((collection) => [
      route('POST', `/rest/${collection}`, 'media', (request) => this.#files.initialize(collection, request)),
      route('GET', `/rest/${collection}/:urn`, 'read', ({ params }) => this.#files.json(params.urn ?? '')),
    ])
    return [
      { method: 'GET', path: '/oauth/v2/authorization', act: 'consent', handle: (request) => this.#consent(request) },
      { method: 'POST', path: '/oauth/v2/accessToken', act: 'auth', handle: (request) => this.#tokenFor(request) },
      { method: 'PUT', path: '/dms-uploads/:id/:part', act: 'media', handle: (request) => this.#files.put(request) },
      route('GET', '/rest/organizationAcls', 'auth', (request) => this.#acls(request)),
      route('GET', '/rest/organizations', 'auth', () =>
        ok({ results: Object.fromEntries(this.pages.map((page) => [page.id, page])), statuses: {}, errors: {} }),
      ),
      route('PUT', '/rest/eventSubscriptions/:key', 'auth', (request) => this.#subscribe(request)),
      ...uploads,
      route('POST', '/rest/posts', 'publish', (request) => this.#post(request)),
      route('GET', '/rest/posts', 'read', (request) => this.#list(request)),
      route('GET', '/rest/posts/:urn', 'read', ({ params }) => {
        const post = this.ghosts ? undefined : this.posts.get(params.urn ?? '')
        return post === undefined ? problem(404, 'Post not found') : ok(this.#postJson(post))
      }),
      route('DELETE', '/rest/posts/:urn', 'remove', ({ params, headers }) => {
        if (headers['x-restli-method'] !== 'DELETE') this.violation('DELETE /rest/posts: without X-RestLi-Method')
        return this.posts.delete(params.urn ?? '') ? { status: 204 } : problem(404, 'Post not found')
      }),
      route('POST', '/rest/socialActions/:urn/comments', 'act', (request) => this.#answer(request)),
      route('DELETE', '/rest/socialActions/:urn/comments/:id', 'act', (request) => this.#deleteComment(request)),
      route('GET', '/rest/organizationalEntityNotifications', 'read', (request) => this.#notifications(request)),
      route('GET', '/rest/organizationalEntityShareStatistics', 'read', (request) => this.#statistics(request)),
      route('GET', '/rest/networkSizes/:urn', 'read', ({ params, query }) => {
        if (!this.mayRead) return problem(403, 'Not enough permissions to access: GET /networkSizes')
        if (params.urn !== organization || query.get('edgeType') !== 'COMPANY_FOLLOWED_BY_MEMBER')
          return problem(400, 'edgeType is not valid')
        return ok({ firstDegreeSize: this.followers })
      }),
    ]
  }

  /** What every call is checked for before it does anything. */
  #refusesCall({ headers, method, path }: WireRequest): WireAnswer | undefined {
    const here = `${method} ${path}`
    if (headers['x-restli-protocol-version'] !== '2.0.0') this.violation(`${here}: no X-Restli-Protocol-Version`)
    if (!/^20\d{4}$/.test(headers['linkedin-version'] ?? '')) {
      this.violation(`${here}: no LinkedIn-Version`)
      return problem(400, 'A version must be present. Please specify a version by adding the LinkedIn-Version header.')
    }
    if (headers['linkedin-version'] !== '202609')
      return problem(426, `Requested version ${headers['linkedin-version']} is not active`, {
        code: 'NONEXISTENT_VERSION',
      })
    if (/urn:li/.test(path) || (/[()]/.test(path) && !path.startsWith('/rest/eventSubscriptions/'))) {
      this.violation(`${here}: a URN that is not escaped`)
      return problem(400, 'Invalid URN in the path')
    }
    if (headers.authorization !== `Bearer ${this.#token}`)
      return problem(401, 'The token used in the request has expired', {
        serviceErrorCode: 65602,
        code: 'EXPIRED_ACCESS_TOKEN',
      })
    return undefined
  }

  // ---- consent and tokens -----------------------------------------------------------------------------------------

  #consent({ query }: WireRequest): WireAnswer {
    const redirectUri = query.get('redirect_uri') ?? ''
    const wrong = (query.get('scope') ?? '').split(' ').find((scope) => !scopes.includes(scope))
    if (
      query.get('response_type') !== 'code' ||
      query.get('client_id') !== clientId ||
      !/^https:\/\/parvis\.example\/oauth\/\w+\/callback$|^http:\/\/127\.0\.0\.1/.test(redirectUri) ||
      !query.get('state')
    )
      return { status: 400, body: 'Bummer, something went wrong.' }
    const back = new URL(redirectUri)
    back.searchParams.set('state', query.get('state') ?? '')
    if (wrong !== undefined) {
      back.searchParams.set('error', 'unauthorized_scope_error')
      back.searchParams.set('error_description', `Scope "${wrong}" is not authorized for your application`)
    } else {
      const code = randomBytes(24).toString('base64url')
      this.#codes.set(code, redirectUri)
      back.searchParams.set('code', code)
    }
    return { status: 302, headers: { location: back.href } }
  }

  async #tokenFor(request: WireRequest): Promise<WireAnswer> {
    const form = await request.form()
    const field = (name: string) => String(form.get(name) ?? '')
    const refused = (status: number, error: string, error_description: string) =>
      ok({ error, error_description }, status)
    if (field('client_id') !== clientId || field('client_secret') !== clientSecret)
      return refused(401, 'invalid_client', 'Client authentication failed')
    if (field('grant_type') === 'refresh_token') {
      if (this.#revoked || field('refresh_token') !== 'AQsimulated-refresh')
        return refused(400, 'invalid_request', 'The provided refresh token is invalid, expired or revoked')
      this.#tokens += 1
    } else {
      const redirectUri = this.#codes.get(field('code'))
      this.#codes.delete(field('code'))
      if (redirectUri === undefined || redirectUri !== field('redirect_uri'))
        return refused(
          400,
          'invalid_request',
          'Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired.',
        )
      this.#revoked = false
    }
    return ok({
      access_token: this.#token,
      expires_in: 5_184_000,
      scope: scopes.join(','),
      ...(this.partner ? { refresh_token: 'AQsimulated-refresh', refresh_token_expires_in: 31_536_000 } : {}),
    })
  }

  #acls({ query }: WireRequest): WireAnswer {
    if (query.get('q') !== 'roleAssignee') return problem(400, 'q is not valid')
    const start = Number(query.get('start') ?? 0)
    const elements = this.pages.map(({ id }) => ({
      role: 'ADMINISTRATOR',
      state: 'APPROVED',
      organization: `urn:li:organization:${id}`,
      roleAssignee: person,
    }))
    return ok({ elements: elements.slice(start, start + Number(query.get('count') ?? 10)), paging: { start } })
  }

  #subscribe({ params, json }: WireRequest): WireAnswer {
    const key = params.key ?? ''
    const expected = `(developerApplication:urn:li:developerApplication:${applicationId},user:${person},entity:${organization},eventType:ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS)`
    const { webhook } = json()
    if (key !== expected) return problem(403, 'Unpermitted subscription key')
    if (typeof webhook !== 'string' || !webhook.startsWith('https://')) return problem(400, 'webhook is not valid')
    this.subscriptions.set(key, webhook)
    return { status: 204 }
  }

  // ---- posts ------------------------------------------------------------------------------------------------------

  protected override limited(wait: LimitForm, seconds: number): WireAnswer {
    if (wait === 'none')
      return problem(429, 'Resource level throttle APPLICATION DAY limit for calls to this resource is reached.', {
        serviceErrorCode: 101,
        code: 'TOO_MANY_REQUESTS',
      })
    const answer = problem(429, 'Resource level throttle MEMBER MINUTE limit for calls to this resource is reached.')
    return {
      ...answer,
      headers: {
        'retry-after': wait === 'seconds' ? String(seconds) : new Date(this.now() + seconds * 1000).toUTCString(),
      },
    }
  }

  protected refused(reason: Refusal): WireAnswer {
    switch (reason) {
      case 'duplicate':
        return duplicateOf('urn:li:share:7141138937766391808')
      case 'permission':
        return problem(403, 'Organization permissions must be used when using organization as author', {
          serviceErrorCode: 100,
          code: 'ACCESS_DENIED',
        })
      default:
        return inputError('commentary is not valid', 'commentary')
    }
  }

  #post(request: WireRequest): WireAnswer {
    const body = request.json() as {
      author?: string
      commentary?: string
      visibility?: string
      lifecycleState?: string
      distribution?: { feedDistribution?: string }
      content?: Record<string, unknown>
    }
    const known = [
      'author',
      'commentary',
      'visibility',
      'distribution',
      'lifecycleState',
      'content',
      'isReshareDisabledByAuthor',
    ]
    for (const name of Object.keys(body))
      if (!known.includes(name)) this.violation(`POST /rest/posts: unknown field ${name}`)
    if (body.author !== organization) return problem(403, 'author is not permitted')
    if (
      typeof body.commentary !== 'string' ||
      body.visibility !== 'PUBLIC' ||
      body.lifecycleState !== 'PUBLISHED' ||
      body.distribution?.feedDistribution !== 'MAIN_FEED'
    )
      return inputError('A required field is missing', 'commentary', 'MISSING_REQUIRED_FIELD')
    const typed = readLittleText(body.commentary)
    if (typed === undefined) {
      this.violation(`POST /rest/posts: unescaped little text in ${JSON.stringify(body.commentary)}`)
      return inputError('commentary is not valid little text', 'commentary')
    }
    if (typed.length > 3000) return inputError('commentary is too long', 'commentary', 'MAX_LENGTH')
    const content = body.content
    const media = content === undefined ? [] : this.#files.shown(content)
    if ('status' in media) return media
    if (typed === '' && content === undefined) return inputError('commentary is empty', 'commentary')
    const same = [...this.posts.values()].find(
      (one) =>
        one.extra.byApi === true &&
        one.text === typed &&
        JSON.stringify(one.extra.content ?? null) === JSON.stringify(content ?? null),
    )
    if (same !== undefined) return duplicateOf(same.externalId)
    const kind = content !== undefined && ('multiImage' in content || media.some(({ mime }) => mime === 'videos'))
    const post = this.#add(typed, this.now(), media, {
      byApi: true,
      commentary: body.commentary,
      ...(content === undefined ? {} : { content }),
      kind: kind ? 'ugcPost' : 'share',
    })
    return { status: 201, headers: { 'x-restli-id': post.externalId }, body: '' }
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    return this.#add(text, options.at ?? this.now(), [], { kind: 'share' })
  }

  #add(text: string, at: number, media: SimulatedPost['media'], extra: Record<string, unknown>): SimulatedPost {
    const post: SimulatedPost = {
      externalId: `urn:li:${extra.kind}:${this.#id()}`,
      text,
      at,
      media,
      counters: { likes: 0, comments: 0, shares: 0, clicks: 0, impressions: 0, reach: 0 },
      extra,
    }
    this.posts.set(post.externalId, post)
    return post
  }

  #id(): string {
    this.#serial = Math.max(this.now() * 1000, this.#serial + 1)
    return String(7_000_000_000_000_000_000n + BigInt(this.#serial))
  }

  #list({ query, headers }: WireRequest): WireAnswer {
    if (query.get('q') !== 'author' || query.get('author') !== organization) return problem(400, 'author is not valid')
    if (headers['x-restli-method'] !== 'FINDER') this.violation('GET /rest/posts: without X-RestLi-Method')
    const start = Number(query.get('start') ?? 0)
    const all = [...this.posts.values()].sort((a, b) => b.at - a.at)
    const count = Math.min(Number(query.get('count') ?? 10), 100, this.pageSize)
    const page = all.slice(start, start + count)
    return ok({ elements: page.map((post) => this.#postJson(post)), paging: { start, count, links: [] } })
  }

  #postJson(post: SimulatedPost): Record<string, unknown> {
    return {
      id: post.externalId,
      author: organization,
      commentary: typeof post.extra.commentary === 'string' ? post.extra.commentary : post.text,
      createdAt: post.at,
      publishedAt: post.at,
      lastModifiedAt: post.at,
      lifecycleState: 'PUBLISHED',
      visibility: 'PUBLIC',
      ...(post.extra.content === undefined ? {} : { content: post.extra.content }),
    }
  }

  #statistics({ query }: WireRequest): WireAnswer {
    if (!this.mayRead) return problem(403, 'Not enough permissions to access: GET /organizationalEntityShareStatistics')
    if (query.get('q') !== 'organizationalEntity' || query.get('organizationalEntity') !== organization)
      return problem(400, 'organizationalEntity is not valid')
    const day = query.get('timeIntervals')
    if (day !== null) {
      if (!/^\(timeRange:\(start:\d+,end:\d+\),timeGranularityType:DAY\)$/.test(day))
        return problem(400, 'timeIntervals is not valid')
      const { impressions, clicks } = this.channelFigures
      const totalShareStatistics = {
        ...(impressions === undefined ? {} : { impressionCount: impressions }),
        ...(clicks === undefined ? {} : { clickCount: clicks }),
      }
      return ok({ elements: [{ organizationalEntity: organization, totalShareStatistics }] })
    }
    const elements = (['shares', 'ugcPosts'] as const).flatMap((name) => {
      const asked = /^List\((.*)\)$/.exec(query.get(name) ?? '')?.[1]?.split(',') ?? []
      const type = name === 'shares' ? 'share' : 'ugcPost'
      if (asked.some((id) => !id.startsWith(`urn:li:${type}:`)))
        this.violation(`GET statistics: ${name} of another type`)
      return asked.flatMap((id) => {
        const post = this.posts.get(id)
        return post === undefined
          ? []
          : [{ organizationalEntity: organization, [type]: id, totalShareStatistics: figures(post) }]
      })
    })
    return ok({ elements, paging: { start: 0, count: 10, links: [] } })
  }

  // ---- comments ---------------------------------------------------------------------------------------------------

  #answer(request: WireRequest): WireAnswer {
    const under = request.params.urn ?? ''
    const body = request.json() as {
      actor?: string
      object?: string
      parentComment?: string
      message?: { text?: string }
    }
    const text = body.message?.text ?? ''
    const parent = this.#comments.get(under)
    const share = this.#shares.has(under)
    if (body.actor !== organization) return problem(403, 'actor is not permitted')
    if (parent === undefined && !share && !this.posts.has(under)) return problem(404, 'The entity is not known')
    if (text === '' || text.length > 1250) return inputError('message is not valid', 'message/text')
    if (parent !== undefined) {
      if (body.parentComment !== under) return inputError('parentComment is missing', 'parentComment')
      if (parent.parent !== undefined) return inputError('Comments have two levels', 'parentComment')
      if (body.object !== activityOf(parent.postId)) return inputError('object is not the one commented on', 'object')
    } else if (body.parentComment !== undefined || body.object !== under)
      return inputError('object is not the one commented on', 'object')
    const object = body.object ?? ''
    const id = this.#id()
    const comment: Comment = {
      id,
      urn: `urn:li:comment:(${object},${id})`,
      postId: parent?.postId ?? under,
      ...(parent === undefined ? { parent: under } : { parent: parent.urn }),
      by: organization,
      text,
      gone: false,
    }
    this.#comments.set(comment.urn, comment)
    return {
      status: 201,
      headers: { 'x-restli-id': id },
      json: { id, actor: organization, object, commentUrn: comment.urn, message: { text } },
    }
  }

  #deleteComment({ params, query }: WireRequest): WireAnswer {
    const comment = this.#comments.get(`urn:li:comment:(${params.urn},${params.id})`)
    if (query.get('actor') !== organization) return problem(403, 'actor is not permitted')
    if (comment === undefined || comment.gone) return problem(404, 'The comment is not known')
    comment.gone = true
    return { status: 204 }
  }

  override answersTo(externalId: string): readonly string[] {
    return [...this.#comments.values()]
      .filter((one) => one.by === organization && one.parent === externalId)
      .map((one) => one.text)
  }

  override standing(externalId: string): 'visible' | 'deleted' {
    const comment = this.#comments.get(externalId)
    return comment === undefined || comment.gone ? 'deleted' : 'visible'
  }

  // ---- what comes in ----------------------------------------------------------------------------------------------

  override handshake(): Handshake {
    const challengeCode = '890e4665-4dfe-4ab1-b689-ed553bceeed0'
    const challengeResponse = createHmac('sha256', clientSecret).update(challengeCode).digest('hex')
    return {
      method: 'GET',
      delivery: { headers: {}, query: { challengeCode }, body: new Uint8Array() },
      app: { clientSecret },
      expects: JSON.stringify({ challengeCode, challengeResponse }),
    }
  }

  #notifications({ query }: WireRequest): WireAnswer {
    const range = /^\(start:(\d+),end:(\d+)\)$/.exec(query.get('timeRange') ?? '')
    const actions = /^List\((.*)\)$/.exec(query.get('actions') ?? '')?.[1]?.split(',') ?? []
    if (query.get('q') !== 'criteria' || query.get('organizationalEntity') !== organization || range === null)
      return problem(400, 'criteria are not valid')
    const start = Number(query.get('start') ?? 0)
    const count = Math.min(Number(query.get('count') ?? 10), this.pageSize)
    const all = this.#told
      .filter(
        ({ action, lastModifiedAt: at }) => actions.includes(action) && at >= Number(range[1]) && at < Number(range[2]),
      )
      .sort((a, b) => b.notificationId - a.notificationId)
    return ok({
      elements: all.slice(start, start + count).map(({ json }) => json),
      paging: { start, count, links: [] },
    })
  }

  async comment(onExternalId: string, text: string, by: Person = somebody): Promise<Injected> {
    const id = this.#id()
    const urn = `urn:li:comment:(${activityOf(onExternalId)},${id})`
    const comment: Comment = { id, urn, postId: onExternalId, by: by.externalId, text, gone: false }
    this.#comments.set(urn, comment)
    return { externalId: urn, delivery: await this.#tellOf(comment, 'COMMENT') }
  }

  /** An administrator answers in the name of the page. */
  override async answerInApp(externalId: string, text: string): Promise<Injected> {
    const on = this.#comments.get(externalId)
    if (on === undefined) throw new Error(`The simulator has no comment ${externalId}.`)
    const id = this.#id()
    const urn = `urn:li:comment:(${activityOf(on.postId)},${id})`
    const comment: Comment = { id, urn, postId: on.postId, by: organization, text, gone: false, parent: externalId }
    this.#comments.set(urn, comment)
    return { externalId: urn, delivery: await this.#tellOf(comment, 'ADMIN_COMMENT') }
  }

  override async change(
    externalId: string,
    action: 'edited' | 'deleted' | 'hidden' | 'unhidden',
    text?: string,
  ): Promise<Injected | undefined> {
    const comment = this.#comments.get(externalId)
    if (comment === undefined) throw new Error(`The simulator has no comment ${externalId}.`)
    if (action === 'hidden' || action === 'unhidden') return undefined
    comment.text = text ?? comment.text
    if (action === 'deleted') comment.gone = true
    return {
      externalId,
      delivery: await this.#tellOf(comment, action === 'edited' ? 'COMMENT_EDIT' : 'COMMENT_DELETE'),
    }
  }

  #tellOf(comment: Comment, action: string): Promise<RawDelivery> {
    const activity = activityOf(comment.postId)
    return this.#tell(action, {
      sourcePost: activity,
      decoratedSourcePost: { owner: organization, mediaCategory: 'NONE', entity: comment.postId },
      // In short here, in full beside it.
      generatedActivity: comment.urn.replace('urn:li:activity', 'activity'),
      ...(action === 'COMMENT_DELETE'
        ? {}
        : {
            decoratedGeneratedActivity: {
              comment: {
                owner: comment.by,
                text: comment.text,
                entity: comment.urn,
                object: activity,
                ...(comment.parent === undefined ? {} : { parentComment: comment.parent }),
              },
            },
          }),
    })
  }

  async mention(text: string, by: Person = somebody): Promise<Injected> {
    const share = `urn:li:share:${this.#id()}`
    this.#shares.set(share, text)
    const delivery = await this.#tell('SHARE_MENTION', {
      sourcePost: share,
      generatedActivity: share,
      decoratedGeneratedActivity: { share: { owner: by.externalId, text, entity: share, mediaCategory: 'NONE' } },
    })
    return { externalId: share, delivery }
  }

  directMessage(): Promise<Injected> {
    throw new Error('LinkedIn shows no messages to apps.')
  }

  async #tell(action: string, more: Record<string, unknown>): Promise<RawDelivery> {
    const told = {
      notificationId: 5_603_450_000 + this.#told.length,
      lastModifiedAt: this.now(),
      action,
      json: {},
    }
    const json = {
      subscriber: person,
      organizationalEntity: organization,
      action,
      notificationId: told.notificationId,
      lastModifiedAt: told.lastModifiedAt,
      ...more,
    }
    this.#told.push({ ...told, json })
    const body = new Uint8Array(
      Buffer.from(JSON.stringify({ type: 'ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS', notifications: [json] })),
    )
    const headers = { 'content-type': 'application/json', [this.signing.header]: this.signing.sign(body, clientSecret) }
    const delivery = { headers, query: {}, body }
    await this.deliver(delivery)
    return delivery
  }
}

/** The activity of a post: what comments hang on. */
const activityOf = (post: string) => `urn:li:activity:${BigInt(post.split(':').at(-1) ?? 0) + 1_000_000n}`

function figures(post: SimulatedPost): Record<string, number> {
  const told: Record<string, number> = { engagement: 0 }
  for (const [name, theirs] of Object.entries(statisticOf)) {
    const value = post.counters[name as CounterName]
    if (value !== undefined) told[theirs] = value
  }
  return told
}
