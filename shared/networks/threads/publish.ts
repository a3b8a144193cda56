/** Posts and chains: out, found again, removed. */

import * as z from 'zod'
import { byTheirClock, isGone } from '../http/index.ts'
import type {
  FindCall,
  Found,
  Live,
  Outcome,
  PrepareCall,
  Prepared,
  PublishCall,
  Refused,
  Removal,
} from '../network.ts'
import { fingerprint } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import {
  type Call,
  type Credentials,
  callAs,
  listOf,
  type Post,
  post,
  postFields,
  type Settings,
  threads,
} from './api.ts'
import { checkpoint, contain, type Progress, statusOf } from './containers.ts'
import { unconfirmed } from './facts.ts'
import { threadsTexts } from './texts.ts'

export async function prepare(call: PrepareCall<Credentials, Settings>): Promise<Prepared> {
  return contain(call, checkpoint.parse(call.checkpoint ?? {}))
}

const published = z.object({ id: z.string() })

export async function publish(call: PublishCall<Credentials, Settings>): Promise<Outcome> {
  let progress = checkpoint.parse(call.checkpoint ?? {})
  while (progress.parts.length < call.content.parts.length) {
    const contained = await contain(call, progress)
    if (contained.kind === 'preparing') return { ...contained, kind: 'processing' }
    if (contained.kind !== 'prepared') return cutShort(contained, progress)
    progress = checkpoint.parse(contained.checkpoint)
    // Only before anything is visible: a chain that has begun goes on.
    const over = progress.parts.length === 0 ? await overQuota(call) : undefined
    if (over !== undefined) return over
    const { userId } = call.credentials.current()
    await call.begin(`post ${progress.parts.length + 1} of ${call.content.parts.length}`)
    const form = { creation_id: progress.container ?? '' }
    const tried = await callAs(call, { method: 'POST', path: `/${userId}/threads_publish`, form })
    if (tried.refusal !== undefined) return cutShort(tried.refusal, progress)
    const made = published.safeParse(tried.answer.json())
    if (!made.success) return { kind: 'unknown', message: networkTexts.unreadable({ network: 'Threads' }) }
    progress = next(progress, { id: made.data.id })
    await call.saveCheckpoint(progress, undefined, liveOf(progress))
  }
  return { kind: 'accepted', ...(await addressed(call, progress)) }
}

const next = ({ parts }: Progress, part: Progress['parts'][number]): Progress => ({
  parts: [...parts, part],
  items: [],
})

/** What went out stays out: a refusal after it is a chain cut short. */
function cutShort(refusal: Refused, progress: Progress): Outcome {
  if (refusal.kind !== 'rejected' || progress.parts.length === 0) return refusal
  const ids = progress.parts.map(({ id }) => id)
  return { kind: 'partial', ...liveOf(progress), parts: ids, message: refusal.message }
}

function liveOf({ parts }: Progress): Live {
  const [first] = parts
  if (first === undefined) throw new Error('A publication without parts was sent.')
  return { externalId: first.id, url: first.url, ...(parts.length > 1 ? { parts: parts.map(({ id }) => id) } : {}) }
}

/** Its address is another call: without an answer to it the post is live all the same. */
async function addressed(call: Call, progress: Progress): Promise<Live> {
  const live = liveOf(progress)
  if (live.url !== undefined) return live
  const query = { fields: 'permalink' }
  const tried = await callAs(call, { method: 'GET', path: `/${live.externalId}`, query }, { visible: false })
  const told =
    tried.refusal === undefined ? z.object({ permalink: z.url() }).safeParse(tried.answer.json()).data : undefined
  return { ...live, ...(told === undefined ? {} : { url: told.permalink }) }
}

const config = z.object({ quota_total: z.number() }).optional()
const quotas = z.object({
  data: z.array(
    z.object({
      quota_usage: z.number().optional(),
      config,
      reply_quota_usage: z.number().optional(),
      reply_config: config,
    }),
  ),
})

/**
 * Posts and replies of the last 24 hours, counted apart by Threads: the first part of a chain is a post, each further one a
 * reply. Asked for the whole chain at once. What Threads does not tell limits nothing.
 * https://developers.facebook.com/docs/threads/overview
 */
async function overQuota(call: PublishCall<Credentials, Settings>): Promise<Refused | undefined> {
  const { userId } = call.credentials.current()
  const query = { fields: 'quota_usage,config,reply_quota_usage,reply_config' }
  const tried = await callAs(
    call,
    { method: 'GET', path: `/${userId}/threads_publishing_limit`, query },
    { visible: false },
  )
  if (tried.refusal !== undefined) return tried.refusal.kind === 'reauthorize' ? tried.refusal : undefined
  const [told] = quotas.safeParse(tried.answer.json()).data?.data ?? []
  const posts = { used: told?.quota_usage ?? 0, total: told?.config?.quota_total ?? Number.POSITIVE_INFINITY }
  const replies = {
    used: told?.reply_quota_usage ?? 0,
    total: told?.reply_config?.quota_total ?? Number.POSITIVE_INFINITY,
  }
  const further = call.content.parts.length - 1
  if (posts.used < posts.total && replies.used + further <= replies.total) return undefined
  return {
    kind: 'limited',
    until: call.clock.now() + unconfirmed.quotaWaitMs,
    scope: 'channel',
    reason: 'quota',
    message:
      posts.used < posts.total ? threadsTexts.replyQuota({ ...replies, further }) : threadsTexts.postQuota(posts),
  }
}

/** The container tells whether it was published; the account's own lists tell as what. */
export async function find(call: FindCall<Credentials, Settings>): Promise<Found> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  if (progress.container === undefined) return { kind: 'absent' }
  const status = await statusOf({ ...call, saveCheckpoint: async () => {} }, progress.container)
  if ('kind' in status) return { kind: 'unable', message: status.message }
  if (status.status !== 'PUBLISHED') return { kind: 'absent' }
  const index = progress.parts.length
  const lost = await listed(call, index)
  if ('kind' in lost) return lost
  const text = fingerprint(call.content.parts[index]?.text ?? '')
  const parent = progress.parts[index - 1]?.id
  for (const one of lost.posts) {
    const same = fingerprint(one.text ?? '') === text && one.replied_to?.id === parent
    if (!same || (await call.taken(one.id))) continue
    const found = next(progress, { id: one.id, ...(one.permalink === undefined ? {} : { url: one.permalink }) })
    if (found.parts.length === call.content.parts.length) return { kind: 'found', ...liveOf(found) }
    return { kind: 'resume', checkpoint: found, parts: found.parts.map(({ id }) => id) }
  }
  return { kind: 'unable', message: networkTexts.notListedYet({ network: 'Threads' }) }
}

/** Our own posts since the attempt began, oldest first; of a chain's further parts, our own answers. */
async function listed(
  call: FindCall<Credentials, Settings>,
  index: number,
): Promise<{ posts: Post[] } | Extract<Found, { kind: 'unable' }>> {
  const { userId } = call.credentials.current()
  const path = `/${userId}/${index === 0 ? 'threads' : 'replies'}`
  const tried = await callAs(
    call,
    { method: 'GET', path, query: { fields: postFields, limit: '50' } },
    { visible: false },
  )
  if (tried.refusal !== undefined) return { kind: 'unable', message: tried.refusal.message }
  const parsed = listOf(post).safeParse(tried.answer.json())
  if (!parsed.success) return { kind: 'unable', message: networkTexts.unreadableList({ network: 'Threads' }) }
  const since = byTheirClock(call.since, call.clock.now(), tried.answer.headers) - 1000
  const posts = parsed.data.data.filter((one) => Date.parse(one.timestamp) >= since)
  return { posts: posts.sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp)) }
}

/** From the last part to the first, so that no answer is left hanging. */
export async function remove(call: Call, live: Live): Promise<Removal> {
  for (const id of [...(live.parts ?? [live.externalId])].reverse()) {
    const tried = await callAs(call, { method: 'DELETE', path: `/${id}` })
    if (tried.refusal !== undefined && !('answer' in tried && isGone(threads, tried.answer))) return tried.refusal
  }
  return { kind: 'deleted' }
}
