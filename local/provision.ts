/** Makes the tables and queues of the template on the engines, as CloudFormation would; what is there stays. */
import * as z from 'zod'
import type { Expiring } from './sweeper.ts'
import type { Assembly, Resource } from './template.ts'
import { ServiceError, type Wire } from './wire.ts'

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }))
const index = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.looseObject({ ProjectionType: z.string() }),
})
const table = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(index).optional(),
  StreamSpecification: z.object({ StreamViewType: z.string() }).optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
})
const queue = z.object({
  VisibilityTimeout: z.number().optional(),
  DelaySeconds: z.number().optional(),
  MessageRetentionPeriod: z.number().optional(),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }).optional(),
})
const described = z.object({
  Table: z.object({ GlobalSecondaryIndexes: z.array(z.object({ IndexName: z.string() })).default([]) }),
})

/** Answers what expires in them, for the sweeper. Throws if a table is there that lacks an index of the template. */
export async function provisionTables(assembly: Assembly, dynamodb: Wire): Promise<Expiring[]> {
  const expiring: Expiring[] = []
  for (const { name, properties } of assembly.all('AWS::DynamoDB::Table', table)) {
    const { StreamSpecification, TimeToLiveSpecification, ...shape } = properties
    try {
      await dynamodb.call('dynamodb', 'CreateTable', {
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        ...shape,
        ...(StreamSpecification === undefined
          ? {}
          : { StreamSpecification: { StreamEnabled: true, ...StreamSpecification } }),
      })
      if (TimeToLiveSpecification !== undefined)
        await dynamodb.call('dynamodb', 'UpdateTimeToLive', { TableName: name, TimeToLiveSpecification })
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === 'ResourceInUseException')) throw error
      const { Table } = described.parse(await dynamodb.call('dynamodb', 'DescribeTable', { TableName: name }))
      const there = new Set(Table.GlobalSecondaryIndexes.map(({ IndexName }) => IndexName))
      const missing = (properties.GlobalSecondaryIndexes ?? []).filter(({ IndexName }) => !there.has(IndexName))
      for (const Create of missing)
        await dynamodb.call('dynamodb', 'UpdateTable', {
          TableName: name,
          AttributeDefinitions: properties.AttributeDefinitions,
          GlobalSecondaryIndexUpdates: [{ Create }],
        })
    }
    if (TimeToLiveSpecification?.Enabled === true)
      expiring.push({
        table: name,
        attribute: TimeToLiveSpecification.AttributeName,
        keys: properties.KeySchema.map(({ AttributeName }) => AttributeName),
      })
  }
  return expiring
}

/** Dead-letter queues first: the others name them. */
export async function provisionQueues(
  assembly: Assembly,
  sqs: Wire,
  url: (name: string) => string,
): Promise<readonly Resource[]> {
  const queues = assembly.all('AWS::SQS::Queue', queue)
  const ordered = queues.toSorted(
    (a, b) => Number(a.properties.RedrivePolicy !== undefined) - Number(b.properties.RedrivePolicy !== undefined),
  )
  for (const { name, properties } of ordered) {
    const entries = Object.entries(properties).filter(([, value]) => value !== undefined)
    const Attributes = Object.fromEntries(
      entries.map(([key, value]) => [key, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
    )
    try {
      await sqs.call('sqs', 'CreateQueue', { QueueName: name, Attributes })
    } catch (error) {
      if (
        !(
          (error instanceof ServiceError && error.code.startsWith('QueueAlreadyExists')) ||
          (error instanceof ServiceError && error.code === 'QueueNameExists')
        )
      )
        throw error
      await sqs.call('sqs', 'SetQueueAttributes', { QueueUrl: url(name), Attributes })
    }
  }
  return queues
}
