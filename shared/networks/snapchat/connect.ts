/** From a person's consent to their public profile. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { ask, errorOf } from '../http/index.ts'
import type { ChannelCall, ChannelCounters, NetworkTools, OAuthFlow, Refreshed } from '../network.ts'
import { endOf, refreshToken, required, tokenFor } from '../oauth/index.ts'
import { networkTexts } from '../texts.ts'
import { base, bearer, type Credentials, type Settings, snapchat, unseen } from './api.ts'
import { authUrl, scopes, tokenUrl } from './facts.ts'

const mine = z.object({
  public_profile: z
    .object({
      id: z.string().min(1),
      display_name: z.string().nullish(),
      snap_user_name: z.string().nullish(),
      subscriber_count: z.coerce.number().int().nonnegative().nullish().catch(undefined),
      logo_urls: z.object({ manage_profile_logo_url: z.string().nullish() }).nullish().catch(undefined),
    })
    .nullish(),
})
const myProfile = '/v1/public_profiles/my_profile'

/**
 * One consent, one profile: the refresh token changes with every use, so that two channels could not share it. Snapchat
 * names the profile that the person's access stands for.
 */
export const oauth: OAuthFlow<Credentials, Settings> = {
  scopes,
  async authorize({ app }, { redirectUri, state }) {
    const { clientId } = required(app, 'snapchat', 'clientId', 'clientSecret')
    const query = new URLSearchParams({
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: scopes.join(' '),
      state,
    })
    return { url: `${app.authUrl ?? authUrl}?${query}` }
  },
  async accounts(tools, { code, redirectUri }) {
    const now = tools.clock.now()
    const token = await tokenFor(
      snapchat,
      tools,
      tokenRequest(tools, { grant_type: 'authorization_code', code, redirect_uri: redirectUri }),
    )
    if (token.refresh_token === undefined)
      throw new AppError('unavailable', 'network_failed', networkTexts.noRenewalToken({ network: 'Snapchat' }))
    const as = { accessToken: token.access_token, refreshToken: token.refresh_token }
    const url = `${base(tools.app)}${myProfile}`
    const { public_profile: profile } = await ask(snapchat, tools, { method: 'GET', url, headers: bearer(as) }, mine)
    if (profile == null) return []
    const expiresAt = endOf(token.expires_in, now)
    const handle = profile.snap_user_name || profile.display_name || profile.id
    return [
      {
        account: {
          externalId: profile.id,
          handle: `@${handle}`,
          name: profile.display_name || handle,
          picture: profile.logo_urls?.manage_profile_logo_url ?? undefined,
          ...(profile.snap_user_name
            ? { url: `https://www.snapchat.com/@${encodeURIComponent(profile.snap_user_name)}` }
            : {}),
        },
        credentials: as,
        settings: {},
        ...(expiresAt === undefined ? {} : { expiresAt }),
      },
    ]
  },
}

function tokenRequest({ app }: NetworkTools, values: Record<string, string>) {
  const { clientId, clientSecret } = required(app, 'snapchat', 'clientId', 'clientSecret')
  return { url: app.tokenUrl ?? tokenUrl, form: { client_id: clientId, client_secret: clientSecret, ...values } }
}

/** Both tokens change; the access lives an hour. */
export async function refresh(tools: NetworkTools, old: Credentials): Promise<Refreshed<Credentials>> {
  const now = tools.clock.now()
  const token = await refreshToken(
    snapchat,
    tools,
    tokenRequest(tools, { grant_type: 'refresh_token', refresh_token: old.refreshToken }),
  )
  const expiresAt = endOf(token.expires_in, now)
  return {
    credentials: { accessToken: token.access_token, refreshToken: token.refresh_token ?? old.refreshToken },
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

export async function measureChannel(call: ChannelCall<Credentials, Settings>): Promise<ChannelCounters> {
  const tried = await unseen(call, { method: 'GET', url: `${base(call.app)}${myProfile}` })
  if (tried.refusal !== undefined) throw errorOf(tried.refusal, call.clock.now())
  const profile = mine.safeParse(tried.answer.json()).data?.public_profile
  // the person may have made another profile theirs since: its figures are not this channel's
  if (profile == null || profile.id !== call.account.externalId || profile.subscriber_count == null) return {}
  return { followers: profile.subscriber_count }
}
