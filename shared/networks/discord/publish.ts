/** Messages: out, found again, removed. */

import { createHash } from 'node:crypto'
import * as z from 'zod'
import { isGone } from '../http/index.ts'
import type { ChannelCall, Content, FindCall, Found, Live, Media, Outcome, PublishCall, Removal } from '../network.ts'
import { fingerprint } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import {
  type Credentials,
  call,
  discord,
  isBot,
  type Message,
  message,
  partsOf,
  placeOf,
  type Settings,
  snowflakeAt,
} from './api.ts'
import { pollHours } from './facts.ts'
import { options } from './review.ts'
import { discordTexts } from './texts.ts'

/** 25 characters at most; the same for every attempt of a publication. */
const nonceOf = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 25)

export async function publish(publication: PublishCall<Credentials, Settings>): Promise<Outcome> {
  const { content, settings } = publication
  const as = publication.credentials.current()
  const media = content.parts[0]?.media ?? []
  const wished = options.parse(content.options)
  const body = bodyOf(content)
  const forum = settings.forum === true
  const own = isBot(as) && !forum ? { nonce: nonceOf(publication.key), enforce_nonce: true } : {}
  const json = isBot(as)
    ? forum
      ? { name: wished.title, message: body }
      : { ...body, ...own }
    : { ...body, ...(wished.title === undefined ? {} : { thread_name: wished.title }) }
  const path = isBot(as)
    ? `/channels/${as.channelId}/${forum ? 'threads' : 'messages'}`
    : `/webhooks/${as.webhookId}/${as.webhookToken}?wait=true`
  const sent = media.length === 0 ? { json } : { form: await withFiles(json, media) }
  await publication.begin('message')
  const tried = await call(publication, as, { method: 'POST', path, ...sent })
  if (tried.refusal !== undefined) return tried.refusal
  const place = placeIn(tried.answer.json(), forum && isBot(as))
  if (place === undefined) return { kind: 'unknown', message: networkTexts.unreadable({ network: 'Discord' }) }
  return { kind: 'accepted', ...liveOf(as, place) }
}

const made = z.object({ id: z.string(), channel_id: z.string().optional() })

/** A post in a forum is a thread, and its first message has the thread's id. */
function placeIn(answer: unknown, thread: boolean): string | undefined {
  const parsed = made.safeParse(answer)
  if (!parsed.success) return undefined
  const { id, channel_id: channelId } = parsed.data
  return placeOf(thread ? id : (channelId ?? ''), id)
}

function liveOf(as: Credentials, externalId: string): Live {
  const { channelId, messageId } = partsOf(externalId)
  return isBot(as)
    ? { externalId, url: `https://discord.com/channels/${as.guildId}/${channelId}/${messageId}` }
    : { externalId }
}

function bodyOf(content: Content): Record<string, unknown> {
  const wished = options.parse(content.options)
  const [part = { text: '', media: [] }] = content.parts
  const { embed, poll } = wished
  return {
    ...(part.text === '' ? {} : { content: part.text }),
    // nothing rings unless somebody asked for it
    allowed_mentions: { parse: wished.mentions === 'everyone' ? ['everyone', 'roles', 'users'] : [] },
    ...(embed === undefined
      ? {}
      : {
          embeds: [
            {
              ...(embed.title === undefined ? {} : { title: embed.title }),
              ...(embed.description === undefined ? {} : { description: embed.description }),
              ...(embed.url === undefined ? {} : { url: embed.url }),
              ...(embed.colour === undefined ? {} : { color: embed.colour }),
              ...(embed.footer === undefined ? {} : { footer: { text: embed.footer } }),
            },
          ],
        }),
    ...(poll === undefined
      ? {}
      : {
          poll: {
            question: { text: poll.question },
            answers: poll.options.map((text) => ({ poll_media: { text } })),
            duration: Math.min(pollHours.max, Math.max(pollHours.min, Math.ceil(poll.minutes / 60))),
            allow_multiselect: poll.multiple ?? false,
          },
        }),
    ...(part.media.length === 0
      ? {}
      : {
          attachments: part.media.map((one, i) => ({
            id: i,
            filename: fileName(one, i, wished.sensitive === true),
            ...(one.alt === '' ? {} : { description: one.alt }),
          })),
        }),
  }
}

/** Discord hides a file behind a blur by its name. */
const fileName = (one: Media, i: number, hidden: boolean) =>
  `${hidden ? 'SPOILER_' : ''}media${i}.${one.mime.split('/')[1] ?? 'bin'}`

async function withFiles(json: unknown, media: readonly Media[]): Promise<FormData> {
  const form = new FormData()
  form.set('payload_json', JSON.stringify(json))
  for (const [i, one] of media.entries())
    form.set(`files[${i}]`, new Blob([new Uint8Array(await one.read())], { type: one.mime }), fileName(one, i, false))
  return form
}

/**
 * A bot reads what stands in its channel since the attempt began: ids are instants, and a message that was taken is there
 * at once. A webhook can read nothing, and a person is asked.
 */
export async function find(lost: FindCall<Credentials, Settings>): Promise<Found> {
  const as = lost.credentials.current()
  if (!isBot(as)) return { kind: 'unable', message: discordTexts.webhookCannotRead() }
  const since = snowflakeAt(lost.since - 2_000)
  const read =
    lost.settings.forum === true
      ? await topicsSince(lost, as, since)
      : await messagesSince(lost, as, as.channelId, since)
  if (!Array.isArray(read)) return read
  const text = fingerprint(lost.content.parts[0]?.text ?? '')
  const files = lost.content.parts[0]?.media.length ?? 0
  for (const one of read) {
    const same = one.author.id === as.botId && fingerprint(one.content) === text && one.attachments.length === files
    const place = placeOf(one.channel_id, one.id)
    if (same && !(await lost.taken(place))) return { kind: 'found', ...liveOf(as, place) }
  }
  return { kind: 'absent' }
}

type Call = ChannelCall<Credentials, Settings>
type Unable = Extract<Found, { kind: 'unable' }>
const unreadable: Unable = { kind: 'unable', message: networkTexts.unreadable({ network: 'Discord' }) }

/** Oldest first. */
async function messagesSince(
  lost: Call,
  as: Credentials,
  channelId: string,
  since: string,
): Promise<Message[] | Unable> {
  const path = `/channels/${channelId}/messages?after=${since}&limit=100`
  const tried = await call(lost, as, { method: 'GET', path }, { visible: false })
  if (tried.refusal !== undefined) return { kind: 'unable', message: tried.refusal.message }
  const parsed = z.array(message).safeParse(tried.answer.json())
  if (!parsed.success) return unreadable
  if (parsed.data.length === 100) return { kind: 'unable', message: discordTexts.tooMuchSinceHere() }
  return parsed.data.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
}

const threads = z.object({ threads: z.array(z.object({ id: z.string(), parent_id: z.string().nullish() })) })

async function topicsSince(
  lost: Call,
  as: Extract<Credentials, { botToken: string }>,
  since: string,
): Promise<Message[] | Unable> {
  const tried = await call(
    lost,
    as,
    { method: 'GET', path: `/guilds/${as.guildId}/threads/active` },
    { visible: false },
  )
  if (tried.refusal !== undefined) return { kind: 'unable', message: tried.refusal.message }
  const parsed = threads.safeParse(tried.answer.json())
  if (!parsed.success) return unreadable
  const found: Message[] = []
  for (const { id, parent_id: parent } of parsed.data.threads) {
    if (parent !== as.channelId || BigInt(id) < BigInt(since)) continue
    const messages = await messagesSince(lost, as, id, since)
    if (!Array.isArray(messages)) return messages
    found.push(...messages.filter((one) => one.id === id))
  }
  return found
}

export async function remove(channel: Call, { externalId }: Live): Promise<Removal> {
  const as = channel.credentials.current()
  const { channelId, messageId } = partsOf(externalId)
  const path = !isBot(as)
    ? `/webhooks/${as.webhookId}/${as.webhookToken}/messages/${messageId}`
    : channelId === messageId
      ? `/channels/${channelId}`
      : `/channels/${channelId}/messages/${messageId}`
  const tried = await call(channel, as, { method: 'DELETE', path })
  if (tried.refusal !== undefined && !isGone(discord, tried.answer)) return tried.refusal
  return { kind: 'deleted' }
}
