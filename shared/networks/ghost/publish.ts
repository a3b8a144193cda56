/** Articles: their draft made public, found again, deleted. */
import { options } from '../articles/index.ts'
import { isGone } from '../http/index.ts'
import type { ChannelCall, FindCall, Found, Live, Outcome, PublishCall, Removal } from '../network.ts'
import { type Credentials, call, ghost, isStale, type Post, postsOf, type Settings } from './api.ts'
import { checkpoint, prepare } from './draft.ts'

type Call = PublishCall<Credentials, Settings>

const live = ({ id, url }: Post): Live => ({ externalId: id, url })
const unreadable = 'Ghost answered something that Parvis cannot read.'

export async function publish(publication: Call): Promise<Outcome> {
  const prepared = await prepare(publication)
  if (prepared.kind === 'preparing') return { ...prepared, kind: 'processing' }
  if (prepared.kind !== 'prepared') return prepared
  const { draft } = checkpoint.parse(prepared.checkpoint)
  if (draft === undefined) return { kind: 'transient', message: unreadable }
  let tried = await show(publication, draft.id, draft.updatedAt)
  if (isStale(tried.answer)) {
    // somebody worked on the draft in Ghost: what they wrote stays, and it leaves at its second
    const now = await look(publication, draft.id)
    if ('refusal' in now) return now.refusal
    if (now.post.status !== 'draft') return { kind: 'accepted', ...live(now.post) }
    tried = await show(publication, draft.id, now.post.updated_at)
  }
  if (tried.refusal === undefined) {
    const [post] = postsOf(tried.answer) ?? []
    return post === undefined ? { kind: 'unknown', message: unreadable } : { kind: 'accepted', ...live(post) }
  }
  if (!isGone(ghost, tried.answer)) return tried.refusal
  // somebody deleted the draft in Ghost: the next attempt makes it anew
  await publication.saveCheckpoint({ ...checkpoint.parse(prepared.checkpoint), draft: undefined })
  return { kind: 'transient', message: 'The draft of this article was deleted on the site. It is made again.' }
}

async function show(publication: Call, id: string, updatedAt: string) {
  const wished = options.parse(publication.content.options)
  // Ghost makes a slug of whatever stands there
  const post = { status: 'published', updated_at: updatedAt, slug: wished.slug ?? (wished.title ?? '').slice(0, 180) }
  await publication.begin('article')
  return call(publication, publication.credentials.current(), {
    method: 'PUT',
    path: `/posts/${encodeURIComponent(id)}/`,
    json: { posts: [post] },
  })
}

async function look(channel: ChannelCall<Credentials, Settings>, id: string) {
  const what = { method: 'GET', path: `/posts/${encodeURIComponent(id)}/` } as const
  const tried = await call(channel, channel.credentials.current(), what, { visible: false })
  if (tried.refusal !== undefined) return { refusal: tried.refusal, gone: isGone(ghost, tried.answer) }
  const [post] = postsOf(tried.answer) ?? []
  if (post === undefined) return { refusal: { kind: 'transient', message: unreadable } as const, gone: false }
  return { post }
}

/** The draft's id is kept before anything is visible: how it stands is the answer. */
export async function find(lost: FindCall<Credentials, Settings>): Promise<Found> {
  const { draft } = checkpoint.parse(lost.checkpoint ?? {})
  if (draft === undefined) return { kind: 'absent' }
  const now = await look(lost, draft.id)
  if ('refusal' in now) return now.gone ? { kind: 'absent' } : { kind: 'unable', message: now.refusal.message }
  return now.post.status === 'published' ? { kind: 'found', ...live(now.post) } : { kind: 'absent' }
}

export async function remove(channel: ChannelCall<Credentials, Settings>, { externalId }: Live): Promise<Removal> {
  const path = `/posts/${encodeURIComponent(externalId)}/`
  const tried = await call(channel, channel.credentials.current(), { method: 'DELETE', path })
  if (tried.refusal !== undefined && !isGone(ghost, tried.answer)) return tried.refusal
  return { kind: 'deleted' }
}
