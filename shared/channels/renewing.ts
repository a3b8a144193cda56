/** Credentials are renewed ahead of their end, whether anything is sent with them or not. */
import * as z from 'zod'
import { notWaking, wakePartition, wakeShards, waking } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { wakeId, wakeMessageOf } from '../kernel/wake.ts'

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
export function renewing(workspaceId: string, channelId: string, at: number | undefined) {
  return at === undefined
    ? ({ set: {}, remove: notWaking } as const)
    : ({ set: waking('credentials', iso(at), wakeId(workspaceId, channelId)), remove: [] } as const)
}

interface DueParts {
  readonly table: Table
  readonly clock: Clock
  readonly log: Log
  /** {@link renewAhead} */
  renew(workspaceId: string, channelId: string, wakeAt: string): Promise<'renewed' | 'later' | 'over'>
}

const found = z.object({ wakeSk: z.string() })

/**
 * Renews whatever is to be renewed by now, until `signal` aborts: the rest is found by the next run. Answers how many were
 * renewed. One that fails for a reason of ours is logged, and does not keep the others from it.
 */
export async function renewDue({ table, clock, log, renew }: DueParts, signal: AbortSignal): Promise<number> {
  let renewed = 0
  for (let shard = 0; shard < wakeShards; shard++) {
    const to = `${iso(clock.now())}~`
    const pk = wakePartition('credentials', shard)
    const { items } = await table.query({ index: 'wake', pk, to, limit: 1_000 }, found)
    const work = items.map(({ wakeSk }) => wakeMessageOf(wakeSk))
    const next = async (): Promise<void> => {
      for (let one = work.shift(); one !== undefined && !signal.aborted; one = work.shift()) {
        const [workspaceId = '', channelId = ''] = one.ids
        try {
          if ((await renew(workspaceId, channelId, one.wakeAt)) === 'renewed') renewed++
        } catch (error) {
          log.error('credentials could not be renewed', { channelId, error })
        }
      }
    }
    await Promise.all(Array.from({ length: together }, next))
  }
  return renewed
}
