import type { Table } from '../aws/table.ts'
import { commonTexts } from '../i18n/index.ts'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Random } from '../kernel/ids.ts'

export interface WorkspaceParts {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
}

export const keyInUse = () => new AppError('conflict', 'idempotency_key_in_use', commonTexts.keyInUse())
