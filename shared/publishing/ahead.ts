import { iso, millis } from '../kernel/clock.ts'
import type { AnyConnector, Content } from '../networks/network.ts'
import type { PublicationRecord } from './record.ts'
import { earliestMs } from './wake-up.ts'

/**
 * Work ahead of its second: uploads and containers, nothing that is visible. It stays `scheduled` meanwhile, so that it
 * can be edited and called off; what was prepared is a checkpoint, and the send does without where there is none.
 */

/** A preparation's lease ends this long before its instant: from then on the publication belongs to the send. */
const clearMs = 10_000
/** Later than this before its instant nothing is begun: it would be cut off before it got anywhere. */
const leastMs = 30_000

/** How long before its instant this network begins with this content, in ms; 0 where there is nothing to do ahead. */
export function aheadOf(connector: AnyConnector, content: Content): number {
  return connector.prepare === undefined ? 0 : Math.max(0, connector.ahead?.(content) ?? 0)
}

/** The first wake-up of what is due at `dueAt`: when the work ahead begins, or the instant itself. */
export function firstWake(dueAt: string, aheadMs: number, now: number): string {
  return aheadMs === 0 ? dueAt : prepareAt(dueAt, Math.max(now, millis(dueAt) - aheadMs))
}

/** Prepares at `at` (ms) where that leaves enough time; else the send, at its instant, does it all. */
export function prepareAt(dueAt: string, at: number): string {
  return at > millis(dueAt) - leastMs ? dueAt : iso(at)
}

/** Whether this wake-up is one for the work ahead, and not for the send. */
export function isAhead(record: PublicationRecord, now: number): boolean {
  const { state, dueAt, wakeAt, visible } = record
  if (state !== 'scheduled' || visible || dueAt === undefined || wakeAt === undefined) return false
  return millis(wakeAt) < millis(dueAt) && now < millis(dueAt) - earliestMs
}

/** When a preparation claimed now must have ended, in ms: long before its instant, so that it never makes it late. */
export function prepareLease(record: PublicationRecord, now: number, leaseMs: number): number {
  return Math.min(now + leaseMs, millis(record.dueAt ?? '') - clearMs)
}
