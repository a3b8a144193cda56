import { iso, millis } from '../../kernel/clock.ts'
import type { PublicationRecord } from '../record.ts'
import { publishingTexts } from '../texts.ts'
import { type Decision, free, graceEnd, rest } from './decision.ts'

/** When its person is reminded for the first time. */
const firstReminderMs = 15 * 60_000
/** Closer to the first one, the second would only be noise. */
const betweenMs = 5 * 60_000

const reason = publishingTexts.handedOver()

/** It becomes a person's to publish, in one write: nothing was called, so there was nothing to claim. Pure. */
export function decideHandover(record: PublicationRecord, now: number): Decision {
  const handover = { handedOverAt: iso(now), contentVersion: record.contentVersion, reminders: 0 }
  return {
    change: {
      ...rest,
      state: 'handed_over',
      reason,
      checkpoint: undefined,
      attempts: record.attempts + 1,
      startedAt: iso(now),
      handover,
      wakeAt: nextReminder(record, handover),
    },
    decision: publishingTexts.handedOverDecision(),
  }
}

/** Its channel is gone: there is nobody to hand it to. Pure. */
export function nobodyToHandTo(): Decision {
  const message = publishingTexts.channelGone()
  return {
    change: { ...rest, state: 'rejected', reason: message },
    decision: publishingTexts.rejectedPermission({ why: message }),
    problem: { class: 'permission', message },
  }
}

/** A look at what a person has and has not answered for. It is never given up by itself: they may be at it. Pure. */
export function decideReminder(record: PublicationRecord, now: number): Decision {
  const { handover } = record
  const change = { ...free, state: 'handed_over', reason, waitingFor: undefined } as const
  if (handover === undefined)
    return { change: { ...change, wakeAt: undefined }, decision: publishingTexts.nothingToRemind() }
  const reminders = remindersOf(record, handover.handedOverAt).filter((at) => at <= now).length
  const reminded = { ...handover, reminders }
  return {
    change: { ...change, handover: reminded, wakeAt: nextReminder(record, reminded) },
    decision: publishingTexts.reminded(),
    reminds: reminders > handover.reminders,
  }
}

/** After a quarter of an hour, and when its late policy's time is up. */
function remindersOf(record: PublicationRecord, handedOverAt: string): number[] {
  const first = millis(handedOverAt) + firstReminderMs
  const last = graceEnd(record)
  return Number.isFinite(last) && last >= first + betweenMs ? [first, last] : [first]
}

function nextReminder(
  record: PublicationRecord,
  { handedOverAt, reminders }: NonNullable<PublicationRecord['handover']>,
): string | undefined {
  const next = remindersOf(record, handedOverAt)[reminders]
  return next === undefined ? undefined : iso(next)
}
