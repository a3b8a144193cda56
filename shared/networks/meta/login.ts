/** Facebook Login: from a person's consent to the Pages they manage, each with a token of its own. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { ask, type Platform } from '../http/index.ts'
import type { AppConfig, AppField, NetworkTools, OAuthReturn, OAuthStart } from '../network.ts'
import { required, tokenFor } from '../oauth/index.ts'
import { graphUrl, graphVersion, loginUrl } from './facts.ts'
import { type GraphAccess, graphPlatform, graphRequest } from './graph.ts'
import { nextPage, paging } from './paging.ts'
import { metaTexts } from './texts.ts'

/** What the document of an app with Facebook Login holds. */
export const loginApp: readonly AppField[] = [
  { name: 'appId', description: 'App Dashboard → App settings → Basic → App ID' },
  { name: 'appSecret', description: 'App Dashboard → App settings → Basic → App secret' },
  {
    name: 'previousAppSecret',
    description: 'The secret before a reset, while deliveries may still be signed with it',
    optional: true,
  },
  {
    name: 'verifyToken',
    forWebhooks: true,
    description: 'A text of your own; the same in App Dashboard → Webhooks',
    optional: true,
  },
  {
    name: 'loginConfigId',
    description: 'Facebook Login for Business → Configurations → Configuration ID, if the app uses that product',
    optional: true,
  },
  {
    name: 'humanAgent',
    description: '`true` once Meta has approved the Human Agent feature: answers up to 7 days after a message',
    optional: true,
  },
]

/** The Graph API as whoever has this token. */
export const graphAccess = (app: AppConfig, accessToken: string): GraphAccess => ({
  url: `${app.graphUrl ?? graphUrl}/${graphVersion.name}`,
  accessToken,
  proofSecret: app.appSecret,
})

/** Where the person agrees. Throws `network_not_configured`. */
export function loginAddress(app: AppConfig, network: string, scopes: readonly string[], start: OAuthStart): string {
  const { appId } = required(app, network, 'appId', 'appSecret')
  const asked = new URLSearchParams({
    client_id: appId,
    redirect_uri: start.redirectUri,
    state: start.state,
    response_type: 'code',
    // A configuration of Facebook Login for Business names the permissions itself.
    ...(app.loginConfigId ? { config_id: app.loginConfigId } : { scope: scopes.join(',') }),
  })
  return `${app.authUrl ?? loginUrl}/${graphVersion.name}/dialog/oauth?${asked}`
}

const accountsRead = 10

/**
 * Code → token of the person (an hour) → token of 60 days → their Pages, whose tokens then have no end of their own.
 * `fields`: of each Page, besides its id and token; `schema` parses one. Throws `credentials_refused`, ….
 */
export async function pagesOpened<T>(
  platform: Platform,
  tools: NetworkTools,
  network: string,
  back: OAuthReturn,
  fields: string,
  schema: z.ZodType<T>,
): Promise<readonly T[]> {
  const { appId, appSecret } = required(tools.app, network, 'appId', 'appSecret')
  const app = { client_id: appId, client_secret: appSecret }
  // A wrong secret is code 1 here, which elsewhere means that it failed on its side.
  const atLogin = graphPlatform(platform.title, ({ code, is_transient }, words) =>
    code === 1 && is_transient !== true ? { kind: 'reauthorize', message: words } : undefined,
  )
  const token = async (form: Readonly<Record<string, string>>) =>
    (await tokenFor(atLogin, tools, { url: `${graphAccess(tools.app, '').url}/oauth/access_token`, form })).access_token
  const short = await token({ ...app, redirect_uri: back.redirectUri, code: back.code })
  const long = await token({ ...app, grant_type: 'fb_exchange_token', fb_exchange_token: short })

  const listed = z.object({ data: z.array(z.unknown()), paging })
  const pages: T[] = []
  let after: string | undefined
  for (let page = 0; page < accountsRead; page++) {
    const query = { fields, limit: '100', ...(after === undefined ? {} : { after }) }
    const request = graphRequest(graphAccess(tools.app, long), { method: 'GET', path: '/me/accounts', query })
    const answer = await ask(platform, tools, request, listed)
    for (const one of answer.data) {
      const parsed = schema.safeParse(one)
      // A Page that the person may not act for comes without a token.
      if (parsed.success) pages.push(parsed.data)
    }
    after = nextPage(answer.paging)
    if (after === undefined) return pages
  }
  throw new AppError('unprocessable', 'too_many_accounts', metaTexts.tooManyPages())
}
