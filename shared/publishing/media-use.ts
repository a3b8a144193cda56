import * as z from 'zod'
import { listPartition } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { mediaIdsOf } from './compose.ts'
import { storedContent } from './publication.ts'

const unsent = [
  'draft',
  'in_review',
  'approved',
  'scheduled',
  'sending',
  'processing',
  'waiting',
  'handed_over',
  'unconfirmed',
  'missed',
]
const usesMedia = z.object({
  id: z.string(),
  content: storedContent.pick({ parts: true, coverMediaId: true }),
})

/**
 * A publication that still needs this medium, or undefined. Nothing points from a medium to its posts (it would cost a
 * write per medium with every edit), so this reads the workspace's publications, newest first: half a unit per 4 KB of
 * them, for something done by hand and seldom.
 */
export async function publicationUsing(
  table: Table,
  workspaceId: string,
  mediaId: string,
): Promise<string | undefined> {
  let next: Readonly<Record<string, string>> | undefined
  do {
    const page = await table.query(
      {
        pk: listPartition(workspaceId, 'publications'),
        index: 'list',
        newestFirst: true,
        where: ['state', 'in', unsent],
        ...(next === undefined ? {} : { start: next }),
      },
      usesMedia,
    )
    const found = page.items.find((item) => mediaIdsOf(item.content).includes(mediaId))
    if (found !== undefined) return found.id
    next = page.next
  } while (next !== undefined)
  return undefined
}
