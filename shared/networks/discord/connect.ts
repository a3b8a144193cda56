/** From a bot in a channel, or a webhook, to a channel of ours. */

import * as z from 'zod'
import { said } from '../../i18n/index.ts'
import { AppError } from '../../kernel/errors.ts'
import { ask, read } from '../http/index.ts'
import type { ChannelCall, ChannelCounters, Connected, NetworkTools } from '../network.ts'
import { type Credentials, discord, isBot, request, type Settings } from './api.ts'
import { forumTypes } from './facts.ts'
import { discordTexts } from './texts.ts'

const id = z
  .string()
  .trim()
  .regex(/^\d{17,20}$/, said(discordTexts.badId()))
const webhookPath = /^\/api(?:\/v\d+)?\/webhooks\/(\d{17,20})\/([\w-]{20,100})$/

export const credentialsInput = z.union([
  z.strictObject({
    botToken: z.string().trim().min(20).max(200).meta({ description: '“Bot” → “Token” of the application' }),
    channelId: id.meta({ description: 'The channel to write in' }),
  }),
  z.strictObject({
    webhookUrl: z
      .url()
      .refine((url) => webhookPath.test(URL.parse(url)?.pathname ?? ''), said(discordTexts.badWebhook()))
      .meta({ description: 'Channel settings → “Integrations” → “Webhooks” → “Copy URL”' }),
  }),
])
export const settingsInput = z.object({
  everything: z.boolean().optional().meta({ description: 'Every message of the channel comes in' }),
})

const user = z.object({ id: z.string(), username: z.string() })
const channel = z.object({
  id: z.string(),
  type: z.number(),
  name: z.string().nullish(),
  guild_id: z.string().optional(),
})
const webhook = z.object({
  id: z.string(),
  name: z.string().nullish(),
  channel_id: z.string().nullish(),
  guild_id: z.string().nullish(),
})
const guild = z.object({ name: z.string().optional(), approximate_member_count: z.number().int().optional() })

export async function connect(
  tools: NetworkTools,
  input: unknown,
  wishes: unknown,
): Promise<Connected<Credentials, Settings>> {
  const given = credentialsInput.parse(input)
  const { everything } = settingsInput.parse(wishes)
  const chosen = everything === undefined ? {} : { everything }
  return 'webhookUrl' in given ? byWebhook(tools, given.webhookUrl, chosen) : byBot(tools, given, chosen)
}

async function byBot(
  tools: NetworkTools,
  { botToken, channelId }: { botToken: string; channelId: string },
  chosen: Settings,
): Promise<Connected<Credentials, Settings>> {
  const draft = { botToken, botId: '', channelId, guildId: '' }
  const get = <T>(path: string, schema: z.ZodType<T>) =>
    ask(discord, tools, request(tools.app, draft, 'GET', path), schema)
  const me = await get('/users/@me', user)
  const found = await get(`/channels/${channelId}`, channel)
  if (found.guild_id === undefined)
    throw new AppError('unprocessable', 'credentials_refused', discordTexts.notInServer())
  return {
    account: {
      externalId: found.id,
      handle: `#${found.name ?? found.id}`,
      name: found.name ?? found.id,
      url: `https://discord.com/channels/${found.guild_id}/${found.id}`,
    },
    credentials: { botToken, botId: me.id, channelId, guildId: found.guild_id },
    settings: { ...chosen, ...(forumTypes.includes(found.type) ? { forum: true } : {}) },
  }
}

async function byWebhook(
  tools: NetworkTools,
  address: string,
  chosen: Settings,
): Promise<Connected<Credentials, Settings>> {
  const [, webhookId = '', webhookToken = ''] = webhookPath.exec(new URL(address).pathname) ?? []
  const draft = { webhookId, webhookToken, channelId: '' }
  const found = await ask(
    discord,
    tools,
    request(tools.app, draft, 'GET', `/webhooks/${webhookId}/${webhookToken}`),
    webhook,
  )
  const channelId = found.channel_id ?? ''
  return {
    account: {
      // a channel may have several webhooks, and a bot besides
      externalId: `webhook-${found.id}`,
      handle: found.name ?? `webhook ${found.id}`,
      name: found.name ?? `Webhook ${found.id}`,
      ...(found.guild_id == null || channelId === ''
        ? {}
        : { url: `https://discord.com/channels/${found.guild_id}/${channelId}` }),
    },
    credentials: { webhookId, webhookToken, channelId },
    settings: chosen,
  }
}

export async function measureChannel(call: ChannelCall<Credentials, Settings>): Promise<ChannelCounters> {
  const as = call.credentials.current()
  if (!isBot(as)) return {}
  const found = await read(discord, call, request(call.app, as, 'GET', `/guilds/${as.guildId}?with_counts=true`), guild)
  return found?.approximate_member_count === undefined ? {} : { followers: found.approximate_member_count }
}
