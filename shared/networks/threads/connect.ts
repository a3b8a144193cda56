/** From a person's consent to their profile, with a token of 60 days. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { ask } from '../http/index.ts'
import { graphRequest } from '../meta/index.ts'
import type { ChannelCounters, NetworkTools, OAuthFlow, Refreshed } from '../network.ts'
import { endOf, refreshToken, required, tokenFor } from '../oauth/index.ts'
import { access, type Call, type Credentials, readAs, root, type Settings, threads } from './api.ts'
import { authUrl, scopes } from './facts.ts'
import { threadsTexts } from './texts.ts'

const profile = z.object({
  id: z.string(),
  username: z.string(),
  name: z.string().optional(),
  threads_profile_picture_url: z.string().optional(),
})

export const oauth: OAuthFlow<Credentials, Settings> = {
  scopes,
  async authorize({ app }, { redirectUri, state }) {
    const { appId } = required(app, 'threads', 'appId', 'appSecret')
    const query = new URLSearchParams({
      client_id: appId,
      redirect_uri: redirectUri,
      scope: scopes.join(','),
      response_type: 'code',
      state,
    })
    return { url: `${app.authUrl ?? authUrl}?${query}` }
  },
  async accounts(tools, { code, redirectUri }) {
    const { appId, appSecret } = required(tools.app, 'threads', 'appId', 'appSecret')
    const now = tools.clock.now()
    const short = await tokenFor(threads, tools, {
      url: `${root(tools.app)}/oauth/access_token`,
      form: {
        client_id: appId,
        client_secret: appSecret,
        grant_type: 'authorization_code',
        redirect_uri: redirectUri,
        code,
      },
    })
    const exchange = new URLSearchParams({
      grant_type: 'th_exchange_token',
      client_secret: appSecret,
      access_token: short.access_token,
    })
    const long = await tokenFor(threads, tools, { method: 'GET', url: `${root(tools.app)}/access_token?${exchange}` })
    const fields = 'id,username,name,threads_profile_picture_url'
    const me = await ask(
      threads,
      tools,
      graphRequest(access(tools.app, long.access_token), { method: 'GET', path: '/me', query: { fields } }),
      profile,
    )
    const expiresAt = endOf(long.expires_in, now)
    return [
      {
        account: {
          externalId: me.id,
          handle: `@${me.username}`,
          name: me.name ?? me.username,
          picture: me.threads_profile_picture_url,
          url: `https://www.threads.com/@${encodeURIComponent(me.username)}`,
        },
        credentials: { userId: me.id, accessToken: long.access_token },
        settings: {},
        ...(expiresAt === undefined ? {} : { expiresAt }),
      },
    ]
  },
}

/** Only while the token still works, and not on its first day. */
export async function refresh(tools: NetworkTools, old: Credentials): Promise<Refreshed<Credentials>> {
  const now = tools.clock.now()
  const query = new URLSearchParams({ grant_type: 'th_refresh_token', access_token: old.accessToken })
  const token = await refreshToken(threads, tools, {
    method: 'GET',
    url: `${root(tools.app)}/refresh_access_token?${query}`,
  })
  const expiresAt = endOf(token.expires_in, now)
  return { credentials: { ...old, accessToken: token.access_token }, ...(expiresAt === undefined ? {} : { expiresAt }) }
}

const insights = z.object({
  data: z.array(
    z.object({
      name: z.string(),
      total_value: z.object({ value: z.number().int() }).optional(),
      values: z.array(z.object({ value: z.number().int() })).optional(),
    }),
  ),
})

export async function measureChannel(call: Call): Promise<ChannelCounters> {
  const { userId } = call.credentials.current()
  const told = await readAs(call, `/${userId}/threads_insights`, { metric: 'followers_count,views' }, insights)
  if (told === undefined) throw new AppError('unavailable', 'network_failed', threadsTexts.profileGone())
  const of = (name: string) => {
    const found = told.data.find((one) => one.name === name)
    return found?.total_value?.value ?? found?.values?.at(-1)?.value
  }
  const [followers, views] = [of('followers_count'), of('views')]
  return { ...(followers === undefined ? {} : { followers }), ...(views === undefined ? {} : { views }) }
}
