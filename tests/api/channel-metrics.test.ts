/** The channel's own counters, and counters written by hand, over HTTP. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { keys } from '../../shared/aws/keys.ts'
import type { Channel } from '../../shared/channels/index.ts'
import { newId, systemRandom } from '../../shared/kernel/ids.ts'
import { dayOf, plusDays } from '../../shared/measuring/calendar.ts'
import { dueAttributes, recordKey, type WakeTarget } from '../../shared/scheduling/index.ts'
import { type House, startHouse } from '../inbox/house.ts'
import { Parrot } from '../inbox/parrot.ts'
import { everything } from '../inbox/support.ts'
import { invoke } from '../support/invoke.ts'

const networks = vi.hoisted(() => ({ parrot: undefined as unknown }))
vi.mock('../../shared/networks/registry.ts', async (original) => ({
  ...(await original<object>()),
  connectorOf: async () => (networks.parrot as Parrot).connector,
}))

let house: House
let owner: { id: string; token: string }
let other: { id: string; token: string }
let parrot: Parrot
let channel: Channel

beforeAll(async () => {
  house = await startHouse('channel-metrics')
  other = await house.workspace()
})
afterAll(() => house.stop())
beforeEach(async () => {
  owner = await house.workspace()
  await use(new Parrot())
})

async function use(next: Parrot): Promise<void> {
  parrot = next
  networks.parrot = next
  const { channels } = await import('../../functions/containers/channels.ts')
  channel = await channels().create(
    owner.id,
    { kind: 'user', id: 'user_1', name: 'Ana' },
    { network: 'parrot', credentials: {}, settings: {} },
    { idempotency: undefined, status: 201, body: () => ({}) },
  )
}

const ask = async (method: string, path: string, body?: unknown, token = owner.token, headers = {}) =>
  invoke(
    (
      await (path.endsWith('/metrics') || path.includes('/metrics?')
        ? import('../../functions/api/metrics.ts')
        : import('../../functions/api/channels.ts'))
    ).handler,
    {
      method,
      path,
      ...(body === undefined ? {} : { body }),
      headers: { authorization: `Bearer ${token}`, ...headers },
    },
  )

async function tell(name: string, subject: string): Promise<void> {
  const { handler } = await import('../../functions/consumers/measure.ts')
  const detail = {
    id: 'evt_1',
    name,
    version: 1,
    time: new Date().toISOString(),
    workspaceId: owner.id,
    subject,
    sequence: 1,
    data: {},
  }
  const done = await handler({ Records: [{ messageId: 'm', body: JSON.stringify({ detail }) }] })
  expect(done).toEqual({ batchItemFailures: [] })
}

async function collect(id: string): Promise<void> {
  const workspaceId = owner.id
  const target: WakeTarget = id.startsWith('chan')
    ? { kind: 'channel_collection', workspaceId, channelId: id }
    : { kind: 'publication_collection', workspaceId, publicationId: id }
  const key = recordKey(target)
  const wakeAt = new Date().toISOString()
  await house.table.write({ update: key, set: { wakeAt, ...dueAttributes({ ...target, wakeAt }, Date.now()) } })
  const { handler } = await import('../../functions/consumers/collect.ts')
  const done = await handler({ Records: [{ messageId: 'm', body: JSON.stringify({ ...target, wakeAt }) }] })
  expect(done).toEqual({ batchItemFailures: [] })
}

async function published(fields: object = {}): Promise<string> {
  const id = newId('publication', Date.now(), systemRandom)
  const at = new Date().toISOString()
  const publication = {
    id,
    workspaceId: owner.id,
    postId: newId('post', Date.now(), systemRandom),
    channelId: channel.id,
    network: 'parrot',
    state: 'published',
    content: { parts: [{ text: 'Bonjour', mediaIds: [] }], language: 'fr', options: {} },
    contentVersion: 1,
    latePolicy: { graceMinutes: 15 },
    attempts: 1,
    publishedAt: at,
    live: { externalId: `p-${id}` },
    version: 3,
    createdAt: at,
    updatedAt: at,
    ...fields,
  }
  await house.table.write({ put: { ...keys.publication(owner.id, id), ...publication } })
  return id
}

describe('what the network tells of the channel itself', () => {
  it('is kept by day, summed, and defined; the followers show on the channel', async () => {
    await tell('channel.connected', channel.id)
    parrot.channelCounters = { followers: 120, posts: 7, views: 900, reach: 300 }
    await collect(channel.id)
    parrot.channelCounters = { followers: 123, posts: 8, views: 950, reach: 310, visits: -3 }
    await collect(channel.id)
    const { json } = await ask('GET', `/v1/channels/${channel.id}/metrics`)
    const zone: string = json.zone
    const [yesterday, today] = json.periods.slice(-2)
    expect(today.period).toBe(dayOf(Date.now(), zone))
    expect(today).toMatchObject({ followers: 123, posts: 8, account: {} })
    // Of the last whole day; asked again, it is not counted again.
    expect(yesterday.period).toBe(plusDays(today.period, -1))
    expect(yesterday.account).toEqual({ views: 950, dailyReachSum: 310 })
    expect(yesterday.counters).toEqual({})
    expect(json).toMatchObject({ followers: 123, posts: 8, account: { views: 950, dailyReachSum: 310 } })
    expect(Object.keys(json.definitions.account).sort()).toEqual(['dailyReachSum', 'followers', 'posts', 'views'])
    expect(json.engagement.value).toBeNull()

    const shown = await ask('GET', `/v1/channels/${channel.id}`)
    expect(shown.json.followers).toBe(123)
    expect((await ask('GET', '/v1/channels')).json.items[0].followers).toBe(123)
    await collect(channel.id)
    expect((await ask('GET', `/v1/channels/${channel.id}`)).headers.etag).toBe(shown.headers.etag)
  })

  it('adds up over days, beside what the posts gained', async () => {
    const today = dayOf(Date.now(), 'UTC')
    const days = [
      { day: plusDays(today, -2), daily: { views: 10, clicks: 1 }, likes: 4 },
      { day: plusDays(today, -1), daily: { views: 30 }, views: 5 },
    ]
    for (const day of days) await house.table.write({ put: { ...keys.rollup(owner.id, channel.id, day.day), ...day } })
    const { json } = await ask(
      'GET',
      `/v1/channels/${channel.id}/metrics?from=${days[0]?.day}&to=${today}&granularity=month`,
    )
    expect(json.account).toEqual({ views: 40, clicks: 1 })
    expect(json.counters).toEqual({ likes: 4, views: 5 })
    expect(
      json.periods
        .map((period: { account: { views?: number } }) => period.account.views ?? 0)
        .reduce((a: number, b: number) => a + b),
    ).toBe(40)
    expect(json.definitions.account.views).not.toBe(json.definitions.counters.views)
  })

  it('calls a sum of reach a sum, never reach: of days, of posts, and in the rate', async () => {
    const today = dayOf(Date.now(), 'UTC')
    const days = [
      { day: plusDays(today, -2), daily: { reach: 100 }, reach: 40, likes: 6 },
      { day: plusDays(today, -1), daily: { reach: 80 }, reach: 20 },
    ]
    for (const day of days) await house.table.write({ put: { ...keys.rollup(owner.id, channel.id, day.day), ...day } })
    const path = `/v1/channels/${channel.id}/metrics?from=${days[0]?.day}&to=${today}&granularity=day`
    const { json } = await ask('GET', path)
    expect(json.account).toEqual({ dailyReachSum: 180 })
    expect(json.counters).toEqual({ likes: 6, postReachSum: 60 })
    expect(json.periods.map(({ account }: { account: unknown }) => account)).toEqual([
      { dailyReachSum: 100 },
      { dailyReachSum: 80 },
      {},
    ])
    const said = async (language: string) => {
      await house.table.write({ update: keys.workspace(owner.id), set: { language } })
      const { definitions, rates } = (await ask('GET', path, undefined, undefined, { 'accept-language': '' })).json
      return [definitions.account.dailyReachSum, definitions.counters.postReachSum, rates.byReach.definition]
    }
    for (const words of await said('fr')) expect(words).toMatch(/somme des portées/i)
    for (const words of await said('en')) expect(words).toMatch(/sum of the (daily )?reach/i)
    expect(json.rates.byReach).toMatchObject({ value: 0.1, denominator: 60 })
  })

  it('is told in the language of the workspace', async () => {
    await tell('channel.connected', channel.id)
    parrot.channelCounters = { followers: 1 }
    await collect(channel.id)
    const definition = async (language: string) => {
      await house.table.write({ update: keys.workspace(owner.id), set: { language } })
      return (await ask('GET', `/v1/channels/${channel.id}/metrics`, undefined, undefined, { 'accept-language': '' }))
        .json
    }
    expect((await definition('fr-BE')).definitions.account.followers).toContain('abonnés')
    expect((await definition('fr')).engagement.definition).toContain('enregistrements')
    expect((await definition('en')).definitions.account.followers).toContain('Followers of the channel')
  })

  it('is not asked for again where there is none', async () => {
    const { measureChannel: _, ...connector } = parrot.connector
    Object.assign(parrot, { connector })
    await tell('channel.connected', channel.id)
    await collect(channel.id)
    const item = (await everything(house.engine, house.table)).find(
      ({ pk, sk }) => pk === keys.channelCollection(owner.id, channel.id).pk && sk === 'collection',
    )
    expect(item).not.toHaveProperty('wakeAt')
    expect((await ask('GET', `/v1/channels/${channel.id}/metrics`)).json).toMatchObject({
      followers: null,
      posts: null,
      account: {},
    })
  })
})

describe('by hand', () => {
  const put = (id: string, body: unknown, token?: string) => ask('PUT', `/v1/publications/${id}/metrics`, body, token)
  const withoutMeasure = () => {
    const { measure: _, ...connector } = parrot.connector
    Object.assign(parrot, { connector })
  }

  it('counts where a network tells nothing, like any other', async () => {
    withoutMeasure()
    const id = await published()
    const first = await put(id, { likes: 10, comments: 2 })
    expect(first.status).toBe(200)
    expect(first.json).toMatchObject({
      source: 'by_hand',
      counters: { likes: 10, comments: 2 },
      engagement: { value: 12 },
    })
    expect(first.json.definitions).toHaveProperty('likes')
    const second = await put(id, { likes: 15 })
    expect(second.json.counters).toEqual({ likes: 15, comments: 2 })
    expect(second.json.series).toMatchObject([
      { source: 'by_hand', counters: { likes: 10, comments: 2 } },
      { source: 'by_hand', counters: { likes: 15, comments: 2 } },
    ])
    // The same again changes nothing.
    expect((await put(id, { likes: 15 })).json.series).toHaveLength(2)
    expect((await ask('GET', `/v1/channels/${channel.id}/metrics`)).json.counters).toEqual({ likes: 15, comments: 2 })
    const audits = (await everything(house.engine, house.table)).filter(
      (item) => item.subject === id && item.sk === 'audit',
    )
    expect(audits.map(({ action }) => action)).toEqual(['metrics.set', 'metrics.set'])
    // Collecting finds nothing to ask, and takes nothing away.
    await collect(id)
    expect((await ask('GET', `/v1/publications/${id}/metrics`)).json).toMatchObject({
      source: 'by_hand',
      counters: { likes: 15 },
    })
  })

  it('counts every change once, however many write at once', async () => {
    withoutMeasure()
    const id = await published()
    await Promise.all([put(id, { likes: 3 }), put(id, { comments: 4 }), put(id, { shares: 5 })])
    expect((await ask('GET', `/v1/publications/${id}/metrics`)).json.counters).toEqual({
      likes: 3,
      comments: 4,
      shares: 5,
    })
    expect((await ask('GET', `/v1/channels/${channel.id}/metrics`)).json.counters).toEqual({
      likes: 3,
      comments: 4,
      shares: 5,
    })
  })

  it('is refused where the network tells them itself, but for what a person published', async () => {
    const id = await published()
    expect((await put(id, { likes: 1 })).json).toMatchObject({
      status: 409,
      code: 'measured_by_network',
      detail: expect.stringContaining('Parrot'),
    })
    parrot.counters = { likes: 7 }
    await tell('publication.published', id)
    await collect(id)
    expect((await ask('GET', `/v1/publications/${id}/metrics`)).json).toMatchObject({
      source: 'network',
      counters: { likes: 7 },
    })
  })

  it.each([
    [{}, ''],
    [{ likes: -1 }, '/likes'],
    [{ likes: 1.5 }, '/likes'],
    [{ thumbs: 1 }, '/thumbs'],
  ])('refuses %j', async (body, pointer) => {
    withoutMeasure()
    const id = await published()
    expect((await put(id, body)).json).toMatchObject({
      code: 'validation_failed',
      problems: expect.arrayContaining([expect.objectContaining({ pointer })]),
    })
  })

  it('is refused for what is not live, or another workspace’s', async () => {
    withoutMeasure()
    const draft = await published({ state: 'draft', live: undefined, publishedAt: undefined })
    expect((await put(draft, { likes: 1 })).json).toMatchObject({ status: 409, code: 'not_live' })
    expect((await put(await published(), { likes: 1 }, other.token)).status).toBe(404)
  })
})
