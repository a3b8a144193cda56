import { iso } from '../kernel/clock.ts'
import { newId, type Random } from '../kernel/ids.ts'
import { redact } from '../kernel/log.ts'
import { keys, listed } from './keys.ts'
import type { Write } from './table.ts'

/** Who did it: a key, a person, or the machine itself. */
export interface Actor {
  readonly kind: 'api_key' | 'user' | 'system'
  readonly id: string
  readonly name: string
}

export interface AuditEntry {
  readonly workspaceId: string
  readonly actor: Actor
  /** What was done, as `thing.done`: `post.created`, `channel.paused`. */
  readonly action: string
  /** The id of what it was done to. */
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
