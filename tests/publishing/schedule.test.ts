import { describe, expect, it } from 'vitest'
import { momentOf, scheduleInput } from '../../shared/publishing/schedule.ts'

const now = Date.UTC(2026, 0, 15, 8)

describe('the instant a person meant', () => {
  it('takes the wall clock of the zone, the workspace’s by default', () => {
    expect(momentOf({ at: '2026-07-14T09:00:00' }, 'Europe/Paris', now).dueAt).toBe('2026-07-14T07:00:00.000Z')
    expect(momentOf({ at: '2026-12-01T09:00:00', zone: 'Indian/Reunion' }, 'Europe/Paris', now).dueAt).toBe(
      '2026-12-01T05:00:00.000Z',
    )
    expect(momentOf({ at: '2026-12-01T09:00', zone: 'America/Martinique' }, 'Europe/Paris', now)).toEqual({
      dueAt: '2026-12-01T13:00:00.000Z',
      scheduled: { at: '2026-12-01T09:00:00', zone: 'America/Martinique' },
    })
  })

  it('moves a time that does not exist forward by the gap, and says so', () => {
    expect(momentOf({ at: '2026-03-29T02:30:00' }, 'Europe/Paris', now)).toEqual({
      dueAt: '2026-03-29T01:30:00.000Z', // 03:30 in Paris
      scheduled: { at: '2026-03-29T02:30:00', zone: 'Europe/Paris', adjusted: 'gap_shifted_forward' },
    })
  })

  it('takes the first of a time that exists twice, and says so', () => {
    const moment = momentOf({ at: '2026-10-25T02:30:00' }, 'Europe/Paris', now)
    expect(moment.dueAt).toBe('2026-10-25T00:30:00.000Z') // still summer time
    expect(moment.scheduled.adjusted).toBe('overlap_first')
  })

  it('takes an offset as that very instant', () => {
    expect(momentOf({ at: '2026-10-25T02:30:00+01:00' }, 'Europe/Paris', now).dueAt).toBe('2026-10-25T01:30:00.000Z')
  })

  it.each([
    [{ at: '2026-02-30T09:00:00' }, 'invalid_local_time'],
    [{ at: '2026-12-01T25:00:00' }, 'invalid_local_time'],
    [{ at: '2026-12-01T09:00:00', zone: 'Europe/Lutèce' }, 'unknown_zone'],
    [{ at: '2025-12-01T09:00:00' }, 'schedule_in_past'],
    [{ at: '2031-12-01T09:00:00' }, 'schedule_too_far'],
  ])('refuses %o with %s', (input, code) => {
    expect(() => momentOf(input, 'Europe/Paris', now)).toThrowError(expect.objectContaining({ code }))
  })

  it('refuses a time that is written otherwise, and now together with a time', () => {
    expect(scheduleInput.safeParse({ at: 'tomorrow' }).success).toBe(false)
    expect(scheduleInput.safeParse({ now: true, at: '2026-12-01T09:00:00' }).success).toBe(false)
    expect(scheduleInput.safeParse({ now: false }).success).toBe(false)
  })
})
