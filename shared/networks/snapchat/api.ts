/** Snapchat's answers: the shapes that are read, and what its errors mean. */

import * as z from 'zod'
import {
  attempt,
  type HttpAnswer,
  type HttpRequest,
  type Meaning,
  type Platform,
  refusalOf,
  type Tried,
} from '../http/index.ts'
import type { AppConfig, ChannelCall, Refused } from '../network.ts'
import { renewing } from '../oauth/index.ts'
import { networkTexts } from '../texts.ts'
import { apiUrl, title, unconfirmed } from './facts.ts'
import { snapchatTexts } from './texts.ts'

export const credentials = z.object({ accessToken: z.string(), refreshToken: z.string() })
export type Credentials = z.infer<typeof credentials>
export const settings = z.object({})
export type Settings = z.infer<typeof settings>

/** Every answer says how it went; an error may come with any status. The token endpoint speaks OAuth (RFC 6749 §5.2). */
const envelope = z.object({
  request_status: z.string().optional(),
  error_code: z.string().optional().catch(undefined),
  display_message: z.string().optional().catch(undefined),
  debug_message: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
})
const envelopeOf = (answer: HttpAnswer) => envelope.safeParse(answer.json()).data

/** The code of an error: a permission, a file that is still worked on. */
export const codeOf = (answer: HttpAnswer | undefined): string | undefined =>
  answer === undefined ? undefined : envelopeOf(answer)?.error_code

export const snapchat: Platform = {
  title,
  words(answer) {
    const found = envelopeOf(answer)
    return (
      found?.display_message || found?.debug_message || found?.error_description || found?.error_code || found?.error
    )
  },
  refusal,
  waitMs: unconfirmed.limitWaitMs,
}

function refusal(answer: HttpAnswer): Refused | undefined {
  const code = codeOf(answer)
  if (code === undefined) return undefined
  const { codes } = unconfirmed
  const quoted = networkTexts.quotedCode({ words: snapchat.words(answer) ?? code, code })
  switch (code) {
    case codes.denied:
      return {
        kind: 'rejected',
        reason: 'permission',
        message: snapchatTexts.notListed({ words: quoted }),
      }
    case codes.processing:
      return { kind: 'transient', message: snapchatTexts.stillProcessing({ words: quoted }) }
    case codes.expired:
      return { kind: 'transient', message: snapchatTexts.fileGone({ words: quoted }) }
    case codes.busy:
      // an earlier post of this very file took place, or is about to
      return { kind: 'unknown', message: snapchatTexts.posting({ words: quoted }) }
    default:
      return undefined
  }
}

export const base = (app: AppConfig): string => app.apiUrl ?? apiUrl

export const bearer = ({ accessToken }: Credentials) => ({
  authorization: `Bearer ${accessToken}`,
  accept: 'application/json',
})

type Call = ChannelCall<Credentials, Settings>

/** One call with the account's access as it is. A success by its status may be none by its body. */
export async function once(call: Call, request: HttpRequest, meaning: Meaning): Promise<Tried> {
  const tried = await attempt(
    snapchat,
    call,
    { ...request, headers: { ...bearer(call.credentials.current()), ...request.headers } },
    meaning,
  )
  if (tried.refusal !== undefined || envelopeOf(tried.answer)?.request_status !== 'ERROR') return tried
  const { answer } = tried
  return { answer, refusal: refusalOf(snapchat, answer, call.clock.now(), meaning.visible ?? true) }
}

/** The same for calls that make nothing visible, with the access renewed once where it has ended. */
export const unseen = (call: Call, request: HttpRequest): Promise<Tried> =>
  renewing(call, () => once(call, request, { visible: false }))

/** An address below the account's profile. */
export const at = (call: Call, path: string): string =>
  `${base(call.app)}/v1/public_profiles/${encodeURIComponent(call.account.externalId)}${path}`
