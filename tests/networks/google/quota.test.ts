import { describe, expect, it } from 'vitest'
import { quotaEnds } from '../../../shared/networks/google/quota.ts'

const ends = (now: string) => new Date(quotaEnds(Date.parse(now))).toISOString()

describe('when a daily quota of Google’s begins anew', () => {
  it('is the next midnight in California', () => {
    expect(ends('2026-11-20T12:00:00.000Z')).toBe('2026-11-21T08:00:00.000Z')
    expect(ends('2026-07-14T12:00:00.123Z')).toBe('2026-07-15T07:00:00.000Z')
  })
  it('is a whole day away at midnight itself, and a moment before it a moment', () => {
    expect(ends('2026-11-20T08:00:00.000Z')).toBe('2026-11-21T08:00:00.000Z')
    expect(ends('2026-11-20T07:59:59.999Z')).toBe('2026-11-20T08:00:00.000Z')
  })
  it('follows the clocks there through the nights they change', () => {
    // 2026-03-08 has 23 hours there, 2026-11-01 has 25.
    expect(ends('2026-03-08T08:30:00.000Z')).toBe('2026-03-09T07:00:00.000Z')
    expect(ends('2026-03-08T20:00:00.000Z')).toBe('2026-03-09T07:00:00.000Z')
    expect(ends('2026-11-01T07:30:00.000Z')).toBe('2026-11-02T08:00:00.000Z')
    expect(ends('2026-11-01T20:00:00.000Z')).toBe('2026-11-02T08:00:00.000Z')
  })
})
