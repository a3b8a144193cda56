import { type Idempotency, remember } from '../../shared/aws/idempotency.ts'
import type { Write } from '../../shared/aws/table.ts'
import type { Caller } from '../../shared/http/operation.ts'
import type { Clock } from '../../shared/kernel/clock.ts'
import { auditWrite } from '../../shared/workspaces/index.ts'
import { random } from '../container.ts'

interface By {
  readonly caller: Caller
  readonly clock: Clock
  readonly idempotency?: Idempotency | undefined
}

/** The audit of a change, for the transaction that makes it. */
export function audited({ caller, clock }: By, action: string, subject: string): Write {
  const { workspaceId, actor } = caller
  return auditWrite({ workspaceId, actor, action, subject, now: clock.now(), random })
}

/** The audit of a creating call and, if the caller gave an `Idempotency-Key`, what a repeat of it is answered. */
export function created(by: By, action: string, subject: string, status: number, answer: unknown): readonly Write[] {
  const { caller, clock, idempotency } = by
  return [
    audited(by, action, subject),
    ...(idempotency === undefined ? [] : [remember(caller.workspaceId, idempotency, status, answer, clock.now())]),
  ]
}
