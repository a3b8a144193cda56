import { encodeTime } from 'ulid'

/** The prefix of every kind of id. An id is `<prefix>_<ULID>`: sortable by time, unique without asking anyone. */
export const idPrefixes = {
  workspace: 'ws',
  user: 'user',
  apiKey: 'key',
  channel: 'chan',
  connection: 'conn',
  post: 'post',
  publication: 'pub',
  media: 'media',
  mention: 'mention',
  action: 'act',
  notification: 'note',
  endpoint: 'hook',
  delivery: 'del',
  event: 'evt',
  audit: 'audit',
  list: 'list',
  subscriber: 'sub',
} as const

export type IdKind = keyof typeof idPrefixes

/** Randomness, injected. */
export interface Random {
  /** A number in [0, 1). */
  next(): number
}

export const systemRandom: Random = {
  next: () => (globalThis.crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ' // Crockford base 32, as ULID prescribes

/** A new id of this kind, made at `now` (ms since the epoch). */
export function newId(kind: IdKind, now: number, random: Random): string {
  let tail = ''
  for (let i = 0; i < 16; i++) tail += alphabet[Math.floor(random.next() * 32)]
  return `${idPrefixes[kind]}_${encodeTime(now, 10)}${tail}`
}

/** The shape of an id of this kind, for schemas. */
export function idPattern(kind: IdKind): RegExp {
  return new RegExp(`^${idPrefixes[kind]}_[0-9A-HJKMNP-TV-Z]{26}$`)
}
