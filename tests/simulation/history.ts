import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams'
import { type PublicationState, publicationState } from '../../shared/publishing/publication.ts'
import { transitions } from '../../shared/publishing/transitions.ts'
import type { Engine } from '../support/engine.ts'

/**
 * I6: every state that every publication of a table ever had, one write after the other, as the table's own stream tells
 * it. Answers the changes that are not legal, and how many states were seen.
 */
export async function illegalTransitions(
  engine: Engine,
  client: DynamoDBClient,
  tableName: string,
): Promise<{ seen: number; illegal: string[] }> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }))
  const streams = new DynamoDBStreamsClient({
    endpoint: engine.endpoint,
    region: 'eu-west-3',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const StreamArn = Table?.LatestStreamArn
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }))
  const before = new Map<string, PublicationState>()
  const illegal: string[] = []
  let seen = 0
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const start = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const
    let { ShardIterator } = await streams.send(new GetShardIteratorCommand(start))
    for (let empty = 0; ShardIterator !== undefined && empty < 2; ) {
      const page: { Records?: unknown[] | undefined; NextShardIterator?: string | undefined } = await streams.send(
        new GetRecordsCommand({ ShardIterator, Limit: 1000 }),
      )
      empty = (page.Records ?? []).length === 0 ? empty + 1 : 0
      for (const record of page.Records ?? []) {
        const image = (record as { dynamodb?: { NewImage?: Record<string, { S?: string }> } }).dynamodb?.NewImage
        if (image?.sk?.S !== 'publication') continue
        const id = image.pk?.S ?? ''
        const state = publicationState.parse(image.state?.S)
        const last = before.get(id)
        before.set(id, state)
        seen++
        if (last === undefined || last === state || transitions[last].includes(state)) continue
        illegal.push(`I6: ${id}: ${last} became ${state}`)
      }
      ShardIterator = page.NextShardIterator
    }
  }
  streams.destroy()
  return { seen, illegal }
}
