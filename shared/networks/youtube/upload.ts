/** A video on its way to YouTube: sent in chunks as private, processed, with its thumbnail. Nothing of it is visible. */

import * as z from 'zod'
import { attemptAs } from '../google/index.ts'
import { type HttpAnswer, isGone, surelyNot } from '../http/index.ts'
import type { Content, DiscardCall, Discarded, Media, PrepareCall, Prepared, Progress } from '../network.ts'
import { markOf } from '../sent.ts'
import { networkTexts } from '../texts.ts'
import {
  apiAt,
  type Credentials,
  refusedVideo,
  type Settings,
  uploadAt,
  type Video,
  videos,
  youtubePlatform,
} from './api.ts'
import { unconfirmed } from './facts.ts'
import { type Options, options } from './review.ts'
import { youtubeTexts } from './texts.ts'

export const checkpoint = z.object({
  /** The session of a resumable upload, and when it was opened (ms). */
  session: z.object({ url: z.url(), at: z.number() }).optional(),
  videoId: z.string().optional(),
  /** The mark of its title and description, as it was uploaded. */
  of: z.string().optional(),
  /** When all bytes were there (ms). */
  sentAt: z.number().optional(),
  /** The mark of the picture that was set. */
  thumbnail: z.string().optional().catch(undefined),
  ready: z.boolean().optional(),
  /** It has the privacy that was wished for. */
  shown: z.boolean().optional(),
  commentId: z.string().optional(),
})
export type Done = z.infer<typeof checkpoint>

type Call = PrepareCall<Credentials, Settings>
/** Where the work stands, or why it stops here for now. */
type Step = { readonly done: Done } | { readonly stop: Prepared }

/** One call works this long, then lets its function end: the next goes on from the checkpoint. */
const budgetMs = 60_000
const chunkTimeoutMs = 60_000
const invisible = { visible: false }

const videoOf = (content: Content): Media | undefined => content.parts[0]?.media.find((one) => one.kind === 'video')

/** The upload at a slow line, the processing of a long video, and a margin. */
export function ahead(content: Content): number {
  const video = videoOf(content)
  if (video === undefined) return 0
  const work = video.bytes / unconfirmed.bytesPerMs + (video.seconds ?? 0) * unconfirmed.processingPerSecondMs
  return unconfirmed.leastAheadMs + Math.ceil(work)
}

export async function prepare(call: Call): Promise<Prepared> {
  const video = videoOf(call.content)
  let done = checkpoint.parse(call.checkpoint ?? {})
  const adorned = done.thumbnail === thumbnailOf(call.content)
  if ((done.ready && adorned) || done.shown) return { kind: 'prepared', checkpoint: done }
  if (video === undefined) return { kind: 'rejected', reason: 'invalid', message: youtubeTexts.noVideo() }
  for (const step of [send, adorn, wait]) {
    const next = await step(call, video, done)
    if ('stop' in next) return next.stop
    done = next.done
  }
  return { kind: 'prepared', checkpoint: done }
}

// ---- the bytes --------------------------------------------------------------------------------------------------

async function send(call: Call, video: Media, before: Done): Promise<Step> {
  if (before.videoId !== undefined) return { done: before }
  const startedAt = call.clock.now()
  let { session } = before
  if (session !== undefined && startedAt - session.at > unconfirmed.sessionLivesMs) session = undefined
  // A session that was there before knows how far it came; a new one has nothing.
  let sent: number | undefined = session === undefined ? 0 : undefined
  if (session === undefined) {
    const opened = await open(call, video)
    if ('stop' in opened) return opened
    session = opened.session
    await call.saveCheckpoint({ session }, { step: 'upload', done: 0, total: video.bytes })
  }
  for (;;) {
    const chunk = sent === undefined ? undefined : await chunkOf(video, sent)
    const headers = {
      'content-type': video.mime,
      'content-range': `bytes ${chunk === undefined ? '*' : `${chunk.from}-${chunk.to - 1}`}/${video.bytes}`,
    }
    const request = { method: 'PUT', url: session.url, headers, timeoutMs: chunkTimeoutMs } as const
    const tried = await attemptAs(
      youtubePlatform,
      call,
      { ...request, body: chunk?.bytes ?? new Uint8Array() },
      invisible,
    )
    if (tried.refusal === undefined) return arrived(call, tried.answer)
    const { answer, refusal } = tried
    if (answer?.status === 404 || answer?.status === 410) {
      // Whatever it holds stays private; it was never a video, or it is one that nobody sees.
      await call.saveCheckpoint({})
      return { stop: { kind: 'transient', message: youtubeTexts.uploadForgotten() } }
    }
    if (answer?.status !== 308) return { stop: surelyNot(refusal) }
    const has = receivedOf(answer)
    if (chunk !== undefined && has <= chunk.from)
      return { stop: { kind: 'transient', message: youtubeTexts.uploadNotKept() } }
    sent = has
    const progress: Progress = { step: 'upload', done: has, total: video.bytes }
    await call.saveCheckpoint({ session }, progress)
    const now = call.clock.now()
    const allThere = has >= video.bytes
    if (allThere || now - startedAt > budgetMs) {
      const lookAt = allThere ? now + unconfirmed.lookEveryMs : now
      return { stop: { kind: 'preparing', lookAt, checkpoint: { session }, progress } }
    }
  }
}

async function open(call: Call, video: Media): Promise<{ session: { url: string; at: number } } | { stop: Prepared }> {
  const metadata = metadataOf(call.content)
  const url = uploadAt(call.app, '/videos', { uploadType: 'resumable', part: Object.keys(metadata).join(',') })
  const headers = { 'x-upload-content-length': String(video.bytes), 'x-upload-content-type': video.mime }
  const tried = await attemptAs(youtubePlatform, call, { method: 'POST', url, headers, json: metadata }, invisible)
  if (tried.refusal !== undefined) return { stop: surelyNot(tried.refusal) }
  const location = tried.answer.headers.location
  if (location === undefined || !URL.canParse(location))
    return { stop: { kind: 'transient', message: networkTexts.unreadableUpload({ network: 'YouTube' }) } }
  return { session: { url: location, at: call.clock.now() } }
}

function metadataOf(content: Content) {
  const wished = options.parse(content.options)
  return {
    snippet: {
      title: wished.title,
      description: content.parts[0]?.text ?? '',
      ...(wished.tags === undefined ? {} : { tags: wished.tags }),
      ...(wished.categoryId === undefined ? {} : { categoryId: wished.categoryId }),
    },
    status: { privacyStatus: 'private', ...statusOf(wished) },
    ...(wished.paidPartnership === undefined
      ? {}
      : { paidProductPlacementDetails: { hasPaidProductPlacement: wished.paidPartnership } }),
  }
}

/** Everything of `status` that can be written, each time: what an update leaves out YouTube sets back. */
export const statusOf = ({ madeForChildren = false, aiMade = false }: Options) => ({
  selfDeclaredMadeForKids: madeForChildren,
  containsSyntheticMedia: aiMade,
  embeddable: true,
  license: 'youtube',
  publicStatsViewable: true,
})

async function chunkOf(video: Media, from: number) {
  const to = Math.min(from + unconfirmed.chunkBytes, video.bytes)
  return { from, to, bytes: await video.read({ from, to }) }
}

/** How many bytes the session has: `Range: bytes=0-524287`, or no header where it has none. */
function receivedOf(answer: HttpAnswer): number {
  const last = /^bytes=0-(\d+)$/.exec(answer.headers.range ?? '')?.[1]
  return last === undefined ? 0 : Number(last) + 1
}

async function arrived(call: Call, answer: HttpAnswer): Promise<Step> {
  const made = z.object({ id: z.string().min(1) }).safeParse(answer.json())
  if (!made.success)
    return { stop: { kind: 'transient', message: networkTexts.unreadableUpload({ network: 'YouTube' }) } }
  const { title, description } = metadataOf(call.content).snippet
  const done = { videoId: made.data.id, of: wordsMark(title, description), sentAt: call.clock.now() }
  await call.saveCheckpoint(done, { step: 'processing', done: 0 })
  return { done }
}

// ---- what it needs besides ----------------------------------------------------------------------------------------

const thumbnailOf = ({ cover }: Content) => (cover === undefined ? undefined : markOf(cover.file))

async function adorn(call: Call, _video: Media, done: Done): Promise<Step> {
  const { cover } = call.content
  const mark = thumbnailOf(call.content)
  if (cover === undefined || done.thumbnail === mark) return { done }
  const url = uploadAt(call.app, '/thumbnails/set', { videoId: done.videoId ?? '' })
  const headers = { 'content-type': cover.mime }
  const body = await cover.read()
  const tried = await attemptAs(youtubePlatform, call, { method: 'POST', url, headers, body }, invisible)
  if (tried.refusal !== undefined) return { stop: ofThumbnail(surelyNot(tried.refusal)) }
  const next = { ...done, thumbnail: mark }
  await call.saveCheckpoint(next)
  return { done: next }
}

function ofThumbnail(refusal: ReturnType<typeof surelyNot>): Prepared {
  if (refusal.kind !== 'rejected') return refusal
  const message =
    refusal.reason === 'permission' ? youtubeTexts.thumbnailNotAllowed({ why: refusal.message }) : refusal.message
  return { ...refusal, message, pointer: '/cover' }
}

async function wait(call: Call, _video: Media, done: Done): Promise<Step> {
  const url = apiAt(call.app, '/videos', { part: 'status,processingDetails', id: done.videoId ?? '' })
  const tried = await attemptAs(youtubePlatform, call, { method: 'GET', url }, invisible)
  if (tried.refusal !== undefined) return { stop: surelyNot(tried.refusal) }
  const found = videos.safeParse(tried.answer.json()).data
  if (found === undefined)
    return { stop: { kind: 'transient', message: networkTexts.unreadable({ network: 'YouTube' }) } }
  const [video] = found.items
  if (video === undefined) {
    await call.saveCheckpoint({})
    const message = youtubeTexts.videoGone()
    return { stop: { kind: 'rejected', reason: 'invalid', message, pointer: '/parts/0/media/0' } }
  }
  const refused = refusedVideo(video)
  if (refused !== undefined) {
    // Nobody will ever see it, so nobody misses it: a video that stays behind is only tidiness lost.
    await erase(call, video.id)
    await call.saveCheckpoint({})
    return { stop: refused }
  }
  const now = call.clock.now()
  if (isProcessing(video) && now - (done.sentAt ?? now) < unconfirmed.processingWaitMs)
    return {
      stop: {
        kind: 'preparing',
        lookAt: now + unconfirmed.lookEveryMs,
        checkpoint: done,
        progress: progressOf(video),
      },
    }
  const next = { ...done, ready: true }
  await call.saveCheckpoint(next)
  return { done: next }
}

const isProcessing = ({ status, processingDetails }: Video) =>
  status.uploadStatus === 'uploaded' || processingDetails?.processingStatus === 'processing'

function progressOf({ processingDetails }: Video): Progress {
  const { partsProcessed = 0, partsTotal } = processingDetails?.processingProgress ?? {}
  return { step: 'processing', done: partsProcessed, ...(partsTotal === undefined ? {} : { total: partsTotal }) }
}

const erase = (call: Pick<Call, keyof DiscardCall<Credentials, Settings>>, videoId: string) =>
  attemptAs(youtubePlatform, call, { method: 'DELETE', url: apiAt(call.app, '/videos', { id: videoId }) }, invisible)

/** YouTube trims what it stores. */
const wordsMark = (title = '', description = '') => markOf(title.trim(), description.trim())

const standing = z.object({
  items: z.array(
    z.object({
      status: z.object({ privacyStatus: z.string(), publishAt: z.string().optional() }),
      snippet: z.object({ title: z.string(), description: z.string().default('') }),
    }),
  ),
})

/** A session without its video ends by itself. */
export async function discard(call: DiscardCall<Credentials, Settings>): Promise<Discarded> {
  const { videoId, of, shown } = checkpoint.parse(call.checkpoint)
  if (videoId === undefined) return { kind: 'discarded' }
  const url = apiAt(call.app, '/videos', { part: 'status,snippet', id: videoId })
  const tried = await attemptAs(youtubePlatform, call, { method: 'GET', url }, invisible)
  if (tried.refusal !== undefined) return surelyNot(tried.refusal)
  const found = standing.safeParse(tried.answer.json()).data
  if (found === undefined) return { kind: 'transient', message: networkTexts.unreadable({ network: 'YouTube' }) }
  const [video] = found.items
  if (video === undefined) return { kind: 'discarded' }
  const { status, snippet } = video
  const untouched = status.publishAt === undefined && wordsMark(snippet.title, snippet.description) === of
  if (shown || status.privacyStatus !== 'private' || !untouched)
    return { kind: 'kept', message: youtubeTexts.videoChanged() }
  const erased = await erase(call, videoId)
  if (erased.refusal !== undefined && !isGone(youtubePlatform, erased.answer)) return surelyNot(erased.refusal)
  return { kind: 'discarded' }
}
