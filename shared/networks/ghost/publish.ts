/** Articles: their draft made public, found again, deleted. */

import { options } from '../articles/index.ts'
import { isGone, surelyNot } from '../http/index.ts'
import type { ChannelCall, FindCall, Found, Live, Outcome, PublishCall, Removal } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, call, ghost, isStale, type Post, postsOf, type Settings } from './api.ts'
import { checkpoint, prepare } from './draft.ts'
import { ghostTexts } from './texts.ts'

type Call = PublishCall<Credentials, Settings>

const live = ({ id, url }: Post): Live => ({ externalId: id, url })
const unreadable = networkTexts.unreadable({ network: 'Ghost' })

export async function publish(publication: Call): Promise<Outcome> {
  const prepared = await prepare(publication)
  if (prepared.kind === 'preparing') return { ...prepared, kind: 'processing' }
  if (prepared.kind !== 'prepared') return prepared
  const { draftId = '' } = checkpoint.parse(prepared.checkpoint)
  // somebody may have worked on the draft in Ghost: what they wrote stays, and it leaves at its second
  for (let tries = 0; ; tries++) {
    const now = await look(publication, draftId)
    if ('refusal' in now) return now.gone ? madeAgain(publication) : surelyNot(now.refusal)
    if (now.post.status !== 'draft') return { kind: 'accepted', ...live(now.post) }
    const tried = await show(publication, now.post)
    if (tried.refusal === undefined) {
      const [post] = postsOf(tried.answer) ?? []
      return post === undefined ? { kind: 'unknown', message: unreadable } : { kind: 'accepted', ...live(post) }
    }
    if (isStale(tried.answer) && tries < 3) continue
    return isGone(ghost, tried.answer) ? madeAgain(publication) : tried.refusal
  }
}

/** Somebody deleted the draft in Ghost: the next attempt makes it anew. */
async function madeAgain(publication: Call): Promise<Outcome> {
  const { uploads } = checkpoint.parse(publication.checkpoint ?? {})
  await publication.saveCheckpoint({ uploads })
  return { kind: 'transient', message: ghostTexts.draftGone() }
}

async function show(publication: Call, { id, updated_at }: Post) {
  const wished = options.parse(publication.content.options)
  // Ghost makes a slug of whatever stands there
  const post = { status: 'published', updated_at, slug: wished.slug ?? (wished.title ?? '').slice(0, 180) }
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
  const { draftId } = checkpoint.parse(lost.checkpoint ?? {})
  if (draftId === undefined) return { kind: 'absent' }
  const now = await look(lost, draftId)
  if ('refusal' in now) return now.gone ? { kind: 'absent' } : { kind: 'unable', message: now.refusal.message }
  return now.post.status === 'published' ? { kind: 'found', ...live(now.post) } : { kind: 'absent' }
}

export async function remove(channel: ChannelCall<Credentials, Settings>, { externalId }: Live): Promise<Removal> {
  const path = `/posts/${encodeURIComponent(externalId)}/`
  const tried = await call(channel, channel.credentials.current(), { method: 'DELETE', path })
  if (tried.refusal !== undefined && !isGone(ghost, tried.answer)) return tried.refusal
  return { kind: 'deleted' }
}
