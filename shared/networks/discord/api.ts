/** Calls to Discord: the shapes that are read, and what its errors mean. */

import * as z from 'zod'
import { attempt, type HttpAnswer, type HttpRequest, type Meaning, type Platform, type Tried } from '../http/index.ts'
import type { AppConfig, NetworkTools, Refused } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { apiUrl, codes, epoch, title } from './facts.ts'
import { discordTexts } from './texts.ts'

export const credentials = z.union([
  z.object({ botToken: z.string(), botId: z.string(), channelId: z.string(), guildId: z.string() }),
  /** A webhook writes, and can do nothing else. */
  z.object({ webhookId: z.string(), webhookToken: z.string(), channelId: z.string() }),
])
export type Credentials = z.infer<typeof credentials>
export type Bot = Extract<Credentials, { botToken: string }>

export const settings = z.object({
  everything: z
    .boolean()
    .optional()
    .meta({ description: 'Every message of the channel comes in, not only answers and mentions' }),
  /** Found out when connecting: a forum takes posts with a title. */
  forum: z.boolean().optional(),
})
export type Settings = z.infer<typeof settings>

const failure = z.object({
  code: z.number().optional(),
  message: z.string(),
  retry_after: z.number().optional(),
  global: z.boolean().optional(),
  errors: z.unknown().optional(),
})
const failureIn = (answer: HttpAnswer) => failure.safeParse(answer.json()).data

export const discord: Platform = {
  title,
  words: (answer) => {
    const found = failureIn(answer)
    return found && `${found.message}${found.errors === undefined ? '' : ` ${JSON.stringify(found.errors)}`}`
  },
  refusal,
  gone: (answer) => answer.status === 404 && codes.gone.has(failureIn(answer)?.code ?? 0),
}

function refusal(answer: HttpAnswer, now: number): Refused | undefined {
  const found = failureIn(answer)
  if (found === undefined) return undefined
  const words = networkTexts.quoted({ words: found.message })
  if (answer.status === 429 && found.retry_after !== undefined)
    return {
      kind: 'limited',
      until: now + Math.ceil(found.retry_after * 1000),
      scope: found.global === true ? 'app' : 'channel',
      reason: 'rate',
      message: discordTexts.asksToWaitSeconds({ seconds: Math.ceil(found.retry_after), words }),
    }
  if (codes.policy.has(found.code ?? 0))
    return {
      kind: 'rejected',
      reason: 'policy',
      message: discordTexts.blockedByServer({ words }),
    }
  if (codes.permission.has(found.code ?? 0))
    return {
      kind: 'rejected',
      reason: 'permission',
      message: discordTexts.notAllowedHere({ words }),
    }
  return undefined
}

export const base = (app: AppConfig): string => app.apiUrl ?? apiUrl
export const isBot = (as: Credentials): as is Bot => 'botToken' in as

/** `path` below the version. A webhook's token travels in the path. */
export function request(
  app: AppConfig,
  as: Credentials,
  method: HttpRequest['method'],
  path: string,
  body: Pick<HttpRequest, 'json' | 'form'> = {},
): HttpRequest {
  return {
    method,
    url: `${base(app)}${path}`,
    headers: { accept: 'application/json', ...(isBot(as) ? { authorization: `Bot ${as.botToken}` } : {}) },
    ...(isBot(as) ? {} : { secrets: [as.webhookToken] }),
    ...body,
    ...(body.form === undefined ? {} : { timeoutMs: 90_000 }),
  }
}

export const call = (
  tools: Pick<NetworkTools, 'http' | 'signal' | 'clock' | 'app'>,
  as: Credentials,
  given: {
    readonly method: HttpRequest['method']
    readonly path: string
    readonly json?: unknown
    readonly form?: FormData
  },
  meaning: Meaning = {},
): Promise<Tried> => {
  const { method, path, ...body } = given
  return attempt(discord, tools, request(tools.app, as, method, path, body), meaning)
}

export const message = z.object({
  id: z.string(),
  channel_id: z.string(),
  content: z.string(),
  timestamp: z.string(),
  edited_timestamp: z.string().nullish(),
  author: z.object({
    id: z.string(),
    username: z.string(),
    global_name: z.string().nullish(),
    avatar: z.string().nullish(),
    bot: z.boolean().optional(),
  }),
  mentions: z.array(z.object({ id: z.string() })).catch([]),
  message_reference: z.object({ message_id: z.string().optional(), channel_id: z.string().optional() }).nullish(),
  attachments: z
    .array(z.object({ url: z.string(), filename: z.string().optional(), content_type: z.string().nullish() }))
    .catch([]),
  sticker_items: z.array(z.object({ name: z.string().optional() })).optional(),
  reactions: z.array(z.object({ count: z.number() })).optional(),
})
export type Message = z.infer<typeof message>

/** Where a message is, as one id: threads are channels of their own. */
export const placeOf = (channelId: string, messageId: string) => `${channelId}/${messageId}`

export function partsOf(externalId: string): { readonly channelId: string; readonly messageId: string } {
  const [channelId = '', messageId = ''] = externalId.split('/')
  return { channelId, messageId }
}

/** The smallest id that anything written at this instant (ms) can have. */
export const snowflakeAt = (at: number): string => String((BigInt(Math.max(0, Math.floor(at))) - epoch) << 22n)
