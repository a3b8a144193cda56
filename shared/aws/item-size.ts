import { AppError } from '../kernel/errors.ts'
import type { Write } from './table.ts'
import { awsTexts } from './texts.ts'

/** What DynamoDB takes: of one item, and of all items of a transaction together. */
const maxItemBytes = 400 * 1024
const maxTransactionBytes = 4 * 1024 * 1024

/**
 * Throws `too_large_to_keep` for what is surely more than the engine takes, before it is sent: a request of more than 16 MB
 * is not even answered as one that is too large. What the engine refuses beside this is its own answer.
 */
export function checkSize(writes: readonly Write[]): void {
  let total = 0
  for (const write of writes) {
    const size = 'put' in write ? sizeOf(write.put) : 'update' in write ? sizeOf(write.set ?? {}) : 0
    if (size > maxItemBytes) throw tooLarge()
    total += size
  }
  if (total > maxTransactionBytes) throw tooLarge()
}

export const tooLarge = (cause?: unknown) =>
  new AppError('too_large', 'too_large_to_keep', awsTexts.tooLarge(), { cause })

/** The bytes of a value as the engine counts them, or fewer: a number is counted as one. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (value instanceof Uint8Array) return value.length
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + 1 + sizeOf(one), 3)
  if (typeof value !== 'object' || value === null) return 1
  let sum = 3
  for (const [name, inner] of Object.entries(value))
    if (inner !== undefined) sum += 1 + Buffer.byteLength(name) + sizeOf(inner)
  return sum
}
