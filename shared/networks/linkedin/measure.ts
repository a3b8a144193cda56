/** What LinkedIn counts of a page's posts, and of the page. */
import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import type { ChannelCounters, Counters } from '../network.ts'
import { type Call, listOf, readAs, urn } from './api.ts'
import { pageOf } from './facts.ts'

const count = z.number().int().nonnegative().optional().catch(undefined)
const totals = z.object({
  impressionCount: count,
  uniqueImpressionsCount: count,
  clickCount: count,
  likeCount: count,
  commentCount: count,
  shareCount: count,
})
const statistics = z.object({
  elements: z.array(
    z.object({
      share: z.string().optional(),
      ugcPost: z.string().optional(),
      totalShareStatistics: totals.catch({}),
    }),
  ),
})

/** Shares and other posts are asked for under two names. A post that nobody saw yet, or that is gone, is not in the answer. */
export async function measure(call: Call, externalIds: readonly string[]): Promise<ReadonlyMap<string, Counters>> {
  const counted = new Map<string, Counters>()
  for (const [name, kind] of [
    ['shares', 'urn:li:share:'],
    ['ugcPosts', 'urn:li:ugcPost:'],
  ] as const) {
    const ids = externalIds.filter((id) => id.startsWith(kind))
    for (let i = 0; i < ids.length; i += pageOf.statistics) {
      const found = await readAs(
        call,
        `${shareStatistics(call)}&${name}=${listOf(ids.slice(i, i + pageOf.statistics))}`,
        statistics,
      )
      for (const { share, ugcPost, totalShareStatistics } of found?.elements ?? []) {
        const id = share ?? ugcPost
        if (id !== undefined) counted.set(id, countersOf(totalShareStatistics))
      }
    }
  }
  return counted
}

const shareStatistics = (call: Call) =>
  `/rest/organizationalEntityShareStatistics?q=organizationalEntity&organizationalEntity=${urn(call.credentials.current().organization)}`

const told = (counters: Readonly<Record<string, number | undefined>>) =>
  Object.fromEntries(Object.entries(counters).filter(([, value]) => value !== undefined))

const countersOf = (one: z.infer<typeof totals>): Counters =>
  told({
    likes: one.likeCount,
    comments: one.commentCount,
    shares: one.shareCount,
    clicks: one.clickCount,
    impressions: one.impressionCount,
    reach: one.uniqueImpressionsCount,
  })

const size = z.object({ firstDegreeSize: z.number().int().nonnegative() })
const dayMs = 86_400_000

/** Followers now; impressions and clicks of the last whole day (UTC). What this access may not see is left out. */
export async function measureChannel(call: Call): Promise<ChannelCounters> {
  const page = urn(call.credentials.current().organization)
  const followers = await ifAllowed(
    readAs(call, `/rest/networkSizes/${page}?edgeType=COMPANY_FOLLOWED_BY_MEMBER`, size),
  )
  const end = Math.floor(call.clock.now() / dayMs) * dayMs
  const range = `timeIntervals=(timeRange:(start:${end - dayMs},end:${end}),timeGranularityType:DAY)`
  const day = await ifAllowed(readAs(call, `${shareStatistics(call)}&${range}`, statistics))
  const shown = day?.elements[0]?.totalShareStatistics
  return told({
    followers: followers?.firstDegreeSize,
    impressions: shown?.impressionCount,
    clicks: shown?.clickCount,
  })
}

async function ifAllowed<T>(read: Promise<T>): Promise<T | undefined> {
  return read.catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'network_refused') return undefined
    throw error
  })
}
