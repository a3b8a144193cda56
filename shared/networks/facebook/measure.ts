/** What Facebook counts of posts and of the Page. */
import * as z from 'zod'
import { counted, graphAccess, readWithInsights } from '../meta/index.ts'
import type { ChannelCounters, Counters } from '../network.ts'
import { type Call, platform } from './api.ts'
import { pageMetrics, postMetrics } from './facts.ts'

const summary = z.object({ summary: z.object({ total_count: z.number().int() }) })
const post = z.object({
  shares: z.object({ count: z.number().int() }).optional(),
  comments: summary.optional(),
  reactions: summary.optional(),
})
const postFields = 'shares,comments.limit(0).summary(true),reactions.limit(0).summary(true)'
const page = z.object({ followers_count: z.number().int().optional() })

const asking = (call: Call) => ({
  platform,
  tools: call,
  access: graphAccess(call.app, call.credentials.current().accessToken),
})

/** One call a post where the Page knows every metric. */
export async function measure(call: Call, externalIds: readonly string[]): Promise<ReadonlyMap<string, Counters>> {
  const all = new Map<string, Counters>()
  const refused = new Set<string>()
  const metrics = postMetrics.map(({ metric }) => metric)
  for (const id of externalIds) {
    const read = await readWithInsights({ ...asking(call), id, fields: postFields, schema: post, metrics }, refused)
    if (read === undefined) continue
    const { reactions, comments, shares } = read.found
    all.set(id, {
      ...(reactions === undefined ? {} : { likes: reactions.summary.total_count }),
      ...(comments === undefined ? {} : { comments: comments.summary.total_count }),
      ...(shares === undefined ? {} : { shares: shares.count }),
      ...counted(postMetrics, read.values),
    })
  }
  return all
}

export async function measureChannel(call: Call): Promise<ChannelCounters> {
  const id = call.credentials.current().pageId
  const metrics = pageMetrics.map(({ metric }) => metric)
  const asked = { ...asking(call), id, fields: 'followers_count', schema: page, metrics, modifiers: { period: 'day' } }
  const read = await readWithInsights(asked, new Set())
  if (read === undefined) return {}
  const { followers_count: followers } = read.found
  return { ...(followers === undefined ? {} : { followers }), ...counted(pageMetrics, read.values) }
}
