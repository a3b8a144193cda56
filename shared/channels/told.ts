import * as z from 'zod'
import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { type Counters, counterNames } from '../networks/network.ts'

/** Posts are measured for 28 days after they went out; what was told of one is kept a while longer. */
const keptSeconds = 60 * 24 * 3600

const counters = z.partialRecord(z.enum(counterNames), z.number().int().min(0))
const toldItem = z.object({ at: z.number(), counters })

interface Where {
  readonly workspaceId: string
  readonly channelId: string
}

/** Keeps the counters that a network told of a post; those of an older delivery change nothing. `at`: ms. 1 WCU. */
export async function keepTold(
  table: Table,
  { workspaceId, channelId }: Where,
  externalId: string,
  at: number,
  told: Counters,
): Promise<void> {
  await table.write({
    put: {
      ...keys.told(workspaceId, channelId, externalId),
      at,
      counters: counters.parse(told),
      expiresAt: Math.floor(at / 1000) + keptSeconds,
    },
    if: {
      any: [
        ['pk', 'absent'],
        ['at', '<', at],
      ],
    },
  })
}

/** The latest counters that a network told, by external id; of what it told nothing, nothing. 0.5 RCU each. */
export async function readTold(
  table: Table,
  { workspaceId, channelId }: Where,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, Counters>> {
  const found = await table.getMany(
    externalIds.map((id) => keys.told(workspaceId, channelId, id)),
    toldItem,
  )
  return new Map(
    externalIds.flatMap((id, i) => {
      const item = found[i]
      return item === undefined ? [] : [[id, item.counters] as const]
    }),
  )
}
