import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import type { EventEnvelope } from '../kernel/events.ts'
import { eventSource } from './event-source.ts'

// On the bus, `source` is `eventSource`, `detail-type` the event's name, `detail` the envelope.

export interface Bus {
  /** Publishes; answers the indexes of the events that were not taken (PutEvents answers 200 all the same). */
  publish(events: readonly EventEnvelope[]): Promise<readonly number[]>
}

export class EventBridgeBus implements Bus {
  readonly #client: EventBridgeClient
  readonly #name: string

  constructor(client: EventBridgeClient, name: string) {
    this.#client = client
    this.#name = name
  }

  async publish(events: readonly EventEnvelope[]): Promise<readonly number[]> {
    const failed: number[] = []
    for (let start = 0; start < events.length; start += 10) {
      const answer = await this.#client.send(
        new PutEventsCommand({
          Entries: events.slice(start, start + 10).map((event) => ({
            EventBusName: this.#name,
            Source: eventSource,
            DetailType: event.name,
            Detail: JSON.stringify(event),
            Time: new Date(event.time),
          })),
        }),
      )
      for (const [index, entry] of (answer.Entries ?? []).entries())
        if (entry.ErrorCode !== undefined) failed.push(start + index)
    }
    return failed
  }
}

/** The bus of this name, in the account and region of the environment. */
export const openBus = (name: string): Bus => new EventBridgeBus(new EventBridgeClient({}), name)
