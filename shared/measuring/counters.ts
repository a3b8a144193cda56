import * as z from 'zod'
import {
  type ChannelCounters,
  type CounterName,
  type Counters,
  channelCounterNames,
  counterNames,
} from '../networks/network.ts'

const ofEach = <Name extends string, Schema>(names: readonly Name[], make: () => Schema) =>
  Object.fromEntries(names.map((name) => [name, make()])) as Record<Name, Schema>

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

/** Totals as the network told them. What it did not tell is absent, never zero. What is no count is left out. */
export const countersSchema = z.object(ofEach(counterNames, () => count.optional().catch(undefined)))

/** Sums of changes: a network takes likes back, so a day may end below zero. */
export const changesSchema = z.object(ofEach(counterNames, () => z.number().int().optional()))

/** The channel's own, as the network told them. */
export const channelCountersSchema = z.object(ofEach(channelCounterNames, () => count.optional().catch(undefined)))

export type Changes = Partial<Record<CounterName, number>>

/** Only the names that are known, so that what is stored and what is compared look the same. */
export function known(counters: { readonly [K in CounterName]?: number | undefined }): Changes {
  return Object.fromEntries(
    counterNames.flatMap((name) => (counters[name] === undefined ? [] : [[name, counters[name]]])),
  )
}

/** The posts of a thread as one: what adds up is added; the reach is the widest, for its people are largely the same. */
export function together(parts: readonly Counters[]): Changes {
  const sum: Changes = {}
  for (const part of parts)
    for (const name of counterNames) {
      const value = part[name]
      if (value === undefined) continue
      sum[name] = name === 'reach' ? Math.max(sum[name] ?? 0, value) : (sum[name] ?? 0) + value
    }
  return sum
}

/** What changed since `before`. A counter that appears counts from nothing; one that is not told now has not changed. */
export function changesSince(before: Counters, now: Counters): Changes {
  const changes: Changes = {}
  for (const name of counterNames) {
    const value = now[name]
    if (value !== undefined && value !== (before[name] ?? 0)) changes[name] = value - (before[name] ?? 0)
  }
  return changes
}

export function sum(all: readonly Changes[]): Changes {
  const total: Changes = {}
  for (const one of all)
    for (const name of counterNames) {
      const value = one[name]
      if (value !== undefined) total[name] = (total[name] ?? 0) + value
    }
  return total
}

/** Those that are told, split: what there is now, and what one day brought. */
export function splitChannel(told: ChannelCounters): {
  readonly followers?: number
  readonly posts?: number
  readonly daily: ChannelCounters
} {
  const { followers, posts, ...rest } = channelCountersSchema.parse(told)
  return {
    ...(followers === undefined ? {} : { followers }),
    ...(posts === undefined ? {} : { posts }),
    daily: sumDaily([rest]),
  }
}

/** The sum of days; a counter that no day has is absent. */
export function sumDaily(days: readonly (z.infer<typeof channelCountersSchema> | undefined)[]): ChannelCounters {
  const total: Partial<Record<(typeof channelCounterNames)[number], number>> = {}
  for (const day of days)
    for (const name of channelCounterNames) {
      const value = day?.[name]
      if (value !== undefined) total[name] = (total[name] ?? 0) + value
    }
  return total
}
