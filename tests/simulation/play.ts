import { expect } from 'vitest'
import { runAll } from './lanes.ts'
import type { Scenario } from './run.ts'

/** Runs scenarios and holds them to I6; answers what was seen of the rest. */
export async function play(scenarios: Iterable<Scenario>) {
  const seen = { runs: 0, died: 0, violations: [] as unknown[], states: new Set<string>() }
  const history = await runAll(scenarios, (scenario, result) => {
    seen.runs++
    if (result.died) seen.died++
    for (const state of result.states) seen.states.add(state)
    if (result.violations.length > 0) seen.violations.push({ scenario, violations: result.violations })
  })
  // I6, from the tables' own streams
  expect(history.illegal).toEqual([])
  expect(history.seen).toBeGreaterThan(seen.runs * 3)
  return seen
}
