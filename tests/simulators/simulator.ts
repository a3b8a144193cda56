/**
 * What every wire-level simulator of a network is: a real http server on loopback with state, strict about what it is
 * sent, and with faults on demand. The conformance kit tests connectors against it; `npm start -- --demo` connects
 * channels to it. Runs in plain Node, with no dependency.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AppConfig, ChannelCounterName, CounterName, RawDelivery } from '../../shared/networks/network.ts'
import { consentPage } from './consent-page.ts'

/**
 * What a request does, as a fault or a test names it. `publish` makes a post (or a first comment) visible; uploads do not;
 * `act` answers or moderates what came in;
 * `consent` is the page where a person agrees: they are no connector, and no fault of "any" request meets them.
 */
export type Act = 'publish' | 'remove' | 'media' | 'auth' | 'read' | 'act' | 'consent'

export type LimitForm = 'seconds' | 'date' | 'none'
export type Refusal = 'policy' | 'invalid' | 'duplicate' | 'permission'

/** One thing that goes wrong, once. `on` says with which kind of request (default `publish`), `skip` lets that many pass first. */
export type Fault = { readonly on?: Act | 'any'; readonly skip?: number } & (
  | { readonly kind: 'limited'; readonly wait: LimitForm; readonly seconds: number }
  /** Answered by the server's front before anything was done. */
  | { readonly kind: 'server_error'; readonly status: number; readonly retryAfterSeconds?: number }
  /** Acts, then cuts the connection, or keeps silent until it is closed. */
  | { readonly kind: 'lost'; readonly how: 'cut' | 'silent' }
  /** Does nothing and cuts the connection: to the caller it looks like `lost`. */
  | { readonly kind: 'dropped' }
  /** Acts, and its success is answered by a page that a proxy put before it: status and headers stay. */
  | { readonly kind: 'unreadable' }
  /** The access token has expired at this moment. */
  | { readonly kind: 'expired' }
  | { readonly kind: 'slow'; readonly ms: number }
  /** The network says no, in its own words. */
  | { readonly kind: 'refused'; readonly reason: Refusal }
)

export interface WireRequest {
  readonly method: string
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The body as a JSON object; {} if it is none. */
  json(): Record<string, unknown>
  /** The fields of a form, urlencoded or multipart, files included. */
  form(): Promise<FormData>
}

export interface WireAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly body?: string | Uint8Array
}

export interface Route {
  readonly method: string
  /** `/api/v1/statuses/:id`; a parameter takes one path segment. */
  readonly path: string
  readonly act: Act | ((request: WireRequest) => Act | Promise<Act>)
  handle(request: WireRequest): WireAnswer | Promise<WireAnswer>
}

/** One request in the order it arrived. `answered` is undefined where the answer was lost on purpose. */
export interface JournalEntry {
  readonly method: string
  readonly path: string
  readonly act: Act
  answered: number | undefined
}

export interface SimulatedPost {
  readonly externalId: string
  text: string
  /** When it appeared (ms). */
  readonly at: number
  readonly parentExternalId?: string | undefined
  readonly media: readonly { readonly mime: string; readonly bytes: number; readonly alt: string }[]
  /** What the network knows about it; a counter that is not here is one the network does not tell. */
  counters: Partial<Record<CounterName, number>>
  /** What the network's own answers need besides. */
  readonly extra: Readonly<Record<string, unknown>>
}

export interface Person {
  readonly externalId: string
  readonly handle: string
  readonly name: string
}

export interface Injected {
  readonly externalId: string
  /** The signed delivery, for networks with webhooks: already sent if `webhookTarget` is set. */
  readonly delivery?: RawDelivery
}

/** What a person enters to connect a channel to this simulator, and what the deployment then knows of the app. */
export interface Access {
  /** For networks that are connected by OAuth alone: what `POST /v1/channels/connect` takes besides the network. */
  readonly oauth?: Readonly<Record<string, string>>
  readonly credentials: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, unknown>>
  readonly app: Readonly<Record<string, string>>
}

export interface Signing {
  readonly header: string
  /** The fields of the app's document that hold secrets; `hookSecret` for networks with a hook per account. */
  readonly secretNames: readonly string[]
  /** `headers`: the other headers of the delivery, for networks that sign a timestamp too. */
  sign(body: Uint8Array, secret: string, headers: Readonly<Record<string, string>>): string
  /** Whether the signature depends on the body. Default true; false where a header merely equals a secret. */
  readonly coversBody?: boolean
  /** For key pairs: what signs, and what the app's document then holds. Default: one text for both. */
  pair?(name: string): { readonly signs: string; readonly known: string }
}

/** A request that checks the address of a webhook, and what answers it. */
export interface Handshake {
  readonly method: 'GET' | 'POST'
  readonly delivery: RawDelivery
  /** The app's document with which the answer is right … */
  readonly app: AppConfig
  readonly expects: string
  /** … and one with which it must be refused with 403, where the network proves who it is. */
  readonly refusing?: AppConfig
}

export interface StartOptions {
  /** 0 takes a free one. */
  readonly port?: number
  /** Keeps the posts over a restart, for the demo: they are read from here, and written with every change. */
  readonly file?: string
}

export abstract class Simulator {
  /** Every list that is read begins with an item that is not as the platform describes it. */
  spoiled = false
  abstract readonly network: string
  /** Which of the refusals this network knows. */
  abstract readonly refusals: readonly Refusal[]
  /** Every request that reached a route, in order. */
  readonly journal: JournalEntry[] = []
  /** What no strict server would have taken: unknown routes and parameters, missing headers. Tests expect it empty. */
  readonly violations: string[] = []
  /** Where webhooks go; undefined: they are only handed to whoever injected. */
  webhookTarget: string | undefined
  /** How many inbound things one page holds at most, below what a caller asks for. */
  pageSize = 40
  /** How often a file or a post is still worked on when it is looked at; undefined where the network answers at once. */
  processingLooks: number | undefined
  followers = 0
  /** What the network tells of the account besides `followers`. */
  channelFigures: Partial<Record<ChannelCounterName, number>> = {}
  /** Told of every request that reaches a route, before it is answered: what checks contracts listens here. */
  static observe: ((network: string, request: WireRequest, route: Route) => void) | undefined
  protected readonly posts = new Map<string, SimulatedPost>()
  /** The clock of the network. */
  protected readonly now: () => number
  private readonly faults: { fault: Fault; skip: number }[] = []
  private readonly silent = new Set<ServerResponse>()
  private server: Server | undefined
  private address = ''
  protected file: string | undefined

  constructor(now: () => number = Date.now) {
    this.now = now
  }

  protected abstract routes(): readonly Route[]
  /** What to enter. `bad` credentials are refused; another `url` leads elsewhere. */
  abstract access(options?: { readonly bad?: boolean; readonly url?: string }): Access
  /** A post that was there before, or that somebody wrote by hand in the network's own app. */
  abstract seedPost(text: string, options?: { readonly at?: number }): SimulatedPost
  abstract comment(onExternalId: string, text: string, by?: Person): Promise<Injected>
  abstract mention(text: string, by?: Person): Promise<Injected>
  abstract directMessage(text: string, by?: Person): Promise<Injected>
  /** A review with stars, for networks that have them. */
  review?(text: string, rating: number, by?: Person): Promise<Injected>
  /** A question asked in public, for networks that have them. */
  question?(text: string, by?: Person): Promise<Injected>
  /** The delivery that tells the counters of a post as they stand, for networks that tell and cannot be asked. */
  tellCounters?(externalId: string): Promise<RawDelivery>
  /** What a person at the brand answers in the network's own app: the platform tells of it, as of what apps send. */
  answerInApp?(externalId: string, text: string): Promise<Injected>
  /** Everything that the platform tells without a text: pictures, contacts, things it has no form for, service messages. */
  wordless?(): Promise<readonly Injected[]>
  /** What the account wrote in answer to something that came in (public, private or message), in order. */
  answersTo?(externalId: string): readonly string[]
  /** How something that came in stands on the network; `banned`: its author is. */
  standing?(externalId: string): 'visible' | 'hidden' | 'held' | 'rejected' | 'spam' | 'deleted' | 'banned'
  /**
   * What a person does on the page where the network asks for consent: agrees, and is sent back. Answers the address.
   * A browser is shown the page (`consent-page.ts`).
   * The page's host is ours, whatever the URL says.
   */
  async consent(authorizeUrl: string): Promise<string> {
    const asked = new URL(authorizeUrl)
    const answer = await fetch(`${this.url}${asked.pathname}${asked.search}`, { redirect: 'manual' })
    const back = answer.headers.get('location')
    if (answer.status !== 302 || back === null)
      throw new Error(`The page for consent answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`)
    return back
  }
  /** How many things were uploaded that nobody sees, for networks that keep them until somebody removes them. */
  leftovers?(): number
  /** Somebody changes all of them, or shows them, in the network's own app. */
  takeOver?(): void
  /** The network's words for a rate limit. */
  protected limited(wait: LimitForm, seconds: number): WireAnswer {
    const headers: Record<string, string> = {}
    if (wait === 'seconds') headers['retry-after'] = String(seconds)
    if (wait === 'date') headers['retry-after'] = new Date(this.now() + seconds * 1000).toUTCString()
    return { status: 429, headers, json: { error: 'Too many requests' } }
  }
  protected abstract refused(reason: Refusal): WireAnswer
  /** The window is over within which the network refuses what was posted before. */
  forgetRepeats(): void {}
  /** The access token stops working now. Where the network has none to refresh it with, `access()` answers a new one. */
  abstract expireToken(): void
  /** Everything that was handed out stops working, refresh tokens too. */
  revoke(): void {
    this.expireToken()
  }

  /** For networks with webhooks: how a delivery is signed, and which names of the app's configuration hold secrets. */
  readonly signing?: Signing
  /** A request that checks the address of the webhook, as the network would make it. */
  handshake?(): Handshake
  /** What somebody does to a comment of theirs, for networks that tell; undefined for what this one does not tell. */
  change?(
    externalId: string,
    action: 'edited' | 'deleted' | 'hidden' | 'unhidden',
    text?: string,
  ): Promise<Injected | undefined>

  async start(options: StartOptions = {}): Promise<this> {
    this.file = options.file
    this.restore()
    const server = createServer((request, response) => {
      this.serve(request, response).catch((error: unknown) => {
        this.violations.push(`${request.method} ${request.url}: the simulator failed: ${String(error)}`)
        if (!response.headersSent) response.writeHead(500)
        response.end()
      })
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(options.port ?? 0, '127.0.0.1', resolve)
    })
    this.server = server
    const bound = server.address()
    this.address = `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : ''}`
    return this
  }

  async stop(): Promise<void> {
    for (const response of this.silent) response.destroy()
    const server = this.server
    if (server === undefined) return
    this.server = undefined
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  get url(): string {
    return this.address
  }

  /** Everything the network shows of this account, oldest first: one entry per part of a thread. */
  live(): readonly SimulatedPost[] {
    return [...this.posts.values()].sort((a, b) => a.at - b.at)
  }

  /** Adds to the queue of faults; each is met once. */
  fault(...faults: Fault[]): void {
    for (const fault of faults) this.faults.push({ fault, skip: fault.skip ?? 0 })
  }

  /** Faults that nothing has met yet. */
  pendingFaults(): readonly Fault[] {
    return this.faults.map((entry) => entry.fault)
  }

  /** Sets these counters of a post; `undefined` makes the network stop telling it. */
  setCounters(externalId: string, counters: Readonly<Partial<Record<CounterName, number | undefined>>>): void {
    const post = this.posts.get(externalId)
    if (post === undefined) throw new Error(`The simulator has no post ${externalId}.`)
    const next: Partial<Record<CounterName, number>> = { ...post.counters }
    for (const [name, value] of typedEntries(counters)) {
      if (value === undefined) delete next[name]
      else next[name] = value
    }
    post.counters = next
    this.keep()
  }

  /** Whole at any moment, whatever ends the process. */
  protected keep(): void {
    if (this.file === undefined) return
    const kept = JSON.stringify({ followers: this.followers, posts: [...this.posts.values()] })
    writeFileSync(`${this.file}.new`, kept, { mode: 0o600 })
    renameSync(`${this.file}.new`, this.file)
  }

  protected restore(): void {
    if (this.file === undefined || !existsSync(this.file)) return
    const kept = JSON.parse(readFileSync(this.file, 'utf8')) as { followers: number; posts: SimulatedPost[] }
    this.followers = kept.followers
    for (const post of kept.posts) this.posts.set(post.externalId, post)
  }

  /** Sends a delivery where webhooks go, as the network would. A receiver that is down is not asked again. */
  protected async deliver(delivery: RawDelivery): Promise<void> {
    if (this.webhookTarget === undefined) return
    const body = new Uint8Array(delivery.body)
    await fetch(this.webhookTarget, { method: 'POST', headers: delivery.headers, body }).catch(() => undefined)
  }

  protected violation(message: string): void {
    this.violations.push(message)
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming)
    const matched = match(this.routes(), request)
    if (matched === undefined) {
      this.violation(`${request.method} ${request.path}: there is no such route`)
      return this.write(response, { status: 404, json: { error: 'Record not found' } })
    }
    const wire = { ...request, params: matched.params }
    const { route } = matched
    const act = typeof route.act === 'function' ? await route.act(wire) : route.act
    const entry: JournalEntry = { method: wire.method, path: wire.path, act, answered: undefined }
    this.journal.push(entry)
    Simulator.observe?.(this.network, wire, route)

    const fault = this.takeFault(act)
    const refusal = this.answerInstead(fault)
    if (refusal !== undefined) {
      entry.answered = refusal.status
      return this.write(response, refusal)
    }
    if (fault?.kind === 'dropped') {
      incoming.socket.destroy()
      return
    }
    if (fault?.kind === 'expired') this.expireToken()
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms))

    const answer = await route.handle(wire)
    if (act === 'publish' || act === 'remove') this.keep()
    if (fault?.kind === 'lost') {
      if (fault.how === 'cut') incoming.socket.destroy()
      else {
        this.silent.add(response)
        response.on('close', () => this.silent.delete(response))
      }
      return
    }
    entry.answered = answer.status
    if (fault?.kind === 'unreadable' && answer.status < 300 && answer.status !== 204) {
      const { json: _, ...rest } = answer
      return this.write(response, { ...rest, body: '<html><body>Maintenance</body></html>' })
    }
    const location = answer.headers?.location
    // A browser gets the page; whoever does not ask for one agrees at once.
    if (act === 'consent' && location !== undefined && /text\/html/.test(wire.headers.accept ?? ''))
      return this.write(response, {
        status: 200,
        body: consentPage(this.network, location, /^fr\b/i.test(wire.headers['accept-language'] ?? '')),
      })
    this.write(response, this.spoiled && act === 'read' ? { ...answer, json: withBrokenItem(answer.json) } : answer)
  }

  private write(response: ServerResponse, answer: WireAnswer): void {
    const body = answer.json === undefined ? (answer.body ?? '') : JSON.stringify(answer.json)
    const type = answer.json === undefined ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8'
    const date = new Date(this.now()).toUTCString()
    response.writeHead(answer.status, { 'content-type': type, date, ...answer.headers })
    response.end(body)
  }

  private answerInstead(fault: Fault | undefined): WireAnswer | undefined {
    if (fault?.kind === 'limited') return this.limited(fault.wait, fault.seconds)
    if (fault?.kind === 'server_error') {
      const { status, retryAfterSeconds: seconds } = fault
      const headers: Record<string, string> = seconds === undefined ? {} : { 'retry-after': String(seconds) }
      return { status, headers, body: '<html><body>Bad gateway</body></html>' }
    }
    if (fault?.kind === 'refused') return this.refused(fault.reason)
    return undefined
  }

  protected takeFault(act: Act): Fault | undefined {
    const index = this.faults.findIndex(({ fault }) => {
      const on = fault.on ?? 'publish'
      return on === 'any' ? act !== 'consent' : on === act
    })
    const entry = this.faults[index]
    if (entry === undefined) return undefined
    if (entry.skip > 0) {
      entry.skip -= 1
      return undefined
    }
    this.faults.splice(index, 1)
    return entry.fault
  }
}

/** An id as the platforms that write 64-bit integers write it: a JSON number with all its digits. */
export function wireInteger(digits: string): unknown {
  if (!/^-?\d+$/.test(digits)) throw new Error(`${digits} is no integer.`)
  // of ECMAScript's “JSON.parse source text access”; TypeScript's library does not know it yet
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(digits)
}

const typedEntries = <K extends string, V>(record: Readonly<Partial<Record<K, V>>>) =>
  Object.entries(record) as [K, V][]

async function readRequest(incoming: IncomingMessage): Promise<Omit<WireRequest, 'params'>> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
  const body = Buffer.concat(chunks)
  const url = new URL(incoming.url ?? '/', 'http://simulator')
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body,
    json: () => {
      try {
        const parsed: unknown = JSON.parse(body.toString('utf8'))
        return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {}
      } catch {
        return {}
      }
    },
    form: async () => {
      const type = headers['content-type'] ?? ''
      if (!type.includes('form')) return new FormData()
      return new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
    },
  }
}

function match(routes: readonly Route[], request: Omit<WireRequest, 'params'>) {
  const segments = request.path.split('/')
  for (const route of routes) {
    const pattern = route.path.split('/')
    if (route.method !== request.method || pattern.length !== segments.length) continue
    const params: Record<string, string> = {}
    const fits = pattern.every((part, index) => {
      const segment = decodeURIComponent(segments[index] ?? '')
      if (!part.startsWith(':')) return part === segment
      params[part.slice(1)] = segment
      return segment !== ''
    })
    if (fits) return { route, params }
  }
  return undefined
}

/** The names under which platforms list what came in; a list may also be the whole answer. */
const listNames = new Set(['data', 'notifications', 'reviews', 'items', 'elements', 'comments'])
const broken = { id: 'broken', created_time: 'never', timestamp: 'never', date_gmt: 'never', createTime: 'never' }

function withBrokenItem(json: unknown, name = 'data'): unknown {
  if (Array.isArray(json)) {
    const items = json.map((item) => withBrokenItem(item, ''))
    const ofObjects = json.every((item) => typeof item === 'object' && item !== null)
    return listNames.has(name) && ofObjects ? [broken, ...items] : items
  }
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, withBrokenItem(value, key)]))
}
