/** Posts of a Page: sending and removing. */

import * as z from 'zod'
import { isGone, surelyNot } from '../http/index.ts'
import { idText } from '../json.ts'
import type {
  Content,
  DiscardCall,
  Discarded,
  Live,
  Outcome,
  PrepareCall,
  Prepared,
  PublishCall,
  Removal,
} from '../network.ts'
import { findLinks } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import { attemptAs, type Call, type Credentials, created, platform, unreadable, urlOf } from './api.ts'
import type { Settings } from './connect.ts'
import { unconfirmed } from './facts.ts'
import { kindOf, options } from './review.ts'
import { facebookTexts } from './texts.ts'
import {
  checkpoint,
  failedAs,
  type Progress,
  slot,
  stateOf,
  type Upload,
  uploadAll,
  type VideoState,
} from './upload.ts'

const photoAheadMs = 60_000
const videoAheadMs = 15 * 60_000
const lookMs = 10_000
/** After this long nobody can tell any more whether the video will come. */
const longestProcessingMs = 2 * 3600_000

/** How long before its second the uploads should begin, in ms. */
export function ahead(content: Content): number {
  const media = content.parts[0]?.media ?? []
  if (media.some(({ kind }) => kind === 'video')) return videoAheadMs
  return media.length > 0 ? photoAheadMs : 0
}

/** Photos are uploaded unpublished, videos without their last call: Facebook shows neither. */
export async function prepare(call: PrepareCall<Credentials, Settings>): Promise<Prepared> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  const uploaded = await uploadAll(call, progress)
  if (uploaded.kind === 'ready') return { kind: 'prepared', checkpoint: { ...progress } }
  return uploaded.kind === 'waiting' ? { ...waiting(call, progress), kind: 'preparing' } : uploaded
}

const waiting = (call: Call, progress: Progress) => ({
  lookAt: call.clock.now() + lookMs,
  checkpoint: { ...progress },
  progress: { step: 'processing', done: 0 },
})

/**
 * One visible call, short because all media are there, so that a lost answer can be told by their ids; of a video it is
 * looked at until it shows; then the first comment. https://developers.facebook.com/docs/graph-api/reference/page/feed
 */
export async function publish(call: PublishCall<Credentials, Settings>): Promise<Outcome> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  const { content } = call
  if (content.parts.length !== 1)
    return { kind: 'rejected', reason: 'invalid', message: networkTexts.noThreads({ network: 'Facebook' }) }
  const { firstComment } = options.parse(content.options)
  if (progress.post === undefined) {
    const uploaded = await uploadAll(call, progress)
    if (uploaded.kind === 'waiting') return { ...waiting(call, progress), kind: 'processing' }
    if (uploaded.kind !== 'ready') return uploaded
    const sent = progress.video === undefined ? await post(call, progress) : await postVideo(call, progress)
    if ('kind' in sent) return sent
    progress.post = sent
    if (firstComment !== undefined) await call.saveCheckpoint({ ...progress }, undefined, liveOf(sent))
  }
  const live = liveOf(progress.post)
  if (firstComment === undefined) return { kind: 'accepted', ...live }
  return commentFirst(call, live, firstComment)
}

type Posted = NonNullable<Progress['post']>

const liveOf = ({ id, url }: Posted): Live => ({ externalId: id, url })

/** Text, a link, photos, or a story's photo. */
async function post(call: PublishCall<Credentials, Settings>, progress: Progress): Promise<Posted | Outcome> {
  const [part = { text: '', media: [] }] = call.content.parts
  const { pageId } = call.credentials.current()
  const photos = part.media.flatMap((media, position) => progress.photos[slot(position, media)]?.id ?? [])
  if (kindOf(call.content) === 'story') {
    const [photo_id = ''] = photos
    await call.begin('story')
    const tried = await attemptAs(call, { method: 'POST', path: `/${pageId}/photo_stories`, form: { photo_id } }, true)
    return tried.refusal ?? storyIn(tried.answer.json(), pageId)
  }
  const link = photos.length > 0 ? undefined : linkOf(part.text, call.content.options)
  const form = {
    ...(part.text === '' ? {} : { message: part.text }),
    ...(link === undefined ? {} : { link }),
    ...(photos.length === 0 ? {} : { attached_media: JSON.stringify(photos.map((id) => ({ media_fbid: id }))) }),
  }
  await call.begin('post')
  const tried = await attemptAs(call, { method: 'POST', path: `/${pageId}/feed`, form }, true)
  if (tried.refusal !== undefined) return tried.refusal
  const made = created.safeParse(tried.answer.json())
  if (!made.success) return { kind: 'unknown', message: unreadable }
  return { id: made.data.id, url: urlOf(made.data.id) }
}

function storyIn(answer: unknown, pageId: string): Posted | Outcome {
  const made = z.object({ post_id: idText }).safeParse(answer)
  if (!made.success) return { kind: 'unknown', message: unreadable }
  return storyOf(made.data.post_id, pageId)
}

export function storyOf(postId: string, pageId: string): Posted {
  const id = postId.includes('_') ? postId : `${pageId}_${postId}`
  return { id, url: urlOf(id) }
}

/** Facebook shows a preview only of what is named as link: people expect the first one of the text. */
function linkOf(text: string, given: Readonly<Record<string, unknown>>): string | undefined {
  const { link } = options.parse(given)
  if (link === false) return undefined
  return link ?? findLinks(text)[0]?.url
}

const edges = { reel: 'video_reels', story: 'video_stories', video: 'videos', text: 'videos' } as const

const told = z.object({ post_id: z.optional(idText) })

/** The last phase of the upload publishes. What is uploaded may then be processed for minutes before it shows. */
async function postVideo(call: PublishCall<Credentials, Settings>, progress: Progress): Promise<Posted | Outcome> {
  const { video } = progress
  if (video === undefined) return { kind: 'transient', message: unreadable }
  const { pageId } = call.credentials.current()
  if (progress.finishedAt === undefined) {
    const kind = kindOf(call.content)
    const text = call.content.parts[0]?.text ?? ''
    const form = {
      upload_phase: 'finish',
      ...(video.session === undefined ? { video_id: video.id } : { upload_session_id: video.session }),
      ...(kind === 'reel' ? { video_state: 'PUBLISHED' } : {}),
      ...(kind === 'story' || text === '' ? {} : { description: text }),
    }
    await call.begin(kind)
    const tried = await attemptAs(call, { method: 'POST', path: `/${pageId}/${edges[kind]}`, form }, true)
    if (tried.refusal !== undefined) return tried.refusal
    video.postId = told.safeParse(tried.answer.json()).data?.post_id
    progress.finishedAt = call.clock.now()
    await call.saveCheckpoint({ ...progress }, { step: 'processing', done: 0 })
  }
  const state = await stateOf(call, video.id)
  // It is on its way: that it cannot be looked at just now changes nothing.
  if ('kind' in state)
    return state.kind === 'reauthorize' || state.kind === 'limited'
      ? state
      : stillAt(call, progress, progress.finishedAt)
  return shownAs(state, pageId, video) ?? failedAs(state) ?? stillAt(call, progress, progress.finishedAt)
}

function stillAt(call: Call, progress: Progress, since: number): Outcome {
  return call.clock.now() - since > longestProcessingMs
    ? { kind: 'unknown', message: facebookTexts.stillProcessing() }
    : { ...waiting(call, progress), kind: 'processing' }
}

/** The post of a video that shows; undefined while it does not. */
export function shownAs(
  { status, post_id, permalink_url }: VideoState,
  pageId: string,
  video: Upload,
): Posted | undefined {
  const postId = post_id ?? video.postId
  const published = status?.publishing_phase?.status === 'complete'
  if (!published && !(status?.video_status === 'ready' && postId !== undefined)) return undefined
  const id = postId === undefined ? video.id : postId.includes('_') ? postId : `${pageId}_${postId}`
  return { id, url: permalink_url === undefined ? urlOf(id) : new URL(permalink_url, 'https://www.facebook.com').href }
}

async function commentFirst(call: PublishCall<Credentials, Settings>, live: Live, message: string): Promise<Outcome> {
  const path = `/${encodeURIComponent(live.externalId)}/comments`
  await call.begin('first comment')
  const tried = await attemptAs(call, { method: 'POST', path, form: { message } }, true)
  if (tried.refusal !== undefined)
    return tried.refusal.kind === 'rejected'
      ? {
          kind: 'partial',
          ...live,
          parts: [live.externalId],
          message: networkTexts.firstComment({ why: tried.refusal.message }),
        }
      : tried.refusal
  const comment = created.safeParse(tried.answer.json())
  if (!comment.success) return { kind: 'unknown', message: unreadable }
  return { kind: 'accepted', ...live, parts: [live.externalId, comment.data.id] }
}

const photoState = z.object({ page_story_id: z.string().optional() })

/** Photos that no post shows. What of a video was never finished is no video, and Facebook forgets it. */
export async function discard(call: DiscardCall<Credentials, Settings>): Promise<Discarded> {
  const { photos, post, finishedAt } = checkpoint.parse(call.checkpoint)
  if (post !== undefined || finishedAt !== undefined) return { kind: 'kept', message: facebookTexts.postLive() }
  let kept = false
  for (const { id } of Object.values(photos)) {
    const path = `/${encodeURIComponent(id)}`
    const looked = await attemptAs(call, { method: 'GET', path, query: { fields: unconfirmed.photoStory } }, false)
    if (looked.refusal !== undefined) {
      if (isGone(platform, looked.answer)) continue
      return surelyNot(looked.refusal)
    }
    const state = photoState.safeParse(looked.answer.json()).data
    if (state === undefined) return { kind: 'transient', message: unreadable }
    if (state.page_story_id !== undefined) {
      kept = true
      continue
    }
    const tried = await attemptAs(call, { method: 'DELETE', path }, false)
    if (tried.refusal !== undefined && !isGone(platform, tried.answer)) return surelyNot(tried.refusal)
  }
  return kept ? { kind: 'kept', message: facebookTexts.photoShown() } : { kind: 'discarded' }
}

/** Comments go with their post. */
export async function remove(call: Call, live: Live): Promise<Removal> {
  const tried = await attemptAs(call, { method: 'DELETE', path: `/${encodeURIComponent(live.externalId)}` }, true)
  return tried.refusal === undefined || isGone(platform, tried.answer) ? { kind: 'deleted' } : tried.refusal
}
