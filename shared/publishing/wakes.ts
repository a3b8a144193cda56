import * as z from 'zod'
import { type WakeKind, wakeKinds, wakePartition, wakeShards } from '../aws/keys.ts'
import type { Message, Queue } from '../aws/queue.ts'
import type { Table } from '../aws/table.ts'
import { type Clock, iso, millis } from '../kernel/clock.ts'
import { wakeMessageOf } from '../kernel/wake.ts'
import { hintOf, horizonMs } from './hint.ts'

/** One shard of one kind of what waits: the unit a tick is divided into. */
export const wakeShard = z.object({
  kind: z.enum(wakeKinds),
  shard: z
    .number()
    .int()
    .min(0)
    .max(wakeShards - 1),
})
export type WakeShard = z.infer<typeof wakeShard>

/** Every shard of every kind: what a tick puts on the wake queue. */
export const allWakeShards: readonly WakeShard[] = wakeKinds.flatMap((kind) =>
  Array.from({ length: wakeShards }, (_, shard) => ({ kind, shard })),
)

const pageSize = 200
const wakeItem = z.object({ wakeSk: z.string() })

/**
 * Reads what is due in one shard, sooner than the next tick can come, and puts it on the queue of its kind; a
 * publication with a delay up to its second. Work is proportional to what is due. Answers how many were found.
 */
export async function wakeDue(
  {
    table,
    clock,
    queues,
  }: { readonly table: Table; readonly clock: Clock; readonly queues: Readonly<Record<WakeKind, Queue>> },
  { kind, shard }: WakeShard,
): Promise<number> {
  let found = 0
  let start: Readonly<Record<string, string>> | undefined
  do {
    const to = `${iso(clock.now() + horizonMs)}~`
    const page = await table.query(
      { index: 'wake', pk: wakePartition(kind, shard), to, limit: pageSize, ...(start === undefined ? {} : { start }) },
      wakeItem,
    )
    const messages = page.items.flatMap(({ wakeSk }) => messageOf(kind, wakeSk, clock.now()) ?? [])
    if (messages.length > 0) await queues[kind].send(messages)
    found += messages.length
    start = page.next
  } while (start !== undefined)
  return found
}

function messageOf(kind: WakeKind, sortKey: string, now: number): Message | undefined {
  const { ids, wakeAt } = wakeMessageOf(sortKey)
  const [workspaceId, id] = ids
  if (workspaceId === undefined || id === undefined) return undefined
  if (kind === 'publication') return hintOf(workspaceId, id, wakeAt, now)
  const delaySeconds = Math.max(0, Math.ceil((millis(wakeAt) - now) / 1000))
  return { body: { ids, wakeAt }, delaySeconds, groupId: workspaceId }
}
