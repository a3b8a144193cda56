import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { httpTexts } from './texts.ts'

const windowMs = 60_000
/** Requests an instance answers between two writes: the limit costs a tenth of a write (0.1 WCU) per request. */
const batch = 10

interface Counted {
  readonly window: number
  uncounted: number
  refused: boolean
}

/**
 * A fixed window of one minute per workspace, counted in the table. Each instance adds ten requests at a time, so that
 * the limit is passed by at most nine for each instance running, and a caller below ten a minute costs nothing.
 */
export class RateLimit {
  readonly #perMinute: number
  readonly #clock: Clock
  readonly #counted = new Map<string, Counted>()

  constructor(perMinute: number, clock: Clock) {
    this.#perMinute = perMinute
    this.#clock = clock
  }

  /** Counts one request. Throws 429 with the seconds until the window ends. */
  async take(table: Table, workspaceId: string): Promise<void> {
    const now = this.#clock.now()
    const window = Math.floor(now / windowMs)
    let counted = this.#counted.get(workspaceId)
    if (counted?.window !== window) {
      if (this.#counted.size > 1_000) this.#counted.clear()
      counted = { window, uncounted: 0, refused: false }
      this.#counted.set(workspaceId, counted)
    }
    if (!counted.refused && ++counted.uncounted >= Math.min(batch, this.#perMinute)) {
      const count = counted.uncounted
      counted.uncounted = 0
      const result = await table.write({
        update: keys.requestWindow(workspaceId, window),
        add: { requests: count },
        set: { expiresAt: (window + 3) * (windowMs / 1000) },
        if: {
          any: [
            ['requests', 'absent'],
            ['requests', '<', this.#perMinute],
          ],
        },
      })
      counted.refused = !result.ok
    }
    if (counted.refused)
      throw new AppError('rate_limited', 'too_many_requests', httpTexts.tooManyRequests({ max: this.#perMinute }), {
        retryAfterSeconds: ((window + 1) * windowMs - now) / 1000,
      })
  }
}
