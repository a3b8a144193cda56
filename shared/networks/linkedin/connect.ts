/** From a person's consent to the pages they administer, told of by webhook. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { ask } from '../http/index.ts'
import type { Connected, NetworkTools, OAuthFlow, OAuthReturn, OAuthStart, Refreshed } from '../network.ts'
import { endOf, refreshToken, required, tokenFor } from '../oauth/index.ts'
import { type Credentials, listOf, platform, type Settings, urn, withToken } from './api.ts'
import { authUrl, pageOf, scopes, tokenUrl } from './facts.ts'
import { linkedinTexts } from './texts.ts'

export const app = [
  { name: 'clientId', description: 'The app’s page at developer.linkedin.com → Auth → Client ID' },
  { name: 'clientSecret', description: 'Beside it: Primary Client Secret. It signs the webhooks, too' },
  { name: 'previousClientSecret', description: 'The secondary secret, while one replaces the other', optional: true },
  {
    name: 'applicationId',
    description:
      'The number in the address of the app’s page (linkedin.com/developers/apps/…). Registers the webhook. Without it, comments are polled',
    optional: true,
  },
  {
    name: 'scopes',
    description: 'What the app’s Auth page lists under “OAuth 2.0 scopes”, separated by spaces, where it differs',
    optional: true,
  },
]

const scopesOf = (tools: NetworkTools) => tools.app.scopes?.trim() || scopes.join(' ')

export const oauth: OAuthFlow<Credentials, Settings> = {
  scopes,
  async authorize(tools: NetworkTools, { redirectUri, state }: OAuthStart) {
    const { clientId } = required(tools.app, 'linkedin', 'clientId', 'clientSecret')
    const url = new URL(tools.app.authUrl ?? authUrl)
    const query = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      state,
      scope: scopesOf(tools),
    }
    // LinkedIn reads a plus sign in scopes as one
    url.search = new URLSearchParams(query).toString().replaceAll('+', '%20')
    return { url: url.href }
  },
  async accounts(tools: NetworkTools, { code, redirectUri }: OAuthReturn) {
    const token = await tokenFor(
      platform,
      tools,
      tokenRequest(tools, { grant_type: 'authorization_code', code, redirect_uri: redirectUri }),
    )
    const roles = await rolesOf(tools, token.access_token)
    const found = await organizationsOf(tools, token.access_token, roles)
    const expiresAt = endOf(token.expires_in, tools.clock.now())
    return roles.flatMap(({ organization, person }) => {
      const known = found.get(idOf(organization))
      if (known === undefined) return []
      const { localizedName, vanityName } = known
      return {
        account: {
          externalId: organization,
          handle: vanityName ?? localizedName,
          name: localizedName,
          url: `https://www.linkedin.com/company/${vanityName ?? idOf(organization)}`,
        },
        credentials: { accessToken: token.access_token, refreshToken: token.refresh_token, organization, person },
        settings: {},
        ...(expiresAt === undefined ? {} : { expiresAt }),
      }
    })
  },
}

function tokenRequest(tools: NetworkTools, form: Readonly<Record<string, string>>) {
  const { clientId, clientSecret } = required(tools.app, 'linkedin', 'clientId', 'clientSecret')
  return {
    url: tools.app.tokenUrl ?? tokenUrl,
    headers: { accept: 'application/json' },
    form: { ...form, client_id: clientId, client_secret: clientSecret },
  }
}

/** Throws `reconnect_needed` when it is over, and where LinkedIn gave nothing to renew with: only approved partners get it. */
export async function refresh(tools: NetworkTools, old: Credentials): Promise<Refreshed<Credentials>> {
  if (old.refreshToken === undefined)
    throw new AppError('unauthenticated', 'reconnect_needed', linkedinTexts.sixtyDays())
  const token = await refreshToken(
    platform,
    tools,
    tokenRequest(tools, { grant_type: 'refresh_token', refresh_token: old.refreshToken }),
  )
  const expiresAt = endOf(token.expires_in, tools.clock.now())
  return {
    credentials: { ...old, accessToken: token.access_token, refreshToken: token.refresh_token ?? old.refreshToken },
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

const idOf = (organization: string) => organization.split(':').at(-1) ?? ''

interface Role {
  readonly organization: string
  readonly person: string
}

const acls = z.object({
  elements: z.array(
    z.object({
      roleAssignee: z.string(),
      /** Its name changed between versions. */
      organization: z.string().optional(),
      organizationTarget: z.string().optional(),
    }),
  ),
})

async function rolesOf(tools: NetworkTools, token: string): Promise<readonly Role[]> {
  const roles: Role[] = []
  for (let start = 0; ; start += pageOf.organizations) {
    const path = `/rest/organizationAcls?q=roleAssignee&role=ADMINISTRATOR&state=APPROVED&start=${start}&count=${pageOf.organizations}`
    const { elements } = await ask(platform, tools, withToken(tools, token, { method: 'GET', path }), acls)
    for (const { organization, organizationTarget, roleAssignee } of elements) {
      const page = organization ?? organizationTarget
      if (page?.startsWith('urn:li:organization:')) roles.push({ organization: page, person: roleAssignee })
    }
    if (elements.length < pageOf.organizations) return roles
  }
}

const organization = z.object({ localizedName: z.string(), vanityName: z.string().optional() })
type Organization = z.infer<typeof organization>
const organizations = z.object({ results: z.record(z.string(), z.unknown()) })

/** By id. A page that cannot be read is left out. */
async function organizationsOf(
  tools: NetworkTools,
  token: string,
  roles: readonly Role[],
): Promise<ReadonlyMap<string, Organization>> {
  const found = new Map<string, Organization>()
  const ids = roles.map((role) => idOf(role.organization))
  for (let i = 0; i < ids.length; i += 50) {
    const path = `/rest/organizations?ids=${listOf(ids.slice(i, i + 50))}`
    const { results } = await ask(platform, tools, withToken(tools, token, { method: 'GET', path }), organizations)
    for (const [id, one] of Object.entries(results)) {
      const parsed = organization.safeParse(one)
      if (parsed.success) found.set(id, parsed.data)
    }
  }
  return found
}

/** LinkedIn checks the address while this call waits. Done again, it changes nothing: the subscription is the same. */
export async function attach(tools: NetworkTools, { credentials }: Connected<Credentials, Settings>): Promise<void> {
  const { applicationId } = tools.app
  if (!applicationId || !tools.publicUrl.startsWith('https:')) return
  const { organization: page, person, accessToken } = credentials
  const application = `urn:li:developerApplication:${applicationId}`
  const key = `(developerApplication:${urn(application)},user:${urn(person)},entity:${urn(page)},eventType:ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS)`
  const json = { webhook: `${tools.publicUrl}/webhooks/linkedin` }
  const path = `/rest/eventSubscriptions/${key}`
  await ask(platform, tools, withToken(tools, accessToken, { method: 'PUT', path, json }), z.unknown())
}
