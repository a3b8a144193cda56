/** Answers to what came in on a Page, and moderation. */

import type { Message } from '../../i18n/index.ts'
import { isGone } from '../http/index.ts'
import { answerMessage, graphAccess, replyInPrivate } from '../meta/index.ts'
import type { ActCall, Acted, Action, Refused } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { attemptAs, type Credentials, created, platform, unreadable, urlOf } from './api.ts'
import type { Settings } from './connect.ts'
import { unconfirmed } from './facts.ts'
import { facebookTexts } from './texts.ts'

type Call = ActCall<Credentials, Settings>

const refused = (reason: 'invalid' | 'policy', message: Message): Refused => ({ kind: 'rejected', reason, message })

export async function act(call: Call): Promise<Acted> {
  const { target, action } = call
  const path = `/${encodeURIComponent(target.externalId)}`
  const inPublic = target.kind === 'comment' || target.kind === 'mention'
  switch (action.name) {
    case 'reply':
      if (target.kind === 'direct_message') return message(call, action.text, answerMessage)
      return inPublic ? comment(call, action.text) : cannot('reply')
    case 'private_reply':
      return target.kind === 'comment' ? message(call, action.text, replyInPrivate) : cannot('private_reply')
    case 'hide':
    case 'unhide': {
      if (!inPublic) return cannot('hide')
      const form = { is_hidden: String(action.name === 'hide') }
      const tried = await attemptAs(call, { method: 'POST', path, form }, true)
      return tried.refusal ?? { kind: 'done' }
    }
    case 'delete': {
      if (!inPublic) return cannot('delete')
      const tried = await attemptAs(call, { method: 'DELETE', path }, true)
      return tried.refusal === undefined || isGone(platform, tried.answer) ? { kind: 'done' } : tried.refusal
    }
    default:
      return cannot(action.name)
  }
}

const cannot = (action: Action['name']): Refused => refused('invalid', facebookTexts.cannotDo({ action }))

async function comment(call: Call, text: string): Promise<Acted> {
  if (text.length > unconfirmed.maxComment)
    return refused(
      'invalid',
      networkTexts.commentTooLong({ max: unconfirmed.maxComment, length: text.length, network: 'Facebook' }),
    )
  const path = `/${encodeURIComponent(call.target.externalId)}/comments`
  const tried = await attemptAs(call, { method: 'POST', path, form: { message: text } }, true)
  if (tried.refusal !== undefined) return tried.refusal
  const made = created.safeParse(tried.answer.json())
  if (!made.success) return { kind: 'unknown', message: unreadable }
  return { kind: 'done', externalId: made.data.id, url: urlOf(made.data.id) }
}

async function message(call: Call, text: string, send: typeof answerMessage): Promise<Acted> {
  if (text.length > unconfirmed.maxMessage)
    return refused(
      'invalid',
      networkTexts.messageTooLong({ max: unconfirmed.maxMessage, length: text.length, network: 'Facebook' }),
    )
  const { pageId, accessToken } = call.credentials.current()
  const access = graphAccess(call.app, accessToken)
  return send({ platform, tools: call, access, sender: pageId, target: call.target, text })
}
