/** Answers to what came in on Instagram, and moderation of comments. */

import type { Message } from '../../i18n/index.ts'
import { isGone } from '../http/index.ts'
import { answerMessage, replyInPrivate } from '../meta/index.ts'
import type { ActCall, Acted, Action, Refused } from '../network.ts'
import { utf8Length } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import { accessOf, attemptAs, type Credentials, created, platform, unreadable } from './api.ts'
import type { Settings } from './connect.ts'
import { messageBytes, unconfirmed } from './facts.ts'
import { instagramTexts } from './texts.ts'

type Call = ActCall<Credentials, Settings>

const invalid = (message: Message): Refused => ({ kind: 'rejected', reason: 'invalid', message })
const cannot = (action: Action['name']): Refused => invalid(instagramTexts.cannotDo({ action }))

export async function act(call: Call): Promise<Acted> {
  const { target, action } = call
  const path = `/${encodeURIComponent(target.externalId)}`
  const isComment = target.kind === 'comment'
  switch (action.name) {
    case 'reply':
      if (target.kind === 'direct_message') return message(call, action.text, answerMessage)
      if (target.kind === 'mention') return answerMention(call, action.text)
      return isComment ? write(call, `${path}/replies`, {}, action.text) : cannot('reply')
    case 'private_reply':
      return isComment ? message(call, action.text, replyInPrivate) : cannot('private_reply')
    case 'hide':
    case 'unhide': {
      if (!isComment) return cannot('hide')
      const form = { hide: String(action.name === 'hide') }
      const tried = await attemptAs(call, { method: 'POST', path, form }, true)
      return tried.refusal ?? { kind: 'done' }
    }
    case 'delete': {
      if (!isComment) return cannot('delete')
      const tried = await attemptAs(call, { method: 'DELETE', path }, true)
      return tried.refusal === undefined || isGone(platform, tried.answer) ? { kind: 'done' } : tried.refusal
    }
    default:
      return cannot(action.name)
  }
}

async function write(call: Call, path: string, more: Readonly<Record<string, string>>, text: string): Promise<Acted> {
  if (text.length > unconfirmed.commentMax)
    return invalid(
      networkTexts.commentTooLong({ max: unconfirmed.commentMax, length: text.length, network: 'Instagram' }),
    )
  const tried = await attemptAs(call, { method: 'POST', path, form: { ...more, message: text } }, true)
  if (tried.refusal !== undefined) return tried.refusal
  const made = created.safeParse(tried.answer.json())
  return made.success ? { kind: 'done', externalId: made.data.id } : { kind: 'unknown', message: unreadable }
}

/** Under somebody else's post, an account answers only where it was mentioned. */
function answerMention(call: Call, text: string): Promise<Acted> {
  const { mediaId = call.target.externalId, commentId } = call.target.context ?? {}
  const to = { media_id: mediaId, ...(commentId === undefined ? {} : { comment_id: commentId }) }
  return write(call, `/${call.credentials.current().userId}/mentions`, to, text)
}

async function message(call: Call, text: string, send: typeof answerMessage): Promise<Acted> {
  const length = utf8Length(text)
  if (length > messageBytes) return invalid(instagramTexts.messageBytes({ max: messageBytes, length }))
  const as = call.credentials.current()
  const sender = as.pageId ?? as.userId
  return send({ platform, tools: call, access: accessOf(call.app, as), sender, target: call.target, text })
}
