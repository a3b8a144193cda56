/** Messages of the channel: out, and away again. */

import * as z from 'zod'
import { isGone } from '../http/index.ts'
import type { ChannelCall, Live, Media, Outcome, PublishCall, Removal } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, call, message, result, type Settings, telegram } from './api.ts'
import { options } from './review.ts'

type Call = PublishCall<Credentials, Settings>

/** Telegram has no key of ours, and bots read no history: an answer that is lost is settled by a person. */
export async function publish(publication: Call): Promise<Outcome> {
  const { content } = publication
  const [part = { text: '', media: [] }] = content.parts
  const sent = await messageOf(publication, part.text, part.media)
  await publication.begin('message')
  const as = publication.credentials.current()
  const tried = await call(publication, as, sent.method, sent)
  if (tried.refusal !== undefined) return tried.refusal
  const answer = result(z.union([z.array(message), message])).safeParse(tried.answer.json())
  const [first, ...rest] = answer.success ? [answer.data.result].flat() : []
  if (first === undefined) return { kind: 'unknown', message: networkTexts.unreadable({ network: 'Telegram' }) }
  const ids = [first, ...rest].map((one) => String(one.message_id))
  return {
    kind: 'accepted',
    externalId: String(first.message_id),
    url: publication.account.url === undefined ? undefined : `${publication.account.url}/${first.message_id}`,
    // an album is as many messages as it has pictures
    ...(ids.length > 1 ? { parts: ids } : {}),
  }
}

async function messageOf({ content, settings, credentials }: Call, text: string, media: readonly Media[]) {
  const wished = options.parse(content.options)
  const common = {
    chat_id: credentials.current().chatId,
    disable_notification: wished.silent ?? settings.silent ?? false,
    protect_content: wished.protect ?? false,
  }
  const [only] = media
  if (only === undefined)
    return {
      method: 'sendMessage',
      json: {
        ...common,
        text,
        ...(wished.linkPreview === undefined ? {} : { link_preview_options: previews[wished.linkPreview] }),
      },
    }
  const spoiler = wished.spoiler === true ? { has_spoiler: true } : {}
  const form = new FormData()
  for (const [name, value] of Object.entries(common)) form.set(name, String(value))
  if (media.length === 1) {
    if (text !== '') form.set('caption', text)
    if (wished.spoiler === true) form.set('has_spoiler', 'true')
    const kind = only.kind === 'video' ? 'video' : 'photo'
    form.set(kind, await file(only), nameOf(only, 0))
    return { method: kind === 'video' ? 'sendVideo' : 'sendPhoto', form }
  }
  const items = media.map((one, i) => ({
    type: one.kind === 'video' ? 'video' : 'photo',
    media: `attach://file${i}`,
    ...(i === 0 && text !== '' ? { caption: text } : {}),
    ...spoiler,
  }))
  form.set('media', JSON.stringify(items))
  for (const [i, one] of media.entries()) form.set(`file${i}`, await file(one), nameOf(one, i))
  return { method: 'sendMediaGroup', form }
}

const previews = {
  none: { is_disabled: true },
  small: { prefer_small_media: true },
  large: { prefer_large_media: true },
  above: { show_above_text: true },
} as const

const file = async (one: Media) => new Blob([new Uint8Array(await one.read())], { type: one.mime })
const nameOf = (one: Media, i: number) => `media${i}.${one.mime.split('/')[1] ?? 'bin'}`

/** Its own messages, whenever they were written, where the bot may post: the 48 hours are for other chats. */
export async function remove(channel: ChannelCall<Credentials, Settings>, live: Live): Promise<Removal> {
  const as = channel.credentials.current()
  for (const id of live.parts ?? [live.externalId]) {
    const tried = await call(channel, as, 'deleteMessage', { json: { chat_id: as.chatId, message_id: Number(id) } })
    if (tried.refusal === undefined || isGone(telegram, tried.answer)) continue
    return tried.refusal
  }
  return { kind: 'deleted' }
}
