import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { Cipher, keyring } from '../../shared/aws/cipher.ts'
import { SecretsManagerSecrets } from '../../shared/aws/secrets.ts'
import { systemClock } from '../../shared/kernel/clock.ts'
import { bodyOf, type LocalServer, serve } from '../networks/http/server.ts'

/** Secrets Manager's wire, as much of it as is read here. */
let server: LocalServer
let stored: Record<string, string>
let reads: number
let down: boolean
let now: number
let secrets: SecretsManagerSecrets
/** As another function has them: with a memory of its own. */
let another: () => SecretsManagerSecrets

beforeEach(async () => {
  stored = {}
  reads = 0
  down = false
  now = 0
  server = await serve(async (request, response) => {
    const { SecretId } = z.object({ SecretId: z.string() }).parse(JSON.parse(await bodyOf(request)))
    reads++
    const say = (status: number, answer: unknown) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer))
    const SecretString = stored[SecretId]
    if (down) say(500, { __type: 'InternalServiceError', message: 'down' })
    else if (SecretString === undefined) say(400, { __type: 'ResourceNotFoundException', message: 'no such secret' })
    else say(200, { Name: SecretId, SecretString })
  })
  const client = new SecretsManagerClient({
    endpoint: server.url,
    region: 'eu-west-3',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
  another = () => new SecretsManagerSecrets(client, { ...systemClock, now: () => now })
  secrets = another()
})
afterEach(() => server[Symbol.asyncDispose]())

const minutes = (n: number) => n * 60_000
const app = z.object({ clientId: z.string() })

describe('a secret', () => {
  test('is read once in five minutes, however many ask', async () => {
    stored.facebook = '{"clientId":"one"}'
    const asked = await Promise.all([1, 2, 3].map(() => secrets.get('facebook', app)))
    expect(asked).toEqual([{ clientId: 'one' }, { clientId: 'one' }, { clientId: 'one' }])
    stored.facebook = '{"clientId":"two"}'
    now = minutes(5) - 1
    expect(await secrets.get('facebook', app)).toEqual({ clientId: 'one' })
    expect(reads).toBe(1)
    now = minutes(5)
    expect(await secrets.get('facebook', app)).toEqual({ clientId: 'two' })
  })

  test('is read again at once where it must be fresh', async () => {
    stored.facebook = '{"clientId":"one"}'
    await secrets.get('facebook', app)
    stored.facebook = '{"clientId":"two"}'
    expect(await secrets.get('facebook', app, { fresh: true })).toEqual({ clientId: 'two' })
    expect(await secrets.get('facebook', app)).toEqual({ clientId: 'two' })
  })

  test('that does not exist is undefined, and is found soon after it does', async () => {
    expect(await secrets.get('facebook', app)).toBeUndefined()
    expect(await secrets.get('facebook', app)).toBeUndefined()
    expect(reads).toBe(1)
    stored.facebook = '{"clientId":"one"}'
    now = minutes(1)
    expect(await secrets.get('facebook', app)).toEqual({ clientId: 'one' })
  })

  test('that could not be read is asked for again', async () => {
    stored.facebook = '{"clientId":"one"}'
    down = true
    await expect(secrets.get('facebook', app)).rejects.toThrow('down')
    down = false
    expect(await secrets.get('facebook', app)).toEqual({ clientId: 'one' })
  })

  test.each(['not json s3cret', '{"clientId":{"s3cret":1}}', '["s3cret"]'])(
    'of another form (%s) is told without its content',
    async (text) => {
      stored.facebook = text
      const error = await secrets.get('facebook', app).catch((thrown: unknown) => thrown)
      expect(String(error)).toContain('facebook')
      expect(String(error)).not.toContain('s3cret')
    },
  )
})

describe('the keys', () => {
  const long = 'x'.repeat(64)

  test('a new key is found though the ring was read before it came', async () => {
    stored.keys = JSON.stringify({ current: 'k1', k1: long })
    const mine = new Cipher(secrets, 'keys')
    const old = await mine.seal('first', ['a'])
    stored.keys = JSON.stringify({ current: 'k2', k1: long, k2: `${long}2` })
    const sealed = await new Cipher(another(), 'keys').seal('second', ['a'])
    expect(sealed.split('.')[1]).toBe('k2')
    expect(await mine.open(sealed, ['a'])).toBe('second')
    expect(await mine.open(old, ['a'])).toBe('first')
  })

  test('the same text is sealed differently each time', async () => {
    stored.keys = JSON.stringify({ current: 'k1', k1: long })
    const cipher = new Cipher(secrets, 'keys')
    expect(await cipher.seal('text', ['a'])).not.toBe(await cipher.seal('text', ['a']))
  })

  test('contexts are not run together', async () => {
    stored.keys = JSON.stringify({ current: 'k1', k1: long })
    const cipher = new Cipher(secrets, 'keys')
    await expect(cipher.open(await cipher.seal('text', ['ab', 'c']), ['a', 'bc'])).rejects.toMatchObject({
      code: 'unreadable_secret',
    })
  })

  test('a deployment without keys says so', async () => {
    await expect(new Cipher(secrets, 'keys').seal('text', [])).rejects.toMatchObject({ code: 'no_encryption_keys' })
  })

  test.each([{ current: 'k2', k1: long }, { current: 'current' }, { k1: long }, { current: 'k1', k1: 'short' }])(
    'a ring that names no good key (%j) is refused',
    (ring) => {
      expect(keyring.safeParse(ring).success).toBe(false)
    },
  )
})
