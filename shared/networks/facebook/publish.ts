/** Posts of a Page: sending, finding again, removing. */
import * as z from 'zod'
import { byTheirClock } from '../http/index.ts'
import type { ChannelCall, FindCall, Found, Live, Media, Outcome, PublishCall, Removal } from '../network.ts'
import { findLinks } from '../text/index.ts'
import { attempt, type Credentials, isGone } from './api.ts'
import type { Settings } from './connect.ts'
import { unconfirmed } from './facts.ts'
import { options } from './review.ts'

const checkpoint = z.object({
  /** Position of the photo → its id on Facebook and when it was uploaded. */
  photos: z.record(z.string(), z.object({ id: z.string(), at: z.number() })).default({}),
})
type Progress = z.infer<typeof checkpoint>

const created = z.object({ id: z.string() })

/**
 * Photos are uploaded unpublished, one photo too: so the one visible call is short, and a lost answer can be told by the
 * photos' ids. https://developers.facebook.com/docs/graph-api/reference/page/feed
 */
export async function publish(call: PublishCall<Credentials, Settings>): Promise<Outcome> {
  const as = call.credentials.current()
  const progress = checkpoint.parse(call.checkpoint ?? {})
  const [part] = call.content.parts
  if (part === undefined || call.content.parts.length > 1)
    return { kind: 'rejected', reason: 'invalid', message: 'Facebook has no threads: a post has exactly one part.' }
  for (const [position, media] of part.media.entries()) {
    const stopped = await upload(call, media, slot(position, media), progress)
    if (stopped !== undefined) return stopped
  }
  const photos = part.media.flatMap((media, position) => progress.photos[slot(position, media)]?.id ?? [])
  const link = photos.length > 0 ? undefined : linkOf(part.text, call.content.options)
  const form = {
    ...(part.text === '' ? {} : { message: part.text }),
    ...(link === undefined ? {} : { link }),
    ...(photos.length === 0 ? {} : { attached_media: JSON.stringify(photos.map((id) => ({ media_fbid: id }))) }),
  }
  await call.begin('post')
  const tried = await attempt(call, as, { method: 'POST', path: `/${as.pageId}/feed`, form })
  if ('refusal' in tried) return tried.refusal
  const post = created.safeParse(tried.answer.json())
  if (!post.success) return { kind: 'unknown', message: 'Facebook answered something that Parvis cannot read.' }
  return { kind: 'accepted', externalId: post.data.id, url: urlOf(post.data.id) }
}

const slot = (position: number, media: Media) => `${position} ${media.id}`

async function upload(
  call: PublishCall<Credentials, Settings>,
  media: Media,
  at: string,
  progress: Progress,
): Promise<Outcome | undefined> {
  const now = call.clock.now()
  const known = progress.photos[at]
  if (known !== undefined && now - known.at < unconfirmed.photoLivesMs) return undefined
  const as = call.credentials.current()
  const form = new FormData()
  form.set('published', 'false')
  if (media.alt !== '') form.set('alt_text_custom', media.alt)
  form.set(
    'source',
    new Blob([new Uint8Array(await media.read())], { type: media.mime }),
    `${media.id}.${media.mime.split('/')[1] ?? 'bin'}`,
  )
  const tried = await attempt(
    call,
    as,
    { method: 'POST', path: `/${as.pageId}/photos`, form, timeoutMs: 60_000 },
    false,
  )
  if ('refusal' in tried) return tried.refusal
  const photo = created.safeParse(tried.answer.json())
  if (!photo.success)
    return { kind: 'transient', message: 'Facebook answered an upload with something that Parvis cannot read.' }
  progress.photos[at] = { id: photo.data.id, at: now }
  await call.saveCheckpoint({ ...progress })
  return undefined
}

/** Facebook shows a preview only of what is named as link: people expect the first one of the text. */
function linkOf(text: string, given: Readonly<Record<string, unknown>>): string | undefined {
  const { link } = options.parse(given)
  if (link === false) return undefined
  return link ?? findLinks(text)[0]?.url
}

const urlOf = (id: string) => `https://www.facebook.com/${id}`

const target = z.object({ target: z.object({ id: z.string().optional() }).optional() })
const listed = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      message: z.string().default(''),
      created_time: z.string(),
      permalink_url: z.string().optional(),
      attachments: z
        .object({ data: z.array(target.extend({ subattachments: z.object({ data: z.array(target) }).optional() })) })
        .optional()
        .catch(undefined),
    }),
  ),
  paging: z.object({ cursors: z.object({ after: z.string() }).optional(), next: z.string().optional() }).optional(),
})
type Listed = z.infer<typeof listed>['data'][number]

const pagesRead = 5

/**
 * Reads what the Page published since the attempt began and compares: photos by their ids, which only this publication
 * has, else the text. Facebook promises nowhere that a post is in this list as soon as it exists, and knows no key:
 * "absent" is therefore no proof, and a person decides.
 */
export async function find(call: FindCall<Credentials, Settings>): Promise<Found> {
  const as = call.credentials.current()
  const photos = Object.values(checkpoint.parse(call.checkpoint ?? {}).photos).map((photo) => photo.id)
  const [part] = call.content.parts
  const text = fingerprint(part?.text ?? '')
  let after: string | undefined
  for (let page = 0; page < pagesRead; page++) {
    const query = {
      fields: 'id,message,created_time,permalink_url,attachments{target,subattachments}',
      limit: '50',
      // A day more than needed: the exact bound is applied below, by Facebook's own clock.
      since: String(Math.floor(call.since / 1000) - 86_400),
      ...(after === undefined ? {} : { after }),
    }
    const tried = await attempt(call, as, { method: 'GET', path: `/${as.pageId}/published_posts`, query }, false)
    if ('refusal' in tried) return { kind: 'unable', message: tried.refusal.message }
    const parsed = listed.safeParse(tried.answer.json())
    if (!parsed.success) return { kind: 'unable', message: 'Facebook answered something that Parvis cannot read.' }
    const from = byTheirClock(call.since, call.clock.now(), tried.answer.headers)
    // Newest first; of two that match, the one that came first is the attempt's.
    for (const post of parsed.data.data.filter((one) => Date.parse(one.created_time) >= from).reverse())
      if (fingerprint(post.message) === text && samePhotos(post, photos) && !(await call.taken(post.id)))
        return { kind: 'found', externalId: post.id, url: post.permalink_url ?? urlOf(post.id) }
    const last = parsed.data.data.at(-1)
    after = parsed.data.paging?.cursors?.after
    if (
      last === undefined ||
      after === undefined ||
      parsed.data.paging?.next === undefined ||
      Date.parse(last.created_time) < from
    )
      return { kind: 'absent' }
  }
  return { kind: 'unable', message: 'The Page published too much since then to look through.' }
}

const fingerprint = (text: string) => text.normalize('NFC').replace(/\s+/gu, ' ').trim()

/** Where Facebook does not tell what is attached, the text alone decides. */
function samePhotos(post: Listed, photos: readonly string[]): boolean {
  const attached = (post.attachments?.data ?? []).flatMap((one) => [one, ...(one.subattachments?.data ?? [])])
  const ids = attached.flatMap((one) => one.target?.id ?? [])
  if (photos.length === 0) return true
  return ids.length === 0 ? post.message !== '' : photos.some((id) => ids.includes(id))
}

export async function remove(call: ChannelCall<Credentials, Settings>, live: Live): Promise<Removal> {
  const tried = await attempt(call, call.credentials.current(), {
    method: 'DELETE',
    path: `/${encodeURIComponent(live.externalId)}`,
  })
  return 'refusal' in tried && !isGone(tried) ? tried.refusal : { kind: 'deleted' }
}
