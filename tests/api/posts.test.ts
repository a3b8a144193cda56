/** Posts over their real handler and a real engine: written, scheduled, edited, called off. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keys } from '../../shared/aws/keys.ts'
import type { PublicationState } from '../../shared/publishing/index.ts'
import type { Answered } from '../support/invoke.ts'
import { expectProblem, type Houses, startHouses } from './every-route.ts'

let houses: Houses
let news: string
let bluesky: string

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answered> =>
  houses.ask(houses.one.token, { method, path, headers, ...(body === undefined ? {} : { body }) })
const write = (over: object, headers?: Record<string, string>) =>
  call('POST', '/v1/posts', { text: 'Bonjour', channels: [news], ...over }, headers)

async function newChannel(name: string): Promise<string> {
  return (await call('POST', '/v1/channels', { network: 'feed', credentials: {}, name })).json.id
}

/** A channel as if it had been connected: only its network's rules are asked here. */
async function channelOf(network: string): Promise<string> {
  const { id: workspaceId, ids } = houses.one
  const id = String(ids.channelId).replace(/.{4}$/, 'BSKY').replace('S', '5')
  const account = { externalId: 'did:plc:x', handle: 'x.example', name: 'X' }
  const at = new Date().toISOString()
  const settings = { service: 'https://bsky.social' }
  await houses.table.write({
    put: {
      ...keys.channel(workspaceId, id),
      id,
      workspaceId,
      network,
      name: 'X',
      account,
      settings,
      state: 'active',
      version: 1,
      createdAt: at,
      updatedAt: at,
    },
  })
  return id
}

/** Puts a publication where only the machine or a network can put it. */
const become = (id: string, state: PublicationState, more: object = {}) =>
  houses.table.write({ update: keys.publication(houses.one.id, id), set: { state, ...more } })

beforeAll(async () => {
  houses = await startHouses('posts')
  news = houses.one.ids.channelId ?? ''
  bluesky = await channelOf('bluesky')
})
afterAll(() => houses.stop())

const year = new Date().getUTCFullYear() + 1
const lastSunday = (month: number) => {
  const last = new Date(Date.UTC(year, month, 0))
  return new Date(last.getTime() - last.getUTCDay() * 86_400_000).toISOString().slice(0, 10)
}

describe('writing a post', () => {
  it('without a moment is a draft that waits for nothing', async () => {
    const { status, json, headers } = await write({})
    expect(status).toBe(201)
    expect(headers.etag).toBe('"1"')
    expect(json).toMatchObject({
      text: 'Bonjour',
      language: 'fr',
      channels: [news],
      publications: [{ state: 'draft', latePolicy: { graceMinutes: 15 } }],
    })
    expect(json.publications[0]).not.toHaveProperty('dueAt')
    expect(json.publications[0]).not.toHaveProperty('wakeAt')
    expect((await call('GET', `/v1/posts/${json.id}`)).json).toEqual(json)
  })

  it('at once is due at once', async () => {
    const before = Date.now()
    const { json } = await write({ schedule: { now: true }, latePolicy: { graceMinutes: 3 } })
    expect(json.publications[0]).toMatchObject({
      state: 'scheduled',
      scheduled: { zone: 'Europe/Paris' },
      latePolicy: { graceMinutes: 3 },
    })
    const due = Date.parse(json.publications[0].dueAt)
    expect(due).toBeGreaterThanOrEqual(before)
    expect(due).toBeLessThanOrEqual(Date.now())
  })

  it('gives each channel what its variant says: its text, its hour in its zone, its grace', async () => {
    const other = await newChannel('Martinique')
    const { json } = await write({
      channels: [news, other],
      schedule: { at: `${year}-01-05T09:00:00`, zone: 'Indian/Reunion' },
      variants: {
        [other]: {
          text: 'Bonjou',
          schedule: { at: `${year}-01-05T09:00:00`, zone: 'America/Martinique' },
          latePolicy: { graceMinutes: 0 },
        },
      },
    })
    expect(json.publications).toMatchObject([
      {
        channelId: news,
        dueAt: `${year}-01-05T05:00:00.000Z`,
        content: { parts: [{ text: 'Bonjour' }] },
        latePolicy: { graceMinutes: 15 },
      },
      {
        channelId: other,
        dueAt: `${year}-01-05T13:00:00.000Z`,
        content: { parts: [{ text: 'Bonjou' }] },
        latePolicy: { graceMinutes: 0 },
      },
    ])
  })

  it('says which instant was taken for an hour that does not exist, or exists twice', async () => {
    const spring = await write({ schedule: { at: `${lastSunday(3)}T02:30:00` } })
    expect(spring.json.publications[0]).toMatchObject({
      dueAt: `${lastSunday(3)}T01:30:00.000Z`,
      scheduled: { at: `${lastSunday(3)}T02:30:00`, adjusted: 'gap_shifted_forward' },
    })
    const autumn = await write({ schedule: { at: `${lastSunday(10)}T02:30:00`, zone: 'Europe/Paris' } })
    expect(autumn.json.publications[0]).toMatchObject({
      dueAt: `${lastSunday(10)}T00:30:00.000Z`,
      scheduled: { adjusted: 'overlap_first' },
    })
    const plain = await write({ schedule: { at: `${lastSunday(10)}T03:30:00` } })
    expect(plain.json.publications[0].scheduled).not.toHaveProperty('adjusted')
    expect(plain.json.publications[0].dueAt).toBe(`${lastSunday(10)}T02:30:00.000Z`)
  })

  it.each([
    ['2020-01-01T09:00:00', undefined, 'schedule_in_past'],
    [`${year + 5}-01-01T09:00:00`, undefined, 'schedule_too_far'],
    [`${year}-02-30T09:00:00`, undefined, 'invalid_local_time'],
    [`${year}-02-01T25:00:00`, undefined, 'invalid_local_time'],
    [`${year}-02-30T09:00:00Z`, undefined, 'invalid_local_time'],
    [`${year}-02-01T09:00:00+99:99`, undefined, 'invalid_local_time'],
    ['9999-12-31T23:59:59', undefined, 'schedule_too_far'],
    ['0000-01-01T00:00:00', undefined, 'schedule_in_past'],
    [`${year}-02-01T09:00:00`, 'Mars/Phobos', 'unknown_zone'],
    [`${year}-02-01T09:00:00`, '', 'unknown_zone'],
    [`${year}-02-01T09:00:00`, '+02:00', 'unknown_zone'],
    [`${year}-02-01T09:00:00`, '2026-01-01T00:00[Europe/Paris]', 'unknown_zone'],
  ])('refuses %s in %s', async (at, zone, code) => {
    const before = await houses.stored()
    const schedule = { at, ...(zone === undefined ? {} : { zone }) }
    const field = code === 'unknown_zone' ? 'zone' : 'at'
    const refused = expectProblem(await write({ schedule }), 422, code)
    expect(refused.problems).toMatchObject([{ pointer: `/schedule/${field}`, code }])
    const pointer = `/variants/${news}/schedule/${field}`
    const variants = { [news]: { schedule } }
    expect(expectProblem(await write({ variants }), 422, code).problems).toMatchObject([{ pointer, code }])
    const validated = await call('POST', '/v1/posts/validate', { text: 'Bonjour', channels: [news], variants })
    expect(validated).toMatchObject({
      status: 200,
      json: { valid: false, channels: [{ problems: [{ pointer, code }] }] },
    })
    expect(await houses.stored()).toEqual(before)
  })

  it('takes 48 channels in one call, and not one more', async () => {
    const channels: string[] = []
    for (let index = 0; index < 49; index++) channels.push(await newChannel(`Shop ${index}`))
    const made = await write(
      { channels: channels.slice(0, 48), schedule: { at: `${year}-03-01T09:00:00` } },
      { 'idempotency-key': 'forty-eight' },
    )
    expect(made.status).toBe(201)
    expect(made.json.publications.map((one: { channelId: string }) => one.channelId)).toEqual(channels.slice(0, 48))
    expect(new Set(made.json.publicationIds).size).toBe(48)
    const cancelled = await call('POST', `/v1/posts/${made.json.id}/cancel`)
    expect(cancelled.json.publications.map((one: { state: string }) => one.state)).toEqual(Array(48).fill('cancelled'))
    const refused = expectProblem(await write({ channels }), 422, 'validation_failed')
    expect(refused.problems).toMatchObject([{ pointer: '/channels' }])
  })

  it('answers a repeat byte for byte on 48 channels of 8,000 characters each', async () => {
    const channels: string[] = []
    for (let index = 0; index < 48; index++) channels.push(await newChannel(`Long ${index}`))
    const words = (seed: number) =>
      Array.from({ length: 1_600 }, (_, index) => ((seed * 7_919 + index * index * 31) % 9_000) + 1_000).join(' ')
    for (const [key, body] of [
      ['one-text', { text: 'é'.repeat(8_000) }],
      ['many-texts', { variants: Object.fromEntries(channels.map((id, index) => [id, { text: words(index) }])) }],
    ] as const) {
      const first = await write({ channels, ...body }, { 'idempotency-key': key })
      expect(first.status).toBe(201)
      const again = await write({ channels, ...body }, { 'idempotency-key': key })
      expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, 'true'])
      expect(again.text).toBe(first.text)
      expect(again.headers.etag).toBe(first.headers.etag)
    }
  })

  it('keeps options called as what every object has', async () => {
    const options = { toString: 1, hasOwnProperty: { valueOf: 'x' } }
    const made = await write({ variants: { [news]: { options } } })
    expect(made.status).toBe(201)
    expect((await call('GET', `/v1/posts/${made.json.id}`)).json.variants[news].options).toEqual(options)
  })

  it('refuses what is too long to be kept, and says so', async () => {
    const long = 'é'.repeat(90_000)
    expectProblem(
      await write({ text: long, thread: [{ text: long }, { text: 'x'.repeat(90_000) }] }),
      413,
      'too_large_to_keep',
    )
  })

  it('refuses a draft of 390 KB on 48 channels, which is 19 MB to store', async () => {
    const channels: string[] = []
    for (let index = 0; index < 48; index++) channels.push(await newChannel(`Branch ${index}`))
    const thread = Array.from({ length: 39 }, () => ({ text: 'x'.repeat(10_000) }))
    const refused = expectProblem(await write({ channels, thread }), 413, 'too_large_to_keep')
    expect(refused.detail).toContain('fewer channels')
    expect((await write({ channels: channels.slice(0, 1), thread })).status).toBe(201)
  })

  it('answers a repeated call the same and writes once, also side by side', async () => {
    const key = { 'idempotency-key': 'once' }
    const answers = await Promise.all([1, 2, 3, 4].map(() => write({ text: 'Once' }, key)))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1)
    const again = await write({ text: 'Once' }, key)
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(again.json).toEqual(answers[0]?.json)
    expectProblem(await write({ text: 'Twice' }, key), 422, 'idempotency_key_reused')
    const { items } = (await call('GET', '/v1/posts?limit=100')).json
    expect(items.filter((post: { text: string }) => post.text === 'Once')).toHaveLength(1)
    expect(items.filter((post: { text: string }) => post.text === 'Twice')).toHaveLength(0)
    // another workspace's key of the same name is another key
    const theirs = await houses.ask(houses.two.token, {
      method: 'POST',
      path: '/v1/posts',
      body: { text: 'Ours', channels: [houses.two.ids.channelId] },
      headers: key,
    })
    expect(theirs).toMatchObject({ status: 201, json: { text: 'Ours' } })
  })

  it('wants channels of this workspace, and variants of its channels', async () => {
    const theirs = houses.two.ids.channelId ?? ''
    const refused = expectProblem(await write({ channels: [news, theirs] }), 422, 'validation_failed')
    expect(refused.problems).toMatchObject([{ pointer: '/channels/1', code: 'unknown_channel' }])
    const stranger = expectProblem(await write({ variants: { [bluesky]: { text: 'x' } } }), 422, 'validation_failed')
    expect(stranger.problems).toMatchObject([{ pointer: `/variants/${bluesky}`, code: 'unknown_channel' }])
  })
})

describe('checking against the networks', () => {
  const long = 'a'.repeat(301)

  it('counts as each network counts, and points to what it is about', async () => {
    const check = async (over: object) => {
      const { json } = await call('POST', '/v1/posts/validate', { text: 'Bonjour', channels: [bluesky, news], ...over })
      return { ...json, problems: json.channels.flatMap((one: { problems: object[] }) => one.problems) }
    }
    const stored = await houses.stored()
    expect(await check({})).toMatchObject({
      valid: true,
      channels: [
        { channelId: bluesky, length: 7, limit: 300, warnings: [] },
        { channelId: news, length: 7 },
      ],
    })
    expect(await check({ text: '👩‍👩‍👧‍👦'.repeat(3) })).toMatchObject({ channels: [{ length: 3 }, {}] })
    expect(await check({ text: long })).toMatchObject({
      valid: false,
      problems: [{ pointer: '/text' }],
      channels: [{ length: 301, limit: 300 }, { problems: [] }],
    })
    expect(await check({ thread: [{ text: 'b' }, { text: long }] })).toMatchObject({
      problems: [{ pointer: '/thread/1/text' }],
    })
    expect(await check({ variants: { [bluesky]: { text: long } } })).toMatchObject({
      problems: [{ pointer: `/variants/${bluesky}/text` }],
    })
    const media = houses.two.ids.mediaId
    expect((await check({ media: [media] })).problems).toMatchObject([
      { pointer: '/media/0', code: 'unknown_media' },
      { pointer: '/media/0' },
    ])
    // a wish that nobody knows would be lost without a word
    expect(await check({ variants: { [bluesky]: { options: { wish: 1, languages: 5 } } } })).toMatchObject({
      valid: false,
      problems: expect.arrayContaining([
        expect.objectContaining({ pointer: `/variants/${bluesky}/options/wish`, code: 'unknown_option' }),
      ]),
    })
    expect(await houses.stored()).toEqual(stored)
  })

  it('refuses to schedule what a network would refuse, keeps it as a draft, and refuses to schedule the draft', async () => {
    const stored = await houses.stored()
    const refused = expectProblem(
      await write({ text: long, channels: [news, bluesky], schedule: { now: true } }),
      422,
      'validation_failed',
    )
    expect(refused.problems).toMatchObject([{ pointer: '/text', channelId: bluesky, network: 'bluesky' }])
    expect(await houses.stored()).toEqual(stored)
    const draft = await write({ text: long, channels: [news, bluesky] })
    expect(draft.status).toBe(201)
    const path = `/v1/posts/${draft.json.id}`
    expectProblem(await call('POST', `${path}/schedule`, { schedule: { now: true } }), 422, 'validation_failed')
    expect((await call('GET', path)).json).toEqual(draft.json)
    expect((await call('PATCH', path, { text: 'Court' })).status).toBe(200)
    const scheduled = await call('POST', `${path}/schedule`, { schedule: { at: `${year}-04-01T09:00:00` } })
    expect(scheduled.json.publications.map((one: { state: string }) => one.state)).toEqual(['scheduled', 'scheduled'])
  })
})

describe('a post that is there', () => {
  const scheduled = async (over: object = {}) =>
    (await write({ schedule: { at: `${year}-05-01T09:00:00` }, ...over })).json

  it('is edited by whoever saw it: the content gets a new version, the moment stays', async () => {
    const post = await scheduled()
    const edited = await call('PATCH', `/v1/posts/${post.id}`, { text: 'Bonsoir' }, { 'if-match': '"1"' })
    expect(edited).toMatchObject({ status: 200, headers: { etag: '"2"' } })
    expect(edited.json.publications[0]).toMatchObject({
      state: 'scheduled',
      dueAt: post.publications[0].dueAt,
      contentVersion: 2,
      content: { parts: [{ text: 'Bonsoir' }] },
    })
    expectProblem(
      await call('PATCH', `/v1/posts/${post.id}`, { text: 'Non' }, { 'if-match': '"1"' }),
      412,
      'stale_version',
    )
    expect((await call('GET', `/v1/posts/${post.id}`)).json).toEqual(edited.json)
  })

  it('is rescheduled, cancelled, and scheduled again', async () => {
    const { id, publications } = await scheduled()
    const later = await call('POST', `/v1/posts/${id}/schedule`, {
      schedule: { at: `${year}-06-01T09:00:00`, zone: 'UTC' },
      latePolicy: { graceMinutes: 60 },
    })
    expect(later.json.publications[0]).toMatchObject({
      id: publications[0].id,
      dueAt: `${year}-06-01T09:00:00.000Z`,
      latePolicy: { graceMinutes: 60 },
    })
    const cancelled = await call('POST', `/v1/posts/${id}/cancel`)
    expect(cancelled.json.publications[0].state).toBe('cancelled')
    expect(cancelled.json.publications[0]).not.toHaveProperty('wakeAt')
    expectProblem(await call('POST', `/v1/posts/${id}/cancel`), 409, 'publication_cancelled')
    const again = await call('POST', `/v1/posts/${id}/schedule`, { schedule: { now: true } })
    expect(again.json.publications[0].state).toBe('scheduled')
  })

  it.each([
    ['sending', /being sent/, ['PATCH', 'cancel', 'schedule', 'DELETE']],
    ['processing', /network accepted/, ['PATCH', 'cancel', 'schedule', 'DELETE']],
    ['published', /already live/, ['PATCH', 'cancel', 'schedule']],
    ['unconfirmed', /nobody can tell/, ['PATCH', 'schedule']],
    ['deleting', /being removed/, ['PATCH', 'cancel', 'schedule']],
    ['deleted', /was removed/, ['PATCH', 'cancel', 'schedule']],
  ] as const)('that is %s is not changed, and says why', async (state, why, actions) => {
    const post = await scheduled()
    await become(post.publications[0].id, state)
    const stored = await houses.stored()
    for (const action of actions) {
      const path = `/v1/posts/${post.id}`
      const answer =
        action === 'PATCH'
          ? await call('PATCH', path, { text: 'Autre' })
          : action === 'DELETE'
            ? await call('DELETE', path)
            : await call('POST', `${path}/${action}`, action === 'schedule' ? { schedule: { now: true } } : undefined)
      expect(expectProblem(answer, 409, `publication_${state}`).detail).toMatch(why)
    }
    expect(await houses.stored()).toEqual(stored)
  })

  it('is not edited on one channel while it is being sent on another', async () => {
    const post = await scheduled({ channels: [news, await newChannel('Slow')] })
    await become(post.publications[1].id, 'sending')
    const stored = await houses.stored()
    for (const [method, path, body] of [
      ['PATCH', '', { text: 'Autre' }],
      ['POST', '/cancel', undefined],
      ['DELETE', '', undefined],
    ] as const)
      expectProblem(await call(method, `/v1/posts/${post.id}${path}`, body), 409, 'publication_sending')
    expect(await houses.stored()).toEqual(stored)
  })

  it('is deleted: what has not left is called off, what is live stays or is removed, as asked', async () => {
    const other = await newChannel('Other')
    for (const [query, state] of [
      ['', 'published'],
      ['?networks=true', 'deleting'],
    ] as const) {
      const post = await scheduled({ channels: [news, other] })
      await become(post.publications[0].id, 'published', { visible: true, live: { externalId: 'x' } })
      const deleted = await call('DELETE', `/v1/posts/${post.id}${query}`)
      expect(deleted).toMatchObject({
        status: 200,
        json: { state: 'deleted', publications: [{ state }, { state: 'cancelled' }] },
      })
      expectProblem(await call('GET', `/v1/posts/${post.id}`), 404, 'not_found')
      expectProblem(await call('PATCH', `/v1/posts/${post.id}`, { text: 'x' }), 404, 'not_found')
      const { items } = (await call('GET', '/v1/posts?limit=100')).json
      expect(items.map((one: { id: string }) => one.id)).not.toContain(post.id)
      expect((await call('GET', `/v1/publications/${post.publications[0].id}`)).json.state).toBe(state)
    }
  })

  it('takes the workspace’s late policy and zone as they are when it is written', async () => {
    await call('PATCH', '/v1/workspace', { zone: 'Indian/Reunion', latePolicy: { graceMinutes: 42 } })
    const { json } = await write({ schedule: { at: `${year}-07-01T09:00:00` } })
    expect(json.publications[0]).toMatchObject({
      dueAt: `${year}-07-01T05:00:00.000Z`,
      scheduled: { zone: 'Indian/Reunion' },
      latePolicy: { graceMinutes: 42 },
    })
    await call('PATCH', '/v1/workspace', { zone: 'Europe/Paris', latePolicy: { graceMinutes: 15 } })
  })
})
