/** Answers and moderation. Each costs 50 units of the day's quota. */

import * as z from 'zod'
import { attemptAs } from '../google/index.ts'
import { type HttpRequest, isGone, type Tried } from '../http/index.ts'
import type { ActCall, Acted } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { apiAt, type Credentials, type Settings, youtubePlatform } from './api.ts'
import { unconfirmed } from './facts.ts'
import { youtubeTexts } from './texts.ts'

type Call = ActCall<Credentials, Settings>

const moderation = {
  approve: { moderationStatus: 'published' },
  hold: { moderationStatus: 'heldForReview' },
  reject: { moderationStatus: 'rejected' },
  ban: { moderationStatus: 'rejected', banAuthor: 'true' },
} as const

export async function act(call: Call): Promise<Acted> {
  const { action, target } = call
  switch (action.name) {
    case 'reply':
      return reply(call, action.text)
    case 'approve':
    case 'hold':
    case 'reject':
    case 'ban':
      return moderated(await moderate(call, moderation[action.name]))
    case 'delete': {
      const url = apiAt(call.app, '/comments', { id: target.externalId })
      const tried = await send(call, { method: 'DELETE', url })
      if (tried.refusal === undefined || isGone(youtubePlatform, tried.answer)) return { kind: 'done' }
      // What others wrote YouTube may let only its author delete; rejected, it is gone for everybody else.
      if (tried.refusal.kind === 'rejected' && tried.refusal.reason === 'permission')
        return moderated(await moderate(call, moderation.reject))
      return tried.refusal
    }
    default:
      return {
        kind: 'rejected',
        reason: 'invalid',
        message: networkTexts.noAction({ action: action.name, network: 'YouTube' }),
      }
  }
}

const send = (call: Call, request: HttpRequest): Promise<Tried> => attemptAs(youtubePlatform, call, request, {})

async function reply(call: Call, text: string): Promise<Acted> {
  const max = unconfirmed.commentCharacters
  if (text.length > max)
    return {
      kind: 'rejected',
      reason: 'invalid',
      message: networkTexts.answerTooLong({ max, length: text.length, network: 'YouTube' }),
      pointer: '/text',
    }
  const parentId = call.target.context?.threadId ?? call.target.externalId
  const tried = await send(call, {
    method: 'POST',
    url: apiAt(call.app, '/comments', { part: 'snippet' }),
    json: { snippet: { parentId, textOriginal: text } },
  })
  if (tried.refusal !== undefined) return isGone(youtubePlatform, tried.answer) ? gone : tried.refusal
  const externalId = z.object({ id: z.string() }).safeParse(tried.answer.json()).data?.id
  return { kind: 'done', externalId }
}

const moderate = (call: Call, status: Readonly<Record<string, string>>): Promise<Tried> =>
  send(call, {
    method: 'POST',
    url: apiAt(call.app, '/comments/setModerationStatus', { id: call.target.externalId, ...status }),
  })

const moderated = (tried: Tried): Acted => {
  if (tried.refusal === undefined) return { kind: 'done' }
  return isGone(youtubePlatform, tried.answer) ? gone : tried.refusal
}

const gone = { kind: 'rejected', reason: 'invalid', message: youtubeTexts.commentGone() } as const
