/** Days as texts, `2026-11-02`: in a zone they begin and end at other instants, between them they are only counted. */
const dayMs = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** The day it is at an instant (ms) in an IANA zone. */
export function dayOf(ms: number, zone: string): string {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en', {
      timeZone: zone,
      calendar: 'gregory',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    })
    formats.set(zone, format)
  }
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]))
  return `${parts.year?.padStart(4, '0')}-${parts.month}-${parts.day}`
}

export const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)

/** Days from one to the other, both counted. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs) + 1

export const granularities = ['day', 'week', 'month'] as const
export type Granularity = (typeof granularities)[number]

export interface Period {
  /** `2026-11-02`, `2026-W45` (ISO 8601: weeks begin on Monday, the first holds the year's first Thursday), `2026-11`. */
  readonly name: string
  readonly from: string
  readonly to: string
}

/** The periods that `from` to `to` (both counted) fall into, cut to these bounds. */
export function periods(from: string, to: string, granularity: Granularity): Period[] {
  const found: { name: string; from: string; to: string }[] = []
  for (let day = from; day <= to; day = plusDays(day, 1)) {
    const name = nameOf(day, granularity)
    const last = found.at(-1)
    if (last?.name === name) last.to = day
    else found.push({ name, from: day, to: day })
  }
  return found
}

function nameOf(day: string, granularity: Granularity): string {
  if (granularity === 'day') return day
  if (granularity === 'month') return day.slice(0, 7)
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
  const thursday = plusDays(day, 3 - weekday)
  const week = Math.floor((daysBetween(`${thursday.slice(0, 4)}-01-01`, thursday) - 1) / 7) + 1
  return `${thursday.slice(0, 4)}-W${String(week).padStart(2, '0')}`
}
