/** Answers to what came in, and hiding it. */

import * as z from 'zod'
import type { Message } from '../../i18n/index.ts'
import { isGone } from '../http/index.ts'
import type { ActCall, Acted } from '../network.ts'
import { type Credentials, platform, type Settings, tryAs, unreadable } from './api.ts'
import { maxWeightedLength } from './facts.ts'
import { postUrl } from './shown.ts'
import { weightedLength } from './text.ts'
import { xTexts } from './texts.ts'

type Call = ActCall<Credentials, Settings>

const posted = z.object({ data: z.object({ id: z.string() }) })
const messaged = z.object({ data: z.object({ dm_event_id: z.string() }) })

export async function act(call: Call): Promise<Acted> {
  const { action, target } = call
  switch (action.name) {
    case 'reply':
      return target.kind === 'direct_message' ? message(call, action.text) : reply(call, action.text)
    case 'hide':
    case 'unhide':
      return hide(call, action.name === 'hide')
    default:
      return invalid(xTexts.cannotDo({ action: action.name }))
  }
}

const invalid = (message: Message): Acted => ({ kind: 'rejected', reason: 'invalid', message })

async function reply(call: Call, text: string): Promise<Acted> {
  const length = weightedLength(text)
  if (length > maxWeightedLength) return invalid(xTexts.answerTooLong({ max: maxWeightedLength, length }))
  const json = { text, reply: { in_reply_to_tweet_id: call.target.externalId } }
  const tried = await tryAs(call, { method: 'POST', path: '/2/tweets', json })
  if (tried.refusal !== undefined) return tried.refusal
  const parsed = posted.safeParse(tried.answer.json())
  if (!parsed.success) return { kind: 'unknown', message: unreadable }
  return { kind: 'done', externalId: parsed.data.data.id, url: postUrl(parsed.data.data.id) }
}

async function message(call: Call, text: string): Promise<Acted> {
  const to = call.target.author?.externalId
  if (to === undefined) return invalid(xTexts.authorUnknown())
  const path = `/2/dm_conversations/with/${encodeURIComponent(to)}/messages`
  const tried = await tryAs(call, { method: 'POST', path, json: { text } })
  if (tried.refusal !== undefined) return tried.refusal
  const parsed = messaged.safeParse(tried.answer.json())
  return parsed.success
    ? { kind: 'done', externalId: parsed.data.data.dm_event_id }
    : { kind: 'unknown', message: unreadable }
}

/** Hidden answers stay readable behind a tap; only the author of a conversation hides in it. */
async function hide(call: Call, hidden: boolean): Promise<Acted> {
  const path = `/2/tweets/${encodeURIComponent(call.target.externalId)}/hidden`
  const tried = await tryAs(call, { method: 'PUT', path, json: { hidden } })
  if (tried.refusal === undefined) return { kind: 'done' }
  if ('answer' in tried && isGone(platform, tried.answer)) return invalid(xTexts.postGone())
  return tried.refusal
}
