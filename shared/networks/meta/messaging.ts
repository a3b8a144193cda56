/** Messages as Messenger and Instagram deliver them (`entry[].messaging[]`). On `zod/mini`: the receiver loads it. */
import * as z from 'zod/mini'
import type { Attachment, Author, InboundEvent, MessageType } from '../network.ts'
import { type Entry, milliseconds } from './webhook.ts'

const text = z.optional(z.string())
const payload = z.object({ url: text, title: text })
const attachment = z.object({ type: z.string(), payload: z.optional(z.nullable(payload)) })
const referral = z.object({ ref: text, source: text, type: text, referer_uri: text })

const messaging = z.object({
  sender: z.object({ id: z.string() }),
  recipient: z.optional(z.object({ id: z.string() })),
  timestamp: z.number(),
  message: z.optional(
    z.object({
      mid: z.string(),
      text,
      is_echo: z.optional(z.boolean()),
      is_deleted: z.optional(z.boolean()),
      is_unsupported: z.optional(z.boolean()),
      attachments: z.optional(z.array(attachment)),
      reply_to: z.optional(z.object({ mid: text, story: z.optional(z.object({ url: text, id: text })) })),
      referral: z.optional(referral),
    }),
  ),
  message_edit: z.optional(z.object({ mid: z.string(), text })),
  postback: z.optional(z.object({ mid: text, title: text, payload: text, referral: z.optional(referral) })),
  referral: z.optional(referral),
})
type Messaging = z.infer<typeof messaging>
type Message = NonNullable<Messaging['message']>
type Base = Pick<InboundEvent, 'kind' | 'at' | 'author' | 'direction' | 'recipient'>

const kinds: Readonly<Record<string, Attachment['kind']>> = {
  image: 'image',
  video: 'video',
  ig_reel: 'video',
  reel: 'video',
  audio: 'audio',
  location: 'place',
}

/**
 * What people wrote to the account, and what the account wrote to them in its app or by a tool (echoes); deliveries name
 * people by id only. Receipts, reactions and typing are left out.
 */
export function messagesOf(entry: Entry): InboundEvent[] {
  return (entry.messaging ?? []).flatMap((value) => {
    const parsed = messaging.safeParse(value)
    if (!parsed.success) return []
    const { sender, recipient, timestamp, message, message_edit: edit, postback, referral: followed } = parsed.data
    const outgoing = message?.is_echo === true || sender.id === entry.id
    const base: Base = {
      kind: 'direct_message',
      at: milliseconds(timestamp),
      author: person(sender.id),
      ...(outgoing ? { direction: 'outgoing' } : {}),
      ...(outgoing && recipient !== undefined ? { recipient: person(recipient.id) } : {}),
    }
    if (message !== undefined) return [fromMessage(message, base)]
    if (edit !== undefined) return [{ ...base, action: 'edited' as const, externalId: edit.mid, text: edit.text }]
    // neither has to have an id of its own: one person does one thing at one instant
    const own = `${sender.id}/${timestamp}`
    if (postback !== undefined)
      return [
        {
          ...base,
          action: 'created' as const,
          externalId: postback.mid ?? `postback/${own}`,
          messageType: 'postback' as const,
          text: postback.title ?? postback.payload,
          ...linkOf(postback.referral),
        },
      ]
    if (followed === undefined) return []
    return [
      {
        ...base,
        action: 'created' as const,
        externalId: `referral/${own}`,
        messageType: 'referral' as const,
        text: followed.ref,
        ...linkOf(followed),
      },
    ]
  })
}

const person = (id: string): Author => ({ externalId: id, handle: id, name: id })

function fromMessage(message: Message, base: Base): InboundEvent {
  const { mid, text: written, attachments = [], reply_to: answered } = message
  const messageType = typeOf(message)
  return {
    ...base,
    action: message.is_deleted === true ? 'deleted' : 'created',
    externalId: mid,
    text: written,
    ...(messageType === undefined ? {} : { messageType }),
    ...(answered?.mid === undefined ? {} : { parentExternalId: answered.mid }),
    ...linkOf(message.referral, answered?.story?.url),
    ...(attachments.length === 0
      ? {}
      : {
          attachments: attachments.map(({ type, payload: given }) => ({
            kind: kinds[type] ?? 'file',
            url: given?.url,
            name: given?.title,
          })),
        }),
  }
}

function typeOf({
  attachments = [],
  reply_to: answered,
  referral: came,
  is_unsupported,
}: Message): MessageType | undefined {
  if (attachments.some(({ type }) => type === 'story_mention')) return 'story_mention'
  if (answered?.story !== undefined) return 'story_reply'
  if (came !== undefined) return 'referral'
  return is_unsupported === true ? 'unsupported' : undefined
}

/** The story that was answered, or the page that a person came from. */
function linkOf(came: z.infer<typeof referral> | undefined, story?: string): Pick<InboundEvent, 'url'> {
  const url = story ?? came?.referer_uri
  return url === undefined ? {} : { url }
}
