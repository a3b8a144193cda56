import { describe, expect, it } from 'vitest'
import { protocols } from './protocols/index.ts'
import { byChance, calls, deaths, playProtocol, stalls } from './protocols/run.ts'

/** A few schedules of each: `npm run simulate` runs all deaths and as many schedules by chance as wanted. */
describe('under doubled and lost messages, deaths, late and lost answers', { timeout: 120_000 }, () => {
  it.each(protocols)('one holder at a time works on what is due: $name', async (protocol) => {
    const dying = [...deaths(8)].filter((_, index) => index % 4 === 1)
    const frozen = [...stalls(12)].filter((_, index) => index % 2 === 1)
    const seen = await playProtocol(protocol, [...dying, ...calls(), ...frozen, ...byChance(10_000, 2)])
    expect(seen.violations).toEqual([])
    expect(seen.runs).toBe(17)
    expect(seen.died).toBeGreaterThan(1)
  })
})
