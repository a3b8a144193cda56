/** Everything a post needs before its second: its files, and the card of its link. */

import { readCard } from '../cards/index.ts'
import type { Content, Media, Prepared } from '../network.ts'
import { fileKey, markOf } from '../sent.ts'
import { unconfirmed } from './facts.ts'
import { linkOf, options } from './review.ts'
import { linkedinTexts } from './texts.ts'
import { available, checkpoint, type Progress, type Stopped, sendWhole, type UploadCall, upload } from './upload.ts'

export const slot = (position: number, media: Media) => `${position} ${fileKey(media)}`
const coverSlot = (cover: Media) => `cover ${fileKey(cover)}`

export function ahead(content: Content): number {
  const media = content.parts.flatMap((part) => part.media)
  if (media.some((one) => one.kind === 'video')) return 20 * 60_000
  if (media.length > 0) return 3 * 60_000
  return linkOf(content) === undefined ? 0 : 2 * 60_000
}

export async function prepare(call: UploadCall): Promise<Prepared> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  return (await makeReady(call, progress)) ?? { kind: 'prepared', checkpoint: { ...progress } }
}

export async function makeReady(call: UploadCall, progress: Progress): Promise<Stopped | undefined> {
  for (const [i, media] of (call.content.parts[0]?.media ?? []).entries()) {
    const stopped = await upload(call, media, slot(i, media), `/parts/0/media/${i}`, progress)
    if (stopped !== undefined) return stopped
  }
  const link = linkOf(call.content)
  const { card } = progress
  const made = card !== undefined && card.source === link && card.cover === coverOf(call.content)
  return link === undefined || made ? undefined : makeCard(call, link, progress)
}

const coverOf = ({ cover }: Content) => (cover === undefined ? undefined : markOf(cover.file))

/** LinkedIn looks at no page itself: title, description and picture are ours to give. What cannot be read is left out. */
async function makeCard(call: UploadCall, link: string, progress: Progress): Promise<Stopped | undefined> {
  const wish = options.parse(call.content.options)
  const { cover } = call.content
  const card = await readCard(call, link)
  let thumbnail: string | undefined
  if (cover !== undefined) {
    const stopped = await upload(call, cover, coverSlot(cover), '/cover', progress)
    if (stopped !== undefined) return stopped
    thumbnail = progress.media[coverSlot(cover)]?.id
  } else if (card?.image !== undefined && unconfirmed.imageMimes.includes(card.image.mime)) {
    const sent = await sendWhole(call, 'images', card.image.bytes, card.image.mime)
    if ('kind' in sent) return sent
    const stopped = await availableSoon(call, sent.id, progress)
    // A picture of somebody else's that LinkedIn cannot use is no reason not to publish.
    if (stopped !== undefined && stopped.kind !== 'rejected') return stopped
    thumbnail = stopped === undefined ? sent.id : undefined
  }
  const description = wish.description ?? card?.description
  progress.card = {
    source: link,
    title: (wish.title ?? card?.title ?? new URL(link).hostname).slice(0, unconfirmed.articleTitle),
    ...(description ? { description: description.slice(0, unconfirmed.articleDescription) } : {}),
    ...(thumbnail === undefined ? {} : { thumbnail }),
    cover: coverOf(call.content),
  }
  await call.saveCheckpoint({ ...progress })
  return undefined
}

/** The picture of a card is small: it is waited for here. */
async function availableSoon(call: UploadCall, id: string, progress: Progress): Promise<Stopped | undefined> {
  for (let pause = 200; ; pause *= 2) {
    const stopped = await available(call, id, '/options/link', progress)
    if (stopped?.kind !== 'preparing') return stopped
    if (pause > 5_000) return { kind: 'rejected', reason: 'invalid', message: linkedinTexts.cardSlow() }
    await call.clock.sleep(pause, call.signal)
  }
}
