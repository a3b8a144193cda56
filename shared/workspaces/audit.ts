import * as z from 'zod'
import type { Actor } from '../aws/audit.ts'
import { listPartition } from '../aws/keys.ts'
import type { Page, Position, Table } from '../aws/table.ts'

/** Who did it: a key, a person, or the machine itself. */
const actorSchema: z.ZodType<Actor> = z.object({
  kind: z.enum(['api_key', 'user', 'system']),
  id: z.string(),
  name: z.string(),
})

/** One line of who changed what. */
export const auditSchema = z.object({
  id: z.string(),
  at: z.string(),
  actor: actorSchema,
  /** What was done, as `thing.done`: `post.created`, `channel.paused`. */
  action: z.string(),
  /** The id of what it was done to. */
  subject: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
})
export type AuditRecord = z.infer<typeof auditSchema>

/** Who changed what, newest first. */
export function listAudit(
  table: Table,
  workspaceId: string,
  page: { readonly limit: number; readonly start?: Position },
): Promise<Page<AuditRecord>> {
  return table.query(
    { pk: listPartition(workspaceId, 'audit'), index: 'list', newestFirst: true, ...page },
    auditSchema,
  )
}
