import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import * as z from 'zod'
import { AppError } from '../kernel/errors.ts'
import type { Secrets } from './secrets.ts'
import { awsTexts } from './texts.ts'

/** `{"current":"k1","k1":"…"}`: every field but `current` is a key by its id (`functions/uses.ts`). */
export const keyring = z
  .object({ current: z.string() })
  .catchall(z.string().min(32))
  .refine(({ current, ...ring }) => Object.hasOwn(ring, current), { path: ['current'], message: 'names no key' })
export type Keyring = z.infer<typeof keyring>

/**
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. What belongs together is bound in: text sealed in one context
 * (a workspace and a channel, say) does not open in another. Sealed text is `v1.<key id>.<nonce>.<text and tag>`, so that
 * keys rotate: writing uses the current key, and whatever an older one sealed opens as long as that key is in the ring.
 */
export class Cipher {
  readonly #secrets: Secrets
  readonly #secretId: string

  constructor(secrets: Secrets, secretId: string) {
    this.#secrets = secrets
    this.#secretId = secretId
  }

  async seal(text: string, context: readonly string[]): Promise<string> {
    const ring = await this.#ring(false)
    const key = keyOf(ring, ring.current)
    if (key === undefined) throw noKeys()
    // Not the injected randomness: a nonce that repeats under one key gives the key away.
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound(context))
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return ['v1', ring.current, nonce.toString('base64url'), sealed.toString('base64url')].join('.')
  }

  /** Throws `unreadable_secret` if the text was altered, belongs to another context, or its key is gone. */
  async open(sealed: string, context: readonly string[]): Promise<string> {
    const [version, keyId = '', nonce = '', body = ''] = sealed.split('.')
    if (version !== 'v1') throw unreadable()
    const bytes = Buffer.from(body, 'base64url')
    // The ring may be minutes old, and another function may have sealed with a newer key.
    const key = keyOf(await this.#ring(false), keyId) ?? keyOf(await this.#ring(true), keyId)
    if (key === undefined || bytes.length < tagBytes) throw unreadable()
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), {
        authTagLength: tagBytes,
      })
      decipher.setAAD(bound(context)).setAuthTag(bytes.subarray(-tagBytes))
      return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]).toString('utf8')
    } catch (error) {
      throw unreadable(error)
    }
  }

  async #ring(fresh: boolean): Promise<Keyring> {
    const ring = await this.#secrets.get(this.#secretId, keyring, { fresh })
    if (ring === undefined) throw noKeys()
    return ring
  }
}

const tagBytes = 16

function keyOf(ring: Keyring, id: string): Buffer | undefined {
  const text = id !== 'current' && Object.hasOwn(ring, id) ? ring[id] : undefined
  return text === undefined ? undefined : createHash('sha256').update(text, 'utf8').digest()
}

const bound = (context: readonly string[]) => Buffer.from(JSON.stringify(['parvis', ...context]))

const noKeys = () => new AppError('internal', 'no_encryption_keys', awsTexts.noKeys())

const unreadable = (cause?: unknown) =>
  new AppError('internal', 'unreadable_secret', awsTexts.unreadableSecret(), { cause })
