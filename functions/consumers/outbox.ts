import { outboxRecords } from '../../shared/aws/stream.ts'
import { log } from '../container.ts'
import { bus } from '../containers/bus.ts'

interface Failures {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

/**
 * From the table's stream to the bus. What failed is reported by the first sequence number: the stream goes on from
 * there, so what came after it may be published twice under the same event id, and consumers drop the second.
 */
export async function handler(batch: unknown): Promise<Failures> {
  const records = outboxRecords(batch)
  const events = []
  for (const { event } of records) {
    if (event === undefined) break
    events.push(event)
  }
  const failed = Math.min(events.length, ...(await bus().publish(events)))
  const first = records[failed]
  if (first === undefined) return { batchItemFailures: [] }
  log.error('outbox events were not published', {
    from: first.sequenceNumber,
    eventId: first.event?.id,
    readable: first.event !== undefined,
    left: records.length - failed,
  })
  return { batchItemFailures: [{ itemIdentifier: first.sequenceNumber }] }
}
