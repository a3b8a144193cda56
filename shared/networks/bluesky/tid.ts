import { createHash } from 'node:crypto'
import { decodeTime } from 'ulid'

const alphabet = '234567abcdefghijklmnopqrstuvwxyz'
const ulid = /[0-7][0-9A-HJKMNP-TV-Z]{25}/

/**
 * The record key of one part of a publication: a TID (https://atproto.com/specs/tid: 53 bits of microseconds, 10 bits of
 * clock id, base32-sortable) that follows from the publication's key alone, so that the repository itself keeps a part
 * from existing twice. Its time is that of the ULID in the key, not the due instant: a publication that is sent again at
 * another moment must meet what an earlier attempt left. The microseconds lie within the second after it by the key's
 * hash, the parts of a thread one apart.
 */
export function recordKey(key: string, part: number): string {
  const hash = createHash('sha256').update(key).digest()
  const made = ulid.exec(key)?.[0]
  const ms = made === undefined ? hash.readUIntBE(6, 5) : decodeTime(made)
  const micros = BigInt(ms) * 1000n + BigInt(hash.readUInt32BE(0) % 999_000) + BigInt(part)
  let value = ((micros & ((1n << 53n) - 1n)) << 10n) | BigInt(hash.readUInt16BE(4) & 0x3ff)
  let text = ''
  for (let i = 0; i < 13; i++) {
    text = `${alphabet[Number(value & 31n)]}${text}`
    value >>= 5n
  }
  return text
}
