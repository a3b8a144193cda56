/** From an app password to an account, and sessions: `createSession` is limited to 30 in five minutes, so they are kept. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import type { HttpAnswer } from '../http/index.ts'
import type { ChannelAccount, Connected, NetworkTools, Refreshed } from '../network.ts'
import { networkTexts } from '../texts.ts'
import {
  type Credentials,
  errorOf,
  refusalOf,
  type Settings,
  settings,
  unreachable,
  unreadable,
  wordsOf,
  xrpc,
} from './api.ts'
import { defaultService } from './facts.ts'
import { blueskyTexts } from './texts.ts'

export const credentialsInput = z.object({
  service: z.string().min(1).max(300).optional().meta({
    description: 'The address of the account’s server; left out for accounts of Bluesky itself',
    example: 'https://bsky.social',
  }),
  identifier: z
    .string()
    .min(1)
    .max(300)
    .meta({ description: 'The handle or the e-mail address', example: 'boulangerie.bsky.social' }),
  appPassword: z.string().min(1).max(300).meta({ description: 'From Settings → Privacy and security → App passwords' }),
})

const session = z.object({
  did: z.string().startsWith('did:'),
  handle: z.string(),
  accessJwt: z.string(),
  refreshJwt: z.string(),
  didDoc: z
    .object({ service: z.array(z.object({ id: z.string(), serviceEndpoint: z.unknown() })).catch([]) })
    .optional()
    .catch(undefined),
})
type Session = z.infer<typeof session>

export const profile = z.object({
  handle: z.string(),
  displayName: z.string().optional().catch(undefined),
  avatar: z.string().optional().catch(undefined),
  followersCount: z.number().int().optional().catch(undefined),
})

/** The origin of what a person wrote: `pds.example`, `https://pds.example/`, … */
function originOf(written: string): string {
  const trimmed = written.trim()
  const text = /^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`
  if (!URL.canParse(text))
    throw new AppError(
      'unprocessable',
      'invalid_host',
      networkTexts.badServer({ address: trimmed, example: defaultService }),
    )
  return new URL(text).origin
}

export async function connect(
  tools: NetworkTools,
  input: unknown,
  settingsGiven: unknown,
): Promise<Connected<Credentials, Settings>> {
  const given = credentialsInput.parse(input)
  const service = originOf(given.service ?? defaultService)
  const identifier = given.identifier.trim().replace(/^@/, '')
  const appPassword = given.appPassword.trim()
  const answer = await createSession(tools, service, identifier, appPassword).catch((error: unknown) => {
    throw unreachable(new URL(service).host, error)
  })
  if (answer.status !== 200) throw connectError(answer, service, tools.clock.now())
  const parsed = session.safeParse(answer.json())
  if (!parsed.success)
    throw new AppError(
      'unprocessable',
      'not_this_network',
      networkTexts.notThisNetwork({ host: new URL(service).host, network: 'Bluesky' }),
    )
  const stored = credentialsOf({ service, identifier, appPassword }, parsed.data)
  const expiresAt = expiryOf(stored.accessJwt)
  return {
    account: await accountOf(tools, stored, parsed.data),
    credentials: stored,
    settings: settings.parse(settingsGiven ?? {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

const createSession = (tools: NetworkTools, service: string, identifier: string, password: string) =>
  xrpc(tools, service, { method: 'com.atproto.server.createSession', input: { identifier, password } })

function connectError(answer: HttpAnswer, service: string, now: number): AppError {
  const { error, quoted } = wordsOf(answer)
  const host = new URL(service).host
  if (error === 'AuthFactorTokenRequired')
    return new AppError('unprocessable', 'credentials_refused', blueskyTexts.ownPassword())
  if (answer.status === 401 || answer.status === 403)
    return new AppError('unprocessable', 'credentials_refused', blueskyTexts.passwordRefused({ host, words: quoted }))
  if (answer.status === 400 && error === '')
    return new AppError('unprocessable', 'not_this_network', networkTexts.notThisNetwork({ host, network: 'Bluesky' }))
  if (answer.status === 400)
    return new AppError(
      'unprocessable',
      'credentials_refused',
      blueskyTexts.passwordUnreadable({ host, words: quoted }),
    )
  if (answer.status === 429) return errorOf(refusalOf(answer, now, false), now)
  if (answer.status >= 500)
    return new AppError('unavailable', 'network_failed', networkTexts.hostBusy({ host, status: answer.status }))
  return new AppError('unprocessable', 'not_this_network', networkTexts.notThisNetwork({ host, network: 'Bluesky' }))
}

function credentialsOf(
  given: Pick<Credentials, 'service' | 'identifier' | 'appPassword'>,
  { did, accessJwt, refreshJwt, didDoc }: Session,
): Credentials {
  const endpoint = didDoc?.service.find(
    ({ id }) => id === '#atproto_pds' || id === `${did}#atproto_pds`,
  )?.serviceEndpoint
  return { ...given, did, accessJwt, refreshJwt, pds: pdsOf(endpoint, given.service) }
}

/** The session's own word for where the repository is; never a step down from https to http. */
function pdsOf(endpoint: unknown, service: string): string {
  if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) return service
  const { origin, protocol } = new URL(endpoint)
  return protocol === 'https:' || protocol === new URL(service).protocol ? origin : service
}

/** With the profile where it can be read: a server without an AppView has none to show. */
async function accountOf(
  tools: NetworkTools,
  { pds, did, accessJwt }: Credentials,
  { handle }: Session,
): Promise<ChannelAccount> {
  const request = { method: 'app.bsky.actor.getProfile', params: { actor: did }, timeoutMs: 5_000 }
  const answer = await xrpc(tools, pds, request, accessJwt).catch(() => undefined)
  const shown = profile.safeParse(answer?.status === 200 ? answer.json() : undefined).data
  return {
    externalId: did,
    handle: `@${handle}`,
    name: shown?.displayName || handle,
    picture: shown?.avatar,
    url: `https://bsky.app/profile/${handle === 'handle.invalid' ? did : handle}`,
  }
}

/**
 * A new session from the refresh token, or, where that has ended too, from the app password. Throws `reconnect_needed`
 * when neither is taken, and `unavailable` or `rate_limited` when the server cannot say.
 */
export async function refresh(tools: NetworkTools, old: Credentials): Promise<Refreshed<Credentials>> {
  const { host } = new URL(old.pds)
  const asked = (sent: Promise<HttpAnswer>) =>
    sent.catch((error: unknown) => {
      throw new AppError('unavailable', 'network_failed', unreachable(host, error).text, { cause: error })
    })
  let answer = await asked(xrpc(tools, old.pds, { method: 'com.atproto.server.refreshSession' }, old.refreshJwt))
  if (answer.status === 400 || answer.status === 401)
    answer = await asked(createSession(tools, old.service, old.identifier, old.appPassword))
  if (answer.status === 400 || answer.status === 401 || answer.status === 403)
    throw new AppError(
      'unauthenticated',
      'reconnect_needed',
      blueskyTexts.passwordEnded({ identifier: old.identifier, words: wordsOf(answer).quoted }),
    )
  const now = tools.clock.now()
  if (answer.status !== 200) throw errorOf(refusalOf(answer, now, false), now)
  const parsed = session.safeParse(answer.json())
  if (!parsed.success) throw unreadable(parsed.error)
  const fresh = credentialsOf(old, parsed.data)
  const expiresAt = expiryOf(fresh.accessJwt)
  // A server that leaves the document out has not moved the account.
  const credentials = parsed.data.didDoc === undefined ? { ...fresh, pds: old.pds } : fresh
  return { credentials, ...(expiresAt === undefined ? {} : { expiresAt }) }
}

const claims = z.object({ exp: z.number() })

/** When a session's token ends (ms), as it says itself. Only to renew it in time: nothing is trusted for it. */
function expiryOf(jwt: string): number | undefined {
  try {
    return claims.parse(JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'))).exp * 1000
  } catch {
    return undefined
  }
}
