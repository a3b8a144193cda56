import * as z from 'zod'
import type { ActCall, Acted } from '../network.ts'
import { type Credentials, messageIdOf, type Settings, urlOf } from './account.ts'
import { post } from './post.ts'
import { usenetTexts } from './texts.ts'

const thread = z.object({
  subject: z.string(),
  references: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
  followUps: z.string().optional(),
})

/** A follow-up, in the group or where its author asked for it. */
export async function act(call: ActCall<Credentials, Settings>): Promise<Acted> {
  const { action, target } = call
  if (action.name !== 'reply') return { kind: 'rejected', reason: 'invalid', message: usenetTexts.onlyAnswer() }
  const { subject, references, followUps } = thread.parse(target.context)
  if (followUps?.trim().toLowerCase() === 'poster')
    return {
      kind: 'rejected',
      reason: 'permission',
      message:
        target.author === undefined
          ? usenetTexts.answerByMailUnknown()
          : usenetTexts.answerByMail({ handle: target.author.handle }),
    }
  const messageId = messageIdOf(call.key, call.credentials.current())
  const posted = await post(
    call,
    {
      subject: /^re:\s/i.test(subject) ? subject : `Re: ${subject}`,
      text: action.text,
      messageId,
      references,
      ...(followUps === undefined ? {} : { group: followUps.replace(/\s+/g, '') }),
    },
    async () => {},
  )
  return 'messageId' in posted ? { kind: 'done', externalId: messageId, url: urlOf(messageId) } : posted
}
