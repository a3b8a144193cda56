import { branchPartition } from '../aws/keys.ts'
import type { Queue } from '../aws/queue.ts'
import type { Table } from '../aws/table.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { changed, changing, type PublicationRecord, publicationRecord } from './record.ts'
import { enqueueWakeUps } from './wake-up.ts'

/**
 * A channel sends again: wakes what waited for it, so that each gets its late policy now and not at its next look. What
 * this misses (a lost event, a change meanwhile) is found by its own wake-up within five minutes.
 */
export async function wakeOnResume(
  parts: { readonly table: Table; readonly clock: Clock; readonly queue: Queue; readonly log: Log },
  workspaceId: string,
  channelId: string,
): Promise<void> {
  const pk = branchPartition(workspaceId, channelId, 'publications')
  let start: Readonly<Record<string, string>> | undefined
  do {
    const page = await parts.table.query(
      {
        index: 'branch',
        pk,
        where: ['waitingFor', '=', 'channel'],
        limit: 100,
        ...(start === undefined ? {} : { start }),
      },
      publicationRecord,
    )
    const woken: PublicationRecord[] = []
    for (const record of page.items) {
      const now = iso(parts.clock.now())
      const change = { wakeAt: now }
      if ((await parts.table.write(changing(record, change, now))).ok) woken.push(changed(record, change, now))
    }
    await enqueueWakeUps(parts, woken)
    start = page.next
  } while (start !== undefined)
}
