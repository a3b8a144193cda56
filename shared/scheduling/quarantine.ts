import * as z from 'zod'
import type { Key } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { quarantinePartition } from './due-index.ts'

/** Thrown once a record that cannot be parsed stands in quarantine: the message is done with, and an alarm follows. */
export class Quarantined extends Error {
  override readonly name = 'Quarantined'
}

interface Parts {
  readonly table: Table
  readonly clock: Clock
  readonly log: Log
}

const indexed = z.object({ wakePk: z.string(), wakeSk: z.string() })
const held = indexed.extend({ pk: z.string(), sk: z.string() })

/**
 * Takes a record out of its shard, so that it is not tried for ever and holds nothing up. It keeps everything, and stands
 * in a partition of its own until somebody has repaired it (`npm run quarantine`).
 */
export async function quarantine({ table, clock, log }: Parts, key: Key, reason: string): Promise<void> {
  const found = await table.get(key, indexed.partial())
  const { wakePk, wakeSk } = found ?? {}
  if (wakePk === undefined || wakeSk === undefined || wakePk === quarantinePartition) return
  const at = iso(clock.now())
  await table.write({
    update: key,
    set: {
      wakePk: quarantinePartition,
      wakeSk: `${at}#${key.pk}`,
      quarantine: { at, reason, wakePk, wakeSk },
    },
    if: ['wakeSk', '=', wakeSk],
  })
  log.error('a record cannot be read: it was put into quarantine', { pk: key.pk, sk: key.sk, reason })
}

/** Which fields do not fit, without their values. */
export const unreadableBecause = (error: z.ZodError): string =>
  error.issues.map(({ path, code }) => `${path.join('.') || 'record'}: ${code}`).join('; ')

export interface QuarantinedRecord extends Key {
  readonly at: string
  readonly reason: string
}

const quarantinedItem = z.object({ quarantine: z.object({ at: z.string(), reason: z.string(), ...indexed.shape }) })

/** What stands in quarantine, oldest first. */
export async function listQuarantined(table: Table): Promise<QuarantinedRecord[]> {
  const { items } = await table.query({ index: 'wake', pk: quarantinePartition }, held)
  const found = await table.getMany(items, quarantinedItem)
  return items.flatMap(({ pk, sk }, index) => {
    const of = found[index]?.quarantine
    return of === undefined ? [] : [{ pk, sk, at: of.at, reason: of.reason }]
  })
}

/** Puts a repaired record back to where it was due. False if it is not in quarantine. */
export async function releaseQuarantined(table: Table, key: Key): Promise<boolean> {
  const found = await table.get(key, quarantinedItem.partial())
  if (found?.quarantine === undefined) return false
  const { wakePk, wakeSk } = found.quarantine
  const { ok } = await table.write({
    update: key,
    set: { wakePk, wakeSk },
    remove: ['quarantine'],
    if: ['wakePk', '=', quarantinePartition],
  })
  return ok
}
