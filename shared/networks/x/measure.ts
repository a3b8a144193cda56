/** What X counts: in public, and what it tells the author alone for thirty days. */
import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import type { ChannelCounters, Counters } from '../network.ts'
import { type Call, readAs, user } from './api.ts'
import { pageOf } from './facts.ts'

const count = z.number().int().nonnegative().optional().catch(undefined)
const measured = z.object({
  id: z.string(),
  public_metrics: z
    .object({
      like_count: count,
      reply_count: count,
      /** One number, two names: the description says `repost_count`, the payloads `retweet_count`. */
      retweet_count: count,
      repost_count: count,
      quote_count: count,
      bookmark_count: count,
      impression_count: count,
    })
    .optional()
    .catch(undefined),
  non_public_metrics: z.object({ impression_count: count, url_link_clicks: count }).optional().catch(undefined),
})
const page = z.object({ data: z.array(measured).default([]) })

/** Fields that X does not tell of a post come as errors beside the others; a post that is gone is one of them, too. */
export async function measure(call: Call, externalIds: readonly string[]): Promise<ReadonlyMap<string, Counters>> {
  const counted = new Map<string, Counters>()
  for (let i = 0; i < externalIds.length; i += pageOf.lookup) {
    const ids = externalIds.slice(i, i + pageOf.lookup)
    for (const one of await readBatch(call, ids)) counted.set(one.id, countersOf(one))
  }
  return counted
}

async function readBatch(call: Call, ids: readonly string[]) {
  const ask = (fields: string) =>
    readAs(
      call,
      {
        path: '/2/tweets',
        query: { ids: ids.join(',') },
        named: { tweet: { 'tweet.fields': fields }, post: { 'post.fields': fields } },
      },
      page,
    )
  const found = await ask('public_metrics,non_public_metrics').catch((error: unknown) => {
    // What is private may be refused as a whole: then what is public is all there is.
    if (error instanceof AppError && error.code === 'network_refused') return ask('public_metrics')
    throw error
  })
  return found?.data ?? []
}

function countersOf({ public_metrics: open = {}, non_public_metrics: own = {} }: z.infer<typeof measured>): Counters {
  const told: Readonly<Record<string, number | undefined>> = {
    likes: open.like_count,
    comments: open.reply_count,
    shares: open.retweet_count ?? open.repost_count,
    quotes: open.quote_count,
    saves: open.bookmark_count,
    impressions: open.impression_count ?? own.impression_count,
    clicks: own.url_link_clicks,
  }
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined))
}

const me = z.object({ data: user })

export async function measureChannel(call: Call): Promise<ChannelCounters> {
  const found = await readAs(call, { path: '/2/users/me', query: { 'user.fields': 'public_metrics' } }, me)
  const { followers_count: followers, tweet_count, post_count } = found?.data.public_metrics ?? {}
  const posts = tweet_count ?? post_count
  return { ...(followers === undefined ? {} : { followers }), ...(posts === undefined ? {} : { posts }) }
}
