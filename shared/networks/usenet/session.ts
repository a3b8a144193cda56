/** Conversations that are ready for use, and what a server's refusals mean. */

import { AppError } from '../../kernel/errors.ts'
import { HttpFailure, outcomeOfFailure } from '../http/index.ts'
import type { NetworkTools, Refused } from '../network.ts'
import { networkTexts } from '../texts.ts'
import type { Server } from './account.ts'
import { codes, unconfirmed } from './facts.ts'
import { usenetTexts } from './texts.ts'
import { type Reply, Wire } from './wire.ts'

/** A reply that stands in the way. */
export class NewsRefusal extends Error {
  readonly reply: Reply

  constructor(reply: Reply) {
    super(reply.line)
    this.name = 'NewsRefusal'
    this.reply = reply
  }
}

type Tools = Pick<NetworkTools, 'dial' | 'clock' | 'signal'>

/** Does something in a conversation that is connected and signed in, and ends it. Throws {@link NewsRefusal} or HttpFailure. */
export async function conversation<T>(tools: Tools, server: Server, work: (wire: Wire) => Promise<T>): Promise<T> {
  const { wire, greeting } = await Wire.open(tools, server)
  try {
    if (greeting.code !== 200 && greeting.code !== 201) throw new NewsRefusal(greeting)
    await signIn(wire, server)
    return await work(wire)
  } finally {
    wire.close()
  }
}

async function signIn(wire: Wire, { host, security, user, password }: Server): Promise<void> {
  // A server that only feeds others answers 500 or 502 where it has nothing to switch to: the next command will tell.
  const mode = await wire.command('MODE READER')
  if (mode.code === codes.unavailable || mode.code === codes.internalFault) throw new NewsRefusal(mode)
  if (security === 'starttls') {
    const agreed = await wire.command('STARTTLS')
    if (agreed.code >= 500)
      throw new AppError('unprocessable', 'insecure_connection', usenetTexts.noEncryption({ host, line: agreed.line }))
    if (agreed.code !== 382) throw new NewsRefusal(agreed)
    await wire.secure()
  }
  if (user === undefined) return
  if (!wire.private) throw new AppError('unprocessable', 'insecure_connection', usenetTexts.clearPassword({ host }))
  const first = await wire.command(`AUTHINFO USER ${oneLine(user)}`, 'AUTHINFO USER …')
  if (first.code === 281) return
  if (first.code !== 381) throw new NewsRefusal(first)
  const second = await wire.command(`AUTHINFO PASS ${oneLine(password ?? '')}`, 'AUTHINFO PASS …')
  if (second.code !== 281) throw new NewsRefusal(second)
}

const oneLine = (text: string) => text.replace(/[\r\n]+/g, ' ')

/** What a refusal, or a connection that broke, means for a publication. Throws what is no failure of the network. */
export function refusalOf(error: unknown, now: number, visible = false): Refused {
  if (error instanceof AppError) return { kind: 'rejected', reason: 'invalid', message: error.text }
  if (!(error instanceof NewsRefusal)) return outcomeOfFailure(error, { visible })
  const { code, line } = error.reply
  const quoted = networkTexts.quoted({ words: line.slice(0, 300) })
  if (unconfirmed.limitWords.test(line))
    return {
      kind: 'limited',
      until: now + unconfirmed.waitMs,
      scope: 'channel',
      message: usenetTexts.asksToWait({ words: quoted }),
    }
  switch (code) {
    case codes.unavailable:
    case codes.internalFault:
      return { kind: 'transient', message: usenetTexts.notNow({ words: quoted }) }
    case codes.authenticationRequired:
    case codes.authenticationFailed:
      return {
        kind: 'reauthorize',
        message: usenetTexts.loginRefused({ words: quoted }),
      }
    case codes.postingNotPermitted:
    case codes.encryptionRequired:
    case codes.denied:
      return {
        kind: 'rejected',
        reason: 'permission',
        message: usenetTexts.notAllowed({ words: quoted }),
      }
    default:
      return { kind: 'rejected', reason: 'invalid', message: usenetTexts.articleRefused({ words: quoted }) }
  }
}

/** For whoever connects and waits. Rethrows what is no failure of the network. */
export function connectError(error: unknown, host: string, now: number): unknown {
  if (error instanceof HttpFailure)
    return error.code === 'blocked_host'
      ? error
      : new AppError('unprocessable', 'host_unreachable', networkTexts.hostUnreachable({ host, why: error.text }), {
          cause: error,
        })
  if (!(error instanceof NewsRefusal)) return error
  const refusal = refusalOf(error, now)
  if (refusal.kind === 'reauthorize' || error.reply.code === 482)
    return new AppError('unprocessable', 'credentials_refused', usenetTexts.hostLogin({ host, line: error.reply.line }))
  if (refusal.kind === 'rejected')
    return new AppError('unprocessable', 'network_refused', usenetTexts.hostRefused({ host, line: error.reply.line }))
  return new AppError('unavailable', 'network_failed', usenetTexts.hostNotNow({ host, line: error.reply.line }))
}
