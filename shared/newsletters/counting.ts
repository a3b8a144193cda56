/** Clicks, openings and leavings of an issue: totals; and who, only where they agreed to it. */
import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import { issueRecord } from './issue.ts'
import { readerOf, readReader, sameToken, subscriberRecord } from './list.ts'

/** Where the n-th link of an issue leads, counted; undefined where there is no such link. It never leads elsewhere. */
export async function followed(table: Table, workspaceId: string, key: string, n: number): Promise<string | undefined> {
  const issue = await table.get(keys.issue(workspaceId, key), issueRecord)
  const to = issue?.links[n]
  if (to !== undefined) await count(table, workspaceId, key, 'clicks')
  return to
}

/** One more, where there is such an issue; answers whether there is. */
export async function count(
  table: Table,
  workspaceId: string,
  key: string,
  what: 'clicks' | 'opens' | 'unsubscribes',
): Promise<boolean> {
  const counted = await table.write({ update: keys.issue(workspaceId, key), add: { [what]: 1 }, if: ['pk', 'present'] })
  return counted.ok
}

/**
 * Keeps that somebody read, if they agreed to it and have not withdrawn it since: a sign of life. `by` is what stands in
 * the address that was opened ({@link readerOf}); what is not ours changes nothing.
 */
export async function seen(
  { table, clock }: { readonly table: Table; readonly clock: Clock },
  workspaceId: string,
  { by, issue, what }: { readonly by: string; readonly issue: string; readonly what: 'opened' | 'clicked' },
): Promise<void> {
  const id = readReader(by)
  const reader = id === undefined ? undefined : await table.get(keys.subscriber(workspaceId, id), subscriberRecord)
  if (reader === undefined || !sameToken(by, readerOf(reader))) return
  const at = iso(clock.now())
  await table.write({
    update: keys.subscriber(workspaceId, reader.id),
    set: { lastSignAt: at, activity: { at, what, issue } },
    if: {
      all: [
        ['state', '=', 'subscribed'],
        ['tracked', '=', true],
      ],
    },
  })
}
