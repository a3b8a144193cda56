import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayOf, daysBetween, periods, plusDays } from '../../shared/measuring/calendar.ts'

const days = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))

describe('days', () => {
  it('are those of the zone, over the change of clocks too', () => {
    expect(dayOf(Date.parse('2026-10-24T22:30:00Z'), 'Europe/Paris')).toBe('2026-10-25')
    expect(dayOf(Date.parse('2026-10-25T22:30:00Z'), 'Europe/Paris')).toBe('2026-10-25')
    expect(dayOf(Date.parse('2026-10-25T23:30:00Z'), 'Europe/Paris')).toBe('2026-10-26')
    expect(dayOf(Date.parse('2026-11-02T03:00:00Z'), 'America/Martinique')).toBe('2026-11-01')
  })
})

describe('periods', () => {
  // ISO 8601 weeks at the turns of years, as calendars print them.
  it.each([
    ['2026-01-01', '2026-W01'],
    ['2025-12-29', '2026-W01'],
    ['2025-12-28', '2025-W52'],
    ['2027-01-03', '2026-W53'],
    ['2021-01-03', '2020-W53'],
    ['2024-12-30', '2025-W01'],
    ['2026-11-02', '2026-W45'],
  ])('%s lies in %s', (day, week) => {
    expect(periods(day, day, 'week')).toEqual([{ name: week, from: day, to: day }])
  })

  it('hold every day of the span exactly once, whatever their length', () => {
    fc.assert(
      fc.property(
        days,
        fc.nat({ max: 399 }),
        fc.constantFrom('day' as const, 'week' as const, 'month' as const),
        (from, more, granularity) => {
          const to = plusDays(from, more)
          const found = periods(from, to, granularity)
          expect(found[0]?.from).toBe(from)
          expect(found.at(-1)?.to).toBe(to)
          expect(found.reduce((sum, period) => sum + daysBetween(period.from, period.to), 0)).toBe(more + 1)
          for (const [index, period] of found.slice(1).entries())
            expect(period.from).toBe(plusDays(found[index]?.to ?? '', 1))
          expect(new Set(found.map((period) => period.name)).size).toBe(found.length)
        },
      ),
    )
  })
})
