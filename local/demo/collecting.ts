/**
 * Counters are first read two minutes after a post went out, then ever more rarely: too slow to watch. The demo moves the
 * next look of what just left forward; the look itself, and what comes of it, is the product's.
 */
import { keys } from '../../shared/aws/keys.ts'
import { dueAttributes } from '../../shared/scheduling/due-index.ts'
import { ServiceError, type Wire } from '../wire.ts'

/** Answers whether there is a later look to move. */
export async function lookNow(
  table: Wire,
  name: string,
  workspaceId: string,
  publicationId: string,
  now: number,
): Promise<boolean> {
  const { pk, sk } = keys.collection(workspaceId, publicationId)
  const wakeAt = new Date(now).toISOString()
  const { wakePk, wakeSk } = dueAttributes({ kind: 'publication_collection', workspaceId, publicationId, wakeAt }, now)
  try {
    await table.call('dynamodb', 'UpdateItem', {
      TableName: name,
      Key: { pk: { S: pk }, sk: { S: sk } },
      UpdateExpression: 'SET wakeAt = :at, wakePk = :pk, wakeSk = :sk',
      ConditionExpression: 'wakeAt > :at',
      ExpressionAttributeValues: { ':at': { S: wakeAt }, ':pk': { S: wakePk }, ':sk': { S: wakeSk } },
    })
    return true
  } catch (error) {
    // Not collected yet, or no more: the event that begins it is on its way.
    if (error instanceof ServiceError && error.code === 'ConditionalCheckFailedException') return false
    throw error
  }
}
