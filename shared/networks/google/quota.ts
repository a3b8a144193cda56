import { quotaZone } from './facts.ts'

const hourMs = 3600_000

const wallClock = new Intl.DateTimeFormat('en-US', {
  timeZone: quotaZone,
  hourCycle: 'h23',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
})

/** Milliseconds since midnight by the clocks on the wall there. */
function sinceMidnight(instant: number): number {
  const part = Object.fromEntries(wallClock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
  return ((part.hour ?? 0) * 60 + (part.minute ?? 0)) * 60_000 + (part.second ?? 0) * 1000 + (instant % 1000)
}

/** When Google's daily quotas begin anew (ms): the next midnight in California, whatever its clocks do that day. */
export function quotaEnds(now: number): number {
  const guess = now + 24 * hourMs - sinceMidnight(now)
  // The night of a change has 23 or 25 hours.
  const off = sinceMidnight(guess)
  return off > 12 * hourMs ? guess + (24 * hourMs - off) : guess - off
}
