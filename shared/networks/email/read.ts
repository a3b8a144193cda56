/** A letter that came in: what it says, what it is, what a machine reports in it. */
import PostalMime, { type Email } from 'postal-mime'
import type { Attachment, Report } from '../network.ts'
import { maxText } from './facts.ts'
import { textOfHtml } from './html.ts'
import { withoutQuoted } from './quote.ts'

export interface Read {
  readonly email: Email
  header(name: string): string | undefined
}

export async function readLetter(source: Uint8Array): Promise<Read> {
  const email = await PostalMime.parse(source)
  return { email, header: (name) => email.headers.find(({ key }) => key === name)?.value }
}

/** What the person wrote, in at most {@link maxText} characters. */
export function saidIn({ email }: Read): string {
  const { text, html } = email
  const plain = text !== undefined && text.trim() !== '' ? withoutQuoted(text) : textOfHtml(html ?? '')
  return plain.slice(0, maxText)
}

export const attachmentsOf = ({ email }: Read): Attachment[] =>
  email.attachments
    .filter(({ disposition, related }) => disposition !== 'inline' && related !== true)
    .map(({ mimeType, filename }) => {
      const kind = /^(image|video|audio)\//.exec(mimeType)?.[1]
      return {
        kind: kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'file',
        ...(filename ? { name: filename } : {}),
      }
    })

export const idsIn = (text: string | undefined): string[] =>
  Array.from((text ?? '').matchAll(/<([^<>\s]+)>/g), ([, id]) => id ?? '')

/** Whether a machine wrote it by itself: out-of-office notes, newsletters, lists (RFC 3834 §2). */
export function isAutomatic({ email, header }: Read): boolean {
  const submitted = header('auto-submitted')?.trim().toLowerCase()
  if (submitted !== undefined && !submitted.startsWith('no')) return true
  if (/^(?:bulk|junk|list|auto_reply)$/i.test(header('precedence')?.trim() ?? '')) return true
  for (const name of ['x-autoreply', 'x-autorespond', 'list-id', 'list-unsubscribe', 'feedback-id'])
    if (header(name) !== undefined) return true
  if (header('return-path')?.replace(/\s/g, '') === '<>') return true
  return /^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply)@/i.test(email.from?.address ?? '')
}

/** What a mail server (RFC 3464) or a provider (RFC 5965) reports of letters of ours; empty if it is no report. */
export function reportsIn({ email, header }: Read): Report[] {
  const type = header('content-type') ?? ''
  if (!/^multipart\/report/i.test(type.trim())) return []
  const part = (mime: string) => {
    const found = email.attachments.find(({ mimeType }) => mimeType.toLowerCase() === mime)
    return found === undefined ? undefined : textOf(found.content)
  }
  const original = part('message/rfc822') ?? part('text/rfc822-headers') ?? ''
  // SES gives letters a Message-ID of its own: ours stands in a header beside it
  const headerOf = (name: string) => new RegExp(`^${name}:\\s*(.*(?:\\r?\\n[ \\t].*)*)`, 'im').exec(original)?.[1]
  const messageId = idsIn(headerOf('x-parvis-letter'))[0] ?? idsIn(headerOf('message-id'))[0]
  const about = messageId === undefined ? {} : { messageId }
  const status = part('message/delivery-status')
  if (status !== undefined)
    return blocksOf(status).flatMap((fields) => {
      const address = addressIn(fields.get('final-recipient') ?? fields.get('original-recipient'))
      if (address === undefined || fields.get('action')?.toLowerCase() !== 'failed') return []
      const code = fields.get('status') ?? ''
      const words = `${code} ${fields.get('diagnostic-code') ?? ''}`.trim()
      return [{ kind: 'bounce', address, permanent: permanent(code), words, ...about }]
    })
  const feedback = part('message/feedback-report')
  if (feedback === undefined) return []
  return blocksOf(feedback).flatMap((fields) => {
    const address = addressIn(fields.get('original-rcpt-to'))
    if (address === undefined || fields.get('feedback-type')?.toLowerCase() !== 'abuse') return []
    return [{ kind: 'complaint', address, permanent: true, words: 'abuse', ...about }]
  })
}

/** A full mailbox (x.2.2) fills and empties; whatever else is of class 5 stays so. */
const permanent = (code: string) => /^5\./.test(code) && !/^5\.2\.2\b/.test(code)

const textOf = (content: string | ArrayBuffer | Uint8Array) =>
  typeof content === 'string' ? content : new TextDecoder().decode(content)

/** `rfc822; lea@example.org` */
const addressIn = (field: string | undefined) => /([^\s;<>]+@[^\s;<>]+)/.exec(field ?? '')?.[1]?.toLowerCase()

/** Fields in groups that empty lines part. */
function blocksOf(text: string): Map<string, string>[] {
  return text
    .replace(/\r\n?/g, '\n')
    .split(/\n{2,}/)
    .map((block) => {
      const lines = block.replace(/\n[ \t]+/g, ' ').split('\n')
      return new Map(
        lines.flatMap((line) => {
          const at = line.indexOf(':')
          return at < 0 ? [] : [[line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()] as const]
        }),
      )
    })
}
