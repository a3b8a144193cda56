/** DynamoDB's time to live: the engine keeps the setting and deletes nothing. */
import * as z from 'zod'
import type { Wire } from './wire.ts'

export interface Expiring {
  readonly table: string
  readonly attribute: string
  readonly keys: readonly string[]
}

const page = z.object({
  Items: z.array(z.record(z.string(), z.unknown())).default([]),
  LastEvaluatedKey: z.record(z.string(), z.unknown()).optional(),
})

/** Deletes what expired before `now` (ms); answers how many. What was renewed in between stays. */
export async function sweep(
  dynamodb: Wire,
  { table, attribute, keys }: Expiring,
  now: number,
  pageSize = 500,
): Promise<number> {
  const expression = {
    ExpressionAttributeNames: { '#ttl': attribute },
    ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1000)) }, ':zero': { N: '0' } },
  }
  let deleted = 0
  let start: Record<string, unknown> | undefined
  do {
    const { Items, LastEvaluatedKey } = page.parse(
      await dynamodb.call('dynamodb', 'Scan', {
        TableName: table,
        FilterExpression: '#ttl < :now AND #ttl > :zero',
        Limit: pageSize,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        ...expression,
      }),
    )
    for (const item of Items) {
      const Key = Object.fromEntries(keys.map((key) => [key, item[key]]))
      await dynamodb
        .call('dynamodb', 'DeleteItem', {
          TableName: table,
          Key,
          ConditionExpression: '#ttl < :now AND #ttl > :zero',
          ...expression,
        })
        .then(
          () => {
            deleted += 1
          },
          () => undefined,
        )
    }
    start = LastEvaluatedKey
  } while (start !== undefined)
  return deleted
}
