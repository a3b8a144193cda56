/** Credentials are renewed ahead of their end, whether anything is sent with them or not. */
import * as z from 'zod'
import type { Table } from '../aws/table.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { dueAttributes, duePartition, dueShards, notDue, readDueKey, type WakeMessageOf } from '../scheduling/index.ts'

const day = 24 * 3_600_000
/** Long enough for a person to act where the network says no. */
const aheadMs = 7 * day
/** Tokens of hours are renewed as they are used, by a token that lasts for months if it is used now and then. */
const shortMs = 2 * day
const keepAliveMs = 7 * day
/** Renewals side by side: each is a call to a network, of some seconds at worst. */
const together = 10

/**
 * When credentials that end at `expiresAt` (ms) are renewed: seven days ahead, or after half of their life if that is
 * shorter; those that live for two days at most, every seven days.
 */
export function renewAt(now: number, expiresAt: number): number {
  const life = expiresAt - now
  return life <= shortMs ? now + keepAliveMs : Math.max(expiresAt - aheadMs, now + life / 2)
}

/** The attributes of credentials in the index `wake`, or their absence: when somebody looks at them next. */
export function renewing(workspaceId: string, channelId: string, at: number | undefined, now: number) {
  if (at === undefined) return { set: {}, remove: notDue } as const
  const message = { kind: 'credentials', workspaceId, channelId, wakeAt: iso(at) } as const
  return { set: dueAttributes(message, now), remove: [] } as const
}

interface DueParts {
  readonly table: Table
  readonly clock: Clock
  readonly log: Log
  /** {@link renewAhead} */
  renew(message: WakeMessageOf<'credentials'>): Promise<'renewed' | 'later' | 'over'>
}

const found = z.object({ wakeSk: z.string() })

/**
 * Renews whatever is to be renewed by now, until `signal` aborts: the rest is found by the next run. Answers how many were
 * renewed. One that fails for a reason of ours is logged, and does not keep the others from it.
 */
export async function renewDue({ table, clock, log, renew }: DueParts, signal: AbortSignal): Promise<number> {
  let renewed = 0
  for (let shard = 0; shard < dueShards; shard++) {
    const to = `${iso(clock.now())}~`
    const pk = duePartition('credentials', shard)
    const { items } = await table.query({ index: 'wake', pk, to, limit: 1_000 }, found)
    const work = items.flatMap(({ wakeSk }) => {
      const message = readDueKey('credentials', wakeSk)?.message
      return message?.kind === 'credentials' ? [message] : []
    })
    const next = async (): Promise<void> => {
      for (let one = work.shift(); one !== undefined && !signal.aborted; one = work.shift()) {
        try {
          if ((await renew(one)) === 'renewed') renewed++
        } catch (error) {
          log.error('credentials could not be renewed', { channelId: one.channelId, error })
        }
      }
    }
    await Promise.all(Array.from({ length: together }, next))
  }
  return renewed
}
