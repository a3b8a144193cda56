import type { Random } from '../kernel/ids.ts'

/**
 * How long to wait before try number `tries` + 1 (1 is the first that failed), in ms: `baseMs` doubled each time up to
 * `capMs`, with "equal jitter" (between half and the whole), so that what failed together does not come back together.
 */
export function backoff(tries: number, random: Random, { baseMs, capMs }: { baseMs: number; capMs: number }): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(30, Math.max(0, tries - 1)))
  return Math.floor(ceiling / 2 + (random.next() * ceiling) / 2)
}

const firstOverdueMs = 15_000
const longestOverdueStepMs = 6 * 3_600_000

/**
 * Whether a record that has been due since `dueMs` is enqueued once more by a tick at `now`, the tick before having been at
 * `since`: 15 s after its instant, then after 1, 2½, 4½ minutes and so on, each step half again as long as the age, at most
 * every six hours.
 */
export function isOverdueAgain(dueMs: number, since: number, now: number): boolean {
  let age = firstOverdueMs
  while (dueMs + age <= since) {
    const step = Math.max(45_000, age / 2)
    // past the last growing step the rest is a multiple: no loop over years
    if (step >= longestOverdueStepMs) {
      const behind = Math.floor((since - dueMs - age) / longestOverdueStepMs)
      return dueMs + age + (behind + 1) * longestOverdueStepMs <= now
    }
    age += step
  }
  return dueMs + age <= now
}
