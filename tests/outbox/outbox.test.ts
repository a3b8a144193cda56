import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { handler } from '../../functions/consumers/outbox.ts'
import { outbox } from '../../shared/aws/outbox.ts'
import type { Table } from '../../shared/aws/table.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { postCreated, postUpdated } from '../../shared/publishing/events.ts'
import { Engine } from '../support/engine.ts'
import { EventBridgeEndpoint } from '../support/event-bridge.ts'

let engine: Engine
let bridge: EventBridgeEndpoint
let table: Table

const now = Date.now()
const eventAt = (ms: number, definition = postCreated) =>
  definition.create(
    { now: ms, random: systemRandom },
    { workspaceId: 'ws_1', subject: 'post_1', sequence: 1 },
    { postId: 'post_1' },
  )

async function written(count: number, definition = postCreated, at = now) {
  const events = Array.from({ length: count }, (_, index) => eventAt(at + index, definition))
  for (const event of events) await table.transact([outbox(event)])
  return events
}

/** The stream's records as Lambda would hand them over: read from the engine's own stream. */
async function streamed() {
  const client = new DynamoDBStreamsClient({
    endpoint: engine.endpoint,
    region: 'eu-west-3',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const { Streams } = await client.send(new ListStreamsCommand({ TableName: table.name }))
  const StreamArn = Streams?.[0]?.StreamArn
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }))
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({
      StreamArn,
      ShardId: StreamDescription?.Shards?.[0]?.ShardId,
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  )
  const { Records } = await client.send(new GetRecordsCommand({ ShardIterator }))
  return (Records ?? []).map((record) => ({ eventName: record.eventName, dynamodb: record.dynamodb }))
}

beforeAll(async () => {
  engine = await Engine.start()
  bridge = await EventBridgeEndpoint.start()
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-3',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_EVENTBRIDGE: bridge.url,
    BUS_NAME: 'parvis',
  })
})

afterAll(async () => {
  await bridge.stop()
  await engine.stop()
})

let tables = 0
beforeEach(async () => {
  table = await engine.table(`outbox-${tables++}`)
  bridge.taken.length = 0
  bridge.refuse = () => false
  bridge.down = false
})

describe('the outbox', () => {
  it('publishes every event of the stream with its id and data', async () => {
    const events = await written(23)
    expect(await handler({ Records: await streamed() })).toEqual({ batchItemFailures: [] })
    expect(bridge.taken).toEqual(events)
  })

  it('reports the first event the bus refused, and publishes all of them when the stream comes again from there', async () => {
    const events = await written(14)
    const records = await streamed()
    bridge.refuse = (event) => event.id === events[4]?.id || event.id === events[12]?.id
    const { batchItemFailures } = await handler({ Records: records })
    expect(batchItemFailures).toEqual([{ itemIdentifier: records[4]?.dynamodb?.SequenceNumber }])

    bridge.refuse = () => false
    expect(await handler({ Records: records.slice(4) })).toEqual({ batchItemFailures: [] })
    expect(new Set(bridge.taken.map((event) => event.id))).toEqual(new Set(events.map((event) => event.id)))
  })

  it('stops at an unreadable record, so that it ends in the dead-letter queue and nothing before it is held up', async () => {
    const events = await written(2)
    await table.write({ put: { pk: 'event#broken', sk: 'event', event: { id: 'broken' } } })
    await written(1)
    const records = await streamed()
    const { batchItemFailures } = await handler({ Records: records })
    expect(batchItemFailures).toEqual([{ itemIdentifier: records[2]?.dynamodb?.SequenceNumber }])
    expect(bridge.taken).toEqual(events)
  })

  it('fails as a whole when the bus cannot be reached, so that the stream keeps the batch', async () => {
    await written(1)
    bridge.down = true
    await expect(handler({ Records: await streamed() })).rejects.toThrow()
    bridge.down = false
    expect(await handler({ Records: await streamed() })).toEqual({ batchItemFailures: [] })
    expect(bridge.taken).toHaveLength(1)
  })
})

describe('npm run replay', () => {
  async function replay(...args: string[]) {
    const child = spawn(process.execPath, ['scripts/replay.ts', ...args], {
      env: { ...process.env, AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint, TABLE_NAME: table.name },
    })
    let said = ''
    child.stdout.on('data', (chunk) => (said += chunk))
    child.stderr.on('data', (chunk) => (said += chunk))
    const [code] = await once(child, 'close')
    return { code, said }
  }

  it('publishes the events of a period and a name again under the same ids', async () => {
    const day = 24 * 3600_000
    await written(3, postCreated, now - 2 * day)
    const wanted = await written(12, postCreated, now - day)
    await written(3, postUpdated, now - day)
    await table.write({ put: { pk: 'ws#1', sk: 'post', text: 'no event' } })
    const { code, said } = await replay(
      '--from',
      new Date(now - day).toISOString(),
      '--to',
      new Date(now - day + 60_000).toISOString(),
      '--name',
      'post.created',
    )
    expect({ code, said: said.trim() }).toEqual({ code: 0, said: '12 events published again.' })
    expect(bridge.taken.map((event) => event.id).sort()).toEqual(wanted.map((event) => event.id).sort())
  })

  it('says how it is called when the period is missing', async () => {
    const { code, said } = await replay('--from', 'yesterday')
    expect(code).toBe(2)
    expect(said).toContain('--from 2026-12-01T08:00:00Z')
    expect(bridge.taken).toEqual([])
  })
})
