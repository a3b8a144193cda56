import type { Message } from '../i18n/index.ts'
import { AppError } from '../kernel/errors.ts'
import { type GatewayEvent, header } from './gateway.ts'
import type { Caller } from './operation.ts'
import { httpTexts } from './texts.ts'

/** A person, as their token's issuer knows them. `email` only where the issuer says that it is verified. */
export interface Person {
  readonly issuer: string
  readonly subject: string
  readonly email?: string
}

/** Who stands behind a token: kept by the workspaces, handed in by the container. */
export interface Identities {
  /** The caller of an API key's token; undefined if there is no such key, or it was revoked. */
  byApiKey(token: string): Promise<Caller | undefined>
  /** A person as a member: of this workspace, or of each of theirs. */
  byPerson(person: Person, workspaceId: string | undefined): Promise<readonly Caller[]>
}

/** Checks a token of the configured issuer. Throws 401. */
export interface TokenVerifier {
  verify(token: string): Promise<Person>
}

const apiKeyStart = 'parvis_key_'

/** Who asks, or 401/403. `verifier` is undefined where no issuer is configured. */
export async function authenticate(
  event: GatewayEvent,
  identities: Identities,
  verifier: TokenVerifier | undefined,
): Promise<Caller> {
  const authorization = header(event, 'authorization')
  if (authorization === undefined)
    throw new AppError('unauthenticated', 'missing_credentials', httpTexts.missingCredentials())
  const token = /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1]
  if (token === undefined) throw invalidToken(httpTexts.bearer())
  const wanted = header(event, 'parvis-workspace')?.trim() || undefined
  if (token.startsWith(apiKeyStart)) {
    const caller = await identities.byApiKey(token)
    if (caller === undefined) throw invalidToken(httpTexts.noSuchKey())
    if (wanted !== undefined && wanted !== caller.workspaceId) throw notAMember()
    return caller
  }
  if (verifier === undefined) throw invalidToken(httpTexts.noSignIn())
  const callers = await identities.byPerson(await verifier.verify(token), wanted)
  const [caller] = callers
  if (caller === undefined) throw notAMember()
  if (callers.length > 1)
    throw new AppError('invalid', 'workspace_required', httpTexts.workspaceRequired(), {
      problems: callers.map(({ workspaceId }) => ({
        pointer: '/parvis-workspace',
        in: 'header',
        code: 'choice',
        message: workspaceId,
      })),
    })
  return caller
}

/** 403 unless the caller may do this. */
export function demandScope(caller: Caller, scope: string): void {
  if (!caller.scopes.has(scope))
    throw new AppError('forbidden', 'missing_scope', httpTexts.missingScope({ scope, name: caller.actor.name }))
}

export const invalidToken = (message: Message, cause?: unknown) =>
  new AppError('unauthenticated', 'invalid_token', message, { cause })

const notAMember = () => new AppError('forbidden', 'not_a_member', httpTexts.notAMember())
