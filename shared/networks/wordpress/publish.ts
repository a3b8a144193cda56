/** Articles: their draft made public, found again, put into the bin. */

import * as z from 'zod'
import { options } from '../articles/index.ts'
import { isGone } from '../http/index.ts'
import type { ChannelCall, FindCall, Found, Live, Outcome, PublishCall, Removal } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, call, type Settings, wordpress } from './api.ts'
import { checkpoint, prepare } from './draft.ts'
import { wordpressTexts } from './texts.ts'

const post = z.object({ id: z.number().int(), status: z.string(), link: z.string() })

const live = ({ id, link }: z.infer<typeof post>): Live => ({ externalId: String(id), url: link })

export async function publish(publication: PublishCall<Credentials, Settings>): Promise<Outcome> {
  const prepared = await prepare(publication)
  if (prepared.kind === 'preparing') return { ...prepared, kind: 'processing' }
  if (prepared.kind !== 'prepared') return prepared
  const { draftId } = checkpoint.parse(prepared.checkpoint)
  const { slug = '' } = options.parse(publication.content.options)
  await publication.begin('article')
  const tried = await call(publication, publication.credentials.current(), {
    method: 'POST',
    path: `/wp/v2/posts/${draftId}`,
    // without a name WordPress makes one of the title
    json: { status: 'publish', slug },
  })
  if (tried.refusal !== undefined) {
    if (!isGone(wordpress, tried.answer)) return tried.refusal
    // somebody deleted the draft on the site: the next attempt makes it anew
    await publication.saveCheckpoint({ ...checkpoint.parse(prepared.checkpoint), draftId: undefined })
    return { kind: 'transient', message: wordpressTexts.draftGone() }
  }
  const parsed = post.safeParse(tried.answer.json())
  if (!parsed.success) return { kind: 'unknown', message: networkTexts.unreadable({ network: 'WordPress' }) }
  if (parsed.data.status === 'publish') return { kind: 'accepted', ...live(parsed.data) }
  return {
    kind: 'rejected',
    reason: 'permission',
    message: wordpressTexts.keptAs({ status: parsed.data.status }),
  }
}

/** The draft's id is kept before anything is visible: how it stands is the answer. */
export async function find(lost: FindCall<Credentials, Settings>): Promise<Found> {
  const { draftId } = checkpoint.parse(lost.checkpoint ?? {})
  if (draftId === undefined) return { kind: 'absent' }
  const what = { method: 'GET', path: `/wp/v2/posts/${draftId}`, query: { context: 'edit' } } as const
  const tried = await call(lost, lost.credentials.current(), what, { visible: false })
  if (tried.refusal !== undefined)
    return isGone(wordpress, tried.answer) ? { kind: 'absent' } : { kind: 'unable', message: tried.refusal.message }
  const parsed = post.safeParse(tried.answer.json())
  if (!parsed.success) return { kind: 'unable', message: networkTexts.unreadable({ network: 'WordPress' }) }
  return parsed.data.status === 'publish' ? { kind: 'found', ...live(parsed.data) } : { kind: 'absent' }
}

/** Into the bin, where WordPress keeps it for thirty days: nobody sees it, and a mistake can be taken back. */
export async function remove(channel: ChannelCall<Credentials, Settings>, { externalId }: Live): Promise<Removal> {
  const path = `/wp/v2/posts/${encodeURIComponent(externalId)}`
  const tried = await call(channel, channel.credentials.current(), { method: 'DELETE', path })
  if (tried.refusal !== undefined && !isGone(wordpress, tried.answer)) return tried.refusal
  return { kind: 'deleted' }
}
