/** Runs the jobs, at most so many side by side, and answers their results in order. */
export async function sideBySide<T, R>(
  count: number,
  jobs: readonly T[],
  work: (job: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  // One iterator for all of them: each takes what none has taken.
  const left = jobs.entries()
  await Promise.all(
    Array.from({ length: Math.min(count, jobs.length) }, async () => {
      for (const [index, job] of left) results[index] = await work(job, index)
    }),
  )
  return results
}

/** Asks until the answer is there; throws what it waited for after this many seconds. */
export async function until<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined>,
  everyMs = 250,
): Promise<T> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s.`)
    await pause(everyMs)
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
