import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { keys } from '../../shared/aws/keys.ts'
import type { Message, Queue } from '../../shared/aws/queue.ts'
import { Table } from '../../shared/aws/table.ts'
import { type Channel, channelSchema } from '../../shared/channels/channel.ts'
import type { ChannelDirectory } from '../../shared/channels/open.ts'
import { iso } from '../../shared/kernel/clock.ts'
import { AppError } from '../../shared/kernel/errors.ts'
import { newId } from '../../shared/kernel/ids.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { createDialer } from '../../shared/networks/http/index.ts'
import { Posts } from '../../shared/publishing/posts.ts'
import { Publications } from '../../shared/publishing/publications.ts'
import { type PublicationRecord, publicationRecord } from '../../shared/publishing/record.ts'
import { wakeOnResume } from '../../shared/publishing/resume.ts'
import { Sender } from '../../shared/publishing/sender.ts'
import { dueShards, type WakeMessageOf, wakeMessages } from '../../shared/scheduling/index.ts'
import { readShard } from '../../shared/scheduling/tick.ts'
import { Faults, type Invocation } from './faults.ts'
import { SimulatedNetwork, secretToken } from './network.ts'
import type { Seeded } from './seeded.ts'
import { VirtualClock } from './virtual-clock.ts'

interface Pending {
  readonly message: WakeMessageOf<'publication'>
  readonly at: number
  readonly receives: number
}

/** What kills an invocation at its await number `at`, if anything does. */
export interface Death {
  readonly at: number
  readonly afterEffect: boolean
}

/** The publish path on a real engine, in virtual time, with one network and one channel in each of two workspaces. */
export class World {
  readonly clock: VirtualClock
  readonly random: Seeded
  readonly faults: Faults
  readonly network: SimulatedNetwork
  readonly table: Table
  readonly posts: Posts
  readonly publications: Publications
  readonly sender: Sender
  /** Its own in every run, so that no limit of the app outlives it. */
  readonly networkName: string
  readonly lines: string[] = []
  readonly lateness: number[] = []
  readonly channels: Channel[] = []
  /** Publications a person settled: only these may be live twice. */
  readonly settled = new Set<string>()
  /** When the first visible call of each publication and moment was made. */
  readonly firstCalls = new Map<string, number>()
  /** Channels that wait to be connected again. */
  readonly disconnected = new Set<Channel>()
  pending: Pending[] = []
  /** Chance that a message is delivered twice, or lost as if the enqueuing call had failed. */
  duplicate = 0
  lose = 0
  /** Decides whether the next invocation dies, and where. */
  death: (name: string) => Death | undefined = () => undefined
  #invocations = 0
  readonly #running = new Set<Promise<void>>()

  constructor(client: DynamoDBClient, tableName: string, profile: string, random: Seeded, start: number) {
    this.random = random
    this.networkName = `simulated-${random.int(0, 1e9)}`
    this.clock = new VirtualClock(start)
    this.faults = new Faults(random)
    this.faults.attach(client)
    this.network = new SimulatedNetwork(profile, this.clock, random, this.faults)
    this.table = new Table(client, tableName, this.clock, random)
    const connector = this.network.profiled()
    const connectorOf = () => Promise.resolve(connector)
    const log = jsonLog((line) => this.lines.push(line))
    const channels = this.#directory()
    const media = { load: () => Promise.resolve([]) }
    const common = {
      table: this.table,
      clock: this.clock,
      random,
      log,
      queue: this.queue,
      media,
      connectorOf,
      channels,
    }
    this.sender = new Sender({ ...common, lateness: (ms) => this.lateness.push(ms) })
    const services = {
      ...common,
      channelOfList: () => Promise.resolve(undefined),
      defaultsOf: () => Promise.resolve({ zone: 'Europe/Paris', language: 'fr', latePolicy: { graceMinutes: 15 } }),
    }
    this.posts = new Posts(services)
    this.publications = new Publications(services)
  }

  readonly queue: Queue = {
    send: (messages: readonly Message[]) =>
      this.faults.point(async () => {
        for (const { body, delaySeconds } of messages) {
          const at = this.clock.now() + (delaySeconds ?? 0) * 1000 + this.random.int(0, 900)
          const copies = this.random.chance(this.lose) ? 0 : this.random.chance(this.duplicate) ? 2 : 1
          for (let copy = 0; copy < copies; copy++)
            this.pending.push({
              message: wakeMessages.publication.parse(body),
              at: at + copy * this.random.int(0, 5_000),
              receives: 0,
            })
        }
      }),
  }

  async addChannel(): Promise<Channel> {
    const now = this.clock.now()
    const workspaceId = newId('workspace', now, this.random)
    const id = newId('channel', now, this.random)
    const channel = channelSchema.parse({
      id,
      workspaceId,
      network: this.networkName,
      name: 'Boutique',
      account: { externalId: id, handle: 'boutique', name: 'Boutique' },
      settings: {},
      state: 'active',
      version: 1,
      createdAt: iso(now),
      updatedAt: iso(now),
    })
    await this.table.write({ put: { ...keys.channel(workspaceId, id), ...channel } })
    this.channels.push(channel)
    return channel
  }

  async setChannel(channel: Channel, state: Channel['state']): Promise<void> {
    await this.table.write({ update: keys.channel(channel.workspaceId, channel.id), set: { state } })
    if (state === 'active') this.network.pausedSince.delete(channel.id)
    else this.network.pausedSince.set(channel.id, this.clock.now())
    if (state !== 'active') return
    this.network.tokenWorks = true
    this.disconnected.delete(channel)
    const { table, clock, queue } = this
    await this.invoke('resume', channel.workspaceId, () =>
      wakeOnResume(
        { table, clock, queue, log: jsonLog((line) => this.lines.push(line)) },
        channel.workspaceId,
        channel.id,
      ),
    )
  }

  /** Starts an invocation; it may die. Resolves when it ended or died and everything real has come to rest. */
  async invoke(
    name: string,
    workspaceId: string | undefined,
    run: () => Promise<void>,
  ): Promise<'done' | 'failed' | 'died' | 'running'> {
    const death = this.death(name)
    const invocation: Invocation = {
      name: `${name}#${this.#invocations++}`,
      workspaceId,
      startedAt: this.clock.now(),
      points: 0,
      dieAt: death?.at ?? -1,
      dieAfterEffect: death?.afterEffect ?? false,
      dead: false,
    }
    let state: 'done' | 'failed' | 'running' = 'running'
    const promise = this.faults.current.run(invocation, run).then(
      () => {
        state = 'done'
      },
      (error: unknown) => {
        state = 'failed'
        this.lines.push(JSON.stringify({ failed: String(error) }))
      },
    )
    this.#running.add(promise)
    void promise.finally(() => this.#running.delete(promise))
    await this.settle()
    return invocation.dead ? 'died' : state
  }

  /** Waits until nothing real is under way: from here only virtual time can move anything. */
  async settle(): Promise<void> {
    for (let idle = 0; idle < 3; ) {
      await this.faults.idle()
      await new Promise((resolve) => setImmediate(resolve))
      idle = this.faults.inFlight === 0 ? idle + 1 : 0
    }
  }

  async tick(shards: ReadonlySet<number>): Promise<void> {
    const { table, clock, queue } = this
    const log = jsonLog((line) => this.lines.push(line))
    const queues = { publication: queue, delivery: queue, poll: queue, collection: queue, letter: queue }
    for (let shard = 0; shard < dueShards; shard++)
      if (shards.has(shard))
        await this.invoke('tick', undefined, async () => {
          await readShard({ table, clock, log, queues }, { queue: 'publication', shard })
        })
  }

  /** Delivers what is visible; what fails or dies comes again after its visibility, five times. */
  async deliver(): Promise<boolean> {
    const due = this.pending.filter(({ at }) => at <= this.clock.now())
    if (due.length === 0) return false
    this.pending = this.pending.filter(({ at }) => at > this.clock.now())
    for (const one of due) {
      const end = await this.invoke('publish', one.message.workspaceId, () => this.sender.handle(one.message))
      if ((end === 'failed' || end === 'died') && one.receives < 4)
        this.pending.push({ ...one, at: this.clock.now() + 720_000, receives: one.receives + 1 })
    }
    return true
  }

  nextMessage(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.pending.map(({ at }) => at))
  }

  records(ids: readonly { workspaceId: string; id: string }[]): Promise<(PublicationRecord | undefined)[]> {
    return this.table.getMany(
      ids.map(({ workspaceId, id }) => keys.publication(workspaceId, id)),
      publicationRecord,
    )
  }

  #directory(): ChannelDirectory {
    const find = (workspaceId: string, channelId: string) =>
      this.table.get(keys.channel(workspaceId, channelId), channelSchema)
    return {
      find,
      findMany: (workspaceId, ids) => Promise.all(ids.map((id) => find(workspaceId, id))),
      open: async (workspaceId, channelId, signal) => {
        const channel = await find(workspaceId, channelId)
        if (channel === undefined) throw new AppError('not_found', 'not_found', 'no channel')
        const connector = this.network.profiled()
        return {
          channel,
          connector,
          exchanges: () => [],
          call: {
            http: { send: () => Promise.reject(new Error('not simulated')) },
            dial: createDialer({ allowPrivateHosts: false, clock: this.clock }),
            clock: this.clock,
            random: this.random,
            app: {},
            publicUrl: 'https://parvis.example',
            signal,
            hook: () => Promise.reject(new Error('not simulated')),
            workspaceId,
            channelId,
            account: channel.account,
            settings: {},
            limits: connector.limits,
            told: () => Promise.resolve(new Map()),
            hits: () => Promise.resolve(new Map()),
            newsletters: {
              start: () => Promise.reject(new Error('not simulated')),
              progress: () => Promise.reject(new Error('not simulated')),
              counters: () => Promise.reject(new Error('not simulated')),
              reported: () => Promise.reject(new Error('not simulated')),
              left: () => Promise.reject(new Error('not simulated')),
            },
            credentials: {
              current: () => ({ token: secretToken }),
              refresh: () => Promise.resolve({ token: secretToken }),
            },
          },
        }
      },
      needsReconnect: async (workspaceId, channelId) => {
        for (const channel of this.channels) if (channel.id === channelId) this.disconnected.add(channel)
        await this.table.write({
          update: keys.channel(workspaceId, channelId),
          set: { state: 'reconnect_needed' },
          if: ['state', '=', 'active'],
        })
      },
    }
  }
}
