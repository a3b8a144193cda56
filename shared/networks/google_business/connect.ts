/** From a person's consent to the locations they manage, in all their accounts. */
import * as z from 'zod'
import { authorizeUrl, bearer, type GoogleAccess, type GoogleConsent, renewed, tokensOf } from '../google/index.ts'
import { ask } from '../http/index.ts'
import type { Connected, NetworkTools, OAuthFlow, Refreshed } from '../network.ts'
import { at, businessPlatform, type Credentials, idIn, type Settings } from './api.ts'
import { pageOf, scopes } from './facts.ts'

const consent: GoogleConsent = { network: 'google_business', platform: businessPlatform, scopes }

const accountPage = z.object({
  accounts: z.array(z.object({ name: z.string() })).default([]),
  nextPageToken: z.string().optional(),
})
const locationPage = z.object({
  locations: z
    .array(
      z.object({
        name: z.string(),
        title: z.string(),
        storefrontAddress: z
          .object({ addressLines: z.array(z.string()).default([]), locality: z.string().optional() })
          .optional()
          .catch(undefined),
        metadata: z.object({ mapsUri: z.string().optional() }).optional().catch(undefined),
      }),
    )
    .default([]),
  nextPageToken: z.string().optional(),
})
type Location = z.infer<typeof locationPage>['locations'][number]

export const oauth: OAuthFlow<Credentials, Settings> = {
  scopes,
  authorize: async ({ app }, start) => ({ url: authorizeUrl(consent, app, start) }),
  async accounts(tools, back) {
    const { credentials, expiresAt } = await tokensOf(consent, tools, back)
    const found = new Map<string, Connected<Credentials, Settings>>()
    for (const accountId of await accountsOf(tools, credentials))
      for (const location of await locationsOf(tools, credentials, accountId)) {
        const connected = {
          account: accountOf(location),
          credentials: { ...credentials, accountId },
          settings: {},
          ...(expiresAt === undefined ? {} : { expiresAt }),
        }
        // A location is seen through every account that shares it; one way in is enough.
        if (!found.has(connected.account.externalId)) found.set(connected.account.externalId, connected)
      }
    return [...found.values()]
  },
}

function accountOf({ name, title, storefrontAddress, metadata }: Location) {
  const place = [...(storefrontAddress?.addressLines ?? []), storefrontAddress?.locality].filter(Boolean).join(', ')
  return {
    externalId: idIn(name),
    // What tells two branches of one name apart.
    handle: place === '' ? title : place,
    name: title,
    url: metadata?.mapsUri,
  }
}

async function accountsOf(tools: NetworkTools, as: GoogleAccess): Promise<readonly string[]> {
  const ids: string[] = []
  let pageToken: string | undefined
  do {
    const query = { pageSize: String(pageOf.accounts), ...(pageToken === undefined ? {} : { pageToken }) }
    const url = at(tools.app, 'accounts', '/v1/accounts', query)
    const page = await ask(businessPlatform, tools, { method: 'GET', url, headers: bearer(as) }, accountPage)
    ids.push(...page.accounts.map(({ name }) => idIn(name)))
    pageToken = page.nextPageToken
  } while (pageToken !== undefined)
  return ids
}

async function locationsOf(tools: NetworkTools, as: GoogleAccess, accountId: string): Promise<readonly Location[]> {
  const locations: Location[] = []
  let pageToken: string | undefined
  do {
    const url = at(tools.app, 'locations', `/v1/accounts/${encodeURIComponent(accountId)}/locations`, {
      readMask: 'name,title,storefrontAddress,metadata',
      pageSize: String(pageOf.locations),
      ...(pageToken === undefined ? {} : { pageToken }),
    })
    const page = await ask(businessPlatform, tools, { method: 'GET', url, headers: bearer(as) }, locationPage)
    locations.push(...page.locations)
    pageToken = page.nextPageToken
  } while (pageToken !== undefined)
  return locations
}

export async function refresh(tools: NetworkTools, old: Credentials): Promise<Refreshed<Credentials>> {
  const next = await renewed(consent, tools, old)
  return { ...next, credentials: { ...next.credentials, accountId: old.accountId } }
}
