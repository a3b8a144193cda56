/** What Telegram delivers to a bot. Apart from the connector and on `zod/mini`, so that the receiver's bundle stays small. */
import { createHash, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'
import { AppError } from '../../kernel/errors.ts'
import { idText, parseJson } from '../json.ts'
import type { Attachment, InboundEvent, WebhookReceiver } from '../network.ts'

const person = z.object({
  id: idText,
  is_bot: z.optional(z.boolean()),
  first_name: z.optional(z.string()),
  last_name: z.optional(z.string()),
  username: z.optional(z.string()),
})
const chat = z.object({
  id: idText,
  type: z.string(),
  title: z.optional(z.string()),
  username: z.optional(z.string()),
})
const origin = z.object({ type: z.string(), message_id: z.optional(z.number()), chat: z.optional(chat) })
const file = z.object({ file_name: z.optional(z.string()) })
const message = z.object({
  message_id: z.number(),
  message_thread_id: z.optional(z.number()),
  from: z.optional(person),
  sender_chat: z.optional(chat),
  chat,
  date: z.number(),
  edit_date: z.optional(z.number()),
  is_automatic_forward: z.optional(z.boolean()),
  text: z.optional(z.string()),
  caption: z.optional(z.string()),
  photo: z.optional(z.array(z.unknown())),
  video: z.optional(file),
  voice: z.optional(z.unknown()),
  audio: z.optional(file),
  document: z.optional(file),
  sticker: z.optional(z.unknown()),
  location: z.optional(z.unknown()),
  reply_to_message: z.optional(
    z.object({
      message_id: z.number(),
      is_automatic_forward: z.optional(z.boolean()),
      forward_origin: z.optional(origin),
    }),
  ),
})
type Message = z.infer<typeof message>

const update = z.object({
  update_id: z.number(),
  message: z.optional(message),
  edited_message: z.optional(message),
  message_reaction_count: z.optional(
    z.object({
      chat,
      message_id: z.number(),
      date: z.number(),
      reactions: z.array(z.object({ total_count: z.number() })),
    }),
  ),
  my_chat_member: z.optional(z.object({ chat, date: z.number(), new_chat_member: z.object({ status: z.string() }) })),
})

export const telegramWebhook: WebhookReceiver = {
  perSubject: true,

  /** The header merely equals the hook's secret: digests are compared, so that nothing shows in the time taken. */
  verify({ headers }, app) {
    const [given, expected] = [headers['x-telegram-bot-api-secret-token'] ?? '', app.hookSecret ?? '']
    const digest = (text: string) => createHash('sha256').update(text).digest()
    return timingSafeEqual(digest(given), digest(expected)) && expected !== ''
  },

  normalize(body, subject = '') {
    const parsed = update.safeParse(parseJson(body))
    if (!parsed.success) throw new AppError('invalid', 'invalid_delivery', 'This is no update of the Bot API.')
    const {
      message: written,
      edited_message: edited,
      message_reaction_count: counted,
      my_chat_member: own,
    } = parsed.data
    if (written !== undefined) return said(written, 'created', subject)
    if (edited !== undefined) return said(edited, 'edited', subject)
    if (counted !== undefined) {
      const likes = counted.reactions.reduce((sum, one) => sum + one.total_count, 0)
      const id = String(counted.message_id)
      const at = counted.date * 1000
      const event: InboundEvent = {
        kind: 'post_state',
        action: 'edited',
        state: 'counted',
        externalId: id,
        postExternalId: id,
        at,
        counters: { likes },
      }
      return [{ accountId: counted.chat.id, event }]
    }
    if (own !== undefined && ['left', 'kicked'].includes(own.new_chat_member.status)) {
      const at = own.date * 1000
      const event: InboundEvent = {
        kind: 'deauthorized',
        action: 'created',
        externalId: `${own.chat.id}/${own.date}`,
        at,
      }
      return [{ accountId: own.chat.id, event }]
    }
    return []
  },
}

function said(one: Message, action: 'created' | 'edited', botId: string) {
  const { chat: where, from, reply_to_message: answered } = one
  // a post of the channel that Telegram repeats in its group, a bot, or the channel itself
  if (one.is_automatic_forward || from === undefined || from.is_bot === true || one.sender_chat !== undefined) return []
  const isPrivate = where.type === 'private'
  if (!isPrivate && where.type !== 'supergroup' && where.type !== 'group') return []
  const post = answered?.is_automatic_forward === true ? answered.forward_origin?.message_id : undefined
  const name = [from.first_name, from.last_name].filter(Boolean).join(' ') || from.username || from.id
  const event: InboundEvent = {
    kind: isPrivate ? 'direct_message' : 'comment',
    action,
    externalId: `${where.id}:${one.message_id}`,
    at: (action === 'edited' ? (one.edit_date ?? one.date) : one.date) * 1000,
    text: one.text ?? one.caption ?? '',
    author: { externalId: from.id, handle: from.username === undefined ? name : `@${from.username}`, name },
    attachments: attachmentsOf(one),
    ...(where.username === undefined || isPrivate ? {} : { url: `https://t.me/${where.username}/${one.message_id}` }),
    ...(post === undefined ? {} : { postExternalId: String(post) }),
    ...(answered === undefined
      ? {}
      : { parentExternalId: post === undefined ? `${where.id}:${answered.message_id}` : String(post) }),
    context: { chatId: where.id, messageId: String(one.message_id) },
  }
  return [{ accountId: isPrivate ? botId : where.id, event }]
}

function attachmentsOf(one: Message): Attachment[] {
  const found: Attachment[] = []
  if (one.photo !== undefined) found.push({ kind: 'image' })
  if (one.video !== undefined) found.push({ kind: 'video', name: one.video.file_name })
  if (one.voice !== undefined || one.audio !== undefined) found.push({ kind: 'audio', name: one.audio?.file_name })
  if (one.document !== undefined) found.push({ kind: 'file', name: one.document.file_name })
  if (one.sticker !== undefined) found.push({ kind: 'sticker' })
  if (one.location !== undefined) found.push({ kind: 'place' })
  return found
}
