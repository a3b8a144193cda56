import { overdueLine, quarantinedLine } from '../../shared/aws/metric.ts'
import { dueShard, readShard } from '../../shared/scheduling/tick.ts'
import {
  clock,
  collectQueue,
  deliverQueue,
  lettersQueue,
  log,
  pollQueue,
  publishQueue,
  table,
  variable,
} from '../container.ts'
import { eachMessage } from './messages.ts'

/** Reads one shard of what is due and puts it on the queue of its kind. */
export const handler = eachMessage(dueShard, async (shard) => {
  const queues = {
    publication: publishQueue(),
    delivery: deliverQueue(),
    poll: pollQueue(),
    collection: collectQueue(),
    letter: lettersQueue(),
  }
  const { overdue, quarantined } = await readShard({ table: table(), clock, log, queues }, shard)
  const stage = variable('STAGE')
  if (overdue > 0) process.stdout.write(`${overdueLine(overdue, stage, shard.queue, clock.now())}\n`)
  if (quarantined > 0) process.stdout.write(`${quarantinedLine(quarantined, stage, clock.now())}\n`)
})
