/** Files go up first, invisible until a post names them. */

import * as z from 'zod'
import { attempt, type HttpAnswer, surelyNot } from '../http/index.ts'
import type { Media, PrepareCall, Prepared } from '../network.ts'
import { renewing } from '../oauth/index.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, isOurs, platform, type Settings, tryAs, unreadable, urn } from './api.ts'
import { unconfirmed } from './facts.ts'

const uploaded = z.object({
  /** `urn:li:image:…`, `urn:li:video:…`, `urn:li:document:…` */
  id: z.string(),
  /** When it was begun (ms). */
  at: z.number(),
  stage: z.enum(['sending', 'processing', 'ready']),
  /** Of a video: where its parts go, and what LinkedIn answered for those that it has. */
  token: z.string().optional(),
  parts: z.array(z.object({ url: z.string(), from: z.number(), to: z.number() })).optional(),
  tags: z.array(z.string()).optional(),
})
export type Uploaded = z.infer<typeof uploaded>

const card = z.object({
  source: z.string(),
  title: z.string(),
  description: z.string().optional(),
  /** `urn:li:image:…` */
  thumbnail: z.string().optional(),
  /** The mark of the cover that the thumbnail is. */
  cover: z.string().optional(),
})

export const checkpoint = z.object({
  /** Position and id of the medium → what LinkedIn has of it. */
  media: z.record(z.string(), uploaded).default({}),
  card: card.optional(),
  /** When the first attempt to send began (ms): a duplicate that is younger is what it made. */
  sending: z.number().optional(),
})
export type Progress = z.infer<typeof checkpoint>

export type UploadCall = PrepareCall<Credentials, Settings>
export type Stopped = Exclude<Prepared, { kind: 'prepared' }>

/** Brings one file up until a post can use it; what stopped that, or undefined when it is ready. `at`: its name in the checkpoint. */
export async function upload(
  call: UploadCall,
  media: Media,
  at: string,
  pointer: string,
  progress: Progress,
): Promise<Stopped | undefined> {
  const known = progress.media[at]
  const resumed = known !== undefined && call.clock.now() - known.at < unconfirmed.uploadLivesMs ? known : undefined
  if (resumed?.stage === 'ready') return undefined
  const stopped = await go(call, media, at, pointer, progress, resumed)
  // What LinkedIn does not know any more is sent again from its beginning; what it could not use is not.
  if (stopped?.kind !== 'rejected' || resumed === undefined || progress.media[at] === undefined) return stopped
  delete progress.media[at]
  await call.saveCheckpoint({ ...progress })
  return { kind: 'transient', message: networkTexts.uploadedAgain({ network: 'LinkedIn' }) }
}

async function go(
  call: UploadCall,
  media: Media,
  at: string,
  pointer: string,
  progress: Progress,
  resumed: Uploaded | undefined,
): Promise<Stopped | undefined> {
  let file = resumed
  if (file?.stage !== 'processing') {
    const sent =
      media.kind === 'video'
        ? await sendVideo(call, media, at, progress, file)
        : await sendWhole(call, media.kind === 'document' ? 'documents' : 'images', await media.read(), media.mime)
    if ('kind' in sent) return sent
    file = sent
    progress.media[at] = file
    await call.saveCheckpoint({ ...progress }, { step: 'processing', done: 0 })
  }
  const stopped = await available(call, file.id, pointer, progress)
  if (stopped !== undefined) {
    if (stopped.kind === 'rejected' && stopped.pointer !== undefined) {
      delete progress.media[at]
      await call.saveCheckpoint({ ...progress })
    }
    return stopped
  }
  progress.media[at] = { id: file.id, at: file.at, stage: 'ready' }
  await call.saveCheckpoint({ ...progress })
  return undefined
}

type Collection = 'images' | 'videos' | 'documents'

/** What a call that makes nothing visible answered, or why it did not. */
async function post(call: UploadCall, path: string, json: unknown): Promise<HttpAnswer | Stopped> {
  const tried = await tryAs(call, { method: 'POST', path, json }, { visible: false })
  return tried.refusal === undefined ? tried.answer : surelyNot(tried.refusal)
}

/** To an address that LinkedIn handed out; with our access only where that is its own. */
async function put(call: UploadCall, url: string, bytes: Uint8Array, type: string): Promise<HttpAnswer | Stopped> {
  const tried = await renewing(call, () => {
    const token = call.credentials.current().accessToken
    const headers = { 'content-type': type, ...(isOurs(call, url) ? { authorization: `Bearer ${token}` } : {}) }
    const request = { method: 'PUT', url, headers, body: bytes, timeoutMs: 60_000 } as const
    return attempt(platform, call, request, { visible: false })
  })
  return tried.refusal === undefined ? tried.answer : surelyNot(tried.refusal)
}

const failed: Stopped = { kind: 'transient', message: unreadable }

const begunWhole = z.object({
  value: z.object({ uploadUrl: z.string(), image: z.string().optional(), document: z.string().optional() }),
})

/** An image or a document, in one piece. */
export async function sendWhole(
  call: UploadCall,
  collection: Exclude<Collection, 'videos'>,
  bytes: Uint8Array,
  mime: string,
): Promise<Uploaded | Stopped> {
  const owner = call.credentials.current().organization
  const answer = await post(call, `/rest/${collection}?action=initializeUpload`, { initializeUploadRequest: { owner } })
  if ('kind' in answer) return answer
  const { data } = begunWhole.safeParse(answer.json())
  const id = data?.value.image ?? data?.value.document
  if (data === undefined || id === undefined) return failed
  const sent = await put(call, data.value.uploadUrl, bytes, mime)
  return 'kind' in sent ? sent : { id, at: call.clock.now(), stage: 'processing' }
}

const begunVideo = z.object({
  value: z.object({
    video: z.string(),
    uploadToken: z.string().catch(''),
    uploadInstructions: z
      .array(z.object({ uploadUrl: z.string(), firstByte: z.number(), lastByte: z.number() }))
      .min(1),
  }),
})

async function beginVideo(call: UploadCall, media: Media): Promise<Uploaded | Stopped> {
  const owner = call.credentials.current().organization
  const answer = await post(call, '/rest/videos?action=initializeUpload', {
    initializeUploadRequest: { owner, fileSizeBytes: media.bytes, uploadCaptions: false, uploadThumbnail: false },
  })
  if ('kind' in answer) return answer
  const { data } = begunVideo.safeParse(answer.json())
  if (data === undefined) return failed
  const { video, uploadToken, uploadInstructions } = data.value
  return {
    id: video,
    at: call.clock.now(),
    stage: 'sending',
    token: uploadToken,
    parts: uploadInstructions.map(({ uploadUrl, firstByte, lastByte }) => ({
      url: uploadUrl,
      from: firstByte,
      to: lastByte + 1,
    })),
    tags: [],
  }
}

/** Part by part, each kept by the tag that LinkedIn answers it with. */
async function sendVideo(
  call: UploadCall,
  media: Media,
  at: string,
  progress: Progress,
  resumed: Uploaded | undefined,
): Promise<Uploaded | Stopped> {
  const file = resumed ?? (await beginVideo(call, media))
  if ('kind' in file) return file
  const { parts = [], token = '' } = file
  const tags = [...(file.tags ?? [])]
  const keep = async () => {
    progress.media[at] = { ...file, tags: [...tags] }
    await call.saveCheckpoint({ ...progress }, { step: 'upload', done: tags.length, total: parts.length })
  }
  if (resumed === undefined) await keep()
  for (const { url, from, to } of parts.slice(tags.length)) {
    const answer = await put(call, url, await media.read({ from, to }), 'application/octet-stream')
    if ('kind' in answer) return answer
    const { etag } = answer.headers
    if (etag === undefined) return failed
    tags.push(etag)
    if (tags.length < parts.length) await keep()
  }
  const done = await post(call, '/rest/videos?action=finalizeUpload', {
    finalizeUploadRequest: { video: file.id, uploadToken: token, uploadedPartIds: tags },
  })
  return 'kind' in done ? done : { id: file.id, at: file.at, stage: 'processing' }
}

const standing = z.object({
  status: z.string(),
  processingFailureReason: z.string().optional().catch(undefined),
})

const collectionOf = (id: string): Collection =>
  id.startsWith('urn:li:video:') ? 'videos' : id.startsWith('urn:li:document:') ? 'documents' : 'images'

/** A post that names a file before it is `AVAILABLE` is refused. */
export async function available(
  call: UploadCall,
  id: string,
  pointer: string,
  progress: Progress,
): Promise<Stopped | undefined> {
  const path = `/rest/${collectionOf(id)}/${urn(id)}`
  const tried = await tryAs(call, { method: 'GET', path }, { visible: false })
  if (tried.refusal !== undefined) return surelyNot(tried.refusal)
  const { data } = standing.safeParse(tried.answer.json())
  if (data === undefined) return failed
  if (data.status === 'AVAILABLE') return undefined
  if (data.status === 'PROCESSING_FAILED')
    return {
      kind: 'rejected',
      reason: 'invalid',
      message: networkTexts.fileUnusable({
        words: data.processingFailureReason ?? 'PROCESSING_FAILED',
        network: 'LinkedIn',
      }),
      pointer,
    }
  return {
    kind: 'preparing',
    lookAt: call.clock.now() + (id.startsWith('urn:li:video:') ? 10_000 : 2_000),
    checkpoint: { ...progress },
    progress: { step: 'processing', done: 0 },
  }
}
