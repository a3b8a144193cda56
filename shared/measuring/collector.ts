import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { type ChannelDirectory, noteFollowers, type OpenChannel } from '../channels/index.ts'
import { type Clock, iso, millis } from '../kernel/clock.ts'
import { AppError, messageOf } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { ChannelCounters, Counters } from '../networks/network.ts'
import { claim, type Lease, Quarantined, type WakeMessageOf } from '../scheduling/index.ts'
import { dayOf, plusDays } from './calendar.ts'
import { changesSince, countersSchema, known, splitChannel, together } from './counters.ts'
import { addToRollup, type ChannelRecord, type CollectionRecord, channelRecord, collectionRecord } from './record.ts'
import { channelRhythm, lookAgain, nextLook } from './rhythm.ts'

interface CollectorParts {
  readonly table: Table
  readonly clock: Clock
  readonly channels: ChannelDirectory
  readonly log: Log
  /** The IANA zone in which a workspace's days begin. */
  zoneOf(workspaceId: string): Promise<string>
}

/** Longer than the function may run: after it, whoever held it is dead. */
const leaseMs = 120_000
const callsMs = 45_000

/** A record that this run holds. */
interface Held<T> {
  readonly record: T
  readonly lease: Lease
}

/** What is due of one channel. */
interface Group {
  readonly workspaceId: string
  readonly channelId: string
  readonly publications: Held<CollectionRecord>[]
  channel: Held<ChannelRecord> | undefined
}

/**
 * Reads counters of what is due, a channel's publications in one call. Each is claimed by its very `wakeAt`; snapshot,
 * rollup and the next look are one transaction under the lease, fenced by the version, so that a change is added exactly
 * once whatever dies or comes twice: a rollup always equals the recount of the snapshots.
 */
export class Collector {
  readonly #parts: CollectorParts

  constructor(parts: CollectorParts) {
    this.#parts = parts
  }

  /**
   * Those of one channel are claimed and asked together. Throws if one channel's could not be written, and
   * {@link Quarantined} for a record that cannot be read, once the others are done.
   */
  async collect(messages: readonly WakeMessageOf<'publication_collection' | 'channel_collection'>[]): Promise<void> {
    const groups = new Map<string, Group>()
    const groupOf = ({ workspaceId, channelId }: CollectionRecord | ChannelRecord): Group => {
      const name = `${workspaceId}/${channelId}`
      const group = groups.get(name) ?? { workspaceId, channelId, publications: [], channel: undefined }
      groups.set(name, group)
      return group
    }
    let unreadable: Quarantined | undefined
    for (const message of messages) {
      try {
        if (message.kind === 'channel_collection') {
          const held = await claim(this.#parts, message, channelRecord, { leaseMs })
          if (held !== undefined) groupOf(held.record).channel = held
        } else {
          const held = await claim(this.#parts, message, collectionRecord, { leaseMs })
          if (held !== undefined) groupOf(held.record).publications.push(held)
        }
      } catch (error) {
        if (!(error instanceof Quarantined)) throw error
        unreadable = error
      }
    }
    const done = await Promise.allSettled([...groups.values()].map((group) => this.#ofChannel(group)))
    for (const one of done) if (one.status === 'rejected') throw one.reason
    if (unreadable !== undefined) throw unreadable
  }

  async #ofChannel(group: Group): Promise<void> {
    const { workspaceId, channelId, publications, channel } = group
    let measured: ReadonlyMap<string, Counters> | undefined
    let own: ChannelCounters | undefined
    try {
      const open = await this.#parts.channels.open(workspaceId, channelId, AbortSignal.timeout(callsMs))
      const ids = publications.flatMap(({ record }) => record.externalIds)
      if (ids.length > 0) measured = await open.connector.measure?.(open.call, ids)
      own = await this.#own(open, group)
    } catch (error) {
      return this.#failed(group, error)
    }
    const zone = await this.#parts.zoneOf(workspaceId)
    const followers = own && splitChannel(own).followers
    // One after the other: they add to the same day.
    for (const { record, lease } of publications)
      await this.#measured(
        record.followers === undefined && record.measuredAt === undefined && followers !== undefined
          ? { ...record, followers }
          : record,
        lease,
        measured,
        zone,
      )
    if (channel !== undefined) await this.#channelDone(channel.record, channel.lease, own, zone)
  }

  /**
   * The channel's own counters: when they are due, and for a publication whose channel was never asked before it went
   * out. Undefined where the network has none.
   */
  async #own({ connector, call }: OpenChannel, { publications, channel }: Group): Promise<ChannelCounters | undefined> {
    const unknown = publications.some(({ record }) => record.followers === undefined && record.measuredAt === undefined)
    if (channel === undefined && !unknown) return undefined
    return connector.measureChannel?.(call)
  }

  async #measured(
    record: CollectionRecord,
    lease: Lease,
    measured: ReadonlyMap<string, Counters> | undefined,
    zone: string,
  ): Promise<void> {
    const { table, clock } = this.#parts
    const { workspaceId, channelId, publicationId, version, followers } = record
    const now = clock.now()
    // A network that tells no counters is not asked again.
    const next = measured === undefined ? undefined : nextLook(millis(record.publishedAt), now)
    const found = record.externalIds.flatMap((id) => known(countersSchema.parse(measured?.get(id) ?? {})))
    const counters = together(found)
    const fence = ['version', '=', version] as const
    const until = { until: lease.untilMs }
    if (Object.keys(counters).length === 0) {
      // The network no longer knows it, or says nothing: nothing is invented.
      await table.write(lease.ending(next, { set: { failures: 0, followers, version: version + 1 }, if: fence }), until)
      return
    }
    const [at, day] = [iso(now), dayOf(now, zone)]
    const changes = changesSince(known(record.last), counters)
    const last = { ...known(record.last), ...counters }
    await table.transact(
      [
        lease.ending(next, {
          set: { last, measuredAt: at, failures: 0, followers, version: version + 1 },
          if: fence,
        }),
        {
          put: {
            ...keys.snapshot(workspaceId, publicationId, at),
            workspaceId,
            publicationId,
            channelId,
            at,
            day,
            counters,
          },
        },
        ...(Object.keys(changes).length === 0 ? [] : [addToRollup(workspaceId, channelId, day, changes)]),
      ],
      until,
    )
  }

  async #channelDone(
    record: ChannelRecord,
    lease: Lease,
    own: ChannelCounters | undefined,
    zone: string,
  ): Promise<void> {
    const { table, clock } = this.#parts
    const { workspaceId, channelId, version } = record
    const now = clock.now()
    // A network that tells none is not asked again.
    const next = own === undefined ? undefined : now + channelRhythm.every
    const { daily, ...standing } = splitChannel(own ?? {})
    const told = Object.keys(standing).length + Object.keys(daily).length > 0
    const today = dayOf(now, zone)
    const { ok } = await table.transact(
      [
        lease.ending(next, {
          set: { ...standing, ...(told ? { measuredAt: iso(now) } : {}), failures: 0, version: version + 1 },
          if: ['version', '=', version],
        }),
        ...(Object.keys(standing).length === 0 ? [] : [addToRollup(workspaceId, channelId, today, {}, standing)]),
        // Of the last whole day: the one that ended.
        ...(Object.keys(daily).length === 0
          ? []
          : [addToRollup(workspaceId, channelId, plusDays(today, -1), {}, { daily })]),
      ],
      { until: lease.untilMs },
    )
    if (ok && standing.followers !== undefined) await noteFollowers(table, workspaceId, channelId, standing.followers)
  }

  async #failed({ workspaceId, channelId, publications, channel }: Group, error: unknown): Promise<void> {
    const { table, clock, channels, log } = this.#parts
    if (error instanceof AppError && error.kind === 'unauthenticated')
      await channels.needsReconnect(workspaceId, channelId, error.text)
    const gone =
      error instanceof AppError &&
      error.kind === 'not_found' &&
      (await channels.find(workspaceId, channelId)) === undefined
    if (!gone)
      log.warn('counters could not be read', { channelId, publications: publications.length, error: messageOf(error) })
    const asked =
      error instanceof AppError && error.kind === 'rate_limited' ? (error.retryAfterSeconds ?? 60) * 1000 : 0
    const now = clock.now()
    const again = async ({ record, lease }: Held<CollectionRecord | ChannelRecord>, at: number | undefined) => {
      const next = gone || at === undefined ? undefined : Math.max(at, now + asked)
      const set = { failures: record.failures + 1, version: record.version + 1 }
      await table.write(lease.ending(next, { set, if: ['version', '=', record.version] }), { until: lease.untilMs })
    }
    for (const held of publications)
      await again(held, lookAgain(millis(held.record.publishedAt), now, held.record.failures))
    if (channel !== undefined) await again(channel, now + channelRhythm.again(channel.record.failures))
  }
}
