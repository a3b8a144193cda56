import * as z from 'zod'
import type {
  AnyConnector,
  Capabilities,
  FindCall,
  Found,
  Live,
  Outcome,
  PrepareCall,
  Prepared,
  PublishCall,
  Removal,
} from '../../shared/networks/network.ts'
import type { PublicationRecord } from '../../shared/publishing/record.ts'
import type { Faults } from './faults.ts'
import type { Seeded } from './seeded.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** A post as it lives on the simulated network. */
interface LivePost {
  readonly externalId: string
  readonly channelId: string
  readonly key: string
  readonly part: number
  readonly text: string
  readonly publishedAt: number
  /** Lookups see it only from then on. */
  readonly seenFrom: number
  deleted: boolean
}

/** How the network answers one call that would make something visible. */
export const behaviours = [
  'accept',
  'accept and lose the answer',
  'accept after the time-out', // the network acts on it later than anyone waits
  'lose the request',
  'refuse the connection',
  'limit with seconds',
  'limit the app',
  'fail with 500 after acting',
  'fail with 500 before acting',
  'refuse the content',
  'refuse the token',
  'work on it',
  'stall beyond the lease',
] as const
export type Behaviour = (typeof behaviours)[number]

/** How the network answers the work ahead of an instant. */
export const preparations = [
  'prepare',
  'take a while',
  'refuse the connection',
  'fail with 500',
  'limit with seconds',
  'refuse the content',
  'refuse the token',
  'stall beyond the lease',
] as const
export type Preparation = (typeof preparations)[number]

/** How long before its instant the work on a post begins; less than ticks may lie apart. */
const aheadMs = 90_000

/** What kinds of network there are, as far as the promise is concerned. */
export const profiles: Readonly<
  Record<
    string,
    Pick<Capabilities, 'reconcile' | 'delete' | 'byHand'> & {
      readonly honoursKey: boolean
      readonly prepares?: boolean
    }
  >
> = {
  'own key': {
    reconcile: { means: 'own key', authoritative: true, settleSeconds: 20 },
    delete: true,
    honoursKey: true,
  },
  'own key for an hour': {
    reconcile: { means: 'own key', keyWindowSeconds: 3600, authoritative: false, settleSeconds: 20 },
    delete: true,
    honoursKey: true,
  },
  'authoritative lookup': {
    reconcile: { means: 'lookup', authoritative: true, settleSeconds: 90 },
    delete: true,
    honoursKey: false,
  },
  'doubtful lookup': {
    reconcile: { means: 'lookup', authoritative: false, settleSeconds: 90 },
    delete: true,
    honoursKey: false,
  },
  'prepared ahead': {
    reconcile: { means: 'lookup', authoritative: true, settleSeconds: 90 },
    delete: true,
    honoursKey: false,
    prepares: true,
  },
  'by hand': {
    reconcile: { means: 'none', authoritative: false, settleSeconds: 0 },
    byHand: true,
    delete: false,
    honoursKey: false,
  },
  blind: { reconcile: { means: 'none', authoritative: false, settleSeconds: 0 }, delete: false, honoursKey: false },
}

const checkpointSchema = z.object({
  uploaded: z.boolean().optional(),
  /** What was prepared, word for word. */
  of: z.string().optional(),
  parts: z.array(z.string()).optional(),
  job: z.string().optional(),
})
/** What must never be seen in a log line (I5). */
export const secretToken = 'simulated-secret-token-5e1f'

type Call = PublishCall<unknown, unknown>

/** A stateful network in virtual time. What it did is the truth that the invariants are checked against. */
export class SimulatedNetwork {
  readonly posts: LivePost[] = []
  readonly violations: string[] = []
  behaviour: () => Behaviour = () => 'accept'
  preparation: () => Preparation = () => 'prepare'
  preparationsBegun = 0
  /** Publications of which a call was made that may be visible. */
  readonly called = new Set<string>()
  tokenWorks = true
  /** Channels that a person paused, and since when. */
  readonly pausedSince = new Map<string, number>()
  readonly #profile: (typeof profiles)[string]
  readonly #clock: VirtualClock
  readonly #random: Seeded
  readonly #faults: Faults
  #next = 1

  constructor(profile: string, clock: VirtualClock, random: Seeded, faults: Faults) {
    const found = profiles[profile]
    if (found === undefined) throw new Error(`no profile ${profile}`)
    this.#profile = found
    this.#clock = clock
    this.#random = random
    this.#faults = faults
  }

  /** Live posts of this publication, part by part. */
  liveOf(publicationId: string, part = 0): LivePost[] {
    return this.posts.filter((post) => !post.deleted && post.part === part && post.key.startsWith(`${publicationId}.`))
  }

  readonly connector: AnyConnector = {
    name: 'simulated',
    title: 'Simulated',
    app: [],
    capabilities: {
      reconcile: { means: 'none', authoritative: false, settleSeconds: 0 },
      publishes: ['text', 'thread'],
      delete: true,
      threads: true,
      comesIn: [],
      actions: [],
      counters: [],
      channelCounters: [],
      fetchesMedia: false,
      rate: { burst: 20, perHour: 3600 },
    },
    limits: { text: { max: 500, unit: 'characters' }, media: { maxCount: 0 }, maxParts: 10 },
    credentialsInput: z.unknown(),
    settingsInput: z.unknown(),
    credentials: z.unknown(),
    settings: z.unknown(),
    options: z.record(z.string(), z.unknown()),
    connect: () => Promise.reject(new Error('not simulated')),
    review: (content) => ({ length: content.parts[0]?.text.length ?? 0, limit: 500, unit: 'characters', problems: [] }),
    publish: (call: Call) => this.#publish(call),
  }

  get settleSeconds(): number {
    return this.#profile.reconcile.settleSeconds
  }

  /** The connector of this network's profile. */
  profiled(): AnyConnector {
    const { reconcile, prepares, byHand } = this.#profile
    return {
      ...this.connector,
      ...(prepares === true
        ? { ahead: () => aheadMs, prepare: (call: PrepareCall<unknown, unknown>) => this.#prepare(call) }
        : {}),
      capabilities: {
        ...this.connector.capabilities,
        reconcile,
        byHand: byHand ?? false,
        delete: this.#profile.delete,
      },
      ...(byHand === true ? { externalIdOf: ({ pathname }: URL) => pathname.slice(1) } : {}),
      // a key that is remembered for an hour is its own look-up; the others are asked
      ...(reconcile.means === 'none' || reconcile.keyWindowSeconds !== undefined
        ? {}
        : { find: (call: FindCall<unknown, unknown>) => this.#find(call) }),
      ...(this.#profile.delete ? { remove: (_call: unknown, live: Live) => this.#remove(live) } : {}),
    }
  }

  /** A person publishes what was handed over to them: once, however often they are asked. Answers its address. */
  postByHand({ id, channelId, contentVersion, content }: PublicationRecord): string {
    const known = this.posts.find((post) => post.key.startsWith(`${id}.`))
    const externalId = known?.externalId ?? `ext-${this.#next++}`
    this.called.add(id)
    if (known === undefined)
      this.posts.push({
        externalId,
        channelId,
        key: `${id}.${contentVersion}`,
        part: 0,
        text: content.parts[0]?.text ?? '',
        publishedAt: this.#clock.now(),
        seenFrom: this.#clock.now(),
        deleted: false,
      })
    return `https://net.example/${externalId}`
  }

  async #prepare(call: PrepareCall<unknown, unknown>): Promise<Prepared> {
    this.preparationsBegun++
    this.#mayCall(call.channelId)
    if (this.#clock.now() >= call.dueAt) this.violations.push('late: the work ahead begins after the instant')
    const of = wordsOf(call)
    const done = checkpointSchema.parse(call.checkpoint ?? {})
    if (done.of !== undefined && done.of !== of)
      this.violations.push(`stale: "${done.of}" was prepared, "${of}" goes on from it`)
    await this.#faults.point(async () => {}, true)
    if (!this.tokenWorks) return { kind: 'reauthorize', message: 'The token has expired.' }
    switch (this.preparation()) {
      case 'prepare':
        await call.saveCheckpoint({ of }, { step: 'upload', done: 1, total: 2 })
        await this.#faults.point(async () => {}, true)
        return { kind: 'prepared', checkpoint: { uploaded: true, of } }
      case 'take a while':
        await call.saveCheckpoint({ of })
        return {
          kind: 'preparing',
          lookAt: this.#clock.now() + this.#random.int(0, 60) * 1000,
          checkpoint: { of },
          progress: { step: 'processing', done: 0 },
        }
      case 'refuse the connection':
        return { kind: 'transient', message: 'The connection was refused.' }
      case 'fail with 500':
        throw new Error('The network answered 500.')
      case 'limit with seconds':
        return {
          kind: 'limited',
          until: this.#clock.now() + this.#random.int(1, 400) * 1000,
          scope: 'channel',
          message: 'Too many requests.',
        }
      case 'refuse the content':
        return { kind: 'rejected', reason: 'invalid', message: 'The video is too long.' }
      case 'refuse the token':
        this.tokenWorks = false
        return { kind: 'reauthorize', message: 'The token was revoked.' }
      case 'stall beyond the lease':
        await call.saveCheckpoint({ of })
        await this.#clock.sleep(200_000)
        await call.saveCheckpoint({ of, uploaded: true })
        return { kind: 'prepared', checkpoint: { uploaded: true, of } }
    }
  }

  #mayCall(channelId: string): void {
    const paused = this.pausedSince.get(channelId)
    const started = this.#faults.current.getStore()?.startedAt ?? 0
    if (paused !== undefined && paused < started)
      this.violations.push(`paused: a call on a channel that was paused before its claim`)
  }

  async #publish(call: Call): Promise<Outcome> {
    if (this.#profile.byHand === true) this.violations.push('by hand: the API was called')
    const done = checkpointSchema.parse(call.checkpoint ?? {})
    if (done.of !== undefined && done.of !== wordsOf(call))
      this.violations.push(`stale: "${done.of}" was prepared, "${wordsOf(call)}" leaves`)
    if (done.job !== undefined) return this.#poll(call, done.job)
    if (done.uploaded !== true) {
      await this.#faults.point(async () => {}, true) // an upload: nothing visible
      await call.saveCheckpoint({ uploaded: true })
    }
    const parts = [...(done.parts ?? [])]
    for (let part = parts.length; part < call.content.parts.length; part++) {
      await call.begin(`part ${part + 1}`)
      if (this.#clock.now() < call.dueAt)
        this.violations.push(`early: a call ${call.dueAt - this.#clock.now()} ms before its instant`)
      this.#mayCall(call.channelId)
      this.called.add(call.key.split('.')[0] ?? '')
      const answer = await this.#faults.point(() => this.#create(call, part), true)
      if (answer.kind === 'job')
        return { kind: 'processing', lookAt: this.#clock.now() + 20_000, checkpoint: { job: answer.job } }
      if (answer.kind !== 'created') return answer
      parts.push(answer.externalId)
      if (part + 1 < call.content.parts.length) await call.saveCheckpoint({ uploaded: true, parts })
    }
    return { kind: 'accepted', externalId: parts[0] ?? '', parts }
  }

  async #create(
    call: Call,
    part: number,
  ): Promise<
    | { kind: 'created'; externalId: string }
    | { kind: 'job'; job: string }
    | Exclude<Outcome, { kind: 'accepted' | 'processing' }>
  > {
    const text = call.content.parts[part]?.text ?? ''
    const act = (at = this.#clock.now()): string => {
      const known = this.#profile.honoursKey && this.posts.find((post) => post.key === call.key && post.part === part)
      if (known) return known.externalId
      // a network that lags, lags as long as it says it may
      const longest = Math.max(0, this.#profile.reconcile.settleSeconds - 15)
      const { means, authoritative } = this.#profile.reconcile
      const hidden = means === 'lookup' && !authoritative && this.#random.chance(0.3)
      const lag = (hidden ? 3600 : this.#random.chance(0.5) ? longest : this.#random.int(0, longest)) * 1000
      const post: LivePost = {
        externalId: `ext-${this.#next++}`,
        channelId: call.channelId,
        key: call.key,
        part,
        text,
        publishedAt: at,
        seenFrom: at + lag,
        deleted: false,
      }
      this.posts.push(post)
      return post.externalId
    }
    const unknown = { kind: 'unknown', message: 'The network did not answer.' } as const
    if (!this.tokenWorks) return { kind: 'reauthorize', message: 'The token has expired.' }
    switch (this.behaviour()) {
      case 'accept':
        return { kind: 'created', externalId: act() }
      case 'accept and lose the answer':
        act()
        await this.#clock.sleep(20_000)
        return unknown
      case 'accept after the time-out':
        void this.#clock.sleep(14_000).then(() => act())
        await this.#clock.sleep(10_000)
        return unknown
      case 'lose the request':
        await this.#clock.sleep(20_000)
        return unknown
      case 'refuse the connection':
        return { kind: 'transient', message: 'The connection was refused.' }
      case 'limit with seconds':
        return {
          kind: 'limited',
          until: this.#clock.now() + this.#random.int(1, 400) * 1000,
          scope: 'channel',
          message: 'Too many requests.',
        }
      case 'limit the app':
        return {
          kind: 'limited',
          until: this.#clock.now() + this.#random.int(1, 100) * 1000,
          scope: 'app',
          message: 'The app has reached its limit.',
        }
      case 'fail with 500 after acting':
        act()
        return { kind: 'unknown', message: 'The network answered 500.' }
      case 'fail with 500 before acting':
        return { kind: 'unknown', message: 'The network answered 500.' }
      case 'refuse the content':
        if (part > 0)
          return { kind: 'partial', message: 'The second part was refused.', externalId: this.#firstOf(call) }
        return { kind: 'rejected', reason: 'policy', message: 'The network refuses this text.' }
      case 'refuse the token':
        this.tokenWorks = false
        return { kind: 'reauthorize', message: 'The token was revoked.' }
      case 'work on it':
        if (call.content.parts.length > 1) return { kind: 'created', externalId: act() }
        return { kind: 'job', job: act() }
      case 'stall beyond the lease':
        act()
        await this.#clock.sleep(200_000)
        return unknown
    }
  }

  #firstOf(call: Call): string {
    return this.posts.find((post) => post.key === call.key && post.part === 0)?.externalId ?? 'ext-none'
  }

  async #poll(call: Call, job: string): Promise<Outcome> {
    await this.#faults.point(async () => {}, true)
    if (this.#random.chance(0.4))
      return { kind: 'processing', lookAt: this.#clock.now() + 15_000, checkpoint: call.checkpoint ?? {} }
    return { kind: 'accepted', externalId: job }
  }

  async #find(call: FindCall<unknown, unknown>): Promise<Found> {
    await this.#faults.point(async () => {}, true)
    if (!this.tokenWorks) return { kind: 'unable', message: 'The token has expired.' }
    if (this.#random.chance(0.1)) return { kind: 'unable', message: 'The network is down.' }
    const done = checkpointSchema.parse(call.checkpoint ?? {}).parts ?? []
    const part = done.length
    const text = call.content.parts[part]?.text
    for (const post of this.posts) {
      if (post.channelId !== call.channelId || post.deleted || post.part !== part || post.seenFrom > this.#clock.now())
        continue
      // by its own key where the network has one, else by text and time
      const same = this.#profile.honoursKey
        ? post.key === call.key
        : post.text === text && post.publishedAt >= call.since
      if (!same || (await call.taken(post.externalId))) continue
      const parts = [...done, post.externalId]
      if (parts.length < call.content.parts.length)
        return { kind: 'resume', checkpoint: { uploaded: true, parts }, parts }
      return { kind: 'found', externalId: parts[0] ?? '', parts }
    }
    return { kind: 'absent' }
  }

  async #remove(live: Live): Promise<Removal> {
    await this.#faults.point(async () => {}, true)
    if (!this.tokenWorks) return { kind: 'reauthorize', message: 'The token has expired.' }
    if (this.#random.chance(0.1)) return { kind: 'transient', message: 'The connection was refused.' }
    for (const externalId of live.parts ?? [live.externalId])
      for (const post of this.posts) if (post.externalId === externalId) post.deleted = true
    return { kind: 'deleted' }
  }
}

const wordsOf = (call: PrepareCall<unknown, unknown>) => call.content.parts.map(({ text }) => text).join(' | ')
