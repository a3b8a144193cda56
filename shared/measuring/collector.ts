import type * as z from 'zod'
import { type Key, keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { type ChannelDirectory, noteFollowers, type OpenChannel } from '../channels/index.ts'
import { type Clock, iso, millis } from '../kernel/clock.ts'
import { AppError, messageOf } from '../kernel/errors.ts'
import { idPattern } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { WakeMessage } from '../kernel/wake.ts'
import type { ChannelCounters, Counters } from '../networks/network.ts'
import { dayOf, plusDays } from './calendar.ts'
import { changesSince, countersSchema, known, splitChannel, together } from './counters.ts'
import {
  addToRollup,
  type ChannelRecord,
  type CollectionRecord,
  channelRecord,
  collectionRecord,
  wakeChange,
} from './record.ts'
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

/** What is due of one channel. */
interface Group {
  readonly workspaceId: string
  readonly channelId: string
  readonly publications: CollectionRecord[]
  channel: ChannelRecord | undefined
}

/**
 * Reads counters of what is due, a channel's publications in one call. Each is claimed by its very `wakeAt`; snapshot,
 * rollup and the next look are one transaction fenced by the version, so that a change is added exactly once whatever
 * dies or comes twice: a rollup always equals the recount of the snapshots.
 */
export class Collector {
  readonly #parts: CollectorParts

  constructor(parts: CollectorParts) {
    this.#parts = parts
  }

  /** Those of one channel are claimed and asked together. Throws if one channel's could not be written. */
  async collect(messages: readonly WakeMessage[]): Promise<void> {
    const groups = new Map<string, Group>()
    const groupOf = ({ workspaceId, channelId }: CollectionRecord | ChannelRecord): Group => {
      const name = `${workspaceId}/${channelId}`
      const group = groups.get(name) ?? { workspaceId, channelId, publications: [], channel: undefined }
      groups.set(name, group)
      return group
    }
    for (const {
      ids: [workspaceId = '', id = ''],
      wakeAt,
    } of messages) {
      if (idPattern('channel').test(id)) {
        const record = await this.#claim(keys.channelCollection(workspaceId, id), id, wakeAt, channelRecord)
        if (record !== undefined) groupOf(record).channel = record
      } else {
        const record = await this.#claim(keys.collection(workspaceId, id), id, wakeAt, collectionRecord)
        if (record !== undefined) groupOf(record).publications.push(record)
      }
    }
    const done = await Promise.allSettled([...groups.values()].map((group) => this.#ofChannel(group)))
    for (const one of done) if (one.status === 'rejected') throw one.reason
  }

  /** Whoever holds a version of the item that is no more writes nothing. */
  async #claim<T extends CollectionRecord | ChannelRecord>(
    key: Key,
    id: string,
    wakeAt: string,
    schema: z.ZodType<T>,
  ): Promise<T | undefined> {
    const { table, clock } = this.#parts
    const record = await table.get(key, schema)
    if (record === undefined || record.wakeAt !== wakeAt) return undefined
    const { set } = wakeChange(record.workspaceId, id, iso(clock.now() + leaseMs))
    const version = record.version + 1
    const { ok } = await table.write({ update: key, set: { ...set, version }, if: ['version', '=', record.version] })
    return ok ? { ...record, version } : undefined
  }

  async #ofChannel(group: Group): Promise<void> {
    const { workspaceId, channelId, publications, channel } = group
    let measured: ReadonlyMap<string, Counters> | undefined
    let own: ChannelCounters | undefined
    try {
      const open = await this.#parts.channels.open(workspaceId, channelId, AbortSignal.timeout(callsMs))
      const ids = publications.flatMap((record) => record.externalIds)
      if (ids.length > 0) measured = await open.connector.measure?.(open.call, ids)
      own = await this.#own(open, group)
    } catch (error) {
      return this.#failed(group, error)
    }
    const zone = await this.#parts.zoneOf(workspaceId)
    const followers = own && splitChannel(own).followers
    // One after the other: they add to the same day.
    for (const record of publications)
      await this.#measured(
        record.followers === undefined && record.measuredAt === undefined && followers !== undefined
          ? { ...record, followers }
          : record,
        measured,
        zone,
      )
    if (channel !== undefined) await this.#channelDone(channel, own, zone)
  }

  /**
   * The channel's own counters: when they are due, and for a publication whose channel was never asked before it went
   * out. Undefined where the network has none.
   */
  async #own({ connector, call }: OpenChannel, { publications, channel }: Group): Promise<ChannelCounters | undefined> {
    const unknown = publications.some((record) => record.followers === undefined && record.measuredAt === undefined)
    if (channel === undefined && !unknown) return undefined
    return connector.measureChannel?.(call)
  }

  async #measured(
    record: CollectionRecord,
    measured: ReadonlyMap<string, Counters> | undefined,
    zone: string,
  ): Promise<void> {
    const { table, clock } = this.#parts
    const { workspaceId, channelId, publicationId, version, followers } = record
    const key = keys.collection(workspaceId, publicationId)
    const now = clock.now()
    // A network that tells no counters is not asked again.
    const next = measured === undefined ? undefined : nextLook(millis(record.publishedAt), now)
    const wake = wakeChange(workspaceId, publicationId, next === undefined ? undefined : iso(next))
    const found = record.externalIds.flatMap((id) => known(countersSchema.parse(measured?.get(id) ?? {})))
    const counters = together(found)
    const fence = ['version', '=', version] as const
    if (Object.keys(counters).length === 0) {
      // The network no longer knows it, or says nothing: nothing is invented.
      await table.write({
        update: key,
        set: { ...wake.set, failures: 0, followers, version: version + 1 },
        remove: wake.remove,
        if: fence,
      })
      return
    }
    const [at, day] = [iso(now), dayOf(now, zone)]
    const changes = changesSince(known(record.last), counters)
    const last = { ...known(record.last), ...counters }
    await table.transact([
      {
        update: key,
        set: { ...wake.set, last, measuredAt: at, failures: 0, followers, version: version + 1 },
        remove: wake.remove,
        if: fence,
      },
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
    ])
  }

  async #channelDone(record: ChannelRecord, own: ChannelCounters | undefined, zone: string): Promise<void> {
    const { table, clock } = this.#parts
    const { workspaceId, channelId, version } = record
    const now = clock.now()
    // A network that tells none is not asked again.
    const wake = wakeChange(workspaceId, channelId, own === undefined ? undefined : iso(now + channelRhythm.every))
    const { daily, ...standing } = splitChannel(own ?? {})
    const told = Object.keys(standing).length + Object.keys(daily).length > 0
    const today = dayOf(now, zone)
    const { ok } = await table.transact([
      {
        update: keys.channelCollection(workspaceId, channelId),
        set: { ...wake.set, ...standing, ...(told ? { measuredAt: iso(now) } : {}), failures: 0, version: version + 1 },
        remove: wake.remove,
        if: ['version', '=', version],
      },
      ...(Object.keys(standing).length === 0 ? [] : [addToRollup(workspaceId, channelId, today, {}, standing)]),
      // Of the last whole day: the one that ended.
      ...(Object.keys(daily).length === 0
        ? []
        : [addToRollup(workspaceId, channelId, plusDays(today, -1), {}, { daily })]),
    ])
    if (ok && standing.followers !== undefined) await noteFollowers(table, workspaceId, channelId, standing.followers)
  }

  async #failed({ workspaceId, channelId, publications, channel }: Group, error: unknown): Promise<void> {
    const { table, clock, channels, log } = this.#parts
    if (error instanceof AppError && error.kind === 'unauthenticated')
      await channels.needsReconnect(workspaceId, channelId, error.message)
    const gone =
      error instanceof AppError &&
      error.kind === 'not_found' &&
      (await channels.find(workspaceId, channelId)) === undefined
    if (!gone)
      log.warn('counters could not be read', { channelId, publications: publications.length, error: messageOf(error) })
    const asked =
      error instanceof AppError && error.kind === 'rate_limited' ? (error.retryAfterSeconds ?? 60) * 1000 : 0
    const now = clock.now()
    const again = async (key: Key, id: string, record: CollectionRecord | ChannelRecord, at: number | undefined) => {
      const wake = wakeChange(workspaceId, id, gone || at === undefined ? undefined : iso(Math.max(at, now + asked)))
      const set = { ...wake.set, failures: record.failures + 1, version: record.version + 1 }
      await table.write({ update: key, set, remove: wake.remove, if: ['version', '=', record.version] })
    }
    for (const record of publications) {
      const at = lookAgain(millis(record.publishedAt), now, record.failures)
      await again(keys.collection(workspaceId, record.publicationId), record.publicationId, record, at)
    }
    if (channel !== undefined)
      await again(
        keys.channelCollection(workspaceId, channelId),
        channelId,
        channel,
        now + channelRhythm.again(channel.failures),
      )
  }
}
