/** A video becomes visible at its second; found again, removed. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { attemptAs, bearer, fresh, readAs } from '../google/index.ts'
import { attempt, isGone } from '../http/index.ts'
import type { ChannelCall, FindCall, Found, Live, Outcome, PublishCall, Refused, Removal } from '../network.ts'
import { fingerprint } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import { apiAt, type Credentials, type Settings, videos, videoUrl, youtubePlatform } from './api.ts'
import { options } from './review.ts'
import { youtubeTexts } from './texts.ts'
import { checkpoint, type Done, prepare, statusOf } from './upload.ts'

type Call = PublishCall<Credentials, Settings>

const live = (videoId: string, commentId?: string): Live => ({
  externalId: videoId,
  url: videoUrl(videoId),
  ...(commentId === undefined ? {} : { parts: [videoId, commentId] }),
})

export async function publish(call: Call): Promise<Outcome> {
  const prepared = await prepare(call)
  if (prepared.kind === 'preparing') return { ...prepared, kind: 'processing' }
  if (prepared.kind !== 'prepared') return prepared
  let done = checkpoint.parse(prepared.checkpoint)
  const videoId = done.videoId ?? ''
  if (!done.shown) {
    const refusal = await show(call, videoId)
    if (refusal !== undefined) return refusal
    done = { ...done, shown: true }
    await call.saveCheckpoint(done, undefined, live(videoId))
  }
  const { firstComment } = options.parse(call.content.options)
  if (firstComment === undefined || done.commentId !== undefined)
    return { kind: 'accepted', ...live(videoId, done.commentId) }
  return comment(call, done, videoId, firstComment)
}

/** Not `publishAt`: we hold the clock. Doing it again changes nothing. */
async function show(call: Call, videoId: string): Promise<Refused | undefined> {
  const wished = options.parse(call.content.options)
  const privacyStatus = wished.privacy ?? 'public'
  const tried = await fresh(call, async (as) => {
    await call.begin('public')
    return attempt(youtubePlatform, call, {
      method: 'PUT',
      url: apiAt(call.app, '/videos', { part: 'status' }),
      headers: bearer(as),
      json: { id: videoId, status: { privacyStatus, ...statusOf(wished) } },
    })
  })
  if (tried.refusal !== undefined) {
    if (!isGone(youtubePlatform, tried.answer)) return tried.refusal
    await call.saveCheckpoint({})
    return {
      kind: 'rejected',
      reason: 'invalid',
      message: youtubeTexts.videoGone(),
      pointer: '/parts/0/media/0',
    }
  }
  const now = z.object({ status: z.object({ privacyStatus: z.string() }) }).safeParse(tried.answer.json()).data
  if (now === undefined) return { kind: 'unknown', message: networkTexts.unreadable({ network: 'YouTube' }) }
  if (now.status.privacyStatus === privacyStatus) return undefined
  return {
    kind: 'rejected',
    reason: 'permission',
    message: youtubeTexts.keptAs({ status: now.status.privacyStatus }),
    pointer: '/options/privacy',
  }
}

async function comment(call: Call, done: Done, videoId: string, text: string): Promise<Outcome> {
  const tried = await fresh(call, async (as) => {
    await call.begin('first comment')
    return attempt(youtubePlatform, call, {
      method: 'POST',
      url: apiAt(call.app, '/commentThreads', { part: 'snippet' }),
      headers: bearer(as),
      json: {
        snippet: {
          channelId: call.account.externalId,
          videoId,
          topLevelComment: { snippet: { textOriginal: text } },
        },
      },
    })
  })
  if (tried.refusal?.kind === 'rejected')
    return {
      kind: 'partial',
      ...live(videoId),
      parts: [videoId],
      message: youtubeTexts.commentFailed({ why: tried.refusal.message }),
    }
  if (tried.refusal !== undefined) return tried.refusal
  const made = z.object({ id: z.string() }).safeParse(tried.answer.json()).data
  if (made === undefined) return { kind: 'unknown', message: networkTexts.unreadable({ network: 'YouTube' }) }
  await call.saveCheckpoint({ ...done, commentId: made.id })
  return { kind: 'accepted', ...live(videoId, made.id) }
}

// ---- found again ------------------------------------------------------------------------------------------------

const threads = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      snippet: z.object({
        topLevelComment: z.object({
          snippet: z.object({
            textOriginal: z.string().optional(),
            textDisplay: z.string().optional(),
            authorChannelId: z.object({ value: z.string() }).optional(),
          }),
        }),
      }),
    }),
  ),
})

/**
 * The id of the video was known before anything was visible, so what was lost is read off the video itself: whether it
 * is still private. A first comment is looked for under it. Both are the truth, not a search.
 */
export async function find(call: FindCall<Credentials, Settings>): Promise<Found> {
  const done = checkpoint.parse(call.checkpoint ?? {})
  const { videoId } = done
  // Bytes without a video, or nothing at all: no step that shows anything was begun.
  if (videoId === undefined) return { kind: 'absent' }
  const { firstComment, privacy } = options.parse(call.content.options)
  try {
    if (!done.shown) {
      const url = apiAt(call.app, '/videos', { part: 'status', id: videoId })
      const video = (await readAs(youtubePlatform, call, url, videos))?.items[0]
      if (video === undefined || video.status.privacyStatus !== (privacy ?? 'public')) return { kind: 'absent' }
      if (firstComment === undefined) return { kind: 'found', ...live(videoId) }
      return { kind: 'resume', checkpoint: { ...done, shown: true }, parts: [videoId] }
    }
    if (firstComment === undefined) return { kind: 'found', ...live(videoId) }
    const commentId = done.commentId ?? (await ownComment(call, videoId, firstComment))
    return commentId === undefined ? { kind: 'absent' } : { kind: 'found', ...live(videoId, commentId) }
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'reconnect_needed') throw error
    return { kind: 'unable', message: error.text }
  }
}

async function ownComment(
  call: FindCall<Credentials, Settings>,
  videoId: string,
  text: string,
): Promise<string | undefined> {
  const query = { part: 'snippet', videoId, order: 'time', maxResults: '100', textFormat: 'plainText' }
  const found = await readAs(youtubePlatform, call, apiAt(call.app, '/commentThreads', query), threads)
  const wanted = fingerprint(text)
  return found?.items.find(
    ({
      snippet: {
        topLevelComment: { snippet },
      },
    }) => {
      if (snippet.authorChannelId?.value !== call.account.externalId) return false
      return fingerprint(snippet.textOriginal ?? snippet.textDisplay ?? '') === wanted
    },
  )?.id
}

/** Its comments go with it. */
export async function remove(call: ChannelCall<Credentials, Settings>, { externalId }: Live): Promise<Removal> {
  const url = apiAt(call.app, '/videos', { id: externalId })
  const tried = await attemptAs(youtubePlatform, call, { method: 'DELETE', url }, {})
  if (tried.refusal !== undefined && !isGone(youtubePlatform, tried.answer)) return tried.refusal
  return { kind: 'deleted' }
}
