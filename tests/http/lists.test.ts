import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Engine } from '../support/engine.ts'
import { type Things, things } from './things.ts'

let engine: Engine
let api: Things

beforeAll(async () => {
  engine = await Engine.start()
  api = await things(engine, 'lists')
  for (let i = 0; i < 30; i++) await api.ask('POST', '/v1/things', { body: { name: i % 2 === 0 ? 'even' : 'odd' } })
  await api.ask('POST', '/v1/things', { body: { name: 'theirs' }, key: api.theirs })
})
afterAll(() => engine.stop())

const page = (query: string, key = api.apiKey) => api.ask('GET', `/v1/things?${query}`, { key })

describe('paging', () => {
  it('goes through a list without losing or repeating, 25 at a time if not said', async () => {
    const first = await page('')
    expect(first.json.items).toHaveLength(25)
    const second = await page(`cursor=${first.json.next}`)
    expect(second.json.items).toHaveLength(5)
    expect(second.json.next).toBeNull()
    const ids = [...first.json.items, ...second.json.items].map((one: { id: string }) => one.id)
    expect(ids).toEqual(Array.from({ length: 30 }, (_, i) => `thing_${String(i + 1).padStart(4, '0')}`))
  })

  it('keeps the filters, which the cursor is bound to', async () => {
    const first = await page('name=odd&limit=10')
    const second = await page(`name=odd&limit=3&cursor=${first.json.next}`)
    expect(second.json.items).toHaveLength(3)
    expect(new Set(second.json.items.map((one: { name: string }) => one.name))).toEqual(new Set(['odd']))
    for (const query of ['', 'name=even&', 'name=odd&order=up&'])
      expect(await page(`${query}cursor=${first.json.next}`), query).toMatchObject({
        status: 400,
        json: { code: 'invalid_cursor' },
      })
  })

  it('refuses a limit out of 1 to 100', async () => {
    for (const limit of ['0', '101', '-1', '1.5', 'all', '', '1e1'])
      expect(await page(`limit=${limit}`), limit).toMatchObject({
        status: 422,
        json: { problems: [{ pointer: '/limit', in: 'query' }] },
      })
    expect((await page('limit=100')).status).toBe(200)
  })
})

describe('a cursor', () => {
  it('of another workspace is refused, as is one that was changed', async () => {
    const { json } = await page('limit=5')
    expect(await page(`limit=5&cursor=${json.next}`, api.theirs)).toMatchObject({
      status: 400,
      json: { code: 'invalid_cursor' },
    })
    const bytes = Buffer.from(json.next, 'base64url')
    for (const at of [0, 31, 32, 60, bytes.length - 1]) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect((await page(`cursor=${changed.toString('base64url')}`)).json.code, String(at)).toBe('invalid_cursor')
    }
    for (const nonsense of ['', 'a', '%00', 'e30', 'x'.repeat(5000), `${json.next}&cursor=${json.next}`])
      expect((await page(`cursor=${nonsense}`)).json.code, nonsense).toBe('invalid_cursor')
  })

  it('expires after a day', async () => {
    const { json } = await page('limit=5')
    api.time.now += 24 * 3600_000 - 1
    expect((await page(`cursor=${json.next}`)).status).toBe(200)
    api.time.now += 1
    expect(await page(`cursor=${json.next}`)).toMatchObject({
      status: 400,
      json: { code: 'invalid_cursor', detail: expect.stringContaining('expired') },
    })
  })
})
