/** Topics, and answers in topics: out, found again, deleted. */

import * as z from 'zod'
import { byTheirClock, isGone } from '../http/index.ts'
import type { ChannelCall, FindCall, Found, Live, Outcome, PublishCall, Removal } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, call, discourse, idOf, type Post, post, type Settings, topic } from './api.ts'
import { unconfirmed } from './facts.ts'
import { options } from './review.ts'
import { checkpoint, prepare, rawOf } from './upload.ts'

type Channel = ChannelCall<Credentials, Settings>
type Call = PublishCall<Credentials, Settings>

const unreadable = networkTexts.unreadable({ network: 'Discourse' })
const live = (channel: Channel, { id, topic_id: topicId, topic_slug: slug, post_number: number }: Post): Live => ({
  externalId: number === 1 ? `t/${topicId}` : `p/${id}`,
  url: `${channel.credentials.current().site}/t/${slug || 'topic'}/${topicId}/${number}`,
})

export async function publish(publication: Call): Promise<Outcome> {
  const prepared = await prepare(publication)
  if (prepared.kind === 'preparing') return { ...prepared, kind: 'processing' }
  if (prepared.kind !== 'prepared') return prepared
  const progress = checkpoint.parse(prepared.checkpoint)
  const wished = options.parse(publication.content.options)
  const raw = rawOf(publication.content, progress.uploads)
  if (progress.queued === true || wished.topicId !== undefined) {
    // answers have no key: what Discourse itself would call the same is the same
    const since = publication.dueAt - unconfirmed.uniqueMs
    const found = await lookUp(publication, { raw, since, taken: async () => false })
    if (found.kind === 'found') return { ...found, kind: 'accepted' }
    if (found.kind === 'unable') return { kind: 'transient', message: found.message }
    if (progress.queued === true) return queued(publication, progress)
  }
  await publication.begin(wished.topicId === undefined ? 'topic' : 'post')
  const json = bodyOf(publication, raw)
  const tried = await call(publication, publication.credentials.current(), {
    method: 'POST',
    path: '/posts.json',
    json,
  })
  if (tried.refusal !== undefined) {
    // its key is there already, or its title: then it is ours, or somebody else's
    if (tried.answer?.status !== 422 || wished.topicId !== undefined) return tried.refusal
    const found = await byKey(publication)
    if (found.kind === 'found') return { ...found, kind: 'accepted' }
    const twice = /already been used|too similar/i.test(discourse.words(tried.answer) ?? '')
    return tried.refusal.kind === 'rejected' && twice ? { ...tried.refusal, reason: 'duplicate' } : tried.refusal
  }
  const body = tried.answer.json()
  if (z.object({ action: z.literal('enqueued') }).safeParse(body).success) return queued(publication, progress)
  const made = post.safeParse(body)
  return made.success ? { kind: 'accepted', ...live(publication, made.data) } : { kind: 'unknown', message: unreadable }
}

/** Accepted, and held back until somebody at the forum approves it. */
const queued = ({ clock }: Call, progress: z.infer<typeof checkpoint>): Outcome => ({
  kind: 'processing',
  lookAt: clock.now() + unconfirmed.queueLookMs,
  checkpoint: { ...progress, queued: true },
  progress: { step: 'waiting for a moderator', done: 0 },
})

function bodyOf({ content, settings, key }: Call, raw: string) {
  const { title, categoryId = settings.categoryId, topicId, replyTo } = options.parse(content.options)
  if (topicId !== undefined)
    return { raw, topic_id: topicId, ...(replyTo === undefined ? {} : { reply_to_post_number: replyTo }) }
  return { raw, title, external_id: key, ...(categoryId === undefined ? {} : { category: categoryId }) }
}

interface Looking {
  readonly raw: string
  readonly since: number
  taken(externalId: string): Promise<boolean>
}

export async function find(lost: FindCall<Credentials, Settings>): Promise<Found> {
  const { uploads } = checkpoint.parse(lost.checkpoint ?? {})
  return lookUp(lost, { raw: rawOf(lost.content, uploads), since: lost.since, taken: (id) => lost.taken(id) })
}

const lookUp = (lost: Channel & Pick<FindCall<unknown, unknown>, 'content' | 'key'>, looking: Looking) => {
  const { topicId } = options.parse(lost.content.options)
  return topicId === undefined ? byKey(lost) : within(lost, topicId, looking)
}

/** A topic knows the key it was made with. */
async function byKey(lost: Channel & { readonly key: string }): Promise<Found> {
  const tried = await reading(lost, `/t/external_id/${encodeURIComponent(lost.key)}.json`)
  if (tried.refusal !== undefined)
    return isGone(discourse, tried.answer) ? { kind: 'absent' } : { kind: 'unable', message: tried.refusal.message }
  const found = topic.safeParse(tried.answer.json()).data
  if (found === undefined) return { kind: 'unable', message: unreadable }
  const url = `${lost.credentials.current().site}/t/${found.slug || 'topic'}/${found.id}`
  return { kind: 'found', externalId: `t/${found.id}`, url }
}

/** The end of a topic holds what was written last: if it is not there, it was not written. */
async function within(lost: Channel, topicId: number, { raw, since, taken }: Looking): Promise<Found> {
  const told = await reading(lost, `/t/${topicId}.json`)
  if (told.refusal !== undefined) return { kind: 'unable', message: told.refusal.message }
  const stream = topic.safeParse(told.answer.json()).data?.post_stream?.stream
  if (stream === undefined) return { kind: 'unable', message: unreadable }
  const from = byTheirClock(since, lost.clock.now(), told.answer.headers)
  const own = lost.credentials.current().username.toLowerCase()
  // newest first: nothing older than the attempt can be it
  for (const id of stream.toReversed()) {
    const tried = await reading(lost, `/posts/${id}.json`)
    if (tried.refusal !== undefined) {
      if (isGone(discourse, tried.answer)) continue
      return { kind: 'unable', message: tried.refusal.message }
    }
    const one = post.safeParse(tried.answer.json()).data
    if (one === undefined) return { kind: 'unable', message: unreadable }
    if (Date.parse(one.created_at) < from) break
    if (one.username.toLowerCase() !== own || same(one.raw ?? '') !== same(raw)) continue
    const found = live(lost, one)
    if (!(await taken(found.externalId))) return { kind: 'found', ...found }
  }
  return { kind: 'absent' }
}

const reading = (channel: Channel, path: string) =>
  call(channel, channel.credentials.current(), { method: 'GET', path }, { visible: false })
/** Discourse takes away what stands around a text. */
const same = (text: string) => text.normalize('NFC').replace(/\s+/gu, ' ').trim()

/** A topic with all its answers, or one answer. Discourse refuses to delete twice, as it refuses who may not. */
export async function remove(channel: Channel, { externalId }: Live): Promise<Removal> {
  const known = idOf(externalId)
  if (known === undefined) return { kind: 'deleted' }
  const path = known.kind === 't' ? `/t/${known.id}.json` : `/posts/${known.id}.json`
  return deleted(channel, path)
}

export async function deleted(channel: Channel, path: string): Promise<Removal> {
  const tried = await call(channel, channel.credentials.current(), { method: 'DELETE', path })
  if (tried.refusal === undefined || isGone(discourse, tried.answer)) return { kind: 'deleted' }
  if (tried.answer?.status !== 403) return tried.refusal
  const looked = await reading(channel, path)
  const gone = z
    .object({ deleted_at: z.string().nullish(), user_deleted: z.boolean().nullish() })
    .safeParse(looked.answer?.json()).data
  if (isGone(discourse, looked.answer) || gone?.deleted_at != null || gone?.user_deleted === true)
    return { kind: 'deleted' }
  return tried.refusal
}
