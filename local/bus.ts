/** EventBridge's PutEvents: an event is in the queue of every rule it matches before it is answered. */
import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { matches } from './pattern.ts'
import { account, region } from './place.ts'
import type { Wire } from './wire.ts'

export interface Rule {
  readonly bus: string
  readonly pattern: unknown
  readonly queueUrls: readonly string[]
}

const input = z.object({
  Entries: z
    .array(
      z.object({
        EventBusName: z.string().default('default'),
        Source: z.string(),
        DetailType: z.string(),
        Detail: z.string(),
        Resources: z.array(z.string()).default([]),
        Time: z.number().optional(),
      }),
    )
    .min(1)
    .max(10),
})
type Entry = z.infer<typeof input>['Entries'][number]

export class Bus {
  readonly #rules: readonly Rule[]
  readonly #sqs: Wire

  constructor(rules: readonly Rule[], sqs: Wire) {
    for (const { pattern } of rules) matches(pattern, {}) // throws on a pattern that is none
    this.#rules = rules
    this.#sqs = sqs
  }

  async putEvents(body: unknown): Promise<object> {
    const { Entries } = input.parse(body)
    const answers = await Promise.all(Entries.map((entry) => this.#put(entry)))
    return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers }
  }

  async #put(entry: Entry): Promise<object> {
    const id = randomUUID()
    try {
      const event = {
        version: '0',
        id,
        'detail-type': entry.DetailType,
        source: entry.Source,
        account,
        time: new Date(entry.Time === undefined ? Date.now() : entry.Time * 1000).toISOString().replace(/\.\d+Z$/, 'Z'),
        region,
        resources: entry.Resources,
        detail: z.record(z.string(), z.unknown()).parse(JSON.parse(entry.Detail)),
      }
      const bus = entry.EventBusName.replace(/^.*event-bus\//, '')
      const reached = this.#rules.filter((rule) => rule.bus === bus && matches(rule.pattern, event))
      const MessageBody = JSON.stringify(event)
      await Promise.all(
        reached.flatMap(({ queueUrls }) =>
          queueUrls.map((QueueUrl) => this.#sqs.call('sqs', 'SendMessage', { QueueUrl, MessageBody })),
        ),
      )
      return { EventId: id }
    } catch (error) {
      const malformed = error instanceof SyntaxError || error instanceof z.ZodError
      return malformed
        ? { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
        : { ErrorCode: 'InternalFailure', ErrorMessage: 'A target did not take it.' }
    }
  }
}
