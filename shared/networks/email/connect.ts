import { AppError } from '../../kernel/errors.ts'
import { HttpFailure } from '../http/index.ts'
import type { Connected, NetworkTools } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, credentialsInput, credentialsOf, type Settings, settings } from './account.ts'
import { inFolder } from './imap.ts'
import { openSmtp } from './smtp.ts'

/** Signs in to the server that sends, and opens the mailbox where there is one. */
export async function connect(
  tools: NetworkTools,
  input: unknown,
  settingsGiven: unknown,
): Promise<Connected<Credentials, Settings>> {
  const as = credentialsOf(credentialsInput.parse(input))
  const wishes = settings.parse(settingsGiven ?? {})
  await signIn(tools, as)
  if (as.imap !== undefined) {
    const { host } = as.imap
    await inFolder(tools, as.imap, wishes.folder, async () => undefined).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'reconnect_needed')
        throw new AppError('unprocessable', 'credentials_refused', error.text, { cause: error })
      throw unreachable(error, host)
    })
  }
  return {
    account: { externalId: as.address.toLowerCase(), handle: as.address, name: as.name, url: `mailto:${as.address}` },
    credentials: as,
    settings: wishes,
  }
}

async function signIn(tools: NetworkTools, as: Credentials): Promise<void> {
  const { host } = as.smtp
  // told apart from a refusal, so that it can be said
  const socket = await tools.dial
    .open({ host, port: as.smtp.port, tls: as.smtp.security === 'tls', signal: tools.signal })
    .catch((error: unknown) => {
      throw unreachable(error, host)
    })
  socket.destroy()
  const smtp = await openSmtp(tools, as)
  try {
    const refusal = await smtp.verify()
    if (refusal === undefined) return
    if (refusal.kind === 'reauthorize') throw new AppError('unprocessable', 'credentials_refused', refusal.message)
    if (refusal.kind === 'rejected' && refusal.reason === 'invalid')
      throw new AppError('unprocessable', 'insecure_connection', refusal.message)
    throw new AppError('unavailable', 'network_failed', networkTexts.hostNotNow({ host, why: refusal.message }))
  } finally {
    smtp.close()
  }
}

function unreachable(error: unknown, host: string): unknown {
  if (!(error instanceof HttpFailure) || error.code === 'blocked_host') return error
  return new AppError('unprocessable', 'host_unreachable', networkTexts.hostUnreachable({ host, why: error.text }), {
    cause: error,
  })
}
