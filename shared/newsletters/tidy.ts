/** Addresses that gave no sign of life for as long as their list says leave it: once a day, list by list. */
import { branchPartition, keys } from '../aws/keys.ts'
import type { Position, Table } from '../aws/table.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import type { Random } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import { readDue, type WakeMessageOf } from '../scheduling/index.ts'
import { listRecord, subscriberRecord } from './list.ts'
import { tidying } from './lists.ts'
import { Subscribers } from './subscribers.ts'

const dayMs = 24 * 3600_000
const pageSize = 100

export async function tidy(
  parts: { readonly table: Table; readonly clock: Clock; readonly random: Random; readonly log: Log },
  message: WakeMessageOf<'list_cleanup'>,
): Promise<void> {
  const { table, clock } = parts
  const { workspaceId, listId, wakeAt } = message
  const list = await readDue(parts, message, listRecord)
  if (list === undefined) return
  // Tomorrow's turn is set first: should this one die, the next does its work.
  const taken = await table.write({
    update: keys.list(workspaceId, listId),
    set: tidying(workspaceId, listId, clock.now()),
    if: ['wakeAt', '=', wakeAt],
  })
  if (!taken.ok) return
  const before = iso(clock.now() - list.inactiveAfterDays * dayMs)
  const subscribers = new Subscribers(parts)
  let start: Position | undefined
  do {
    const page = await table.query(
      {
        pk: branchPartition(workspaceId, listId, 'subscribers'),
        index: 'branch',
        limit: pageSize,
        where: {
          all: [
            ['state', '=', 'subscribed'],
            ['lastSignAt', '<', before],
          ],
        },
        ...(start === undefined ? {} : { start }),
      },
      subscriberRecord,
    )
    for (const { id } of page.items) await subscribers.gone(workspaceId, id, 'inactive')
    start = page.next
  } while (start !== undefined)
}
