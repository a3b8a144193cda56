import * as z from 'zod'
import { keys, listPartition } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { type Clock, iso, millis } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { mediaIdsOf } from './compose.ts'
import { type PublicationState, storedContent } from './publication.ts'
import { changing, type PublicationRecord, publicationRecord } from './record.ts'
import { publishingTexts } from './texts.ts'

/** What is to be sent, or may be sent once more. */
const needing = [
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
  'rejected',
  'failed',
  'partial',
]
/** It leaves, or its person publishes it, unless somebody steps in. */
const leaving = ['scheduled', 'sending', 'processing', 'waiting', 'handed_over'] as const
const usesMedia = z.object({
  id: z.string(),
  postId: z.string(),
  state: z.string(),
  content: storedContent.pick({ parts: true, coverMediaId: true }),
})

const postState = z.object({ state: z.string() })

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
        where: ['state', 'in', needing],
        ...(next === undefined ? {} : { start: next }),
      },
      usesMedia,
    )
    for (const { id, postId, state, content } of page.items) {
      if (!mediaIdsOf(content).includes(mediaId)) continue
      // what is partly live stays so when its post is deleted, and is never sent again
      const post = state === 'partial' ? await table.get(keys.post(workspaceId, postId), postState) : undefined
      if (post?.state !== 'deleted') return id
    }
    next = page.next
  } while (next !== undefined)
  return undefined
}

interface Parts {
  readonly table: Table
  readonly clock: Clock
}

const day = 24 * 3_600_000
/** A publication is sent within its grace after its moment. */
const longestGraceMs = 7 * day
/** No network begins earlier than this before the moment. */
const longestAheadMs = day
/** Less than this before the moment, the send itself says what was corrected: it begins some seconds early. */
const leastMs = 2 * 60_000

/** A publication with this medium that is on its way to its network: what is corrected now comes too late for it. */
export async function publicationSending(parts: Parts, workspaceId: string, mediaId: string) {
  const [found] = await around(parts, workspaceId, mediaId, ['sending', 'processing'])
  return found?.id
}

/**
 * Throws `missing_scope` where a publication that is no longer a draft is to leave with this medium: for somebody who may
 * not publish, who would change what leaves.
 */
export async function demandMediumInDrafts(parts: Parts, workspaceId: string, mediaId: string): Promise<void> {
  const [found] = await around(parts, workspaceId, mediaId, leaving, Number.POSITIVE_INFINITY)
  if (found !== undefined)
    throw new AppError('forbidden', 'missing_scope', publishingTexts.mediumLeaves({ id: found.id }))
}

/** Prepares again what was prepared with this medium before it was corrected. What changed meanwhile is left alone. */
export async function prepareAgain(parts: Parts, workspaceId: string, mediaId: string): Promise<void> {
  const now = parts.clock.now()
  for (const record of await around(parts, workspaceId, mediaId, ['scheduled'])) {
    const { checkpoint, dueAt, run } = record
    // one that is being prepared just now is corrected by its send
    if (checkpoint === undefined || run !== undefined || dueAt === undefined) continue
    if (millis(dueAt) - leastMs > now) await parts.table.write(changing(record, { wakeAt: iso(now) }, iso(now)))
  }
}

/** Publications with this medium in one of these states, whose moment is at most `aheadMs` ahead and not long past. */
async function around(
  { table, clock }: Parts,
  workspaceId: string,
  mediaId: string,
  states: readonly PublicationState[],
  aheadMs = longestAheadMs,
): Promise<PublicationRecord[]> {
  const found: PublicationRecord[] = []
  let next: Readonly<Record<string, string>> | undefined
  do {
    const page = await table.query(
      {
        pk: listPartition(workspaceId, 'publications'),
        index: 'list',
        from: iso(clock.now() - longestGraceMs),
        ...(Number.isFinite(aheadMs) ? { to: `${iso(clock.now() + aheadMs)}~` } : {}),
        where: ['state', 'in', states],
        ...(next === undefined ? {} : { start: next }),
      },
      publicationRecord,
    )
    found.push(...page.items.filter(({ content }) => mediaIdsOf(content).includes(mediaId)))
    next = page.next
  } while (next !== undefined)
  return found
}
