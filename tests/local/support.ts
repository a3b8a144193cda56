import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDynamo, startQueues } from '../../local/engines.ts'
import { account } from '../../local/place.ts'
import { Wire } from '../../local/wire.ts'
import type { Json } from '../support/json.ts'

export const temporaryFolder = () => mkdtemp(join(tmpdir(), 'parvis-local-'))

/** A real queue engine, with data in a folder. */
export async function queueEngine(folder?: string) {
  const home = folder ?? (await temporaryFolder())
  const engine = await startQueues(home)
  const sqs = new Wire(engine.endpoint)
  const url = (name: string) => `${new URL(engine.endpoint).origin}/${account}/${name}`
  return {
    sqs,
    url,
    inFlight: engine.inFlight,
    endpoint: engine.endpoint,
    create: async (name: string, attributes: Record<string, string> = {}) => {
      await sqs.call('sqs', 'CreateQueue', { QueueName: name, Attributes: attributes })
      return url(name)
    },
    send: (name: string, body: unknown, delay = 0) =>
      sqs.call('sqs', 'SendMessage', { QueueUrl: url(name), MessageBody: JSON.stringify(body), DelaySeconds: delay }),
    /** What can be received now, without waiting for more. */
    bodies: async (name: string): Promise<Json[]> => {
      const answer: Json = await sqs.call('sqs', 'ReceiveMessage', { QueueUrl: url(name), MaxNumberOfMessages: 10 })
      return (answer.Messages ?? []).map(({ Body }: { Body: string }) => JSON.parse(Body))
    },
    /** Ready, in flight and delayed. */
    count: async (name: string): Promise<number> => {
      const answer: Json = await sqs.call('sqs', 'GetQueueAttributes', { QueueUrl: url(name), AttributeNames: ['All'] })
      const {
        ApproximateNumberOfMessages: a,
        ApproximateNumberOfMessagesNotVisible: b,
        ApproximateNumberOfMessagesDelayed: c,
      } = answer.Attributes
      return Number(a) + Number(b) + Number(c)
    },
    stop: async () => {
      sqs.close()
      await engine.stop()
      if (folder === undefined) await rm(home, { recursive: true, force: true })
    },
  }
}

/** A real table engine, with data in a file. */
export async function tableEngine(file?: string) {
  const folder = await temporaryFolder()
  const engine = await startDynamo(file ?? join(folder, 'table.db'), () => {})
  const dynamodb = new Wire(engine.endpoint)
  return {
    dynamodb,
    endpoint: engine.endpoint,
    createTable: (name: string) =>
      dynamodb.call('dynamodb', 'CreateTable', {
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      }),
    put: (table: string, pk: string, rest: object = {}) =>
      dynamodb.call('dynamodb', 'PutItem', { TableName: table, Item: { pk: { S: pk }, ...rest } }),
    stop: async () => {
      dynamodb.close()
      await engine.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
