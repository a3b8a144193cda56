import { iso, millis } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { firstWake } from './ahead.ts'
import type { Delivery, LatePolicy, StoredContent } from './publication.ts'
import type { Change, PublicationRecord } from './record.ts'
import type { Moment } from './schedule.ts'
import { cancellableStates, editableStates, mayBecome, schedulableStates } from './transitions.ts'

/**
 * What a person may do to a publication, as changes. Each throws `conflict` with the reason where its state forbids it;
 * the write itself is fenced, so that the machine and a person never both win.
 */

/**
 * A new moment, for what has not left at all: what is partly live is finished by {@link toRetry}. `wakeAt`: its first
 * wake-up. What was prepared is kept: how long it stays good, its connector knows.
 */
export function toSchedule(record: PublicationRecord, moment: Moment, wakeAt: string, latePolicy?: LatePolicy): Change {
  if (!schedulableStates.has(record.state) || record.visible) throw refused(record, 'be scheduled')
  const prepared = record.state === 'scheduled' || record.state === 'waiting' ? { checkpoint: record.checkpoint } : {}
  return { ...fresh(record), ...prepared, ...moment, wakeAt, ...(latePolicy === undefined ? {} : { latePolicy }) }
}

/** Once more, now: what was refused, failed, missed its moment, or was cut short. */
export function toRetry(record: PublicationRecord, now: number): Change {
  if (!['rejected', 'failed', 'missed', 'partial'].includes(record.state)) throw refused(record, 'be retried')
  return { ...fresh(record), ...again(record, now) }
}

/** What a person saw on the network settles an unconfirmed one. */
export function toResend(record: PublicationRecord, now: number): Change {
  return { ...fresh(record), ...again(record, now) }
}

/** A person saw it. Comments and counters find it by its `externalId`, where the person could tell it. */
export function toPublished(
  record: PublicationRecord,
  { url, externalId }: { readonly url: string; readonly externalId?: string | undefined },
  now: number,
): Change {
  return {
    ...idle,
    state: 'published',
    live: { externalId: externalId ?? url, url },
    publishedAt: record.unknown?.since ?? iso(now),
    wakeAt: undefined,
    waitingFor: undefined,
    unknown: undefined,
    visible: true,
  }
}

/** Whether nobody knows, or nobody can tell, what became of it, and no call is out: a person may settle it. */
export function isInDoubt(record: PublicationRecord): boolean {
  if (record.state === 'unconfirmed') return true
  return (
    record.run === undefined &&
    (record.state === 'processing' || (record.state === 'sending' && record.unknown !== undefined))
  )
}

/** Its person says that it is live. `url` and `externalId` where they are known: without, nothing of it can be found. */
export function toDone(
  record: PublicationRecord,
  { url, externalId }: { readonly url?: string | undefined; readonly externalId?: string | undefined },
  by: string | undefined,
  now: number,
): Change {
  const { handover } = record
  if (record.state !== 'handed_over' || handover === undefined) throw refused(record, 'be said to be done')
  return {
    ...idle,
    state: 'published',
    ...(url === undefined ? {} : { live: { externalId: externalId ?? url, url } }),
    publishedAt: iso(now),
    handover: { ...handover, doneAt: iso(now), ...(by === undefined ? {} : { by }) },
    wakeAt: undefined,
    waitingFor: undefined,
    visible: true,
  }
}

/** Its person says that it could not be done. */
export function toUndone(record: PublicationRecord, why: string, by: string | undefined, now: number): Change {
  const { handover } = record
  if (record.state !== 'handed_over' || handover === undefined) throw refused(record, 'be said to have failed')
  return {
    ...idle,
    state: 'failed',
    reason: `It was handed over, and could not be published: ${why === '' ? 'no reason was given.' : `“${why}”`}`,
    handover: { ...handover, doneAt: iso(now), ...(by === undefined ? {} : { by }) },
    startedAt: undefined,
    wakeAt: undefined,
    waitingFor: undefined,
  }
}

export function toCancel(record: PublicationRecord): Change {
  const inDoubt = record.state === 'unconfirmed'
  if (!cancellableStates.has(record.state) || (record.visible && !inDoubt)) throw refused(record, 'be cancelled')
  // what may be live stays known; what was only prepared is of no use any more
  const prepared = !record.visible && record.unknown === undefined
  return prepared ? { ...letGo(), checkpoint: undefined } : letGo()
}

/** A person looked, and lets go what is in doubt. */
export const letGo = (): Change => ({
  ...idle,
  state: 'cancelled',
  wakeAt: undefined,
  waitingFor: undefined,
  unknown: undefined,
})

/** Its own moment was taken back, and its post has none: it waits for nothing. */
export function toDraft(record: PublicationRecord): Change {
  if (record.visible || !mayBecome(record.state, 'draft')) throw refused(record, 'go back to a draft')
  const none = { dueAt: undefined, scheduled: undefined, wakeAt: undefined, checkpoint: undefined }
  return { ...fresh(record), ...none, state: 'draft' }
}

/** Its channel was taken off its post. What is live, or may be, stays. */
export function toTakeOff(record: PublicationRecord): Change | undefined {
  if (record.state === 'cancelled' || record.state === 'deleted') return undefined
  if (record.state === 'unconfirmed') throw refused(record, 'be taken off its post')
  if (!cancellableStates.has(record.state) || record.visible) throw refused(record, 'be taken off its post')
  return toCancel(record)
}

/** Other words or media: what was prepared of the old ones is dropped, and whoever prepares it loses. */
export function toEdit(
  record: PublicationRecord,
  { content, deliver, aheadMs }: { readonly content: StoredContent; deliver: Delivery; readonly aheadMs: number },
  now: number,
): Change {
  if (!editableStates.has(record.state) || record.visible) throw refused(record, 'be edited')
  if (record.state === 'handed_over' && deliver !== 'handover') throw refused(record, 'leave by the API now')
  const change: Change = {
    content,
    contentVersion: record.contentVersion + 1,
    checkpoint: undefined,
    deliver: deliver === 'handover' ? deliver : undefined,
  }
  if (record.state !== 'scheduled' || record.dueAt === undefined) return change
  const over = { ...change, ...idle, prepareTries: 0 }
  return now >= millis(record.dueAt) ? over : { ...over, wakeAt: firstWake(record.dueAt, aheadMs, now) }
}

export function toRemove(record: PublicationRecord, now: number): Change {
  if (record.state !== 'published' && record.state !== 'partial') throw refused(record, 'be removed from the network')
  return { ...idle, state: 'deleting', before: record.state, retries: 0, wakeAt: iso(now) }
}

/** Now; what is partly live keeps its moment, its start and its checkpoint, and goes on where it stopped. */
const again = (record: PublicationRecord, now: number): Change =>
  record.visible ? { wakeAt: iso(now) } : { dueAt: iso(now), wakeAt: iso(now) }

/** No attempt is under way, and nothing stands in its way. */
const idle = {
  run: undefined,
  leaseUntil: undefined,
  progress: undefined,
  problem: undefined,
  reason: undefined,
  stopRequestedAt: undefined,
} as const

function fresh(record: PublicationRecord): Change {
  return {
    ...idle,
    state: 'scheduled',
    retries: 0,
    prepareTries: 0,
    resent: false,
    waitingFor: undefined,
    unknown: undefined,
    handover: undefined,
    firstCallAt: undefined,
    ...(record.visible ? {} : { startedAt: undefined, checkpoint: undefined }),
  }
}

const why: Partial<Record<PublicationRecord['state'], string>> = {
  sending: 'it is being sent right now',
  handed_over: 'a person has it to publish; give it a new moment first, or cancel it',
  processing: 'the network has accepted it and is working on it; delete it once it is live',
  published: 'it is already live',
  partial: 'a part of it is already live',
  unconfirmed: 'nobody can tell yet whether it is live; settle that first (POST …/resolve)',
  deleting: 'it is being removed',
  deleted: 'it was removed',
  cancelled: 'it was cancelled',
  draft: 'it is a draft',
}

export function refused(record: PublicationRecord, what: string): AppError {
  const because =
    record.visible && record.state !== 'published'
      ? 'a part of it is already live'
      : (why[record.state] ?? `it is ${record.state}`)
  return new AppError(
    'conflict',
    `publication_${record.state}`,
    `The publication ${record.id} cannot ${what}: ${because}.`,
  )
}

export const stale = (version: number) =>
  new AppError(
    'precondition_failed',
    'stale_version',
    `It has changed since you read it: it is now at version ${version}. Read it again.`,
  )

export const busy = () =>
  new AppError(
    'conflict',
    'changed_meanwhile',
    'It kept changing while this was tried. Nothing was changed; read it and try again.',
  )
