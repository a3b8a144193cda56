import * as z from 'zod'
import { type CounterName, type Counters, counterNames } from '../networks/network.ts'

const ofEach = <Schema>(make: () => Schema) =>
  Object.fromEntries(counterNames.map((name) => [name, make()])) as Record<CounterName, Schema>

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

/** Totals as the network told them. What it did not tell is absent, never zero. What is no count is left out. */
export const countersSchema = z.object(ofEach(() => count.optional().catch(undefined)))

/** Sums of changes: a network takes likes back, so a day may end below zero. */
export const changesSchema = z.object(ofEach(() => z.number().int().optional()))

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
