import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Engine } from '../support/engine.ts'
import { runAll } from './lanes.ts'
import type { Scenario } from './run.ts'
import { answers, deaths } from './sweep.ts'

let engine: Engine
beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())

async function play(name: string, scenarios: Iterable<Scenario>) {
  const seen = { runs: 0, died: 0, violations: [] as unknown[], states: new Set<string>() }
  const history = await runAll(engine, name, scenarios, (scenario, result) => {
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

describe('the publish promise', { timeout: 300_000 }, () => {
  it('holds when the first attempt dies at any of its awaits, on every kind of network', async () => {
    const seen = await play('deaths', deaths())
    expect(seen.violations).toEqual([])
    expect(seen.runs).toBeGreaterThanOrEqual(480)
    expect(seen.died).toBeGreaterThan(300)
  })

  it('holds for every pair of answers, on every kind of network', async () => {
    const seen = await play('answers', answers())
    expect(seen.violations).toEqual([])
    expect(seen.runs).toBe(845)
    expect([...seen.states].sort()).toEqual(expect.arrayContaining(['failed', 'published', 'rejected', 'unconfirmed']))
  })

  it('holds under random schedules of deaths, faults, throttles, doubled and lost messages, and people', async () => {
    const seen = await play(
      'random',
      Array.from({ length: 700 }, (_, index) => ({ seed: 10_000 + index })),
    )
    expect(seen.violations).toEqual([])
    expect(seen.runs).toBe(700)
    expect(seen.states.has('published')).toBe(true)
  })
})
