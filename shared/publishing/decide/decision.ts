import type { Text } from '../../i18n/index.ts'
import { iso, millis } from '../../kernel/clock.ts'
import type { Random } from '../../kernel/ids.ts'
import type { Capabilities, Live } from '../../networks/network.ts'
import type { PublicationProblem } from '../problem.ts'
import type { PublicationState } from '../publication.ts'
import type { Change, PublicationRecord } from '../record.ts'
import { publishingTexts } from '../texts.ts'

/** What follows from an outcome: the change, why in plain words, and what else must happen. */
export interface Decision {
  readonly change: Change & { readonly state: PublicationState }
  /** For the attempt's record. */
  readonly decision: Text
  /** Of which class it is, where it did not go as it should; absent, the publication has none any more. */
  readonly problem?: PublicationProblem | undefined
  /** The network's posts that are its own now: kept with the outcome, so that none is ever two publications. */
  readonly live?: readonly string[]
  readonly reconnect?: Text
  /** A person is told once more that something of theirs waits. */
  readonly reminds?: boolean
  readonly block?: { readonly scope: 'channel' | 'app'; readonly until: number }
}

export interface Now {
  readonly now: number
  readonly random: Random
}

export const pausedLookMs = 5 * 60_000
/** Looks, or sends under the same key, that could tell nothing, in a row. */
export const maxUnable = 6

/** The last instant at which its late policy lets it leave. */
export function graceEnd(record: PublicationRecord): number {
  return record.dueAt === undefined
    ? Number.POSITIVE_INFINITY
    : millis(record.dueAt) + record.latePolicy.graceMinutes * 60_000
}

/** Between two looks that find nothing. */
export const betweenLooksMs = 60_000

/**
 * The instant after which nothing of it is sent any more, whatever key the network takes: the end of its late policy, or,
 * if its first call came late, what two looks take after it. From then on it is only looked up.
 */
export function sendingEnd(record: PublicationRecord, { reconcile }: Capabilities): number {
  const first = record.firstCallAt ?? record.unknown?.since
  const looked = first === undefined ? 0 : millis(first) + reconcile.settleSeconds * 1000 + 2 * betweenLooksMs
  return Math.max(graceEnd(record), looked)
}

/** Whether what is in doubt may only be looked up: its time is over, or a person stopped it. */
export const isOnlyLookedUp = (record: PublicationRecord, capabilities: Capabilities, now: number) =>
  record.stopRequestedAt !== undefined || now >= sendingEnd(record, capabilities)

/** Whether its moment has passed and its late policy says no. Once something of it may be visible it is finished instead. */
export function isTooLate(record: PublicationRecord, now: number): boolean {
  return !record.visible && now > graceEnd(record)
}

export function missedBecause(record: PublicationRecord, why: Text): Decision {
  const grace = record.latePolicy.graceMinutes
  return {
    change: {
      ...rest,
      state: 'missed',
      reason: publishingTexts.missed({ why, grace }),
    },
    decision: publishingTexts.missedDecision({ why }),
    problem: record.problem,
  }
}

/** What is cleared when an attempt is over. */
export const free = { run: undefined, leaseUntil: undefined } as const

/** What is cleared when the machine has nothing more to do with it. */
export const rest = {
  ...free,
  wakeAt: undefined,
  unknown: undefined,
  waitingFor: undefined,
  progress: undefined,
  stopRequestedAt: undefined,
} as const

/** As it is stored. */
export const storedLive = ({ externalId, url, parts }: Live) => ({
  externalId,
  ...(url === undefined ? {} : { url }),
  ...(parts === undefined ? {} : { parts: [...parts] }),
})

/** The network's posts that are this publication's. */
export const liveIds = ({ externalId, parts = [] }: Live): string[] => [...new Set([externalId, ...parts])]

/** It is on the network. */
export function live(state: 'published' | 'partial', there: Live, now: number, decision: Text): Decision {
  // the checkpoint stays: a chain that was cut short goes on from it
  return {
    change: {
      ...rest,
      state,
      reason: undefined,
      live: storedLive(there),
      publishedAt: iso(now),
      visible: true,
      retries: 0,
      resent: false,
    },
    decision,
    live: liveIds(there),
  }
}

/** How long after it became `unconfirmed`, or after the look before, it is looked up again, in ms. */
const lateLooksMs = [10 * 60_000, 60 * 60_000, 6 * 3_600_000, 24 * 3_600_000]

/** When it is looked up again once nobody can tell; undefined after the last look, and where nothing can be looked up. */
export function lateLookAt(record: PublicationRecord, { reconcile }: Capabilities, now: number): string | undefined {
  const wait = lateLooksMs[record.unknown?.lateLooks ?? 0]
  return reconcile.means === 'none' || record.unknown === undefined || wait === undefined ? undefined : iso(now + wait)
}

/** Nobody can tell: a person decides. A later look that finds it still settles it. */
export function unconfirmedBecause(
  record: PublicationRecord,
  why: Text,
  capabilities: Capabilities,
  now: number,
): Decision {
  return {
    change: {
      ...rest,
      // kept: what a person sees, and what a later resend must know
      unknown: record.unknown,
      wakeAt: lateLookAt(record, capabilities, now),
      state: 'unconfirmed',
      reason: publishingTexts.unconfirmed({ why }),
    },
    decision: publishingTexts.unconfirmedDecision({ why }),
    problem: { class: 'transient', message: why },
  }
}

/** A person stopped it before anything of it was visible, or between two parts. */
export function stopped(record: PublicationRecord): Decision {
  if (!record.visible)
    return {
      change: { ...rest, state: 'cancelled', reason: undefined },
      decision: publishingTexts.stopped(),
    }
  return cutShort(record, publishingTexts.stoppedPartly())
}

/** A part of it is live, and nothing more is sent. */
export function cutShort(record: PublicationRecord, why: Text): Decision {
  return {
    change: { ...rest, ...toPartial(record, why) },
    decision: why,
    live: record.live ? liveIds(record.live) : [],
  }
}

export const toPartial = (record: PublicationRecord, why: Text) => ({
  state: 'partial' as const,
  reason: publishingTexts.partly({ why }),
  publishedAt: record.publishedAt ?? record.startedAt,
})

/** What surely did not go out has not started: its lateness is that of the call that makes it live. */
export const unstarted = (record: PublicationRecord) => (record.visible ? {} : { startedAt: undefined })

/** Full jitter between half and the whole of 10 s, 20 s, 40 s, … up to 5 minutes. */
export function backoff(retries: number, random: Random): number {
  const ceiling = Math.min(300_000, 10_000 * 2 ** (retries - 1))
  return Math.floor(ceiling / 2 + (random.next() * ceiling) / 2)
}
