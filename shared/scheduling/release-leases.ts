import * as z from 'zod'
import type { Table } from '../aws/table.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import { dueAttributes, duePartition, dueShards, readDueKey } from './due-index.ts'
import { type DuePartition, dueQueues, recordKey } from './wake-message.ts'

/** Longer than any lease: what is due later is not held by anybody. */
const longestLeaseMs = 10 * 60_000

const dueItem = z.object({ wakeSk: z.string() })
/** A lease that is the record's `wakeAt`, or (credentials) one beside it, in ms. */
const leased = z.object({
  wakeAt: z.string().optional(),
  leaseUntil: z.union([z.string(), z.number()]).optional(),
})

/**
 * Ends every lease, so that what a dead process had in hand is taken up at once instead of at the lease's end. Only for a
 * process that knows that no other is alive (one machine, by the lock on its folder). Answers how many there were.
 */
export async function releaseLeases({
  table,
  clock,
}: {
  readonly table: Table
  readonly clock: Clock
}): Promise<number> {
  const partitions: readonly DuePartition[] = [...dueQueues, 'credentials', 'leftover']
  let released = 0
  for (const partition of partitions)
    for (let shard = 0; shard < dueShards; shard++) released += await releaseShard({ table, clock }, partition, shard)
  return released
}

async function releaseShard(
  { table, clock }: { readonly table: Table; readonly clock: Clock },
  partition: DuePartition,
  shard: number,
): Promise<number> {
  let released = 0
  let start: Readonly<Record<string, string>> | undefined
  do {
    const now = clock.now()
    const page = await table.query(
      {
        index: 'wake',
        pk: duePartition(partition, shard),
        limit: 200,
        // credentials wait for weeks, whoever renews them
        ...(partition === 'credentials' ? {} : { to: `${iso(now + longestLeaseMs)}~` }),
        ...(start === undefined ? {} : { start }),
      },
      dueItem,
    )
    const targets = page.items.flatMap(({ wakeSk }) => readDueKey(partition, wakeSk)?.message ?? [])
    const records = await table.getMany(targets.map(recordKey), leased)
    for (const [index, target] of targets.entries()) {
      const { wakeAt, leaseUntil } = records[index] ?? {}
      if (leaseUntil === undefined) continue
      const at = iso(now)
      const { ok } = await table.write(
        typeof leaseUntil === 'number'
          ? { update: recordKey(target), set: { leaseUntil: now }, if: ['leaseUntil', '=', leaseUntil] }
          : {
              update: recordKey(target),
              set: { wakeAt: at, leaseUntil: at, ...dueAttributes({ ...target, wakeAt: at }, now) },
              if: {
                all: [
                  ['wakeAt', '=', wakeAt],
                  ['leaseUntil', '=', leaseUntil],
                ],
              },
            },
      )
      if (ok) released += 1
    }
    start = page.next
  } while (start !== undefined)
  return released
}
