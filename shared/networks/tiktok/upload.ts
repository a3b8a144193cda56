/**
 * A video on its way to TikTok. The upload is the publication: TikTok posts it when the last byte is there. So everything
 * but the last chunk goes ahead of its second, and the last one at it.
 */

import * as z from 'zod'
import { attempt, surelyNot } from '../http/index.ts'
import type { Content, Media, PrepareCall, Prepared, Refused } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, callApi, type Settings, tiktok } from './api.ts'
import { chunk, privacyLevels, unconfirmed } from './facts.ts'
import { options } from './review.ts'
import { tiktokTexts } from './texts.ts'

export const checkpoint = z.object({
  publishId: z.string().optional(),
  upload: z.object({ url: z.string(), at: z.number(), sent: z.number() }).optional(),
  /** Everything is with TikTok: what is left is to look. */
  delivered: z.boolean().optional(),
  /** TikTok said that it is done (ms), while the post has no public id yet. */
  completeAt: z.number().optional(),
})
export type Progress = z.infer<typeof checkpoint>

type Call = PrepareCall<Credentials, Settings>
const initiated = z.object({ data: z.object({ publish_id: z.string(), upload_url: z.string() }) })
const creator = z.object({
  data: z.object({
    privacy_level_options: z.array(z.string()),
    comment_disabled: z.boolean().optional(),
    max_video_post_duration_sec: z.number().optional(),
  }),
})

export const videoOf = (content: Content): Media | undefined =>
  content.parts[0]?.media.find((one) => one.kind === 'video')

export const ahead = (content: Content): number => (videoOf(content) === undefined ? 0 : unconfirmed.aheadMs)

/** How a file is cut: equal chunks, the rest added to the last (up to 128 MB). */
export function cut(bytes: number): { readonly size: number; readonly count: number } {
  const size = Math.min(bytes, chunk.bytes)
  return { size, count: Math.max(1, Math.floor(bytes / size)) }
}

export async function prepare(call: Call): Promise<Prepared> {
  const video = videoOf(call.content)
  let progress = checkpoint.parse(call.checkpoint ?? {})
  if (video === undefined || progress.delivered) return { kind: 'prepared', checkpoint: progress }
  const { size, count } = cut(video.bytes)
  const old = progress.upload !== undefined && call.clock.now() - progress.upload.at > unconfirmed.uploadLivesMs
  if (progress.upload === undefined || old) {
    const refusal = await checkCreator(call, video)
    if (refusal !== undefined) return surelyNot(refusal)
    const tried = await callApi(
      call,
      '/post/publish/video/init/',
      {
        post_info: postInfo(call.content),
        source_info: { source: 'FILE_UPLOAD', video_size: video.bytes, chunk_size: size, total_chunk_count: count },
      },
      { visible: false },
    )
    if (tried.refusal !== undefined) return surelyNot(tried.refusal)
    const parsed = initiated.safeParse(tried.answer.json())
    if (!parsed.success) return { kind: 'transient', message: networkTexts.unreadableUpload({ network: 'TikTok' }) }
    const { publish_id: publishId, upload_url: url } = parsed.data.data
    progress = { publishId, upload: { url, at: call.clock.now(), sent: 0 } }
    await call.saveCheckpoint(progress, { step: 'upload', done: 0, total: video.bytes })
  } else {
    // a function may have died between a chunk and its checkpoint: TikTok knows what it has
    const had = await received(call, progress)
    if (typeof had === 'object') return surelyNot(had)
    progress = { ...progress, upload: { ...progress.upload, sent: Math.min(Math.floor(had / size), count - 1) } }
  }
  for (let upload = progress.upload; upload !== undefined && upload.sent < count - 1; upload = progress.upload) {
    const refusal = await sendChunk(call, video, upload.url, upload.sent, false)
    if (refusal !== undefined) return surelyNot(refusal)
    progress = { ...progress, upload: { ...upload, sent: upload.sent + 1 } }
    await call.saveCheckpoint(progress, { step: 'upload', done: (upload.sent + 1) * size, total: video.bytes })
  }
  return { kind: 'prepared', checkpoint: progress }
}

const uploading = z.object({ data: z.object({ uploaded_bytes: z.number().optional() }) })

/** Bytes that TikTok has of an upload, or why it cannot say. */
async function received(call: Call, { publishId }: Progress): Promise<number | Refused> {
  const tried = await callApi(call, '/post/publish/status/fetch/', { publish_id: publishId }, { visible: false })
  if (tried.refusal !== undefined) return tried.refusal
  const parsed = uploading.safeParse(tried.answer.json())
  if (!parsed.success) return { kind: 'transient', message: networkTexts.unreadableUpload({ network: 'TikTok' }) }
  return parsed.data.data.uploaded_bytes ?? 0
}

/** The chunk with this number; the last one takes the rest of the file. Undefined: TikTok has it. */
export async function sendChunk(
  call: Call,
  video: Media,
  url: string,
  index: number,
  visible: boolean,
): Promise<Refused | undefined> {
  const { size, count } = cut(video.bytes)
  const from = index * size
  const to = index === count - 1 ? video.bytes : from + size
  const tried = await attempt(
    tiktok,
    call,
    {
      method: 'PUT',
      url,
      headers: { 'content-type': video.mime, 'content-range': `bytes ${from}-${to - 1}/${video.bytes}` },
      body: await video.read({ from, to }),
      timeoutMs: 90_000,
    },
    { visible },
  )
  return tried.refusal
}

/** TikTok wants its creator asked before every post: what may be chosen changes with the account. */
async function checkCreator(call: Call, video: Media): Promise<Refused | undefined> {
  const tried = await callApi(call, '/post/publish/creator_info/query/', {}, { visible: false })
  if (tried.refusal !== undefined) return tried.refusal
  const parsed = creator.safeParse(tried.answer.json())
  if (!parsed.success) return { kind: 'transient', message: tiktokTexts.unreadableCreator() }
  const { privacy_level_options: levels, max_video_post_duration_sec: seconds } = parsed.data.data
  const wanted = postInfo(call.content).privacy_level
  if (!levels.includes(wanted))
    return {
      kind: 'rejected',
      reason: 'permission',
      pointer: '/options/privacy',
      message: tiktokTexts.privacy({ wanted, offered: levels.join(', ') }),
    }
  if (seconds !== undefined && video.seconds !== undefined && video.seconds > seconds)
    return {
      kind: 'rejected',
      reason: 'invalid',
      pointer: '/parts/0/media/0',
      message: tiktokTexts.accountVideo({ max: seconds, seconds: Math.round(video.seconds) }),
    }
  return undefined
}

export function postInfo(content: Content) {
  const wished = options.parse(content.options)
  const photos = videoOf(content) === undefined
  const text = content.parts[0]?.text ?? ''
  return {
    ...(photos
      ? { ...(wished.title === undefined ? {} : { title: wished.title }), description: text }
      : { title: text, disable_duet: wished.duetOff ?? false, disable_stitch: wished.stitchOff ?? false }),
    privacy_level: privacyLevels[wished.privacy ?? 'public'],
    disable_comment: wished.commentsOff ?? false,
    brand_content_toggle: wished.paidPartnership ?? false,
    brand_organic_toggle: wished.ownBrand ?? false,
    ...(wished.aiMade === undefined || photos ? {} : { is_aigc: wished.aiMade }),
    ...(wished.coverAtSeconds === undefined || photos
      ? {}
      : { video_cover_timestamp_ms: Math.round(wished.coverAtSeconds * 1000) }),
  }
}
