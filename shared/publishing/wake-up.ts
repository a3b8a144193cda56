import type { Queue } from '../aws/queue.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { enqueueSoon, type WakeMessageOf } from '../scheduling/index.ts'
import type { PublicationRecord } from './record.ts'

/** A message that comes earlier than this goes back on the queue; a little before its instant, the function holds. */
export const earliestMs = 5_000

/** The message that wakes a publication; undefined if it waits for nothing. */
export function wakeUpOf({
  workspaceId,
  id,
  wakeAt,
}: Pick<PublicationRecord, 'workspaceId' | 'id' | 'wakeAt'>): WakeMessageOf<'publication'> | undefined {
  return wakeAt === undefined ? undefined : { kind: 'publication', workspaceId, publicationId: id, wakeAt }
}

/** Enqueues the wake-ups of these that are due before a tick is sure to find them. Best effort: never throws. */
export function enqueueWakeUps(
  parts: { readonly queue: Queue; readonly clock: Clock; readonly log: Log },
  records: readonly Pick<PublicationRecord, 'workspaceId' | 'id' | 'wakeAt'>[],
): Promise<void> {
  return enqueueSoon(
    parts,
    records.flatMap((record) => wakeUpOf(record) ?? []),
  )
}
