import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { QueuePoller, type QueueSource } from '../../local/queue-poller.ts'
import type { Json } from '../support/json.ts'
import { queueEngine } from './support.ts'

let engine: Awaited<ReturnType<typeof queueEngine>>
let pollers: QueuePoller[] = []

beforeEach(async () => {
  engine = await queueEngine()
})
afterEach(async () => {
  await Promise.all(pollers.map((poller) => poller.stop()))
  pollers = []
  await engine.stop()
})

type Handler = (bodies: Json[], records: Json[]) => unknown

function read(name: string, handler: Handler, changes: Partial<QueueSource> = {}): QueuePoller {
  const source = {
    queueUrl: engine.url(name),
    queueName: name,
    function: 'work',
    batchSize: 10,
    partial: true,
    concurrency: 5,
    ...changes,
  }
  const poller = new QueuePoller(source, engine.sqs, async (_, event: Json) =>
    handler(
      event.Records.map((r: Json) => JSON.parse(r.body)),
      event.Records,
    ),
  )
  pollers.push(poller)
  return poller
}

it('hands over messages as Lambda does, and deletes what was handled', async () => {
  await engine.create('work')
  await engine.sqs.call('sqs', 'SendMessage', {
    QueueUrl: engine.url('work'),
    MessageBody: '{"a":1}',
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'test' } },
  })
  const seen = vi.fn()
  read('work', (_, records) => seen(records))
  await vi.waitFor(() => expect(seen).toHaveBeenCalledOnce())
  expect(seen.mock.calls[0]?.[0]).toEqual([
    expect.objectContaining({
      body: '{"a":1}',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-3:000000000000:work',
      attributes: expect.objectContaining({ ApproximateReceiveCount: '1' }),
      messageAttributes: { kind: expect.objectContaining({ dataType: 'String', stringValue: 'test' }) },
    }),
  ])
  await vi.waitFor(async () => expect(await engine.count('work')).toBe(0))
})

it('only the messages that failed come back, and after so many receives they are dead letters', async () => {
  await engine.create('dead')
  const redrive = { deadLetterTargetArn: 'arn:aws:sqs:eu-west-3:000000000000:dead', maxReceiveCount: 2 }
  await engine.create('work', { VisibilityTimeout: '1', RedrivePolicy: JSON.stringify(redrive) })
  for (const id of [1, 2, 3]) await engine.send('work', { id })
  const handled: number[] = []
  read('work', (bodies, records) => {
    handled.push(...bodies.map(({ id }) => id))
    const bad = records.filter((_, index) => bodies[index].id === 2)
    return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) }
  })
  await vi.waitFor(async () => expect(await engine.count('dead')).toBe(1), { timeout: 10_000, interval: 50 })
  expect(handled.toSorted()).toEqual([1, 2, 2, 3])
  expect(await engine.bodies('dead')).toEqual([{ id: 2 }])
  expect(await engine.count('work')).toBe(0)
})

it.each<[string, Handler, boolean]>([
  ['throws', () => Promise.reject(new Error('no')), true],
  ['names a message that is not of the batch', () => ({ batchItemFailures: [{ itemIdentifier: 'other' }] }), true],
  ['answers something else', () => ({ batchItemFailures: 'all' }), true],
])('a function that %s has handled nothing', async (_, handler, partial) => {
  await engine.create('work', { VisibilityTimeout: '1' })
  await engine.send('work', { id: 1 })
  let calls = 0
  read('work', (bodies, records) => (++calls === 1 ? handler(bodies, records) : undefined), { partial })
  await vi.waitFor(() => expect(calls).toBe(2), { timeout: 5_000 })
  await vi.waitFor(async () => expect(await engine.count('work')).toBe(0))
})

it('a failure list means nothing where the template does not ask for it', async () => {
  await engine.create('work', { VisibilityTimeout: '1' })
  await engine.send('work', { id: 1 })
  read('work', (_, records) => ({ batchItemFailures: [{ itemIdentifier: records[0].messageId }] }), { partial: false })
  await vi.waitFor(async () => expect(await engine.count('work')).toBe(0))
})

it('takes no more than a batch at a time, and so many batches side by side', async () => {
  await engine.create('work')
  for (let id = 0; id < 9; id++) await engine.send('work', { id })
  const sizes: number[] = []
  let running = 0
  let most = 0
  const two = Promise.withResolvers<void>()
  read(
    'work',
    async (bodies) => {
      sizes.push(bodies.length)
      most = Math.max(most, ++running)
      if (running === 2) two.resolve()
      await two.promise
      await new Promise((resolve) => setTimeout(resolve, 60))
      running -= 1
    },
    { batchSize: 2, concurrency: 2 },
  )
  await vi.waitFor(async () => expect(await engine.count('work')).toBe(0))
  expect(sizes.reduce((sum, size) => sum + size)).toBe(9)
  expect(Math.max(...sizes)).toBe(2)
  expect(most).toBe(2)
})

it('a delayed message is handled after its delay, not before', async () => {
  await engine.create('work')
  const handled = vi.fn()
  read('work', () => handled(Date.now()))
  const sent = Date.now()
  await engine.send('work', {}, 1)
  await vi.waitFor(() => expect(handled).toHaveBeenCalledOnce(), { timeout: 5_000, interval: 10 })
  expect(handled.mock.calls[0]?.[0] - sent).toBeGreaterThanOrEqual(1_000)
})

it('stops at once, letting what runs finish', async () => {
  await engine.create('work')
  let started = false
  let finished = false
  const poller = read('work', async () => {
    started = true
    await new Promise((resolve) => setTimeout(resolve, 200))
    finished = true
  })
  await engine.send('work', {})
  await vi.waitFor(() => expect(started).toBe(true))
  await poller.stop()
  expect(finished).toBe(true)
  expect(await engine.count('work')).toBe(0)
})
