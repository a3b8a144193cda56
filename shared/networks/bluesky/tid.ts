import { createHash } from 'node:crypto'

const alphabet = '234567abcdefghijklmnopqrstuvwxyz'

/**
 * The record key of one part of a publication: a TID (https://atproto.com/specs/tid: 53 bits of microseconds, 10 bits of
 * clock id, base32-sortable), the same at every attempt. So the repository itself keeps a part from existing twice.
 * The microseconds lie within the second after `dueAt` (ms) by the key's hash, the parts of a thread one apart.
 */
export function recordKey(key: string, part: number, dueAt: number): string {
  const hash = createHash('sha256').update(key).digest()
  const micros = BigInt(Math.floor(dueAt)) * 1000n + BigInt(hash.readUInt32BE(0) % 999_000) + BigInt(part)
  let value = ((micros & ((1n << 53n) - 1n)) << 10n) | BigInt(hash.readUInt16BE(4) & 0x3ff)
  let text = ''
  for (let i = 0; i < 13; i++) {
    text = `${alphabet[Number(value & 31n)]}${text}`
    value >>= 5n
  }
  return text
}
