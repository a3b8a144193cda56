import * as z from 'zod'
import { defineEvent } from '../kernel/events.ts'

const data = z.object({
  mentionId: z.string(),
  channelId: z.string(),
  network: z.string(),
  kind: z.string(),
  state: z.string(),
  publicationId: z.string().optional(),
})
export type MentionEventData = z.infer<typeof data>

/** Something new came in. Not published for what was deleted on the network before it ever arrived here. */
export const mentionCreated = defineEvent('mention.created', 1, data)
/**
 * Edited, hidden or shown again, or completed by a delivery that came late; also when an answer that had arrived turns
 * out not to have.
 */
export const mentionUpdated = defineEvent('mention.updated', 1, data)
export const mentionDeleted = defineEvent('mention.deleted', 1, data)

const acted = data.extend({ actionId: z.string(), action: z.string() })
/**
 * An answer from here arrived, or a person noted theirs (`actionId`); or one was given in the network's own app: then
 * `answerMentionId` is the outgoing mention.
 */
export const mentionAnswered = defineEvent(
  'mention.answered',
  1,
  data.extend({
    actionId: z.string().optional(),
    action: z.string().optional(),
    answerMentionId: z.string().optional(),
  }),
)
/**
 * An answer from here, which the network had accepted, was rejected or could not be delivered. `reason`: the network's words.
 */
export const mentionAnswerFailed = defineEvent(
  'mention.answer_failed',
  1,
  data.extend({ actionId: z.string().optional(), reason: z.string().optional() }),
)
/** Moderated from here; if it looks different for it, `mention.updated` or `mention.deleted` is told beside this. */
export const mentionModerated = defineEvent('mention.moderated', 1, acted)

/** The network said by itself what became of a post of ours: `live`, `gone` or `failed`. The publication is the subject. */
export const postStateReported = defineEvent(
  'post.state_reported',
  1,
  z.object({
    publicationId: z.string(),
    postId: z.string(),
    channelId: z.string(),
    network: z.string(),
    externalId: z.string(),
    state: z.enum(['live', 'gone', 'failed']),
  }),
)
