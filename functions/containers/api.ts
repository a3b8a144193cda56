import type { TokenVerifier } from '../../shared/http/identity.ts'
import type { HttpParts } from '../../shared/http/parts.ts'
import { RateLimit } from '../../shared/http/rate-limit.ts'
import { createResourceHandler, type GatewayHandler } from '../../shared/http/resource-handler.ts'
import type { AnyOperation } from '../../shared/http/run.ts'
import { languageOf } from '../../shared/i18n/index.ts'
import { findWorkspace, Members } from '../../shared/workspaces/index.ts'
import { type OperationName, type ResourceName, routes } from '../api/routes.ts'
import { clock, log, once, optionalVariable, random, table, variable } from '../container.ts'
import { signingKey } from './signing.ts'

/** Of a workspace. On one machine there is nobody to be protected from but oneself. */
const requestsPerMinute = () => (optionalVariable('STAGE') === 'local' ? 60_000 : 600)

const members = /* @__PURE__ */ once(() => new Members({ table: table(), clock, random }))
const rateLimit = /* @__PURE__ */ once(() => new RateLimit(requestsPerMinute(), clock))

/** Loaded when the first person comes: API keys need none of it. */
const oidc = /* @__PURE__ */ once(async (): Promise<TokenVerifier> => {
  const { oidcVerifier } = await import('./oidc.ts')
  return oidcVerifier(variable('OIDC_ISSUER'), variable('OIDC_AUDIENCE'))
})

const verifier = (): TokenVerifier | undefined =>
  optionalVariable('OIDC_ISSUER') === undefined ? undefined : { verify: async (token) => (await oidc()).verify(token) }

const readerOf = async (workspaceId: string) => {
  const workspace = await findWorkspace(table(), workspaceId)
  return { language: languageOf(workspace?.language), zone: workspace?.zone ?? 'UTC' }
}

const parts: HttpParts = {
  stage: () => optionalVariable('STAGE') ?? 'unknown',
  clock,
  log,
  rateLimit,
  table,
  readerOf,
  identities: members,
  verifier,
  signingKey,
}

/**
 * The Lambda handler of a resource: `export const handler = resourceHandler('posts', operations)`. A route of
 * `routes.ts` without its operation does not compile.
 */
export function resourceHandler<R extends ResourceName>(
  resource: R,
  operations: Readonly<Record<OperationName<R>, AnyOperation>>,
): GatewayHandler {
  return createResourceHandler(
    routes.filter((route) => route.resource === resource),
    operations,
    parts,
  )
}
