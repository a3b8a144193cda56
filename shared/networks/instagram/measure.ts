/** What Instagram counts of posts and of the account. A dataset may be empty instead of 0, and late by two days. */
import * as z from 'zod'
import { counted, readWithInsights } from '../meta/index.ts'
import type { ChannelCounters, Counters } from '../network.ts'
import { accessOf, type Call, platform } from './api.ts'
import { accountMetrics, mediaMetrics } from './facts.ts'

const media = z.object({ like_count: z.number().int().optional(), comments_count: z.number().int().optional() })
const account = z.object({ followers_count: z.number().int().optional(), media_count: z.number().int().optional() })

const asking = (call: Call) => ({ platform, tools: call, access: accessOf(call.app, call.credentials.current()) })

/** One call a post; a story, which knows fewer metrics, is asked for each. */
export async function measure(call: Call, externalIds: readonly string[]): Promise<ReadonlyMap<string, Counters>> {
  const all = new Map<string, Counters>()
  const metrics = mediaMetrics.map(({ metric }) => metric)
  for (const id of externalIds) {
    const asked = { ...asking(call), id, fields: 'like_count,comments_count', schema: media, metrics }
    // What a story does not know, a reel may: nothing is remembered from one to the next.
    const read = await readWithInsights(asked, new Set())
    if (read === undefined) continue
    const { like_count: likes, comments_count: comments } = read.found
    all.set(id, {
      ...(likes === undefined ? {} : { likes }),
      ...(comments === undefined ? {} : { comments }),
      ...counted(mediaMetrics, read.values),
    })
  }
  return all
}

export async function measureChannel(call: Call): Promise<ChannelCounters> {
  const read = await readWithInsights(
    {
      ...asking(call),
      id: call.credentials.current().userId,
      fields: 'followers_count,media_count',
      schema: account,
      metrics: accountMetrics.map(({ metric }) => metric),
      modifiers: { period: 'day', metric_type: 'total_value' },
    },
    new Set(),
  )
  if (read === undefined) return {}
  const { followers_count: followers, media_count: posts } = read.found
  return {
    ...(followers === undefined ? {} : { followers }),
    ...(posts === undefined ? {} : { posts }),
    ...counted(accountMetrics, read.values),
  }
}
