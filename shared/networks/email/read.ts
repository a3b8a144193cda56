/** A letter that came in: what it says, and what it is. */
import PostalMime, { type Email } from 'postal-mime'
import type { Attachment } from '../network.ts'
import { withBoundedFields } from '../text/bounded-fields.ts'
import { maxText } from './facts.ts'
import { textOfHtml } from './html.ts'
import { withoutQuoted } from './quote.ts'
import { decodeUtf7, namesUtf7 } from './utf7.ts'

export interface Read {
  readonly email: Email
  header(name: string): string | undefined
}

/** A part of RFC 6533, which postal-mime does not know as a report: what is beside it is evidence, not text. */
const globalStatus = 'message/global-delivery-status'

/** Throws for what no program should read: parts within parts without end. */
export async function readLetter(letter: Uint8Array): Promise<Read> {
  const source = withBoundedFields(letter)
  const first = await PostalMime.parse(source)
  const isGlobal = first.attachments.some(({ mimeType }) => mimeType.toLowerCase() === globalStatus)
  const email = isGlobal ? await PostalMime.parse(source, { forceRfc822Attachments: true }) : first
  return readOf(namesUtf7(source) ? { ...email, ...decoded(email) } : email)
}

/** The headers alone, of a letter whose body cannot be read. */
export async function readHeaders(source: Uint8Array): Promise<Read> {
  const head =
    Buffer.from(source)
      .toString('latin1')
      .split(/\r?\n\r?\n/, 1)[0] ?? ''
  const lines = head.split(/\r?\n(?![ \t])/).filter((line) => !/^content-/i.test(line))
  return readOf(await PostalMime.parse(withBoundedFields(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'))))
}

const readOf = (email: Email): Read => ({
  email,
  header: (name) => email.headers.find(({ key }) => key === name)?.value,
})

const decoded = ({ text, html, subject }: Email) => ({
  ...(text === undefined ? {} : { text: decodeUtf7(text) }),
  ...(html === undefined ? {} : { html: decodeUtf7(html) }),
  ...(subject === undefined ? {} : { subject: decodeUtf7(subject) }),
})

export interface Said {
  /** What the person wrote, without the letters it answers, in at most {@link maxText} characters. */
  readonly text: string
  /** The whole, where it is more. */
  readonly fullText?: string
}

export function saidIn({ email }: Read): Said {
  const { text, html } = email
  const plain = text !== undefined && text.trim() !== ''
  const whole = plain ? text.replace(/\r\n?/g, '\n').trim() : textOfHtml(html ?? '', { quotes: true })
  const said = plain ? withoutQuoted(text) : textOfHtml(html ?? '', { quotes: false }) || whole
  return {
    text: said.slice(0, maxText),
    ...(whole.length === said.length ? {} : { fullText: whole.slice(0, maxText) }),
  }
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

/**
 * Whether a machine wrote it by itself (RFC 3834 §2): an out-of-office note, a newsletter, a receipt. It is shown, and
 * marked. A list, a help desk or a contact form carries what a person wrote: that alone is no sign.
 */
export function isAutomatic({ email, header }: Read): boolean {
  const submitted = header('auto-submitted')?.trim().toLowerCase()
  if (submitted !== undefined && !submitted.startsWith('no')) return !answersToAPerson({ email, header })
  if (/^(?:bulk|junk|auto_reply)$/i.test(header('precedence')?.trim() ?? '')) return true
  for (const name of ['x-autoreply', 'x-autorespond', 'list-unsubscribe-post'])
    if (header(name) !== undefined) return true
  if (header('return-path')?.replace(/\s/g, '') === '<>') return true
  return isUnanswerable(email.from?.address ?? '') && !answersToAPerson({ email, header })
}

/** Addresses that nobody reads. */
export const isUnanswerable = (address: string): boolean =>
  /^(?:mailer-daemon|no-?_?\.?reply|do-?_?not-?_?reply|ne-?pas-?repondre)\b[^@]*@/i.test(address)

/** A contact form sends by itself what a person wrote, and says whom to answer. */
function answersToAPerson({ email }: Read): boolean {
  const [reply] = (email.replyTo ?? []).flatMap(({ address }) => (address ? [address.toLowerCase()] : []))
  return reply !== undefined && reply !== email.from?.address?.toLowerCase() && !isUnanswerable(reply)
}
