import * as z from 'zod'
import { keys, listed, listPartition } from '../aws/keys.ts'
import type { Page, Position, Table, Write } from '../aws/table.ts'
import { iso } from '../kernel/clock.ts'
import { newId, type Random } from '../kernel/ids.ts'
import { redact } from '../kernel/log.ts'

/** Who did it: a key, a person, or the machine itself. */
const actorSchema = z.object({ kind: z.enum(['api_key', 'user', 'system']), id: z.string(), name: z.string() })
export type Actor = z.infer<typeof actorSchema>

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

interface AuditEntry {
  readonly workspaceId: string
  readonly actor: Actor
  readonly action: string
  readonly subject: string
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly random: Random
  /** What changed: names and values that are no secret. Fields that sound like one are redacted all the same. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
}

/** The record of a change, to go into the transaction that makes it. Kept for good (2 WCU, 4 in a transaction). */
export function auditWrite({ workspaceId, actor, action, subject, now, random, details }: AuditEntry): Write {
  const id = newId('audit', now, random)
  const at = iso(now)
  return {
    put: {
      ...keys.audit(workspaceId, id),
      ...listed(workspaceId, 'audit', at, id),
      id,
      at,
      actor: { kind: actor.kind, id: actor.id, name: actor.name },
      action,
      subject,
      ...(details === undefined ? {} : { details: redact(details) }),
    },
  }
}

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
