import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import * as z from 'zod'
import { AppError } from '../../shared/kernel/errors.ts'
import type { Connector } from '../../shared/networks/network.ts'

interface Account {
  readonly id: string
  readonly handle: string
  access: string
  refresh: string
}

/**
 * Chorus: a network of these tests, with a server of its own. Access tokens end; a refresh token works once, and spending
 * one twice ends the account's access, as strict networks do.
 */
export class Chorus implements AsyncDisposable {
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () =>
      this.#answer(request.url ?? '', request.headers.authorization ?? '', Buffer.concat(chunks).toString(), response),
    )
  })
  readonly accounts = new Map<string, Account>()
  refreshes = 0
  looks = 0
  #spent = new Set<string>()
  #made = 0
  /** Seconds that refreshed tokens live. */
  lifetime = 3600
  /** How the next refresh goes wrong. */
  fault: 'none' | 'down' | 'refused' = 'none'
  /** Holds refreshes until it resolves. */
  gate: Promise<void> = Promise.resolve()
  /** Which accounts' hooks are subscribed to, by id, each time. */
  readonly hooks: string[] = []
  /** Accounts whose hooks cannot be subscribed to, by id. */
  readonly hookless = new Set<string>()
  /** How many codes were traded. */
  trades = 0
  readonly #codes = new Map<string, { handles: readonly string[]; challenge: string; redirectUri: string }>()
  url = ''

  static async start(): Promise<Chorus> {
    const chorus = new Chorus()
    chorus.#server.listen(0, '127.0.0.1')
    await once(chorus.#server, 'listening')
    const address = chorus.#server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    chorus.url = `http://127.0.0.1:${address.port}`
    return chorus
  }

  account(handle: string): { server: string; access: string; refresh: string } {
    const n = ++this.#made
    const account = { id: `acc-${n}`, handle, access: `ACCESS-s3cret-${n}`, refresh: `REFRESH-s3cret-${n}` }
    this.accounts.set(handle, account)
    return { server: this.url, access: account.access, refresh: account.refresh }
  }

  /** A person agrees at the address they were sent to, and opens these accounts: the query they come back with. */
  consent(authorizeUrl: string, handles: readonly string[]): URLSearchParams {
    const { searchParams } = new URL(authorizeUrl)
    const asked = (name: string) => searchParams.get(name) ?? ''
    const code = `CODE-s3cret-${++this.#made}`
    this.#codes.set(code, { handles, challenge: asked('code_challenge'), redirectUri: asked('redirect_uri') })
    return new URLSearchParams({ code, state: asked('state'), choir: asked('choir') })
  }

  #trade(body: string): object | undefined {
    this.trades++
    const form = new URLSearchParams(body)
    const known = this.#codes.get(form.get('code') ?? '')
    this.#codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (known === undefined || known.challenge !== challenge || known.redirectUri !== form.get('redirect_uri'))
      return undefined
    return { accounts: known.handles.map((handle) => this.accounts.get(handle)) }
  }

  async [Symbol.asyncDispose]() {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(url: string, authorization: string, body: string, response: ServerResponse): Promise<void> {
    const say = (status: number, answer: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    const accounts = [...this.accounts.values()]
    if (url === '/me') {
      this.looks++
      const me = accounts.find((account) => authorization === `Bearer ${account.access}`)
      return void (me === undefined
        ? say(401, { error: 'bad token' })
        : say(200, { id: me.id, handle: me.handle, name: `The ${me.handle}`, picture: `${this.url}/${me.id}.png` }))
    }
    if (url === '/hooks') {
      const me = accounts.find((account) => authorization === `Bearer ${account.access}`)
      if (me === undefined || this.hookless.has(me.id)) return void say(403, { error: 'no hooks for this account' })
      this.hooks.push(me.id)
      return void say(200, {})
    }
    if (url === '/trade') {
      const traded = this.#trade(body)
      return void (traded === undefined ? say(400, { error: 'invalid_grant' }) : say(200, traded))
    }
    this.refreshes++
    await this.gate
    if (this.fault === 'down') return void response.destroy()
    const token = new URLSearchParams(body).get('refresh_token') ?? ''
    const mine = accounts.find((account) => account.refresh === token)
    if (this.fault === 'refused' || mine === undefined || this.#spent.has(token))
      return void say(400, { error: 'invalid_grant' })
    this.#spent.add(token)
    const n = ++this.#made
    Object.assign(mine, { access: `ACCESS-s3cret-${n}`, refresh: `REFRESH-s3cret-${n}` })
    say(200, { access_token: mine.access, refresh_token: mine.refresh, expires_in: this.lifetime })
  }
}

const credentials = z.object({
  server: z.string(),
  access: z.string().min(1),
  refresh: z.string(),
  at: z.string().default(''),
})
const settings = z.object({ tone: z.enum(['warm', 'dry']).default('warm'), server: z.string() })
const me = z.object({ id: z.string(), handle: z.string(), name: z.string(), picture: z.string() })
const tokens = z.object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.number() })
const traded = z.object({
  accounts: z.array(z.object({ id: z.string(), handle: z.string(), access: z.string(), refresh: z.string() })),
})
const credentialsInput = credentials.omit({ at: true }).extend({ expiresInSeconds: z.number().optional() })

type Settings = z.infer<typeof settings>
type Credentials = z.infer<typeof credentials>

export const chorusConnector: Connector<Credentials, Settings> = {
  name: 'chorus',
  title: 'Chorus',
  app: [],
  capabilities: {
    reconcile: { means: 'none', authoritative: false, settleSeconds: 0 },
    publishes: ['text'],
    delete: false,
    threads: false,
    comesIn: ['poll'],
    actions: [],
    counters: ['likes'],
    channelCounters: [],
    fetchesMedia: false,
    rate: { burst: 10, perHour: 100 },
  },
  limits: { text: { max: 100, unit: 'characters' }, media: { maxCount: 0 }, maxParts: 1 },
  credentialsInput,
  settingsInput: settings.omit({ server: true }),
  credentials,
  settings,
  options: z.object({}),
  async connect(tools, input, wishes) {
    const { expiresInSeconds, ...given } = credentialsInput.parse(input)
    const answer = await tools.http.send({
      method: 'GET',
      url: `${given.server}/me`,
      headers: { authorization: `Bearer ${given.access}` },
    })
    if (answer.status !== 200)
      throw new AppError('unauthenticated', 'credentials_refused', 'Chorus does not take this token.')
    const { id, ...rest } = me.parse(answer.json())
    return {
      account: { externalId: id, ...rest },
      credentials: { ...given, at: tools.app.clientId ?? '' },
      settings: { ...settings.omit({ server: true }).parse(wishes), server: given.server },
      ...(expiresInSeconds === undefined ? {} : { expiresAt: tools.clock.now() + expiresInSeconds * 1000 }),
    }
  },
  async refresh(tools, old) {
    const answer = await tools.http.send({
      method: 'POST',
      url: `${old.server}/token`,
      form: { refresh_token: old.refresh },
    })
    if (answer.status !== 200) throw new AppError('unauthenticated', 'reconnect_needed', 'Chorus asks to log in again.')
    const { access_token: access, refresh_token: refresh, expires_in } = tokens.parse(answer.json())
    return { credentials: { ...old, access, refresh }, expiresAt: tools.clock.now() + expires_in * 1000 }
  },
  oauth: {
    input: z.object({ choir: z.string().max(20).default('main') }),
    scopes: ['sing'],
    async authorize({ app }, { redirectUri, state, codeChallenge, input }) {
      if (!app.server) throw new AppError('unprocessable', 'network_not_configured', 'There is no app of Chorus yet.')
      const { choir } = z.object({ choir: z.string() }).parse(input)
      const query = { redirect_uri: redirectUri, state, code_challenge: codeChallenge, choir }
      return { url: `${app.server}/authorize?${new URLSearchParams(query)}`, kept: { choir, note: 'KEPT-s3cret' } }
    },
    async accounts({ http, app, clock }, { code, codeVerifier, redirectUri, query, kept }) {
      if (query.choir !== kept.choir) throw new AppError('unprocessable', 'other_choir', 'This is another choir.')
      const form = { code, code_verifier: codeVerifier, redirect_uri: redirectUri }
      const answer = await http.send({ method: 'POST', url: `${app.server}/trade`, form })
      if (answer.status !== 200)
        throw new AppError('unauthenticated', 'credentials_refused', 'Chorus takes no such code.')
      return traded.parse(answer.json()).accounts.map(({ id, handle, access, refresh }) => ({
        account: { externalId: id, handle, name: `The ${handle}` },
        credentials: { server: app.server ?? '', access, refresh, at: '' },
        settings: { tone: 'warm' as const, server: app.server ?? '' },
        expiresAt: clock.now() + 3_600_000,
      }))
    },
  },
  async attach({ http }, { credentials: { server, access } }) {
    const headers = { authorization: `Bearer ${access}` }
    const answer = await http.send({ method: 'POST', url: `${server}/hooks`, headers })
    if (answer.status !== 200)
      throw new AppError('forbidden', 'permission_missing', 'Chorus lets nobody listen to this account.')
  },
  review: () => ({ length: 0, limit: 100, unit: 'characters', problems: [] }),
  publish: async () => ({ kind: 'accepted', externalId: 'x' }),
}
