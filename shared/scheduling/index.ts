/**
 * What waits for the machine. A record that waits carries a `wakeAt` and stands in the due index under it; a tick enqueues
 * a {@link WakeMessage} for what is due soon; a consumer claims the record by one conditional write ({@link claim}), works,
 * and ends its lease with the next `wakeAt`. A holder that dies is succeeded at the end of its lease. Messages may be lost,
 * doubled or late: the record alone decides.
 */
export { backoff } from './backoff.ts'
export { dueAttributes, duePartition, dueShards, notDue, readDueKey } from './due-index.ts'
export { enqueueSoon, isSoon, queueMessage } from './enqueue.ts'
export { claim, claimRecord, due, type Lease, readDue, readRecord } from './lease.ts'
export { Quarantined } from './quarantine.ts'
export {
  recordKey,
  type WakeMessage,
  type WakeMessageOf,
  type WakeTarget,
  wakeMessage,
  wakeMessages,
} from './wake-message.ts'
