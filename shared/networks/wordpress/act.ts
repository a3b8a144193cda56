/** Answers to comments, and what becomes of them. */

import * as z from 'zod'
import { isGone } from '../http/index.ts'
import type { ActCall, Acted, ActionName } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, call, type Settings, wordpress } from './api.ts'
import { wordpressTexts } from './texts.ts'

const standings = { approve: 'approved', hold: 'hold', spam: 'spam' } as const
export const actions: readonly ActionName[] = ['reply', 'approve', 'hold', 'spam', 'delete']

export async function act(channel: ActCall<Credentials, Settings>): Promise<Acted> {
  const { action, target } = channel
  const as = channel.credentials.current()
  const path = `/wp/v2/comments/${encodeURIComponent(target.externalId)}`
  switch (action.name) {
    case 'reply':
      return reply(channel, action.text)
    case 'delete': {
      const tried = await call(channel, as, { method: 'DELETE', path })
      if (tried.refusal !== undefined && !isGone(wordpress, tried.answer)) return tried.refusal
      return { kind: 'done' }
    }
    case 'approve':
    case 'hold':
    case 'spam': {
      const status = standings[action.name]
      // WordPress answers 500 when nothing would change
      const looked = await call(channel, as, { method: 'GET', path, query: { context: 'edit' } }, { visible: false })
      if (looked.refusal !== undefined) return looked.refusal
      if (z.object({ status: z.string() }).safeParse(looked.answer.json()).data?.status === status)
        return { kind: 'done' }
      const tried = await call(channel, as, { method: 'POST', path, json: { status } })
      return tried.refusal ?? { kind: 'done' }
    }
    default:
      return {
        kind: 'rejected',
        reason: 'invalid',
        message: networkTexts.noAction({ action: action.name, network: 'WordPress' }),
      }
  }
}

async function reply(channel: ActCall<Credentials, Settings>, text: string): Promise<Acted> {
  const { target } = channel
  const postId = Number(target.context?.postId ?? target.postExternalId)
  if (!Number.isSafeInteger(postId) || postId <= 0)
    return {
      kind: 'rejected',
      reason: 'invalid',
      message: wordpressTexts.articleUnknown(),
    }
  const tried = await call(channel, channel.credentials.current(), {
    method: 'POST',
    path: '/wp/v2/comments',
    // comments are HTML
    json: { post: postId, parent: Number(target.externalId), content: plain(text) },
  })
  if (tried.refusal !== undefined) return tried.refusal
  const made = z.object({ id: z.number().int(), link: z.string() }).safeParse(tried.answer.json()).data
  return { kind: 'done', ...(made === undefined ? {} : { externalId: String(made.id), url: made.link }) }
}

const plain = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
