import type { Message, Queue } from '../aws/queue.ts'
import { type Clock, millis } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { PublicationRecord } from './record.ts'

/** What is due within this time is put on its queue; ticks may lie 119 s apart, so it is more than that. */
export const horizonMs = 3 * 60_000
/** A message that comes earlier than this goes back on the queue; a little before its second, the function holds. */
export const earliestMs = 5_000
/** A message for a publication arrives this much before its second, and the function holds until the instant. */
const aheadSeconds = 1

/** The message that wakes a publication at its second, or undefined if the tick will find it in time. */
export function hintOf(workspaceId: string, publicationId: string, wakeAt: string, now: number): Message | undefined {
  const inMs = millis(wakeAt) - now
  if (inMs > horizonMs) return undefined
  return {
    body: { ids: [workspaceId, publicationId], wakeAt },
    delaySeconds: Math.max(0, Math.floor(inMs / 1000) - aheadSeconds),
    groupId: workspaceId,
  }
}

/** Puts wake-ups that are due before the next tick on the publish queue. Best effort: never throws, the tick finds the rest. */
export async function hint(
  { queue, clock, log }: { readonly queue: Queue; readonly clock: Clock; readonly log: Log },
  records: readonly Pick<PublicationRecord, 'workspaceId' | 'id' | 'wakeAt'>[],
): Promise<void> {
  const messages = records.flatMap(({ workspaceId, id, wakeAt }) => {
    const message = wakeAt === undefined ? undefined : hintOf(workspaceId, id, wakeAt, clock.now())
    return message === undefined ? [] : [message]
  })
  if (messages.length === 0) return
  try {
    await queue.send(messages)
  } catch (error) {
    log.warn('wake-ups could not be enqueued; the next tick finds them', { ids: messages.length, error })
  }
}
