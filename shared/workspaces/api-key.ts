import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'
import { idPattern } from '../kernel/ids.ts'
import { type Scope, scopes } from '../kernel/scopes.ts'

export const apiKeyId = z.string().regex(idPattern('apiKey'))
const scopeSchema = z.enum(scopes).meta({
  description:
    '`posts:write` writes drafts. `posts:publish` decides what leaves, and when: it schedules, sends, retries, settles, removes, and changes what is scheduled.',
})

/** An API key, as answered: its token is shown once, when it is made. */
export const apiKeySchema = z.object({
  id: apiKeyId,
  workspaceId: z.string(),
  name: z.string().trim().min(1).max(100),
  scopes: z.array(scopeSchema),
  createdAt: z.string(),
  createdBy: z.string(),
  /** To the hour. */
  lastUsedAt: z.string().optional(),
  revokedAt: z.string().optional(),
})
export type ApiKey = z.infer<typeof apiKeySchema>

/** The version of the items of API keys. 2: `posts:publish` is a scope of its own. */
export const apiKeyVersion = 2
const itemVersion = { schema: z.int().default(1) }

/** A key of version 1 was allowed to publish by `posts:write`. */
function upgraded<K extends { readonly schema: number; readonly scopes: readonly Scope[] }>(item: K) {
  const { schema, scopes: given, ...key } = item
  const publishes = schema < 2 && given.includes('posts:write')
  return {
    ...key,
    scopes: publishes ? scopes.filter((one) => given.includes(one) || one === 'posts:publish') : [...given],
  }
}

/** A stored key, without its hash. */
export const readApiKey = apiKeySchema.extend(itemVersion).transform(upgraded)
/** … and with it: the SHA-256 of the token's secret, never the secret. It has 256 random bits: no salt is needed. */
export const storedApiKey = apiKeySchema.extend({ hash: z.string(), ...itemVersion }).transform(upgraded)

export const newApiKey = z.object({
  name: apiKeySchema.shape.name,
  scopes: z
    .array(scopeSchema)
    .min(1)
    .max(scopes.length)
    .transform((wanted) => scopes.filter((scope) => wanted.includes(scope))),
})
export type NewApiKey = z.infer<typeof newApiKey>

export const createdApiKey = apiKeySchema.extend({
  /** Shown once: a repeat with the same Idempotency-Key answers the key without it. */
  token: z.string().optional(),
})

/** `parvis_key_<ULID>_<32 random bytes, base64url>`. */
export function newToken(keyId: string): { readonly token: string; readonly hash: string } {
  const secret = randomBytes(32).toString('base64url')
  return { token: `parvis_${keyId}_${secret}`, hash: hashOf(secret).toString('base64url') }
}

/** The parts of a token; undefined if it is none. */
export function readToken(token: string): { readonly keyId: string; readonly secret: string } | undefined {
  const match = /^parvis_(key_[0-9A-HJKMNP-TV-Z]{26})_([A-Za-z0-9_-]{43})$/.exec(token)
  const [, keyId, secret] = match ?? []
  return keyId === undefined || secret === undefined ? undefined : { keyId, secret }
}

/** In constant time. */
export function isSecretOf(stored: z.infer<typeof storedApiKey>, secret: string): boolean {
  const hash = Buffer.from(stored.hash, 'base64url')
  const given = hashOf(secret)
  return hash.length === given.length && timingSafeEqual(hash, given)
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()
