/** What is done before anything is visible: files, videos, and the cards of links. */

import * as z from 'zod'
import { readCard } from '../cards/index.ts'
import { surelyNot } from '../http/index.ts'
import type { Content, Part, Prepared } from '../network.ts'
import { fileKey, markOf } from '../sent.ts'
import { findLinks } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import { attempt } from './api.ts'
import { thumbBytes } from './facts.ts'
import { type Blob, checkpoint, keep, type Progress, type Uploading } from './progress.ts'
import { options } from './review.ts'
import { uploadVideo } from './video.ts'

const uploaded = z.object({ blob: z.record(z.string(), z.unknown()) })

/** A video takes the service about as long as it plays; files and other people's pages are read in seconds. */
export function ahead(content: Content): number {
  const media = content.parts.flatMap((part) => part.media)
  if (media.some((one) => one.kind === 'video')) return 20 * 60_000
  const links = content.parts.some((_, i) => linkOf(content, i) !== undefined)
  return media.length > 0 || links ? 3 * 60_000 : 0
}

export async function prepare(call: Uploading): Promise<Prepared> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  return (await uploadAll(call, progress)) ?? { kind: 'prepared', checkpoint: { ...progress } }
}

/** All that the parts need that do not live yet; what stopped it, or undefined when everything is there. */
export async function uploadAll(
  call: Uploading,
  progress: Progress,
): Promise<Exclude<Prepared, { kind: 'prepared' }> | undefined> {
  for (let i = progress.parts.length; i < call.content.parts.length; i++) {
    for (const [j, media] of (call.content.parts[i]?.media ?? []).entries()) {
      if (progress.blobs[fileKey(media)] !== undefined) continue
      if (media.kind === 'video') {
        const stopped = await uploadVideo(call, media, progress, `/parts/${i}/media/${j}`)
        if (stopped !== undefined) return stopped
        continue
      }
      const sent = await uploadBlob(call, await media.read(), media.mime)
      if ('kind' in sent) return sent
      progress.blobs[fileKey(media)] = sent.blob
      await keep(call, progress)
    }
    await addCard(call, i, progress)
  }
  return undefined
}

async function uploadBlob(
  call: Uploading,
  data: Uint8Array,
  mime: string,
): Promise<{ readonly blob: Blob } | Exclude<Prepared, { kind: 'prepared' }>> {
  const request = { method: 'com.atproto.repo.uploadBlob', bytes: { data, mime }, timeoutMs: 60_000 }
  const tried = await attempt(call, request, { visible: false })
  if ('refusal' in tried) return surelyNot(tried.refusal)
  return (
    uploaded.safeParse(tried.answer.json()).data ?? {
      kind: 'transient',
      message: networkTexts.unreadableUpload({ network: 'Bluesky' }),
    }
  )
}

/** The address whose card a part shows: the one that was wished for, or the first in its text; none beside media. */
function linkOf(content: Content, i: number): string | undefined {
  const part: Part | undefined = content.parts[i]
  const wishes = options.safeParse(content.options).data
  if (part === undefined || part.media.length > 0 || wishes?.card === false) return undefined
  const wished = i === 0 ? wishes?.link : undefined
  return wished ?? findLinks(part.text)[0]?.url
}

/** Bluesky makes no cards itself. One that cannot be had keeps no post from leaving. */
async function addCard(call: Uploading, i: number, progress: Progress): Promise<void> {
  const url = linkOf(call.content, i)
  // A picture of the post's own stands for that of the page.
  const cover = i === 0 && call.content.cover?.kind === 'image' ? call.content.cover : undefined
  const of = cover === undefined ? undefined : markOf(cover.file)
  const known = progress.cards[i]
  if (url === undefined || known === null || (known !== undefined && known.of === of)) return
  // A link that was wished for stays one, even if its page says nothing of itself.
  const wished = findLinks(call.content.parts[i]?.text ?? '').every((link) => link.url !== url)
  const plain = wished ? { url, title: new URL(url).hostname, description: '', image: undefined } : undefined
  const card = (await readCard(call, url)) ?? plain
  const picture =
    cover === undefined || cover.bytes > thumbBytes ? card?.image : { bytes: await cover.read(), mime: cover.mime }
  const sent =
    card === undefined || picture === undefined || picture.bytes.length > thumbBytes
      ? undefined
      : await uploadBlob(call, picture.bytes, picture.mime)
  progress.cards[i] =
    card === undefined
      ? null
      : {
          uri: card.url,
          title: card.title,
          description: card.description,
          ...(of === undefined ? {} : { of }),
          ...(sent !== undefined && 'blob' in sent ? { thumb: sent.blob } : {}),
        }
  await keep(call, progress)
}
