/** Lambda's event source for SQS: long polls, batches, deletes what was handled and leaves the rest to the queue. */
import * as z from 'zod'
import { arn, region } from './place.ts'
import type { Wire } from './wire.ts'

export interface QueueSource {
  readonly queueUrl: string
  readonly queueName: string
  readonly function: string
  readonly batchSize: number
  /** Whether the function says which messages failed; otherwise the whole batch stands or falls. */
  readonly partial: boolean
  /** Batches side by side. */
  readonly concurrency: number
}

const received = z.object({
  Messages: z
    .array(
      z.object({
        MessageId: z.string(),
        ReceiptHandle: z.string(),
        Body: z.string(),
        MD5OfBody: z.string(),
        Attributes: z.record(z.string(), z.string()).default({}),
        MessageAttributes: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
      }),
    )
    .optional(),
})
type Message = NonNullable<z.infer<typeof received>['Messages']>[number]

const failures = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() }).nullish()

/** Reads a queue until stopped. A message whose function fails comes back when its visibility ends, or goes where the queue's redrive policy says. */
export class QueuePoller {
  readonly #source: QueueSource
  readonly #sqs: Wire
  readonly #call: (name: string, event: unknown) => Promise<unknown>
  readonly #ending = new AbortController()
  readonly #running = new Set<Promise<void>>()
  readonly #loop: Promise<void>

  constructor(source: QueueSource, sqs: Wire, call: (name: string, event: unknown) => Promise<unknown>) {
    this.#source = source
    this.#sqs = sqs
    this.#call = call
    this.#loop = this.#poll()
  }

  /** Receives no more; resolves once what runs has been settled. */
  async stop(): Promise<void> {
    this.#ending.abort()
    await this.#loop
    await Promise.all(this.#running)
  }

  async #poll(): Promise<void> {
    const { queueUrl, batchSize, concurrency } = this.#source
    const { signal } = this.#ending
    while (!signal.aborted) {
      try {
        const input = {
          QueueUrl: queueUrl,
          MaxNumberOfMessages: Math.min(10, batchSize),
          WaitTimeSeconds: 20,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }
        const { Messages = [] } = received.parse(await this.#sqs.call('sqs', 'ReceiveMessage', input, signal))
        if (Messages.length === 0) continue
        const running: Promise<void> = this.#handle(Messages).finally(() => this.#running.delete(running))
        this.#running.add(running)
        if (this.#running.size >= concurrency) await Promise.race(this.#running)
      } catch {
        if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 500))
      }
    }
  }

  async #handle(messages: readonly Message[]): Promise<void> {
    const { queueUrl, queueName, partial } = this.#source
    let failed: ReadonlySet<string>
    try {
      const answer = await this.#call(this.#source.function, {
        Records: messages.map((message) => record(message, queueName)),
      })
      const items = partial ? (failures.parse(answer)?.batchItemFailures ?? []) : []
      failed = new Set(items.map(({ itemIdentifier }) => itemIdentifier))
      // As on AWS: a name that is in no message means that all of them failed.
      if ([...failed].some((id) => messages.every(({ MessageId }) => MessageId !== id))) return
    } catch {
      return // the pool has logged it; the messages come back by themselves
    }
    const done = messages.filter(({ MessageId }) => !failed.has(MessageId))
    if (done.length === 0) return
    const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
    // If this is lost the messages come once more: at least once is what a queue promises.
    await this.#sqs.call('sqs', 'DeleteMessageBatch', { QueueUrl: queueUrl, Entries }).catch(() => undefined)
  }
}

function record(
  { MessageId, ReceiptHandle, Body, MD5OfBody, Attributes, MessageAttributes }: Message,
  queueName: string,
) {
  const attributes = Object.entries(MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
    name,
    {
      dataType: DataType,
      stringValue: StringValue,
      binaryValue: BinaryValue,
      stringListValues: [],
      binaryListValues: [],
    },
  ])
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes,
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: arn('sqs', queueName),
    awsRegion: region,
  }
}
