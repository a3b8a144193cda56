/** What Facebook counts of posts and of the Page. */
import * as z from 'zod'
import { errorOf, isGone } from '../http/index.ts'
import { codes, graphErrorIn } from '../meta/index.ts'
import type { ChannelCounters, Counters } from '../network.ts'
import { attemptAs, type Call, platform, readAs } from './api.ts'
import { pageMetrics, postMetrics } from './facts.ts'

const summary = z.object({ summary: z.object({ total_count: z.number().int() }) })
const post = z.object({
  shares: z.object({ count: z.number().int() }).optional(),
  comments: summary.optional(),
  reactions: summary.optional(),
})
const postFields = 'shares,comments.limit(0).summary(true),reactions.limit(0).summary(true)'
const page = z.object({ followers_count: z.number().int().optional() })

const insights = z.object({
  data: z.array(
    z.object({ name: z.string(), values: z.array(z.object({ value: z.number().optional().catch(undefined) })) }),
  ),
})
type Values = ReadonlyMap<string, number>

interface Asked<T> {
  readonly id: string
  readonly fields: string
  readonly schema: z.ZodType<T>
  readonly metrics: readonly string[]
  readonly period?: string
}

/**
 * Fields and insights of one object in one call. Where one metric is refused ("(#100) invalid metric": objects differ in
 * which they know), fields first and then metric by metric; what was refused stays in `refused`. Undefined: it is gone.
 */
async function readWith<T>(
  call: Call,
  { id, fields, schema, metrics, period }: Asked<T>,
  refused: Set<string>,
): Promise<{ readonly found: T; readonly values: Values } | undefined> {
  const path = `/${encodeURIComponent(id)}`
  const wanted = metrics.filter((metric) => !refused.has(metric))
  if (wanted.length > 0) {
    const expansion = `insights.metric(${wanted.join(',')})${period === undefined ? '' : `.period(${period})`}{name,values}`
    const tried = await attemptAs(call, { method: 'GET', path, query: { fields: `${fields},${expansion}` } }, false)
    if (tried.refusal === undefined) {
      const answer = tried.answer.json()
      const parsed = schema.safeParse(answer)
      const told = z.object({ insights: insights.optional() }).safeParse(answer)
      if (parsed.success && told.success) return { found: parsed.data, values: valuesIn(told.data.insights) }
    } else if (isGone(platform, tried.answer)) return undefined
    else if (tried.answer === undefined || !isRefusedMetric(tried.answer))
      throw errorOf(tried.refusal, call.clock.now())
  }
  const found = await readAs(call, { path, query: { fields } }, schema)
  if (found === undefined) return undefined
  const values = new Map<string, number>()
  for (const metric of wanted) {
    const query = { metric, ...(period === undefined ? {} : { period }) }
    const tried = await attemptAs(call, { method: 'GET', path: `${path}/insights`, query }, false)
    if (tried.refusal === undefined) {
      const told = insights.safeParse(tried.answer.json())
      if (told.success) for (const [name, value] of valuesIn(told.data)) values.set(name, value)
    } else if (tried.answer !== undefined && isRefusedMetric(tried.answer)) refused.add(metric)
    else throw errorOf(tried.refusal, call.clock.now())
  }
  return { found, values }
}

function isRefusedMetric(answer: Parameters<typeof graphErrorIn>[0]): boolean {
  const code = graphErrorIn(answer)?.code
  return code !== undefined && (code === codes.invalidParameter || codes.permission(code))
}

/** The last value of each: of a post its only one, of a Page the last whole day. */
function valuesIn(told: z.infer<typeof insights> | undefined): Values {
  const values = new Map<string, number>()
  for (const { name, values: days } of told?.data ?? []) {
    const value = days.at(-1)?.value
    if (value !== undefined) values.set(name, value)
  }
  return values
}

/** One call a post where the Page knows every metric. */
export async function measure(call: Call, externalIds: readonly string[]): Promise<ReadonlyMap<string, Counters>> {
  const counted = new Map<string, Counters>()
  const refused = new Set<string>()
  const metrics = postMetrics.map(({ metric }) => metric)
  for (const id of externalIds) {
    const read = await readWith(call, { id, fields: postFields, schema: post, metrics }, refused)
    if (read === undefined) continue
    const { reactions, comments, shares } = read.found
    counted.set(id, {
      ...(reactions === undefined ? {} : { likes: reactions.summary.total_count }),
      ...(comments === undefined ? {} : { comments: comments.summary.total_count }),
      ...(shares === undefined ? {} : { shares: shares.count }),
      ...named(postMetrics, read.values),
    })
  }
  return counted
}

export async function measureChannel(call: Call): Promise<ChannelCounters> {
  const asked = { id: call.credentials.current().pageId, fields: 'followers_count', schema: page, period: 'day' }
  const read = await readWith(call, { ...asked, metrics: pageMetrics.map(({ metric }) => metric) }, new Set())
  if (read === undefined) return {}
  const { followers_count: followers } = read.found
  return { ...(followers === undefined ? {} : { followers }), ...named(pageMetrics, read.values) }
}

const named = (metrics: readonly { readonly metric: string; readonly counter: string }[], values: Values) =>
  Object.fromEntries(
    metrics.flatMap(({ metric, counter }) => {
      const value = values.get(metric)
      return value === undefined ? [] : [[counter, value]]
    }),
  )
