import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import * as z from 'zod'
import { commonTexts } from '../i18n/index.ts'
import { AppError } from '../kernel/errors.ts'
import { keys } from './keys.ts'
import type { Write } from './table.ts'

/** The caller's `Idempotency-Key` and a hash of what was asked, handed by `shared/http` to the creating call. */
export interface Idempotency {
  readonly key: string
  readonly requestHash: string
}

export const idempotencyRecord = z.object({
  requestHash: z.string(),
  status: z.number(),
  answer: z.union([
    z.string(),
    z.instanceof(Uint8Array).transform((bytes) => brotliDecompressSync(bytes).toString('utf8')),
  ]),
  location: z.string().optional(),
})

const keptSeconds = 48 * 3600

/** An answer of more bytes is kept compressed: one item holds 400 KB, and a post on 48 channels repeats its text 48 times. */
const plainBytes = 16 * 1024
/** A middle quality: fast, and unlike gzip it sees a repetition megabytes away. */
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }

function kept(answer: unknown): string | Uint8Array {
  const text = JSON.stringify(answer)
  return Buffer.byteLength(text) <= plainBytes ? text : brotliCompressSync(text, brotli)
}

/**
 * The write that makes a creating call repeatable: part of the transaction that creates. If it fails its condition,
 * another call with this key was first; `shared/http` answers what that one answered, its `Location` too.
 */
export function remember(
  workspaceId: string,
  idempotency: Idempotency,
  status: number,
  answer: unknown,
  now: number,
  location?: string,
): Write {
  const seconds = Math.floor(now / 1000)
  return {
    put: {
      ...keys.idempotency(workspaceId, idempotency.key),
      requestHash: idempotency.requestHash,
      status,
      answer: kept(answer),
      ...(location === undefined ? {} : { location }),
      expiresAt: seconds + keptSeconds,
    },
    if: {
      any: [
        ['pk', 'absent'],
        ['expiresAt', '<', seconds],
      ],
    },
  }
}

/** The write that replaces what a repeat is answered, once a call that was {@link remember}ed has come to its end. */
export function amend(workspaceId: string, { key, requestHash }: Idempotency, answer: unknown): Write {
  return {
    update: keys.idempotency(workspaceId, key),
    set: { answer: kept(answer) },
    if: ['requestHash', '=', requestHash],
  }
}

/** What a creating call throws when {@link remember} failed its condition. */
export const keyInUse = () => new AppError('conflict', 'idempotency_key_in_use', commonTexts.keyInUse())
