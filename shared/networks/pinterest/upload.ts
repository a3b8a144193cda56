/** A video on its way to Pinterest: registered, sent, transcoded. Nothing of it is visible before its pin is. */

import * as z from 'zod'
import { attempt, surelyNot } from '../http/index.ts'
import type { Content, Media, PrepareCall, Prepared } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { base, bearer, type Credentials, pinterest, type Settings } from './api.ts'
import { unconfirmed } from './facts.ts'
import { pinterestTexts } from './texts.ts'

export const checkpoint = z.object({
  video: z
    .object({
      mediaId: z.string(),
      /** Registered at (ms): uploads do not live for ever. */
      at: z.number(),
      state: z.enum(['registered', 'sent', 'ready']),
      uploadUrl: z.string(),
      parameters: z.record(z.string(), z.string()),
    })
    .optional(),
  pinId: z.string().optional(),
})

type Call = PrepareCall<Credentials, Settings>

const registered = z.object({
  media_id: z.string(),
  upload_url: z.url(),
  upload_parameters: z.record(z.string(), z.string()),
})
const looked = z.object({ status: z.enum(['registered', 'processing', 'succeeded', 'failed']) })

export const videoOf = (content: Content): Media | undefined =>
  content.parts[0]?.media.find((one) => one.kind === 'video')

export const ahead = (content: Content): number => (videoOf(content) === undefined ? 0 : unconfirmed.aheadMs)

export async function prepare(call: Call): Promise<Prepared> {
  const video = videoOf(call.content)
  let progress = checkpoint.parse(call.checkpoint ?? {})
  if (video === undefined) return { kind: 'prepared', checkpoint: progress }
  const old = progress.video !== undefined && call.clock.now() - progress.video.at > unconfirmed.uploadLivesMs
  if (progress.video === undefined || old) {
    const tried = await attempt(pinterest, call, request(call, 'POST', '/media', { media_type: 'video' }), invisible)
    if (tried.refusal !== undefined) return surelyNot(tried.refusal)
    const parsed = registered.safeParse(tried.answer.json())
    if (!parsed.success) return unreadable
    const { media_id: mediaId, upload_url: uploadUrl, upload_parameters: parameters } = parsed.data
    progress = { video: { mediaId, uploadUrl, parameters, state: 'registered', at: call.clock.now() } }
    await call.saveCheckpoint(progress, { step: 'upload', done: 0, total: video.bytes })
  }
  const upload = progress.video
  if (upload === undefined) return unreadable
  if (upload.state === 'registered') {
    const form = new FormData()
    for (const [name, value] of Object.entries(upload.parameters)) form.set(name, value)
    form.set('file', new Blob([new Uint8Array(await video.read())], { type: video.mime }), 'video')
    const sent = await attempt(
      pinterest,
      call,
      { method: 'POST', url: upload.uploadUrl, form, timeoutMs: 120_000 },
      invisible,
    )
    if (sent.refusal !== undefined) return surelyNot(sent.refusal)
    progress = { video: { ...upload, state: 'sent' } }
    await call.saveCheckpoint(progress, { step: 'processing', done: video.bytes, total: video.bytes })
  }
  if (progress.video?.state !== 'ready') {
    const tried = await attempt(pinterest, call, request(call, 'GET', `/media/${upload.mediaId}`), invisible)
    if (tried.refusal !== undefined) return surelyNot(tried.refusal)
    const { status } = looked.safeParse(tried.answer.json()).data ?? {}
    if (status === 'failed')
      return {
        kind: 'rejected',
        reason: 'invalid',
        message: pinterestTexts.videoUnreadable(),
        pointer: '/parts/0/media/0',
      }
    if (status !== 'succeeded')
      return {
        kind: 'preparing',
        lookAt: call.clock.now() + 5_000,
        checkpoint: progress,
        progress: { step: 'processing', done: 0 },
      }
    progress = { video: { ...upload, state: 'ready' } }
    await call.saveCheckpoint(progress)
  }
  return { kind: 'prepared', checkpoint: progress }
}

export function request(
  call: Pick<Call, 'app' | 'credentials'>,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  json?: unknown,
) {
  return {
    method,
    url: `${base(call.app)}${path}`,
    headers: bearer(call.credentials.current()),
    ...(json === undefined ? {} : { json, timeoutMs: 60_000 }),
  } as const
}

const invisible = { visible: false }
const unreadable = { kind: 'transient', message: networkTexts.unreadableUpload({ network: 'Pinterest' }) } as const
