import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Checkpoints } from '../../local/checkpoints.ts'
import { StreamPoller, type StreamSource } from '../../local/stream-poller.ts'
import type { Json } from '../support/json.ts'
import { queueEngine, tableEngine, temporaryFolder } from './support.ts'

let tables: Awaited<ReturnType<typeof tableEngine>>
let queues: Awaited<ReturnType<typeof queueEngine>>
let folder: string
let pollers: StreamPoller[] = []

beforeEach(async () => {
  folder = await temporaryFolder()
  tables = await tableEngine(join(folder, 'table.db'))
  queues = await queueEngine()
  await tables.createTable('things')
})
afterEach(async () => {
  await Promise.all(pollers.map((poller) => poller.stop()))
  pollers = []
  await Promise.all([tables.stop(), queues.stop()])
  await rm(folder, { recursive: true, force: true })
})

async function read(
  handler: (keys: string[], records: Json[]) => unknown,
  changes: Partial<StreamSource> = {},
): Promise<StreamPoller> {
  const source: StreamSource = {
    name: 'records',
    table: 'things',
    function: 'work',
    batchSize: 100,
    filters: [],
    partial: true,
    bisect: true,
    retries: 2,
    deadLetterUrl: undefined,
    fromBeginning: true,
    ...changes,
  }
  const checkpoints = await Checkpoints.open(join(folder, 'checkpoints.json'))
  const poller = new StreamPoller(source, tables.dynamodb, queues.sqs, checkpoints, async (_, event: Json) =>
    handler(
      event.Records.map((record: Json) => record.dynamodb.Keys.pk.S),
      event.Records,
    ),
  )
  pollers.push(poller)
  return poller
}

it('hands over changes in order, as Lambda does', async () => {
  const seen: Json[] = []
  await read((_, records) => void seen.push(...records))
  await tables.put('things', 'a', { n: { N: '1' } })
  await tables.put('things', 'a', { n: { N: '2' } })
  await tables.put('things', 'b')
  await vi.waitFor(() => expect(seen).toHaveLength(3))
  expect(seen.map(({ eventName, dynamodb }) => [eventName, dynamodb.Keys.pk.S, dynamodb.NewImage.n?.N])).toEqual([
    ['INSERT', 'a', '1'],
    ['MODIFY', 'a', '2'],
    ['INSERT', 'b', undefined],
  ])
  expect(seen[0]).toMatchObject({
    eventSource: 'aws:dynamodb',
    dynamodb: { SequenceNumber: expect.any(String), StreamViewType: 'NEW_IMAGE' },
  })
})

it('goes on where it was after a restart of everything: nothing twice, nothing lost', async () => {
  const seen: string[] = []
  const poller = await read((keys) => void seen.push(...keys))
  await tables.put('things', 'before')
  await vi.waitFor(() => expect(seen).toEqual(['before']))
  await vi.waitFor(async () => expect(await readFile(join(folder, 'checkpoints.json'), 'utf8')).toContain('records/'))
  await poller.stop()
  await tables.put('things', 'while it was down')
  await tables.stop()
  tables = await tableEngine(join(folder, 'table.db'))
  await read((keys) => void seen.push(...keys))
  await tables.put('things', 'after')
  await vi.waitFor(() => expect(seen).toEqual(['before', 'while it was down', 'after']))
})

it('hands over only what a filter lets through', async () => {
  const seen: string[] = []
  const insertsOfEvents = { eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [{ prefix: 'event#' }] } } } }
  await read((keys) => void seen.push(...keys), { filters: [insertsOfEvents] })
  for (const key of ['event#1', 'other', 'event#1', 'event#2']) await tables.put('things', key)
  await vi.waitFor(() => expect(seen).toEqual(['event#1', 'event#2']))
})

it('halves a batch until the record at fault stands alone; that one is named in the dead letters, the rest arrive', async () => {
  await queues.create('dead')
  const keys = ['a', 'b', 'poison', 'c', 'd']
  for (const key of keys) await tables.put('things', key)
  const taken: string[] = []
  let alone = 0
  await read(
    (batch) => {
      if (batch.includes('poison')) {
        if (batch.length === 1) alone += 1
        throw new Error('poison')
      }
      taken.push(...batch)
    },
    { deadLetterUrl: queues.url('dead') },
  )
  await vi.waitFor(async () => expect(await queues.count('dead')).toBe(1), { timeout: 10_000 })
  await vi.waitFor(() => expect(taken).toEqual(['a', 'b', 'c', 'd']), { timeout: 10_000 })
  expect(alone).toBe(3)
  expect(await queues.bodies('dead')).toEqual([
    expect.objectContaining({
      DDBStreamBatchInfo: expect.objectContaining({ batchSize: 1, startSequenceNumber: expect.any(String) }),
      requestContext: expect.objectContaining({ condition: 'RetryAttemptsExhausted' }),
    }),
  ])
})

it('goes on from the first record that the function says failed', async () => {
  for (const key of ['a', 'b', 'c']) await tables.put('things', key)
  const batches: string[][] = []
  await read((keys, records) => {
    batches.push(keys)
    return batches.length === 1
      ? { batchItemFailures: [{ itemIdentifier: records[1].dynamodb.SequenceNumber }] }
      : undefined
  })
  await vi.waitFor(() => expect(batches.flat()).toEqual(['a', 'b', 'c', 'b', 'c']))
})

it('tries again what failed for a moment, and loses none of it', async () => {
  await tables.put('things', 'a')
  let tries = 0
  await read(() => {
    if (++tries < 3) throw new Error('busy')
  })
  await vi.waitFor(() => expect(tries).toBe(3))
})

it('a record that was being tried when the stage stopped is tried again by the next', async () => {
  await tables.put('things', 'a')
  let tries = 0
  const first = await read(
    () => {
      tries += 1
      throw new Error('busy')
    },
    { retries: 100 },
  )
  await vi.waitFor(() => expect(tries).toBeGreaterThan(0))
  await first.stop()
  const seen: string[] = []
  await read((keys) => void seen.push(...keys))
  await vi.waitFor(() => expect(seen).toEqual(['a']))
})
