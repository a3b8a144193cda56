/** Comments, by TikTok's API for Business; figures by the Display API. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { errorOf } from '../http/index.ts'
import { items } from '../items.ts'
import type { ActCall, Acted, ChannelCall, CounterName, Counters, InboundEvent, Polled } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, callApi, callBusiness, type Settings } from './api.ts'
import { unconfirmed } from './facts.ts'
import { tiktokTexts } from './texts.ts'

type Call = ChannelCall<Credentials, Settings>

/** Comments appear in the order they were written, give or take this. */
const overlapSeconds = 120
const keptIds = 500

const cursorSchema = z.object({ at: z.number(), seen: z.array(z.string()) })
const videos = z.object({ data: z.object({ videos: z.array(z.object({ id: z.string() })) }) })
const comments = z.object({
  data: z.object({
    comments: items(
      z.object({
        comment_id: z.string(),
        video_id: z.string(),
        text: z.string().catch(''),
        create_time: z.coerce.number(),
        user_id: z.string().optional(),
        username: z.string().optional(),
        display_name: z.string().optional(),
        profile_image: z.string().optional(),
        parent_comment_id: z.string().optional(),
        owner: z.boolean().optional(),
      }),
    ),
    cursor: z.number().optional(),
    has_more: z.boolean(),
  }),
})
type Comment = z.infer<typeof comments>['data']['comments'][number]

/** Without the Business API there is nothing to poll, and nothing is. */
export async function poll(call: Call, cursor: string | undefined): Promise<Polled> {
  const { business } = call.credentials.current()
  const now = Math.floor(call.clock.now() / 1000)
  const from = cursor === undefined ? { at: now, seen: [] } : cursorSchema.parse(JSON.parse(cursor))
  if (business === undefined) return { events: [], cursor, more: false }
  const found = new Map<string, Comment>()
  for (const { id } of await recentVideos(call)) {
    for (const one of await commentsOf(call, business.id, id, from.at - overlapSeconds)) found.set(one.comment_id, one)
  }
  const seen = new Set(from.seen)
  const fresh = [...found.values()]
    .filter((one) => !seen.has(one.comment_id) && one.create_time >= from.at - overlapSeconds)
    .sort((a, b) => a.create_time - b.create_time)
  // the first look begins now: what is there already is known, not told
  const events = cursor === undefined ? [] : fresh.map(eventOf)
  const at = Math.max(from.at, ...fresh.map((one) => one.create_time))
  const kept = [...from.seen, ...fresh.map((one) => one.comment_id)].slice(-keptIds)
  return { events, cursor: JSON.stringify({ at, seen: kept }), more: false }
}

async function recentVideos(call: Call): Promise<readonly { id: string }[]> {
  const tried = await callApi(call, '/video/list/?fields=id', { max_count: 20 }, { visible: false })
  if (tried.refusal !== undefined) throw errorOf(tried.refusal, call.clock.now())
  return parsed(videos, tried.answer.json()).data.videos
}

/** Newest first, until what was known before. */
async function commentsOf(call: Call, businessId: string, videoId: string, since: number): Promise<Comment[]> {
  const all: Comment[] = []
  let cursor = 0
  for (let page = 0; page < 20; page++) {
    const values = {
      business_id: businessId,
      video_id: videoId,
      sort_field: 'create_time',
      sort_order: 'desc',
      cursor,
      max_count: 30,
    }
    const request = { method: 'GET', path: '/business/comment/list/', values } as const
    const tried = await callBusiness(call, request, { visible: false })
    if (tried.refusal !== undefined) throw errorOf(tried.refusal, call.clock.now())
    const { data } = parsed(comments, tried.answer.json())
    all.push(...data.comments)
    const oldest = data.comments.at(-1)
    if (!data.has_more || data.cursor === undefined || (oldest !== undefined && oldest.create_time < since)) break
    cursor = data.cursor
  }
  return all
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new AppError('unavailable', 'network_failed', networkTexts.unreadable({ network: 'TikTok' }), {
    cause: result.error,
  })
}

const eventOf = (one: Comment): InboundEvent => ({
  kind: 'comment',
  action: 'created',
  externalId: one.comment_id,
  at: one.create_time * 1000,
  text: one.text,
  postExternalId: one.video_id,
  parentExternalId: one.parent_comment_id ?? one.video_id,
  context: { videoId: one.video_id },
  ...(one.owner === true ? { direction: 'outgoing' } : {}),
  ...(one.user_id === undefined && one.username === undefined
    ? {}
    : {
        author: {
          externalId: one.user_id ?? one.username ?? '',
          handle: one.username ?? one.user_id ?? '',
          name: one.display_name || one.username || one.user_id || '',
          picture: one.profile_image,
        },
      }),
})

const created = z.object({ data: z.object({ comment_id: z.string() }) })

export async function act(call: ActCall<Credentials, Settings>): Promise<Acted> {
  const { business } = call.credentials.current()
  const { action, target } = call
  if (business === undefined)
    return {
      kind: 'rejected',
      reason: 'permission',
      message: tiktokTexts.needsBusiness(),
    }
  const about = {
    business_id: business.id,
    video_id: target.context?.videoId ?? target.postExternalId,
    comment_id: target.externalId,
  }
  const post = (path: string, values: Readonly<Record<string, unknown>>) =>
    callBusiness(call, { method: 'POST', path, values }, {})
  if (action.name === 'reply') {
    if (action.text.length > unconfirmed.commentUnits)
      return {
        kind: 'rejected',
        reason: 'invalid',
        message: networkTexts.answerTooLong({
          max: unconfirmed.commentUnits,
          length: action.text.length,
          network: 'TikTok',
        }),
        pointer: '/text',
      }
    const tried = await post('/business/comment/reply/create/', { ...about, text: action.text })
    if (tried.refusal !== undefined) return tried.refusal
    return { kind: 'done', externalId: created.safeParse(tried.answer.json()).data?.data.comment_id }
  }
  const tried =
    action.name === 'delete'
      ? await post('/business/comment/delete/', { business_id: business.id, comment_id: target.externalId })
      : await post('/business/comment/hide/', { ...about, action: action.name === 'hide' ? 'HIDE' : 'UNHIDE' })
  return tried.refusal ?? { kind: 'done' }
}

const figures = z.object({
  data: z.object({
    videos: z.array(
      z.object({
        id: z.string(),
        view_count: z.number().optional(),
        like_count: z.number().optional(),
        comment_count: z.number().optional(),
        share_count: z.number().optional(),
      }),
    ),
  }),
})
const names = { view_count: 'views', like_count: 'likes', comment_count: 'comments', share_count: 'shares' } as const
export const counters: readonly CounterName[] = Object.values(names)

export async function measure(call: Call, externalIds: readonly string[]): Promise<ReadonlyMap<string, Counters>> {
  const found = new Map<string, Counters>()
  for (let i = 0; i < externalIds.length; i += 20) {
    const tried = await callApi(
      call,
      '/video/query/?fields=id,view_count,like_count,comment_count,share_count',
      { filters: { video_ids: externalIds.slice(i, i + 20) } },
      { visible: false },
    )
    if (tried.refusal !== undefined) throw errorOf(tried.refusal, call.clock.now())
    for (const video of parsed(figures, tried.answer.json()).data.videos)
      found.set(
        video.id,
        Object.fromEntries(
          Object.entries(names).flatMap(([field, name]) => {
            const value = Object.entries(video).find(([key]) => key === field)?.[1]
            return typeof value === 'number' ? [[name, value]] : []
          }),
        ),
      )
  }
  return found
}
