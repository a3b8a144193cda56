/** Answers to what came in. Nobody can hide what others write there: blocking and reporting are a person's decision. */

import type { ActCall, Acted } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { attempt, type Credentials, status } from './api.ts'
import { type Settings, visibility } from './connect.ts'
import { countLength } from './text.ts'
import { mastodonTexts } from './texts.ts'

/**
 * A reply reaches its author because it names them, so their handle goes in front where the text does not have it. It is
 * as public as what it answers (a direct message is answered in private), and keeps its content warning.
 */
export async function act(call: ActCall<Credentials, Settings>): Promise<Acted> {
  const { action, target, settings, limits } = call
  if (action.name !== 'reply')
    return {
      kind: 'rejected',
      reason: 'permission',
      message: mastodonTexts.cannotDo({ action: action.name }),
    }
  const handle = target.author?.handle ?? ''
  const text = handle === '' || names(action.text, handle) ? action.text : `${handle} ${action.text}`
  const warning = target.context?.['contentWarning'] ?? ''
  const length = countLength(text, warning, settings.charactersPerUrl)
  if (length > limits.text.max)
    return {
      kind: 'rejected',
      reason: 'invalid',
      message: (warning === '' ? mastodonTexts.replyTooLong : mastodonTexts.replyTooLongWarned)({
        max: limits.text.max,
        length,
      }),
      pointer: '/text',
    }
  const tried = await attempt(call, call.credentials.current(), {
    method: 'POST',
    path: '/api/v1/statuses',
    headers: { 'idempotency-key': call.key },
    json: {
      status: text,
      in_reply_to_id: target.externalId,
      visibility:
        visibility.safeParse(target.context?.['visibility']).data ??
        (target.kind === 'direct_message' ? 'direct' : settings.visibility),
      ...(warning === '' ? {} : { spoiler_text: warning }),
    },
  })
  if ('refusal' in tried) return tried.refusal
  const parsed = status.safeParse(tried.answer.json())
  if (!parsed.success) return { kind: 'unknown', message: networkTexts.unreadable({ network: 'Mastodon' }) }
  return { kind: 'done', externalId: parsed.data.id, url: parsed.data.url ?? undefined }
}

/** Whether a text names a handle: `@lea`, but not as the beginning of `@lea@elsewhere` or of `@leander`. */
function names(text: string, handle: string): boolean {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}_@.-]+/u)
  return words.some((word) => word.replace(/[.-]+$/, '') === handle.toLowerCase())
}
