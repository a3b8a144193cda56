import { iso } from '../../kernel/clock.ts'
import type { Capabilities, Outcome } from '../../networks/network.ts'
import type { PublicationRecord } from '../record.ts'
import {
  backoff,
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
const told = (decision: Decision, reason: string | undefined): Decision =>
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
      return told(live('published', outcome, now, 'The network accepted it.'), outcome.message)
    case 'partial':
      return {
        ...live('partial', outcome, now, outcome.message),
        change: { ...live('partial', outcome, now, '').change, reason: `Only a part went out: ${outcome.message}` },
      }
    case 'processing':
      return {
        change: {
          ...free,
          state: 'processing',
          reason: 'The network has accepted it and is working on it.',
          checkpoint: outcome.checkpoint,
          visible: true,
          wakeAt: iso(Math.max(outcome.lookAt, now + 1_000)),
          progress: outcome.progress === undefined ? undefined : { ...outcome.progress, at: iso(now) },
        },
        decision: `processing; next look at ${iso(outcome.lookAt)}`,
      }
    case 'rejected':
      return {
        change: { ...rest, state: 'rejected', reason: outcome.message },
        decision: `rejected (${outcome.reason}): ${outcome.message}`,
      }
    case 'limited': {
      const block = 'own' in outcome ? {} : { block: { scope: outcome.scope, until: outcome.until } }
      if (!record.visible && outcome.until > graceEnd(record))
        return { ...missedBecause(record, `${outcome.message} The limit lasts until ${iso(outcome.until)}.`), ...block }
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
  const unconfirmed = (why: string) => unconfirmedBecause(record, `${unknown.message} ${why}`, capabilities, now)
  const again = (at: number, message: string): Decision => ({
    change: { ...free, state: 'sending', unknown: { ...unknown, unable: unknown.unable + 1 }, wakeAt: iso(at) },
    decision: `still unknown; it is sent again under the same key: ${message}`,
  })
  switch (outcome.kind) {
    case 'rejected':
      return unconfirmed(`Sent again, it was refused: ${outcome.message}`)
    case 'transient':
      return unknown.unable >= maxUnable
        ? unconfirmed(`It could not be sent again: ${outcome.message}`)
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
  message: string,
  capabilities: Capabilities,
  now: number,
): Decision {
  const since = record.unknown?.since ?? record.run?.stepAt ?? iso(now)
  if (capabilities.reconcile.means === 'none')
    return unconfirmedBecause(record, `${message} This network offers no way to look it up.`, capabilities, now)
  return {
    change: {
      ...free,
      state: 'sending',
      reason: 'The answer of the network was lost; it is being looked up.',
      unknown: { since, absent: [], unable: 0, message, resend: false, lateLooks: 0 },
      wakeAt: iso(now + firstLookMs),
    },
    decision: `unknown: ${message} It is looked up before anything is sent again.`,
    problem: { class: 'transient', message },
  }
}

function wait(
  record: PublicationRecord,
  waitingFor: 'limit' | 'retry' | 'channel',
  until: number,
  why: string,
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
    decision: `waits until ${iso(until)} (${waitingFor}): ${why}`,
  }
}

function retry(record: PublicationRecord, why: string, { now, random }: Now): Decision {
  const retries = record.retries + 1
  const at = now + backoff(retries, random)
  if (retries > maxRetries || (!record.visible && at > graceEnd(record)))
    return {
      change: {
        ...rest,
        state: 'failed',
        reason: `It did not reach the network after ${retries} tries: ${why}`,
        retries,
      },
      decision: `failed: ${why}`,
    }
  const waiting = wait(record, 'retry', at, why)
  return { ...waiting, change: { ...waiting.change, retries } }
}
