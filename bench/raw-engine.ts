/** The DynamoDB engine by itself, with the least a client can ask of it: what the product's rates stand beside. */
import { Wire } from '../local/wire.ts'
import { rounded } from './statistics.ts'

const side = 32

/** A plain table, without indexes or a stream. */
async function withTable<T>(endpoint: string, work: (wire: Wire, table: string) => Promise<T>): Promise<T> {
  const wire = new Wire(endpoint)
  const TableName = `bench-${process.pid}-${Date.now()}`
  const key = (AttributeName: string, KeyType: string) => ({ AttributeName, KeyType })
  const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' })
  try {
    await wire.call('dynamodb', 'CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [attribute('pk'), attribute('sk')],
      KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
    })
    const result = await work(wire, TableName)
    await wire.call('dynamodb', 'DeleteTable', { TableName })
    return result
  } finally {
    wire.close()
  }
}

/** Calls per second over this many seconds, 32 side by side. */
async function rate(seconds: number, call: (lane: number, turn: number) => Promise<unknown>): Promise<number> {
  const start = performance.now()
  const end = start + seconds * 1000
  let done = 0
  await Promise.all(
    Array.from({ length: side }, async (_, lane) => {
      for (let turn = 0; performance.now() < end; turn++) {
        await call(lane, turn)
        done++
      }
    }),
  )
  return rounded((done / (performance.now() - start)) * 1000)
}

const filler = { S: 'x'.repeat(300) }

/** Updates per second of one small item each, on condition of its version: what a claim is at the least. */
export const conditionalUpdates = (endpoint: string, seconds: number): Promise<number> =>
  withTable(endpoint, async (wire, TableName) => {
    const Key = (lane: number) => ({ pk: { S: `item-${lane}` }, sk: { S: 'item' } })
    for (let lane = 0; lane < side; lane++)
      await wire.call('dynamodb', 'PutItem', { TableName, Item: { ...Key(lane), version: { N: '0' }, filler } })
    return rate(seconds, (lane, turn) =>
      wire.call('dynamodb', 'UpdateItem', {
        TableName,
        Key: Key(lane),
        UpdateExpression: 'SET version = :next',
        ConditionExpression: 'version = :now',
        ExpressionAttributeValues: { ':now': { N: String(turn) }, ':next': { N: String(turn + 1) } },
      }),
    )
  })

/** Transactions per second of three small new items, the first on condition that it is new: what storing once is at the least. */
export const transactions = (endpoint: string, seconds: number): Promise<number> =>
  withTable(endpoint, (wire, TableName) =>
    rate(seconds, (lane, turn) =>
      wire.call('dynamodb', 'TransactWriteItems', {
        TransactItems: [1, 2, 3].map((n) => ({
          Put: {
            TableName,
            Item: { pk: { S: `item-${lane}-${turn}` }, sk: { S: `part-${n}` }, filler },
            ...(n === 1 ? { ConditionExpression: 'attribute_not_exists(pk)' } : {}),
          },
        })),
      }),
    ),
  )
