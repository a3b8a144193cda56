/** Drives one connector against one simulator as the product does: credentials, leases, checkpoints, looks after a lost answer. */

import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { systemClock } from '../../shared/kernel/clock.ts'
import { AppError } from '../../shared/kernel/errors.ts'
import { newId, systemRandom } from '../../shared/kernel/ids.ts'
import { type Agents, createAgents, createDialer, createHttpClient } from '../../shared/networks/http/index.ts'
import type {
  AnyConnector,
  AppConfig,
  ChannelCall,
  Checkpoint,
  Connected,
  Content,
  Counters,
  Discarded,
  Found,
  Live,
  Media,
  NetworkTools,
  Outcome,
  Prepared,
  Removal,
} from '../../shared/networks/network.ts'
import type { Access, Simulator } from '../simulators/simulator.ts'
import { InstantNewsletters } from '../support/newsletters.ts'

/** Thrown at a chosen moment: what a killed function looks like from inside. */
export class Crash extends Error {}

/** Where to crash: at the n-th await of `begin` or `saveCheckpoint` (0 is the first), before or after it was recorded. */
interface CrashAt {
  readonly index: number
  readonly recorded: boolean
}

interface Run {
  readonly key: string
  readonly content: Content
  readonly dueAt: number
  checkpoint: Checkpoint | undefined
  /** When the step began whose end is not kept yet (ms); undefined if there is none. */
  since: number | undefined
  /** Every `begin` and `saveCheckpoint`, with the number of requests the simulator had seen by then. */
  readonly steps: { readonly kind: 'begin' | 'save'; readonly requests: number }[]
}

export class Session {
  readonly connector: AnyConnector
  readonly simulator: Simulator | undefined
  /** Counters that came by webhook, as the product keeps them. */
  readonly told = new Map<string, Counters>()
  /** How often the credentials were refreshed. */
  refreshes = 0
  readonly newsletters = new InstantNewsletters()
  connected: Connected<unknown, unknown>
  #credentials: unknown
  #refreshing: Promise<unknown> | undefined
  /** The network's posts that belong to a publication, as the product keeps them. */
  readonly #owners = new Map<string, string>()
  readonly #app: AppConfig

  private constructor(
    connector: AnyConnector,
    simulator: Simulator | undefined,
    app: AppConfig,
    connected: Connected<unknown, unknown>,
  ) {
    this.connector = connector
    this.simulator = simulator
    this.#app = app
    this.connected = connected
    this.#credentials = connected.credentials
  }

  static async open(connector: AnyConnector, simulator: Simulator | undefined, access: Access): Promise<Session> {
    return new Session(connector, simulator, access.app, await connect(connector, access, simulator))
  }

  /** A person connects the channel again. */
  async reconnect(access: Access): Promise<void> {
    this.connected = await connect(this.connector, access, this.simulator)
    this.#credentials = this.connected.credentials
  }

  get credentials(): unknown {
    return this.#credentials
  }

  tools(signal?: AbortSignal): NetworkTools {
    return tools(this.#app, signal)
  }

  call(signal?: AbortSignal): ChannelCall<unknown, unknown> {
    return {
      ...this.tools(signal),
      workspaceId: 'ws_01J00000000000000000000000',
      channelId: 'chan_01J00000000000000000000000',
      account: this.connected.account,
      settings: this.connected.settings,
      limits: this.connected.limits ?? this.connector.limits,
      credentials: { current: () => this.#credentials, refresh: () => this.#refresh() },
      told: async (externalIds) => {
        const told = new Map<string, Counters>()
        for (const id of externalIds) {
          const counters = this.told.get(id)
          if (counters !== undefined) told.set(id, counters)
        }
        return told
      },
      hits: async (publicationIds) => new Map(publicationIds.map((id) => [id, 3])),
      newsletters: this.newsletters,
    }
  }

  #refresh(): Promise<unknown> {
    this.#refreshing ??= this.#refreshOnce().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async #refreshOnce(): Promise<unknown> {
    if (this.connector.refresh === undefined)
      throw new AppError('unauthenticated', 'reconnect_needed', 'These credentials cannot be refreshed.')
    this.refreshes += 1
    const { credentials } = await this.connector.refresh(this.tools(), this.#credentials)
    this.#credentials = throughJson(credentials)
    return this.#credentials
  }

  run(content: Content, key = newKey()): Run {
    return { key, content, dueAt: systemClock.now(), checkpoint: undefined, since: undefined, steps: [] }
  }

  /** One attempt. Follows `processing` to its end. Throws {@link Crash} where it was told to. */
  async publish(run: Run, options: { readonly crash?: CrashAt; readonly signal?: AbortSignal } = {}): Promise<Outcome> {
    let calls = 0
    const step = (kind: 'begin' | 'save', record: () => void) => {
      const crashes = options.crash?.index === calls++
      if (!crashes || options.crash?.recorded) record()
      if (crashes) throw new Crash(`killed at ${kind} ${calls - 1}`)
    }
    for (let looks = 0; looks < 50; looks++) {
      const outcome = await this.connector.publish({
        ...this.call(options.signal),
        content: run.content,
        key: run.key,
        dueAt: run.dueAt,
        checkpoint: run.checkpoint,
        saveCheckpoint: async (checkpoint) =>
          step('save', () => {
            run.checkpoint = throughJson(checkpoint)
            // what was begun has come to its end: nothing of it is in doubt any more
            run.since = undefined
            run.steps.push({ kind: 'save', requests: this.#requests() })
          }),
        begin: async () =>
          step('begin', () => {
            run.since ??= systemClock.now()
            run.steps.push({ kind: 'begin', requests: this.#requests() })
          }),
      })
      if (outcome.kind === 'accepted') this.#owners.set(outcome.externalId, run.key)
      if (outcome.kind !== 'processing') return outcome
      run.checkpoint = throughJson(outcome.checkpoint)
      await systemClock.sleep(20)
    }
    throw new Error('The network never finished processing.')
  }

  /** The work ahead of its second, followed to its end. Throws {@link Crash} where it was told to. */
  async prepare(run: Run, crash?: CrashAt): Promise<Prepared> {
    let calls = 0
    for (let looks = 0; looks < 50; looks++) {
      const prepared = await this.connector.prepare?.({
        ...this.call(),
        content: run.content,
        key: run.key,
        dueAt: run.dueAt,
        checkpoint: run.checkpoint,
        saveCheckpoint: async (checkpoint) => {
          const crashes = crash?.index === calls++
          if (!crashes || crash?.recorded) {
            run.checkpoint = throughJson(checkpoint)
            run.steps.push({ kind: 'save', requests: this.#requests() })
          }
          if (crashes) throw new Crash(`killed at save ${calls - 1}`)
        },
      })
      if (prepared === undefined) throw new Error(`${this.connector.name} has nothing to prepare.`)
      if (prepared.kind === 'prepared' || prepared.kind === 'preparing')
        run.checkpoint = throughJson(prepared.checkpoint)
      if (prepared.kind !== 'preparing') return prepared
      await systemClock.sleep(20)
    }
    throw new Error('The network never finished preparing.')
  }

  #requests(): number {
    return this.simulator?.journal.length ?? 0
  }

  async find(run: Run, taken: (externalId: string) => boolean = () => false): Promise<Found> {
    if (this.connector.find === undefined) return { kind: 'unable', message: 'This network cannot be asked.' }
    const found = await this.connector.find({
      ...this.call(),
      content: run.content,
      key: run.key,
      dueAt: run.dueAt,
      checkpoint: run.checkpoint,
      since: run.since ?? run.dueAt,
      taken: async (externalId) => taken(externalId) || (this.#owners.get(externalId) ?? run.key) !== run.key,
    })
    if (found.kind === 'found') this.#owners.set(found.externalId, run.key)
    return found
  }

  /** Whether the product would send again what was not found, shortly after the attempt. */
  get mayResend(): boolean {
    const { authoritative, means, keyWindowSeconds = 0 } = this.connector.capabilities.reconcile
    return authoritative || (means === 'own key' && keyWindowSeconds > 600)
  }

  /** What the product does after a dead attempt: looks if something was begun, and sends again where that cannot double. */
  async recover(run: Run): Promise<Live | undefined> {
    if (run.since !== undefined) {
      const found = await this.find(run)
      if (found.kind === 'found') return found
      if (found.kind === 'resume') run.checkpoint = throughJson(found.checkpoint)
      else if (found.kind === 'unable' || !this.mayResend) return undefined
    }
    const outcome = await this.publish(run)
    if (outcome.kind !== 'accepted') throw new Error(`Sending again ended as ${JSON.stringify(outcome)}`)
    return outcome
  }

  /** What was prepared is not needed any more. */
  discard({ checkpoint = {} }: Run): Promise<Discarded> {
    if (this.connector.discard === undefined) throw new Error(`${this.connector.name} discards nothing.`)
    return this.connector.discard({ ...this.call(), checkpoint })
  }

  remove(live: Live): Promise<Removal> {
    if (this.connector.remove === undefined)
      throw new Error(`${this.connector.name} declares delete, but has no remove.`)
    return this.connector.remove(this.call(), live)
  }
}

const newKey = () => newId('publication', systemClock.now(), systemRandom)

/** What is stored between two functions is JSON: a value that does not survive it is a fault. */
export const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

let agents: Agents | undefined

export function closeConnections(): void {
  agents?.close()
  agents = undefined
}

export function tools(app: AppConfig, signal: AbortSignal = AbortSignal.timeout(30_000)): NetworkTools {
  agents ??= createAgents(true, () => systemClock.now())
  return {
    http: createHttpClient({ allowPrivateHosts: true, clock: systemClock, agents }),
    dial: createDialer({ allowPrivateHosts: true, clock: systemClock }),
    clock: systemClock,
    random: systemRandom,
    app,
    publicUrl: 'https://parvis.example',
    signal,
    hook: async (subject) => ({
      url: `https://parvis.example/webhooks/network/${subject}`,
      secret: hookSecretOf(subject),
    }),
  }
}

/** The secret of one account's own hook in these tests. */
export const hookSecretOf = (subject: string): string =>
  Buffer.from(subject.padEnd(32, '.')).toString('base64url').slice(0, 43)

/** As the product connects: by what a person enters, or by what they agree to on the network's page. */
export async function connect(
  connector: AnyConnector,
  access: Access,
  simulator?: Simulator,
): Promise<Connected<unknown, unknown>> {
  const given = tools(access.app)
  const connected =
    access.oauth === undefined
      ? await connector.connect(given, access.credentials, access.settings)
      : await throughConsent(connector, access, access.oauth, simulator)
  await connector.attach?.(given, connected)
  return {
    ...connected,
    credentials: connector.credentials.parse(throughJson(connected.credentials)),
    settings: connector.settings.parse(throughJson(connected.settings)),
  }
}

async function throughConsent(
  { oauth }: AnyConnector,
  { app }: Access,
  input: unknown,
  simulator: Simulator | undefined,
): Promise<Connected<unknown, unknown>> {
  if (oauth === undefined || simulator === undefined) throw new Error('There is no page to agree on.')
  const redirectUri = 'https://parvis.example/oauth/network/callback'
  const [state, codeVerifier] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')]
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url')
  const started = await oauth.authorize(tools(app), {
    redirectUri,
    state,
    codeChallenge,
    input: oauth.input === undefined ? {} : oauth.input.parse(input),
  })
  const back = new URL(await simulator.consent(started.url))
  expect(`${back.origin}${back.pathname}`).toBe(redirectUri)
  const query = Object.fromEntries(back.searchParams)
  expect(query.state).toBe(state)
  const accounts = await oauth.accounts(tools(app), {
    code: query.code ?? '',
    redirectUri,
    codeVerifier,
    query,
    kept: throughJson(started.kept ?? {}),
  })
  const [first] = accounts
  if (first === undefined) throw new Error('The person opened no account.')
  return first
}

const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

export function image(change: Partial<Media> = {}): Media {
  return {
    id: newId('media', systemClock.now(), systemRandom),
    file: 'one-pixel.png',
    kind: 'image',
    mime: 'image/png',
    bytes: onePixel.byteLength,
    width: 1,
    height: 1,
    alt: 'Une boulangerie au petit matin',
    url: 'https://media.parvis.example/one-pixel.png',
    read: async () => new Uint8Array(onePixel),
    ...change,
  }
}

/** A video of a few kilobytes whose content no simulator reads; `read` answers ranges, as the product's media do. */
export function video(change: Partial<Media> = {}): Media {
  const bytes = new Uint8Array(20_000).map((_, i) => (i * 31) % 251)
  return {
    id: newId('media', systemClock.now(), systemRandom),
    file: 'levain.mp4',
    kind: 'video',
    mime: 'video/mp4',
    bytes: bytes.byteLength,
    width: 1080,
    height: 1920,
    seconds: 20,
    alt: '',
    name: 'levain.mp4',
    url: 'https://media.parvis.example/levain.mp4',
    read: async ({ from, to } = { from: 0, to: bytes.byteLength }) => bytes.slice(from, to),
    ...change,
  }
}

let counter = 0
/** A text no other test uses, with what real posts hold: accents, an emoji of several code points. */
export const newText = (about = 'Bonjour') => `${about} à tous 👩‍🍳 nº ${++counter}-${process.pid}`

export function content(
  texts: readonly string[],
  change: Partial<Content> = {},
  media: readonly Media[] = [],
): Content {
  return {
    parts: texts.map((text, i) => ({ text, media: i === 0 ? media : [] })),
    language: 'fr',
    options: {},
    ...change,
  }
}
