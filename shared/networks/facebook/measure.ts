import * as z from 'zod'
import type { ChannelCall, Counters } from '../network.ts'
import { attempt, type Credentials, errorOf, isGone, read } from './api.ts'
import type { Settings } from './connect.ts'
import { codes, insightMetrics } from './facts.ts'

const summary = z.object({ summary: z.object({ total_count: z.number().int() }) })
const post = z.object({
  shares: z.object({ count: z.number().int() }).optional(),
  comments: summary.optional(),
  reactions: summary.optional(),
})
const insights = z.object({
  data: z.array(
    z.object({ name: z.string(), values: z.array(z.object({ value: z.number().optional().catch(undefined) })) }),
  ),
})

/** Counts that are fields of the post, then insights one by one: a Page that lacks a metric answers "(#100) invalid metric". */
export async function measure(
  call: ChannelCall<Credentials, Settings>,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, Counters>> {
  const counted = new Map<string, Counters>()
  const unknownMetrics = new Set<string>()
  for (const id of externalIds) {
    const query = { fields: 'shares,comments.limit(0).summary(true),reactions.limit(0).summary(true)' }
    const fields = await read(call, call.credentials.current(), { path: `/${encodeURIComponent(id)}`, query }, post)
    if (fields === undefined) continue
    const counters: Record<string, number> = {}
    if (fields.reactions !== undefined) counters.likes = fields.reactions.summary.total_count
    if (fields.comments !== undefined) counters.comments = fields.comments.summary.total_count
    if (fields.shares !== undefined) counters.shares = fields.shares.count
    for (const { metric, counter } of insightMetrics) {
      const value = unknownMetrics.has(metric) ? undefined : await insight(call, id, metric, unknownMetrics)
      if (value !== undefined) counters[counter] = value
    }
    counted.set(id, counters)
  }
  return counted
}

/** Undefined where the network does not tell: an unknown metric, a missing permission, no value yet. */
async function insight(
  call: ChannelCall<Credentials, Settings>,
  id: string,
  metric: string,
  unknownMetrics: Set<string>,
): Promise<number | undefined> {
  const tried = await attempt(
    call,
    call.credentials.current(),
    { method: 'GET', path: `/${encodeURIComponent(id)}/insights`, query: { metric } },
    false,
  )
  if ('answer' in tried) {
    const parsed = insights.safeParse(tried.answer.json())
    return parsed.success ? parsed.data.data.find((one) => one.name === metric)?.values.at(-1)?.value : undefined
  }
  const code = tried.error?.code
  if (isGone(tried)) return undefined
  if (code === codes.invalidParameter || (code !== undefined && codes.permission(code))) {
    unknownMetrics.add(metric)
    return undefined
  }
  throw errorOf(tried.refusal, call.clock.now())
}
