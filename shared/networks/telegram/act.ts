/** Answers in the discussion group or to who wrote to the bot; what is not wanted there goes. */
import type { Message } from '../../i18n/index.ts'
import { isGone } from '../http/index.ts'
import type { ActCall, Acted, ChannelCall, CounterName, Counters } from '../network.ts'
import { type Credentials, call, message, result, type Settings, telegram } from './api.ts'
import { telegramTexts } from './texts.ts'

export async function act(channel: ActCall<Credentials, Settings>): Promise<Acted> {
  const { action, target } = channel
  const { chatId, messageId } = target.context ?? {}
  const missing = (message: Message): Acted => ({ kind: 'rejected', reason: 'invalid', message })
  if (chatId === undefined || messageId === undefined) return missing(telegramTexts.placeUnknown())
  const as = channel.credentials.current()
  if (action.name === 'reply') {
    const tried = await call(channel, as, 'sendMessage', {
      json: {
        chat_id: Number(chatId),
        text: action.text,
        reply_parameters: { message_id: Number(messageId), allow_sending_without_reply: false },
      },
    })
    if (tried.refusal !== undefined) return tried.refusal
    const sent = result(message).safeParse(tried.answer.json()).data?.result
    return { kind: 'done', externalId: sent === undefined ? undefined : `${chatId}:${sent.message_id}` }
  }
  if (action.name === 'ban') {
    const userId = Number(target.author?.externalId)
    if (!Number.isSafeInteger(userId) || userId <= 0) return missing(telegramTexts.authorUnknown())
    const tried = await call(channel, as, 'banChatMember', { json: { chat_id: Number(chatId), user_id: userId } })
    return tried.refusal ?? { kind: 'done' }
  }
  const tried = await call(channel, as, 'deleteMessage', {
    json: { chat_id: Number(chatId), message_id: Number(messageId) },
  })
  if (tried.refusal !== undefined && !isGone(telegram, tried.answer)) return tried.refusal
  return { kind: 'done' }
}

export const counters: readonly CounterName[] = ['likes']

/** Reactions are told and cannot be asked for; views are not told to bots at all. */
export const measure = (
  channel: ChannelCall<Credentials, Settings>,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, Counters>> => channel.told(externalIds)
