import type { Clock } from '../../shared/kernel/clock.ts'

interface Timer {
  readonly at: number
  readonly order: number
  fire(): void
}

/** Time that only moves when it is told to. */
export class VirtualClock implements Clock {
  #now: number
  #order = 0
  #timers: Timer[] = []

  constructor(start: number) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (ms <= 0) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const timer: Timer = { at: this.#now + Math.ceil(ms), order: this.#order++, fire: resolve }
      this.#timers.push(timer)
      signal?.addEventListener(
        'abort',
        () => {
          this.#timers = this.#timers.filter((other) => other !== timer)
          reject(signal.reason)
        },
        { once: true },
      )
    })
  }

  /** When the next sleeper wakes. */
  next(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#timers.map((timer) => timer.at))
  }

  /** Moves on, never back. */
  advance(to: number): void {
    this.#now = Math.max(this.#now, to)
  }

  /** Wakes the first sleeper that is due; false if there is none. One at a time, so that a seed always runs the same way. */
  wakeOne(): boolean {
    const due = this.#timers.filter((timer) => timer.at <= this.#now).sort((a, b) => a.at - b.at || a.order - b.order)
    const first = due[0]
    if (first === undefined) return false
    this.#timers = this.#timers.filter((timer) => timer !== first)
    first.fire()
    return true
  }
}
