/** Publishing on a real engine, with one channel of a network that answers what a test says, in virtual time. */
import * as z from 'zod'
import { keys } from '../../shared/aws/keys.ts'
import type { Message } from '../../shared/aws/queue.ts'
import { Table } from '../../shared/aws/table.ts'
import { type Channel, channelSchema } from '../../shared/channels/channel.ts'
import type { ChannelDirectory } from '../../shared/channels/open.ts'
import { iso, millis } from '../../shared/kernel/clock.ts'
import { newId, type Random } from '../../shared/kernel/ids.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { createDialer } from '../../shared/networks/http/index.ts'
import type { AnyConnector, Media } from '../../shared/networks/network.ts'
import { Posts } from '../../shared/publishing/posts.ts'
import { Publications } from '../../shared/publishing/publications.ts'
import { type PublicationRecord, publicationRecord } from '../../shared/publishing/record.ts'
import { Sender } from '../../shared/publishing/sender.ts'
import { Seeded } from '../simulation/seeded.ts'
import { VirtualClock } from '../simulation/virtual-clock.ts'
import type { Engine } from '../support/engine.ts'

export const actor = { kind: 'user', id: 'user_t', name: 'Camille', mayPublish: true } as const
const start = Date.UTC(2026, 10, 30, 9)

/** What a test's network does; the rest of a connector is nothing. */
export type Answers = Pick<AnyConnector, 'publish'> & Partial<AnyConnector>

export class Stage {
  readonly clock = new VirtualClock(start)
  readonly random: Random = new Seeded(7)
  readonly messages: Message[] = []
  readonly media = new Map<string, Media>()
  readonly table: Table
  readonly connector: AnyConnector
  readonly posts: Posts
  readonly publications: Publications
  readonly sender: Sender
  readonly workspaceId = newId('workspace', start, this.random)
  readonly tableName: string
  channel: Channel
  /** It was deleted. */
  channelGone = false

  private constructor(engine: Engine, tableName: string, answers: Answers, settings: Record<string, unknown>) {
    this.tableName = tableName
    this.table = new Table(engine.client(), tableName, this.clock, this.random)
    this.connector = {
      name: 'tested',
      title: 'Tested',
      app: [],
      capabilities: {
        reconcile: { means: 'none', authoritative: false, settleSeconds: 0 },
        publishes: ['text', 'video'],
        delete: false,
        threads: true,
        comesIn: [],
        actions: [],
        counters: [],
        channelCounters: [],
        fetchesMedia: false,
        rate: { burst: 100, perHour: 36_000 },
      },
      limits: { text: { max: 500, unit: 'characters' }, media: { maxCount: 4 }, maxParts: 10 },
      credentialsInput: z.unknown(),
      settingsInput: z.unknown(),
      credentials: z.unknown(),
      settings: z.unknown(),
      options: z.record(z.string(), z.unknown()),
      connect: () => Promise.reject(new Error('not tested')),
      review: () => ({ length: 1, limit: 500, unit: 'characters', problems: [] }),
      ...answers,
    }
    this.channel = channelSchema.parse({
      id: newId('channel', start, this.random),
      workspaceId: this.workspaceId,
      network: 'tested',
      name: 'Boutique',
      account: { externalId: '1', handle: 'boutique', name: 'Boutique' },
      settings,
      state: 'active',
      version: 1,
      createdAt: iso(start),
      updatedAt: iso(start),
    })
    const common = {
      table: this.table,
      clock: this.clock,
      random: this.random,
      log: jsonLog(() => {}),
      queue: { send: async (messages: readonly Message[]) => void this.messages.push(...messages) },
      media: { load: async (_: string, ids: readonly string[]) => ids.map((id) => this.media.get(id)) },
      connectorOf: () => Promise.resolve(this.connector),
      channels: this.directory(),
    }
    this.sender = new Sender(common)
    const services = {
      ...common,
      channelOfList: () => Promise.resolve(undefined),
      defaultsOf: () => Promise.resolve({ zone: 'Europe/Paris', language: 'fr', latePolicy: { graceMinutes: 15 } }),
    }
    this.posts = new Posts(services)
    this.publications = new Publications(services)
  }

  static async set(engine: Engine, answers: Answers, settings: Record<string, unknown> = {}): Promise<Stage> {
    const name = `publishing-${tables++}`
    await engine.table(name)
    const stage = new Stage(engine, name, answers, settings)
    await stage.table.write({ put: { ...keys.channel(stage.workspaceId, stage.channel.id), ...stage.channel } })
    return stage
  }

  /** A post on the channel, due in so many seconds. */
  async write(dueInSeconds: number, over: object = {}): Promise<PublicationRecord> {
    const at = iso(this.clock.now() + dueInSeconds * 1000)
    const input = { text: 'Bonjour', channels: [this.channel.id], schedule: { at }, ...over }
    const answer = { idempotency: undefined, status: 201, body: () => ({}) }
    const { publications } = await this.posts.create(this.workspaceId, actor, input, answer)
    return this.read(publications[0]?.id ?? '')
  }

  async read(id: string): Promise<PublicationRecord> {
    const record = await this.table.get(keys.publication(this.workspaceId, id), publicationRecord)
    if (record === undefined) throw new Error(`no ${id}`)
    return record
  }

  /** Its next wake-up, at its instant. */
  async wake(id: string): Promise<PublicationRecord> {
    const { wakeAt } = await this.read(id)
    if (wakeAt === undefined) throw new Error(`${id} waits for nothing`)
    this.clock.advance(millis(wakeAt))
    await this.sender.handle({ kind: 'publication', workspaceId: this.workspaceId, publicationId: id, wakeAt })
    return this.read(id)
  }

  directory(): { -readonly [K in keyof ChannelDirectory]: ChannelDirectory[K] } {
    const find = async () => (this.channelGone ? undefined : this.channel)
    return {
      find,
      findMany: async (_, ids) => ids.map(() => this.channel),
      open: async (workspaceId, channelId, signal) => ({
        channel: this.channel,
        connector: this.connector,
        exchanges: () => [],
        call: {
          http: { send: () => Promise.reject(new Error('not tested')) },
          clock: this.clock,
          random: this.random,
          app: {},
          publicUrl: 'https://parvis.example',
          signal,
          hook: () => Promise.reject(new Error('not tested')),
          dial: createDialer({ allowPrivateHosts: false, clock: this.clock }),
          workspaceId,
          channelId,
          account: this.channel.account,
          settings: this.channel.settings,
          limits: this.connector.limits,
          told: async () => new Map(),
          hits: () => Promise.resolve(new Map()),
          newsletters: {
            start: () => Promise.reject(new Error('not tested')),
            progress: () => Promise.reject(new Error('not tested')),
            counters: () => Promise.reject(new Error('not tested')),
            reported: () => Promise.reject(new Error('not tested')),
            left: () => Promise.reject(new Error('not tested')),
          },
          credentials: { current: () => ({}), refresh: () => Promise.resolve({}) },
        },
      }),
      needsReconnect: async (_workspaceId, _channelId, stateReason) => {
        this.channel = { ...this.channel, state: 'reconnect_needed', stateReason }
      },
    }
  }
}

let tables = 0
