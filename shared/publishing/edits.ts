import type { Message } from '../i18n/index.ts'
import { iso, millis } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { firstWake } from './ahead.ts'
import { toPartial } from './decide/decision.ts'
import type { Delivery, LatePolicy, StoredContent } from './publication.ts'
import type { Change, PublicationRecord } from './record.ts'
import type { Moment } from './schedule.ts'
import { publishingTexts } from './texts.ts'
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
  if (!schedulableStates.has(record.state) || record.visible) throw refused(record, 'schedule')
  const prepared = record.state === 'scheduled' || record.state === 'waiting' ? { checkpoint: record.checkpoint } : {}
  return { ...fresh(record), ...prepared, ...moment, wakeAt, ...(latePolicy === undefined ? {} : { latePolicy }) }
}

/** Once more, now: what was refused, failed, missed its moment, or was cut short. */
export function toRetry(record: PublicationRecord, now: number): Change {
  if (!['rejected', 'failed', 'missed', 'partial'].includes(record.state)) throw refused(record, 'retry')
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
  if (record.state !== 'handed_over' || handover === undefined) throw refused(record, 'done')
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
  if (record.state !== 'handed_over' || handover === undefined) throw refused(record, 'undone')
  return {
    ...idle,
    state: 'failed',
    reason: publishingTexts.handoverFailed({
      why: why === '' ? publishingTexts.noReason() : publishingTexts.quoted({ words: why }),
    }),
    handover: { ...handover, doneAt: iso(now), ...(by === undefined ? {} : { by }) },
    startedAt: undefined,
    wakeAt: undefined,
    waitingFor: undefined,
  }
}

/** Whether {@link toCancel} does it: what is partly live can be stopped while it is to go on. */
export function isCancellable({ state, visible }: PublicationRecord): boolean {
  return cancellableStates.has(state) && (!visible || state === 'unconfirmed' || goesOn(state))
}

const goesOn = (state: PublicationRecord['state']) => state === 'scheduled' || state === 'waiting'

/** Nothing more of it is sent. What is live of it stays, and it is `partial`. */
export function toCancel(record: PublicationRecord): Change {
  if (!isCancellable(record)) throw refused(record, 'cancel')
  if (record.visible) return letGo(record)
  // what may be live stays known; what was only prepared is of no use any more
  return record.unknown === undefined ? { ...letGo(record), checkpoint: undefined } : letGo(record)
}

/** A person looked, and lets go what is in doubt. */
export function letGo(record: PublicationRecord): Change {
  const over = { ...idle, wakeAt: undefined, waitingFor: undefined, unknown: undefined }
  const partly = record.live !== undefined || (record.visible && goesOn(record.state))
  return partly
    ? { ...over, ...toPartial(record, publishingTexts.stoppedPartly()) }
    : { ...over, state: 'cancelled' as const }
}

/** Its own moment was taken back, and its post has none: it waits for nothing. */
export function toDraft(record: PublicationRecord): Change {
  if (record.visible || !mayBecome(record.state, 'draft')) throw refused(record, 'draft')
  const none = { dueAt: undefined, scheduled: undefined, wakeAt: undefined, checkpoint: undefined }
  return { ...fresh(record), ...none, state: 'draft' }
}

/** Its channel was taken off its post. What is live, or may be, stays. */
export function toTakeOff(record: PublicationRecord): Change | undefined {
  if (record.state === 'cancelled' || record.state === 'deleted') return undefined
  if (record.state === 'unconfirmed') throw refused(record, 'takeOff')
  if (!cancellableStates.has(record.state) || record.visible) throw refused(record, 'takeOff')
  return toCancel(record)
}

/** Other words or media: what was prepared of the old ones is dropped, and whoever prepares it loses. */
export function toEdit(
  record: PublicationRecord,
  { content, deliver, aheadMs }: { readonly content: StoredContent; deliver: Delivery; readonly aheadMs: number },
  now: number,
): Change {
  if (!editableStates.has(record.state) || record.visible) throw refused(record, 'edit')
  if (record.state === 'handed_over' && deliver !== 'handover') throw refused(record, 'byApi')
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

/** Whether something of it is live, and no call is out. What was to go on does not. */
export function isRemovable({ state, live }: PublicationRecord): boolean {
  return state === 'published' || state === 'partial' || (goesOn(state) && live !== undefined)
}

export function toRemove(record: PublicationRecord, now: number): Change {
  if (!isRemovable(record)) throw refused(record, 'remove')
  const before = record.state === 'published' ? 'published' : 'partial'
  return { ...idle, state: 'deleting', before, retries: 0, waitingFor: undefined, wakeAt: iso(now) }
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

const t = publishingTexts

const because: Readonly<Record<PublicationRecord['state'], Message>> = {
  draft: t.isDraft(),
  in_review: t.isInReview(),
  approved: t.isApproved(),
  scheduled: t.isScheduled(),
  waiting: t.isWaiting(),
  sending: t.isSending(),
  handed_over: t.isHandedOver(),
  processing: t.isProcessing(),
  published: t.isPublished(),
  partial: t.isPartial(),
  unconfirmed: t.isUnconfirmed(),
  deleting: t.isDeleting(),
  deleted: t.isDeleted(),
  cancelled: t.isCancelled(),
  rejected: t.isRejected(),
  failed: t.isFailed(),
  missed: t.isMissed(),
}

/** What was asked of a publication, as the end of “cannot …”. */
const asked = {
  done: t.toBeDone(),
  undone: t.toBeUndone(),
  cancel: t.toBeCancelled(),
  edit: t.toBeEdited(),
  byApi: t.toLeaveByApi(),
  remove: t.toBeRemoved(),
  schedule: t.toBeScheduled(),
  draft: t.toBecomeDraft(),
  change: t.toBeChanged(),
  takeOff: t.toBeTakenOff(),
  retry: t.toBeRetried(),
  resolve: t.toBeResolved(),
} as const

export function refused(record: PublicationRecord, what: keyof typeof asked): AppError {
  const partly = record.visible && record.state !== 'published'
  const why = partly ? t.isPartial() : because[record.state]
  return new AppError(
    'conflict',
    `publication_${record.state}`,
    publishingTexts.cannot({ id: record.id, what: asked[what], because: why }),
  )
}
