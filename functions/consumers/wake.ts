import { wakeDue, wakeShard } from '../../shared/publishing/wakes.ts'
import { clock, collectQueue, deliverQueue, lettersQueue, pollQueue, publishQueue, table } from '../container.ts'
import { eachMessage } from './messages.ts'

/** Reads one shard of what is due and puts it on the queue of its kind. */
export const handler = eachMessage(wakeShard, async (shard) => {
  const queues = {
    publication: publishQueue(),
    delivery: deliverQueue(),
    poll: pollQueue(),
    collection: collectQueue(),
    letter: lettersQueue(),
  }
  await wakeDue({ table: table(), clock, queues }, shard)
})
