import * as z from 'zod'
import { branched, keys, listed } from '../aws/keys.ts'
import type { Item, Table, Write } from '../aws/table.ts'
import { textSchema } from '../i18n/index.ts'
import { millis } from '../kernel/clock.ts'
import { notFound } from '../kernel/errors.ts'
import { dueAttributes, isSoon, notDue } from '../scheduling/index.ts'
import { type Publication, publicationSchema, runPurpose } from './publication.ts'

const run = z.object({
  attempt: z.number().int(),
  claimedAt: z.string(),
  contentVersion: z.number().int(),
  purpose: runPurpose,
  /** The step that was started: from here on a lost answer is unknown. */
  step: z.string().optional(),
  stepAt: z.string().optional(),
})
export type Run = z.infer<typeof run>

/** A publication as it is stored: what is answered, and what the machine needs to go on with it. */
export const publicationRecord = publicationSchema.extend({
  /** The attempt under way, or the one that died. */
  run: run.optional(),
  leaseUntil: z.string().optional(),
  checkpoint: z.record(z.string(), z.unknown()).optional(),
  /** Something of it may be visible: the late policy no longer applies. */
  visible: z.boolean().default(false),
  /** Since when an answer is missing, and what looking brought. */
  unknown: z
    .object({
      since: z.string(),
      /** Instants of the looks that found nothing. */
      absent: z.array(z.string()),
      /** Looks that could not tell, in a row. */
      unable: z.number().int(),
      message: textSchema,
      /** Not found, and the network itself refuses a second copy: it is sent again under the same key, as a look. */
      resend: z.boolean().default(false),
      /** Looks since it is `unconfirmed`. */
      lateLooks: z.number().int().default(0),
    })
    .optional(),
  /** When the first visible call started since a person last gave it a moment: until when it may be sent follows. */
  firstCallAt: z.string().optional(),
  /** Attempts since a person last gave it a moment that surely did not arrive. */
  retries: z.number().int().default(0),
  /** Attempts in a row to prepare it that did not get anywhere. */
  prepareTries: z.number().int().default(0),
  /** Whether the one more attempt after a lost answer that surely did not arrive was used. */
  resent: z.boolean().default(false),
  /** The content whose cost was reserved: an attempt that is repeated does not pay twice. */
  paid: z.object({ contentVersion: z.number().int(), month: z.string(), microUsd: z.number() }).optional(),
  /** Where `deleting` came from: where it goes back to if the network refuses. */
  before: z.enum(['published', 'partial']).optional(),
  /** Paused channel: why it waits. On resume it is woken. */
  waitingFor: z.enum(['limit', 'retry', 'channel']).optional(),
})
export type PublicationRecord = z.infer<typeof publicationRecord>

/** Throws `not_found`. */
export async function recordOf(table: Table, workspaceId: string, id: string): Promise<PublicationRecord> {
  const record = await table.get(keys.publication(workspaceId, id), publicationRecord)
  if (record === undefined) throw notFound('publication', id)
  return record
}

/** What a client sees of a record. */
export function viewOf(record: Publication): Publication {
  return publicationSchema.parse(record)
}

/** What a change sets; `undefined` removes the attribute. */
export type Change = { readonly [K in keyof PublicationRecord]?: PublicationRecord[K] | undefined }

/** The attributes by which a publication is listed: by its moment, or by its making while it has none. */
export function listing(record: Pick<PublicationRecord, 'workspaceId' | 'channelId' | 'id' | 'dueAt' | 'createdAt'>) {
  const time = record.dueAt ?? record.createdAt
  return {
    ...listed(record.workspaceId, 'publications', time, record.id),
    ...branched(record.workspaceId, record.channelId, 'publications', time, record.id),
  }
}

/** `enqueues`: whoever writes it puts what is due soon on the queue (`enqueueWakeUps`). */
function wakeOf({ workspaceId, id }: PublicationRecord, wakeAt: string, now: number, enqueues: boolean) {
  const message = { kind: 'publication', workspaceId, publicationId: id, wakeAt } as const
  return dueAttributes(message, now, enqueues && isSoon(wakeAt, now))
}

/** The item of a new publication. */
export function itemOf(record: PublicationRecord): Item & { pk: string; sk: string } {
  return {
    ...keys.publication(record.workspaceId, record.id),
    ...listing(record),
    ...record,
    ...(record.wakeAt === undefined ? {} : wakeOf(record, record.wakeAt, millis(record.updatedAt), true)),
  }
}

/**
 * The write that changes a publication, fenced by the version that was read: two writers never both win. The index
 * attributes follow the change. `enqueues` false: its writer leaves the wake-up to the ticks.
 */
export function changing(
  record: PublicationRecord,
  change: Change,
  now: string,
  { enqueues = true }: { readonly enqueues?: boolean } = {},
) {
  const next = { ...record, ...change }
  const set: Record<string, unknown> = { version: record.version + 1, updatedAt: now }
  const remove: string[] = []
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) remove.push(name)
    else set[name] = value
  }
  if ('wakeAt' in change) {
    if (change.wakeAt === undefined) remove.push(...notDue)
    else Object.assign(set, wakeOf(record, change.wakeAt, millis(now), enqueues))
  }
  if ('dueAt' in change) Object.assign(set, listing({ ...record, dueAt: next.dueAt }))
  return {
    update: keys.publication(record.workspaceId, record.id),
    set,
    remove,
    if: ['version', '=', record.version],
  } as const satisfies Write
}

/** The record after {@link changing} it. */
export function changed(record: PublicationRecord, change: Change, now: string): PublicationRecord {
  const next = { ...record, ...change, version: record.version + 1, updatedAt: now }
  return publicationRecord.parse(next)
}
