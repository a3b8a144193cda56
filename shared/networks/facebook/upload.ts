/** Photos and videos on their way to Facebook: nothing of it is visible. */

import * as z from 'zod'
import { attempt, type HttpAnswer } from '../http/index.ts'
import { idText } from '../json.ts'
import { graphVersion } from '../meta/index.ts'
import type { Media, PrepareCall, Refused } from '../network.ts'
import { fileKey, markOf } from '../sent.ts'
import { networkTexts } from '../texts.ts'
import { type Call as AnyCall, attemptAs, type Credentials, created, platform } from './api.ts'
import type { Settings } from './connect.ts'
import { unconfirmed, uploadUrl, videoUrl } from './facts.ts'
import { kindOf } from './review.ts'

const upload = z.object({
  id: z.string(),
  /** When it was begun (ms). */
  at: z.number(),
  /** The post, where the last call told it. */
  postId: z.string().optional(),
  /** Of a video of the feed: the session, and what Facebook wants next. */
  session: z.string().optional(),
  from: z.number().optional(),
  to: z.number().optional(),
  done: z.boolean().default(false),
})
export type Upload = z.infer<typeof upload>

export const checkpoint = z.object({
  /** Position of the file → what it is on Facebook. */
  photos: z.record(z.string(), z.object({ id: z.string(), at: z.number() })).default({}),
  video: upload.optional(),
  /** When the call that publishes a video was answered (ms). */
  finishedAt: z.number().optional(),
  /** The post is live; a first comment may be missing. */
  post: z.object({ id: z.string(), url: z.string() }).optional(),
})
export type Progress = z.infer<typeof checkpoint>

type Call = PrepareCall<Credentials, Settings>

/** `waiting`: Facebook is still fetching the file. */
type SureRefusal = Exclude<Refused, { kind: 'unknown' }>
type Uploaded = { readonly kind: 'ready' } | { readonly kind: 'waiting' } | SureRefusal
const ready: Uploaded = { kind: 'ready' }

/** The alt text is sent with the photo: a photo whose text was corrected is another one. */
export const slot = (position: number, media: Media) => `${position} ${fileKey(media)} ${markOf(media.alt)}`

/** Everything that the post needs, as far as `progress` does not have it yet. Saves after every step. */
export async function uploadAll(call: Call, progress: Progress): Promise<Uploaded> {
  const media = call.content.parts[0]?.media ?? []
  for (const [position, one] of media.entries()) {
    const uploaded = await (one.kind === 'video'
      ? uploadVideo(call, one, progress)
      : uploadPhoto(call, one, slot(position, one), progress))
    if (uploaded.kind !== 'ready') return uploaded
  }
  return ready
}

/** Nothing visible was asked for, so nothing is unknown. */
const surely = (refusal: Refused): SureRefusal =>
  refusal.kind === 'unknown' ? { ...refusal, kind: 'transient' } : refusal
const odd: SureRefusal = {
  kind: 'transient',
  message: networkTexts.unreadableUpload({ network: 'Facebook' }),
}

async function uploadPhoto(call: Call, media: Media, at: string, progress: Progress): Promise<Uploaded> {
  const now = call.clock.now()
  const known = progress.photos[at]
  if (known !== undefined && now - known.at < unconfirmed.uploadLivesMs) return ready
  const form = new FormData()
  form.set('published', 'false')
  if (media.alt !== '') form.set('alt_text_custom', media.alt)
  form.set('source', fileOf(await media.read(), media), `${media.id}.${media.mime.split('/')[1] ?? 'bin'}`)
  const path = `/${call.credentials.current().pageId}/photos`
  const tried = await attemptAs(call, { method: 'POST', path, form, timeoutMs: 60_000 }, false)
  if (tried.refusal !== undefined) return surely(tried.refusal)
  const photo = created.safeParse(tried.answer.json())
  if (!photo.success) return odd
  progress.photos[at] = { id: photo.data.id, at: now }
  await call.saveCheckpoint({ ...progress })
  return ready
}

const fileOf = (bytes: Uint8Array, media: Media) => new Blob([new Uint8Array(bytes)], { type: media.mime })

async function uploadVideo(call: Call, media: Media, progress: Progress): Promise<Uploaded> {
  const known = progress.video
  // What the visible call was already answered for must not be begun anew, however old it is.
  if (progress.finishedAt !== undefined) return ready
  if (known !== undefined && call.clock.now() - known.at >= unconfirmed.uploadLivesMs) delete progress.video
  return kindOf(call.content) === 'video' ? inChunks(call, media, progress) : asOneFile(call, media, progress)
}

// ---- a video of the feed ------------------------------------------------------------------------------------------------

const offset = z.coerce.number().int().nonnegative()
const started = z.object({
  video_id: z.string(),
  upload_session_id: z.string(),
  start_offset: offset,
  end_offset: offset,
})
const transferred = started.pick({ start_offset: true, end_offset: true })

/** Facebook says which bytes it wants next, and is done when it wants none. */
async function inChunks(call: Call, media: Media, progress: Progress): Promise<Uploaded> {
  const path = `/${call.credentials.current().pageId}/videos`
  const post = (form: FormData | Record<string, string>) =>
    attemptAs(call, { method: 'POST', path, form, timeoutMs: 120_000 }, false, call.app.graphUrl ?? videoUrl)
  if (progress.video === undefined) {
    const tried = await post({ upload_phase: 'start', file_size: String(media.bytes) })
    if (tried.refusal !== undefined) return surely(tried.refusal)
    const session = started.safeParse(tried.answer.json())
    if (!session.success) return odd
    const { video_id: id, upload_session_id, start_offset: from, end_offset: to } = session.data
    progress.video = { id, at: call.clock.now(), session: upload_session_id, from, to, done: from === to }
    await call.saveCheckpoint({ ...progress }, { step: 'upload', done: from, total: media.bytes })
  }
  const { video } = progress
  while (!video.done) {
    const { from = 0, to = 0 } = video
    const form = new FormData()
    form.set('upload_phase', 'transfer')
    form.set('upload_session_id', video.session ?? '')
    form.set('start_offset', String(from))
    form.set('video_file_chunk', fileOf(await media.read({ from, to: Math.min(to, media.bytes) }), media), 'chunk')
    const tried = await post(form)
    const next = tried.refusal === undefined ? tried.answer.json() : expectedIn(tried.answer)
    if (tried.refusal !== undefined && next === undefined) return surely(tried.refusal)
    const range = transferred.safeParse(next)
    if (!range.success) return odd
    const { start_offset, end_offset } = range.data
    Object.assign(video, { from: start_offset, to: end_offset, done: start_offset === end_offset })
    await call.saveCheckpoint({ ...progress }, { step: 'upload', done: start_offset, total: media.bytes })
  }
  return ready
}

const misplaced = z.object({
  error: z.object({ error_subcode: z.literal(unconfirmed.wrongOffset), error_data: z.unknown() }),
})

/** What Facebook expects next, where a chunk whose answer was lost had arrived after all. */
const expectedIn = (answer: HttpAnswer | undefined): unknown =>
  misplaced.safeParse(answer?.json()).data?.error.error_data

// ---- a reel, or a story's video -----------------------------------------------------------------------------------------

const phase = z
  .object({
    status: z.string().optional(),
    bytes_transferred: offset.optional(),
    /** `list<VideoStatusError>`; the guide of reels shows one `error` in its place. */
    errors: z
      .array(z.object({ message: z.string() }))
      .optional()
      .catch(undefined),
    error: z.object({ message: z.string() }).optional().catch(undefined),
  })
  .optional()
export const videoState = z.object({
  status: z
    .object({
      video_status: z.string().optional(),
      uploading_phase: phase,
      processing_phase: phase,
      publishing_phase: phase,
    })
    .optional(),
  post_id: z.optional(idText),
  permalink_url: z.string().optional(),
})
export type VideoState = z.infer<typeof videoState>
export const videoFields = 'status,post_id,permalink_url'

/** Why Facebook cannot use a video; undefined where it says nothing of the kind. */
export function failedAs({ status }: VideoState): SureRefusal | undefined {
  const phases = [status?.uploading_phase, status?.processing_phase, status?.publishing_phase]
  const broken = phases.find((one) => one?.status === 'error')
  if (broken === undefined && !['error', 'expired'].includes(status?.video_status ?? '')) return undefined
  const told = broken?.errors?.map(({ message }) => message).join(' ') || broken?.error?.message
  const words = told ?? status?.video_status ?? 'error'
  return {
    kind: 'rejected',
    reason: 'invalid',
    pointer: '/parts/0/media/0',
    message: networkTexts.videoUnusable({ words, network: 'Facebook' }),
  }
}

/** One file, fetched by Facebook where it has an address; resumed where an upload was cut. */
async function asOneFile(call: Call, media: Media, progress: Progress): Promise<Uploaded> {
  const { pageId, accessToken } = call.credentials.current()
  const edge = kindOf(call.content) === 'reel' ? 'video_reels' : 'video_stories'
  let from = 0
  if (progress.video === undefined) {
    const form = { upload_phase: 'start' }
    const tried = await attemptAs(call, { method: 'POST', path: `/${pageId}/${edge}`, form }, false)
    if (tried.refusal !== undefined) return surely(tried.refusal)
    const begun = started.pick({ video_id: true }).safeParse(tried.answer.json())
    if (!begun.success) return odd
    progress.video = { id: begun.data.video_id, at: call.clock.now(), done: false }
    await call.saveCheckpoint({ ...progress }, { step: 'upload', done: 0, total: media.bytes })
  } else if (!progress.video.done) {
    const state = await stateOf(call, progress.video.id)
    if ('kind' in state) return surely(state)
    const uploading = state.status?.uploading_phase
    if (uploading?.status === 'complete') return finished(call, progress, media)
    const failed = uploading?.status === 'error' ? failedAs(state) : undefined
    if (failed !== undefined) {
      // another attempt begins a new video
      delete progress.video
      await call.saveCheckpoint({ ...progress })
      return failed
    }
    if (uploading?.status === 'in_progress' && media.url !== undefined) return { kind: 'waiting' }
    // An address is fetched from its beginning.
    from = media.url === undefined ? (uploading?.bytes_transferred ?? 0) : 0
  }
  if (progress.video.done) return ready
  const tried = await attempt(
    platform,
    call,
    {
      method: 'POST',
      // Made here and not taken from the answer: the token goes to no other host.
      url: `${call.app.uploadUrl ?? uploadUrl}/video-upload/${graphVersion.name}/${progress.video.id}`,
      headers: {
        authorization: `OAuth ${accessToken}`,
        offset: String(from),
        file_size: String(media.bytes),
        ...(media.url === undefined ? {} : { file_url: media.url }),
      },
      ...(media.url === undefined ? { body: await media.read({ from, to: media.bytes }) } : {}),
      timeoutMs: 300_000,
    },
    { visible: false },
  )
  if (tried.refusal !== undefined) return surely(tried.refusal)
  if (media.url === undefined) return finished(call, progress, media)
  const state = await stateOf(call, progress.video.id)
  if ('kind' in state) return surely(state)
  return state.status?.uploading_phase?.status === 'complete' ? finished(call, progress, media) : { kind: 'waiting' }
}

async function finished(call: Call, progress: Progress, media: Media): Promise<Uploaded> {
  if (progress.video !== undefined) progress.video.done = true
  await call.saveCheckpoint({ ...progress }, { step: 'upload', done: media.bytes, total: media.bytes })
  return ready
}

/** How a video stands at Facebook; what it said where it could not be asked. */
export async function stateOf(call: AnyCall, id: string): Promise<VideoState | Refused> {
  const tried = await attemptAs(call, { method: 'GET', path: `/${id}`, query: { fields: videoFields } }, false)
  if (tried.refusal !== undefined) return tried.refusal
  const parsed = videoState.safeParse(tried.answer.json())
  return parsed.success ? parsed.data : odd
}
