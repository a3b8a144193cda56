/** A Bluesky server with one account on it and an AppView behind it, by the lexicons and the reference server (PDS 0.5). */
import { createHash, randomBytes } from 'node:crypto'
import { CallError, checkGate, checkPost, type PostRecord } from './bluesky-records.ts'
import {
  type Access,
  type Injected,
  type LimitForm,
  type Person,
  type Refusal,
  type Route,
  type SimulatedPost,
  Simulator,
  type StartOptions,
  type WireAnswer,
  type WireRequest,
} from './simulator.ts'

interface Token {
  readonly scope: 'access' | 'refresh'
  until: number
}

interface Notification {
  readonly uri: string
  readonly reason: 'reply' | 'mention' | 'quote' | 'like'
  readonly reasonSubject?: string
  readonly at: number
  readonly serial: number
  readonly by: Person
  readonly record: Readonly<Record<string, unknown>>
}

const did = 'did:plc:y4rs5mbvq7ltw2hkzjd3xcpf'
const handle = 'boulangerie.bsky.test'
const collection = 'app.bsky.feed.post'
const gates = 'app.bsky.feed.threadgate'
const somebody: Person = { externalId: 'did:plc:lea2martin4dhzq7xk5vwbtc', handle: 'lea.bsky.test', name: 'Léa Martin' }
const accessMs = 2 * 3_600_000
const refreshMs = 90 * 86_400_000

const fail = (status: number, error: string, message: string): WireAnswer => ({ status, json: { error, message } })
const ok = (json: unknown): WireAnswer => ({ status: 200, json })

export class BlueskySimulator extends Simulator {
  readonly network = 'bluesky'
  readonly refusals: readonly Refusal[] = ['invalid', 'permission']
  /** Without one, `app.bsky.*` answers 502. */
  hasAppView = true
  #appPasswords = 1
  readonly #tokens = new Map<string, Token>()
  readonly #logins: number[] = []
  readonly #blobs = new Map<string, { readonly mime: string; readonly bytes: number }>()
  /** Handles that resolve, besides the account's own. */
  readonly handles = new Map<string, string>([[somebody.handle, somebody.externalId]])
  /** What the video service says an account may send today. */
  uploadLimits: Readonly<Record<string, unknown>> = {
    canUpload: true,
    remainingDailyVideos: 25,
    remainingDailyBytes: 10_000_000_000,
  }
  /** How often a video is looked at before it is ready. */
  override processingLooks = 1
  /** What becomes of the next video; undefined: it is made ready. */
  videoFailure: { readonly failureCode: string; readonly message: string } | undefined
  readonly #serviceTokens = new Map<string, { readonly aud: string; readonly lxm: string; readonly until: number }>()
  readonly #jobs = new Map<string, { looks: number; readonly blob: Record<string, unknown>; failed?: object }>()
  readonly #notifications: Notification[] = []
  /** What others wrote: uri → cid. */
  readonly #cids = new Map<string, string>()
  /** By the key of the post they guard. */
  readonly #gates = new Map<string, { readonly value: Record<string, unknown>; readonly cid: string }>()
  #serial = 0
  #routes: readonly Route[] = []

  override async start(options: StartOptions = {}): Promise<this> {
    this.#routes = this.#allRoutes()
    return super.start(options)
  }

  /** The same after a restart, so that a channel of the demo stays connected. */
  get #appPassword(): string {
    return `simulated-app-password-${this.#appPasswords}`
  }

  expireToken(): void {
    for (const token of this.#tokens.values()) if (token.scope === 'access') token.until = 0
  }

  /** The account's owner deletes the app password: its sessions end with it. */
  override revoke(): void {
    this.#tokens.clear()
    this.#appPasswords += 1
  }

  access(options: { readonly bad?: boolean; readonly url?: string } = {}): Access {
    const credentials = {
      service: options.url ?? this.url,
      identifier: handle,
      appPassword: options.bad ? 'aaaa-bbbb-cccc-dddd' : this.#appPassword,
    }
    return { credentials, settings: {}, app: { uploadUrl: this.url } }
  }

  protected routes(): readonly Route[] {
    return this.#routes
  }

  #allRoutes(): readonly Route[] {
    const open = (method: 'GET' | 'POST', name: string, act: Route['act'], handle: Route['handle']): Route => ({
      method,
      path: `/xrpc/${name}`,
      act,
      handle: async (request) => {
        try {
          return await handle(request)
        } catch (error) {
          if (error instanceof CallError) return fail(400, error.code, error.message)
          throw error
        }
      },
    })
    const authorized = (
      method: 'GET' | 'POST',
      name: string,
      act: Route['act'],
      handle: Route['handle'],
      scope: Token['scope'] = 'access',
    ) => open(method, name, act, (request) => this.#refuseToken(request, scope) ?? handle(request))
    const proxied = (name: string, handle: Route['handle']) =>
      authorized('GET', name, 'read', (request) =>
        this.hasAppView ? handle(request) : fail(502, 'UpstreamFailure', 'Upstream service unreachable'),
      )
    return [
      open('POST', 'com.atproto.server.createSession', 'auth', (request) => this.#createSession(request)),
      authorized(
        'POST',
        'com.atproto.server.refreshSession',
        'auth',
        (request) => this.#refreshSession(request),
        'refresh',
      ),
      open('GET', 'com.atproto.identity.resolveHandle', 'read', (request) => this.#resolveHandle(request)),
      authorized('POST', 'com.atproto.repo.uploadBlob', 'media', (request) => this.#uploadBlob(request)),
      authorized(
        'POST',
        'com.atproto.repo.createRecord',
        (request) => (answers(request) ? 'act' : 'publish'),
        (request) => this.#createRecord(request),
      ),
      authorized('GET', 'com.atproto.server.getServiceAuth', 'auth', (request) => this.#getServiceAuth(request)),
      open(
        'GET',
        'app.bsky.video.getUploadLimits',
        'media',
        (request) =>
          this.#refuseService(request, 'app.bsky.video.getUploadLimits', 'did:web:video.bsky.app') ??
          ok(this.uploadLimits),
      ),
      open('POST', 'app.bsky.video.uploadVideo', 'media', (request) => this.#uploadVideo(request)),
      open('GET', 'app.bsky.video.getJobStatus', 'media', (request) => this.#getJobStatus(request)),
      authorized('POST', 'com.atproto.repo.putRecord', 'act', (request) => this.#putRecord(request)),
      authorized('POST', 'com.atproto.repo.deleteRecord', 'remove', (request) => this.#deleteRecord(request)),
      open('GET', 'com.atproto.repo.getRecord', 'read', (request) => this.#getRecord(request)),
      proxied('app.bsky.actor.getProfile', (request) => this.#getProfile(request)),
      proxied('app.bsky.feed.getPosts', (request) => this.#getPosts(request)),
      proxied('app.bsky.notification.listNotifications', (request) => this.#listNotifications(request)),
    ]
  }

  /** The reference server says both how long and until when; a server in front of it may say nothing. */
  protected override limited(wait: LimitForm, seconds: number): WireAnswer {
    const reset = String(Math.ceil(this.now() / 1000) + seconds)
    const told = {
      'ratelimit-limit': '5000',
      'ratelimit-remaining': '0',
      'ratelimit-reset': reset,
      'ratelimit-policy': '5000;w=3600',
    }
    const headers = wait === 'none' ? {} : wait === 'date' ? told : { ...told, 'retry-after': String(seconds) }
    return { status: 429, headers, json: { error: 'RateLimitExceeded', message: 'Rate Limit Exceeded' } }
  }

  protected refused(reason: Refusal): WireAnswer {
    if (reason === 'permission') return fail(401, 'AccountTakedown', 'Account has been taken down')
    return fail(400, 'InvalidRequest', 'Invalid app.bsky.feed.post record: text must not be longer than 300 graphemes')
  }

  // ---- sessions ---------------------------------------------------------------------------------------------------

  #createSession(request: WireRequest): WireAnswer {
    const { identifier, password } = request.json()
    if (typeof identifier !== 'string' || typeof password !== 'string')
      return fail(400, 'InvalidRequest', 'Input must have the properties "identifier" and "password"')
    const window = this.now() - 300_000
    while ((this.#logins[0] ?? Number.POSITIVE_INFINITY) < window) this.#logins.shift()
    if (this.#logins.length >= 30) return this.limited('seconds', 300)
    this.#logins.push(this.now())
    if (![handle, did].includes(identifier) || password !== this.#appPassword)
      return fail(401, 'AuthenticationRequired', 'Invalid identifier or password')
    return ok({ ...this.#session(), email: 'bonjour@boulangerie.example', emailConfirmed: true })
  }

  #refreshSession(request: WireRequest): WireAnswer {
    if (request.body.length > 0)
      return fail(400, 'InvalidRequest', 'A request body was provided when none was expected')
    this.#tokens.delete(bearerOf(request) ?? '')
    return ok(this.#session())
  }

  #session() {
    const accessJwt = this.#issue('access', accessMs)
    const refreshJwt = this.#issue('refresh', refreshMs)
    const service = { id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: this.url }
    return {
      did,
      handle,
      accessJwt,
      refreshJwt,
      active: true,
      didDoc: { id: did, alsoKnownAs: [`at://${handle}`], service: [service] },
    }
  }

  #issue(scope: Token['scope'], ms: number): string {
    const until = this.now() + ms
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = {
      scope: `com.atproto.${scope}`,
      sub: did,
      exp: Math.floor(until / 1000),
      jti: randomBytes(8).toString('hex'),
    }
    const token = `${part({ typ: 'at+jwt', alg: 'HS256' })}.${part(claims)}.${randomBytes(32).toString('base64url')}`
    this.#tokens.set(token, { scope, until })
    return token
  }

  #refuseToken(request: WireRequest, scope: Token['scope']): WireAnswer | undefined {
    const bearer = bearerOf(request)
    if (bearer === undefined) return fail(401, 'AuthMissing', 'Authentication Required')
    const token = this.#tokens.get(bearer)
    if (token === undefined)
      return fail(400, scope === 'refresh' ? 'ExpiredToken' : 'InvalidToken', 'Token could not be verified')
    if (token.scope !== scope) return fail(400, 'InvalidToken', 'Bad token scope')
    return token.until <= this.now() ? fail(400, 'ExpiredToken', 'Token has expired') : undefined
  }

  #resolveHandle({ query }: WireRequest): WireAnswer {
    const asked = query.get('handle') ?? ''
    if (!/^([a-z0-9-]+\.)+[a-z][a-z0-9-]*$/.test(asked)) throw new CallError('handle must be a valid handle')
    const found = asked === handle ? did : this.handles.get(asked)
    return found === undefined ? fail(400, 'HandleNotFound', 'Unable to resolve handle') : ok({ did: found })
  }

  // ---- the repository ---------------------------------------------------------------------------------------------

  #uploadBlob(request: WireRequest): WireAnswer {
    const mime = request.headers['content-type'] ?? ''
    if (mime === '' || request.body.length === 0)
      throw new CallError('Request encoding (Content-Type) required but not provided')
    const link = `bafkrei${hashOf(request.body)}`
    this.#blobs.set(link, { mime, bytes: request.body.length })
    return ok({ blob: { $type: 'blob', ref: { $link: link }, mimeType: mime, size: request.body.length } })
  }

  // ---- the video service ------------------------------------------------------------------------------------------

  #getServiceAuth({ query }: WireRequest): WireAnswer {
    const [aud, lxm, exp] = [query.get('aud') ?? '', query.get('lxm'), Number(query.get('exp'))]
    if (!/^did:(web|plc):[a-zA-Z0-9._%-]+$/.test(aud)) throw new CallError('aud must be a valid atproto DID')
    const seconds = exp - this.now() / 1000
    if (!(seconds > 0 && seconds <= (lxm === null ? 60 : 3600)))
      throw new CallError('expiration is in past, or more than an hour in the future', 'BadExpiration')
    const token = `service.${randomBytes(16).toString('base64url')}`
    this.#serviceTokens.set(token, { aud, lxm: lxm ?? '*', until: exp * 1000 })
    return ok({ token })
  }

  #refuseService(request: WireRequest, lxm: string, aud: string): WireAnswer | undefined {
    const token = this.#serviceTokens.get(bearerOf(request) ?? '')
    if (token === undefined || token.until <= this.now()) return fail(401, 'AuthenticationRequired', 'invalid token')
    if (token.lxm !== lxm || token.aud !== aud) {
      this.violation(`${request.path}: a token for ${token.lxm} at ${token.aud}`)
      return fail(401, 'BadJwtAudience', 'jwt audience does not match service did')
    }
    return undefined
  }

  /** Answers the job itself, not wrapped as the lexicon says: so the real one. */
  #uploadVideo(request: WireRequest): WireAnswer {
    const audience = `did:web:${encodeURIComponent(new URL(this.url).host)}`
    const refused = this.#refuseService(request, 'com.atproto.repo.uploadBlob', audience)
    if (refused !== undefined) return refused
    if (request.query.get('did') !== did || !request.query.get('name')) throw new CallError('did and name are required')
    if (request.headers['content-type'] !== 'video/mp4') throw new CallError('Unsupported content type')
    const link = `bafkrei${hashOf(request.body)}`
    const jobId = hashOf(request.body).slice(0, 20)
    const job = { jobId, did, state: 'JOB_STATE_CREATED' }
    const known = this.#jobs.get(jobId)
    if (known !== undefined && known.failed === undefined)
      return { status: 409, json: { ...job, error: 'already_exists', message: 'Video already processed' } }
    const blob = { $type: 'blob', ref: { $link: link }, mimeType: 'video/mp4', size: request.body.length }
    this.#jobs.set(jobId, {
      looks: this.processingLooks,
      blob,
      ...(this.videoFailure === undefined ? {} : { failed: this.videoFailure }),
    })
    this.videoFailure = undefined
    return ok(job)
  }

  /** The video service forgets what it did. */
  forgetJobs(): void {
    this.#jobs.clear()
  }

  #getJobStatus({ query }: WireRequest): WireAnswer {
    const jobId = query.get('jobId') ?? ''
    const job = this.#jobs.get(jobId)
    if (job === undefined) return fail(400, 'InvalidRequest', 'Job not found')
    const status = { jobId, did, progress: 50 }
    if (job.looks > 0) {
      job.looks -= 1
      return ok({ jobStatus: { ...status, state: 'JOB_STATE_ENCODING' } })
    }
    if (job.failed !== undefined) return ok({ jobStatus: { ...status, state: 'JOB_STATE_FAILED', ...job.failed } })
    const { ref, size } = job.blob as { ref: { $link: string }; size: number }
    this.#blobs.set(ref.$link, { mime: 'video/mp4', bytes: size })
    return ok({ jobStatus: { ...status, state: 'JOB_STATE_COMPLETED', progress: 100, blob: job.blob } })
  }

  #createRecord(request: WireRequest): WireAnswer {
    const { repo, collection: into, rkey, record, ...others } = request.json()
    for (const field of Object.keys(others)) this.violation(`createRecord: unexpected field ${field}`)
    if (repo !== did && repo !== handle) return fail(401, 'AuthenticationRequired', 'Authentication Required')
    if (into !== collection) throw new CallError(`Parvis writes no ${String(into)}`)
    if (rkey === undefined) this.violation('createRecord without a key of its own: sent twice, it would double')
    if (rkey !== undefined && !/^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/.test(String(rkey)))
      throw new CallError('Invalid record key: not a TID')
    const post = checkPost(record, this.#blobs)
    const key = rkey === undefined ? this.#tid(this.now()) : String(rkey)
    // So the reference server: an Error of its tree that nobody translates.
    if (this.posts.has(uriOf(key))) return fail(500, 'InternalServerError', 'Internal Server Error')
    for (const ref of post.reply === undefined ? [] : [post.reply.root, post.reply.parent]) {
      const known = this.posts.get(ref.uri)
      const cid = known === undefined ? this.#cids.get(ref.uri) : cidOf(known)
      if (cid !== ref.cid) this.violation(`createRecord: ${ref.uri} has another cid, or nobody wrote it`)
    }
    const added = this.#add(key, post)
    return ok({
      uri: added.externalId,
      cid: cidOf(added),
      commit: { cid: cidOf(added), rev: this.#tid(this.now()) },
      validationStatus: 'valid',
    })
  }

  /** Of gates alone: Parvis changes nothing else that it wrote. */
  #putRecord(request: WireRequest): WireAnswer {
    const { repo, collection: into, rkey, record, swapRecord, ...others } = request.json()
    for (const field of Object.keys(others)) this.violation(`putRecord: unexpected field ${field}`)
    if (repo !== did && repo !== handle) return fail(401, 'AuthenticationRequired', 'Authentication Required')
    if (into !== gates || typeof rkey !== 'string') throw new CallError(`Parvis writes no ${String(into)}`)
    if (swapRecord === undefined) this.violation('putRecord without swapRecord: it may undo what somebody else does')
    const value = checkGate(record)
    if (value['post'] !== uriOf(rkey)) this.violation('a gate has the key of the post that it guards')
    if (!this.posts.has(uriOf(rkey))) this.violation('a gate guards a post that is there')
    const before = this.#gates.get(rkey)
    if ((before?.cid ?? null) !== swapRecord) return fail(400, 'InvalidSwap', `Record was at ${before?.cid ?? 'null'}`)
    const cid = cidOfText(JSON.stringify(value))
    this.#gates.set(rkey, { value, cid })
    return ok({ uri: `at://${did}/${gates}/${rkey}`, cid, validationStatus: 'valid' })
  }

  override answersTo(externalId: string): readonly string[] {
    return this.live()
      .filter((post) => post.parentExternalId === externalId)
      .map((post) => post.text)
  }

  override standing(externalId: string): 'visible' | 'hidden' {
    const hidden = [...this.#gates.values()].flatMap(({ value }) => value['hiddenReplies'] ?? [])
    return hidden.includes(externalId) ? 'hidden' : 'visible'
  }

  /** What the account's owner did by hand in the official app. */
  seedGate(postUri: string, hiddenReplies: readonly string[]): void {
    const value = {
      $type: gates,
      post: postUri,
      createdAt: new Date(this.now()).toISOString(),
      hiddenReplies,
      allow: [],
    }
    this.#gates.set(postUri.split('/').at(-1) ?? '', { value, cid: cidOfText(postUri) })
  }

  gateOf(postUri: string): Readonly<Record<string, unknown>> | undefined {
    return this.#gates.get(postUri.split('/').at(-1) ?? '')?.value
  }

  #add(rkey: string, record: PostRecord, at = this.now()): SimulatedPost {
    const { images, items, video, alt: videoAlt = '' } = record.embed ?? {}
    const files = video === undefined ? (images ?? items ?? []) : [{ image: video, alt: videoAlt }]
    const post: SimulatedPost = {
      externalId: uriOf(rkey),
      text: record.text,
      at,
      parentExternalId: record.reply?.parent.uri,
      media: files.map(({ image, alt }) => ({ mime: image.mimeType, bytes: image.size, alt })),
      counters: { likes: 0, comments: 0, shares: 0, quotes: 0, saves: 0 },
      extra: { record },
    }
    this.posts.set(post.externalId, post)
    return post
  }

  seedPost(text: string, options: { readonly at?: number } = {}): SimulatedPost {
    const at = options.at ?? this.now()
    return this.#add(this.#tid(at), { $type: collection, text, createdAt: new Date(at).toISOString() }, at)
  }

  /** Deleting what is not there is fine, so the reference server. */
  #deleteRecord(request: WireRequest): WireAnswer {
    const { repo, collection: from, rkey } = request.json()
    if (repo !== did && repo !== handle) return fail(401, 'AuthenticationRequired', 'Authentication Required')
    if (from !== collection || typeof rkey !== 'string')
      throw new CallError('Input must have the properties "collection" and "rkey"')
    this.posts.delete(uriOf(rkey))
    return ok({})
  }

  #getRecord({ query }: WireRequest): WireAnswer {
    for (const name of ['repo', 'collection', 'rkey'])
      if (!query.get(name)) throw new CallError(`Params must have the property "${name}"`)
    const uri = `at://${query.get('repo')}/${query.get('collection')}/${query.get('rkey')}`
    const gate = this.#gates.get(query.get('rkey') ?? '')
    if (query.get('collection') === gates && gate !== undefined) return ok({ uri, ...gate })
    const post = this.posts.get(uri)
    if (post === undefined) return fail(400, 'RecordNotFound', `Could not locate record: ${uri}`)
    return ok({ uri, cid: cidOf(post), value: post.extra['record'] })
  }

  // ---- the AppView ------------------------------------------------------------------------------------------------

  #getProfile({ query }: WireRequest): WireAnswer {
    const actor = query.get('actor')
    if (actor !== did && actor !== handle) return fail(400, 'InvalidRequest', 'Profile not found')
    const avatar = 'https://media.example/avatar.png'
    return ok({
      did,
      handle,
      displayName: 'Boulangerie du Port',
      avatar,
      followersCount: this.followers,
      postsCount: this.posts.size,
    })
  }

  #getPosts({ query }: WireRequest): WireAnswer {
    const uris = query.getAll('uris')
    if (uris.length === 0 || uris.length > 25) throw new CallError('uris must not have more than 25 elements')
    const found = uris.flatMap((uri) => this.posts.get(uri) ?? [])
    return ok({ posts: found.map((post) => this.#postView(post)) })
  }

  #postView(post: SimulatedPost) {
    const { likes, comments, shares, quotes, saves } = post.counters
    return {
      uri: post.externalId,
      cid: cidOf(post),
      author: { did, handle, displayName: 'Boulangerie du Port' },
      record: post.extra['record'],
      likeCount: likes,
      replyCount: comments,
      repostCount: shares,
      quoteCount: quotes,
      bookmarkCount: saves,
      indexedAt: new Date(post.at).toISOString(),
      labels: [],
    }
  }

  /** What the server does with uploads that no record holds. */
  sweepBlobs(): void {
    this.#blobs.clear()
  }

  async comment(onExternalId: string, text: string, by: Person = somebody): Promise<Injected> {
    const parent = this.posts.get(onExternalId)
    if (parent === undefined) throw new Error(`The simulator has no post ${onExternalId}.`)
    let root = parent
    for (let up: SimulatedPost | undefined = parent; up !== undefined; up = this.posts.get(up.parentExternalId ?? ''))
      root = up
    const ref = (post: SimulatedPost) => ({ uri: post.externalId, cid: cidOf(post) })
    return this.#notify('reply', by, { text, reply: { root: ref(root), parent: ref(parent) } }, onExternalId)
  }

  async mention(text: string, by: Person = somebody): Promise<Injected> {
    return this.#notify('mention', by, { text })
  }

  override async wordless(): Promise<readonly Injected[]> {
    const image = {
      alt: 'Un pain',
      image: { $type: 'blob', ref: { $link: 'bafkreipain' }, mimeType: 'image/jpeg', size: 9 },
    }
    const embeds = [
      { $type: 'app.bsky.embed.images', images: [image] },
      {
        $type: 'app.bsky.embed.recordWithMedia',
        record: { $type: 'app.bsky.embed.record', record: { uri: 'at://did:plc:x/app.bsky.feed.post/1', cid: 'b' } },
        media: { $type: 'app.bsky.embed.images', images: [image] },
      },
      {
        $type: 'app.bsky.embed.video',
        video: { $type: 'blob', ref: { $link: 'bafkrei' }, mimeType: 'video/mp4', size: 9 },
      },
    ]
    return embeds.map((embed) => this.#notify('mention', somebody, { text: '', embed }))
  }

  async quote(onExternalId: string, text: string, by: Person = somebody): Promise<Injected> {
    const embed = { $type: 'app.bsky.embed.record', record: { uri: onExternalId, cid: 'bafyreiquoted' } }
    return this.#notify('quote', by, { text, embed }, onExternalId)
  }

  /** Somebody likes: nothing to answer, and not asked for. */
  async like(onExternalId: string, by: Person = somebody): Promise<Injected> {
    return this.#notify('like', by, { subject: { uri: onExternalId } }, onExternalId)
  }

  async directMessage(): Promise<Injected> {
    throw new Error('An app password does not open direct messages.')
  }

  /** `at`: when its author's clock says it was written, which is what the AppView sorts by. */
  #notify(
    reason: Notification['reason'],
    by: Person,
    record: Record<string, unknown>,
    reasonSubject?: string,
    at = this.now(),
  ): Injected {
    const kind = reason === 'like' ? 'app.bsky.feed.like' : collection
    const uri = `at://${by.externalId}/${kind}/${this.#tid(at)}`
    const written = {
      $type: kind,
      createdAt: new Date(at).toISOString(),
      ...(reason === 'like' ? {} : { langs: ['fr'] }),
      ...record,
    }
    const subject = reasonSubject === undefined ? {} : { reasonSubject }
    this.#cids.set(uri, cidOfText(uri))
    this.#notifications.push({ uri, reason, ...subject, at, serial: this.#serial, by, record: written })
    return { externalId: uri }
  }

  /** As {@link mention}, by somebody whose clock is behind. */
  mentionWrittenAt(text: string, at: number, by: Person = somebody): Injected {
    return this.#notify('mention', by, { text }, undefined, at)
  }

  #listNotifications({ query }: WireRequest): WireAnswer {
    const asked = Number(query.get('limit') ?? 50)
    if (!(asked >= 1 && asked <= 100)) throw new CallError('limit can not be greater than 100')
    const reasons = query.getAll('reasons')
    const [beforeAt = '', beforeSerial = ''] = (query.get('cursor') ?? '').split('::')
    const before = beforeAt === '' ? undefined : { at: Number(beforeAt), serial: Number(beforeSerial) }
    const sorted = this.#notifications
      .filter((one) => reasons.length === 0 || reasons.includes(one.reason))
      .filter(
        (one) => before === undefined || one.at < before.at || (one.at === before.at && one.serial < before.serial),
      )
      .sort((a, b) => b.at - a.at || b.serial - a.serial)
    const page = sorted.slice(0, Math.min(asked, this.pageSize))
    const last = page.at(-1)
    return ok({
      ...(last === undefined || page.length === sorted.length ? {} : { cursor: `${last.at}::${last.serial}` }),
      notifications: page.map((one) => ({
        uri: one.uri,
        cid: cidOfText(one.uri),
        author: {
          did: one.by.externalId,
          handle: one.by.handle,
          displayName: one.by.name,
          avatar: 'https://media.example/lea.png',
        },
        reason: one.reason,
        ...(one.reasonSubject === undefined ? {} : { reasonSubject: one.reasonSubject }),
        record: one.record,
        isRead: false,
        indexedAt: new Date(one.at).toISOString(),
        labels: [],
      })),
    })
  }

  #tid(at: number): string {
    this.#serial += 1
    let value = ((BigInt(at) * 1000n + BigInt(this.#serial % 1000)) << 10n) | 7n
    let text = ''
    for (let i = 0; i < 13; i++, value >>= 5n)
      text = `${'234567abcdefghijklmnopqrstuvwxyz'[Number(value & 31n)]}${text}`
    return text
  }
}

const uriOf = (rkey: string) => `at://${did}/${collection}/${rkey}`
const cidOfText = (text: string) => `bafyrei${hashOf(Buffer.from(text))}`
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 52)
const cidOf = (post: SimulatedPost) =>
  `bafyrei${hashOf(Buffer.from(JSON.stringify([post.externalId, post.extra['record']])))}`

function bearerOf(request: WireRequest): string | undefined {
  const [scheme, token] = (request.headers['authorization'] ?? '').split(' ')
  return scheme === 'Bearer' && token ? token : undefined
}

/** Whether a record answers what somebody else wrote. */
function answers(request: WireRequest): boolean {
  const { record } = request.json() as { record?: { reply?: { parent?: { uri?: string } } } }
  const parent = record?.reply?.parent?.uri
  return parent !== undefined && !parent.startsWith(`at://${did}/`)
}
