/** Time, injected so that tests and the simulation can hold it. Milliseconds since the epoch, UTC. */
export interface Clock {
  now(): number
  /** Resolves after `ms` milliseconds; rejects with the signal's reason if aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const onAbort = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
        Math.max(0, ms),
      )
      signal?.addEventListener('abort', onAbort, { once: true })
    }),
}

/** An instant as it is stored and answered: ISO 8601, UTC, milliseconds, so that text order is time order. */
export function iso(ms: number): string {
  return new Date(ms).toISOString()
}

/** The reverse of {@link iso}. NaN for what is no instant: parse input with a schema first. */
export function millis(instant: string): number {
  return Date.parse(instant)
}
