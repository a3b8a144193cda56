import { iso, millis } from '../kernel/clock.ts'
import type { Random } from '../kernel/ids.ts'
import type { Capabilities, Found, Live, Outcome, Removal } from '../networks/network.ts'
import type { PublicationState } from './publication.ts'
import type { Change, PublicationRecord } from './record.ts'
import type { Interrupted } from './running.ts'

/** What follows from an outcome: the change, why in plain words, and what else must happen. */
export interface Decision {
  readonly change: Change & { readonly state: PublicationState }
  /** For the attempt's record. */
  readonly decision: string
  /** The network's posts that are its own now: kept with the outcome, so that none is ever two publications. */
  readonly live?: readonly string[]
  readonly reconnect?: string
  readonly block?: { readonly scope: 'channel' | 'app'; readonly until: number }
}

interface Now {
  readonly now: number
  readonly random: Random
}

export const pausedLookMs = 5 * 60_000
const firstLookMs = 5_000
const betweenLooksMs = 60_000
const maxUnable = 6
const maxRetries = 6
const maxRemovals = 8
/** Kept clear of the end of a network's key window: the call itself takes time. */
const windowMarginMs = 5 * 60_000

/** The last instant at which its late policy lets it leave. */
export function graceEnd(record: PublicationRecord): number {
  return record.dueAt === undefined
    ? Number.POSITIVE_INFINITY
    : millis(record.dueAt) + record.latePolicy.graceMinutes * 60_000
}

/** Whether its moment has passed and its late policy says no. Once something of it may be visible it is finished instead. */
export function isTooLate(record: PublicationRecord, now: number): boolean {
  return !record.visible && now > graceEnd(record)
}

export function missedBecause(record: PublicationRecord, why: string): Decision {
  const grace = record.latePolicy.graceMinutes
  return {
    change: {
      ...rest,
      state: 'missed',
      reason: `${why} Its late policy allows ${grace} minutes; give it a new moment, or let it go.`,
    },
    decision: `missed: ${why}`,
  }
}

/** What is cleared when the machine has nothing more to do with it. */
const rest = {
  wakeAt: undefined,
  run: undefined,
  leaseUntil: undefined,
  unknown: undefined,
  waitingFor: undefined,
} as const
const free = { run: undefined, leaseUntil: undefined } as const

/** DESIGN §4.5, for an attempt to send. Pure. */
export function decideSend(
  record: PublicationRecord,
  outcome: Outcome,
  capabilities: Capabilities,
  { now, random }: Now,
): Decision {
  const doubtful = record.unknown === undefined ? undefined : inDoubt(record, record.unknown, outcome, { now, random })
  if (doubtful !== undefined) return doubtful
  switch (outcome.kind) {
    case 'accepted':
      return live('published', outcome, now, 'The network accepted it.')
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
        },
        decision: `processing; next look at ${iso(outcome.lookAt)}`,
      }
    case 'rejected':
      return {
        change: { ...rest, state: 'rejected', reason: outcome.message },
        decision: `rejected (${outcome.reason}): ${outcome.message}`,
      }
    case 'limited': {
      const block = { scope: outcome.scope, until: outcome.until }
      if (!record.visible && outcome.until > graceEnd(record))
        return { ...missedBecause(record, `${outcome.message} The limit lasts until ${iso(outcome.until)}.`), block }
      return { ...wait(record, 'limit', outcome.until + Math.floor(random.next() * 1_000), outcome.message), block }
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
  { now, random }: Now,
): Decision | undefined {
  const again = (at: number, message: string): Decision => ({
    change: { ...free, state: 'sending', unknown: { ...unknown, unable: unknown.unable + 1 }, wakeAt: iso(at) },
    decision: `still unknown; it is sent again under the same key: ${message}`,
  })
  switch (outcome.kind) {
    case 'rejected':
      return unconfirmedBecause(record, `${unknown.message} Sent again, it was refused: ${outcome.message}`)
    case 'transient':
      return unknown.unable >= maxUnable
        ? unconfirmedBecause(record, `${unknown.message} It could not be sent again: ${outcome.message}`)
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
    return unconfirmedBecause(record, `${message} This network offers no way to look it up.`)
  return {
    change: {
      ...free,
      state: 'sending',
      reason: 'The answer of the network was lost; it is being looked up.',
      unknown: { since, absent: [], unable: 0, message, resend: false },
      wakeAt: iso(now + firstLookMs),
    },
    decision: `unknown: ${message} It is looked up before anything is sent again.`,
  }
}

/** DESIGN §4.5, for a look after a lost answer. Pure. */
export function decideFind(
  record: PublicationRecord,
  found: Found | Interrupted,
  capabilities: Capabilities,
  { now, random }: Now,
): Decision {
  const unknown = record.unknown ?? { since: iso(now), absent: [], unable: 0, message: '', resend: false }
  if (found.kind === 'found')
    return live('published', found, now, 'It was found on the network after its answer was lost.')
  if (found.kind === 'resume')
    return {
      change: {
        ...free,
        state: 'scheduled',
        reason: undefined,
        checkpoint: found.checkpoint,
        visible: true,
        unknown: undefined,
        wakeAt: iso(now),
      },
      decision: 'The lost step was found on the network; the rest goes on from it.',
      live: found.parts,
    }
  if (found.kind === 'reauthorize')
    return {
      change: { ...free, state: 'sending', wakeAt: iso(now + pausedLookMs) },
      decision: `could not be looked up: ${found.message}`,
      reconnect: found.message,
    }
  if (found.kind === 'unable' || found.kind === 'unknown') {
    const unable = unknown.unable + 1
    if (unable >= maxUnable)
      return unconfirmedBecause(record, `${unknown.message} It could not be looked up: ${found.message}`)
    return {
      change: {
        ...free,
        state: 'sending',
        unknown: { ...unknown, unable },
        wakeAt: iso(now + backoff(unable, random)),
      },
      decision: `could not be looked up: ${found.message}`,
    }
  }
  const absent = [...unknown.absent, iso(now)]
  const enough = absent.length >= 2 && now - millis(absent[0] ?? iso(now)) >= betweenLooksMs
  const settledAt = millis(unknown.since) + capabilities.reconcile.settleSeconds * 1000
  if (!enough || now < settledAt) {
    return {
      change: {
        ...free,
        state: 'sending',
        unknown: {
          ...unknown,
          absent: absent.slice(0, 1).concat(absent.length > 1 ? absent.slice(-1) : []),
          unable: 0,
        },
        wakeAt: iso(Math.max(now + betweenLooksMs, settledAt)),
      },
      decision: 'not there; looking once more before that is believed',
    }
  }
  if (capabilities.reconcile.authoritative && !record.resent)
    return {
      change: {
        ...free,
        state: 'scheduled',
        reason: 'It surely did not reach the network; it is sent once more.',
        resent: true,
        unknown: undefined,
        ...unstarted(record),
        wakeAt: iso(now),
      },
      decision: 'absent twice; one more attempt',
    }
  if (withinKeyWindow(capabilities, unknown.since, now))
    return {
      change: {
        ...free,
        state: 'sending',
        unknown: { ...unknown, absent: [], unable: 0, resend: true },
        wakeAt: iso(now),
      },
      decision: 'not found; sent again under the same key, which the network takes once',
    }
  return unconfirmedBecause(record, `${unknown.message} It was not found, but that is no proof that it is not there.`)
}

/** Whether the network still knows the key, so that a second copy cannot come of it. */
function withinKeyWindow({ reconcile }: Capabilities, since: string, now: number): boolean {
  const { means, keyWindowSeconds } = reconcile
  return (
    means === 'own key' &&
    keyWindowSeconds !== undefined &&
    now < millis(since) + keyWindowSeconds * 1000 - windowMarginMs
  )
}

/** For an attempt to remove. Removing is repeatable: what is already gone counts as removed. Pure. */
export function decideRemoval(record: PublicationRecord, removal: Removal, { now, random }: Now): Decision {
  const before = record.before ?? 'published'
  const giveUp = (message: string): Decision => ({
    change: {
      ...rest,
      state: before,
      before: undefined,
      reason: `It could not be removed from the network: ${message}`,
    },
    decision: `not removed: ${message}`,
  })
  const again = (at: number, message: string): Decision => ({
    change: { ...free, state: 'deleting', retries: record.retries + 1, wakeAt: iso(at) },
    decision: `not removed yet: ${message}`,
  })
  switch (removal.kind) {
    case 'deleted':
      return { change: { ...rest, state: 'deleted', reason: undefined }, decision: 'The network removed it.' }
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

function live(
  state: 'published' | 'partial',
  { externalId, url, parts }: Live,
  now: number,
  decision: string,
): Decision {
  // the checkpoint stays: a chain that was cut short goes on from it
  const post = {
    externalId,
    ...(url === undefined ? {} : { url }),
    ...(parts === undefined ? {} : { parts: [...parts] }),
  }
  return {
    change: {
      ...rest,
      state,
      reason: undefined,
      live: post,
      publishedAt: iso(now),
      visible: true,
      retries: 0,
      resent: false,
    },
    decision,
    live: [...new Set([externalId, ...(parts ?? [])])],
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

/** What surely did not go out has not started: its lateness is that of the call that makes it live. */
const unstarted = (record: PublicationRecord) => (record.visible ? {} : { startedAt: undefined })

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

export function unconfirmedBecause(record: PublicationRecord, why: string): Decision {
  return {
    change: {
      ...rest,
      // kept: what a person sees, and what a later resend must know
      unknown: record.unknown,
      state: 'unconfirmed',
      reason: `Nobody can tell whether it went out. ${why} Look at the channel, then settle it: published, send again, or let go.`,
    },
    decision: `unconfirmed: ${why}`,
  }
}

/** Full jitter between half and the whole of 10 s, 20 s, 40 s, … up to 5 minutes. */
function backoff(retries: number, random: Random): number {
  const ceiling = Math.min(300_000, 10_000 * 2 ** (retries - 1))
  return Math.floor(ceiling / 2 + (random.next() * ceiling) / 2)
}
