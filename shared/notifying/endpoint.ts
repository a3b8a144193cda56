import * as z from 'zod'
import { textSchema } from '../i18n/index.ts'
import { idPattern } from '../kernel/ids.ts'

export const endpointId = z.string().regex(idPattern('endpoint'))

/** What an endpoint may ask for. `functions/consumers/consumers.ts` leads the same events to the fan-out. */
export const webhookEvents = [
  'post.created',
  'post.updated',
  'post.deleted',
  'post.state_reported',
  'publication.scheduled',
  'publication.published',
  'publication.processing',
  'publication.waiting',
  'publication.rejected',
  'publication.failed',
  'publication.partial',
  'publication.unconfirmed',
  'publication.missed',
  'publication.handed_over',
  'publication.handover_reminder',
  'publication.cancelled',
  'publication.deleted',
  'mention.created',
  'mention.updated',
  'mention.deleted',
  'mention.answered',
  'mention.answer_failed',
  'mention.moderated',
  'channel.credentials_ending',
  'channel.reconnect_needed',
] as const

const groups = ['*', 'post.*', 'publication.*', 'mention.*'] as const

/** A name, all of a kind (`publication.*`), or all (`*`). */
export const eventFilter = z.enum([...groups, ...webhookEvents])
export type EventFilter = z.infer<typeof eventFilter>

/** Whether an event of this name is one of those asked for. */
export function wants(filters: readonly EventFilter[], name: string): boolean {
  return filters.some((filter) => filter === name || (filter.endsWith('*') && name.startsWith(filter.slice(0, -1))))
}

/** Where a workspace wants its events sent, as answered. Its secrets never come back out. */
export const endpointSchema = z.object({
  id: endpointId,
  workspaceId: z.string(),
  url: z.string(),
  events: z.array(eventFilter),
  description: z.string().optional(),
  state: z.enum(['active', 'disabled']),
  /** Why it is disabled, in plain words. */
  stateReason: textSchema.optional(),
  /** Since when every delivery fails; absent while they arrive. */
  failingSince: z.string().optional(),
  /** Until when the secret before the last rotation signs too. */
  oldSecretUntil: z.string().optional(),
  version: z.number().int(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type Endpoint = z.infer<typeof endpointSchema>

/** As stored: with its secrets, sealed, and how it has been faring. */
export const endpointRecord = endpointSchema.extend({
  secret: z.string(),
  oldSecret: z.string().optional(),
  /** Deliveries that failed since one last arrived. */
  failures: z.number().int().default(0),
  /** The spell of failures (its `failingSince`) people were told of. */
  told: z.string().optional(),
})
export type EndpointRecord = z.infer<typeof endpointRecord>

/** What binds a sealed secret to its endpoint. */
export const secretContext = (workspaceId: string, id: string) => ['webhook-endpoint', workspaceId, id]
