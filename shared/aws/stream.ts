import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import * as z from 'zod'
import type { EventEnvelope } from '../kernel/events.ts'
import { eventOf } from './outbox.ts'

/** What Lambda hands over from a table's stream. Images are in DynamoDB's own JSON: `{"S": "…"}`. */
const streamBatch = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({
        SequenceNumber: z.string(),
        NewImage: z
          .custom<Record<string, AttributeValue>>((image) => typeof image === 'object' && image !== null)
          .optional(),
      }),
    }),
  ),
})

export interface StreamRecord {
  readonly sequenceNumber: string
  /** The event of an outbox item; undefined if the record is none or cannot be read. */
  readonly event: EventEnvelope | undefined
}

/** The outbox items of a batch of stream records, in the stream's order. Throws only if the batch itself is none. */
export function outboxRecords(batch: unknown): StreamRecord[] {
  return streamBatch.parse(batch).Records.map(({ dynamodb }) => ({
    sequenceNumber: dynamodb.SequenceNumber,
    event: read(dynamodb.NewImage),
  }))
}

function read(image: Record<string, AttributeValue> | undefined): EventEnvelope | undefined {
  try {
    return image === undefined ? undefined : eventOf(unmarshall(image))
  } catch {
    return undefined
  }
}
