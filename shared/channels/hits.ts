import { decodeTime } from 'ulid'
import * as z from 'zod'
import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { iso } from '../kernel/clock.ts'

/** One number per publication, in one item per month of their making: a reading of a feed is one write, not fifty. */
const hitsItem = z.record(z.string(), z.unknown())

const monthOf = (publicationId: string) =>
  iso(decodeTime(publicationId.slice(publicationId.indexOf('_') + 1))).slice(0, 7)

function byMonth(publicationIds: readonly string[]): Map<string, string[]> {
  const months = new Map<string, string[]>()
  for (const id of publicationIds) months.set(monthOf(id), [...(months.get(monthOf(id)) ?? []), id])
  return months
}

/** Counts one hit for each: a page of ours that shows them was read. 1 WCU per KB of a month's counters. */
export async function countHits(
  table: Table,
  workspaceId: string,
  channelId: string,
  publicationIds: readonly string[],
): Promise<void> {
  for (const [month, ids] of byMonth(publicationIds))
    await table.write({
      update: keys.hits(workspaceId, channelId, month),
      add: Object.fromEntries(ids.map((id) => [id, 1])),
    })
}

/** The hits of each publication so far; 0 for one that nobody has read yet. */
export async function readHits(
  table: Table,
  workspaceId: string,
  channelId: string,
  publicationIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const hits = new Map<string, number>()
  for (const [month, ids] of byMonth(publicationIds)) {
    const item = (await table.get(keys.hits(workspaceId, channelId, month), hitsItem)) ?? {}
    for (const id of ids) hits.set(id, z.number().catch(0).parse(item[id]))
  }
  return hits
}
