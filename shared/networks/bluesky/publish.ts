/** Posts: sending them, finding them again, removing them. */

import * as z from 'zod'
import { iso } from '../../kernel/clock.ts'
import { HttpFailure } from '../http/index.ts'
import type { FindCall, Found, Live, Media, Outcome, PublishCall, Removal } from '../network.ts'
import { fileKey } from '../sent.ts'
import { networkTexts } from '../texts.ts'
import { attempt, type BlueskyCall, type Credentials, type Refusal, type Settings, wordsOf, xrpc } from './api.ts'
import { facetsOf } from './facets.ts'
import { images as imageLimits, postCollection } from './facts.ts'
import { type Reference, reference, resolveMentions, rkeyOf, urlOf } from './post.ts'
import { checkpoint, type Progress } from './progress.ts'
import { labelsOf, options } from './review.ts'
import { blueskyTexts } from './texts.ts'
import { recordKey } from './tid.ts'
import { uploadAll } from './upload.ts'

const storedRecord = z.object({
  uri: z.string(),
  cid: z.string().optional(),
  value: z.looseObject({ text: z.string().catch('') }),
})

type Publishing = PublishCall<Credentials, Settings>
type Post = Pick<Publishing, 'content' | 'key'>

export async function publish(call: Publishing): Promise<Outcome> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  const { parts } = progress
  // Everything that makes nothing visible comes first: an upload that fails must not cut a thread short.
  const texts = call.content.parts.slice(parts.length).map((part) => part.text)
  const [dids, stopped] = await Promise.all([resolveMentions(call, texts), uploadAll(call, progress)])
  if (stopped?.kind === 'preparing') return { ...stopped, kind: 'processing' }
  if (stopped !== undefined) return stopped
  for (let i = parts.length; i < call.content.parts.length; i++) {
    const sent = await create(call, i, recordOf(call, i, dids, progress))
    if (sent === 'blob lost') {
      // Blobs that no record holds are swept after some hours: they are uploaded again.
      await call.saveCheckpoint({ parts })
      return { kind: 'transient', message: networkTexts.uploadedAgain({ network: 'Bluesky' }) }
    }
    if ('kind' in sent) return cutShort(call, sent, parts)
    parts.push(sent)
    await call.saveCheckpoint({ ...progress }, undefined, liveOf(call, parts))
  }
  return { kind: 'accepted', ...liveOf(call, parts) }
}

/** The record of one part, dated with the due instant. */
function recordOf(
  { content, dueAt }: Publishing,
  i: number,
  dids: ReadonlyMap<string, string>,
  { blobs, cards, parts }: Progress,
): Record<string, unknown> {
  const { text, media } = content.parts[i] ?? { text: '', media: [] }
  const wishes = options.parse(content.options)
  const facets = facetsOf(text, dids)
  const labels = labelsOf(wishes)
  const embed = embedOf(media, blobs, cards[i])
  const [root, parent] = [parts[0], parts[i - 1]]
  return {
    $type: postCollection,
    text,
    createdAt: iso(dueAt),
    langs: wishes.langs ?? [content.language],
    ...(facets.length === 0 ? {} : { facets }),
    ...(embed === undefined ? {} : { embed }),
    ...(root === undefined || parent === undefined ? {} : { reply: { root, parent } }),
    ...(i === 0 && wishes.tags?.length ? { tags: wishes.tags } : {}),
    ...(labels.length === 0
      ? {}
      : { labels: { $type: 'com.atproto.label.defs#selfLabels', values: labels.map((val) => ({ val })) } }),
  }
}

/** What stands under the text: one video, up to four images, a gallery of more, or the card of a link. */
function embedOf(
  media: readonly Media[],
  blobs: Progress['blobs'],
  card: Progress['cards'][string] | undefined,
): Record<string, unknown> | undefined {
  const [first] = media
  if (first === undefined) {
    if (!card) return undefined
    const { of: _, ...external } = card
    return { $type: 'app.bsky.embed.external', external }
  }
  const sized = ({ width, height }: Media) => (width > 0 && height > 0 ? { aspectRatio: { width, height } } : {})
  if (first.kind === 'video')
    return {
      $type: 'app.bsky.embed.video',
      video: blobs[fileKey(first)],
      ...(first.alt === '' ? {} : { alt: first.alt }),
      ...sized(first),
    }
  const images = media.map((one) => ({ image: blobs[fileKey(one)], alt: one.alt, ...sized(one) }))
  if (images.length <= imageLimits.count) return { $type: 'app.bsky.embed.images', images }
  return {
    $type: 'app.bsky.embed.gallery',
    items: images.map((one) => ({ $type: 'app.bsky.embed.gallery#image', ...one })),
  }
}

async function create(
  call: Publishing,
  i: number,
  record: Record<string, unknown>,
): Promise<Refusal | Reference | 'blob lost'> {
  const rkey = recordKey(call.key, i)
  const input = { repo: call.credentials.current().did, collection: postCollection, rkey, record }
  const tried = await attempt(
    call,
    { method: 'com.atproto.repo.createRecord', input },
    { begin: () => call.begin(`post ${i + 1} of ${call.content.parts.length}`) },
  )
  if ('answer' in tried) {
    const parsed = reference.safeParse(tried.answer.json())
    return parsed.success ? parsed.data : { kind: 'unknown', message: networkTexts.unreadable({ network: 'Bluesky' }) }
  }
  if (tried.error === 'BlobNotFound') return 'blob lost'
  // A key that is taken is answered with a 500 by the reference server and may be a 400 elsewhere: the repository tells.
  if (tried.refusal.kind !== 'rejected' && !(tried.refusal.kind === 'unknown' && tried.status !== undefined))
    return tried.refusal
  const own = await ownRecord(call, i)
  return 'uri' in own ? own : tried.refusal
}

type Own = Reference | Extract<Found, { kind: 'absent' | 'unable' }>

/** The record under this part's key, if it says what this part says. Repositories are transactional: absence is believed. */
async function ownRecord(call: BlueskyCall & Post, i: number): Promise<Own> {
  const { did, pds } = call.credentials.current()
  const params = { repo: did, collection: postCollection, rkey: recordKey(call.key, i) }
  try {
    const answer = await xrpc(call, pds, { method: 'com.atproto.repo.getRecord', params })
    const { error, quoted } = wordsOf(answer)
    if (answer.status === 400 && error === 'RecordNotFound') return { kind: 'absent' }
    if (answer.status !== 200)
      return { kind: 'unable', message: networkTexts.notAsked({ words: quoted, network: 'Bluesky' }) }
    const parsed = storedRecord.safeParse(answer.json())
    if (!parsed.success) return { kind: 'unable', message: networkTexts.unreadable({ network: 'Bluesky' }) }
    const { uri, cid = '', value } = parsed.data
    if (value.text === (call.content.parts[i]?.text ?? '')) return { uri, cid }
    return { kind: 'unable', message: blueskyTexts.otherPost({ uri }) }
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    return { kind: 'unable', message: networkTexts.notAsked({ words: error.text, network: 'Bluesky' }) }
  }
}

/** Looks under the publication's own keys: for all parts, or for how far the chain came. */
export async function find(call: FindCall<Credentials, Settings>): Promise<Found> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  const parts: Reference[] = []
  for (let i = 0; i < call.content.parts.length; i++) {
    const own = await ownRecord(call, i)
    if ('kind' in own) {
      const further = own.kind === 'absent' && parts.length > progress.parts.length
      return further
        ? { kind: 'resume', checkpoint: { ...progress, parts }, parts: parts.map((part) => part.uri) }
        : own
    }
    if (await call.taken(own.uri)) return { kind: 'unable', message: blueskyTexts.otherPost({ uri: own.uri }) }
    parts.push(own)
  }
  return { kind: 'found', ...liveOf(call, parts) }
}

/** From the last part to the first, so that no reply is left hanging. What is gone already counts as removed. */
export async function remove(call: BlueskyCall, live: Live): Promise<Removal> {
  const repo = call.credentials.current().did
  for (const uri of [...(live.parts ?? [live.externalId])].reverse()) {
    const input = { repo, collection: postCollection, rkey: rkeyOf(uri) }
    const tried = await attempt(call, { method: 'com.atproto.repo.deleteRecord', input })
    if ('refusal' in tried && tried.error !== 'RecordNotFound') return tried.refusal
  }
  return { kind: 'deleted' }
}

function liveOf(call: BlueskyCall, parts: readonly Reference[]): Live {
  const [first] = parts
  if (first === undefined) throw new Error('A publication without parts was sent.')
  return {
    externalId: first.uri,
    url: urlOf(call, first.uri),
    ...(parts.length > 1 ? { parts: parts.map((part) => part.uri) } : {}),
  }
}

/** A refusal after something went out is a chain cut short; a wait or a lost answer is taken up again from the checkpoint. */
function cutShort(call: Publishing, stopped: Refusal, parts: readonly Reference[]): Outcome {
  if (stopped.kind !== 'rejected' || parts.length === 0) return stopped
  return { kind: 'partial', ...liveOf(call, parts), parts: parts.map((part) => part.uri), message: stopped.message }
}
