/** What the simulators of Meta's networks share: the Graph API's manners, its errors, its lists, its signed deliveries. */
import { createHmac, randomBytes } from 'node:crypto'
import type { RawDelivery } from '../../shared/networks/network.ts'
import {
  type Handshake,
  type Injected,
  type LimitForm,
  type Person,
  type Refusal,
  type Route,
  type Signing,
  Simulator,
  type WireAnswer,
  type WireRequest,
} from './simulator.ts'

/**
 * Parameters that are gone on every version since 2026-10-27, or that new apps cannot use since 2026-11-04: several ids,
 * formats of dates, another method than the request's, JSONP.
 */
const retired = ['pretty', 'debug', 'date_format', 'ids', 'method', 'callback']
/** Versions that are available on 2026-12-01. v20.0 ended on 2026-09-24. */
const graphVersions = /^v2[1-7]\.0$/

export const ok = (json: unknown): WireAnswer => ({ status: 200, json })
export const graphError = (
  status: number,
  code: number,
  message: string,
  more: Record<string, unknown> = {},
): WireAnswer => ({
  status,
  headers: { 'x-app-usage': '{"call_count":12,"total_cputime":4,"total_time":5}' },
  json: { error: { message, type: 'OAuthException', code, fbtrace_id: 'Asimulated', ...more } },
})
export const missing = (id: string) =>
  graphError(
    400,
    100,
    `Unsupported get request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions`,
    { error_subcode: 33 },
  )
/** What a write gets whose object has no such edge, or is not there. */
export const noSuchEdge = (id: string) =>
  graphError(
    400,
    100,
    `Unsupported post request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
    { error_subcode: 33 },
  )
export const invalidToken = (subcode = 463) =>
  graphError(400, 190, 'Error validating access token: Session has expired.', { error_subcode: subcode })

export const graphTime = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, '+0000')

/** One field of `fields=`: `comments.filter(stream).limit(50){id,from}`. */
export interface Asked {
  readonly name: string
  readonly args: Readonly<Record<string, string>>
  readonly fields: string
}

export function askedIn(fields: string): readonly Asked[] {
  const parts: string[] = []
  let depth = 0
  let part = ''
  for (const char of fields) {
    if ('{('.includes(char)) depth += 1
    if ('})'.includes(char)) depth -= 1
    if (char === ',' && depth === 0) {
      parts.push(part)
      part = ''
    } else part += char
  }
  return [...parts, part].map((one) => {
    const [head = '', ...rest] = one.split('{')
    const name = /^\w+/.exec(head)?.[0] ?? ''
    const args = Object.fromEntries([...head.matchAll(/\.(\w+)\(([^)]*)\)/g)].map((found) => [found[1], found[2]]))
    return { name, args, fields: rest.join('{').replace(/\}$/, '') }
  })
}

/** Reads one object as it was asked for; a field that the node does not have is refused, as the platform refuses it. */
export type Node = Readonly<Record<string, unknown | ((asked: Asked) => unknown)>>
class NoField extends Error {}
function picked(node: Node, fields: string): Record<string, unknown> {
  const found: Record<string, unknown> = 'id' in node ? { id: node.id } : {}
  for (const asked of askedIn(fields)) {
    if (!(asked.name in node)) throw new NoField(asked.name)
    const value = node[asked.name]
    const read: unknown = typeof value === 'function' ? value(asked) : value
    if (read !== undefined) found[asked.name] = read
  }
  return found
}

/** The words of an error inside a field's expansion. */
export class Refusing extends Error {
  readonly answer: WireAnswer
  constructor(answer: WireAnswer) {
    super('refused')
    this.answer = answer
  }
}

/** Fields of a Page that an app may subscribe to, as far as they concern us: Meta's code generator, 2026-04-15. */
const pageFields = [
  'feed',
  'follow',
  'leadgen',
  'mention',
  'message_context',
  'message_deliveries',
  'message_echoes',
  'message_edits',
  'message_reactions',
  'message_reads',
  'messages',
  'messaging_handovers',
  'messaging_optins',
  'messaging_postbacks',
  'messaging_referrals',
  'publisher_subscriptions',
  'ratings',
  'standby',
  'story_share',
  'videos',
]

/** What apps are subscribed to of one Page. A write replaces what this app was subscribed to. */
export class PageSubscriptions {
  readonly #byApp = new Map<string, readonly string[]>()
  readonly #appId: string
  writes = 0

  constructor(appId: string) {
    this.#appId = appId
  }

  get ours(): readonly string[] {
    return this.#byApp.get(this.#appId) ?? []
  }

  set(appId: string, fields: readonly string[]): void {
    this.#byApp.set(appId, fields)
  }

  async write(request: WireRequest): Promise<WireAnswer> {
    const fields = String((await request.form()).get('subscribed_fields') ?? '').split(',')
    if (fields.some((field) => !pageFields.includes(field)))
      return graphError(400, 100, '(#100) Param subscribed_fields[0] must be one of {…}')
    this.writes += 1
    this.set(this.#appId, fields)
    return ok({ success: true })
  }

  nodes(): readonly (Node & { readonly at: number })[] {
    return [...this.#byApp].map(([id, fields]) => ({ id, name: 'An app', subscribed_fields: fields, at: 0 }))
  }
}

/** How Meta signs, and which fields of the app's document hold secrets. */
export const signedWith = (secretNames: readonly string[]): Signing => ({
  header: 'x-hub-signature-256',
  secretNames,
  sign: (body, secret) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
})

export abstract class GraphSimulator extends Simulator {
  readonly refusals: readonly Refusal[] = ['policy', 'invalid', 'duplicate', 'permission']
  override readonly signing: Signing = signedWith(['appSecret', 'previousAppSecret'])
  /** The business object that limits are counted for. */
  protected abstract readonly businessId: string
  protected readonly appSecret: string = 'a-simulated-app-secret'
  /** `object` of deliveries. */
  protected abstract readonly object: string
  /** Of the limit of this business use case. */
  protected readonly limitCode: number = 32
  #serial = 0

  protected newId(): string {
    // From the clock, so that no id comes twice over a restart.
    this.#serial = Math.max(this.now() * 100, this.#serial + 1)
    // … not even within the same millisecond
    const used = [...this.posts.keys()].join(' ')
    while (used.includes(String(this.#serial))) this.#serial += 1
    // Meta's ids are 64-bit integers: 18 digits are more than a JavaScript number holds
    return `${this.#serial}001`
  }

  /** Wraps a handler with what every call is checked for; `token` is what the caller must send now, `proven` with a proof. */
  protected checked(
    route: Route,
    { token, versions = graphVersions, proven = true }: { token: () => string; versions?: RegExp; proven?: boolean },
  ): Route {
    return {
      ...route,
      path: `/:version${route.path}`,
      handle: async (request) => {
        const { params, query, headers, method, path } = request
        if (!versions.test(params.version ?? '')) this.violation(`${method} ${path}: a version that is not alive`)
        for (const name of retired)
          if (query.has(name)) this.violation(`${method} ${path}: the parameter ${name} is gone`)
        if (/\.as\(/.test(query.get('fields') ?? '')) this.violation(`${method} ${path}: field aliases are gone`)
        if (headers['if-none-match'] !== undefined) this.violation(`${method} ${path}: If-None-Match is gone`)
        if (query.has('access_token')) this.violation(`${method} ${path}: the token stands in the address`)
        if (headers.authorization?.replace(/^(Bearer|OAuth) /, '') !== token()) return invalidToken()
        if (
          proven &&
          query.get('appsecret_proof') !== createHmac('sha256', this.appSecret).update(token()).digest('hex')
        )
          return graphError(400, 100, 'API calls from the server require an appsecret_proof argument')
        return this.answered(() => route.handle(request))
      },
    }
  }

  protected async answered(handle: () => WireAnswer | Promise<WireAnswer>): Promise<WireAnswer> {
    try {
      return await handle()
    } catch (error) {
      if (error instanceof Refusing) return error.answer
      if (!(error instanceof NoField)) throw error
      this.violation(`the field ${error.message} does not exist`)
      return graphError(400, 100, `(#100) Tried accessing nonexisting field (${error.message})`)
    }
  }

  protected override limited(wait: LimitForm, seconds: number): WireAnswer {
    const answer = graphError(
      wait === 'none' ? 403 : 400,
      wait === 'none' ? 4 : this.limitCode,
      'Request limit reached',
      {
        is_transient: true,
      },
    )
    if (wait === 'none') return answer
    if (wait === 'date')
      return {
        ...answer,
        headers: { ...answer.headers, 'retry-after': new Date(this.now() + seconds * 1000).toUTCString() },
      }
    const usage = {
      type: 'pages',
      call_count: 100,
      total_cputime: 20,
      total_time: 25,
      estimated_time_to_regain_access: Math.ceil(seconds / 60),
    }
    return {
      ...answer,
      headers: { ...answer.headers, 'x-business-use-case-usage': JSON.stringify({ [this.businessId]: [usage] }) },
    }
  }

  protected refused(reason: Refusal): WireAnswer {
    switch (reason) {
      case 'policy':
        return graphError(400, 368, 'The action attempted has been deemed abusive or is otherwise disallowed', {
          is_transient: false,
        })
      case 'duplicate':
        return graphError(400, 506, 'Duplicate status message')
      case 'permission':
        return graphError(403, 200, '(#200) The permission(s) pages_manage_posts are not available')
      default:
        return graphError(400, 100, '(#100) link URL is not properly formatted')
    }
  }

  // ---- lists ------------------------------------------------------------------------------------------------------

  /** One page of a list, newest first, with cursors. */
  protected listed<T extends { readonly at: number }>(
    all: readonly T[],
    { limit = '25', after = '0', since = '0' }: Readonly<Record<string, string>>,
    node: (one: T) => Node,
    fields: string,
  ) {
    const start = Number(after)
    const size = Math.min(Number(limit), 100, this.pageSize)
    const found = all.filter(({ at }) => at >= Number(since) * 1000).sort((a, b) => b.at - a.at)
    const page = found.slice(start, start + size)
    const end = start + page.length
    const more = end < found.length ? { next: `${this.url}/next` } : {}
    return {
      data: page.map((one) => picked(node(one), fields)),
      ...(page.length === 0 ? {} : { paging: { cursors: { before: after, after: String(end) }, ...more } }),
    }
  }

  protected list<T extends { readonly at: number }>(all: readonly T[], { query }: WireRequest, node: (one: T) => Node) {
    return ok(this.listed(all, Object.fromEntries(query), node, query.get('fields') ?? 'id'))
  }

  protected picked(node: Node, { query }: WireRequest): Record<string, unknown> {
    return picked(node, query.get('fields') ?? 'id')
  }

  protected one(node: Node, request: WireRequest): WireAnswer {
    return ok(this.picked(node, request))
  }

  // ---- deliveries -------------------------------------------------------------------------------------------------

  override handshake(): Handshake {
    const token = 'a-token-chosen-in-the-settings'
    const query = { 'hub.mode': 'subscribe', 'hub.verify_token': token, 'hub.challenge': '1158201444' }
    return {
      method: 'GET',
      delivery: { headers: {}, query, body: new Uint8Array() },
      app: { appSecret: this.appSecret, verifyToken: token },
      expects: '1158201444',
      refusing: { appSecret: this.appSecret, verifyToken: `${token}x` },
    }
  }

  protected told(field: string, value: unknown): Promise<RawDelivery> {
    return this.signed({ id: this.businessId, time: Math.floor(this.now() / 1000), changes: [{ field, value }] })
  }

  protected messaged(by: Person, mid: string, text: string): Promise<RawDelivery> {
    const recipient = { id: this.businessId }
    const messaging = [{ sender: { id: by.externalId }, recipient, timestamp: this.now(), message: { mid, text } }]
    return this.signed({ id: this.businessId, time: this.now(), messaging })
  }

  /** Messages without words, as both networks deliver them. */
  protected wordlessMessages(by: Person): Promise<Injected[]> {
    const url = 'https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1'
    const mid = () => `m_${randomBytes(12).toString('base64url')}`
    const attached = (type: string) => ({ message: { mid: mid(), attachments: [{ type, payload: { url } }] } })
    const said = [
      attached('image'),
      attached('story_mention'),
      {
        message: {
          mid: mid(),
          reply_to: { story: { url, id: '17' } },
          attachments: [{ type: 'image', payload: { url } }],
        },
      },
      { message: { mid: mid(), is_unsupported: true } },
      { postback: { mid: mid(), title: 'Voir la carte', payload: 'MENU' } },
      { referral: { ref: 'vitrine', source: 'SHORTLINK', type: 'OPEN_THREAD' } },
    ]
    return Promise.all(
      said.map(async (one, index) => ({
        externalId: String(index),
        delivery: await this.signed({
          id: this.businessId,
          time: this.now(),
          messaging: [
            { sender: { id: by.externalId }, recipient: { id: this.businessId }, timestamp: this.now(), ...one },
          ],
        }),
      })),
    )
  }

  /** What the account wrote is told too, whoever sent it: `app` is absent where a person did, in the network's own app. */
  protected echoed(to: Person, mid: string, text: string, app?: string): Promise<RawDelivery> {
    const message = { mid, text, is_echo: true, ...(app === undefined ? {} : { app_id: Number(app) }) }
    const [sender, recipient] = [{ id: this.businessId }, { id: to.externalId }]
    return this.signed({
      id: this.businessId,
      time: this.now(),
      messaging: [{ sender, recipient, timestamp: this.now(), message }],
    })
  }

  protected async signed(entry: unknown): Promise<RawDelivery> {
    // Meta escapes what is not ASCII; the signature is over these very bytes.
    const json = JSON.stringify({ object: this.object, entry: [entry] }).replace(
      /[\u0080-\uffff]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    const body = new Uint8Array(Buffer.from(json))
    const headers = {
      'content-type': 'application/json',
      [this.signing.header]: this.signing.sign(body, this.appSecret, {}),
    }
    const delivery = { headers, query: {}, body }
    await this.deliver(delivery)
    return delivery
  }
}

/** What Facebook Login asks a person, and what it hands out: codes once, tokens of an hour, tokens of 60 days. */
export class FacebookLogin {
  readonly appId = '123456789012345'
  readonly #codes = new Map<string, string>()
  readonly #short = new Set<string>()
  readonly #long = new Set<string>()
  readonly #appSecret: string
  readonly #scopes: readonly string[]

  constructor(appSecret: string, scopes: readonly string[]) {
    this.#appSecret = appSecret
    this.#scopes = scopes
  }

  /** `pages`: what `/me/accounts` lists. */
  routes(
    pages: () => readonly Node[],
    list: (pages: readonly Node[], request: WireRequest) => WireAnswer | Promise<WireAnswer>,
  ): readonly Route[] {
    return [
      { method: 'GET', path: '/:version/dialog/oauth', act: 'consent', handle: (request) => this.#consent(request) },
      { method: 'POST', path: '/:version/oauth/access_token', act: 'auth', handle: (request) => this.#token(request) },
      {
        method: 'GET',
        path: '/:version/me/accounts',
        act: 'auth',
        handle: (request) => {
          const token = request.headers.authorization?.replace(/^Bearer /, '') ?? ''
          return this.#long.has(token) ? list(pages(), request) : invalidToken(460)
        },
      },
    ]
  }

  #consent({ query }: WireRequest): WireAnswer {
    const asked = (query.get('scope') ?? '').split(',')
    const back = query.get('redirect_uri') ?? ''
    if (query.get('client_id') !== this.appId || query.get('response_type') !== 'code' || !URL.canParse(back))
      return { status: 400, body: 'Invalid App ID or redirect_uri' }
    if (asked.some((scope) => !this.#scopes.includes(scope)) || this.#scopes.some((scope) => !asked.includes(scope)))
      return { status: 400, body: `Invalid Scopes: ${asked.join(', ')}` }
    const code = randomBytes(24).toString('base64url')
    this.#codes.set(code, back)
    const location = new URL(back)
    location.searchParams.set('code', code)
    location.searchParams.set('state', query.get('state') ?? '')
    return { status: 302, headers: { location: location.href } }
  }

  async #token(request: WireRequest): Promise<WireAnswer> {
    const form = await request.form()
    const field = (name: string) => String(form.get(name) ?? '')
    if (field('client_id') !== this.appId || field('client_secret') !== this.#appSecret)
      return graphError(400, 1, 'Error validating client secret.')
    if (field('grant_type') === 'fb_exchange_token') {
      if (!this.#short.has(field('fb_exchange_token'))) return invalidToken()
      const token = `EAAlong${randomBytes(12).toString('hex')}`
      this.#long.add(token)
      return ok({ access_token: token, token_type: 'bearer', expires_in: 5_183_944 })
    }
    if (this.#codes.get(field('code')) !== field('redirect_uri') || field('code') === '')
      return graphError(400, 100, 'This authorization code has been used.', { error_subcode: 36009 })
    this.#codes.delete(field('code'))
    const token = `EAAshort${randomBytes(12).toString('hex')}`
    this.#short.add(token)
    return ok({ access_token: token, token_type: 'bearer', expires_in: 5_000 })
  }
}
