import { type EventEnvelope, eventEnvelope } from '../kernel/events.ts'
import { keys } from './keys.ts'
import type { Item, Write } from './table.ts'

const keptSeconds = 14 * 24 * 3600

/** The write that publishes an event: part of the transaction that changes the state. The table's stream does the rest. */
export function outbox(event: EventEnvelope): Write {
  return {
    put: { ...keys.outbox(event.id), event, expiresAt: Math.floor(Date.parse(event.time) / 1000) + keptSeconds },
  }
}

/** The event of an outbox item, as the stream and `npm run replay` see it. */
export function eventOf(item: Item): EventEnvelope {
  return eventEnvelope.parse(item.event)
}
