/**
 * The mailbox: each letter is a message; reports of machines go to who sent the letter. Nothing else is left out: what a
 * machine wrote is marked, what cannot be read says so.
 */
import * as z from 'zod'
import { iso } from '../../kernel/clock.ts'
import { AppError, messageOf } from '../../kernel/errors.ts'
import { HttpFailure } from '../http/index.ts'
import type { ChannelCall, InboundEvent, Polled } from '../network.ts'
import { type Credentials, leaveIdIn, type Settings } from './account.ts'
import { maxLetterBytes, pageSize } from './facts.ts'
import { inFolder } from './imap.ts'
import {
  attachmentsOf,
  idsIn,
  isAutomatic,
  isUnanswerable,
  type Read,
  readHeaders,
  readLetter,
  saidIn,
} from './read.ts'
import { reportedIn } from './report.ts'

type Call = ChannelCall<Credentials, Settings>

/**
 * UIDs grow as long as UIDVALIDITY stays (RFC 9051 §2.3.1.1). Where it changed, the folder is read again from when the
 * last poll was: a letter that comes twice is one, by its Message-ID.
 */
const cursorSchema = z.object({ validity: z.string(), uid: z.number().int(), at: z.number() })

interface Fetched {
  readonly validity: string
  readonly uid: number
  readonly at: number
  readonly source: Uint8Array
}

/** The first poll starts now. */
export async function poll(call: Call, cursor: string | undefined): Promise<Polled> {
  const { imap } = call.credentials.current()
  if (imap === undefined) return { events: [], cursor, more: false }
  const since = cursor === undefined ? undefined : cursorSchema.parse(JSON.parse(cursor))
  const now = call.clock.now()
  const fetched = await inFolder(call, imap, call.settings.folder, async (client, { uidValidity, uidNext }) => {
    const validity = String(uidValidity)
    const last = uidNext - 1
    const at = (uid: number) => JSON.stringify({ validity, uid, at: now })
    if (since === undefined) return { letters: [], cursor: at(last), more: false }
    let uids: number[]
    if (since.validity === validity) {
      if (since.uid >= last) return { letters: [], cursor: at(since.uid), more: false }
      // `n:*` answers the last letter even where n is beyond it
      const found = await client.search({ uid: `${since.uid + 1}:*` }, { uid: true })
      uids = (found || []).filter((uid) => uid > since.uid)
    } else {
      uids = (await client.search({ since: new Date(since.at - 24 * 3600 * 1000) }, { uid: true })) || []
    }
    const wanted = uids.sort((a, b) => a - b).slice(0, pageSize)
    const letters: Fetched[] = []
    if (wanted.length > 0)
      for await (const one of client.fetch(
        wanted.join(','),
        { uid: true, internalDate: true, source: { maxLength: maxLetterBytes } },
        { uid: true },
      ))
        letters.push({
          validity,
          uid: one.uid,
          at: timeOf(one.internalDate, now),
          source: one.source ?? new Uint8Array(),
        })
    const more = uids.length > wanted.length
    return { letters, cursor: at(more ? (wanted.at(-1) ?? last) : Math.max(last, ...wanted)), more }
  }).catch((error: unknown) => {
    if (error instanceof HttpFailure) throw new AppError('unavailable', 'network_failed', error.text, { cause: error })
    throw error
  })
  const events: InboundEvent[] = []
  for (const letter of fetched.letters.sort((a, b) => a.uid - b.uid)) {
    events.push(...(await eventsOf(call, letter)))
  }
  return { events, cursor: fetched.cursor, more: fetched.more }
}

const timeOf = (date: Date | string | undefined, now: number): number => {
  const at = date instanceof Date ? date.getTime() : Date.parse(date ?? '')
  return Number.isNaN(at) ? now : Math.min(at, now)
}

async function eventsOf(call: Call, fetched: Fetched): Promise<readonly InboundEvent[]> {
  const { at, source } = fetched
  let read: Read
  try {
    read = await readLetter(source)
  } catch (error) {
    return [await unreadable(fetched, messageOf(error))]
  }
  const reported = reportedIn(read)
  if (reported !== undefined) {
    for (const report of reported.reports) await call.newsletters.reported(report)
    return reported.failedAnswers.map((externalId) => ({
      kind: 'message_state',
      action: 'edited',
      externalId,
      at,
      state: 'failed',
    }))
  }
  const leaving = leaveIdIn(read.email.subject ?? '')
  if (leaving !== undefined && (await call.newsletters.left(leaving))) return []
  return isOwnLoop(call, read) ? [] : [messageIn(call, read, fetched)]
}

/** A copy of what left from here; a form of our own site that names whom to answer is none. */
function isOwnLoop(call: Call, { email, header }: Read): boolean {
  if (header('x-parvis-letter') !== undefined) return true
  const reply = email.replyTo?.[0]?.address
  return isOurs(call, email.from?.address) && (reply === undefined || isOurs(call, reply))
}

const isOurs = (call: Call, address: string | undefined) =>
  address?.toLowerCase() === call.credentials.current().address.toLowerCase()

/** With what its headers say, and its bytes for a person to look at: what is behind it is read all the same. */
async function unreadable({ uid, validity, at, source }: Fetched, why: string): Promise<InboundEvent> {
  const { email } = await readHeaders(source)
  const from = email.from?.address?.toLowerCase()
  return {
    kind: 'direct_message',
    action: 'created',
    externalId: idsIn(email.messageId)[0] ?? `unreadable.${validity}.${uid}`,
    at,
    ...(from ? { author: { externalId: from, handle: from, name: email.from?.name || from } } : {}),
    text: email.subject ?? '',
    unreadable: { why, raw: { name: 'letter.eml', contentType: 'message/rfc822', bytes: source } },
  }
}

function messageIn(call: Call, read: Read, { uid, validity, at }: Fetched): InboundEvent {
  const { email, header } = read
  const references = idsIn(header('references'))
  const answered = idsIn(header('in-reply-to'))[0] ?? references.at(-1)
  const replyTo = email.replyTo?.find(({ address }) => Boolean(address))
  const sender = email.from?.address ? email.from : email.sender
  // of a form, and of a list that writes in its own name, the person is whom to answer
  const person = isOurs(call, sender?.address) || isUnanswerable(sender?.address ?? '') ? (replyTo ?? sender) : sender
  const from = (person?.address ?? replyTo?.address ?? '').toLowerCase()
  const messageId = idsIn(email.messageId)[0] ?? (from === '' ? `letter.${validity}.${uid}` : `${from}.${iso(at)}`)
  const answerTo = replyTo?.address ?? from
  const subject = email.subject ?? ''
  const attachments = attachmentsOf(read)
  const { text, fullText } = saidIn(read)
  // A new letter's subject is part of what it says.
  const titled = (body: string) => (answered === undefined && subject !== '' ? `${subject}\n\n${body}` : body)
  return {
    kind: 'direct_message',
    action: 'created',
    externalId: messageId,
    at,
    ...(from === '' ? {} : { author: { externalId: from, handle: from, name: person?.name || from } }),
    text: titled(text),
    ...(fullText === undefined ? {} : { fullText: titled(fullText) }),
    ...(isAutomatic(read) ? { automatic: true } : {}),
    language: header('content-language')?.split(',')[0]?.trim(),
    ...(attachments.length === 0 ? {} : { attachments }),
    parentExternalId: answered,
    context: {
      messageId,
      // The beginning of a thread and its end are what mail programs need.
      references: JSON.stringify([...references.slice(0, 1), ...references.slice(1).slice(-18)]),
      subject,
      ...(answerTo === '' ? {} : { from: answerTo }),
    },
  }
}
