import { createHash } from 'node:crypto'
import { type DuePartition, dueId, partitionOf, targetOf, type WakeMessage } from './wake-message.ts'

/** Shards of each partition of the due index, so that a 9:00 with a hundred thousand posts is no hot key. */
export const dueShards = 8

/** Where records stand that could not be parsed: read by a person, never by a tick. */
export const quarantinePartition = 'wake#quarantine'

export const duePartition = (partition: DuePartition, shard: number) => `wake#${partition}#${shard}`

/**
 * The attributes that put a record into the due index (`wake`) at its `wakeAt`. The sort key is
 * `<wakeAt>#<id>#<written>`: `written` is the instant of the write (ms, base 36), with `+` behind it if the writer puts the
 * message on its queue itself (`enqueueSoon`). By these a tick knows which records no earlier tick has seen.
 */
export function dueAttributes(message: WakeMessage, now: number, enqueued = false) {
  const id = dueId(message)
  return {
    wakePk: duePartition(partitionOf[message.kind], shardOf(id)),
    wakeSk: `${message.wakeAt}#${id}#${now.toString(36)}${enqueued ? '+' : ''}`,
  }
}

/** The attributes to remove from a record that waits for nothing. */
export const notDue = ['wakePk', 'wakeSk'] as const

export interface DueEntry {
  readonly message: WakeMessage
  /** Instant of the write that put it there (ms since the epoch); 0 where it is not known. */
  readonly writtenAt: number
  /** Its writer put the message on the queue. */
  readonly enqueued: boolean
}

/** What a sort key of the due index says; undefined if it cannot be read. */
export function readDueKey(partition: DuePartition, sortKey: string): DueEntry | undefined {
  const [wakeAt, id, written, ...more] = sortKey.split('#')
  if (!wakeAt || !id || more.length > 0 || Number.isNaN(Date.parse(wakeAt))) return undefined
  const target = targetOf(partition, id)
  if (target === undefined) return undefined
  const [, digits, plus] = /^([0-9a-z]+)(\+?)$/.exec(written ?? '0') ?? []
  if (digits === undefined) return undefined
  return { message: { ...target, wakeAt }, writtenAt: Number.parseInt(digits, 36), enqueued: plus === '+' }
}

/** The shard in which a record of this id stands. */
export function shardOf(id: string): number {
  return (createHash('sha1').update(id).digest()[0] ?? 0) % dueShards
}
