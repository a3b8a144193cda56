import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Mentions } from '../../shared/inbox/index.ts'
import { systemClock } from '../../shared/kernel/clock.ts'
import { newId, systemRandom } from '../../shared/kernel/ids.ts'
import { type House, startHouse } from '../inbox/house.ts'
import { base, comment, someChannel } from '../inbox/support.ts'
import { invoke } from '../support/invoke.ts'

let house: House
let owner: { id: string; token: string }
let other: { id: string; token: string }
const ids: string[] = []

beforeAll(async () => {
  house = await startHouse('mentions-api')
  owner = await house.workspace()
  other = await house.workspace()
  const channel = someChannel({ workspaceId: owner.id })
  ids.push(channel.id)
  const mentions = new Mentions({
    table: house.table,
    clock: systemClock,
    random: systemRandom,
    retentionOf: async () => undefined,
  })
  for (let i = 0; i < 5; i++) await mentions.apply(channel, comment(`c${i}`, { at: base + i * 60_000 }))
  await mentions.apply(channel, comment('c4', { action: 'deleted', at: base + 900_000 }))
})
afterAll(() => house.stop())

const get = async (path: string, token = owner.token) =>
  invoke((await import('../../functions/api/mentions.ts')).handler, {
    path,
    headers: { authorization: `Bearer ${token}` },
  })
const externalIds = (json: { items: { externalId: string }[] }) => json.items.map((mention) => mention.externalId)

describe('GET /v1/mentions', () => {
  it('newest first, page by page, by channel and time in any zone', async () => {
    const first = await get('/v1/mentions?limit=2')
    expect(externalIds(first.json)).toEqual(['c4', 'c3'])
    const second = await get(`/v1/mentions?limit=2&cursor=${encodeURIComponent(first.json.next)}`)
    expect(externalIds(second.json)).toEqual(['c2', 'c1'])
    expect(externalIds((await get(`/v1/mentions?channel=${ids[0]}&state=deleted`)).json)).toEqual(['c4'])
    // 9:01 to 9:03 in Paris.
    const query = 'from=2026-11-02T09:01:00%2B01:00&to=2026-11-02T09:03:00%2B01:00'
    expect(externalIds((await get(`/v1/mentions?${query}`)).json)).toEqual(['c2', 'c1'])
  })

  it('downloads what could not be read, as it came, and nothing of what could', async () => {
    const channel = someChannel({ workspaceId: owner.id })
    const mentions = new Mentions({
      table: house.table,
      clock: systemClock,
      random: systemRandom,
      retentionOf: async () => undefined,
    })
    const bytes = Buffer.from('Subject: é\r\n\r\n<b>')
    const raw = { name: 'a "letter".eml', contentType: 'message/rfc822', bytes }
    await mentions.apply(channel, { ...comment('bad'), unreadable: { why: 'Too deep', raw } })
    const [bad] = (await get(`/v1/mentions?channel=${channel.id}`)).json.items
    expect(bad.unreadable).toEqual({
      why: 'Too deep',
      name: raw.name,
      contentType: raw.contentType,
      bytes: bytes.length,
    })
    const answer = await get(`/v1/mentions/${bad.id}/raw`)
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'message/rfc822',
        'content-disposition': 'attachment; filename="a__letter_.eml"',
        'x-content-type-options': 'nosniff',
      },
    })
    expect(answer.text).toBe(bytes.toString())
    expect((await get(`/v1/mentions/${bad.id}/raw`, other.token)).status).toBe(404)
    const [good] = (await get(`/v1/mentions?channel=${ids[0]}&state=visible`)).json.items
    expect((await get(`/v1/mentions/${good.id}/raw`)).status).toBe(404)
    // gone with what it is of
    await mentions.apply(channel, comment('bad', { action: 'deleted', at: base + 900_000 }))
    expect((await get(`/v1/mentions/${bad.id}/raw`)).status).toBe(404)
  })

  it('one by its id, and none to another workspace', async () => {
    const [mention] = (await get('/v1/mentions?limit=1&state=visible')).json.items
    const one = await get(`/v1/mentions/${mention.id}`)
    expect(one.json).toEqual(mention)
    expect(one.headers.etag).toBe('"1"')
    expect((await get(`/v1/mentions/${mention.id}`, other.token)).json).toMatchObject({
      status: 404,
      code: 'not_found',
    })
    expect((await get('/v1/mentions', other.token)).json.items).toEqual([])
  })

  it('shows no text of what was deleted', async () => {
    const [mention] = (await get('/v1/mentions?state=deleted')).json.items
    expect(mention).toMatchObject({ state: 'deleted', externalId: 'c4' })
    expect(mention).not.toHaveProperty('text')
  })

  it("refuses another workspace's cursor, and one of another question", async () => {
    const { next } = (await get('/v1/mentions?limit=2')).json
    const cursor = encodeURIComponent(next)
    for (const answer of [
      await get(`/v1/mentions?limit=2&cursor=${cursor}`, other.token),
      await get(`/v1/mentions?kind=comment&limit=2&cursor=${cursor}`),
    ])
      expect(answer.json).toMatchObject({ status: 400 })
  })

  it.each([
    'kind=reaction',
    'state=gone',
    'from=tomorrow',
    'from=2026-11-03T00:00:00Z&to=2026-11-02T00:00:00Z',
    'channel=post_1',
    'limit=0',
  ])('refuses %s with what is wrong', async (query) => {
    const { json } = await get(`/v1/mentions?${query}`)
    expect(json.code).toBe('validation_failed')
    expect(json.problems).toHaveLength(1)
  })

  it('answers 404 to ids that are none', async () => {
    expect((await get(`/v1/mentions/${newId('mention', Date.now(), systemRandom)}`)).status).toBe(404)
    expect((await get('/v1/mentions/..%2Fx')).status).toBe(404)
    expect((await get('/v1/mentions', 'nobody')).status).toBe(401)
  })
})
