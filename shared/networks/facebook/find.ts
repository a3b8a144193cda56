/** Looks up a publication whose answer was lost. */

import * as z from 'zod'
import type { Text } from '../../i18n/index.ts'
import { byTheirClock } from '../http/index.ts'
import { idText } from '../json.ts'
import type { FindCall, Found, Refused } from '../network.ts'
import { fingerprint } from '../text/index.ts'
import { afterOf, attemptAs, type Credentials, listOf, unreadable, urlOf } from './api.ts'
import type { Settings } from './connect.ts'
import { shownAs, storyOf } from './publish.ts'
import { kindOf, options } from './review.ts'
import { facebookTexts } from './texts.ts'
import { checkpoint, type Progress, stateOf, type Upload } from './upload.ts'

type Call = FindCall<Credentials, Settings>
type Posted = NonNullable<Progress['post']>

const target = z.object({ target: z.object({ id: z.string().optional() }).optional() })
const listed = listOf(
  z.object({
    id: z.string(),
    message: z.string().default(''),
    created_time: z.string(),
    permalink_url: z.string().optional(),
    attachments: z
      .object({ data: z.array(target.extend({ subattachments: z.object({ data: z.array(target) }).optional() })) })
      .optional()
      .catch(undefined),
  }),
)
type Listed = z.infer<typeof listed>['data'][number]

const pagesRead = 5
const absent: Found = { kind: 'absent' }
const unable = (message: Text): Found => ({ kind: 'unable', message })

/**
 * What was uploaded for this publication alone tells best: photos, a video. Else the text, among what the Page published
 * since. Facebook promises nowhere that a post is in its lists as soon as it exists, and knows no key: "absent" is
 * therefore no proof, and a person decides. Of a post that was found, a first comment was not begun: it is written.
 */
export async function find(call: Call): Promise<Found> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  const found = progress.post ?? (await findPost(call, progress))
  if ('kind' in found) return found
  const { firstComment } = options.parse(call.content.options)
  const live = { externalId: found.id, url: found.url }
  if (firstComment === undefined) return { kind: 'found', ...live }
  const comment = await findComment(call, found, firstComment)
  if (comment === undefined)
    return progress.post === undefined
      ? { kind: 'resume', checkpoint: { ...progress, post: found }, parts: [live.externalId] }
      : absent
  return typeof comment === 'string'
    ? { kind: 'found', ...live, parts: [live.externalId, comment] }
    : unable(comment.message)
}

async function findPost(call: Call, progress: Progress): Promise<Posted | Found> {
  const { video } = progress
  if (kindOf(call.content) === 'story') {
    const story = await findStory(call, progress)
    if (video === undefined || !('kind' in story) || story.kind !== 'absent') return story
  }
  return video === undefined ? findInList(call, progress) : findVideo(call, progress, video)
}

const processedMs = 2 * 3600_000

async function findVideo(call: Call, progress: Progress, video: Upload): Promise<Posted | Found> {
  const state = await stateOf(call, video.id)
  if ('kind' in state) return unable(state.message)
  const shown = shownAs(state, call.credentials.current().pageId, video)
  if (shown !== undefined) return shown
  // The last call did arrive, and the video is not through yet: `publish` looks on.
  if (progress.finishedAt !== undefined || state.status?.video_status === 'processing')
    return call.clock.now() - call.since > processedMs
      ? unable(facebookTexts.stillProcessing())
      : { kind: 'resume', checkpoint: { ...progress, finishedAt: progress.finishedAt ?? call.since }, parts: [] }
  return absent
}

const stories = listOf(z.object({ post_id: idText, media_id: z.optional(idText) }))

async function findStory(call: Call, { photos, video }: Progress): Promise<Posted | Found> {
  const { pageId } = call.credentials.current()
  const path = `/${pageId}/stories`
  const query = { fields: 'post_id,media_id', limit: '100' }
  const tried = await attemptAs(call, { method: 'GET', path, query }, false)
  if (tried.refusal !== undefined) return unable(tried.refusal.message)
  const parsed = stories.safeParse(tried.answer.json())
  if (!parsed.success) return unable(unreadable)
  const ours = new Set([...Object.values(photos), ...(video === undefined ? [] : [video])].map(({ id }) => id))
  const story = parsed.data.data.find(({ media_id }) => media_id !== undefined && ours.has(media_id))
  return story === undefined ? absent : storyOf(story.post_id, pageId)
}

async function findInList(call: Call, progress: Progress): Promise<Posted | Found> {
  const photos = Object.values(progress.photos).map(({ id }) => id)
  const text = fingerprint(call.content.parts[0]?.text ?? '')
  let after: string | undefined
  for (let page = 0; page < pagesRead; page++) {
    const query = {
      fields: 'id,message,created_time,permalink_url,attachments{target,subattachments}',
      limit: '50',
      // A day more than needed: the exact bound is applied below, by Facebook's own clock.
      since: String(Math.floor(call.since / 1000) - 86_400),
      ...(after === undefined ? {} : { after }),
    }
    const path = `/${call.credentials.current().pageId}/published_posts`
    const tried = await attemptAs(call, { method: 'GET', path, query }, false)
    if (tried.refusal !== undefined) return unable(tried.refusal.message)
    const parsed = listed.safeParse(tried.answer.json())
    if (!parsed.success) return unable(unreadable)
    const from = byTheirClock(call.since, call.clock.now(), tried.answer.headers)
    // Newest first; of two that match, the one that came first is the attempt's.
    for (const post of parsed.data.data.filter((one) => Date.parse(one.created_time) >= from).reverse())
      if (fingerprint(post.message) === text && samePhotos(post, photos) && !(await call.taken(post.id)))
        return { id: post.id, url: post.permalink_url ?? urlOf(post.id) }
    const last = parsed.data.data.at(-1)
    after = afterOf(parsed.data)
    if (last === undefined || after === undefined || Date.parse(last.created_time) < from) return absent
  }
  return unable(facebookTexts.tooMuchSince())
}

/** Where Facebook does not tell what is attached, the text alone decides. */
function samePhotos(post: Listed, photos: readonly string[]): boolean {
  const attached = (post.attachments?.data ?? []).flatMap((one) => [one, ...(one.subattachments?.data ?? [])])
  const ids = attached.flatMap((one) => one.target?.id ?? [])
  if (photos.length === 0) return true
  return ids.length === 0 ? post.message !== '' : photos.some((id) => ids.includes(id))
}

const comments = listOf(
  z.object({
    id: z.string(),
    message: z.string().default(''),
    from: z.object({ id: z.string() }).optional(),
  }),
)

/** The comment that the Page itself wrote; undefined if there is none. */
async function findComment(call: Call, post: Posted, text: string): Promise<string | Refused | undefined> {
  const path = `/${encodeURIComponent(post.id)}/comments`
  const query = { fields: 'id,message,from', filter: 'stream', order: 'reverse_chronological', limit: '100' }
  const tried = await attemptAs(call, { method: 'GET', path, query }, false)
  if (tried.refusal !== undefined) return tried.refusal
  const parsed = comments.safeParse(tried.answer.json())
  if (!parsed.success) return { kind: 'transient', message: unreadable }
  const { pageId } = call.credentials.current()
  const wanted = fingerprint(text)
  return parsed.data.data.find((one) => one.from?.id === pageId && fingerprint(one.message) === wanted)?.id
}
