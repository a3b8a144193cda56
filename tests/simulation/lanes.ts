import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Engine } from '../support/engine.ts'
import { type Result, run, type Scenario } from './run.ts'

const lanes = 3
/** Runs lie this far apart in virtual time: what one leaves behind (limits of the app) is over in the next. */
const apartMs = 2 * 86_400_000

/**
 * Runs scenarios on one engine, a few side by side, each lane in a table of its own. Stops at the first broken
 * invariant; answers what was run.
 */
export async function runAll(
  engine: Engine,
  name: string,
  scenarios: Iterable<Scenario>,
  seen: (scenario: Scenario, result: Result) => void,
): Promise<void> {
  const queue = scenarios[Symbol.iterator]()
  let stop = false
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const table = `${name}-${lane}`
      await engine.table(table)
      for (let count = 0; !stop; count++) {
        const next = queue.next()
        if (next.done === true) return
        const client: DynamoDBClient = engine.client()
        const result = await run(client, table, next.value, Date.UTC(2026, 0, 1) + count * apartMs)
        client.destroy()
        if (result.violations.length > 0) stop = true
        seen(next.value, result)
      }
    }),
  )
}
