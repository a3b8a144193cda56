import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'
import type { Position } from '../aws/table.ts'
import type { Message } from '../i18n/index.ts'
import { AppError } from '../kernel/errors.ts'
import { httpTexts } from './texts.ts'

/** What a cursor is good for: one list, of one workspace, with the same filters. */
export interface CursorScope {
  readonly workspaceId: string
  readonly operation: string
  readonly filters: Readonly<Record<string, unknown>>
}

const validMs = 24 * 3600 * 1000
const macBytes = 32
const content = z.object({ p: z.record(z.string(), z.string()), e: z.number() })

/** Where a list goes on, signed: the engine takes any start key, so ours must be the only ones it sees. */
export function sealCursor(key: Uint8Array, scope: CursorScope, position: Position, now: number): string {
  const text = Buffer.from(JSON.stringify({ p: position, e: now + validMs } satisfies z.infer<typeof content>))
  return Buffer.concat([mac(key, scope, text), text]).toString('base64url')
}

/** The position of a cursor of ours. Throws 400 `invalid_cursor` for one that expired, was changed or is of another list. */
export function openCursor(key: Uint8Array, scope: CursorScope, cursor: string, now: number): Position {
  const bytes = Buffer.from(cursor, 'base64url')
  const text = bytes.subarray(macBytes)
  if (bytes.length <= macBytes || !timingSafeEqual(bytes.subarray(0, macBytes), mac(key, scope, text)))
    throw invalid(httpTexts.cursorOfOther())
  const { p, e } = content.parse(JSON.parse(text.toString()))
  if (e <= now) throw invalid(httpTexts.cursorExpired())
  return p
}

function mac(key: Uint8Array, scope: CursorScope, text: Uint8Array): Buffer {
  const filters = Object.entries(scope.filters).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHmac('sha256', key)
    .update(JSON.stringify(['cursor', scope.workspaceId, scope.operation, filters]))
    .update('\n')
    .update(text)
    .digest()
}

const invalid = (message: Message) => new AppError('invalid', 'invalid_cursor', message)
