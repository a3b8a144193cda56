/**
 * Videos go to a service of their own, which makes them ready and puts the blob into the account's repository
 * (docs.bsky.app, “Uploading Video”). It takes tokens that the account's server signs for one purpose each.
 */

import * as z from 'zod'
import type { Text } from '../../i18n/index.ts'
import { type HttpAnswer, outcomeOfFailure, surelyNot } from '../http/index.ts'
import type { Media, Prepared } from '../network.ts'
import { fileKey } from '../sent.ts'
import { networkTexts } from '../texts.ts'
import { attempt, type BlueskyCall, refusalOf, wordsOf, xrpc } from './api.ts'
import { unconfirmed, uploadTokenSeconds, videoService, videoServiceDid } from './facts.ts'
import { type Blob, keep, type Progress, type Uploading } from './progress.ts'
import { blueskyTexts } from './texts.ts'

type Stopped = Exclude<Prepared, { kind: 'prepared' }>

const jobStatus = z.object({
  jobId: z.string().min(1),
  state: z.string(),
  progress: z.number().optional().catch(undefined),
  blob: z.record(z.string(), z.unknown()).optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  failureCode: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
})
type JobStatus = z.infer<typeof jobStatus>

/** The lexicon wraps it, the service's answer to an upload does not. */
function jobIn(answer: HttpAnswer): JobStatus | undefined {
  const json = answer.json()
  return z.object({ jobStatus }).safeParse(json).data?.jobStatus ?? jobStatus.safeParse(json).data
}

const transient = (message: Text): Stopped => ({ kind: 'transient', message })
const unreadable = transient(blueskyTexts.videoUnreadable())

/** The job is waited for this long within the call, then from outside. */
const waitInCallMs = 8_000
const lookAgainMs = 10_000

/** Until the blob is in the progress; what stopped it, or undefined. */
export async function uploadVideo(
  call: Uploading,
  media: Media,
  progress: Progress,
  pointer: string,
): Promise<Stopped | undefined> {
  let job = progress.jobs[fileKey(media)]
  if (job === undefined) {
    const stopped = await mayUpload(call)
    if (stopped !== undefined) return stopped
    const begun = await send(call, media)
    if (typeof begun !== 'string') return begun
    job = begun
    progress.jobs[fileKey(media)] = job
    await keep(call, progress, { step: 'processing', done: 0, total: 100 })
  }
  return processed(call, media, job, progress, pointer)
}

/** A token of the account's server, for one method at one service. */
async function serviceToken(
  call: BlueskyCall,
  aud: string,
  lxm: string,
  seconds = 60,
): Promise<{ readonly token: string } | Stopped> {
  const exp = String(Math.floor(call.clock.now() / 1000) + seconds)
  const tried = await attempt(
    call,
    { method: 'com.atproto.server.getServiceAuth', params: { aud, lxm, exp } },
    { visible: false },
  )
  if ('refusal' in tried) return surelyNot(tried.refusal)
  return z.object({ token: z.string().min(1) }).safeParse(tried.answer.json()).data ?? unreadable
}

const limits = z.object({
  canUpload: z.boolean(),
  remainingDailyVideos: z.number().optional().catch(undefined),
  remainingDailyBytes: z.number().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
})

async function mayUpload(call: Uploading): Promise<Stopped | undefined> {
  const method = 'app.bsky.video.getUploadLimits'
  const given = await serviceToken(call, videoServiceDid, method)
  if ('kind' in given) return given
  const answer = await asked(call, xrpc(call, hostOf(call), { method, params: {} }, given.token))
  if ('kind' in answer) return answer
  const told = limits.safeParse(answer.json()).data
  if (told === undefined) return unreadable
  if (told.canUpload) return undefined
  const message = blueskyTexts.noVideoNow({ words: told.message || told.error || 'canUpload is false' })
  return told.remainingDailyVideos === 0 || told.remainingDailyBytes === 0
    ? {
        kind: 'limited',
        until: call.clock.now() + unconfirmed.quotaWaitMs,
        scope: 'channel',
        reason: 'quota',
        message,
      }
    : { kind: 'rejected', reason: 'permission', message }
}

const hostOf = (call: Pick<BlueskyCall, 'app'>) => call.app['uploadUrl'] ?? videoService

/** The id of the job. The same file again is told by 409, with the job that made it. */
async function send(call: Uploading, media: Media): Promise<string | Stopped> {
  const { did, pds } = call.credentials.current()
  // The blob ends in the account's repository: its server is whom the token speaks to.
  const audience = `did:web:${encodeURIComponent(new URL(pds).host)}`
  const given = await serviceToken(call, audience, 'com.atproto.repo.uploadBlob', uploadTokenSeconds)
  if ('kind' in given) return given
  const request = {
    method: 'app.bsky.video.uploadVideo',
    query: { did, name: `${media.id}.mp4` },
    bytes: { data: await media.read(), mime: media.mime },
    timeoutMs: 300_000,
  }
  const answer = await asked(call, xrpc(call, hostOf(call), request, given.token), 409)
  if ('kind' in answer) return answer
  const job = jobIn(answer)
  if (job !== undefined) return job.jobId
  return answer.status === 409 ? surelyNot(refusalOf(answer, call.clock.now(), false)) : unreadable
}

/** An answer of the service that can be read on, or what its refusal means. Nothing it does is visible. */
async function asked(call: BlueskyCall, sent: Promise<HttpAnswer>, also?: number): Promise<HttpAnswer | Stopped> {
  let answer: HttpAnswer
  try {
    answer = await sent
  } catch (error) {
    return surelyNot(outcomeOfFailure(error, { visible: false }))
  }
  if ((answer.status >= 200 && answer.status < 300) || answer.status === also) return answer
  const refusal = surelyNot(refusalOf(answer, call.clock.now(), false))
  // The token was made a moment ago: it is not the channel's session that has ended.
  if (refusal.kind === 'reauthorize') return transient(blueskyTexts.videoToken({ words: wordsOf(answer).quoted }))
  return refusal
}

/** These say that the file was fine and the service was not. */
const notTheFile = new Set(['pds_upload_failure', 'generic_failure'])

async function processed(
  call: Uploading,
  media: Media,
  job: string,
  progress: Progress,
  pointer: string,
): Promise<Stopped | undefined> {
  const start = call.clock.now()
  for (let pause = 250; ; pause = Math.min(pause * 2, 2_000)) {
    const request = { method: 'app.bsky.video.getJobStatus', params: { jobId: job } }
    const answer = await asked(call, xrpc(call, hostOf(call), request))
    if ('kind' in answer) return answer.kind === 'rejected' ? again(call, media, progress, answer.message) : answer
    const told = jobIn(answer)
    if (told === undefined) return unreadable
    if (told.blob !== undefined) return done(call, media, told.blob, progress)
    if (told.state === 'JOB_STATE_FAILED') {
      const words = told.message || told.error || told.failureCode || 'processing failed'
      if (notTheFile.has(told.failureCode ?? '')) return again(call, media, progress, networkTexts.quoted({ words }))
      return {
        kind: 'rejected',
        reason: 'invalid',
        message: blueskyTexts.videoUnusable({ words }),
        pointer,
      }
    }
    if (call.clock.now() - start + pause > waitInCallMs)
      return {
        kind: 'preparing',
        lookAt: call.clock.now() + lookAgainMs,
        checkpoint: { ...progress },
        progress: { step: 'processing', done: told.progress ?? 0, total: 100 },
      }
    await call.clock.sleep(pause, call.signal)
  }
}

async function done(call: Uploading, media: Media, blob: Blob, progress: Progress): Promise<undefined> {
  progress.blobs[fileKey(media)] = blob
  delete progress.jobs[fileKey(media)]
  await keep(call, progress)
}

async function again(call: Uploading, media: Media, progress: Progress, words: Text): Promise<Stopped> {
  delete progress.jobs[fileKey(media)]
  await keep(call, progress)
  return transient(blueskyTexts.videoLost({ words }))
}
