import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { Condition } from '../aws/expression.ts'
import type { Item, Table, Write } from '../aws/table.ts'
import { type Clock, iso, millis } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { dueAttributes, notDue } from './due-index.ts'
import { Quarantined, quarantine, unreadableBecause } from './quarantine.ts'
import { recordKey, type WakeMessage, type WakeTarget } from './wake-message.ts'

interface Parts {
  readonly table: Table
  readonly clock: Clock
  readonly log: Log
}

/** What every record that waits has in common. Where it has a version, the claim pins it and moves it on. */
interface Waiting {
  readonly wakeAt?: string | undefined
  readonly version?: number | undefined
}

/** What a holder writes besides, and what must hold besides. `undefined` in `set` leaves a field alone. */
interface Change {
  readonly set?: Item
  readonly remove?: readonly string[]
  readonly add?: Readonly<Record<string, number>>
  readonly if?: Condition
}

interface ClaimOptions<T> {
  /** Longer than the holder may work: whoever still holds the record then is dead. */
  readonly leaseMs: number
  readonly if?: Condition
  readonly set?: (record: T) => Item
}

type Update = Extract<Write, { update: unknown }>

/**
 * The record that a message names, if it is still due at that `wakeAt`. A record that no schema reads any more is put into
 * quarantine; then this throws {@link Quarantined}.
 */
export async function readDue<T extends Waiting>(
  parts: Parts,
  message: WakeMessage,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const record = await readRecord(parts, message, schema)
  return record?.wakeAt === message.wakeAt ? record : undefined
}

/** The same, whatever its `wakeAt`. */
export async function readRecord<T>(parts: Parts, target: WakeTarget, schema: z.ZodType<T>): Promise<T | undefined> {
  const key = recordKey(target)
  try {
    return await parts.table.get(key, schema)
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    await quarantine(parts, key, unreadableBecause(error))
    throw new Quarantined(`A record of kind ${target.kind} cannot be read.`, { cause: error })
  }
}

/**
 * Takes the right to work on a record: one conditional write that pins the `wakeAt` (and the version) that was read, and
 * puts the end of the lease in its place. A holder that dies is succeeded at that end. Undefined if the record is not due
 * at the message's `wakeAt` any more, `if` does not hold, or somebody else was first.
 */
export async function claim<T extends Waiting>(
  parts: Parts,
  message: WakeMessage,
  schema: z.ZodType<T>,
  options: ClaimOptions<T>,
): Promise<{ readonly record: T; readonly lease: Lease } | undefined> {
  const record = await readDue(parts, message, schema)
  return record === undefined ? undefined : claimRecord(parts, message, record, options)
}

/** {@link claim} of a record that was read already. */
export async function claimRecord<T extends Waiting>(
  { table, clock }: Pick<Parts, 'table' | 'clock'>,
  message: WakeMessage,
  record: T,
  { leaseMs, if: also, set }: ClaimOptions<T>,
): Promise<{ readonly record: T; readonly lease: Lease } | undefined> {
  const now = clock.now()
  const until = iso(now + leaseMs)
  const leaseId = randomUUID()
  const { version } = record
  const next = { ...set?.(record), ...(version === undefined ? {} : { version: version + 1 }) }
  const fences: Condition[] = [['wakeAt', '=', message.wakeAt]]
  if (version !== undefined) fences.push(['version', '=', version])
  if (also !== undefined) fences.push(also)
  const result = await table.write({
    update: recordKey(message),
    set: {
      ...next,
      wakeAt: until,
      leaseUntil: until,
      leaseId,
      ...dueAttributes({ ...message, wakeAt: until }, now),
    },
    if: { all: fences },
  })
  // a first answer that was lost: the condition failed on this very write
  if (!result.ok && result.item?.leaseId !== leaseId) return undefined
  return { record: { ...record, ...next, wakeAt: until }, lease: new Lease(message, clock, until, leaseId) }
}

/** The right to work on one record until an instant. Every write of it is fenced: it fails once the lease is lost. */
export class Lease {
  readonly until: string
  readonly #target: WakeTarget
  readonly #clock: Clock
  readonly #id: string

  constructor(target: WakeTarget, clock: Clock, until: string, id: string) {
    this.#target = target
    this.#clock = clock
    this.until = until
    this.#id = id
  }

  /** When it ends, in ms: until then writes of a network's answer are kept trying (`{ until }` of the table). */
  get untilMs(): number {
    return millis(this.until)
  }

  /** A write of the record that keeps the lease. */
  keeping(change: Change): Update {
    return { update: recordKey(this.#target), ...change, if: this.#held(change.if) }
  }

  /** The write that ends the lease, and says when the record is due next (ms); undefined: it waits for nothing. */
  ending(next: number | undefined, change: Change = {}): Update {
    const { set, remove } = due(this.#target, next, this.#clock.now())
    return {
      update: recordKey(this.#target),
      ...change,
      set: { ...change.set, ...set },
      remove: [...(change.remove ?? []), ...remove, 'leaseId', 'leaseUntil'],
      if: this.#held(change.if),
    }
  }

  /** The write that ends the lease and the record. */
  deleting(): Extract<Write, { delete: unknown }> {
    return { delete: recordKey(this.#target), if: this.#held(undefined) }
  }

  /** Nobody else has claimed the record, nor given it another `wakeAt`. */
  #held(also: Condition | undefined): Condition {
    const held: Condition[] = [
      ['leaseId', '=', this.#id],
      ['wakeAt', '=', this.until],
    ]
    return { all: also === undefined ? held : [...held, also] }
  }
}

/** What a change of a record's `wakeAt` sets and removes; `at` in ms, undefined: it waits for nothing. */
export function due(
  target: WakeTarget,
  at: number | undefined,
  now: number,
  enqueued = false,
): { readonly set: Item; readonly remove: readonly string[] } {
  if (at === undefined) return { set: {}, remove: ['wakeAt', ...notDue] }
  const wakeAt = iso(at)
  return { set: { wakeAt, ...dueAttributes({ ...target, wakeAt }, now, enqueued) }, remove: [] }
}
