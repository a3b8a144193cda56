/** Looks a lost publication up among the account's own posts. */

import * as z from 'zod'
import { iso } from '../../kernel/clock.ts'
import { byTheirClock } from '../http/index.ts'
import type { FindCall, Found } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, type Post, post, postFields, type Settings, tryAs, unreadable } from './api.ts'
import { pageOf } from './facts.ts'
import { answeredBy } from './inbound.ts'
import { liveOf } from './publish.ts'
import { plainText } from './shown.ts'
import { fingerprint } from './text.ts'
import { checkpoint, type Progress } from './upload.ts'

const timeline = z.object({
  data: z.array(post).default([]),
  meta: z.object({ next_token: z.string().optional() }).optional(),
})

type Call = FindCall<Credentials, Settings>
const pagesRead = 5

/**
 * Reads what the account posted since the attempt began and compares text, attachments and what each post answers. X
 * promises nowhere that a post is on this list as soon as it exists, so "absent" is no proof, and a person decides.
 */
export async function find(call: Call): Promise<Found> {
  const progress = checkpoint.parse(call.checkpoint ?? {})
  const recent = await recentPosts(call)
  if (recent.kind === 'unable') return recent
  const before = progress.parts.length
  for (let i = before; i < call.content.parts.length; i++) {
    const match = await matching(call, i, progress, recent.posts)
    if (match === undefined) break
    progress.parts.push(match.id)
  }
  if (progress.parts.length === call.content.parts.length) return { kind: 'found', ...liveOf(progress.parts) }
  if (progress.parts.length > before) return { kind: 'resume', checkpoint: { ...progress }, parts: progress.parts }
  return { kind: 'absent' }
}

/** Of two that match, the one that came first is the attempt's. */
async function matching(call: Call, i: number, progress: Progress, posts: readonly Post[]): Promise<Post | undefined> {
  const part = call.content.parts[i]
  if (part === undefined) return undefined
  const text = fingerprint(part.text)
  for (const one of [...posts].reverse()) {
    const same =
      fingerprint(plainText(one)) === text &&
      answeredBy(one) === progress.parts[i - 1] &&
      (one.attachments?.media_keys?.length ?? 0) === part.media.length
    if (same && !(await call.taken(one.id))) return one
  }
  return undefined
}

type Recent = { readonly kind: 'read'; readonly posts: readonly Post[] } | Extract<Found, { kind: 'unable' }>

/** Newest first, since the attempt began by X's clock. */
async function recentPosts(call: Call): Promise<Recent> {
  const posts: Post[] = []
  let token: string | undefined
  for (let page = 0; page < pagesRead; page++) {
    const tried = await tryAs(
      call,
      {
        method: 'GET',
        path: `/2/users/${call.credentials.current().userId}/tweets`,
        query: {
          max_results: String(pageOf.posts),
          exclude: 'retweets',
          // Earlier than needed: the exact bound is applied below, by X's own clock. What is read is paid for.
          start_time: iso(call.since - 60_000).replace(/\.\d+Z$/, 'Z'),
          pagination_token: token,
        },
        named: postFields,
      },
      { visible: false },
    )
    if (tried.refusal !== undefined) return { kind: 'unable', message: tried.refusal.message }
    const parsed = timeline.safeParse(tried.answer.json())
    if (!parsed.success) return { kind: 'unable', message: unreadable }
    const from = byTheirClock(call.since, call.clock.now(), tried.answer.headers)
    posts.push(...parsed.data.data.filter((one) => Date.parse(one.created_at ?? '') >= from))
    token = parsed.data.meta?.next_token
    if (token === undefined) return { kind: 'read', posts }
  }
  return { kind: 'unable', message: networkTexts.tooMuchSince({ since: call.since }) }
}
