/** What Meta delivers about an Instagram account. Apart from the connector and on `zod/mini`: the small receiver loads it. */
import * as z from 'zod/mini'
import { messagesOf } from '../meta/messaging.ts'
import { type Entry, entriesOf, metaReceiver, milliseconds } from '../meta/webhook.ts'
import type { InboundEvent, WebhookReceiver } from '../network.ts'

const commentValue = z.object({
  id: z.string(),
  text: z.optional(z.string()),
  parent_id: z.optional(z.string()),
  from: z.optional(z.object({ id: z.string(), username: z.optional(z.string()) })),
  media: z.optional(z.object({ id: z.string() })),
})
const mentionValue = z.object({ media_id: z.string(), comment_id: z.optional(z.string()) })

/** Deliveries are signed with the secret of the app of the login: Facebook's, or Instagram's own. */
export const instagramWebhook: WebhookReceiver = {
  ...metaReceiver(['appSecret', 'previousAppSecret', 'instagramAppSecret', 'previousInstagramAppSecret']),
  normalize: (body) =>
    entriesOf(body, 'instagram').flatMap((entry) => eventsOf(entry).map((event) => ({ accountId: entry.id, event }))),
}

/** What is not understood is left out: one strange change must not cost the others of its delivery. */
function eventsOf(entry: Entry): InboundEvent[] {
  const { time } = entry
  const changes = (entry.changes ?? []).flatMap(({ field, value }) => {
    if (time === undefined) return []
    if (field === 'comments' || field === 'live_comments') return fromComment(entry.id, milliseconds(time), value)
    if (field === 'mentions') return fromMention(milliseconds(time), value)
    return []
  })
  return [...changes, ...messagesOf(entry)]
}

/** Instagram tells of new comments alone, not of what becomes of them. */
function fromComment(account: string, at: number, value: unknown): InboundEvent[] {
  const parsed = commentValue.safeParse(value)
  if (!parsed.success) return []
  const { id, text, parent_id, from, media } = parsed.data
  const name = from?.username ?? from?.id
  return [
    {
      kind: 'comment',
      action: 'created',
      externalId: id,
      at,
      text,
      author: from === undefined || name === undefined ? undefined : { externalId: from.id, handle: name, name },
      parentExternalId: parent_id ?? media?.id,
      postExternalId: media?.id,
      ...(from?.id === account ? { direction: 'outgoing' } : {}),
    },
  ]
}

/** Where the account was mentioned: by whom and how is not delivered. */
function fromMention(at: number, value: unknown): InboundEvent[] {
  const parsed = mentionValue.safeParse(value)
  if (!parsed.success) return []
  const { media_id: mediaId, comment_id: commentId } = parsed.data
  return [
    {
      kind: 'mention',
      action: 'created',
      externalId: commentId ?? mediaId,
      at,
      messageType: 'not_delivered',
      parentExternalId: commentId === undefined ? undefined : mediaId,
      context: { mediaId, ...(commentId === undefined ? {} : { commentId }) },
    },
  ]
}
