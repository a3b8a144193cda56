import * as z from 'zod'
import { HttpFailure, outcomeOfFailure } from '../http/index.ts'
import type { ActCall, Acted, ChannelCall, Letter, Postman } from '../network.ts'
import { type Credentials, leaveSubject, messageIdOf, type Settings } from './account.ts'
import { openSmtp } from './smtp.ts'
import { emailTexts } from './texts.ts'

const thread = z.object({
  messageId: z.string(),
  references: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
  subject: z.string(),
  from: z.email(),
})

/** Answers a letter in its thread. */
export async function act(call: ActCall<Credentials, Settings>): Promise<Acted> {
  const { action, target } = call
  if (action.name !== 'reply') return { kind: 'rejected', reason: 'invalid', message: emailTexts.onlyAnswer() }
  const answered = thread.safeParse(target.context)
  if (!answered.success) return { kind: 'rejected', reason: 'invalid', message: emailTexts.noReplyAddress() }
  const { messageId, references, subject, from } = answered.data
  const as = call.credentials.current()
  const own = messageIdOf(call.key, as.address)
  try {
    const smtp = await openSmtp(call, as)
    try {
      const posted = await smtp.send({
        from: { name: as.name, address: as.address },
        to: from,
        subject: /^(?:re|aw|ref|sv)\s?:/i.test(subject) ? subject : `Re: ${subject}`,
        text: action.text,
        messageId: `<${own}>`,
        inReplyTo: `<${messageId}>`,
        references: [...references, messageId].map((id) => `<${id}>`),
        headers: configured(as),
        date: new Date(call.clock.now()),
      })
      if (posted.kind === 'sent') return { kind: 'done', externalId: own }
      if (posted.kind !== 'bounced' && posted.kind !== 'deferred') return posted
      const message = emailTexts.addressRefused({ from, why: posted.message })
      return posted.kind === 'bounced'
        ? { kind: 'rejected', reason: 'invalid', message }
        : { kind: 'transient', message }
    } finally {
      smtp.close()
    }
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    return outcomeOfFailure(error, { visible: false })
  }
}

/** A connection for the letters of an issue. */
export async function postman(call: ChannelCall<Credentials, Settings>): Promise<Postman> {
  const as = call.credentials.current()
  const smtp = await openSmtp(call, as)
  return {
    send: ({ to, subject, html, text, messageId, headers, leaveId }: Letter) =>
      smtp.send({
        from: { name: as.name, address: as.address },
        to,
        subject,
        html,
        text,
        messageId: `<${messageId}>`,
        envelopeId: messageId.slice(0, messageId.indexOf('@')),
        headers: { ...headers, ...configured(as), ...unsubscribing(as, headers, leaveId) },
        date: new Date(call.clock.now()),
      }),
    close: () => smtp.close(),
  }
}

/** Beside the page, a mail: only where the mailbox is read, so that it is honoured (RFC 2369 §3.2). */
function unsubscribing(
  { address, imap }: Credentials,
  { 'List-Unsubscribe': page }: Letter['headers'],
  leaveId: string | undefined,
): Readonly<Record<string, string>> {
  if (page === undefined || imap === undefined || leaveId === undefined) return {}
  return { 'List-Unsubscribe': `${page}, <mailto:${address}?subject=${encodeURIComponent(leaveSubject(leaveId))}>` }
}

/** By what SES knows whom to tell of a letter. */
const configured = ({ configurationSet }: Credentials): Readonly<Record<string, string>> =>
  configurationSet === undefined ? {} : { 'X-SES-CONFIGURATION-SET': configurationSet }
