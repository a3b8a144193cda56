/**
 * Publishes the events of a period again, with the same ids: what consumers had already taken, they drop.
 *
 *   npm run replay -- --from 2026-12-01T08:00:00Z --to 2026-12-01T09:00:00Z [--name publication.rejected]
 *
 * Reads the whole table once (`shared/aws/replay.ts` says what that costs). `TABLE_NAME` and `BUS_NAME` name the stage's
 * table and bus; on one machine `AWS_ENDPOINT_URL_DYNAMODB` and `AWS_ENDPOINT_URL_EVENTBRIDGE` say where they are.
 */
import * as z from 'zod'
import { openBus } from '../shared/aws/bus.ts'
import { storedEvents } from '../shared/aws/replay.ts'
import { iso, systemClock } from '../shared/kernel/clock.ts'
import { readArguments, refuseArguments } from './arguments.ts'

const instant = z.iso.datetime({ offset: true }).transform((text) => iso(Date.parse(text)))
const settings = z.object({ TABLE_NAME: z.string().min(1), BUS_NAME: z.string().min(1) })
const usage = 'npm run replay -- --from 2026-12-01T08:00:00Z --to 2026-12-01T09:00:00Z [--name publication.rejected]'

const { values } = readArguments({
  usage,
  options: { from: { type: 'string' }, to: { type: 'string' }, name: { type: 'string' } },
})
const period = z.object({ from: instant, to: instant, name: z.string().optional() }).safeParse(values)
const env = settings.safeParse(process.env)
if (!period.success) refuseArguments('Say from when to when, as instants.', usage)
if (!env.success) refuseArguments('Set TABLE_NAME and BUS_NAME.', usage)

const bus = openBus(env.data.BUS_NAME)
let published = 0
for await (const page of storedEvents(env.data.TABLE_NAME, period.data)) {
  let pending = page
  for (let attempt = 1; pending.length > 0; attempt++) {
    const failed = await bus.publish(pending)
    published += pending.length - failed.length
    pending = failed.flatMap((index) => pending[index] ?? [])
    if (pending.length > 0 && attempt === 5) {
      console.error(
        `The bus refused ${pending.length} events five times; ${published} were published. Run it again: repeats do no harm.`,
      )
      process.exit(1)
    }
    if (pending.length > 0) await systemClock.sleep(200 * 2 ** attempt)
  }
}
console.log(`${published} events published again.`)
