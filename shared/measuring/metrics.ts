import * as z from 'zod'
import { entityPartition, keys, rollupPartition } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { type Text, textSchema } from '../i18n/index.ts'
import type { Clock } from '../kernel/clock.ts'
import { AppError, notFound } from '../kernel/errors.ts'
import { findPublication } from '../publishing/index.ts'
import { dayOf, daysBetween, type Granularity, granularities, periods, plusDays } from './calendar.ts'
import { countersSchema, known, sum, sumDaily } from './counters.ts'
import { channelDefinitions, counterDefinitions } from './definitions.ts'
import { engagement, engagementSchema, rates, ratesSchema } from './engagement.ts'
import { accountSums, definedSums, namedAccount, namedPosts, namedRates, postSums } from './reach.ts'
import { channelRecord, collectionRecord, type Rollup, rollupRecord, snapshotRecord } from './record.ts'
import { measuringTexts } from './texts.ts'

interface MetricsParts {
  readonly table: Table
  readonly clock: Clock
  zoneOf(workspaceId: string): Promise<string>
  channelExists(workspaceId: string, channelId: string): Promise<boolean>
}

const definitions = z.record(z.string(), textSchema)
const source = z.enum(['network', 'by_hand'])

export const publicationMetrics = z.object({
  publicationId: z.string(),
  channelId: z.string(),
  network: z.string(),
  publishedAt: z.string().nullable(),
  /** When the network was last asked and answered; null if never yet. */
  measuredAt: z.string().nullable(),
  /** When it is asked next; null if no more. */
  nextAt: z.string().nullable(),
  /** Who told last: the network, or a person; null if nobody yet. */
  source: source.nullable(),
  /** The last known total of each counter that the network tells. */
  counters: countersSchema,
  /** What each of them counts. */
  definitions,
  /** Of the channel when the publication went out. */
  followers: z.number().nullable(),
  engagement: engagementSchema,
  rates: ratesSchema,
  /** Every look, oldest first. */
  series: z.array(
    z.object({ at: z.string(), source, counters: countersSchema, engagement: z.number().int().nullable() }),
  ),
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
  /** How many posts stood on it, the last known; null if the network does not tell. */
  posts: z.number().nullable(),
  /** What the posts of the channel gained in the whole span. */
  counters: postSums,
  /** What the network tells of the channel itself: sums of its days. */
  account: accountSums,
  /** What each of both counts. */
  definitions: z.object({ counters: definitions, account: definitions }),
  engagement: engagementSchema,
  rates: ratesSchema,
  periods: z.array(
    z.object({
      /** `2026-11-02`, `2026-W45` (ISO 8601) or `2026-11`. */
      period: z.string(),
      from: z.string(),
      to: z.string(),
      /** What was gained in it, whenever the posts went out; below zero where a network took some back. */
      counters: postSums,
      account: accountSums,
      /** At its end. */
      followers: z.number().nullable(),
      posts: z.number().nullable(),
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
      source: items.at(-1)?.source ?? null,
      counters,
      definitions: counterDefinitions(counters),
      followers: record?.followers ?? null,
      engagement: engagement(counters),
      rates: rates({ followers: record?.followers, counters }, 'byFollowersThen'),
      series: items.map(({ at, source: who, counters: then }) => ({
        at,
        source: who,
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
    if (from > to) throw refused('/from', 'after_to', measuringTexts.fromAfterTo())
    if (daysBetween(from, to) > maxDays) throw refused('/to', 'too_long', measuringTexts.tooManyDays({ max: maxDays }))
    if (from < firstDay) throw refused('/from', 'out_of_range', measuringTexts.notBefore({ day: firstDay }))
    if (to > lastDay) throw refused('/to', 'out_of_range', measuringTexts.notAfter({ day: lastDay }))
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
    const postsAt = (day: string) => days.findLast((one) => one.day <= day && one.posts !== undefined)?.posts ?? null
    const account = sumDaily(days.map((one) => one.daily))
    const standing = { followers: latestKnown?.followers ?? followersAt(to), posts: latestKnown?.posts ?? postsAt(to) }
    return {
      channelId,
      from,
      to,
      granularity: span.granularity,
      zone,
      followers: standing.followers ?? null,
      posts: standing.posts,
      counters: namedPosts(total),
      account: namedAccount(account),
      definitions: {
        counters: definedSums(counterDefinitions(total), 'postReachSum'),
        account: definedSums(
          channelDefinitions({ ...account, ...standing, posts: standing.posts ?? undefined }),
          'dailyReachSum',
        ),
      },
      engagement: engagement(total),
      rates: namedRates(rates({ followers: followersAt(to), counters: total }, 'byFollowersAtTheEnd')),
      periods: periods(from, to, span.granularity).map((period) => {
        const within = days.filter(({ day }) => day >= period.from && day <= period.to)
        const counters = known(sum(within.map(known)))
        const followers = followersAt(period.to)
        return {
          period: period.name,
          from: period.from,
          to: period.to,
          counters: namedPosts(counters),
          account: namedAccount(sumDaily(within.map((one) => one.daily))),
          followers: followers ?? null,
          posts: postsAt(period.to),
          engagement: engagement(counters).value,
          rates: namedRates(rates({ followers, counters }, 'byFollowersAtTheEnd')),
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

const refused = (pointer: string, code: string, message: Text) =>
  new AppError('unprocessable', 'validation_failed', message, { problems: [{ pointer, code, message }] })
