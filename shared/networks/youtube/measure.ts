/** Figures: the Data API's are of now, those of YouTube Analytics come two or three days late. */
import * as z from 'zod'
import { iso } from '../../kernel/clock.ts'
import { attemptAs, readAs } from '../google/index.ts'
import type { ChannelCall, ChannelCounters, CounterName, Counters } from '../network.ts'
import { analyticsAt, apiAt, type Credentials, type Settings, youtubePlatform } from './api.ts'

type Call = ChannelCall<Credentials, Settings>

const atOnce = 50
const dayMs = 24 * 3600_000
/** Before there was a video on YouTube. */
const longAgo = '2005-02-14'

/** Numbers come as text; those that the owner hides do not come. */
const number = z.coerce.number().int().nonnegative().optional().catch(undefined)
const statistics = z.object({
  items: z
    .array(
      z.object({
        id: z.string(),
        statistics: z.object({ viewCount: number, likeCount: number, commentCount: number }).catch({}),
      }),
    )
    .default([]),
})

/** What Analytics counts, by our names. */
const analytics: Readonly<Record<string, { readonly name: CounterName; readonly times: number }>> = {
  estimatedMinutesWatched: { name: 'watchSeconds', times: 60 },
  shares: { name: 'shares', times: 1 },
  subscribersGained: { name: 'follows', times: 1 },
}
export const counters: readonly CounterName[] = [
  'views',
  'likes',
  'comments',
  ...Object.values(analytics).map(({ name }) => name),
]

const report = z.object({
  columnHeaders: z.array(z.object({ name: z.string() })),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))).default([]),
})
type Row = Readonly<Record<string, string | number | null | undefined>>

export async function measure(call: Call, externalIds: readonly string[]): Promise<ReadonlyMap<string, Counters>> {
  const counted = new Map<string, Counters>()
  for (let i = 0; i < externalIds.length; i += atOnce) {
    const ids = externalIds.slice(i, i + atOnce)
    const url = apiAt(call.app, '/videos', { part: 'statistics', id: ids.join(','), maxResults: String(atOnce) })
    const now = await readAs(youtubePlatform, call, url, statistics)
    for (const { id, statistics: told } of now?.items ?? [])
      counted.set(id, withoutAbsent({ views: told.viewCount, likes: told.likeCount, comments: told.commentCount }))
    const known = ids.filter((id) => counted.has(id))
    if (known.length === 0) continue
    for (const row of await analyse(call, {
      startDate: longAgo,
      endDate: day(call.clock.now()),
      dimensions: 'video',
      filters: `video==${known.join(',')}`,
      metrics: ['views', ...Object.keys(analytics)].join(','),
      sort: '-views',
      maxResults: '200',
    })) {
      const id = String(row.video)
      const before = counted.get(id)
      if (before !== undefined) counted.set(id, { ...before, ...analysed(row) })
    }
  }
  return counted
}

function analysed(row: Row): Counters {
  return Object.fromEntries(
    Object.entries(analytics).flatMap(([metric, { name, times }]) => {
      const value = row[metric]
      return typeof value === 'number' ? [[name, Math.round(value * times)] as const] : []
    }),
  )
}

/** Rows of YouTube Analytics; none where it does not answer: the other figures are worth having without. */
async function analyse(call: Call, query: Readonly<Record<string, string>>): Promise<readonly Row[]> {
  const url = analyticsAt(call.app, { ids: 'channel==MINE', ...query })
  const tried = await attemptAs(youtubePlatform, call, { method: 'GET', url }, { visible: false })
  const told = tried.refusal === undefined ? report.safeParse(tried.answer.json()).data : undefined
  if (told === undefined) return []
  return told.rows.map((row) => Object.fromEntries(told.columnHeaders.map(({ name }, i) => [name, row[i]])))
}

const channels = z.object({
  items: z
    .array(
      z.object({
        statistics: z.object({
          subscriberCount: number,
          hiddenSubscriberCount: z.boolean().catch(false),
          videoCount: number,
        }),
      }),
    )
    .default([]),
})

/** Subscribers (rounded by YouTube to three digits) and videos of now; the views of the last day that Analytics knows. */
export async function measureChannel(call: Call): Promise<ChannelCounters> {
  const url = apiAt(call.app, '/channels', { part: 'statistics', id: call.account.externalId })
  const told = (await readAs(youtubePlatform, call, url, channels))?.items[0]?.statistics
  const now = call.clock.now()
  const days = await analyse(call, {
    startDate: day(now - 7 * dayMs),
    endDate: day(now),
    dimensions: 'day',
    metrics: 'views',
    sort: 'day',
  })
  const last = days.at(-1)?.views
  return withoutAbsent({
    followers: told?.hiddenSubscriberCount === true ? undefined : told?.subscriberCount,
    posts: told?.videoCount,
    views: typeof last === 'number' ? last : undefined,
  })
}

const day = (instant: number) => iso(instant).slice(0, 10)

function withoutAbsent<K extends string>(told: Readonly<Partial<Record<K, number | undefined>>>) {
  const there: Partial<Record<K, number>> = { ...told }
  for (const name in there) if (there[name] === undefined) delete there[name]
  return there
}
