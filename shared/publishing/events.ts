import * as z from 'zod'
import { textSchema } from '../i18n/index.ts'
import { defineEvent, type EventDefinition } from '../kernel/events.ts'

const postData = z.object({ postId: z.string() })
export const postCreated = defineEvent('post.created', 1, postData)
export const postUpdated = defineEvent('post.updated', 1, postData)
export const postDeleted = defineEvent('post.deleted', 1, postData)

/** `cause` names what happened once, however often it is retried: notifications are deduplicated on it. */
const publicationData = z.object({
  publicationId: z.string(),
  postId: z.string(),
  channelId: z.string(),
  network: z.string(),
  state: z.string(),
  reason: textSchema.optional(),
  dueAt: z.string().optional(),
  externalId: z.string().optional(),
  url: z.string().optional(),
  cause: z.string().optional(),
})
export type PublicationEventData = z.infer<typeof publicationData>

/** One event per state that others care about. */
export const publicationEvents = {
  scheduled: defineEvent('publication.scheduled', 1, publicationData),
  published: defineEvent('publication.published', 1, publicationData),
  processing: defineEvent('publication.processing', 1, publicationData),
  waiting: defineEvent('publication.waiting', 1, publicationData),
  rejected: defineEvent('publication.rejected', 1, publicationData),
  failed: defineEvent('publication.failed', 1, publicationData),
  partial: defineEvent('publication.partial', 1, publicationData),
  unconfirmed: defineEvent('publication.unconfirmed', 1, publicationData),
  handed_over: defineEvent('publication.handed_over', 1, publicationData),
  missed: defineEvent('publication.missed', 1, publicationData),
  cancelled: defineEvent('publication.cancelled', 1, publicationData),
  deleted: defineEvent('publication.deleted', 1, publicationData),
} as const satisfies Record<string, EventDefinition<PublicationEventData>>

/**
 * These publications left a state that people were told of: rejected, failed, partial, unconfirmed, missed, handed over, or
 * live although its removal was asked for. One event for all that one transaction changes.
 */
export const publicationsSettled = defineEvent(
  'publication.settled',
  1,
  z.object({ settled: z.array(z.object({ subject: z.string(), sequence: z.number().int() })) }),
)

/** Its person has not said yet what became of it. */
export const handoverReminder = defineEvent('publication.handover_reminder', 1, publicationData)
