/** What Telegram delivers to a bot. Apart from the connector and on `zod/mini`, so that the receiver's bundle stays small. */

import { createHash, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'
import { AppError } from '../../kernel/errors.ts'
import { idText, parseJson } from '../json.ts'
import type { Author, InboundEvent, WebhookReceiver } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { contentFields, isService, saidIn } from './content.ts'

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
const message = z.looseObject({
  message_id: z.number(),
  message_thread_id: z.optional(z.number()),
  from: z.optional(person),
  sender_chat: z.optional(chat),
  chat,
  date: z.number(),
  edit_date: z.optional(z.number()),
  is_automatic_forward: z.optional(z.boolean()),
  ...contentFields,
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
    if (!parsed.success)
      throw new AppError('invalid', 'invalid_delivery', networkTexts.notADelivery({ network: 'Telegram' }))
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
  const { chat: where, reply_to_message: answered } = one
  const who = writerOf(one)
  // a post of the channel that Telegram repeats in its group, a bot, or what the chat itself tells
  if (one.is_automatic_forward === true || who === undefined || isService(one)) return []
  const isPrivate = where.type === 'private'
  if (!isPrivate && where.type !== 'supergroup' && where.type !== 'group') return []
  const post = answered?.is_automatic_forward === true ? answered.forward_origin?.message_id : undefined
  const event: InboundEvent = {
    kind: isPrivate ? 'direct_message' : 'comment',
    action,
    externalId: `${where.id}:${one.message_id}`,
    at: (action === 'edited' ? (one.edit_date ?? one.date) : one.date) * 1000,
    author: who,
    ...saidIn(one),
    // an administrator who writes in the name of the group; what is written in the name of the channel has it as author
    ...(one.sender_chat?.id === where.id ? { direction: 'outgoing' } : {}),
    ...(where.username === undefined || isPrivate ? {} : { url: `https://t.me/${where.username}/${one.message_id}` }),
    ...(post === undefined ? {} : { postExternalId: String(post) }),
    ...(answered === undefined
      ? {}
      : { parentExternalId: post === undefined ? `${where.id}:${answered.message_id}` : String(post) }),
    context: { chatId: where.id, messageId: String(one.message_id) },
  }
  return [{ accountId: isPrivate ? botId : where.id, event }]
}

/** A person, or the chat in whose name they write. Undefined: a bot, or nobody. */
function writerOf({ from, sender_chat: as }: Message): Author | undefined {
  if (as !== undefined) {
    const name = as.title ?? as.username ?? as.id
    return { externalId: as.id, handle: as.username === undefined ? name : `@${as.username}`, name }
  }
  if (from === undefined || from.is_bot === true) return undefined
  const name = [from.first_name, from.last_name].filter(Boolean).join(' ') || from.username || from.id
  return { externalId: from.id, handle: from.username === undefined ? name : `@${from.username}`, name }
}
