/** What machines report of letters of ours: bounces (RFC 3464, RFC 6533, and plain ones) and complaints (RFC 5965). */
import type { Report } from '../network.ts'
import { findingOf } from './finding.ts'
import { idsIn, type Read } from './read.ts'

export interface Reported {
  /** Of letters of newsletters and those that ask to confirm; whether they are ours, their signature says. */
  readonly reports: readonly Report[]
  /** Message-IDs of answers of ours that did not arrive. */
  readonly failedAnswers: readonly string[]
}

const statusTypes = ['message/delivery-status', 'message/global-delivery-status']
const originalTypes = [
  'message/rfc822',
  'message/global',
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global-headers',
]
/** Undefined for what is no report: a letter that a person sends with a report attached is a letter. */
export function reportedIn(read: Read): Reported | undefined {
  const type = read.header('content-type') ?? ''
  if (!/^\s*multipart\/report\b/i.test(type) && !isFromMachine(read)) return undefined
  const status = partOf(read, statusTypes)
  if (status !== undefined) return bouncesIn(read, status)
  const feedback = partOf(read, ['message/feedback-report'])
  if (feedback !== undefined) return complaintsIn(read, feedback)
  return plainBounceIn(read)
}

function bouncesIn(read: Read, status: string): Reported {
  const blocks = blocksOf(status)
  const envelope = blocks.map((fields) => fields.get('original-envelope-id')).find((id) => id !== undefined)
  const { letter, messageId } = originalOf(partOf(read, originalTypes) ?? '')
  // SES gives letters a Message-ID of its own: ours stands in a header beside it, or in the envelope
  const about = letter ?? envelope?.trim() ?? messageId
  const failed = blocks.filter((fields) => fields.get('action')?.toLowerCase() === 'failed')
  return {
    reports:
      about === undefined
        ? []
        : failed.map((fields) => {
            const code = fields.get('status') ?? ''
            const diagnostic = fields.get('diagnostic-code') ?? ''
            const words = `${code} ${diagnostic}`.trim()
            return { kind: 'bounce', finding: findingOf(code, diagnostic), messageId: about, words }
          }),
    failedAnswers: failed.length > 0 && letter === undefined ? answersIn(messageId) : [],
  }
}

function complaintsIn(read: Read, feedback: string): Reported {
  const { letter, messageId } = originalOf(partOf(read, originalTypes) ?? '')
  const about = letter ?? messageId
  const abuse = blocksOf(feedback).some((fields) => /^(?:abuse|fraud)$/i.test(fields.get('feedback-type') ?? ''))
  return {
    reports: about !== undefined && abuse ? [{ kind: 'complaint', messageId: about, words: 'abuse' }] : [],
    failedAnswers: [],
  }
}

/** Of servers that write no parts (qmail, older Exim): the reply, and below it the letter or its headers. */
function plainBounceIn({ email, header }: Read): Reported | undefined {
  const text = email.text ?? ''
  const { letter, messageId } = originalOf(text)
  const announced = header('x-failed-recipients') !== undefined || /\bqmail-send program\b/i.test(text.slice(0, 500))
  const answers = answersIn(messageId)
  if (!announced && letter === undefined && answers.length === 0) return undefined
  // a reply with its code, and what it is continued by
  const reply = /(?:^|[\s:>])(5\d\d[ -][^\n]*(?:\n[^\n]+){0,3})/.exec(text.slice(0, 20_000))?.[1] ?? ''
  const finding = reply === '' ? 'none' : findingOf('', reply)
  return {
    reports: letter === undefined ? [] : [{ kind: 'bounce', finding, messageId: letter, words: reply.slice(0, 500) }],
    failedAnswers: letter === undefined ? answers : [],
  }
}

/** A machine sends it: nobody is to answer (RFC 5321 §4.5.5), or it says so itself. */
const isFromMachine = ({ email, header }: Read): boolean =>
  header('return-path')?.replace(/\s/g, '') === '<>' ||
  header('x-failed-recipients') !== undefined ||
  /^auto-/i.test(header('auto-submitted')?.trim() ?? '') ||
  /^(?:mailer-daemon|postmaster|mail-daemon|double-bounce)@/i.test(email.from?.address ?? '')

function partOf({ email }: Read, types: readonly string[]): string | undefined {
  const found = email.attachments.find(({ mimeType }) => types.includes(mimeType.toLowerCase()))
  if (found === undefined) return undefined
  return typeof found.content === 'string' ? found.content : new TextDecoder().decode(found.content)
}

/** Which letter it is, by its headers, wherever they stand in a text. */
function originalOf(text: string): { readonly letter: string | undefined; readonly messageId: string | undefined } {
  const idIn = (name: string) => idsIn(new RegExp(`^${name}:[ \\t]*(?:\\r?\\n[ \\t]+)?(.*)`, 'im').exec(text)?.[1])[0]
  return { letter: idIn('x-parvis-letter'), messageId: idIn('message-id') }
}

/** By the id of the action that sent it. */
const answersIn = (messageId: string | undefined): string[] =>
  messageId !== undefined && /^act_[0-9A-HJKMNP-TV-Z]{26}@/.test(messageId) ? [messageId] : []

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
