import * as z from 'zod'
import { type Language, renderAll, textSchema } from '../i18n/index.ts'
import { type EventEnvelope, eventEnvelope } from '../kernel/events.ts'
import { idPattern, idPrefixes, type Random } from '../kernel/ids.ts'

export const deliveryId = z.string().regex(idPattern('delivery'))

/** One try, as kept in the log: when, how long, and what came back (cut and redacted). */
export const deliveryAttempt = z.object({
  at: z.string(),
  ms: z.number(),
  status: z.number().optional(),
  answer: z.string().optional(),
  error: textSchema.optional(),
})
export type DeliveryAttempt = z.infer<typeof deliveryAttempt>

/** One event on its way to one endpoint, as answered. */
export const deliverySchema = z.object({
  id: deliveryId,
  endpointId: z.string(),
  /** Sent as `webhook-id`: the same in every try and every replay. */
  eventId: z.string(),
  eventName: z.string(),
  state: z.enum(['pending', 'delivered', 'failed']),
  /** Why it was given up. */
  reason: textSchema.optional(),
  /** Tries since it was created or last replayed. */
  attempts: z.number().int(),
  /** The last twenty tries, oldest first. */
  log: z.array(deliveryAttempt),
  nextAttemptAt: z.string().optional(),
  replays: z.number().int(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type Delivery = z.infer<typeof deliverySchema>

/** As stored. `wakeAt` is the next try or, while one is under way, the end of its lease. */
export const deliveryRecord = deliverySchema.extend({
  workspaceId: z.string(),
  event: eventEnvelope,
  wakeAt: z.string().optional(),
})
export type DeliveryRecord = z.infer<typeof deliveryRecord>

/** An event goes to an endpoint once, however often it comes: the delivery's id is made of the event's. */
export const deliveryIdOf = (eventId: string) => eventId.replace(/^[a-z]+_/, `${idPrefixes.delivery}_`)

export const keptLog = 20
/** Seconds. The log is kept for a month: longer than events are, so that a replayed event is still recognized. */
export const keptSeconds = 30 * 24 * 3600

const [second, minute, hour] = [1000, 60_000, 3_600_000]
/** Between one try and the next, in ms: the schedule Standard Webhooks 1.0 recommends. Ten tries over some three days. */
export const waits = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
]

/**
 * How long to wait after try number `attempt` (1 is the first), in ms; undefined after the last. Spread over the whole
 * step, from half of it to one and a half, so that what failed together does not come back together and yet the
 * schedule keeps its length (jitter from zero would halve it).
 */
export function waitAfter(attempt: number, random: Random): number | undefined {
  const wait = waits[attempt - 1]
  return wait === undefined ? undefined : Math.round(wait * (0.5 + random.next()))
}

/** In whose language and time zone texts are written: the workspace’s. */
export interface Reader {
  readonly language: Language
  readonly zone: string
}

/** The body that is signed and sent (Standard Webhooks: `type`, `timestamp`, `data`): ids and states, never content. */
export function payloadOf(event: EventEnvelope, { language, zone }: Reader): string {
  const { id, name, time, workspaceId, subject, sequence } = event
  const own = typeof event.data === 'object' && event.data !== null ? event.data : {}
  // a receiver gets text where we keep messages (`reason`)
  const data = renderAll({ ...own, eventId: id, workspaceId, subject, sequence }, language, zone)
  return JSON.stringify({ type: name, timestamp: time, data })
}
