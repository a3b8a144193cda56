/** From a person's consent to an account whose boards can be written to. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { ask, read } from '../http/index.ts'
import type { ChannelCall, ChannelCounters, Connected, NetworkTools, OAuthFlow, Refreshed } from '../network.ts'
import { basic, endOf, refreshToken, required, tokenFor } from '../oauth/index.ts'
import { networkTexts } from '../texts.ts'
import { base, bearer, type Credentials, pinterest, type Settings } from './api.ts'
import { authUrl, scopes } from './facts.ts'

const account = z.object({
  id: z.string(),
  username: z.string(),
  business_name: z.string().nullish(),
  profile_image: z.string().nullish(),
  follower_count: z.number().int().nullish(),
  pin_count: z.number().int().nullish(),
})
const boards = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) })

export const oauth: OAuthFlow<Credentials, Settings> = {
  scopes,
  async authorize({ app }, { redirectUri, state }) {
    const { clientId } = required(app, 'pinterest', 'clientId', 'clientSecret')
    const query = new URLSearchParams({
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: scopes.join(','),
      state,
    })
    return { url: `${app.authUrl ?? authUrl}?${query}` }
  },
  async accounts(tools, { code, redirectUri }) {
    const now = tools.clock.now()
    const token = await tokenFor(pinterest, tools, {
      url: `${base(tools.app)}/oauth/token`,
      headers: authorization(tools),
      // continuous refresh: the only kind that apps made before 2025-09-25 must ask for
      form: { grant_type: 'authorization_code', code, redirect_uri: redirectUri, continuous_refresh: 'true' },
    })
    if (token.refresh_token === undefined)
      throw new AppError('unavailable', 'network_failed', networkTexts.noRenewalToken({ network: 'Pinterest' }))
    const as = { accessToken: token.access_token, refreshToken: token.refresh_token }
    const expiresAt = endOf(token.expires_in, now)
    return [{ ...(await connectedAs(tools, as)), ...(expiresAt === undefined ? {} : { expiresAt }) }]
  },
}

function authorization({ app }: NetworkTools) {
  const { clientId, clientSecret } = required(app, 'pinterest', 'clientId', 'clientSecret')
  return { authorization: basic(clientId, clientSecret) }
}

async function connectedAs(tools: NetworkTools, as: Credentials): Promise<Connected<Credentials, Settings>> {
  const get = <T>(path: string, schema: z.ZodType<T>) =>
    ask(pinterest, tools, { method: 'GET', url: `${base(tools.app)}${path}`, headers: bearer(as) }, schema)
  const me = await get('/user_account', account)
  const { items } = await get('/boards?page_size=25', boards)
  const [first] = items
  return {
    account: {
      externalId: me.id,
      handle: `@${me.username}`,
      name: me.business_name || me.username,
      picture: me.profile_image ?? undefined,
      url: `https://www.pinterest.com/${encodeURIComponent(me.username)}/`,
    },
    credentials: as,
    settings: first === undefined ? {} : { boardId: first.id },
  }
}

/** Both tokens change (continuous refresh, 60 days). */
export async function refresh(tools: NetworkTools, old: Credentials): Promise<Refreshed<Credentials>> {
  const now = tools.clock.now()
  const token = await refreshToken(pinterest, tools, {
    url: `${base(tools.app)}/oauth/token`,
    headers: authorization(tools),
    form: { grant_type: 'refresh_token', refresh_token: old.refreshToken, scope: scopes.join(',') },
  })
  const expiresAt = endOf(token.expires_in, now)
  return {
    credentials: { accessToken: token.access_token, refreshToken: token.refresh_token ?? old.refreshToken },
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

export async function measureChannel(call: ChannelCall<Credentials, Settings>): Promise<ChannelCounters> {
  const url = `${base(call.app)}/user_account`
  const me = await read(pinterest, call, { method: 'GET', url, headers: bearer(call.credentials.current()) }, account)
  return {
    ...(me?.follower_count == null ? {} : { followers: me.follower_count }),
    ...(me?.pin_count == null ? {} : { posts: me.pin_count }),
  }
}
