import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Engine } from '../support/engine.ts'
import { play } from './play.ts'

let engine: Engine
beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())

describe('the publish promise', { timeout: 300_000 }, () => {
  it('holds under random schedules of deaths, faults, throttles, doubled and lost messages, and people', async () => {
    const seen = await play(
      engine,
      'random',
      Array.from({ length: 700 }, (_, index) => ({ seed: 10_000 + index })),
    )
    expect(seen.violations).toEqual([])
    expect(seen.runs).toBe(700)
    expect(seen.states.has('published')).toBe(true)
  })
})
