/** What is written in the channel, by polling; answers; reactions. Ordinary messages are sent to no HTTP hook. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { errorOf, isGone, read } from '../http/index.ts'
import { items, timestamp } from '../items.ts'
import type {
  ActCall,
  Acted,
  Attachment,
  ChannelCall,
  CounterName,
  Counters,
  InboundEvent,
  Polled,
} from '../network.ts'
import { networkTexts } from '../texts.ts'
import {
  type Bot,
  type Credentials,
  call,
  discord,
  isBot,
  type Message,
  message,
  partsOf,
  placeOf,
  request,
  type Settings,
  snowflakeAt,
} from './api.ts'
import { discordTexts } from './texts.ts'

type Call = ChannelCall<Credentials, Settings>

const active = z.object({
  threads: z.array(
    z.object({ id: z.string(), parent_id: z.string().nullish(), last_message_id: z.string().nullish() }),
  ),
})
const pageSize = 100

/** The cursor is the highest id that was seen: ids are instants, the same clock for every channel. */
export async function poll(channel: Call, cursor: string | undefined): Promise<Polled> {
  const as = channel.credentials.current()
  if (cursor === undefined) return { events: [], cursor: snowflakeAt(channel.clock.now()), more: false }
  if (!isBot(as)) return { events: [], cursor, more: false }
  const places =
    channel.settings.forum === true
      ? await threadsSince(channel, as, cursor)
      : [as.channelId, ...(await threadsSince(channel, as, cursor))]
  const found: Message[] = []
  /** Where pages were full: up to the lowest of their ends everything is known. */
  const ends: bigint[] = []
  for (const place of places) {
    const page = await messagesAfter(channel, as, place, cursor)
    found.push(...page.messages)
    // what comes after a full page is read next time: nothing beyond it may be taken for seen
    if (page.full)
      ends.push(
        page.messages
          .map(({ id }) => BigInt(id))
          .sort(byAge)
          .at(-1) ?? BigInt(cursor),
      )
  }
  const more = ends.length > 0
  const newest = more
    ? cursor
    : found.reduce((highest, one) => (BigInt(one.id) > BigInt(highest) ? one.id : highest), cursor)
  const until = String(ends.sort(byAge)[0] ?? newest)
  const told = found.filter((one) => BigInt(one.id) <= BigInt(until))
  const events = told.sort((a, b) => byAge(BigInt(a.id), BigInt(b.id))).flatMap((one) => eventOf(channel, as, one))
  return { events, cursor: until, more }
}

const byAge = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0)

async function threadsSince(channel: Call, as: Bot, since: string): Promise<string[]> {
  const found = await get(channel, as, `/guilds/${as.guildId}/threads/active`, active)
  return found.threads.flatMap(({ id, parent_id: parent, last_message_id: last }) =>
    parent === as.channelId && last != null && BigInt(last) > BigInt(since) ? [id] : [],
  )
}

const readable = message.extend({ id: z.string().regex(/^\d+$/), timestamp })

async function messagesAfter(channel: Call, as: Bot, place: string, after: string) {
  const path = `/channels/${place}/messages?after=${after}&limit=${pageSize}`
  const page = await get(channel, as, path, z.array(z.unknown()))
  return { messages: items(readable).parse(page), full: page.length >= pageSize }
}

async function get<T>(channel: Call, as: Bot, path: string, schema: z.ZodType<T>): Promise<T> {
  const tried = await call(channel, as, { method: 'GET', path }, { visible: false })
  if (tried.refusal !== undefined) throw errorOf(tried.refusal, channel.clock.now())
  const parsed = schema.safeParse(tried.answer.json())
  if (parsed.success) return parsed.data
  throw new AppError('unavailable', 'network_failed', networkTexts.unreadable({ network: 'Discord' }), {
    cause: parsed.error,
  })
}

function eventOf({ settings }: Call, as: Bot, one: Message): InboundEvent[] {
  if (one.author.id === as.botId || one.author.bot === true) return []
  const answered = one.message_reference?.message_id
  const inThread = one.channel_id !== as.channelId
  const mentioned = one.mentions.some(({ id }) => id === as.botId)
  const isComment = answered !== undefined || inThread
  if (!isComment && !mentioned && settings.everything !== true) return []
  // what stands in a thread is under the message (or the forum's post) that has the thread's id
  const post = inThread ? placeOf(settings.forum === true ? one.channel_id : as.channelId, one.channel_id) : undefined
  const parent = answered === undefined ? post : placeOf(one.message_reference?.channel_id ?? one.channel_id, answered)
  const picture =
    one.author.avatar == null
      ? undefined
      : `https://cdn.discordapp.com/avatars/${one.author.id}/${one.author.avatar}.png`
  return [
    {
      kind: isComment ? 'comment' : 'mention',
      action: 'created',
      externalId: placeOf(one.channel_id, one.id),
      at: Date.parse(one.timestamp),
      text: one.content,
      url: `https://discord.com/channels/${as.guildId}/${one.channel_id}/${one.id}`,
      author: {
        externalId: one.author.id,
        handle: one.author.username,
        name: one.author.global_name || one.author.username,
        picture,
      },
      attachments: [
        ...one.attachments.map(attachmentOf),
        ...(one.sticker_items ?? []).map(({ name }): Attachment => ({ kind: 'sticker', name })),
      ],
      ...(parent === undefined ? {} : { parentExternalId: parent, postExternalId: post ?? parent }),
    },
  ]
}

function attachmentOf({ url, filename, content_type: type }: Message['attachments'][number]): Attachment {
  const [sort] = (type ?? '').split('/')
  const kind = sort === 'image' || sort === 'video' || sort === 'audio' ? sort : 'file'
  return { kind, url, ...(filename === undefined ? {} : { name: filename }) }
}

export async function act(channel: ActCall<Credentials, Settings>): Promise<Acted> {
  const as = channel.credentials.current()
  const { action, target, key } = channel
  if (!isBot(as))
    return {
      kind: 'rejected',
      reason: 'permission',
      message: discordTexts.webhookOnlyWrites(),
    }
  const { channelId, messageId } = partsOf(target.externalId)
  if (action.name !== 'reply') {
    const tried = await call(channel, as, { method: 'DELETE', path: `/channels/${channelId}/messages/${messageId}` })
    return tried.refusal === undefined || isGone(discord, tried.answer) ? { kind: 'done' } : tried.refusal
  }
  const tried = await call(channel, as, {
    method: 'POST',
    path: `/channels/${channelId}/messages`,
    json: {
      content: action.text,
      message_reference: { message_id: messageId, fail_if_not_exists: true },
      allowed_mentions: { parse: [], replied_user: true },
      nonce: key.slice(-25),
      enforce_nonce: true,
    },
  })
  if (tried.refusal !== undefined) return tried.refusal
  const sent = message.pick({ id: true, channel_id: true }).safeParse(tried.answer.json()).data
  return { kind: 'done', externalId: sent === undefined ? undefined : placeOf(sent.channel_id, sent.id) }
}

export const counters: readonly CounterName[] = ['likes']

/** Reactions of every kind, together. A webhook's messages can be read by their webhook, but not their reactions. */
export async function measure(channel: Call, externalIds: readonly string[]): Promise<ReadonlyMap<string, Counters>> {
  const as = channel.credentials.current()
  const found = new Map<string, Counters>()
  if (!isBot(as)) return found
  for (const externalId of externalIds) {
    const { channelId, messageId } = partsOf(externalId)
    const one = await read(
      discord,
      channel,
      request(channel.app, as, 'GET', `/channels/${channelId}/messages/${messageId}`),
      message,
    )
    if (one === undefined) continue
    found.set(
      externalId,
      one.reactions === undefined ? {} : { likes: one.reactions.reduce((sum, { count }) => sum + count, 0) },
    )
  }
  return found
}
