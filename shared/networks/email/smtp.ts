/**
 * Letters out: one connection, one after the other. nodemailer composes and speaks; the socket is ours, checked like any
 * other. Its pool is not used: it sends a letter again where the connection broke, and says “connecting” of any break.
 */

import { Readable } from 'node:stream'
import MailComposer, { type MailComposerOptions } from 'nodemailer/lib/mail-composer'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import * as z from 'zod'
import { AppError, messageOf } from '../../kernel/errors.ts'
import type { NetworkTools, Posted, Refused } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, domainOf, type Server } from './account.ts'
import { unconfirmed } from './facts.ts'
import { causeOf } from './refusal.ts'
import { emailTexts } from './texts.ts'

type Tools = Pick<NetworkTools, 'dial' | 'clock' | 'signal'>

export interface Mail extends MailComposerOptions {
  readonly to: string
  /** By which reports name the letter: at most 100 printable characters. */
  readonly envelopeId?: string
}

export interface SmtpConnection {
  /** Never throws for what the server does. */
  send(mail: Mail): Promise<Posted>
  /** Signs in, and nothing else. */
  verify(): Promise<Refused | undefined>
  close(): void
}

/** Throws HttpFailure where the host is not one to connect to, AppError where a password would travel in clear. */
export async function openSmtp(tools: Tools, as: Credentials): Promise<SmtpConnection> {
  const { smtp, address } = as
  mindPassword(tools, smtp, await tools.dial.addressOf(smtp.host))
  const url = `${smtp.security === 'tls' ? 'smtps' : 'smtp'}://${smtp.host}:${smtp.port}`
  let open: SMTPConnection | undefined
  const close = () => {
    open?.close()
    open = undefined
  }

  /** The connection, signed in; made anew where there is none any more. */
  const signedIn = async (): Promise<SMTPConnection> => {
    if (open !== undefined) return open
    const { host, port, security, user, password } = smtp
    const socket = await tools.dial.open({ host, port, tls: security === 'tls', signal: tools.signal })
    const connection = new SMTPConnection({
      connection: socket,
      host,
      port,
      secure: security === 'tls',
      secured: security === 'tls',
      servername: host,
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      name: domainOf(address),
      greetingTimeout: 15_000,
      socketTimeout: 30_000,
    })
    open = connection
    connection.once('end', () => {
      if (open === connection) open = undefined
    })
    await whole(
      connection,
      tools.signal,
      step((done) => connection.connect(done)),
    )
    if (user !== undefined)
      await whole(
        connection,
        tools.signal,
        step((done) => connection.login({ user, pass: password ?? '' }, done)),
      )
    return connection
  }

  const refused = async (error: unknown, sent: boolean): Promise<Posted> => {
    const failure = failureOf(error, sent)
    const posted = postedOf(failure, tools.clock.now())
    // a refused address leaves the rest of the connection good, once what was begun is taken back
    if (open !== undefined && failure.command === 'RCPT TO' && posted.kind === 'bounced') {
      const connection = open
      await whole(
        connection,
        tools.signal,
        step((done) => connection.reset(done)),
      ).catch(close)
    } else close()
    return posted
  }

  return {
    async send({ to, envelopeId, ...mail }) {
      const begun = tools.clock.now()
      let sent = false
      try {
        const connection = await signedIn()
        const bytes = await new MailComposer({ ...mail, to }).compile().build()
        const letter = Readable.from(
          // read only once the server has said that it takes the letter (354)
          (function* () {
            sent = true
            yield bytes
          })(),
          { objectMode: false },
        )
        // RFC 3461: a report of a server that knows it names the letter, whatever it keeps of its headers
        const dsn = envelopeId === undefined ? undefined : { ret: 'HDRS', envid: envelopeId, orcpt: `rfc822;${to}` }
        const envelope = { from: address, to: [to], size: bytes.length, ...(dsn === undefined ? {} : { dsn }) }
        const taken = new Promise<string>((resolve, reject) =>
          connection.send(envelope, letter, (error, info) => (error ? reject(error) : resolve(info?.response ?? ''))),
        )
        const response = await whole(connection, tools.signal, taken)
        tools.dial.note({ url, method: 'SEND', begun, status: 250, answer: response })
        return { kind: 'sent', answer: response }
      } catch (error) {
        const { responseCode, words } = failureOf(error, sent)
        const what = responseCode === undefined ? { error: new Error(words) } : { status: responseCode, answer: words }
        tools.dial.note({ url, method: 'SEND', begun, ...what })
        return refused(error, sent)
      }
    },
    async verify() {
      const begun = tools.clock.now()
      try {
        await signedIn()
        tools.dial.note({ url, method: 'SIGN IN', begun })
        return undefined
      } catch (error) {
        tools.dial.note({ url, method: 'SIGN IN', begun, error: new Error(failureOf(error, false).words) })
        const posted = await refused(error, false)
        return isRefusal(posted) ? posted : undefined
      }
    },
    close() {
      open?.quit()
      open = undefined
    },
  }
}

const isRefusal = (posted: Posted): posted is Refused =>
  posted.kind !== 'sent' && posted.kind !== 'bounced' && posted.kind !== 'deferred'

type Done = (error?: Error | null) => void
const step = (run: (done: Done) => void): Promise<void> =>
  new Promise((resolve, reject) => run((error) => (error ? reject(error) : resolve())))

/** A step of the conversation. Ends with the signal, and with whatever ends the connection. */
function whole<T>(connection: SMTPConnection, signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('The connection was closed.'))
    const stop = () => {
      reject(new Error('The call was given up.'))
      connection.close()
    }
    // an error that comes late belongs to nobody, and must not end the process
    connection.on('error', reject).once('end', ended)
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', stop)
      connection.off('end', ended)
    })
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}

/** A password travels over TLS, or to a machine of one's own. */
export function mindPassword(tools: Tools, { host, security, password }: Server, at: string): void {
  if (security === 'none' && password !== undefined && !tools.dial.isOwn(at))
    throw new AppError('unprocessable', 'insecure_connection', emailTexts.clearPassword({ host }))
}

const failureSchema = z.object({
  code: z.string().optional(),
  command: z.string().optional(),
  responseCode: z.number().optional(),
  response: z.string().optional(),
})

export interface Failure extends z.infer<typeof failureSchema> {
  readonly words: string
  /** Whether the letter may have arrived. */
  readonly sent: boolean
}

function failureOf(error: unknown, sent: boolean): Failure {
  const parsed = failureSchema.safeParse(error)
  const { response, ...failure } = parsed.success ? parsed.data : {}
  return { ...failure, words: response || messageOf(error), sent }
}

/** What a refusal means for this letter, and for those after it. */
export function postedOf({ code, command, responseCode, words, sent }: Failure, now: number): Posted {
  const quoted = networkTexts.quoted({ words: words.slice(0, 300) })
  if (responseCode === undefined)
    return {
      kind: sent ? 'unknown' : 'transient',
      message: sent
        ? emailTexts.smtpLost({ words: words.slice(0, 200) })
        : emailTexts.smtpUnreachable({ words: words.slice(0, 200) }),
    }
  const temporary = responseCode < 500
  const later: Posted = { kind: 'transient', message: emailTexts.smtpNotNow({ words: quoted }) }
  if (code === 'EAUTH' || responseCode === 535)
    return temporary
      ? later
      : {
          kind: 'reauthorize',
          message: emailTexts.smtpLogin({ words: quoted }),
        }
  if (command === 'STARTTLS' && !temporary)
    return { kind: 'rejected', reason: 'invalid', message: emailTexts.smtpNoEncryption({ words: quoted }) }
  const cause = causeOf({ code: responseCode, words }) ?? (command === 'RCPT TO' ? 'recipient' : undefined)
  if (cause === 'quota' || cause === 'rate')
    return {
      kind: 'limited',
      until: now + (cause === 'quota' ? unconfirmed.quotaWaitMs : unconfirmed.waitMs),
      scope: 'channel',
      ...(cause === 'quota' ? { reason: 'quota' } : {}),
      message: cause === 'quota' ? emailTexts.smtpQuota({ words: quoted }) : emailTexts.smtpWait({ words: quoted }),
    }
  // before an address was named, nothing can be about one
  const aboutAddress = command !== 'MAIL FROM' && cause !== undefined && cause !== 'sender' && cause !== 'content'
  if (aboutAddress && responseCode !== 421) {
    const finding = cause === 'no_mailbox' || cause === 'mailbox_unavailable' ? cause : 'none'
    const kind = temporary || cause === 'recipient_later' ? 'deferred' : 'bounced'
    return { kind, finding, message: quoted }
  }
  if (temporary) return later
  if (cause === 'sender' || command === 'MAIL FROM')
    return {
      kind: 'rejected',
      reason: 'permission',
      message: emailTexts.senderRefused({ words: quoted }),
    }
  return { kind: 'rejected', reason: 'policy', message: emailTexts.letterRefused({ words: quoted }) }
}
