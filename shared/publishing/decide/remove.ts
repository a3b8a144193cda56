import type { Text } from '../../i18n/index.ts'
import { iso } from '../../kernel/clock.ts'
import type { Removal } from '../../networks/network.ts'
import type { PublicationRecord } from '../record.ts'
import { publishingTexts } from '../texts.ts'
import { backoff, type Decision, free, type Now, pausedLookMs, rest } from './decision.ts'

const maxRemovals = 8

/** For an attempt to remove. Removing is repeatable: what is already gone counts as removed. Pure. */
export function decideRemoval(record: PublicationRecord, removal: Removal, { now, random }: Now): Decision {
  const before = record.before ?? 'published'
  const giveUp = (message: Text): Decision => ({
    change: {
      ...rest,
      state: before,
      before: undefined,
      reason: publishingTexts.notRemoved({ why: message }),
    },
    decision: publishingTexts.notRemovedDecision({ why: message }),
  })
  const again = (at: number, message: Text): Decision => ({
    change: { ...free, state: 'deleting', retries: record.retries + 1, wakeAt: iso(at) },
    decision: publishingTexts.notRemovedYet({ why: message }),
  })
  switch (removal.kind) {
    case 'deleted':
      return { change: { ...rest, state: 'deleted', reason: undefined }, decision: publishingTexts.removed() }
    case 'rejected':
      return giveUp(removal.message)
    case 'limited':
      return { ...again(removal.until, removal.message), block: { scope: removal.scope, until: removal.until } }
    case 'reauthorize':
      return { ...again(now + pausedLookMs, removal.message), reconnect: removal.message }
    case 'transient':
    case 'unknown':
      return record.retries >= maxRemovals
        ? giveUp(removal.message)
        : again(now + backoff(record.retries + 1, random), removal.message)
  }
}
