/** Publications over their real handler and a real engine: listed without loss, settled, sent again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keys } from '../../shared/aws/keys.ts'
import { type PublicationState, publicationOfLive } from '../../shared/publishing/index.ts'
import type { Answered } from '../support/invoke.ts'
import { expectProblem, type Houses, startHouses } from './every-route.ts'

let houses: Houses
let channels: string[]

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answered> =>
  houses.ask(houses.one.token, { method, path, headers, ...(body === undefined ? {} : { body }) })

interface Shown {
  readonly id: string
  readonly state: string
  readonly dueAt: string
  readonly channelId: string
}

const year = new Date().getUTCFullYear() + 1

async function scheduled(at = `${year}-02-01T09:00:00Z`, channel = channels[0]): Promise<Shown> {
  return (await call('POST', '/v1/posts', { text: 'Bonjour', channels: [channel], schedule: { at } })).json
    .publications[0]
}

/** Puts a publication where only the machine or a network can put it. */
async function become(id: string, state: PublicationState, more: object = {}): Promise<string> {
  await houses.table.write({
    update: keys.publication(houses.one.id, id),
    set: { state, ...more },
    remove: ['wakeAt', 'wakePk', 'wakeSk'],
  })
  return `/v1/publications/${id}`
}
const inState = async (state: PublicationState, more: object = {}) => become((await scheduled()).id, state, more)

beforeAll(async () => {
  houses = await startHouses('publications')
  channels = (await call('GET', '/v1/channels')).json.items.map(({ id }: { id: string }) => id)
})
afterAll(() => houses.stop())

describe('the list', () => {
  const all: Shown[] = []
  const at = (minute: number) => `${year}-03-01T10:${String(minute).padStart(2, '0')}:00`

  async function pages(query: string, limit: number): Promise<Shown[]> {
    const found: Shown[] = []
    for (let cursor = ''; ; ) {
      const { status, json, text } = await call('GET', `/v1/publications?limit=${limit}&${query}${cursor}`)
      expect(status, text).toBe(200)
      expect(json.items.length).toBeLessThanOrEqual(limit)
      found.push(...json.items)
      if (json.next === null) return found
      cursor = `&cursor=${json.next}`
    }
  }

  beforeAll(async () => {
    // several at the same instant, written in no order
    for (const minute of [7, 3, 3, 3, 9, 1, 0, 5, 3, 8, 2, 6, 4, 3, 9, 9])
      all.push(await scheduled(`${at(minute)}Z`, channels[minute % 2]))
    for (const [index, state] of (['published', 'rejected', 'missed', 'published'] as const).entries())
      await become(all[index]?.id ?? '', state).then(() => Object.assign(all[index] ?? {}, { state }))
  })

  const ids = (list: readonly Shown[]) => list.map(({ id }) => id)
  const span = `from=${at(0)}Z&to=${at(59)}Z`

  it.each([1, 3, 7, 100])('has each once, by its moment, in pages of %i', async (limit) => {
    const listed = await pages(span, limit)
    expect(listed.map(({ dueAt }) => dueAt)).toEqual(all.map(({ dueAt }) => dueAt).toSorted())
    expect(ids(listed).toSorted()).toEqual(ids(all).toSorted())
    const backwards = await pages(`${span}&order=latest`, limit)
    expect(ids(backwards)).toEqual(ids(listed).toReversed())
  })

  it('keeps to a channel, to states, to both ends of a span', async () => {
    for (const limit of [2, 50]) {
      for (const channel of channels)
        expect(ids(await pages(`${span}&channel=${channel}`, limit)).toSorted()).toEqual(
          ids(all.filter(({ channelId }) => channelId === channel)).toSorted(),
        )
      expect(ids(await pages(`${span}&state=published`, limit)).toSorted()).toEqual(
        ids(all.filter(({ state }) => state === 'published')).toSorted(),
      )
      const both = await pages(`${span}&state=rejected&state=missed&channel=${channels[1]}`, limit)
      expect(ids(both).toSorted()).toEqual(
        ids(
          all.filter((one) => ['rejected', 'missed'].includes(one.state) && one.channelId === channels[1]),
        ).toSorted(),
      )
      const within = all.filter(({ dueAt }) => dueAt >= `${at(3)}.000Z` && dueAt <= `${at(5)}.000Z`)
      expect(ids(await pages(`from=${at(3)}Z&to=${at(5)}Z`, limit)).toSorted()).toEqual(ids(within).toSorted())
      // the same span, told in another offset
      const offset = (minute: number) => encodeURIComponent(`${at(minute).replace('T10', 'T12')}+02:00`)
      expect(ids(await pages(`from=${offset(3)}&to=${offset(5)}`, limit)).toSorted()).toEqual(ids(within).toSorted())
    }
    expect(await pages(`${span}&state=unconfirmed`, 3)).toEqual([])
    const left = all.filter(({ state }) => state === 'scheduled')
    expect(left.length).toBeGreaterThan(10)
    for (const limit of [1, 2, 5])
      expect(ids(await pages(`${span}&state=scheduled`, limit)).toSorted()).toEqual(ids(left).toSorted())
  })

  it('loses and doubles nothing while others are written', async () => {
    const first = (await call('GET', `/v1/publications?limit=5&${span}`)).json
    const more = await scheduled(`${at(0)}Z`)
    const rest: Shown[] = []
    for (let next = first.next; next !== null; ) {
      const { json } = await call('GET', `/v1/publications?limit=5&${span}&cursor=${next}`)
      rest.push(...json.items)
      next = json.next
    }
    const seen = ids([...first.items, ...rest]).filter((id) => id !== more.id)
    expect(seen.toSorted()).toEqual(ids(all).toSorted())
    await become(more.id, 'draft')
    await houses.table.write({ delete: keys.publication(houses.one.id, more.id) })
  })

  it('refuses a span whose end is before its start', async () => {
    const refused = expectProblem(
      await call('GET', `/v1/publications?from=${at(5)}Z&to=${at(3)}Z`),
      422,
      'validation_failed',
    )
    expect(refused.problems).toMatchObject([{ pointer: '/from', in: 'query' }])
    const states = Array.from({ length: 120 }, () => 'state=draft').join('&')
    expectProblem(await call('GET', `/v1/publications?${states}`), 422, 'validation_failed')
  })

  it('shows nothing of another workspace', async () => {
    const { json } = await houses.ask(houses.two.token, { path: '/v1/publications?limit=100' })
    expect(json.items.every((one: { workspaceId: string }) => one.workspaceId === houses.two.id)).toBe(true)
    expect(
      (await houses.ask(houses.two.token, { path: `/v1/publications?channel=${channels[0]}` })).json.items,
    ).toEqual([])
  })
})

describe('one that is unconfirmed', () => {
  const unconfirmed = () =>
    inState('unconfirmed', {
      reason: 'Nobody can tell.',
      unknown: { since: `${year - 1}-01-01T00:00:00.000Z`, absent: [], unable: 3, message: 'timeout' },
    })

  it('is live, if a person saw it', async () => {
    const path = await unconfirmed()
    const url = 'https://example.org/posts/1'
    const settled = await call('POST', `${path}/resolve`, { published: { url } })
    expect(settled).toMatchObject({ status: 200, json: { state: 'published', live: { url } } })
    expect(settled.json).not.toHaveProperty('reason')
    expect(settled.json).not.toHaveProperty('wakeAt')
    expectProblem(await call('POST', `${path}/resolve`, { resend: true }), 409, 'publication_published')
  })

  it('is linked to the network’s post, if a person could tell its id, and to none of another publication', async () => {
    const externalId = `post-${year}`
    const published = { url: 'https://example.org/posts/2', externalId }
    const path = await unconfirmed()
    expect((await call('POST', `${path}/resolve`, { published })).json).toMatchObject({ live: published })
    const { channelId } = (await call('GET', path)).json
    const owner = await publicationOfLive(houses.table, houses.one.id, channelId, externalId)
    expect(owner).toBe(path.split('/').at(-1))
    const other = await unconfirmed()
    expectProblem(await call('POST', `${other}/resolve`, { published }), 409, 'live_elsewhere')
    expect((await call('GET', other)).json.state).toBe('unconfirmed')
  })

  it('leaves again, if a person says so, once', async () => {
    const path = await unconfirmed()
    const both = await Promise.all([1, 2].map(() => call('POST', `${path}/resolve`, { resend: true })))
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
    const now = (await call('GET', path)).json
    expect(now).toMatchObject({ state: 'scheduled', wakeAt: now.dueAt })
    expect(Date.parse(now.dueAt)).toBeLessThanOrEqual(Date.now())
  })

  it('is called off, if a person says so', async () => {
    const path = await unconfirmed()
    expect((await call('POST', `${path}/resolve`, { cancel: true })).json.state).toBe('cancelled')
  })

  it.each([
    {},
    { resend: false },
    { published: {} },
    { published: { url: 'javascript:alert(1)' } },
    { resend: true, cancel: true },
    { published: { url: 'x' } },
    { published: { url: 'https://example.org/1', externalId: '' } },
  ])('is not settled by %j', async (body) => {
    const path = await unconfirmed()
    expectProblem(await call('POST', `${path}/resolve`, body), 422, 'validation_failed')
    expect((await call('GET', path)).json.state).toBe('unconfirmed')
  })

  it('is not settled while it is something else', async () => {
    for (const state of ['scheduled', 'published', 'sending', 'rejected'] as const)
      expectProblem(
        await call('POST', `${await inState(state)}/resolve`, { resend: true }),
        409,
        `publication_${state}`,
      )
  })
})

describe('what a person may do, by state', () => {
  const states: readonly PublicationState[] = [
    'draft',
    'scheduled',
    'sending',
    'processing',
    'waiting',
    'published',
    'rejected',
    'failed',
    'partial',
    'unconfirmed',
    'missed',
    'cancelled',
    'deleting',
    'deleted',
  ]
  const may: Record<string, readonly PublicationState[]> = {
    schedule: ['draft', 'scheduled', 'waiting', 'rejected', 'failed', 'missed', 'cancelled'],
    cancel: ['draft', 'scheduled', 'waiting', 'rejected', 'failed', 'missed', 'unconfirmed'],
    retry: ['rejected', 'failed', 'missed', 'partial'],
    DELETE: ['published', 'partial'],
  }
  const becomes: Record<string, string> = {
    schedule: 'scheduled',
    cancel: 'cancelled',
    retry: 'scheduled',
    DELETE: 'deleting',
  }

  it.each(Object.keys(may))('%s', async (action) => {
    for (const state of states) {
      if (action === 'cancel' && state === 'sending') continue
      const path = await inState(state)
      const body = action === 'schedule' ? { schedule: { now: true } } : undefined
      const before = (await call('GET', path)).json
      const answer = action === 'DELETE' ? await call('DELETE', path) : await call('POST', `${path}/${action}`, body)
      if (may[action]?.includes(state)) {
        expect(answer.status, `${action} ${state}: ${answer.text}`).toBe(200)
        expect(answer.json).toMatchObject({ state: becomes[action], version: before.version + 1 })
        expect(answer.json).not.toHaveProperty('reason')
        expect('wakeAt' in answer.json).toBe(action !== 'cancel')
        expect((await call('GET', path)).json).toMatchObject(answer.json)
      } else {
        expect(expectProblem(answer, 409, `publication_${state}`).detail).toMatch(/: .{8,}\.$/)
        expect((await call('GET', path)).json).toEqual(before)
      }
    }
  })

  it('answers the request to stop one that is being sent, and keeps its version', async () => {
    const path = await inState('sending')
    const before = (await call('GET', path)).json
    const answer = await call('POST', `${path}/cancel`)
    expect(answer.status).toBe(200)
    const { attemptLog: _, ...publication } = before
    expect(answer.json).toEqual({ ...publication, stopRequestedAt: expect.any(String) })
  })

  it('is done once by two who ask at the same time with what they saw', async () => {
    const path = await inState('rejected', { reason: 'Policy.' })
    const both = await Promise.all([1, 2].map(() => call('POST', `${path}/retry`, undefined, { 'if-match': '"1"' })))
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 412])
    expect((await call('GET', path)).json.version).toBe(2)
  })

  it('is recorded: who, what, when', async () => {
    const path = await inState('rejected')
    await call('POST', `${path}/retry`)
    const { items } = (await call('GET', '/v1/audit?limit=5')).json
    expect(items[0]).toMatchObject({
      action: 'publication.retried',
      subject: path.split('/').at(-1),
      actor: { kind: 'api_key' },
    })
  })
})
