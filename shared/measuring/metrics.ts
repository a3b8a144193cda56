import * as z from 'zod'
import { entityPartition, keys, rollupPartition } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import type { Clock } from '../kernel/clock.ts'
import { AppError, notFound } from '../kernel/errors.ts'
import { findPublication } from '../publishing/index.ts'
import { dayOf, daysBetween, type Granularity, granularities, periods, plusDays } from './calendar.ts'
import { changesSchema, countersSchema, known, sum } from './counters.ts'
import { engagement, engagementSchema, rates, ratesSchema } from './engagement.ts'
import { channelRecord, collectionRecord, type Rollup, rollupRecord, snapshotRecord } from './record.ts'

interface MetricsParts {
  readonly table: Table
  readonly clock: Clock
  zoneOf(workspaceId: string): Promise<string>
  channelExists(workspaceId: string, channelId: string): Promise<boolean>
}

export const publicationMetrics = z.object({
  publicationId: z.string(),
  channelId: z.string(),
  network: z.string(),
  publishedAt: z.string().nullable(),
  /** When the network was last asked and answered; null if never yet. */
  measuredAt: z.string().nullable(),
  /** When it is asked next; null if no more. */
  nextAt: z.string().nullable(),
  /** The last known total of each counter that the network tells. */
  counters: countersSchema,
  /** Of the channel when the publication went out. */
  followers: z.number().nullable(),
  engagement: engagementSchema,
  rates: ratesSchema,
  /** Every look, oldest first. */
  series: z.array(z.object({ at: z.string(), counters: countersSchema, engagement: z.number().int().nullable() })),
})

export const channelMetrics = z.object({
  channelId: z.string(),
  from: z.string(),
  to: z.string(),
  granularity: z.enum(granularities),
  /** In which the days begin. */
  zone: z.string(),
  /** The last known; null if the network does not tell. */
  followers: z.number().nullable(),
  /** Of the whole span. */
  counters: changesSchema,
  engagement: engagementSchema,
  rates: ratesSchema,
  periods: z.array(
    z.object({
      /** `2026-11-02`, `2026-W45` (ISO 8601) or `2026-11`. */
      period: z.string(),
      from: z.string(),
      to: z.string(),
      /** What was gained in it, whenever the posts went out; below zero where a network took some back. */
      counters: changesSchema,
      /** At its end. */
      followers: z.number().nullable(),
      engagement: z.number().int().nullable(),
      rates: ratesSchema,
    }),
  ),
})

export interface Span {
  /** Days in the workspace's zone, both counted. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly granularity: Granularity
}

const defaultDays = 28
const maxDays = 400
/** Days are counted as texts of ten characters: beyond the years of four digits they would not go on. */
const [firstDay, lastDay] = ['1970-01-01', '2999-12-31']
const atPostTime = 'followers of the channel when it went out'
const atTheEnd = 'followers of the channel at the end of the time'

/** What was measured, as the API answers it. */
export class Metrics {
  readonly #parts: MetricsParts

  constructor(parts: MetricsParts) {
    this.#parts = parts
  }

  /** Throws `not_found`. */
  async ofPublication(workspaceId: string, id: string): Promise<z.infer<typeof publicationMetrics>> {
    const { table } = this.#parts
    const publication = await findPublication(table, workspaceId, id)
    if (publication === undefined) throw notFound('publication', id)
    const record = await table.get(keys.collection(workspaceId, id), collectionRecord)
    const { items } = await table.query(
      { pk: entityPartition(workspaceId, id), prefix: 'snapshot#', consistent: true },
      snapshotRecord,
    )
    // Once it is deleted nothing more is collected, and what was measured stands in its snapshots.
    const counters = known(record?.last ?? Object.assign({}, ...items.map((item) => known(item.counters))))
    return {
      publicationId: id,
      channelId: publication.channelId,
      network: publication.network,
      publishedAt: publication.publishedAt ?? null,
      measuredAt: items.at(-1)?.at ?? null,
      nextAt: record?.wakeAt ?? null,
      counters,
      followers: record?.followers ?? null,
      engagement: engagement(counters),
      rates: rates({ followers: record?.followers, counters }, atPostTime),
      series: items.map(({ at, counters: then }) => ({
        at,
        counters: known(then),
        engagement: engagement(known(then)).value,
      })),
    }
  }

  /** Throws `not_found`, and `validation_failed` for a span that is none or too long. */
  async ofChannel(workspaceId: string, channelId: string, span: Span): Promise<z.infer<typeof channelMetrics>> {
    const { table, clock, zoneOf, channelExists } = this.#parts
    const zone = await zoneOf(workspaceId)
    const to =
      span.to ?? (span.from === undefined ? dayOf(clock.now(), zone) : latest(span.from, dayOf(clock.now(), zone)))
    const from = span.from ?? plusDays(to, 1 - defaultDays)
    if (from > to) throw refused('/from', 'after_to', '`from` is after `to`.')
    if (daysBetween(from, to) > maxDays) throw refused('/to', 'too_long', `At most ${maxDays} days at once.`)
    if (from < firstDay) throw refused('/from', 'out_of_range', `Not before ${firstDay}.`)
    if (to > lastDay) throw refused('/to', 'out_of_range', `Not after ${lastDay}.`)
    const [days, latestKnown] = await Promise.all([
      this.#rollups(workspaceId, channelId, from, to),
      table.get(keys.channelCollection(workspaceId, channelId), channelRecord),
    ])
    if (days.length === 0 && latestKnown === undefined && !(await channelExists(workspaceId, channelId)))
      throw notFound('channel', channelId)
    const before = await this.#followersBefore(workspaceId, channelId, from)
    const total = known(sum(days.map(known)))
    const followersAt = (day: string) =>
      days.findLast((one) => one.day <= day && one.followers !== undefined)?.followers ?? before
    return {
      channelId,
      from,
      to,
      granularity: span.granularity,
      zone,
      followers: latestKnown?.followers ?? followersAt(to) ?? null,
      counters: total,
      engagement: engagement(total),
      rates: rates({ followers: followersAt(to), counters: total }, atTheEnd),
      periods: periods(from, to, span.granularity).map((period) => {
        const counters = known(sum(days.filter(({ day }) => day >= period.from && day <= period.to).map(known)))
        const followers = followersAt(period.to)
        return {
          period: period.name,
          from: period.from,
          to: period.to,
          counters,
          followers: followers ?? null,
          engagement: engagement(counters).value,
          rates: rates({ followers, counters }, atTheEnd),
        }
      }),
    }
  }

  async #rollups(workspaceId: string, channelId: string, from: string, to: string): Promise<Rollup[]> {
    const pk = rollupPartition(workspaceId, channelId)
    return (await this.#parts.table.query({ pk, from: `day#${from}`, to: `day#${to}`, consistent: true }, rollupRecord))
      .items
  }

  /** What the channel had when the span began: it is told once a day, and on days without an answer it stands. */
  async #followersBefore(workspaceId: string, channelId: string, from: string): Promise<number | undefined> {
    const { items } = await this.#parts.table.query(
      {
        pk: rollupPartition(workspaceId, channelId),
        from: `day#${plusDays(from, -7)}`,
        to: `day#${plusDays(from, -1)}`,
        where: ['followers', 'present'],
        newestFirst: true,
        limit: 1,
      },
      rollupRecord,
    )
    return items[0]?.followers
  }
}

const latest = (a: string, b: string) => (a > b ? a : b)

const refused = (pointer: string, code: string, message: string) =>
  new AppError('unprocessable', 'validation_failed', message, { problems: [{ pointer, code, message }] })
