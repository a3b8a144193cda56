import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { awsTexts } from './texts.ts'

export interface Message {
  /** Ids, not payloads; JSON. */
  readonly body: unknown
  /** 0 to 900 whole seconds. */
  readonly delaySeconds?: number
  /** The workspace: keeps one noisy tenant from starving the others (fair queues). */
  readonly groupId: string
}

export interface Queue {
  /** Resolves once every message is accepted. Throws `unavailable` if some were not after three tries. */
  send(messages: readonly Message[]): Promise<void>
}

/** A standard SQS queue. */
export class SqsQueue implements Queue {
  readonly #client: SQSClient
  readonly #url: string
  readonly #clock: Clock

  constructor(client: SQSClient, url: string, clock: Clock) {
    this.#client = client
    this.#url = url
    this.#clock = clock
  }

  async send(messages: readonly Message[]): Promise<void> {
    for (let start = 0; start < messages.length; start += 10) {
      let pending = messages.slice(start, start + 10).map((message, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(message.body),
        DelaySeconds: Math.min(900, Math.max(0, Math.floor(message.delaySeconds ?? 0))),
        MessageGroupId: message.groupId,
      }))
      for (let attempt = 1; pending.length > 0; attempt++) {
        const answer = await this.#client.send(new SendMessageBatchCommand({ QueueUrl: this.#url, Entries: pending }))
        const failed = new Set((answer.Failed ?? []).map((entry) => entry.Id))
        pending = pending.filter((entry) => failed.has(entry.Id))
        if (pending.length > 0 && attempt === 3)
          throw new AppError('unavailable', 'queue_busy', awsTexts.queueRefused())
        if (pending.length > 0) await this.#clock.sleep(100 * attempt)
      }
    }
  }
}

let client: SQSClient | undefined

/** The queue of this address. All queues of a function share one client. */
export function openQueue(url: string, clock: Clock): Queue {
  client ??= new SQSClient({})
  return new SqsQueue(client, url, clock)
}
