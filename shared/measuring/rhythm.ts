const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** When a publication is measured, in ms after it went out: often while it moves, then ever more rarely, then no more. */
export const looksAfter = [
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  3 * day,
  7 * day,
  14 * day,
  28 * day,
] as const

/** A message may come a moment before its time: that look is the one that was meant. */
const early = 30_000

/** The next look (ms since the epoch); undefined: the last one is done. */
export function nextLook(publishedAt: number, now: number): number | undefined {
  const next = looksAfter.find((after) => publishedAt + after > now + early)
  return next === undefined ? undefined : publishedAt + next
}

/** What failed is tried again within minutes, then hours. Past the last look by a week, no more. */
export function lookAgain(publishedAt: number, now: number, failures: number): number | undefined {
  const again = now + Math.min(6 * hour, minute * 2 ** Math.min(failures, 20))
  return again > publishedAt + 35 * day ? undefined : again
}

export const channelRhythm = {
  every: day,
  again: (failures: number) => Math.min(day, 5 * minute * 2 ** Math.min(failures, 20)),
}
