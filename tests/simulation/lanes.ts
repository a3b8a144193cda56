import { Engine } from '../support/engine.ts'
import { illegalTransitions } from './history.ts'
import { type Result, run, type Scenario } from './run.ts'

const lanes = 2
/** An engine gets slower with what it holds: after so many runs a lane takes a fresh one. */
const runsPerEngine = 20
/** Every run begins at the same instant, so that a seed alone says how it goes. */
const start = Date.UTC(2026, 0, 1)
const tableName = 'simulation'

/** What the tables' streams say all publications became (I6). */
export interface History {
  seen: number
  readonly illegal: string[]
}

/** Runs scenarios, a few side by side, each lane on engines of its own. Stops at the first broken invariant. */
export async function runAll(
  scenarios: Iterable<Scenario>,
  seen: (scenario: Scenario, result: Result) => void,
): Promise<History> {
  const queue = scenarios[Symbol.iterator]()
  const history: History = { seen: 0, illegal: [] }
  let stop = false

  /** False when nothing is left to run. */
  async function lane(): Promise<boolean> {
    const engine = await Engine.start()
    try {
      await engine.table(tableName)
      let more = true
      for (let count = 0; more && !stop && count < runsPerEngine; count++) {
        const next = queue.next()
        more = next.done !== true
        if (next.done === true) break
        const client = engine.client()
        const result = await run(client, tableName, next.value, start)
        client.destroy()
        if (result.violations.length > 0) stop = true
        seen(next.value, result)
      }
      const client = engine.client()
      const lived = await illegalTransitions(engine, client, tableName)
      client.destroy()
      history.seen += lived.seen
      history.illegal.push(...lived.illegal)
      return more && !stop
    } finally {
      await engine.stop()
    }
  }

  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (await lane());
    }),
  )
  return history
}
