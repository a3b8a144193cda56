import * as z from 'zod'
import { quarantinedLine } from '../../shared/aws/metric.ts'
import { type EventEnvelope, eventEnvelope } from '../../shared/kernel/events.ts'
import { Quarantined } from '../../shared/scheduling/index.ts'
import { clock, log, variable } from '../container.ts'

const batch = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) })

interface Failures {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

/**
 * A consumer of a queue: every message of a batch side by side, each parsed, each failing alone (partial batch failure),
 * so that one bad message keeps no other back.
 */
export function eachMessage<T>(schema: z.ZodType<T>, handle: (message: T) => Promise<void>) {
  return async (event: unknown): Promise<Failures> => {
    const { Records } = batch.parse(event)
    const failures = await Promise.all(
      Records.map(async ({ messageId, body }) => {
        try {
          await handle(schema.parse(JSON.parse(body)))
          return []
        } catch (error) {
          if (isSettled(error)) return []
          log.error('a message failed; the queue delivers it again', { messageId, error })
          return [{ itemIdentifier: messageId }]
        }
      }),
    )
    return { batchItemFailures: failures.flat() }
  }
}

/**
 * A consumer that takes the messages of a batch as one. A message that is none fails alone; if the work fails, the whole
 * batch comes again.
 */
export function wholeBatch<T>(schema: z.ZodType<T>, handle: (messages: readonly T[]) => Promise<void>) {
  return async (event: unknown): Promise<Failures> => {
    const { Records } = batch.parse(event)
    const messages: T[] = []
    const readable: string[] = []
    const failed: string[] = []
    for (const { messageId, body } of Records) {
      try {
        messages.push(schema.parse(JSON.parse(body)))
        readable.push(messageId)
      } catch (error) {
        log.error('a message cannot be read', { messageId, error })
        failed.push(messageId)
      }
    }
    try {
      await handle(messages)
    } catch (error) {
      if (!isSettled(error)) {
        log.error('a batch failed; the queue delivers it again', { messages: readable.length, error })
        failed.push(...readable)
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) }
  }
}

/** A record in quarantine is not tried again: its alarm calls a person, and the message is done with. */
function isSettled(error: unknown): boolean {
  if (!(error instanceof Quarantined)) return false
  process.stdout.write(`${quarantinedLine(1, variable('STAGE'), clock.now())}\n`)
  return true
}

const busMessage = z.object({ detail: eventEnvelope })

/** A consumer of events: a queue behind a rule of the bus, whose messages carry the envelope as `detail`. */
export function eachEvent(handle: (event: EventEnvelope) => Promise<void>) {
  return eachMessage(busMessage, ({ detail }) => handle(detail))
}
