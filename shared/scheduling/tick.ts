import * as z from 'zod'
import { keys } from '../aws/keys.ts'
import type { Queue } from '../aws/queue.ts'
import type { Table } from '../aws/table.ts'
import { type Clock, iso, millis } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { isOverdueAgain } from './backoff.ts'
import { type DueEntry, duePartition, dueShards, readDueKey } from './due-index.ts'
import { queueMessage, readAheadMs, secondChanceMs, sendAll } from './enqueue.ts'
import { quarantine } from './quarantine.ts'
import { type DueQueue, dueQueues } from './wake-message.ts'

/** One shard of one queue's records: the unit a tick is divided into. */
export const dueShard = z.object({
  queue: z.enum(dueQueues),
  shard: z
    .number()
    .int()
    .min(0)
    .max(dueShards - 1),
})
export type DueShard = z.infer<typeof dueShard>

/** Every shard of every queue: what a tick puts on the wake queue. */
export const allDueShards: readonly DueShard[] = dueQueues.flatMap((queue) =>
  Array.from({ length: dueShards }, (_, shard) => ({ queue, shard })),
)

const pageSize = 200
const sendTries = 6
/** Due for longer than this, a record counts as overdue for the alarm. */
const overdueMs = 5 * 60_000

/** Overdue, upcoming and unreadable entries of one shard, as the metrics tell them. */
export interface ShardRead {
  readonly enqueued: number
  readonly overdue: number
  readonly quarantined: number
}

const dueItem = z.object({ pk: z.string(), sk: z.string(), wakeSk: z.string() })
/** When the last tick that enqueued something read the shard. What it enqueued follows from that instant. */
const cursorItem = z.object({ readAt: z.number() })

/**
 * Reads one shard of the due index and enqueues what is due: each record once when a tick first sees it (up to
 * {@link readAheadMs} ahead), once more within {@link secondChanceMs} of its instant, and then, if nobody claimed it, ever
 * more rarely. The shard's cursor moves only after the queue took everything, so that a tick that fails is made up for by
 * the next. An entry that cannot be read is put into quarantine and holds nothing up. Costs 1 RCU and no write while
 * nothing is due.
 */
export async function readShard(
  parts: {
    readonly table: Table
    readonly clock: Clock
    readonly log: Log
    readonly queues: Readonly<Record<DueQueue, Queue>>
  },
  { queue, shard }: DueShard,
): Promise<ShardRead> {
  const { table, clock, queues } = parts
  const now = clock.now()
  const key = keys.dueCursor(queue, shard)
  const stored = (await table.get(key, cursorItem, { consistent: false }))?.readAt ?? 0
  // a clock that was wrong, and is right again, must not keep what is due from leaving
  const fromFuture = now + readAheadMs
  const readAt = stored > fromFuture ? 0 : stored
  const read = { enqueued: 0, overdue: 0, quarantined: 0 }
  let start: Readonly<Record<string, string>> | undefined
  do {
    const page = await table.query(
      {
        index: 'wake',
        pk: duePartition(queue, shard),
        to: `${iso(now + readAheadMs)}~`,
        limit: pageSize,
        ...(start === undefined ? {} : { start }),
      },
      dueItem,
    )
    const messages = []
    for (const { pk, sk, wakeSk } of page.items) {
      const entry = readDueKey(queue, wakeSk)
      if (entry === undefined) {
        await quarantine(parts, { pk, sk }, 'its entry of the due index cannot be read')
        read.quarantined += 1
        continue
      }
      if (millis(entry.message.wakeAt) < now - overdueMs) read.overdue += 1
      if (isEnqueuedNow(entry, readAt, now)) messages.push(queueMessage(entry.message, clock.now()))
    }
    if (messages.length > 0) await sendAll({ queue: queues[queue], clock }, messages, sendTries)
    read.enqueued += messages.length
    start = page.next
  } while (start !== undefined)
  // a tick that was overtaken by a later one leaves that one's cursor
  if (read.enqueued > 0)
    await table.write({
      update: key,
      set: { readAt: now },
      if: {
        any: [
          ['readAt', 'absent'],
          ['readAt', '<', now],
          ['readAt', '>', fromFuture],
        ],
      },
    })
  return read
}

/** Whether a tick at `now` enqueues an entry, the last one having read the shard at `readAt`. Pure. */
export function isEnqueuedNow({ message, writtenAt, enqueued }: DueEntry, readAt: number, now: number): boolean {
  const dueMs = millis(message.wakeAt)
  const unseen = writtenAt > readAt
  if (!enqueued && (unseen || dueMs > readAt + readAheadMs)) return true
  if (dueMs <= now + secondChanceMs && (dueMs > readAt + secondChanceMs || (unseen && dueMs >= now))) return true
  return isOverdueAgain(dueMs, readAt, now)
}
