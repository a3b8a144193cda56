/**
 * An instant of ours (ms) by the clock of the server that gave this answer, as its `Date` header shows it: whole seconds,
 * hence a second earlier. Without a header the clocks are taken for equal.
 */
export function byTheirClock(instant: number, now: number, headers: Readonly<Record<string, string>>): number {
  const theirs = Date.parse(headers.date ?? '')
  const skew = Number.isNaN(theirs) ? 0 : theirs - now
  return instant + (Math.abs(skew) < 2_000 ? Math.min(skew, 0) : skew) - 1_000
}
