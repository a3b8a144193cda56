import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Engine } from '../support/engine.ts'
import { type Things, things } from './things.ts'

let engine: Engine
let api: Things
let tests = 0

beforeAll(async () => {
  engine = await Engine.start()
})
beforeEach(async () => {
  api = await things(engine, `repeats-${++tests}`)
})
afterAll(() => engine.stop())

const create = (key: string, body: unknown, rest: { key?: string } = {}) =>
  api.ask('POST', '/v1/things', { body, headers: { 'idempotency-key': key }, ...rest })

describe('Idempotency-Key', () => {
  it('answers a repeat what the first was, and makes nothing again', async () => {
    const first = await create('k1', { name: 'a', tags: [{ word: 'x' }] })
    const second = await create('k1', { tags: [{ word: 'x' }], name: 'a' })
    expect(first).toMatchObject({ status: 201 })
    expect(first.headers['idempotency-replayed']).toBeUndefined()
    expect(second).toMatchObject({ status: 201, json: first.json })
    expect(second.headers).toMatchObject({
      'idempotency-replayed': 'true',
      etag: '"1"',
      'content-type': 'application/json',
    })
    expect(await api.stored()).toHaveLength(1)
  })

  it('refuses the same key for something else', async () => {
    await create('k1', { name: 'a' })
    expect(await create('k1', { name: 'b' })).toMatchObject({ status: 422, json: { code: 'idempotency_key_reused' } })
    expect(await api.stored()).toHaveLength(1)
  })

  it('is a workspace’s own', async () => {
    await create('k1', { name: 'a' })
    expect((await create('k1', { name: 'b' }, { key: api.theirs })).json.name).toBe('b')
  })

  it('makes one of two at the same time, and answers both the same', async () => {
    // Both have looked and found no record before either writes.
    let waiting = 0
    let go = () => {}
    const both = new Promise<void>((resolve) => {
      go = resolve
    })
    api.hooks.beforeCreate = async () => {
      if (++waiting === 2) go()
      await both
    }
    const [one, two] = await Promise.all([create('k1', { name: 'a' }), create('k1', { name: 'a' })])
    expect([one.status, two.status]).toEqual([201, 201])
    expect(one.json).toEqual(two.json)
    expect([one, two].filter((answer) => answer.headers['idempotency-replayed'] === 'true')).toHaveLength(1)
    expect(await api.stored()).toHaveLength(1)
  })

  it('keeps nothing of what failed, so that it can be sent again', async () => {
    api.hooks.beforeCreate = async () => {
      throw new Error('down')
    }
    expect((await create('k1', { name: 'a' })).status).toBe(500)
    api.hooks.beforeCreate = async () => {}
    expect((await create('k1', { name: 'a' })).status).toBe(201)
  })

  it('is forgotten after two days', async () => {
    const first = await create('k1', { name: 'a' })
    api.time.now += 49 * 3600_000
    expect((await create('k1', { name: 'a' })).json.id).not.toBe(first.json.id)
  })

  it('takes 1 to 255 printable characters', async () => {
    for (const key of ['', 'x'.repeat(256), 'é', 'a\nb'])
      expect(await create(key, { name: 'a' }), key).toMatchObject({
        status: 400,
        json: { code: 'invalid_idempotency_key' },
      })
    expect((await create('x'.repeat(255), { name: 'a' })).status).toBe(201)
    expect(await api.stored()).toHaveLength(1)
  })
})

describe('the rate limit', () => {
  it('answers 429 with the seconds to wait, for this workspace only, and lets go with the next minute', async () => {
    const small = await things(engine, `limited-${tests}`, { perMinute: 20 })
    small.time.now = Date.parse('2026-11-21T10:00:15Z')
    const statuses: number[] = []
    for (let i = 0; i < 31; i++) statuses.push((await small.ask('GET', '/v1/things')).status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(29)
    const refused = await small.ask('GET', '/v1/things')
    expect(refused).toMatchObject({ status: 429, json: { code: 'too_many_requests' } })
    expect(refused.headers['retry-after']).toBe('45')
    expect((await small.ask('GET', '/v1/things', { key: small.theirs })).status).toBe(200)
    expect((await small.ask('GET', '/open/x')).status).toBe(200)
    small.time.now += 45_000
    expect((await small.ask('GET', '/v1/things')).status).toBe(200)
  })
})
