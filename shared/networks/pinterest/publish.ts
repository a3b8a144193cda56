/** Pins: out, found again, removed. */

import * as z from 'zod'
import { attempt, byTheirClock, isGone } from '../http/index.ts'
import type { ChannelCall, FindCall, Found, Live, Media, Outcome, PublishCall, Removal } from '../network.ts'
import { renewing } from '../oauth/index.ts'
import { fingerprint } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, type Pin, pin, pinterest, pinUrl, type Settings } from './api.ts'
import { options } from './review.ts'
import { checkpoint, prepare, request } from './upload.ts'

const live = (id: string): Live => ({ externalId: id, url: pinUrl(id) })

export async function publish(call: PublishCall<Credentials, Settings>): Promise<Outcome> {
  const prepared = await renewing(call, async () => {
    const result = await prepare(call)
    return { result, refusal: result.kind === 'reauthorize' ? result : undefined }
  })
  if (!('result' in prepared)) return prepared.refusal
  const { result } = prepared
  if (result.kind === 'preparing') return { ...result, kind: 'processing' }
  if (result.kind !== 'prepared') return result
  const done = checkpoint.parse(result.checkpoint)
  if (done.pinId !== undefined) return { kind: 'accepted', ...live(done.pinId) }

  const body = await bodyOf(call, done.video?.mediaId)
  const tried = await renewing(call, async () => {
    await call.begin('pin')
    return attempt(pinterest, call, request(call, 'POST', '/pins', body))
  })
  if (tried.refusal !== undefined) return tried.refusal
  const made = z.object({ id: z.string() }).safeParse(tried.answer.json())
  if (!made.success) return { kind: 'unknown', message: networkTexts.unreadable({ network: 'Pinterest' }) }
  return { kind: 'accepted', ...live(made.data.id) }
}

async function bodyOf({ content, settings }: PublishCall<Credentials, Settings>, mediaId: string | undefined) {
  const wished = options.parse(content.options)
  const [part = { text: '', media: [] }] = content.parts
  const alt = part.media.map((one) => one.alt).find((one) => one !== '')
  return {
    board_id: wished.boardId ?? settings.boardId,
    ...(wished.boardSectionId === undefined ? {} : { board_section_id: wished.boardSectionId }),
    ...(wished.title === undefined ? {} : { title: wished.title }),
    ...(part.text === '' ? {} : { description: part.text }),
    ...(wished.link === undefined ? {} : { link: wished.link }),
    ...(alt === undefined ? {} : { alt_text: alt }),
    media_source:
      mediaId === undefined
        ? await imagesOf(part.media)
        : {
            source_type: 'video_id',
            media_id: mediaId,
            ...(content.cover === undefined
              ? { cover_image_key_frame_time: 0 }
              : {
                  cover_image_content_type: content.cover.mime,
                  cover_image_data: await base64(content.cover),
                }),
          },
  }
}

async function imagesOf(media: readonly Media[]) {
  const items = await Promise.all(
    media.map(async (one) => ({ content_type: one.mime, data: await base64(one), description: one.alt })),
  )
  const [only] = items
  if (items.length > 1) return { source_type: 'multiple_image_base64', items: items.map(withoutEmpty) }
  return { source_type: 'image_base64', content_type: only?.content_type, data: only?.data }
}

const withoutEmpty = ({ description, ...item }: { content_type: string; data: string; description: string }) =>
  description === '' ? item : { ...item, description }
const base64 = async (one: Media) => Buffer.from(await one.read()).toString('base64')

const page = z.object({ items: z.array(pin), bookmark: z.string().nullish() })

/** Newest first, as the list is answered; Pinterest does not say how soon a new pin is in it, so absence proves nothing. */
export async function find(call: FindCall<Credentials, Settings>): Promise<Found> {
  const [part = { text: '', media: [] }] = call.content.parts
  const wished = options.parse(call.content.options)
  const board = wished.boardId ?? call.settings.boardId
  const wanted = words(wished.title, part.text)
  const tried = await attempt(pinterest, call, request(call, 'GET', '/pins?page_size=100'), { visible: false })
  if (tried.refusal !== undefined) return { kind: 'unable', message: tried.refusal.message }
  const parsed = page.safeParse(tried.answer.json())
  if (!parsed.success) return { kind: 'unable', message: networkTexts.unreadableList({ network: 'Pinterest' }) }
  const since = byTheirClock(call.since, call.clock.now(), tried.answer.headers)
  const ours = parsed.data.items
    .filter((one) => timeOf(one) >= since - 1000 && (one.board_id ?? board) === board)
    .filter((one) => words(one.title, one.description) === wanted)
    .sort((a, b) => timeOf(a) - timeOf(b))
  for (const one of ours) if (!(await call.taken(one.id))) return { kind: 'found', ...live(one.id) }
  return { kind: 'absent' }
}

/** Times come without a zone; they are UTC. */
const timeOf = ({ created_at: at }: Pin) => Date.parse(/[zZ]|[+-]\d\d:\d\d$/.test(at) ? at : `${at}Z`)
const words = (...texts: readonly (string | null | undefined)[]) =>
  texts.map((text) => fingerprint(text ?? '')).join('\n')

export async function remove(call: ChannelCall<Credentials, Settings>, { externalId }: Live): Promise<Removal> {
  const path = `/pins/${encodeURIComponent(externalId)}`
  const tried = await renewing(call, () => attempt(pinterest, call, request(call, 'DELETE', path)))
  if (tried.refusal !== undefined && !('answer' in tried && isGone(pinterest, tried.answer))) return tried.refusal
  return { kind: 'deleted' }
}
