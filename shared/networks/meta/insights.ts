/** Insights of Meta's objects, beside their fields. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { attempt, errorOf, type HttpAnswer, isGone, type Platform, read } from '../http/index.ts'
import type { NetworkTools } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { codes } from './facts.ts'
import { type GraphAccess, graphErrorIn, graphRequest } from './graph.ts'

const number = z.number().optional().catch(undefined)
/** Values of days, or of the whole time; or one total (`metric_type=total_value`). */
const insights = z.object({
  data: z.array(
    z.object({
      name: z.string(),
      values: z.array(z.object({ value: number })).optional(),
      total_value: z.object({ value: number }).optional(),
    }),
  ),
})

export interface Asking<T> {
  readonly platform: Platform
  readonly tools: Pick<NetworkTools, 'http' | 'signal' | 'clock'>
  readonly access: GraphAccess
  readonly id: string
  readonly fields: string
  readonly schema: z.ZodType<T>
  readonly metrics: readonly string[]
  /** What the insights edge takes besides: `{ period: 'day' }`. */
  readonly modifiers?: Readonly<Record<string, string>>
}

export type Values = ReadonlyMap<string, number>

/**
 * Fields and insights of one object in one call. Where one metric is refused ("(#100) invalid metric": objects differ in
 * which they know), fields first and then metric by metric; what was refused is added to `refused` and not asked for
 * again. Undefined: the object is gone. Throws an AppError where the network cannot be asked.
 */
export async function readWithInsights<T>(
  { platform, tools, access, id, fields, schema, metrics, modifiers = {} }: Asking<T>,
  refused: Set<string>,
): Promise<{ readonly found: T; readonly values: Values } | undefined> {
  const path = `/${encodeURIComponent(id)}`
  const ask = (below: string, query: Readonly<Record<string, string>>) =>
    graphRequest(access, { method: 'GET', path: `${path}${below}`, query })
  const wanted = metrics.filter((metric) => !refused.has(metric))
  if (wanted.length > 0) {
    const given = Object.entries({ metric: wanted.join(','), ...modifiers }).map(
      ([name, value]) => `.${name}(${value})`,
    )
    const request = ask('', { fields: `${fields},insights${given.join('')}` })
    const tried = await attempt(platform, tools, request, { visible: false })
    if (tried.refusal === undefined) {
      const answer = tried.answer.json()
      const parsed = schema.safeParse(answer)
      const told = z.object({ insights: insights.optional() }).safeParse(answer)
      if (parsed.success && told.success) return { found: parsed.data, values: valuesIn(told.data.insights) }
    } else if (isGone(platform, tried.answer)) return undefined
    else if (!isRefusedMetric(tried.answer)) throw errorOf(tried.refusal, tools.clock.now())
  }
  const found = await read(platform, tools, ask('', { fields }), schema)
  if (found === undefined) return undefined
  const values = new Map<string, number>()
  for (const metric of wanted) {
    const tried = await attempt(platform, tools, ask('/insights', { metric, ...modifiers }), { visible: false })
    if (tried.refusal === undefined) {
      const told = insights.safeParse(tried.answer.json())
      if (!told.success)
        throw new AppError('unavailable', 'network_failed', networkTexts.unreadableFigures({ network: platform.title }))
      for (const [name, value] of valuesIn(told.data)) values.set(name, value)
    } else if (isRefusedMetric(tried.answer)) refused.add(metric)
    else throw errorOf(tried.refusal, tools.clock.now())
  }
  return { found, values }
}

function isRefusedMetric(answer: HttpAnswer | undefined): boolean {
  const code = answer === undefined ? undefined : graphErrorIn(answer)?.code
  return code !== undefined && (code === codes.invalidParameter || codes.permission(code))
}

/** The total, or the last value: of a post its only one, of an account the last whole day. */
function valuesIn(told: z.infer<typeof insights> | undefined): Values {
  const values = new Map<string, number>()
  for (const { name, values: days, total_value } of told?.data ?? []) {
    const value = total_value?.value ?? days?.at(-1)?.value
    if (value !== undefined) values.set(name, value)
  }
  return values
}

/** The values by our names for them. */
export const counted = (metrics: readonly { readonly metric: string; readonly counter: string }[], values: Values) =>
  Object.fromEntries(
    metrics.flatMap(({ metric, counter }) => {
      const value = values.get(metric)
      return value === undefined ? [] : [[counter, value]]
    }),
  )
