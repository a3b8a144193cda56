/** From a bot's token and a chat to a channel whose updates come in. */

import * as z from 'zod'
import { said } from '../../i18n/index.ts'
import { AppError } from '../../kernel/errors.ts'
import { ask, errorOf } from '../http/index.ts'
import { idText } from '../json.ts'
import type { ChannelCall, ChannelCounters, Connected, NetworkTools } from '../network.ts'
import { type Credentials, call, request, result, type Settings, settings, telegram } from './api.ts'
import { allowedUpdates } from './facts.ts'
import { telegramTexts } from './texts.ts'

export const credentialsInput = z.object({
  botToken: z
    .string()
    .trim()
    .regex(/^\d{1,20}:[\w-]{20,100}$/, said(telegramTexts.badToken()))
    .meta({ description: 'From @BotFather' }),
  chatId: z
    .string()
    .trim()
    .regex(/^(@\w{4,32}|-?\d{1,20})$/, said(telegramTexts.badChat()))
    .meta({ description: 'The channel’s @name, or its number', example: '@boulangerieduport' }),
})

const me = z.object({ id: z.number(), username: z.string() })
const chat = z.object({
  id: idText,
  type: z.string(),
  title: z.string().optional(),
  username: z.string().optional(),
  linked_chat_id: z.optional(idText),
})
const member = z.object({ status: z.string(), can_post_messages: z.boolean().optional() })

export async function connect(
  tools: NetworkTools,
  input: unknown,
  wishes: unknown,
): Promise<Connected<Credentials, Settings>> {
  const { botToken, chatId } = credentialsInput.parse(input)
  const get = async <T>(method: string, schema: z.ZodType<T>, json: unknown = {}): Promise<T> =>
    (await ask(telegram, tools, request(tools.app, botToken, method, { json }), result(schema))).result
  const bot = await get('getMe', me)
  const found = await get('getChat', chat, { chat_id: chatId })
  const rights = await get('getChatMember', member, { chat_id: found.id, user_id: bot.id })
  const posts =
    rights.status === 'creator' ||
    (rights.status === 'administrator' && (found.type !== 'channel' || rights.can_post_messages === true))
  if (!posts)
    throw new AppError(
      'unprocessable',
      'permission_missing',
      telegramTexts.cannotPost({ bot: bot.username, chat: found.title ?? chatId }),
    )
  const botId = String(bot.id)
  return {
    account: {
      externalId: found.id,
      // comments are written in the linked group, messages to the bot itself
      alsoKnownAs: [...(found.linked_chat_id === undefined ? [] : [found.linked_chat_id]), botId],
      handle: found.username === undefined ? (found.title ?? chatId) : `@${found.username}`,
      name: found.title ?? chatId,
      url: found.username === undefined ? undefined : `https://t.me/${found.username}`,
    },
    credentials: { botToken, botId, chatId: found.id },
    settings: settings.parse(wishes),
  }
}

/** One bot has one hook, whatever channels it serves: done again, it changes nothing. */
export async function attach(tools: NetworkTools, { credentials }: Connected<Credentials, Settings>): Promise<void> {
  const { url, secret } = await tools.hook(credentials.botId)
  await ask(
    telegram,
    tools,
    request(tools.app, credentials.botToken, 'setWebhook', {
      json: { url, secret_token: secret, allowed_updates: allowedUpdates, max_connections: 20 },
    }),
    result(z.literal(true)),
  )
}

export async function measureChannel(channel: ChannelCall<Credentials, Settings>): Promise<ChannelCounters> {
  const as = channel.credentials.current()
  const tried = await call(channel, as, 'getChatMemberCount', { json: { chat_id: as.chatId } }, { visible: false })
  if (tried.refusal !== undefined) throw errorOf(tried.refusal, channel.clock.now())
  const followers = result(z.number().int()).safeParse(tried.answer.json()).data?.result
  return followers === undefined ? {} : { followers }
}
