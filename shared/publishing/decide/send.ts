import type { Text } from '../../i18n/index.ts'
import { iso } from '../../kernel/clock.ts'
import type { Capabilities, Outcome } from '../../networks/network.ts'
import type { PublicationRecord } from '../record.ts'
import { publishingTexts } from '../texts.ts'
import {
  backoff,
  cutShort,
  type Decision,
  free,
  graceEnd,
  live,
  maxUnable,
  missedBecause,
  type Now,
  pausedLookMs,
  rest,
  unconfirmedBecause,
  unstarted,
} from './decision.ts'

const firstLookMs = 5_000
const maxRetries = 6

/** A limit that is the channel's own, and says nothing of other posts: it is obeyed, and holds back nothing else. */
export type OwnLimit = Extract<Outcome, { kind: 'limited' }> & { readonly own: true }

/** With what a person should know of it, if there is anything. */
const told = (decision: Decision, reason: Text | undefined): Decision =>
  reason === undefined ? decision : { ...decision, change: { ...decision.change, reason } }

/** DESIGN §4.5, for an attempt to send. Pure. */
export function decideSend(
  record: PublicationRecord,
  outcome: Outcome | OwnLimit,
  capabilities: Capabilities,
  { now, random }: Now,
): Decision {
  const doubtful =
    record.unknown === undefined ? undefined : inDoubt(record, record.unknown, outcome, capabilities, { now, random })
  if (doubtful !== undefined) return doubtful
  switch (outcome.kind) {
    case 'accepted':
      return told(live('published', outcome, now, publishingTexts.accepted()), outcome.message)
    case 'partial':
      return {
        ...live('partial', outcome, now, outcome.message),
        change: {
          ...live('partial', outcome, now, '').change,
          reason: publishingTexts.partly({ why: outcome.message }),
        },
      }
    case 'processing':
      return {
        change: {
          ...free,
          state: 'processing',
          reason: publishingTexts.processing(),
          checkpoint: outcome.checkpoint,
          visible: true,
          wakeAt: iso(Math.max(outcome.lookAt, now + 1_000)),
          progress: outcome.progress === undefined ? undefined : { ...outcome.progress, at: iso(now) },
        },
        decision: publishingTexts.processingUntil({ at: iso(outcome.lookAt) }),
      }
    case 'rejected':
      if (record.live !== undefined) return cutShort(record, outcome.message)
      return {
        change: { ...rest, state: 'rejected', reason: outcome.message },
        decision: publishingTexts.rejectedDecision({ reason: outcome.reason, why: outcome.message }),
      }
    case 'limited': {
      const block = 'own' in outcome ? {} : { block: { scope: outcome.scope, until: outcome.until } }
      if (!record.visible && outcome.until > graceEnd(record))
        return {
          ...missedBecause(record, publishingTexts.limitedUntil({ why: outcome.message, until: outcome.until })),
          ...block,
        }
      return { ...wait(record, 'limit', outcome.until + Math.floor(random.next() * 1_000), outcome.message), ...block }
    }
    case 'reauthorize':
      return { ...wait(record, 'channel', now + pausedLookMs, outcome.message), reconnect: outcome.message }
    case 'transient':
      return retry(record, outcome.message, { now, random })
    case 'unknown':
      return record.run?.step === undefined
        ? retry(record, outcome.message, { now, random }) // nothing visible was begun
        : lostAnswer(record, outcome.message, capabilities, now)
  }
}

/**
 * Sent again under the same key, while it may be live already: a refusal proves nothing, and it may neither be called
 * off nor wait like something that surely is not there. Undefined for what settles it, or loses the answer again.
 */
function inDoubt(
  record: PublicationRecord,
  unknown: Unknown,
  outcome: Outcome,
  capabilities: Capabilities,
  { now, random }: Now,
): Decision | undefined {
  const unconfirmed = (why: Text) => unconfirmedBecause(record, why, capabilities, now)
  const again = (at: number, message: Text): Decision => ({
    change: { ...free, state: 'sending', unknown: { ...unknown, unable: unknown.unable + 1 }, wakeAt: iso(at) },
    decision: publishingTexts.stillUnknown({ why: message }),
  })
  switch (outcome.kind) {
    case 'rejected':
      return unconfirmed(publishingTexts.resentRefused({ first: unknown.message, why: outcome.message }))
    case 'transient':
      return unknown.unable >= maxUnable
        ? unconfirmed(publishingTexts.notResent({ first: unknown.message, why: outcome.message }))
        : again(now + backoff(unknown.unable + 1, random), outcome.message)
    case 'limited':
      return { ...again(outcome.until, outcome.message), block: { scope: outcome.scope, until: outcome.until } }
    case 'reauthorize':
      return { ...again(now + pausedLookMs, outcome.message), reconnect: outcome.message }
    case 'unknown':
      // nothing visible was begun by this attempt: the doubt is still the old one
      return record.run?.step === undefined
        ? again(now + backoff(unknown.unable + 1, random), outcome.message)
        : undefined
    default:
      return undefined
  }
}

type Unknown = NonNullable<PublicationRecord['unknown']>

/** An attempt that began a step and whose answer nobody has. */
export function lostAnswer(
  record: PublicationRecord,
  message: Text,
  capabilities: Capabilities,
  now: number,
): Decision {
  const since = record.unknown?.since ?? record.run?.stepAt ?? iso(now)
  if (capabilities.reconcile.means === 'none')
    return unconfirmedBecause(record, publishingTexts.noLookUp({ first: message }), capabilities, now)
  return {
    change: {
      ...free,
      state: 'sending',
      reason: publishingTexts.answerLost(),
      unknown: { since, absent: [], unable: 0, message, resend: false, lateLooks: 0 },
      wakeAt: iso(now + firstLookMs),
    },
    decision: publishingTexts.lookedUpFirst({ why: message }),
    problem: { class: 'transient', message },
  }
}

function wait(
  record: PublicationRecord,
  waitingFor: 'limit' | 'retry' | 'channel',
  until: number,
  why: Text,
): Decision {
  return {
    change: {
      ...free,
      ...unstarted(record),
      state: 'waiting',
      waitingFor,
      reason: why,
      wakeAt: iso(until),
      retries: record.retries,
    },
    decision: publishingTexts.waits({ until, waitingFor, why }),
  }
}

function retry(record: PublicationRecord, why: Text, { now, random }: Now): Decision {
  const retries = record.retries + 1
  const at = now + backoff(retries, random)
  const over = retries > maxRetries || (!record.visible && at > graceEnd(record))
  if (over && record.live !== undefined) return cutShort(record, publishingTexts.neverReached({ retries, why }))
  if (over)
    return {
      change: {
        ...rest,
        state: 'failed',
        reason: publishingTexts.neverReached({ retries, why }),
        retries,
      },
      decision: publishingTexts.failedDecision({ why }),
    }
  const waiting = wait(record, 'retry', at, why)
  return { ...waiting, change: { ...waiting.change, retries } }
}
