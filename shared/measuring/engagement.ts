import * as z from 'zod'
import type { CounterName } from '../networks/network.ts'
import type { Changes } from './counters.ts'

const counted = ['likes', 'comments', 'shares', 'quotes', 'saves', 'clicks'] as const satisfies readonly CounterName[]

export const engagementSchema = z.object({
  /** Null where the network tells none of the counters. */
  value: z.number().int().nullable(),
  /** Which counters are in it. */
  of: z.array(z.enum(counted)),
  definition: z.string(),
})

/** Engagements: a sum of what the network tells, with the names of what is in it. */
export function engagement(counters: Changes): z.infer<typeof engagementSchema> {
  const of = counted.filter((name) => counters[name] !== undefined)
  const value = of.length === 0 ? null : of.reduce((sum, name) => sum + (counters[name] ?? 0), 0)
  return {
    value,
    of,
    definition: 'engagement = likes + comments + shares + quotes + saves + clicks, of those that the network tells',
  }
}

const rate = z.object({
  /** A share: 0.05 is 5 %. Null where engagement or denominator is unknown, or the denominator is not positive. */
  value: z.number().nullable(),
  denominator: z.number().nullable(),
  definition: z.string(),
})
export const ratesSchema = z.object({ byFollowers: rate, byReach: rate, byViews: rate, byImpressions: rate })

interface Denominators {
  readonly followers: number | undefined
  readonly counters: Changes
}

/** Engagement rates, each with its definition. `followersAre` says of when. */
export function rates({ followers, counters }: Denominators, followersAre: string): z.infer<typeof ratesSchema> {
  const { value } = engagement(counters)
  const by = (denominator: number | undefined, definition: string): z.infer<typeof rate> => ({
    value: value === null || denominator === undefined || denominator <= 0 ? null : value / denominator,
    denominator: denominator ?? null,
    definition,
  })
  return {
    byFollowers: by(followers, `engagement ÷ ${followersAre}`),
    byReach: by(counters.reach, 'engagement ÷ reach (people who saw it, each once)'),
    byViews: by(counters.views, 'engagement ÷ views'),
    byImpressions: by(counters.impressions, 'engagement ÷ impressions (times it was shown)'),
  }
}
