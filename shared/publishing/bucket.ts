import * as z from 'zod'
import type { Key } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'

const bucketItem = z.object({ arrival: z.number().optional(), blockedUntil: z.number().optional() })

interface Rate {
  readonly burst: number
  readonly perHour: number
}

/**
 * A token bucket in one number: the theoretical arrival time of the generic cell rate algorithm (ITU-T I.371). A send is
 * allowed while `arrival` is not further ahead of now than the burst takes to refill; it moves `arrival` on by one
 * interval. One conditional write a send, and no read unless it is refused. Times in ms since the epoch.
 */
export async function takeToken(
  table: Table,
  key: Key,
  rate: Rate,
  now: number,
): Promise<{ ok: true } | { ok: false; until: number }> {
  const interval = 3_600_000 / rate.perHour
  const ahead = interval * (rate.burst - 1)
  const free = {
    any: [
      ['blockedUntil', 'absent'],
      ['blockedUntil', '<=', now],
    ],
  } as const
  for (let tries = 0; tries < 4; tries++) {
    const behind = await table.write({
      update: key,
      set: { arrival: now + interval },
      if: {
        all: [
          free,
          {
            any: [
              ['arrival', 'absent'],
              ['arrival', '<=', now],
            ],
          },
        ],
      },
    })
    if (behind.ok) return behind
    const seen = bucketItem.parse(behind.item ?? {})
    if (seen.blockedUntil !== undefined && seen.blockedUntil > now) return { ok: false, until: seen.blockedUntil }
    const counted = await table.write({
      update: key,
      add: { arrival: interval },
      if: { all: [free, ['arrival', '>', now], ['arrival', '<=', now + ahead]] },
    })
    if (counted.ok) return counted
    const full = bucketItem.parse(counted.item ?? {})
    if (full.blockedUntil !== undefined && full.blockedUntil > now) return { ok: false, until: full.blockedUntil }
    if (full.arrival !== undefined && full.arrival > now + ahead)
      return { ok: false, until: Math.ceil(full.arrival - ahead) }
  }
  return { ok: false, until: now + 1_000 }
}

/** Nothing more through this bucket before `until` (ms): what the network asked for. */
export async function block(table: Table, key: Key, until: number): Promise<void> {
  await table.write({
    update: key,
    set: { blockedUntil: until },
    if: {
      any: [
        ['blockedUntil', 'absent'],
        ['blockedUntil', '<', until],
      ],
    },
  })
}

/** Until when nothing may go through this bucket (ms), if the network asked for that. Half a read unit. */
export async function blockedUntil(table: Table, key: Key, now: number): Promise<number | undefined> {
  const seen = await table.get(key, bucketItem, { consistent: false })
  return seen?.blockedUntil !== undefined && seen.blockedUntil > now ? seen.blockedUntil : undefined
}
