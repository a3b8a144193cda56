import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/lib-dynamodb'
import type { EventEnvelope } from '../kernel/events.ts'
import { eventOf } from './outbox.ts'

export interface ReplayPeriod {
  /** Instants, ISO 8601 UTC; `from` inclusive, `to` exclusive. */
  readonly from: string
  readonly to: string
  readonly name?: string | undefined
}

/**
 * The events of a period, page by page, in no order. Events have no index of their own (it would cost every one of them
 * a second write, for something needed after an accident), so this scans the table: half a read unit for every 4 KB of
 * everything that is stored, about 0.02 USD a gigabyte on demand. Events are kept for 14 days.
 */
export async function* storedEvents(tableName: string, period: ReplayPeriod): AsyncGenerator<EventEnvelope[]> {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}))
  let start: Record<string, unknown> | undefined
  do {
    const page: ScanCommandOutput = await documents.send(
      new ScanCommand({
        TableName: tableName,
        FilterExpression: `sk = :event AND #event.#time >= :from AND #event.#time < :to${period.name === undefined ? '' : ' AND #event.#name = :name'}`,
        ExpressionAttributeNames: {
          '#event': 'event',
          '#time': 'time',
          ...(period.name === undefined ? {} : { '#name': 'name' }),
        },
        ExpressionAttributeValues: {
          ':event': 'event',
          ':from': period.from,
          ':to': period.to,
          ...(period.name === undefined ? {} : { ':name': period.name }),
        },
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    )
    yield (page.Items ?? []).map(eventOf)
    start = page.LastEvaluatedKey
  } while (start !== undefined)
}
