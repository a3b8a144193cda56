/**
 * What was prepared of a publication that was then edited or called off: private videos, drafts, unpublished photos. They
 * are removed by a schedule, which tries until it is done.
 */

import * as z from 'zod'
import type { Table, Write } from '../aws/table.ts'
import type { ChannelDirectory } from '../channels/index.ts'
import { textOf } from '../i18n/index.ts'
import { type Clock, iso, millis } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { AnyConnector, Discarded } from '../networks/network.ts'
import {
  claim,
  due,
  duePartition,
  dueShards,
  type Lease,
  Quarantined,
  readDueKey,
  recordKey,
  type WakeMessageOf,
} from '../scheduling/index.ts'
import type { Change, PublicationRecord } from './record.ts'
import { publishingTexts } from './texts.ts'

const leftover = z.object({
  workspaceId: z.string(),
  channelId: z.string(),
  network: z.string(),
  publicationId: z.string(),
  /** The publication's version that it was prepared for. */
  sequence: z.number().int(),
  checkpoint: z.record(z.string(), z.unknown()),
  tries: z.number().int(),
  wakeAt: z.string().optional(),
  createdAt: z.string(),
})
type Leftover = z.infer<typeof leftover>

/** An attempt that was preparing it may still run for this long; it must not find its work removed while it does. */
const afterMs = 3 * 60_000
const firstRetryMs = 10 * 60_000
const longestRetryMs = 24 * 3_600_000
/** The network had a month to take it. */
const givenUpMs = 30 * 24 * 3_600_000
const callMs = 30_000
/** Longer than a call, and writing what came of it. */
const leaseMs = 60_000
const pageSize = 100

/**
 * The change, and the write that remembers what was prepared, where this change drops it. What may be visible stays with
 * its publication. The content version grows, so that a later preparation is never taken for the one that is removed.
 */
export function droppingPrepared(
  record: PublicationRecord,
  change: Change,
  connector: Pick<AnyConnector, 'discard'>,
  now: number,
): { readonly change: Change; readonly writes: readonly Write[] } {
  const { checkpoint, visible, unknown } = record
  const dropped = 'checkpoint' in change && change.checkpoint === undefined
  if (connector.discard === undefined || checkpoint === undefined || !dropped || visible || unknown !== undefined)
    return { change, writes: [] }
  const { workspaceId, channelId, network, id, version, contentVersion } = record
  const item: Leftover = {
    workspaceId,
    channelId,
    network,
    publicationId: id,
    sequence: version,
    checkpoint,
    tries: 0,
    createdAt: iso(now),
  }
  const target = { kind: 'leftover', workspaceId, publicationId: id, sequence: version } as const
  const put = { ...recordKey(target), ...item, ...due(target, now + afterMs, now).set }
  return { change: { contentVersion: contentVersion + 1, ...change }, writes: [{ put }] }
}

interface Parts {
  readonly table: Table
  readonly clock: Clock
  readonly log: Log
  readonly channels: Pick<ChannelDirectory, 'find' | 'open'>
}

/** Removes what is due, until `signal` aborts: the rest is found by the next run. Answers how many are done with. */
export async function discardDue(parts: Parts, signal: AbortSignal): Promise<number> {
  let done = 0
  for (let shard = 0; shard < dueShards; shard++) {
    const to = `${iso(parts.clock.now())}~`
    const pk = duePartition('leftover', shard)
    const { items } = await parts.table.query(
      { index: 'wake', pk, to, limit: pageSize },
      z.object({ wakeSk: z.string() }),
    )
    for (const { wakeSk } of items) {
      if (signal.aborted) return done
      const message = readDueKey('leftover', wakeSk)?.message
      if (message?.kind === 'leftover' && (await discardOne(parts, message, signal))) done++
    }
  }
  return done
}

/** Whether it is done with: removed, somebody else's, or given up. False where another run has it. */
async function discardOne(parts: Parts, message: WakeMessageOf<'leftover'>, signal: AbortSignal): Promise<boolean> {
  const claimed = await claim(parts, message, leftover, { leaseMs }).catch((error: unknown) => {
    // put aside, and logged: the others go on
    if (error instanceof Quarantined) return undefined
    throw error
  })
  return claimed !== undefined && discardHeld(parts, claimed.record, claimed.lease, signal)
}

async function discardHeld(parts: Parts, item: Leftover, lease: Lease, signal: AbortSignal): Promise<boolean> {
  const { table, clock, log } = parts
  const outcome = await attempt(parts, item, signal)
  const about = { publicationId: item.publicationId, channelId: item.channelId, network: item.network }
  const over = clock.now() - millis(item.createdAt) > givenUpMs
  if (outcome.kind === 'discarded' || outcome.kind === 'kept' || over) {
    if (outcome.kind !== 'discarded') log.info('what was prepared stays on the network', { ...about, outcome })
    await table.write(lease.deleting(), { until: lease.untilMs })
    return true
  }
  log.warn('what was prepared could not be removed yet', { ...about, outcome })
  const wait = Math.min(firstRetryMs * 2 ** item.tries, longestRetryMs)
  const at = outcome.kind === 'limited' ? Math.max(outcome.until, clock.now() + firstRetryMs) : clock.now() + wait
  await table.write(lease.ending(at, { set: { tries: item.tries + 1 } }), { until: lease.untilMs })
  return false
}

async function attempt({ channels, clock }: Parts, item: Leftover, signal: AbortSignal): Promise<Discarded> {
  const { workspaceId, channelId, checkpoint } = item
  const timeUp = new AbortController()
  const ended = new AbortController()
  clock.sleep(callMs, ended.signal).then(
    () => timeUp.abort(),
    () => {},
  )
  try {
    if ((await channels.find(workspaceId, channelId)) === undefined)
      return { kind: 'kept', message: publishingTexts.channelGone() }
    const open = await channels.open(workspaceId, channelId, AbortSignal.any([signal, timeUp.signal]))
    const { discard } = open.connector
    if (discard === undefined) return { kind: 'discarded' }
    return await discard.call(open.connector, { ...open.call, checkpoint })
  } catch (error) {
    if (error instanceof AppError && error.code === 'reconnect_needed')
      return { kind: 'reauthorize', message: error.text }
    return { kind: 'transient', message: textOf(error) }
  } finally {
    ended.abort()
  }
}
