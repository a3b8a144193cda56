import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Engine } from '../support/engine.ts'
import { illegalTransitions } from './history.ts'
import { type Result, run, type Scenario } from './run.ts'

const lanes = 3
/** Every run begins at the same instant, so that a seed alone says how it goes. */
const start = Date.UTC(2026, 0, 1)

/** What the tables' streams say all publications became (I6). */
export type History = Awaited<ReturnType<typeof illegalTransitions>>

/**
 * Runs scenarios on one engine, a few side by side, each lane in a table of its own. Stops at the first broken
 * invariant; answers what was run.
 */
export async function runAll(
  engine: Engine,
  name: string,
  scenarios: Iterable<Scenario>,
  seen: (scenario: Scenario, result: Result) => void,
): Promise<History> {
  const queue = scenarios[Symbol.iterator]()
  let stop = false
  const history = { seen: 0, illegal: [] as string[] }
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const table = `${name}-${lane}`
      await engine.table(table)
      while (!stop) {
        const next = queue.next()
        if (next.done === true) break
        const client: DynamoDBClient = engine.client()
        const result = await run(client, table, next.value, start)
        client.destroy()
        if (result.violations.length > 0) stop = true
        seen(next.value, result)
      }
      const client = engine.client()
      const lived = await illegalTransitions(engine, client, table)
      client.destroy()
      history.seen += lived.seen
      history.illegal.push(...lived.illegal)
    }),
  )
  return history
}
