import { createHash } from 'node:crypto'
import { type Idempotency, idempotencyRecord } from '../aws/idempotency.ts'
import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { AppError } from '../kernel/errors.ts'
import { type GatewayEvent, header } from './gateway.ts'
import { httpTexts } from './texts.ts'

/** The caller's `Idempotency-Key` and what was asked with it; undefined if none was sent. Throws 400. */
export function idempotencyOf(event: GatewayEvent, body: unknown): Idempotency | undefined {
  const key = header(event, 'idempotency-key')
  if (key === undefined) return undefined
  if (!/^[\x20-\x7e]{1,255}$/.test(key))
    throw new AppError('invalid', 'invalid_idempotency_key', httpTexts.invalidKey())
  const { method, path } = event.requestContext.http
  const asked = JSON.stringify([method, path, event.rawQueryString ?? '', canonical(body)])
  return { key, requestHash: createHash('sha256').update(asked).digest('base64url') }
}

/** What the first call with this key was answered; undefined if there was none. Throws 422 if it asked something else. */
export async function storedAnswer(table: Table, workspaceId: string, idempotency: Idempotency) {
  const record = await table.get(keys.idempotency(workspaceId, idempotency.key), idempotencyRecord)
  if (record !== undefined && record.requestHash !== idempotency.requestHash)
    throw new AppError('unprocessable', 'idempotency_key_reused', httpTexts.keyReused())
  return record
}

/** The same JSON whatever the order of its fields. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => [name, canonical(field)])
}
