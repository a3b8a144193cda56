import { describe, expect, it } from 'vitest'
import { play } from './play.ts'

describe('the publish promise', { timeout: 300_000 }, () => {
  it('holds under random schedules of deaths, faults, throttles, doubled and lost messages, and people', async () => {
    const seen = await play(Array.from({ length: 250 }, (_, index) => ({ seed: 10_000 + index })))
    expect(seen.violations).toEqual([])
    expect(seen.runs).toBe(250)
    expect(seen.states.has('published')).toBe(true)
  })
})
