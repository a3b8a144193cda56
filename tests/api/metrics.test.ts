import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keys } from '../../shared/aws/keys.ts'
import type { Channel } from '../../shared/channels/index.ts'
import { newId, systemRandom } from '../../shared/kernel/ids.ts'
import { dueAttributes } from '../../shared/scheduling/index.ts'
import { type House, startHouse } from '../inbox/house.ts'
import { MastodonSimulator } from '../simulators/mastodon.ts'
import { invoke } from '../support/invoke.ts'

let house: House
let mastodon: MastodonSimulator
let owner: { id: string; token: string }
let channel: Channel

beforeAll(async () => {
  house = await startHouse('metrics-api')
  mastodon = await new MastodonSimulator().start()
  owner = await house.workspace()
  channel = await house.connect(owner.id, mastodon)
})
afterAll(async () => {
  await mastodon.stop()
  await house.stop()
})

const get = async (path: string, token = owner.token) =>
  invoke((await import('../../functions/api/metrics.ts')).handler, {
    path,
    headers: { authorization: `Bearer ${token}` },
  })

/** A publication that went out two minutes ago, followed and collected by the functions themselves. */
async function measured() {
  const { externalId } = mastodon.seedPost('Bonjour')
  mastodon.setCounters(externalId, { likes: 6, comments: 3, shares: 1 })
  mastodon.followers = 100
  const at = new Date(Date.now() - 120_000).toISOString()
  const id = newId('publication', Date.now(), systemRandom)
  const publication = {
    id,
    workspaceId: owner.id,
    postId: newId('post', Date.now(), systemRandom),
    channelId: channel.id,
    network: 'mastodon',
    state: 'published',
    content: { parts: [{ text: 'Bonjour', mediaIds: [] }], language: 'fr', options: {} },
    contentVersion: 1,
    latePolicy: { graceMinutes: 15 },
    attempts: 1,
    publishedAt: at,
    live: { externalId },
    version: 3,
    createdAt: at,
    updatedAt: at,
  }
  await house.table.write({ put: { ...keys.publication(owner.id, id), ...publication } })
  const event = {
    id: 'evt_1',
    name: 'publication.published',
    version: 1,
    time: at,
    workspaceId: owner.id,
    subject: id,
    sequence: 3,
    data: {},
  }
  const { handler: measure } = await import('../../functions/consumers/measure.ts')
  expect(await measure({ Records: [{ messageId: 'm', body: JSON.stringify({ detail: event }) }] })).toEqual({
    batchItemFailures: [],
  })
  const wakeAt = new Date().toISOString()
  const message = { kind: 'publication_collection', workspaceId: owner.id, publicationId: id, wakeAt } as const
  const { wakePk, wakeSk } = dueAttributes(message, Date.now())
  await house.table.write({ update: keys.collection(owner.id, id), set: { wakeAt, wakePk, wakeSk } })
  const { handler: collect } = await import('../../functions/consumers/collect.ts')
  const failures = await collect({
    Records: [
      { messageId: 'bad', body: '{}' },
      { messageId: 'good', body: JSON.stringify(message) },
    ],
  })
  expect(failures).toEqual({ batchItemFailures: [{ itemIdentifier: 'bad' }] })
  return id
}

describe('what was measured, over HTTP', () => {
  it('of a publication and of its channel', async () => {
    const id = await measured()
    const publication = await get(`/v1/publications/${id}/metrics`)
    expect(publication.status).toBe(200)
    expect(publication.json).toMatchObject({
      publicationId: id,
      channelId: channel.id,
      counters: { likes: 6, comments: 3, shares: 1 },
      engagement: { value: 10 },
      rates: { byFollowers: { value: 0.1, denominator: 100 }, byReach: { value: null, denominator: null } },
      series: [{ counters: { likes: 6 }, engagement: 10 }],
    })
    const days = await get(`/v1/channels/${channel.id}/metrics`)
    expect(days.status).toBe(200)
    expect(days.json.periods).toHaveLength(28)
    expect(days.json.periods.at(-1)).toMatchObject({ counters: { likes: 6 }, engagement: 10 })
    expect(days.json.periods.at(0)).toMatchObject({ counters: {}, engagement: null })
    expect(days.json.counters).toMatchObject({ likes: 6, comments: 3, shares: 1 })

    const other = await house.workspace()
    expect((await get(`/v1/publications/${id}/metrics`, other.token)).json).toMatchObject({
      status: 404,
      code: 'not_found',
    })
    expect((await get(`/v1/channels/${channel.id}/metrics`, other.token)).json).toMatchObject({
      status: 404,
      code: 'not_found',
    })
  })

  it('by week and month, cut to the span', async () => {
    const of = (granularity: string) =>
      get(`/v1/channels/${channel.id}/metrics?from=2026-02-27&to=2026-03-10&granularity=${granularity}`)
    expect((await of('month')).json.periods).toMatchObject([
      { period: '2026-02', from: '2026-02-27', to: '2026-02-28' },
      { period: '2026-03', from: '2026-03-01', to: '2026-03-10' },
    ])
    expect((await of('week')).json.periods).toMatchObject([
      { period: '2026-W09', from: '2026-02-27', to: '2026-03-01' },
      { period: '2026-W10', from: '2026-03-02', to: '2026-03-08' },
      { period: '2026-W11', from: '2026-03-09', to: '2026-03-10' },
    ])
  })

  it.each([
    ['from=2026-03-02&to=2026-03-01', '/from'],
    ['from=2020-01-01&to=2026-03-01', '/to'],
    ['from=0001-01-01&to=9999-12-31', '/to'],
    ['from=2026-02-30', 'from'],
    ['to=yesterday', 'to'],
    ['granularity=hour', 'granularity'],
  ])('refuses %s', async (query, pointer) => {
    const { json } = await get(`/v1/channels/${channel.id}/metrics?${query}`)
    expect(json.status).toBeGreaterThanOrEqual(400)
    expect(json.status).toBeLessThan(500)
    expect(json.code).toBe('validation_failed')
    expect(JSON.stringify(json.problems)).toContain(pointer)
  })

  it('refuses ids that are none', async () => {
    for (const path of [
      '/v1/channels/nope/metrics',
      '/v1/publications/pub_x/metrics',
      `/v1/publications/${channel.id}/metrics`,
    ])
      expect((await get(path)).status).toBe(404)
    const missing = newId('publication', Date.now(), systemRandom)
    expect((await get(`/v1/publications/${missing}/metrics`)).json).toMatchObject({ status: 404 })
  })
})
