/**
 * What we rely on of the engines, each said once, so that another can take their place: name it by
 * `CONFORMANCE_DYNAMODB_ENDPOINT` or `CONFORMANCE_SQS_ENDPOINT` (DynamoDB Local, ElasticMQ, AWS itself) and run this.
 */
import { randomUUID } from 'node:crypto'
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  TransactionCanceledException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams'
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Json } from '../support/json.ts'
import { queueEngine, tableEngine } from './support.ts'

const credentials = {
  accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? 'local',
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? 'local',
}
const region = process.env.AWS_REGION ?? 'eu-west-3'

describe('DynamoDB', () => {
  const TableName = `conformance-${randomUUID().slice(0, 8)}`
  let stop = async () => {}
  let client: DynamoDBDocumentClient
  let plain: DynamoDBClient
  let streams: DynamoDBStreamsClient

  beforeAll(async () => {
    const given = process.env.CONFORMANCE_DYNAMODB_ENDPOINT
    const own = given === undefined ? await tableEngine() : undefined
    const endpoint = given ?? own?.endpoint ?? ''
    plain = new DynamoDBClient({ endpoint, region, credentials })
    streams = new DynamoDBStreamsClient({ endpoint, region, credentials })
    client = DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } })
    const key = (pk: string, sk: string) => [
      { AttributeName: pk, KeyType: 'HASH' as const },
      { AttributeName: sk, KeyType: 'RANGE' as const },
    ]
    await plain.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['pk', 'sk', 'listPk', 'listSk', 'wakePk', 'wakeSk'].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        })),
        KeySchema: key('pk', 'sk'),
        GlobalSecondaryIndexes: [
          { IndexName: 'list', KeySchema: key('listPk', 'listSk'), Projection: { ProjectionType: 'ALL' } },
          { IndexName: 'wake', KeySchema: key('wakePk', 'wakeSk'), Projection: { ProjectionType: 'KEYS_ONLY' } },
          {
            IndexName: 'some',
            KeySchema: key('listPk', 'wakeSk'),
            Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['state'] },
          },
        ],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      }),
    )
    await vi.waitFor(
      async () => {
        const { Table } = await plain.send(new DescribeTableCommand({ TableName }))
        expect(Table?.TableStatus).toBe('ACTIVE')
      },
      { timeout: 60_000, interval: 500 },
    )
    stop = async () => {
      await plain.send(new DeleteTableCommand({ TableName }))
      plain.destroy()
      streams.destroy()
      await own?.stop()
    }
  }, 90_000)
  afterAll(() => stop())

  const put = (Item: Record<string, unknown>, rest: object = {}) =>
    client.send(new PutCommand({ TableName, Item, ...rest }))
  const get = async (pk: string, sk = 'x') =>
    (await client.send(new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }))).Item
  const absent = {
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  }

  it('a condition that fails writes nothing and answers what stands there', async () => {
    await put({ pk: 'condition', sk: 'x', n: 1 })
    const error = await put({ pk: 'condition', sk: 'x', n: 2 }, absent).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ConditionalCheckFailedException)
    expect(error).toMatchObject({ Item: { n: { N: '1' } } })
    expect(await get('condition')).toMatchObject({ n: 1 })
  })

  it('of many who claim at once, one wins', async () => {
    await put({ pk: 'claim', sk: 'x', state: 'scheduled' })
    const claim = (by: number) =>
      client.send(
        new UpdateCommand({
          TableName,
          Key: { pk: 'claim', sk: 'x' },
          UpdateExpression: 'SET #state = :sending, #by = :by',
          ConditionExpression: '#state = :scheduled',
          ExpressionAttributeNames: { '#state': 'state', '#by': 'by' },
          ExpressionAttributeValues: { ':sending': 'sending', ':scheduled': 'scheduled', ':by': by },
        }),
      )
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, by) => claim(by)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('a transaction is all or nothing, and says which condition failed and what stood there', async () => {
    await put({ pk: 'transaction', sk: 'b', n: 7 })
    const items = ['a', 'b', 'c'].map((sk) => ({
      Put: { TableName, Item: { pk: 'transaction', sk, n: 1 }, ...absent },
    }))
    const error: Json = await client
      .send(new TransactWriteCommand({ TransactItems: items }))
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(TransactionCanceledException)
    expect(error.CancellationReasons.map(({ Code }: Json) => Code)).toEqual(['None', 'ConditionalCheckFailed', 'None'])
    expect(error.CancellationReasons[1].Item).toMatchObject({ n: { N: '7' } })
    expect(await get('transaction', 'a')).toBeUndefined()
    expect(await get('transaction', 'c')).toBeUndefined()
  })

  it('the same transaction with the same token happens once', async () => {
    await put({ pk: 'token', sk: 'x', n: 0 })
    const input = {
      ClientRequestToken: randomUUID(),
      TransactItems: [
        {
          Update: {
            TableName,
            Key: { pk: 'token', sk: 'x' },
            UpdateExpression: 'ADD n :one',
            ExpressionAttributeValues: { ':one': 1 },
          },
        },
      ],
    }
    await client.send(new TransactWriteCommand(input))
    await client.send(new TransactWriteCommand(input))
    expect(await get('token')).toMatchObject({ n: 1 })
  })

  it('counters added at once all count', async () => {
    const add = () =>
      client.send(
        new UpdateCommand({
          TableName,
          Key: { pk: 'counter', sk: 'x' },
          UpdateExpression: 'ADD n :one',
          ExpressionAttributeValues: { ':one': 1 },
        }),
      )
    await Promise.all(Array.from({ length: 25 }, add))
    expect(await get('counter')).toMatchObject({ n: 25 })
  })

  it('an index holds what has its keys and only that, in the order of the sort key, projected as asked', async () => {
    for (const n of [3, 1, 2])
      await put({
        pk: `index-${n}`,
        sk: 'x',
        listPk: 'l',
        listSk: `${n}`,
        wakePk: 'w',
        wakeSk: `${n}`,
        state: 's',
        text: 't',
      })
    await put({ pk: 'index-4', sk: 'x', listPk: 'l', listSk: '4', state: 's', text: 't' })
    const query = async (IndexName: string, name: string, value: string) => {
      const answer = await client.send(
        new QueryCommand({
          TableName,
          IndexName,
          KeyConditionExpression: '#k = :v',
          ExpressionAttributeNames: { '#k': name },
          ExpressionAttributeValues: { ':v': value },
        }),
      )
      return answer.Items ?? []
    }
    await vi.waitFor(
      async () => {
        expect((await query('list', 'listPk', 'l')).map(({ pk, text }) => `${pk} ${text}`)).toEqual([
          'index-1 t',
          'index-2 t',
          'index-3 t',
          'index-4 t',
        ])
        expect((await query('wake', 'wakePk', 'w'))[0]).toEqual({ pk: 'index-1', sk: 'x', wakePk: 'w', wakeSk: '1' })
        expect((await query('some', 'listPk', 'l'))[0]).toEqual({
          pk: 'index-1',
          sk: 'x',
          listPk: 'l',
          wakeSk: '1',
          state: 's',
        })
      },
      { timeout: 10_000 },
    )
    await client.send(
      new UpdateCommand({ TableName, Key: { pk: 'index-1', sk: 'x' }, UpdateExpression: 'REMOVE wakePk, wakeSk' }),
    )
    await vi.waitFor(async () =>
      expect((await query('wake', 'wakePk', 'w')).map(({ pk }) => pk)).toEqual(['index-2', 'index-3']),
    )
  })

  it('a page goes on after its last key, either way', async () => {
    for (let n = 0; n < 5; n++) await put({ pk: 'pages', sk: `${n}` })
    const page = (start: Record<string, unknown> | undefined, ScanIndexForward: boolean) =>
      client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': 'pages' },
          Limit: 2,
          ScanIndexForward,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      )
    const first = await page(undefined, false)
    const second = await page(first.LastEvaluatedKey, false)
    expect([...(first.Items ?? []), ...(second.Items ?? [])].map(({ sk }) => sk)).toEqual(['4', '3', '2', '1'])
  })

  it('keeps which attribute is the time to live', async () => {
    await plain.send(
      new UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      }),
    )
    const { TimeToLiveDescription } = await plain.send(new DescribeTimeToLiveCommand({ TableName }))
    expect(TimeToLiveDescription).toMatchObject({
      AttributeName: 'expiresAt',
      TimeToLiveStatus: expect.stringMatching(/^ENABL/),
    })
  })

  it('streams every change in order, transactions too, and goes on after a sequence number', async () => {
    const { Table } = await plain.send(new DescribeTableCommand({ TableName }))
    const StreamArn = Table?.LatestStreamArn
    await put({ pk: 'stream', sk: 'a', n: 1 })
    await client.send(
      new TransactWriteCommand({
        TransactItems: ['b', 'c'].map((sk) => ({ Put: { TableName, Item: { pk: 'stream', sk, n: 1 } } })),
      }),
    )
    await put({ pk: 'stream', sk: 'a', n: 2 })
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }))
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId
    const read = async (how: object) => {
      const { ShardIterator } = await streams.send(
        new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON', ...how }),
      )
      const { Records = [], NextShardIterator } = await streams.send(new GetRecordsCommand({ ShardIterator }))
      expect(NextShardIterator).toBeTypeOf('string')
      return Records.filter(({ dynamodb }) => dynamodb?.Keys?.pk?.S === 'stream')
    }
    const said = (records: Awaited<ReturnType<typeof read>>) =>
      records.map(({ eventName, dynamodb }) => `${eventName} ${dynamodb?.Keys?.sk?.S} ${dynamodb?.NewImage?.n?.N}`)
    const all = await read({})
    expect(said(all)).toEqual(['INSERT a 1', 'INSERT b 1', 'INSERT c 1', 'MODIFY a 2'])
    expect(
      said(
        await read({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: all[1]?.dynamodb?.SequenceNumber }),
      ),
    ).toEqual(['INSERT c 1', 'MODIFY a 2'])
  })
})

describe('SQS', () => {
  let stop = async () => {}
  let sqs: SQSClient

  beforeAll(async () => {
    const given = process.env.CONFORMANCE_SQS_ENDPOINT
    const own = given === undefined ? await queueEngine() : undefined
    sqs = new SQSClient({ endpoint: given ?? own?.endpoint ?? '', region, credentials })
    stop = async () => {
      sqs.destroy()
      await own?.stop()
    }
  })
  afterAll(() => stop())

  const create = async (Attributes: Record<string, string> = {}) => {
    const { QueueUrl = '' } = await sqs.send(
      new CreateQueueCommand({ QueueName: `conformance-${randomUUID().slice(0, 8)}`, Attributes }),
    )
    // The address of an engine on this machine may be under another name than the one it is reached by.
    const { endpoint } = sqs.config
    const { protocol = 'http:', hostname = '', port } = (await endpoint?.()) ?? {}
    return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${new URL(QueueUrl).pathname}`
  }
  const receive = async (QueueUrl: string, WaitTimeSeconds = 0) =>
    (
      await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds,
          MessageSystemAttributeNames: ['All'],
        }),
      )
    ).Messages ?? []

  it('takes ten at once, with a group on a standard queue, and gives each once', async () => {
    const QueueUrl = await create()
    const Entries = Array.from({ length: 10 }, (_, n) => ({ Id: `${n}`, MessageBody: `${n}`, MessageGroupId: 'ws_1' }))
    const { Successful, Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    expect([Successful?.length, Failed.length]).toEqual([10, 0])
    const bodies = new Set<string | undefined>()
    await vi.waitFor(
      async () => {
        for (const { Body } of await receive(QueueUrl)) bodies.add(Body)
        expect(bodies.size).toBe(10)
      },
      { timeout: 10_000 },
    )
  })

  it('keeps a message back for its delay, then wakes who waits for it', async () => {
    const QueueUrl = await create()
    const sent = Date.now()
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 2 }))
    expect(await receive(QueueUrl)).toEqual([])
    expect(await receive(QueueUrl, 10)).toHaveLength(1)
    expect(Date.now() - sent).toBeGreaterThanOrEqual(1_900)
  })

  it('a message not deleted comes back after its visibility, counted', async () => {
    const QueueUrl = await create({ VisibilityTimeout: '30' })
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'again' }))
    const [first] = await receive(QueueUrl, 5)
    expect(await receive(QueueUrl)).toEqual([])
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 1 }),
    )
    const [second] = await receive(QueueUrl, 5)
    expect([first, second].map((message) => message?.Attributes?.ApproximateReceiveCount)).toEqual(['1', '2'])
  })

  it('after so many receives a message moves to the dead-letter queue', async () => {
    const dead = await create()
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ['QueueArn'] }),
    )
    const QueueUrl = await create({
      VisibilityTimeout: '1',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: 2 }),
    })
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'poison' }))
    let receives = 0
    await vi.waitFor(
      async () => {
        receives += (await receive(QueueUrl)).length
        expect((await receive(dead)).map(({ Body }) => Body)).toEqual(['poison'])
      },
      { timeout: 15_000, interval: 300 },
    )
    expect(receives).toBe(2)
  })

  it('deletes of a batch what it can and says what it could not', async () => {
    const QueueUrl = await create({ VisibilityTimeout: '1' })
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'done' }))
    const [message] = await receive(QueueUrl, 5)
    const Entries = [
      { Id: 'good', ReceiptHandle: message?.ReceiptHandle },
      { Id: 'again', ReceiptHandle: message?.ReceiptHandle },
    ]
    const { Successful = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
    expect(Successful.map(({ Id }) => Id)).toContain('good')
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    expect(await receive(QueueUrl)).toEqual([])
  })
})
