import type { Table } from '../aws/table.ts'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Random } from '../kernel/ids.ts'

export interface WorkspaceParts {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
}

export const staleVersion = (version: number) =>
  new AppError(
    'precondition_failed',
    'stale_version',
    `It has changed since you read it: it is now at version ${version}. Read it again.`,
  )

export const changedMeanwhile = () =>
  new AppError(
    'conflict',
    'changed_meanwhile',
    'It was changed by somebody else at the same moment. Read it again, then change it.',
  )

export const keyInUse = () =>
  new AppError(
    'conflict',
    'idempotency_key_in_use',
    'A call with this Idempotency-Key was first. Send it again to get its answer.',
  )
