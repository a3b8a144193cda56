/** Clicks, openings and leavings of an issue: totals, never who. */
import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { issueRecord } from './issue.ts'

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
