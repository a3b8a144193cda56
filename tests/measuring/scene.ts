import * as z from 'zod'
import { keys } from '../../shared/aws/keys.ts'
import type { Table } from '../../shared/aws/table.ts'
import type { Channel, ChannelDirectory } from '../../shared/channels/index.ts'
import { render } from '../../shared/i18n/index.ts'
import type { Clock } from '../../shared/kernel/clock.ts'
import { newId, systemRandom } from '../../shared/kernel/ids.ts'
import { type Changes, changesSince, countersSchema, known } from '../../shared/measuring/counters.ts'
import { Collector, follow, Metrics } from '../../shared/measuring/index.ts'
import { mastodon } from '../../shared/networks/mastodon/index.ts'
import type { Counters } from '../../shared/networks/network.ts'
import { duePartition, dueShards, readDueKey } from '../../shared/scheduling/index.ts'
import { Session } from '../conformance/session.ts'
import { someChannel } from '../inbox/support.ts'
import { MastodonSimulator } from '../simulators/mastodon.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** One channel whose network is a Mastodon simulator over HTTP, its collector, and a clock that is set by hand. */
export class MeasuringScene {
  readonly simulator: MastodonSimulator
  readonly table: Table
  readonly channel: Channel
  readonly collector: Collector
  readonly metrics: Metrics
  readonly clock: Clock & { at: number }
  /** Thrown by the next opening of the channel. */
  refusal: unknown
  reconnects: string[] = []
  gone = false

  private constructor(
    simulator: MastodonSimulator,
    session: Session,
    table: Table,
    clock: Clock & { at: number },
    zone: string,
  ) {
    this.simulator = simulator
    this.table = table
    this.clock = clock
    const { externalId, handle, name } = session.connected.account
    this.channel = someChannel({ network: 'mastodon', account: { externalId, handle, name } })
    const channels: ChannelDirectory = {
      find: async () => (this.gone ? undefined : this.channel),
      findMany: async (_, ids) => ids.map(() => (this.gone ? undefined : this.channel)),
      open: async () => {
        const { refusal } = this
        this.refusal = undefined
        if (refusal !== undefined) throw refusal
        return { channel: this.channel, connector: mastodon, call: session.call(), exchanges: () => [] }
      },
      needsReconnect: async (_, __, reason) => {
        this.reconnects.push(render(reason, 'en'))
      },
    }
    const parts = { table, clock, channels, log: { info() {}, warn() {}, error() {} }, zoneOf: async () => zone }
    this.collector = new Collector(parts)
    this.metrics = new Metrics({ ...parts, channelExists: async () => !this.gone })
  }

  static async open(
    tableOf: (clock: Clock) => Promise<Table>,
    start: number,
    zone = 'Europe/Paris',
  ): Promise<MeasuringScene> {
    const clock = { at: start, now: () => clock.at, sleep: async () => {} }
    const simulator = await new MastodonSimulator(() => clock.at).start()
    const session = await Session.open(mastodon, simulator, simulator.access())
    return new MeasuringScene(simulator, session, await tableOf(clock), clock, zone)
  }

  get workspaceId(): string {
    return this.channel.workspaceId
  }

  /** A post that is live since now, and what publishing keeps of it; collecting begins as its event tells. */
  async publish(fields: { readonly state?: string } = {}) {
    const { externalId } = this.simulator.seedPost('Bonjour')
    const id = newId('publication', this.clock.at, systemRandom)
    const now = new Date(this.clock.at).toISOString()
    await this.table.write({
      put: {
        ...keys.publication(this.workspaceId, id),
        id,
        workspaceId: this.workspaceId,
        postId: newId('post', this.clock.at, systemRandom),
        channelId: this.channel.id,
        network: 'mastodon',
        state: 'published',
        content: { parts: [{ text: 'Bonjour', mediaIds: [] }], language: 'fr', options: {} },
        contentVersion: 1,
        latePolicy: { graceMinutes: 15 },
        attempts: 1,
        publishedAt: now,
        live: { externalId },
        version: 3,
        createdAt: now,
        updatedAt: now,
        ...fields,
      },
    })
    await this.tell('publication.published', id)
    return { id, externalId }
  }

  tell(name: string, subject: string): Promise<void> {
    const event = {
      id: 'evt_1',
      name,
      version: 1,
      time: new Date(this.clock.at).toISOString(),
      workspaceId: this.workspaceId,
      subject,
      sequence: 1,
      data: {},
    }
    return follow(this, event)
  }

  /** What the tick would find by now. */
  async due() {
    const pages = await Promise.all(
      Array.from({ length: dueShards }, (_, shard) =>
        this.table.query({ index: 'wake', pk: duePartition('collection', shard) }, z.object({ wakeSk: z.string() })),
      ),
    )
    return pages
      .flatMap((page) => page.items.flatMap((item) => readDueKey('collection', item.wakeSk)?.message ?? []))
      .flatMap((message) =>
        message.kind === 'publication_collection' || message.kind === 'channel_collection' ? [message] : [],
      )
      .filter(({ workspaceId, wakeAt }) => workspaceId === this.workspaceId && Date.parse(wakeAt) <= this.clock.at)
  }

  /** As the tick, every minute. */
  async until(at: number): Promise<void> {
    while (this.clock.at < at) {
      const next = await this.#next()
      this.clock.at = Math.min(at, Math.max(next ?? at, this.clock.at))
      const due = await this.due()
      if (due.length > 0) await this.collector.collect(due)
    }
  }

  async #next(): Promise<number | undefined> {
    const before = this.clock.at
    this.clock.at = Number.MAX_SAFE_INTEGER
    const all = await this.due()
    this.clock.at = before
    return all.map(({ wakeAt }) => Date.parse(wakeAt)).sort((a, b) => a - b)[0]
  }

  /** The channel's days, counted again from the snapshots alone. */
  async recount(publicationIds: readonly string[]): Promise<Record<string, Changes>> {
    const days: Record<string, Changes> = {}
    for (const id of publicationIds) {
      const { items } = await this.table.query(
        { pk: keys.collection(this.workspaceId, id).pk, prefix: 'snapshot#', consistent: true },
        z.object({ day: z.string(), counters: countersSchema }),
      )
      let last: Changes = {}
      for (const snapshot of items) {
        const counters = known(snapshot.counters)
        for (const [name, change] of Object.entries(changesSince(last, counters))) {
          const of: Record<string, number> = { ...days[snapshot.day] }
          days[snapshot.day] = { ...of, [name]: (of[name] ?? 0) + change }
        }
        last = { ...last, ...counters }
      }
    }
    return days
  }

  /** The days as they are kept. */
  async rollups(): Promise<Record<string, Changes>> {
    const { items } = await this.table.query(
      { pk: keys.rollup(this.workspaceId, this.channel.id, '').pk, consistent: true },
      z.looseObject({ day: z.string() }),
    )
    return Object.fromEntries(
      items
        .map(({ day: of, ...item }) => [of, known(item as Counters)] as const)
        .filter(([, counters]) => Object.keys(counters).length > 0),
    )
  }
}
