/** The mailbox, read-only. imapflow speaks; the address it speaks to was checked by us. */

import { ImapFlow } from 'imapflow'
import * as z from 'zod'
import { AppError, messageOf } from '../../kernel/errors.ts'
import type { NetworkTools } from '../network.ts'
import type { Server } from './account.ts'
import { mindPassword } from './smtp.ts'
import { emailTexts } from './texts.ts'

type Tools = Pick<NetworkTools, 'dial' | 'clock' | 'signal'>

const failure = z.object({
  authenticationFailed: z.boolean().optional(),
  responseText: z.string().optional(),
  code: z.string().optional(),
})

/**
 * Does something with an open folder. Throws AppError `reconnect_needed`, `folder_not_found` or `network_failed`, or
 * HttpFailure where the host is not one to connect to.
 */
export async function inFolder<T>(
  tools: Tools,
  server: Server,
  folder: string,
  work: (client: ImapFlow, mailbox: { readonly uidValidity: bigint; readonly uidNext: number }) => Promise<T>,
): Promise<T> {
  const { host, port, security, user, password } = server
  const at = await tools.dial.addressOf(host)
  mindPassword(tools, server, at)
  const client = new ImapFlow({
    host: at,
    port,
    secure: security === 'tls',
    doSTARTTLS: security === 'starttls',
    servername: host,
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: 15_000,
    greetingTimeout: 15_000,
    socketTimeout: 30_000,
    maxLiteralSize: 4 * 1024 * 1024,
    auth: { user: user ?? '', pass: password ?? '' },
  })
  const stop = () => client.close()
  // Without a listener an error that comes late would end the process.
  client.on('error', () => {})
  tools.signal.addEventListener('abort', stop, { once: true })
  const begun = tools.clock.now()
  const entry = { url: `${security === 'tls' ? 'imaps' : 'imap'}://${host}:${port}`, method: `READ ${folder}`, begun }
  try {
    await client.connect()
    const mailbox = await client.mailboxOpen(folder, { readOnly: true })
    const done = await work(client, mailbox)
    await client.logout().catch(() => {})
    tools.dial.note(entry)
    return done
  } catch (error) {
    tools.dial.note({ ...entry, error: new Error(wordsOf(error)) })
    throw told(error, server, folder)
  } finally {
    tools.signal.removeEventListener('abort', stop)
    client.close()
  }
}

const wordsOf = (error: unknown): string => {
  const parsed = failure.safeParse(error)
  return (parsed.success ? parsed.data.responseText : undefined) ?? messageOf(error)
}

function told(error: unknown, { host, port }: Server, folder: string): unknown {
  if (error instanceof AppError) return error
  if (error instanceof Error && /does not support STARTTLS/.test(error.message))
    return new AppError(
      'unprocessable',
      'insecure_connection',
      emailTexts.imapNoEncryption({ host, port: String(port) }),
      { cause: error },
    )
  const parsed = failure.safeParse(error)
  const words = wordsOf(error).slice(0, 300)
  if (parsed.success && parsed.data.authenticationFailed === true && !/unavailable|temporar|try again/i.test(words))
    return new AppError('unauthenticated', 'reconnect_needed', emailTexts.loginRefused({ host, words }), {
      cause: error,
    })
  if (/nonexistent|doesn't exist|does not exist|unknown mailbox/i.test(words))
    return new AppError('unprocessable', 'folder_not_found', emailTexts.noFolder({ folder, words }))
  return new AppError('unavailable', 'network_failed', emailTexts.mailboxNotNow({ host, words }), { cause: error })
}
