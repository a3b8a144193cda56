import { once } from 'node:events'
import type { Server } from 'node:http'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Bus, type Rule } from '../../local/bus.ts'
import { awsEndpoint } from '../../local/endpoint.ts'
import { Mail } from '../../local/mail.ts'
import { Secrets } from '../../local/secrets.ts'
import { queueEngine, temporaryFolder } from './support.ts'

let queues: Awaited<ReturnType<typeof queueEngine>>
let server: Server
let client: EventBridgeClient

beforeEach(async () => {
  queues = await queueEngine()
})
afterEach(async () => {
  client.destroy()
  server.close()
  await queues.stop()
})

async function start(rules: readonly Rule[]): Promise<void> {
  const home = await temporaryFolder()
  server = awsEndpoint(
    new Bus(rules, queues.sqs),
    await Secrets.open(home, []),
    new Mail(home, undefined),
    () => {},
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  client = new EventBridgeClient({
    endpoint,
    region: 'eu-west-3',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
}

const entry = (name: string, detail: object | string, bus = 'events') => ({
  EventBusName: bus,
  Source: 'parvis',
  DetailType: name,
  Detail: typeof detail === 'string' ? detail : JSON.stringify(detail),
  Time: new Date('2026-11-21T10:00:00.500Z'),
})

it('an event is in the queue of every rule it matches by the time it is answered, and whole', async () => {
  await Promise.all(['posts', 'all', 'others'].map((name) => queues.create(name)))
  await start([
    {
      bus: 'events',
      pattern: { source: ['parvis'], 'detail-type': ['post.created'] },
      queueUrls: [queues.url('posts')],
    },
    { bus: 'events', pattern: { source: ['parvis'] }, queueUrls: [queues.url('all')] },
    { bus: 'other', pattern: { source: ['parvis'] }, queueUrls: [queues.url('others')] },
  ])
  const answer = await client.send(
    new PutEventsCommand({
      Entries: [entry('post.created', { id: 'evt_1' }), entry('mention.created', { id: 'evt_2' })],
    }),
  )
  expect(answer.FailedEntryCount).toBe(0)
  expect(await queues.bodies('posts')).toEqual([
    {
      version: '0',
      id: answer.Entries?.[0]?.EventId,
      'detail-type': 'post.created',
      source: 'parvis',
      account: '000000000000',
      time: '2026-11-21T10:00:00Z',
      region: 'eu-west-3',
      resources: [],
      detail: { id: 'evt_1' },
    },
  ])
  expect((await queues.bodies('all')).map(({ detail }) => detail.id).toSorted()).toEqual(['evt_1', 'evt_2'])
  expect(await queues.bodies('others')).toEqual([])
})

it('an event that a queue did not take is answered as failed, and the others beside it are not', async () => {
  await queues.create('posts')
  await start([
    { bus: 'events', pattern: { 'detail-type': ['post.created'] }, queueUrls: [queues.url('posts')] },
    { bus: 'events', pattern: { 'detail-type': ['post.deleted'] }, queueUrls: [queues.url('gone')] },
  ])
  const Entries = [entry('post.deleted', {}), entry('post.created', {}), entry('post.created', 'no json')]
  const answer = await client.send(new PutEventsCommand({ Entries }))
  expect(answer.FailedEntryCount).toBe(2)
  expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual(['InternalFailure', undefined, 'MalformedDetail'])
  expect(await queues.bodies('posts')).toHaveLength(1)
})

it('refuses more than ten at once', async () => {
  await start([])
  await expect(
    client.send(new PutEventsCommand({ Entries: Array.from({ length: 11 }, () => entry('post.created', {})) })),
  ).rejects.toThrow()
})

it('refuses a pattern it cannot read when it is wired, not when an event is lost', () => {
  expect(() => new Bus([{ bus: 'events', pattern: { source: [{ cidr: 'x' }] }, queueUrls: [] }], queues.sqs)).toThrow(
    'cidr',
  )
})
