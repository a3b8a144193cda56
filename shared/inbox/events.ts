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

/** Something new came in. Not published for what was deleted on the network before it ever arrived here. */
export const mentionCreated = defineEvent('mention.created', 1, data)
/** Edited, hidden or shown again on the network, or completed by a delivery that came late. */
export const mentionUpdated = defineEvent('mention.updated', 1, data)
export const mentionDeleted = defineEvent('mention.deleted', 1, data)
