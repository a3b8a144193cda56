import type { Message, Queue } from '../aws/queue.ts'
import { type Clock, millis } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { WakeMessage } from './wake-message.ts'

/**
 * A tick enqueues what is due within this time. Ticks may lie 119 s apart: twice that and a little, so that every record
 * is seen by two of them before its instant and a lost message gets its second chance.
 */
export const readAheadMs = 240_000
/** The second chance: what is due within this time is enqueued once more if nobody has claimed it. */
export const secondChanceMs = 120_000
/** A publication's message arrives this much before its instant, and the function holds. */
const publicationLeadSeconds = 1
const maxTries = 3

/** The message as it is enqueued now: delayed up to its instant, a publication's up to a second before it. */
export function queueMessage(message: WakeMessage, now: number): Message {
  const inSeconds = (millis(message.wakeAt) - now) / 1000
  const delay = message.kind === 'publication' ? Math.floor(inSeconds) - publicationLeadSeconds : Math.ceil(inSeconds)
  return { body: message, delaySeconds: Math.min(900, Math.max(0, delay)), groupId: message.workspaceId }
}

/** Whether a writer of this `wakeAt` should enqueue it itself: the next tick may come too late for it. */
export const isSoon = (wakeAt: string, now: number): boolean => millis(wakeAt) - now <= readAheadMs

/**
 * Enqueues what is due before ticks are sure to find it; the rest is left to them. Best effort: never throws. A message
 * that is lost here is enqueued again by a tick that comes before its instant, or 15 s after it.
 */
export async function enqueueSoon(
  { queue, clock, log }: { readonly queue: Queue; readonly clock: Clock; readonly log: Log },
  messages: readonly WakeMessage[],
): Promise<void> {
  const now = clock.now()
  const soon = messages.filter(({ wakeAt }) => isSoon(wakeAt, now)).map((message) => queueMessage(message, now))
  if (soon.length === 0) return
  try {
    await sendAll({ queue, clock }, soon, maxTries)
  } catch (error) {
    log.warn('wake-ups could not be enqueued; a tick finds them', { messages: soon.length, error })
  }
}

/** Sends these, trying again where the queue fails. Throws what the last try threw. */
export async function sendAll(
  { queue, clock }: { readonly queue: Queue; readonly clock: Clock },
  messages: readonly Message[],
  tries: number,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await queue.send(messages)
    } catch (error) {
      if (attempt >= tries) throw error
      await clock.sleep(100 * 2 ** attempt)
    }
  }
}
