import { iso, millis } from '../../kernel/clock.ts'
import type { Capabilities, Found } from '../../networks/network.ts'
import type { PublicationRecord } from '../record.ts'
import type { Interrupted } from '../running.ts'
import { publishingTexts } from '../texts.ts'
import {
  backoff,
  betweenLooksMs,
  cutShort,
  type Decision,
  free,
  isOnlyLookedUp,
  lateLookAt,
  live,
  maxUnable,
  missedBecause,
  type Now,
  pausedLookMs,
  stopped,
  unconfirmedBecause,
  unstarted,
} from './decision.ts'

/** Kept clear of the end of a network's key window: the call itself takes time. */
const windowMarginMs = 5 * 60_000

/** DESIGN §4.5, for a look after a lost answer. Pure. */
export function decideFind(
  record: PublicationRecord,
  found: Found | Interrupted,
  capabilities: Capabilities,
  { now, random }: Now,
): Decision {
  const unknown = record.unknown ?? { since: iso(now), absent: [], unable: 0, message: '', resend: false, lateLooks: 0 }
  const problem = { class: 'transient', message: unknown.message } as const
  if (found.kind === 'found') return live('published', found, now, publishingTexts.foundAfterLoss())
  if (record.state === 'unconfirmed') return decideLateLook(record, found, capabilities, now)
  const onlyLookedUp = isOnlyLookedUp(record, capabilities, now)
  if (found.kind === 'resume' && onlyLookedUp && found.parts.length > 0) return partOf(record, found, now)
  if (found.kind === 'resume')
    return {
      change: {
        ...free,
        state: 'scheduled',
        reason: undefined,
        checkpoint: found.checkpoint,
        visible: true,
        ...(found.parts.length === 0 ? {} : { live: partsOf(record, found.parts) }),
        unknown: undefined,
        wakeAt: iso(now),
      },
      decision: publishingTexts.stepFound(),
      live: found.parts,
    }
  if (found.kind === 'reauthorize' && onlyLookedUp)
    return {
      ...unconfirmedBecause(
        record,
        publishingTexts.notLookedUpEither({ first: unknown.message, why: found.message }),
        capabilities,
        now,
      ),
      reconnect: found.message,
    }
  if (found.kind === 'reauthorize')
    return {
      change: { ...free, state: 'sending', wakeAt: iso(now + pausedLookMs) },
      decision: publishingTexts.notLookedUp({ why: found.message }),
      reconnect: found.message,
    }
  if (found.kind === 'unable' || found.kind === 'unknown') {
    const unable = unknown.unable + 1
    if (unable >= maxUnable)
      return unconfirmedBecause(
        record,
        publishingTexts.notLookedUpEither({ first: unknown.message, why: found.message }),
        capabilities,
        now,
      )
    return {
      change: {
        ...free,
        state: 'sending',
        unknown: { ...unknown, unable },
        wakeAt: iso(now + backoff(unable, random)),
      },
      decision: publishingTexts.notLookedUp({ why: found.message }),
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
      decision: publishingTexts.lookOnceMore(),
      problem,
    }
  }
  const { authoritative } = capabilities.reconcile
  if (authoritative && onlyLookedUp) return surelyAbsent(record)
  if (authoritative && !record.resent)
    return {
      change: {
        ...free,
        state: 'scheduled',
        reason: publishingTexts.surelyAbsent(),
        resent: true,
        unknown: undefined,
        ...unstarted(record),
        wakeAt: iso(now),
      },
      decision: publishingTexts.absentTwice(),
    }
  if (!onlyLookedUp && withinKeyWindow(capabilities, unknown.since, now))
    return {
      change: {
        ...free,
        // surely not there: the call that makes it live is still to come
        ...(authoritative ? unstarted(record) : {}),
        state: 'sending',
        unknown: { ...unknown, absent: [], unable: 0, resend: true },
        wakeAt: iso(now),
      },
      decision: publishingTexts.resentSameKey(),
      problem,
    }
  return unconfirmedBecause(record, publishingTexts.absentNoProof({ first: unknown.message }), capabilities, now)
}

/** Its time is over, or a person stopped it, and the lost step did not take place. */
function surelyAbsent(record: PublicationRecord): Decision {
  if (record.stopRequestedAt !== undefined) return stopped(record)
  const why = publishingTexts.lostAndAbsent()
  if (!record.visible) return { ...missedBecause(record, why), problem: { class: 'transient', message: why } }
  const reason = publishingTexts.partlyTooLate({ why })
  const cut = cutShort(record, reason)
  return {
    ...cut,
    change: { ...cut.change, reason },
    problem: { class: 'transient', message: why },
  }
}

/** These parts live; of the first one, the address may be known already. */
function partsOf({ live }: PublicationRecord, parts: readonly string[]) {
  const [externalId = ''] = parts
  return { ...(live?.externalId === externalId ? live : {}), externalId, parts: [...parts] }
}

/** A chain of which a part is there, when nothing more may be sent. */
function partOf(
  record: PublicationRecord,
  { parts, checkpoint }: Extract<Found, { kind: 'resume' }>,
  now: number,
): Decision {
  const decision = publishingTexts.partFound()
  const { change, ...others } = live('partial', partsOf(record, parts), now, decision)
  return { ...others, change: { ...change, checkpoint, reason: publishingTexts.partly({ why: decision }) } }
}

/** One more look at what nobody could tell: only what is found changes anything. */
function decideLateLook(
  record: PublicationRecord,
  found: Exclude<Found | Interrupted, { kind: 'found' }>,
  capabilities: Capabilities,
  now: number,
): Decision {
  if (found.kind === 'resume' && found.parts.length > 0) return partOf(record, found, now)
  const unknown = record.unknown && { ...record.unknown, lateLooks: record.unknown.lateLooks + 1 }
  const wakeAt = lateLookAt({ ...record, unknown }, capabilities, now)
  return {
    change: { ...free, state: 'unconfirmed', unknown, wakeAt },
    decision: wakeAt === undefined ? publishingTexts.lastLook() : publishingTexts.nextLook({ at: wakeAt }),
    problem: record.problem,
    ...(found.kind === 'reauthorize' ? { reconnect: found.message } : {}),
  }
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
