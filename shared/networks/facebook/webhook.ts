/** What Meta delivers about a Page. Apart from the connector and on `zod/mini`, so that the receiver's bundle stays small. */
import * as z from 'zod/mini'
import { messagesOf } from '../meta/messaging.ts'
import { type Entry, entriesOf, metaReceiver, milliseconds } from '../meta/webhook.ts'
import type { Attachment, Author, InboundEvent, WebhookReceiver } from '../network.ts'

const person = z.object({ id: z.string(), name: z.optional(z.string()) })

const feedValue = z.object({
  item: z.string(),
  verb: z.string(),
  post_id: z.optional(z.string()),
  comment_id: z.optional(z.string()),
  parent_id: z.optional(z.string()),
  from: z.optional(person),
  message: z.optional(z.string()),
  created_time: z.optional(z.number()),
  permalink_url: z.optional(z.string()),
  /** What is attached to a comment: an address each; a link is in the text too. */
  photo: z.optional(z.string()),
  video: z.optional(z.string()),
  post: z.optional(z.object({ permalink_url: z.optional(z.string()) })),
})
type FeedValue = z.infer<typeof feedValue>

const mentionValue = z.object({
  post_id: z.string(),
  comment_id: z.optional(z.string()),
  verb: z.optional(z.string()),
  sender_id: z.optional(z.string()),
  sender_name: z.optional(z.string()),
  message: z.optional(z.string()),
  created_time: z.optional(z.number()),
})

const actions: Readonly<Record<string, InboundEvent['action']>> = {
  add: 'created',
  edited: 'edited',
  edit: 'edited',
  remove: 'deleted',
  hide: 'hidden',
  unhide: 'unhidden',
}

export const facebookWebhook: WebhookReceiver = {
  ...metaReceiver(['appSecret', 'previousAppSecret']),
  normalize: (body) =>
    entriesOf(body, 'page').flatMap((entry) => eventsOf(entry).map((event) => ({ accountId: entry.id, event }))),
}

/** What is not understood is left out: one strange change must not cost the others of its delivery. */
function eventsOf(entry: Entry): InboundEvent[] {
  const { time } = entry
  const changes = (entry.changes ?? []).flatMap(({ field, value }) => {
    if (time === undefined) return []
    if (field === 'feed') return fromFeed(entry.id, time, value)
    if (field === 'mention') return fromMention(time, value)
    return []
  })
  return [...changes, ...messagesOf(entry)]
}

function fromFeed(page: string, time: number, value: unknown): InboundEvent[] {
  const parsed = feedValue.safeParse(value)
  const action = parsed.success ? actions[parsed.data.verb] : undefined
  if (!parsed.success || action === undefined) return []
  const said = parsed.data
  // created_time stays that of the comment when it is edited or hidden; the entry's time is when that happened.
  const at = milliseconds(action === 'created' ? (said.created_time ?? time) : time)
  const own = said.from?.id === page
  const base = {
    action,
    at,
    author: authorOf(said.from),
    text: said.message,
    url: said.permalink_url ?? said.post?.permalink_url,
  }
  if (said.item === 'comment') return commentOf(said, own ? { ...base, direction: 'outgoing' } : base)
  if (said.item === 'reaction' || said.item === 'like') return own ? [] : reactionOf(said, base)
  if (said.post_id === undefined) return []
  // A post on the Page: ours tells its own state, somebody else's is said to us.
  return [
    {
      ...base,
      kind: own || action === 'deleted' ? 'post_state' : 'mention',
      externalId: said.post_id,
      postExternalId: said.post_id,
    },
  ]
}

type Base = Pick<InboundEvent, 'action' | 'at' | 'author' | 'text' | 'url' | 'direction'>

function commentOf(said: FeedValue, base: Base): InboundEvent[] {
  if (said.comment_id === undefined) return []
  return [
    {
      ...base,
      kind: 'comment',
      externalId: said.comment_id,
      parentExternalId: said.parent_id,
      postExternalId: said.post_id,
      ...attachedTo(said),
    },
  ]
}

function attachedTo({ photo, video }: FeedValue): Pick<InboundEvent, 'attachments'> {
  const attachments: Attachment[] = [
    ...(photo === undefined ? [] : [{ kind: 'image' as const, url: photo }]),
    ...(video === undefined ? [] : [{ kind: 'video' as const, url: video }]),
  ]
  return attachments.length === 0 ? {} : { attachments }
}

/** A reaction has no id of its own: one person has at most one on one thing. */
function reactionOf(said: FeedValue, base: Base): InboundEvent[] {
  const on = said.comment_id ?? said.post_id
  if (on === undefined || said.from === undefined) return []
  return [
    {
      ...base,
      kind: 'reaction',
      externalId: `${on}/reaction/${said.from.id}`,
      parentExternalId: on,
      postExternalId: said.post_id,
    },
  ]
}

function fromMention(time: number, value: unknown): InboundEvent[] {
  const parsed = mentionValue.safeParse(value)
  const action = parsed.success ? actions[parsed.data.verb ?? 'add'] : undefined
  if (!parsed.success || action === undefined) return []
  const said = parsed.data
  return [
    {
      kind: 'mention',
      action,
      externalId: said.comment_id ?? said.post_id,
      at: milliseconds(action === 'created' ? (said.created_time ?? time) : time),
      author: said.sender_id === undefined ? undefined : authorOf({ id: said.sender_id, name: said.sender_name }),
      text: said.message,
      ...(said.message === undefined ? { messageType: 'not_delivered' } : {}),
      parentExternalId: said.comment_id === undefined ? undefined : said.post_id,
    },
  ]
}

const authorOf = (who: z.infer<typeof person> | undefined): Author | undefined =>
  who === undefined ? undefined : { externalId: who.id, handle: who.name ?? who.id, name: who.name ?? who.id }
