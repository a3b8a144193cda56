/** Answers to what came in, and deleting it. */

import * as z from 'zod'
import type { Message } from '../../i18n/index.ts'
import { isGone } from '../http/index.ts'
import type { ActCall, Acted } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, platform, postUrl, type Settings, tryAs, unreadable, urn } from './api.ts'
import { maxComment } from './facts.ts'
import { commentUrn } from './notification.ts'
import { linkedinTexts } from './texts.ts'

type Call = ActCall<Credentials, Settings>

export async function act(call: Call): Promise<Acted> {
  const { action } = call
  if (action.name === 'reply') return reply(call, action.text)
  if (action.name === 'delete') return remove(call)
  return invalid(linkedinTexts.cannotHide())
}

const invalid = (message: Message): Acted => ({ kind: 'rejected', reason: 'invalid', message })

/** `urn:li:comment:(urn:li:activity:1,2)`: what it is under, and its number there. */
function partsOf(comment: string): { readonly object: string; readonly id: string } | undefined {
  const match = /^urn:li:comment:\((urn:li:\w+:\d+),(\d+)\)$/.exec(comment)
  return match?.[1] === undefined || match[2] === undefined ? undefined : { object: match[1], id: match[2] }
}

const created = z.object({ commentUrn: z.string().optional(), $URN: z.string().optional() })

async function reply(call: Call, text: string): Promise<Acted> {
  const { externalId, parentExternalId } = call.target
  if (text.length > maxComment)
    return invalid(networkTexts.commentTooLong({ max: maxComment, length: text.length, network: 'LinkedIn' }))
  // Answers to answers stand beside them, under the same comment: LinkedIn has two levels.
  const parent = commentUrn(parentExternalId) ?? commentUrn(externalId)
  const object = parent === undefined ? externalId : (partsOf(parent)?.object ?? externalId)
  const json = {
    actor: call.credentials.current().organization,
    object,
    message: { text },
    ...(parent === undefined ? {} : { parentComment: parent }),
  }
  const path = `/rest/socialActions/${urn(parent ?? externalId)}/comments`
  const tried = await tryAs(call, { method: 'POST', path, json })
  if (tried.refusal !== undefined) return tried.refusal
  const { data } = created.safeParse(tried.answer.json() ?? {})
  const id = tried.answer.headers['x-restli-id']
  const answer =
    commentUrn(data?.commentUrn ?? data?.$URN) ?? (id ? commentUrn(`urn:li:comment:(${object},${id})`) : undefined)
  return answer === undefined
    ? { kind: 'unknown', message: unreadable }
    : { kind: 'done', externalId: answer, url: postUrl(object) }
}

async function remove(call: Call): Promise<Acted> {
  const comment = partsOf(commentUrn(call.target.externalId) ?? '')
  if (comment === undefined) return invalid(linkedinTexts.onlyDelete())
  const actor = urn(call.credentials.current().organization)
  const path = `/rest/socialActions/${urn(comment.object)}/comments/${comment.id}?actor=${actor}`
  const tried = await tryAs(call, { method: 'DELETE', path })
  const gone = tried.refusal !== undefined && 'answer' in tried && isGone(platform, tried.answer)
  return tried.refusal === undefined || gone ? { kind: 'done' } : tried.refusal
}
