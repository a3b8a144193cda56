/** Posts: out, followed until TikTok has worked on them, found again. TikTok lets no program delete. */

import * as z from 'zod'
import { byTheirClock } from '../http/index.ts'
import { idText } from '../json.ts'
import type { ChannelAccount, FindCall, Found, Live, Outcome, PublishCall } from '../network.ts'
import { fingerprint } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, callApi, type Settings } from './api.ts'
import { publicIdWaitMs } from './facts.ts'
import { tiktokTexts } from './texts.ts'
import { checkpoint, cut, type Progress, postInfo, prepare, sendChunk, videoOf } from './upload.ts'

type Call = PublishCall<Credentials, Settings>

export async function publish(call: Call): Promise<Outcome> {
  const before = checkpoint.parse(call.checkpoint ?? {})
  if (before.delivered) return look(call, before)
  const video = videoOf(call.content)
  if (video === undefined) return photos(call)
  const prepared = await prepare(call)
  if (prepared.kind === 'preparing') return { ...prepared, kind: 'processing' }
  if (prepared.kind !== 'prepared') return prepared
  const progress = checkpoint.parse(prepared.checkpoint)
  if (progress.upload === undefined) return { kind: 'transient', message: tiktokTexts.noUploadAddress() }
  await call.begin('last chunk')
  const refusal = await sendChunk(call, video, progress.upload.url, cut(video.bytes).count - 1, true)
  if (refusal !== undefined) return refusal
  const delivered = { ...progress, delivered: true }
  await call.saveCheckpoint(delivered, { step: 'processing', done: video.bytes, total: video.bytes })
  return look(call, delivered)
}

const initiated = z.object({ data: z.object({ publish_id: z.string() }) })

async function photos(call: Call): Promise<Outcome> {
  const urls = (call.content.parts[0]?.media ?? []).flatMap((one) => one.url ?? [])
  await call.begin('photos')
  const tried = await callApi(
    call,
    '/post/publish/content/init/',
    {
      media_type: 'PHOTO',
      post_mode: 'DIRECT_POST',
      post_info: postInfo(call.content),
      source_info: { source: 'PULL_FROM_URL', photo_cover_index: 0, photo_images: urls },
    },
    {},
  )
  if (tried.refusal !== undefined) return tried.refusal
  const parsed = initiated.safeParse(tried.answer.json())
  if (!parsed.success) return { kind: 'unknown', message: networkTexts.unreadable({ network: 'TikTok' }) }
  const progress = { publishId: parsed.data.data.publish_id, delivered: true }
  await call.saveCheckpoint(progress, { step: 'processing', done: 0 })
  return look(call, progress)
}

const statusSchema = z.object({
  data: z.object({
    status: z.string(),
    fail_reason: z.string().optional(),
    publicaly_available_post_id: z.array(idText).optional(),
    uploaded_bytes: z.number().optional(),
  }),
})

/** Where TikTok is with it. */
async function look(call: Call, progress: Progress): Promise<Outcome> {
  const again = (more: Progress, seconds: number): Outcome => ({
    kind: 'processing',
    lookAt: call.clock.now() + seconds * 1000,
    checkpoint: more,
    progress: { step: 'processing', done: 0 },
  })
  const tried = await callApi(
    call,
    '/post/publish/status/fetch/',
    { publish_id: progress.publishId },
    { visible: false },
  )
  if (tried.refusal?.kind === 'reauthorize' || tried.refusal?.kind === 'limited') return tried.refusal
  const found = tried.refusal === undefined ? statusSchema.safeParse(tried.answer.json()).data?.data : undefined
  // it is with TikTok: what cannot be read now is read later
  if (found === undefined) return again(progress, 15)
  const [id] = found.publicaly_available_post_id ?? []
  if (id !== undefined) return { kind: 'accepted', ...liveOf(call.account, id) }
  if (found.status === 'FAILED')
    return {
      kind: 'rejected',
      reason: found.fail_reason?.startsWith('spam_risk') === true ? 'policy' : 'invalid',
      message: tiktokTexts.postRefused({
        words:
          found.fail_reason === undefined ? networkTexts.noReason() : networkTexts.quoted({ words: found.fail_reason }),
      }),
    }
  if (found.status !== 'PUBLISH_COMPLETE') return again(progress, 5)
  const completeAt = progress.completeAt ?? call.clock.now()
  // A post that only its author sees never gets a public id: it is known by the id of its upload.
  const hidden = postInfo(call.content).privacy_level === 'SELF_ONLY'
  if (hidden || call.clock.now() - completeAt > publicIdWaitMs)
    return { kind: 'accepted', externalId: progress.publishId ?? '' }
  return again({ ...progress, completeAt }, 30)
}

export const liveOf = (account: ChannelAccount, id: string): Live => ({
  externalId: id,
  url: `https://www.tiktok.com/${account.handle.startsWith('@') ? account.handle : `@${account.handle}`}/video/${id}`,
})

const list = z.object({
  data: z.object({
    videos: z.array(
      z.object({
        id: z.string(),
        create_time: z.number(),
        video_description: z.string().optional(),
        title: z.string().optional(),
      }),
    ),
  }),
})

/**
 * First the upload itself, which TikTok knows by its id; where the answer that named it was lost (photos), the account's
 * newest posts. A post in moderation is in neither list, so absence proves nothing there.
 */
export async function find(call: FindCall<Credentials, Settings>): Promise<Found> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  if (progress.publishId !== undefined) {
    const tried = await callApi(
      call,
      '/post/publish/status/fetch/',
      { publish_id: progress.publishId },
      { visible: false },
    )
    if (tried.refusal !== undefined) return { kind: 'unable', message: tried.refusal.message }
    const found = statusSchema.safeParse(tried.answer.json()).data?.data
    if (found === undefined) return { kind: 'unable', message: networkTexts.unreadable({ network: 'TikTok' }) }
    const [id] = found.publicaly_available_post_id ?? []
    if (id !== undefined) return { kind: 'found', ...liveOf(call.account, id) }
    const waits =
      found.status === 'PROCESSING_UPLOAD' && (found.uploaded_bytes ?? 0) < (videoOf(call.content)?.bytes ?? 0)
    if (waits) return { kind: 'absent' }
    return { kind: 'resume', checkpoint: { ...progress, delivered: true }, parts: [] }
  }
  const tried = await callApi(
    call,
    '/video/list/?fields=id,create_time,video_description,title',
    { max_count: 20 },
    { visible: false },
  )
  if (tried.refusal !== undefined) return { kind: 'unable', message: tried.refusal.message }
  const parsed = list.safeParse(tried.answer.json())
  if (!parsed.success) return { kind: 'unable', message: networkTexts.unreadableList({ network: 'TikTok' }) }
  const since = byTheirClock(call.since, call.clock.now(), tried.answer.headers)
  const text = fingerprint(call.content.parts[0]?.text ?? '')
  const ours = parsed.data.data.videos
    .filter((one) => one.create_time * 1000 >= since - 1000)
    .filter((one) => fingerprint(one.video_description ?? one.title ?? '') === text)
    .sort((a, b) => a.create_time - b.create_time)
  for (const one of ours) if (!(await call.taken(one.id))) return { kind: 'found', ...liveOf(call.account, one.id) }
  return { kind: 'absent' }
}
