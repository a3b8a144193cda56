/** The mailbox: each letter of a person is a message; each report of a machine goes to who sent the letter. */
import * as z from 'zod'
import { iso } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import { HttpFailure } from '../http/index.ts'
import type { ChannelCall, InboundEvent, Polled } from '../network.ts'
import type { Credentials, Settings } from './account.ts'
import { maxLetterBytes, pageSize } from './facts.ts'
import { inFolder } from './imap.ts'
import { attachmentsOf, idsIn, isAutomatic, type Read, readLetter, reportsIn, saidIn } from './read.ts'

type Call = ChannelCall<Credentials, Settings>

/**
 * UIDs grow as long as UIDVALIDITY stays (RFC 9051 §2.3.1.1). Where it changed, the folder is read again from when the
 * last poll was: a letter that comes twice is one, by its Message-ID.
 */
const cursorSchema = z.object({ validity: z.string(), uid: z.number().int(), at: z.number() })

interface Fetched {
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
        letters.push({ uid: one.uid, at: timeOf(one.internalDate, now), source: one.source ?? new Uint8Array() })
    const more = uids.length > wanted.length
    return { letters, cursor: at(more ? (wanted.at(-1) ?? last) : Math.max(last, ...wanted)), more }
  }).catch((error: unknown) => {
    if (error instanceof HttpFailure)
      throw new AppError('unavailable', 'network_failed', error.message, { cause: error })
    throw error
  })
  const events: InboundEvent[] = []
  for (const letter of fetched.letters.sort((a, b) => a.uid - b.uid)) {
    const event = await eventOf(call, letter)
    if (event !== undefined) events.push(event)
  }
  return { events, cursor: fetched.cursor, more: fetched.more }
}

const timeOf = (date: Date | string | undefined, now: number): number => {
  const at = date instanceof Date ? date.getTime() : Date.parse(date ?? '')
  return Number.isNaN(at) ? now : Math.min(at, now)
}

async function eventOf(call: Call, { at, source }: Fetched): Promise<InboundEvent | undefined> {
  const read = await readLetter(source)
  for (const report of reportsIn(read)) await call.newsletters.reported(report)
  const { email } = read
  const from = email.from?.address?.toLowerCase()
  if (from === undefined || from === '' || isOurs(call, from) || isAutomatic(read)) return undefined
  return messageOf(read, from, at)
}

const isOurs = (call: Call, from: string) => from === call.credentials.current().address.toLowerCase()

function messageOf(read: Read, from: string, at: number): InboundEvent {
  const { email, header } = read
  const messageId = idsIn(email.messageId)[0] ?? `${from}.${iso(at)}`
  const references = idsIn(header('references'))
  const answered = idsIn(header('in-reply-to'))[0] ?? references.at(-1)
  const replyTo = email.replyTo?.[0]?.address
  const subject = email.subject ?? ''
  const attachments = attachmentsOf(read)
  const text = saidIn(read)
  return {
    kind: 'direct_message',
    action: 'created',
    externalId: messageId,
    at,
    author: { externalId: from, handle: from, name: email.from?.name || from },
    // A new letter's subject is part of what it says.
    text: answered === undefined && subject !== '' ? `${subject}\n\n${text}` : text,
    language: header('content-language')?.split(',')[0]?.trim(),
    ...(attachments.length === 0 ? {} : { attachments }),
    parentExternalId: answered,
    context: {
      messageId,
      // The beginning of a thread and its end are what mail programs need.
      references: JSON.stringify([...references.slice(0, 1), ...references.slice(1).slice(-18)]),
      subject,
      from: replyTo ?? from,
    },
  }
}
