/** Files go up in chunks, invisible until a post names them. */

import * as z from 'zod'
import { surelyNot, type Tried } from '../http/index.ts'
import type { Content, Media, PrepareCall, Prepared, Progress as Shown } from '../network.ts'
import { fileKey, markOf } from '../sent.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, type Settings, tryAs, unreadable } from './api.ts'
import { unconfirmed } from './facts.ts'
import { isDescribed } from './review.ts'
import { xTexts } from './texts.ts'

const uploaded = z.object({
  /** The media id. */
  id: z.string(),
  /** Until when a post can use it (ms). */
  until: z.number(),
  /** Chunks that X has. */
  chunks: z.number().int().nonnegative(),
  stage: z.enum(['sending', 'processing', 'describing', 'ready']),
  /** The mark of the alt text that X was told. */
  alt: z.string().optional(),
})
type Uploaded = z.infer<typeof uploaded>

export const checkpoint = z.object({
  /** Which medium of which part → what X has of it. */
  media: z.record(z.string(), uploaded).default({}),
  /** Posts that live already, in order. */
  parts: z.array(z.string()).default([]),
})
export type Progress = z.infer<typeof checkpoint>

type Call = PrepareCall<Credentials, Settings>
type Stopped = Exclude<Prepared, { kind: 'prepared' }>

export const slot = (part: number, position: number, media: Media) => `${part}.${position} ${fileKey(media)}`

/** Uploads that are not ready by a post's second make it late: a video takes X about as long as it plays. */
export function ahead(content: Content): number {
  const media = content.parts.flatMap((part) => part.media)
  if (media.length === 0) return 0
  return media.some((one) => one.kind === 'video') ? 20 * 60_000 : 3 * 60_000
}

/** All uploads of all parts that do not live yet; what stopped them, or undefined when everything is ready. */
export async function uploadAll(call: Call, progress: Progress): Promise<Stopped | undefined> {
  for (const [i, part] of call.content.parts.entries())
    for (const [j, media] of part.media.entries()) {
      const stopped = i < progress.parts.length ? undefined : await upload(call, media, slot(i, j, media), progress)
      if (stopped !== undefined) return stopped
    }
  return undefined
}

const margin = 10 * 60_000

const altOf = (media: Media) => (isDescribed(media) ? markOf(media.alt) : undefined)
/** X takes no empty description back: what was described and no longer is is sent anew. */
const isUnsaid = (media: Media, { alt }: Uploaded) => alt !== undefined && !isDescribed(media)

async function upload(call: Call, media: Media, at: string, progress: Progress): Promise<Stopped | undefined> {
  const known = progress.media[at]
  const lives = known !== undefined && known.until - margin > call.clock.now() && !isUnsaid(media, known)
  const resumed = lives ? known : undefined
  if (resumed?.stage === 'ready') {
    if (resumed.alt === altOf(media)) return undefined
    resumed.stage = 'describing'
  }
  const stopped = await go(call, media, at, progress, resumed)
  // What X said yes to before and does not know any more is sent again from its beginning; what it could not use is not.
  if (stopped?.kind !== 'rejected' || resumed === undefined || progress.media[at] === undefined) return stopped
  delete progress.media[at]
  await call.saveCheckpoint({ ...progress })
  return { kind: 'transient', message: networkTexts.uploadedAgain({ network: 'X' }) }
}

async function go(
  call: Call,
  media: Media,
  at: string,
  progress: Progress,
  resumed: Uploaded | undefined,
): Promise<Stopped | undefined> {
  const begun = resumed ?? (await initialize(call, media))
  if ('kind' in begun) return begun
  const file: Uploaded = { ...begun }
  progress.media[at] = file
  const total = Math.ceil(media.bytes / unconfirmed.chunkBytes)
  // One chunk is sent again sooner than its progress is stored.
  const keep = async () => {
    if (total > 1) await call.saveCheckpoint({ ...progress }, shown(file, total))
  }
  if (file.stage === 'sending') {
    if (resumed === undefined) await keep()
    const stopped = (await append(call, media, file, total, keep)) ?? (await finalize(call, media, file, at))
    if (stopped !== undefined) {
      if (total === 1) delete progress.media[at]
      return stopped
    }
    await call.saveCheckpoint({ ...progress }, shown(file, total))
  }
  if (file.stage === 'processing') {
    const stopped = await processed(call, file, at, progress)
    if (stopped !== undefined) return stopped
  }
  if (file.stage === 'describing' && isDescribed(media)) {
    const stopped = await describe(call, media, file)
    if (stopped !== undefined) return stopped
  }
  file.stage = 'ready'
  file.alt = altOf(media)
  await call.saveCheckpoint({ ...progress }, shown(file, total))
  return undefined
}

const shown = ({ chunks, stage }: Uploaded, total: number): Shown =>
  stage === 'processing' ? { step: 'processing', done: 0 } : { step: 'upload', done: chunks, total }

/** A refusal is about this very file. */
function refusedAt(tried: Pick<Tried, 'refusal'>, pointer: string): Stopped | undefined {
  if (tried.refusal === undefined) return undefined
  const refusal = surelyNot(tried.refusal)
  return refusal.kind === 'rejected' && refusal.reason === 'invalid' ? { ...refusal, pointer } : refusal
}

/** `0.1 media_…` → `/parts/0/media/1` */
const pointerOf = (at: string) => {
  const [part, position] = (at.split(' ')[0] ?? '').split('.')
  return `/parts/${part}/media/${position}`
}

const info = z.object({
  state: z.string(),
  check_after_secs: z.number().optional().catch(undefined),
  progress_percent: z.number().optional().catch(undefined),
  error: z.looseObject({ message: z.string().optional() }).optional().catch(undefined),
})
const answered = z.object({
  data: z.object({
    id: z.string(),
    expires_after_secs: z.number().positive().optional().catch(undefined),
    processing_info: info.optional().catch(undefined),
  }),
})

async function initialize(call: Call, media: Media): Promise<Uploaded | Stopped> {
  const tried = await tryAs(
    call,
    {
      method: 'POST',
      path: '/2/media/upload/initialize',
      json: { media_type: media.mime, total_bytes: media.bytes, media_category: categoryOf(media) },
    },
    { visible: false },
  )
  if (tried.refusal !== undefined) return surelyNot(tried.refusal)
  const parsed = answered.safeParse(tried.answer.json())
  if (!parsed.success) return { kind: 'transient', message: unreadable }
  const { id, expires_after_secs } = parsed.data.data
  const lives = expires_after_secs === undefined ? unconfirmed.mediaLivesMs : expires_after_secs * 1000
  return {
    id,
    until: call.clock.now() + Math.min(lives, unconfirmed.mediaLivesMs),
    chunks: 0,
    stage: 'sending',
  }
}

function categoryOf({ kind, mime }: Media): string {
  if (kind === 'video') return 'tweet_video'
  return mime === 'image/gif' ? 'tweet_gif' : 'tweet_image'
}

async function append(
  call: Call,
  media: Media,
  file: Uploaded,
  total: number,
  keep: () => Promise<void>,
): Promise<Stopped | undefined> {
  while (file.chunks < total) {
    const from = file.chunks * unconfirmed.chunkBytes
    const bytes = await media.read({ from, to: Math.min(from + unconfirmed.chunkBytes, media.bytes) })
    const form = new FormData()
    form.set('segment_index', String(file.chunks))
    form.set('media', new Blob([new Uint8Array(bytes)], { type: 'application/octet-stream' }), 'chunk')
    const path = `/2/media/upload/${file.id}/append`
    const tried = await tryAs(call, { method: 'POST', path, form, timeoutMs: 60_000 }, { visible: false })
    if (tried.refusal !== undefined) return surelyNot(tried.refusal)
    file.chunks += 1
    if (file.chunks < total) await keep()
  }
  return undefined
}

async function finalize(call: Call, media: Media, file: Uploaded, at: string): Promise<Stopped | undefined> {
  const path = `/2/media/upload/${file.id}/finalize`
  const tried = await tryAs(call, { method: 'POST', path, timeoutMs: 60_000 }, { visible: false })
  const refused = refusedAt(tried, pointerOf(at))
  if (refused !== undefined) return refused
  const parsed = answered.safeParse(tried.refusal === undefined ? tried.answer.json() : undefined)
  if (!parsed.success) return { kind: 'transient', message: unreadable }
  const { processing_info } = parsed.data.data
  if (processing_info?.state === 'failed') return failed(processing_info, at)
  const done = processing_info === undefined || processing_info.state === 'succeeded'
  file.stage = done ? (isDescribed(media) ? 'describing' : 'ready') : 'processing'
  return undefined
}

const failed = (processing: z.infer<typeof info>, at: string): Stopped => ({
  kind: 'rejected',
  reason: 'invalid',
  message: xTexts.fileUnusable({ words: processing.error?.message ?? 'processing failed' }),
  pointer: pointerOf(at),
})

async function processed(call: Call, file: Uploaded, at: string, progress: Progress): Promise<Stopped | undefined> {
  const query = { command: 'STATUS', media_id: file.id }
  const tried = await tryAs(call, { method: 'GET', path: '/2/media/upload', query }, { visible: false })
  if (tried.refusal !== undefined) return surelyNot(tried.refusal)
  const parsed = answered.safeParse(tried.answer.json())
  if (!parsed.success) return { kind: 'transient', message: unreadable }
  const { processing_info } = parsed.data.data
  if (processing_info?.state === 'failed') {
    delete progress.media[at]
    await call.saveCheckpoint({ ...progress })
    return failed(processing_info, at)
  }
  if (processing_info !== undefined && processing_info.state !== 'succeeded')
    return {
      kind: 'preparing',
      lookAt: call.clock.now() + (processing_info.check_after_secs ?? 5) * 1000,
      checkpoint: { ...progress },
      progress: { step: 'processing', done: processing_info.progress_percent ?? 0, total: 100 },
    }
  file.stage = 'describing'
  return undefined
}

async function describe(call: Call, media: Media, file: Uploaded): Promise<Stopped | undefined> {
  const tried = await tryAs(
    call,
    {
      method: 'POST',
      path: '/2/media/metadata',
      json: { id: file.id, metadata: { alt_text: { text: media.alt } } },
    },
    { visible: false },
  )
  return tried.refusal === undefined ? undefined : surelyNot(tried.refusal)
}

export async function prepare(call: Call): Promise<Prepared> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  return (await uploadAll(call, progress)) ?? { kind: 'prepared', checkpoint: { ...progress } }
}
