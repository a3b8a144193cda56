import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { consumers } from '../../functions/consumers/consumers.ts'
import { keys } from '../../shared/aws/keys.ts'
import type { Table } from '../../shared/aws/table.ts'
import { iso } from '../../shared/kernel/clock.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { createHttpClient } from '../../shared/networks/http/index.ts'
import { Deliverer } from '../../shared/notifying/deliverer.ts'
import { DeliveryStore } from '../../shared/notifying/deliveries.ts'
import { deliveryRecord, waits } from '../../shared/notifying/delivery.ts'
import { type EventFilter, endpointRecord, wants, webhookEvents } from '../../shared/notifying/endpoint.ts'
import { EndpointStore } from '../../shared/notifying/endpoints.ts'
import { receiverCheck } from '../../shared/notifying/receiver.ts'
import { publicationEvents } from '../../shared/publishing/events.ts'
import { publishingTexts } from '../../shared/publishing/texts.ts'
import type { WakeMessageOf } from '../../shared/scheduling/index.ts'
import { Engine } from '../support/engine.ts'
import { english } from '../support/english.ts'
import { cipher, ListQueue, outboxOf, Receiver, random, SetClock, signedWith, waiting } from './support.ts'

const ws = 'ws_1'
const none = () => []
const hour = 3600_000

let engine: Engine
let receiver: Receiver
let table: Table
let clock: SetClock
let queue: ListQueue
let endpoints: EndpointStore
let deliveries: DeliveryStore
let deliverer: Deliverer
let lines: string[]
let tables = 0

/** The workspace is French. */
const reader = async () => ({ language: 'fr', zone: 'Europe/Paris' }) as const

function deliveredBy(allowPrivateHosts: boolean) {
  const http = createHttpClient({ allowPrivateHosts, clock })
  return new Deliverer({
    table,
    cipher: cipher(),
    http,
    clock,
    random,
    log: jsonLog((line) => lines.push(line)),
    reader,
  })
}

beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())

beforeEach(async () => {
  receiver = await Receiver.start()
  clock = new SetClock()
  table = await engine.table(`webhooks-${tables++}`, clock)
  queue = new ListQueue()
  lines = []
  endpoints = new EndpointStore({ table, cipher: cipher(), clock, random, checkAddress: receiverCheck(true) })
  deliveries = new DeliveryStore({ table, queue, clock, log: jsonLog((line) => lines.push(line)) })
  deliverer = deliveredBy(true)
})
afterEach(() => receiver.stop())

async function endpoint(events: EventFilter[] = ['*'], url = receiver.url) {
  return endpoints.create(ws, { url, events }, none)
}

const published = (sequence = 1) =>
  publicationEvents.published.create(
    { now: clock.now(), random },
    { workspaceId: ws, subject: 'pub_1', sequence },
    { publicationId: 'pub_1', postId: 'post_1', channelId: 'chan_1', network: 'feed', state: 'published' },
  )

/** Delivers everything that is due by now, as the queue and the tick would. */
async function run() {
  for (const message of await waiting(table)) if (message.wakeAt <= iso(clock.now())) await deliverer.deliver(message)
}

const log = async (endpointId: string) => (await deliveries.list(ws, endpointId, undefined, 50)).items
const only = async (endpointId: string) => {
  const [delivery, ...more] = await log(endpointId)
  if (delivery === undefined || more.length > 0) throw new Error(`${more.length + 1} deliveries`)
  return delivery
}

describe('a webhook', () => {
  it('arrives signed, with ids and no content, and is in the log', async () => {
    const { endpoint: made, secret } = await endpoint()
    const event = published()
    await deliveries.fanOut(event)
    await run()
    const [request] = receiver.received
    if (request === undefined) throw new Error('nothing arrived')
    const { headers, body } = request
    expect(new Webhook(secret).verify(body, { ...headers } as Record<string, string>)).toEqual({
      type: 'publication.published',
      timestamp: event.time,
      data: {
        publicationId: 'pub_1',
        postId: 'post_1',
        channelId: 'chan_1',
        network: 'feed',
        state: 'published',
        eventId: event.id,
        workspaceId: ws,
        subject: 'pub_1',
        sequence: 1,
      },
    })
    expect(headers).toMatchObject({ 'webhook-id': event.id, 'content-type': 'application/json' })
    expect(await only(made.id)).toMatchObject({
      state: 'delivered',
      attempts: 1,
      eventId: event.id,
      log: [{ status: 204 }],
    })
    expect(await waiting(table)).toEqual([])
  })

  it('gives the reason of its event in the language of the workspace', async () => {
    await endpoint()
    const rejected = publicationEvents.rejected.create(
      { now: clock.now(), random },
      { workspaceId: ws, subject: 'pub_1', sequence: 1 },
      {
        publicationId: 'pub_1',
        postId: 'post_1',
        channelId: 'chan_1',
        network: 'feed',
        state: 'rejected',
        reason: publishingTexts.accessRefused(),
      },
    )
    await deliveries.fanOut(rejected)
    await run()
    expect(JSON.parse(receiver.received[0]?.body ?? '').data.reason).toBe('son accès n’est plus accepté.')
  })

  it('goes once to each endpoint that wants it, however often its event and its messages come', async () => {
    const all = await endpoint(['publication.*'])
    const one = await endpoint(['publication.published', 'post.created'])
    const other = await endpoint(['mention.*', 'post.*'])
    const off = await endpoint()
    await endpoints.change(ws, off.endpoint.id, { state: 'disabled' }, undefined, none)
    const event = published()
    await Promise.all([deliveries.fanOut(event), deliveries.fanOut(event)])
    await deliveries.fanOut(event)
    const messages = queue.sent.map(({ body }) => body as WakeMessageOf<'delivery'>)
    expect(messages).toHaveLength(2)
    await Promise.all([...messages, ...messages].map((message) => deliverer.deliver(message)))
    await deliveries.fanOut(event)
    await run()
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([event.id, event.id])
    expect([await log(other.endpoint.id), await log(off.endpoint.id)]).toEqual([[], []])
    expect((await only(all.endpoint.id)).id).toBe((await only(one.endpoint.id)).id)
    expect(queue.sent.every(({ groupId }) => groupId === ws)).toBe(true)
  })

  it('is found by the next tick when the queue did not take its message', async () => {
    const { endpoint: made } = await endpoint()
    queue.broken = true
    await deliveries.fanOut(published())
    await run()
    expect(await only(made.id)).toMatchObject({ state: 'delivered' })
  })

  it('never goes to another workspace', async () => {
    const { endpoint: made } = await endpoint()
    await deliveries.fanOut({ ...published(), workspaceId: 'ws_2' })
    await run()
    expect(receiver.received).toEqual([])
    await expect(deliveries.list('ws_2', made.id, undefined, 10)).rejects.toMatchObject({ kind: 'not_found' })
  })
})

describe('a receiver that fails', () => {
  it.each([500, 404, 302, 400])('with %i is tried again with the same id, and its answer is kept', async (status) => {
    receiver.answer = () => ({
      status,
      headers: { location: 'http://127.0.0.1:1/' },
      body: `no; access_token=hidden ${'x'.repeat(900)}`,
    })
    const { endpoint: made, secret } = await endpoint()
    await deliveries.fanOut(published())
    await run()
    const failed = await only(made.id)
    expect(failed).toMatchObject({ state: 'pending', attempts: 1, log: [{ status }] })
    expect(failed.log[0]?.answer).toHaveLength(500)
    expect(failed.log[0]?.answer).not.toContain('hidden')
    receiver.answer = () => ({ status: 200 })
    await run() // too early
    expect(receiver.received).toHaveLength(1)
    clock.set(Date.parse(failed.nextAttemptAt ?? ''))
    await run()
    expect(await only(made.id)).toMatchObject({ state: 'delivered', attempts: 2 })
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(receiver.received.every((request) => signedWith(secret, request))).toBe(true)
  })

  it('is tried ten times over days, each wait between half and one and a half of its step, then given up with the reason', async () => {
    receiver.answer = () => ({ status: 500 })
    const { endpoint: made } = await endpoint()
    await deliveries.fanOut(published())
    const waited: number[] = []
    for (let tries = 0; tries < 9; tries++) {
      await run()
      const { nextAttemptAt = '' } = await only(made.id)
      waited.push(Date.parse(nextAttemptAt) - clock.now())
      clock.set(Date.parse(nextAttemptAt))
    }
    for (const [index, wait] of waits.entries()) {
      expect(waited[index]).toBeGreaterThanOrEqual(wait / 2)
      expect(waited[index]).toBeLessThanOrEqual(wait * 1.5)
    }
    await run()
    const given = await only(made.id)
    expect(given).toMatchObject({ state: 'failed', attempts: 10, reason: english(expect.stringContaining('500')) })
    expect(given.log).toHaveLength(10)
    expect(await waiting(table)).toEqual([])
  })

  it('that asks for time is left alone for it', async () => {
    receiver.answer = () => ({ status: 429, headers: { 'retry-after': '7200' } })
    const { endpoint: made } = await endpoint()
    await deliveries.fanOut(published())
    await run()
    const { nextAttemptAt = '' } = await only(made.id)
    expect(Date.parse(nextAttemptAt) - clock.now()).toBeGreaterThanOrEqual(7200_000)
  })

  it('that hangs up, or answers without end, is a failed try and no failed function', async () => {
    receiver.answer = () => 'hang up'
    const { endpoint: made } = await endpoint()
    await deliveries.fanOut(published())
    await run()
    expect(await only(made.id)).toMatchObject({
      state: 'pending',
      log: [{ error: english(expect.stringContaining('did not answer in full')) }],
    })
    receiver.answer = () => ({ status: 200, body: 'x'.repeat(2 ** 20 + 1) })
    clock.advance(10_000)
    await run()
    expect((await only(made.id)).log[1]).toMatchObject({ error: english(expect.stringContaining('too large')) })
  })

  it('with 410 is disabled at once, and people are told', async () => {
    receiver.answer = () => ({ status: 410 })
    const { endpoint: made } = await endpoint()
    await deliveries.fanOut(published())
    await deliveries.fanOut(published(2))
    await run()
    expect(receiver.received).toHaveLength(1)
    expect(await endpoints.get(ws, made.id)).toMatchObject({
      state: 'disabled',
      stateReason: english(expect.stringContaining('410')),
    })
    expect((await log(made.id)).map(({ state }) => state)).toEqual(['failed', 'failed'])
    const events = await outboxOf(engine, table)
    expect(events.map(({ name, data }) => [name, data])).toEqual([
      [
        'endpoint.failing',
        expect.objectContaining({ endpointId: made.id, disabled: true, host: new URL(receiver.url).host }),
      ],
    ])
  })

  it('for a day is told of once, and disabled after five', async () => {
    receiver.answer = () => ({ status: 500 })
    const { endpoint: made } = await endpoint()
    const told = async () => (await outboxOf(engine, table)).filter(({ name }) => name === 'endpoint.failing')
    await deliveries.fanOut(published())
    await run()
    clock.advance(23 * hour)
    await run()
    expect(await told()).toEqual([])
    for (let day = 0; day < 3; day++) {
      clock.advance(25 * hour)
      await deliveries.fanOut(published(day))
      await run()
    }
    expect(await told()).toHaveLength(1)
    clock.advance(25 * hour)
    await run()
    expect(await endpoints.get(ws, made.id)).toMatchObject({ state: 'disabled' })
    const events = await told()
    expect(events.map(({ data }) => (data as { disabled: boolean }).disabled).sort()).toEqual([false, true])
    expect(new Set(events.map(({ data }) => (data as { cause: string }).cause)).size).toBe(2)
  })

  it('that was told of is settled by a delivery that arrives, by a person who sets its state, and by its removal', async () => {
    const settled = async () => (await outboxOf(engine, table)).filter(({ name }) => name === 'endpoint.settled')
    const failing = async () => {
      receiver.answer = () => ({ status: 500 })
      const { endpoint: made } = await endpoint()
      for (let day = 0; day < 2; day++) {
        await deliveries.fanOut(published(day))
        await run()
        clock.advance(25 * hour)
      }
      await deliveries.fanOut(published(3))
      await run()
      return made
    }
    const answering = await failing()
    expect(await settled()).toEqual([])
    receiver.answer = () => ({ status: 200 })
    clock.advance(6 * hour)
    await run()
    expect(await settled()).toMatchObject([{ subject: answering.id, sequence: 1 }])
    await endpoints.remove(ws, answering.id, undefined, none)
    expect(await settled()).toHaveLength(1)
    const off = await failing()
    await endpoints.change(ws, off.id, { state: 'disabled' }, undefined, none)
    expect((await settled()).at(-1)).toBeDefined()
    const of = async (id: string) => (await settled()).filter(({ subject }) => subject === id).length
    expect(await of(off.id)).toBe(1)
    await endpoints.change(ws, off.id, { description: 'Mine' }, undefined, none)
    expect(await of(off.id)).toBe(1)
    await endpoints.remove(ws, off.id, undefined, none)
    expect(await of(off.id)).toBe(2)
  })

  it('that answers again starts anew', async () => {
    receiver.answer = () => ({ status: 500 })
    const { endpoint: made } = await endpoint()
    await deliveries.fanOut(published())
    await run()
    expect(await endpoints.get(ws, made.id)).toHaveProperty('failingSince')
    receiver.answer = () => ({ status: 200 })
    clock.advance(10_000)
    await run()
    expect(await endpoints.get(ws, made.id)).not.toHaveProperty('failingSince')
    expect(await endpoints.get(ws, made.id)).toMatchObject({ version: 1 })
  })
})

describe('a function that dies', () => {
  it('after it claimed a delivery leaves it to be tried when the lease ends', async () => {
    const { endpoint: made } = await endpoint()
    await deliveries.fanOut(published())
    const [message] = await waiting(table)
    if (message === undefined) throw new Error('nothing waits')
    const dying = new Deliverer({
      table,
      cipher: { open: () => new Promise(() => {}) }, // killed here
      http: createHttpClient({ allowPrivateHosts: true, clock }),
      clock,
      random,
      log: jsonLog(() => {}),
      reader,
    })
    void dying.deliver(message)
    await expect.poll(async () => (await only(made.id)).attempts).toBe(1)
    await deliverer.deliver(message)
    expect(receiver.received).toEqual([])
    await expect(deliveries.replay(ws, made.id, (await only(made.id)).id, none)).rejects.toMatchObject({
      code: 'delivery_under_way',
    })
    clock.advance(61_000)
    await run()
    expect(await only(made.id)).toMatchObject({ state: 'delivered', attempts: 2 })
  })

  it('before it wrote the outcome delivers again under the same id', async () => {
    const { endpoint: made } = await endpoint()
    await deliveries.fanOut(published())
    const [message] = await waiting(table)
    if (message === undefined) throw new Error('nothing waits')
    const http = createHttpClient({ allowPrivateHosts: true, clock })
    const sent = Promise.withResolvers<void>()
    const dying = new Deliverer({
      table,
      cipher: cipher(),
      http: {
        send: async (request) => {
          await http.send(request)
          sent.resolve()
          return new Promise(() => {}) // killed here
        },
      },
      clock,
      random,
      log: jsonLog(() => {}),
      reader,
    })
    void dying.deliver(message)
    await sent.promise
    clock.advance(61_000)
    await run()
    expect(await only(made.id)).toMatchObject({ state: 'delivered' })
    const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
    expect([ids.length, new Set(ids).size]).toEqual([2, 1])
  })
})

describe('the secret of an endpoint', () => {
  it('is nowhere in the table, the answers or the log', async () => {
    const { endpoint: made, secret } = await endpoint()
    await deliveries.fanOut(published())
    await run()
    const stored = JSON.stringify([
      await table.get(keys.endpoint(ws, made.id), endpointRecord),
      await table.get(keys.delivery(ws, made.id, (await only(made.id)).id), deliveryRecord),
      await endpoints.get(ws, made.id),
      lines,
    ])
    expect(stored).not.toContain(secret.slice(6))
    expect(await endpoints.get(ws, made.id)).not.toHaveProperty('secret')
    expect((await endpoints.list(ws, 10)).items[0]).not.toHaveProperty('secret')
  })

  it('signs beside its successor for 24 hours after a rotation, then no more', async () => {
    const { endpoint: made, secret: old } = await endpoint()
    const { secret: fresh, endpoint: rotated } = await endpoints.rotate(ws, made.id, none)
    expect(fresh).not.toBe(old)
    expect(rotated.oldSecretUntil).toBe(iso(clock.now() + 24 * hour))
    await deliveries.fanOut(published())
    await run()
    clock.advance(24 * hour)
    await deliveries.fanOut(published(2))
    await run()
    const [during, after] = receiver.received
    if (during === undefined || after === undefined) throw new Error('not delivered')
    expect([signedWith(old, during), signedWith(fresh, during)]).toEqual([true, true])
    expect([signedWith(old, after), signedWith(fresh, after)]).toEqual([false, true])
  })

  it('of another endpoint does not open', async () => {
    const a = await endpoint()
    const b = await endpoint()
    const stolen = await table.get(keys.endpoint(ws, a.endpoint.id), endpointRecord)
    await table.write({ update: keys.endpoint(ws, b.endpoint.id), set: { secret: stolen?.secret } })
    await deliveries.fanOut(published())
    await run()
    expect(receiver.received).toHaveLength(1)
    expect(await only(b.endpoint.id)).toMatchObject({ state: 'pending', attempts: 1 })
  })
})

describe('hosts of one’s own', () => {
  it.each([
    'http://example.org/hook',
    'https://127.0.0.1/hook',
    'https://[::1]/hook',
    'https://169.254.169.254/latest/meta-data',
    'https://10.0.0.8/',
    'https://2130706433/',
    'https://localhost/hook',
    'https://user:pass@example.org/',
    'ftp://example.org/',
  ])('%s is refused when it is given, and nothing is written', async (url) => {
    const strict = new EndpointStore({ table, cipher: cipher(), clock, random, checkAddress: receiverCheck(false) })
    await expect(strict.create(ws, { url, events: ['*'] }, none)).rejects.toMatchObject({
      kind: 'unprocessable',
      code: 'receiver_refused',
      problems: [{ pointer: '/url' }],
    })
    const { endpoint: made } = await endpoint()
    await expect(strict.change(ws, made.id, { url }, undefined, none)).rejects.toMatchObject({
      code: 'receiver_refused',
    })
    expect((await endpoints.list(ws, 10)).items).toHaveLength(1)
    expect(await endpoints.get(ws, made.id)).toMatchObject({ url: receiver.url, version: 1 })
  })

  it('are refused at delivery too, whatever was stored', async () => {
    const { endpoint: made } = await endpoint(['*'], receiver.url)
    await deliveries.fanOut(published())
    deliverer = deliveredBy(false)
    await run()
    expect(receiver.received).toEqual([])
    expect(await only(made.id)).toMatchObject({
      state: 'pending',
      log: [{ error: english(expect.stringContaining('https://')) }],
    })
    await table.write({ update: keys.endpoint(ws, made.id), set: { url: receiver.url.replace('http:', 'https:') } })
    clock.advance(10_000)
    await run()
    expect((await only(made.id)).log[1]).toMatchObject({ error: english(expect.stringContaining('private')) })
  })
})

describe('the delivery log', () => {
  it('is newest first, by state, page by page', async () => {
    const { endpoint: made } = await endpoint()
    const ids: string[] = []
    for (let index = 0; index < 3; index++) {
      clock.advance(1000)
      const event = published(index)
      ids.push(event.id)
      await deliveries.fanOut(event)
    }
    receiver.answer = ({ headers }) => ({ status: headers['webhook-id'] === ids[1] ? 500 : 200 })
    await run()
    const first = await deliveries.list(ws, made.id, undefined, 2)
    const second = await deliveries.list(ws, made.id, undefined, 2, first.next)
    expect([...first.items, ...second.items].map(({ eventId }) => eventId)).toEqual(ids.toReversed())
    expect((await deliveries.list(ws, made.id, 'delivered', 10)).items.map(({ eventId }) => eventId)).toEqual([
      ids[2],
      ids[0],
    ])
  })

  it('replays a delivery with the same event id and a new series of tries', async () => {
    const { endpoint: made } = await endpoint()
    await deliveries.fanOut(published())
    await run()
    const delivery = await only(made.id)
    receiver.answer = () => ({ status: 500 })
    expect(await deliveries.replay(ws, made.id, delivery.id, none)).toMatchObject({
      state: 'pending',
      attempts: 0,
      replays: 1,
    })
    await run()
    expect(await only(made.id)).toMatchObject({
      state: 'pending',
      attempts: 1,
      log: [{ status: 204 }, { status: 500 }],
    })
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([delivery.eventId, delivery.eventId])
    await endpoints.change(ws, made.id, { state: 'disabled' }, undefined, none)
    await expect(deliveries.replay(ws, made.id, delivery.id, none)).rejects.toMatchObject({ code: 'endpoint_disabled' })
    await expect(deliveries.replay(ws, made.id, 'del_1', none)).rejects.toMatchObject({ code: 'endpoint_disabled' })
    await expect(deliveries.replay('ws_2', made.id, delivery.id, none)).rejects.toMatchObject({ kind: 'not_found' })
  })
})

describe('an endpoint', () => {
  it('is changed unless somebody else was first, and comes back to life by its state', async () => {
    receiver.answer = () => ({ status: 410 })
    const { endpoint: made } = await endpoint()
    await deliveries.fanOut(published())
    await run()
    const disabled = await endpoints.get(ws, made.id)
    await expect(endpoints.change(ws, made.id, { state: 'active' }, 1, none)).rejects.toMatchObject({
      kind: 'precondition_failed',
    })
    const active = await endpoints.change(
      ws,
      made.id,
      { state: 'active', description: 'The shop' },
      disabled.version,
      none,
    )
    expect(active).toMatchObject({ state: 'active', description: 'The shop' })
    expect(await endpoints.get(ws, made.id)).toEqual(active)
    expect(active).not.toHaveProperty('stateReason')
    expect(active).not.toHaveProperty('failingSince')
  })

  it('that is removed receives nothing more, and what was on its way is gone', async () => {
    const { endpoint: made } = await endpoint()
    await deliveries.fanOut(published())
    await endpoints.remove(ws, made.id, undefined, none)
    await run()
    expect(receiver.received).toEqual([])
    expect(await waiting(table)).toEqual([])
    await expect(endpoints.get(ws, made.id)).rejects.toMatchObject({ kind: 'not_found' })
  })

  it('cannot be one of more than twenty', async () => {
    for (let index = 0; index < 20; index++) await endpoint()
    await expect(endpoint()).rejects.toMatchObject({ code: 'too_many_endpoints' })
  })
})

it('asks for exactly the events that reach the fan-out', () => {
  expect([...webhookEvents].sort()).toEqual([...consumers.webhooks.source.names].sort())
  expect(wants(['publication.*'], 'publication.failed')).toBe(true)
  expect(wants(['post.*'], 'poster.created')).toBe(false)
})
