import * as z from 'zod'
import { textSchema } from '../i18n/index.ts'
import type { CounterName } from '../networks/network.ts'
import type { Changes } from './counters.ts'
import { engagementTexts } from './definitions.ts'

const counted = ['likes', 'comments', 'shares', 'quotes', 'saves', 'clicks'] as const satisfies readonly CounterName[]

export const engagementSchema = z.object({
  /** Null where the network tells none of the counters. */
  value: z.number().int().nullable(),
  /** Which counters are in it. */
  of: z.array(z.enum(counted)),
  definition: textSchema,
})

/** Engagements: a sum of what the network tells, with the names of what is in it. */
export function engagement(counters: Changes): z.infer<typeof engagementSchema> {
  const of = counted.filter((name) => counters[name] !== undefined)
  const value = of.length === 0 ? null : of.reduce((sum, name) => sum + (counters[name] ?? 0), 0)
  return { value, of, definition: engagementTexts.engagement() }
}

const rate = z.object({
  /** A share: 0.05 is 5 %. Null where engagement or denominator is unknown, or the denominator is not positive. */
  value: z.number().nullable(),
  denominator: z.number().nullable(),
  definition: textSchema,
})
export const ratesSchema = z.object({ byFollowers: rate, byReach: rate, byViews: rate, byImpressions: rate })

interface Denominators {
  readonly followers: number | undefined
  readonly counters: Changes
}

/** Engagement rates, each with its definition. `followersOf` says of when the followers are. */
export function rates(
  { followers, counters }: Denominators,
  followersOf: 'byFollowersThen' | 'byFollowersAtTheEnd',
): z.infer<typeof ratesSchema> {
  const { value } = engagement(counters)
  const by = (denominator: number | undefined, name: keyof typeof engagementTexts): z.infer<typeof rate> => ({
    value: value === null || denominator === undefined || denominator <= 0 ? null : value / denominator,
    denominator: denominator ?? null,
    definition: engagementTexts[name](),
  })
  return {
    byFollowers: by(followers, followersOf),
    byReach: by(counters.reach, 'byReach'),
    byViews: by(counters.views, 'byViews'),
    byImpressions: by(counters.impressions, 'byImpressions'),
  }
}
