import { describe, expect, it } from 'vitest'
import { play } from './play.ts'
import { ahead, deaths, handovers, someAnswers, throttles } from './sweep.ts'

describe('the publish promise', { timeout: 300_000 }, () => {
  it('holds when the first attempt dies at any of its awaits, on every kind of network', async () => {
    const seen = await play(deaths())
    expect(seen.violations).toEqual([])
    expect(seen.runs).toBeGreaterThanOrEqual(480)
    expect(seen.died).toBeGreaterThan(300)
  })

  it('holds whatever becomes of the work ahead, and wherever it dies', async () => {
    const seen = await play(ahead())
    expect(seen.violations).toEqual([])
    expect(seen.runs).toBe(154)
    expect(seen.died).toBeGreaterThan(70)
  })

  it('holds for what becomes a person’s, wherever it dies', async () => {
    const seen = await play(handovers())
    expect(seen.violations).toEqual([])
    expect(seen.runs).toBe(36)
    expect(seen.died).toBeGreaterThan(15)
    expect([...seen.states]).toEqual(['handed_over'])
  })

  it('keeps what the network answered when the table takes nothing for most of the lease', async () => {
    const seen = await play(throttles())
    expect(seen.violations).toEqual([])
    expect(seen.runs).toBe(20)
    expect([...seen.states]).toEqual(['published'])
  })

  it('holds for every pair of answers, on every kind of network', async () => {
    const seen = await play(someAnswers())
    expect(seen.violations).toEqual([])
    expect(seen.runs).toBe(282)
    expect([...seen.states].sort()).toEqual(expect.arrayContaining(['published', 'rejected', 'unconfirmed']))
  })
})
