/** From a person's consent to their account. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { ask, errorOf, type HttpRequest } from '../http/index.ts'
import type { ChannelCall, ChannelCounters, NetworkTools, OAuthFlow, Refreshed } from '../network.ts'
import { endOf, refreshToken, renewing, required, tokenAnswer, tokenFor } from '../oauth/index.ts'
import {
  base,
  businessBase,
  businessPlatform,
  type Credentials,
  checked,
  getUser,
  type Settings,
  tiktok,
} from './api.ts'
import { authUrl, scopes, unconfirmed } from './facts.ts'
import { tiktokTexts } from './texts.ts'

const tokens = tokenAnswer.extend({ open_id: z.string() })
const user = z.object({
  data: z.object({
    user: z.object({
      open_id: z.string().optional(),
      display_name: z.string().optional(),
      username: z.string().optional(),
      avatar_url: z.string().optional(),
      profile_deep_link: z.string().optional(),
      follower_count: z.number().int().optional(),
      video_count: z.number().int().optional(),
    }),
  }),
})

export const input = z.object({
  businessId: z.string().min(1).max(100).optional().meta({ description: 'Of TikTok’s API for Business: for comments' }),
  businessRefreshToken: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .meta({ description: 'Of the same account at TikTok’s API for Business; lasts a year' }),
})

export const oauth: OAuthFlow<Credentials, Settings> = {
  input,
  scopes,
  async authorize({ app }, { redirectUri, state, input: given }) {
    const { clientKey } = required(app, 'tiktok', 'clientKey', 'clientSecret')
    const { businessId, businessRefreshToken } = input.parse(given)
    const withBusiness = businessId !== undefined && businessRefreshToken !== undefined
    if (withBusiness) required(app, 'tiktok', 'businessClientId', 'businessClientSecret')
    const query = new URLSearchParams({
      client_key: clientKey,
      response_type: 'code',
      scope: scopes.join(','),
      redirect_uri: redirectUri,
      state,
    })
    return {
      url: `${app.authUrl ?? authUrl}?${query}`,
      ...(withBusiness ? { kept: { businessId, businessRefreshToken } } : {}),
    }
  },
  async accounts(tools, { code, redirectUri, kept }) {
    const now = tools.clock.now()
    const answered = await tokenFor(
      tiktok,
      tools,
      tokenRequest(tools, { code, grant_type: 'authorization_code', redirect_uri: redirectUri }),
    )
    const token = readTokens(answered)
    const { data } = await ask(
      tiktok,
      tools,
      getUser(tools, token.access_token, 'open_id,display_name,username,avatar_url,profile_deep_link'),
      user,
    )
    const business = await openBusiness(tools, kept)
    const handle = data.user.username ?? data.user.display_name ?? token.open_id
    const expiresAt = endOf(token.expires_in, now)
    return [
      {
        account: {
          externalId: token.open_id,
          handle: `@${handle}`,
          name: data.user.display_name ?? handle,
          picture: data.user.avatar_url,
          url: data.user.profile_deep_link,
        },
        credentials: {
          openId: token.open_id,
          accessToken: token.access_token,
          refreshToken: token.refresh_token ?? '',
          ...(business === undefined ? {} : { business }),
        },
        settings: {},
        ...(expiresAt === undefined ? {} : { expiresAt }),
      },
    ]
  },
}

function tokenRequest(tools: NetworkTools, values: Record<string, string>) {
  const { clientKey, clientSecret } = required(tools.app, 'tiktok', 'clientKey', 'clientSecret')
  return {
    url: `${base(tools.app)}/oauth/token/`,
    form: { client_key: clientKey, client_secret: clientSecret, ...values },
  }
}

function readTokens(answered: unknown): z.infer<typeof tokens> {
  const parsed = tokens.safeParse(answered)
  if (parsed.success) return parsed.data
  throw new AppError('unavailable', 'network_failed', tiktokTexts.unreadableTokens())
}

const businessTokens = z.object({
  data: z.object({ access_token: z.string().min(1), refresh_token: z.string().min(1).optional() }),
})

function businessRequest(tools: NetworkTools, refreshToken: string): HttpRequest {
  const app = required(tools.app, 'tiktok', 'businessClientId', 'businessClientSecret')
  return {
    method: 'POST',
    url: `${businessBase(tools.app)}${unconfirmed.businessRefreshPath}`,
    json: {
      client_id: app.businessClientId,
      client_secret: app.businessClientSecret,
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    },
  }
}

/** The first Business access, by the refresh token that a person gave. */
async function openBusiness(
  tools: NetworkTools,
  { businessId, businessRefreshToken }: Readonly<Record<string, string>>,
): Promise<Credentials['business']> {
  if (businessId === undefined || businessRefreshToken === undefined) return undefined
  const { data } = await ask(businessPlatform, tools, businessRequest(tools, businessRefreshToken), businessTokens)
  return { id: businessId, accessToken: data.access_token, refreshToken: data.refresh_token ?? businessRefreshToken }
}

/**
 * A new Business access. Where TikTok gives none the old one is kept: the login's tokens, which were renewed just before,
 * must not be lost with it, and the next Business call says what is wrong.
 */
async function renewBusiness(tools: NetworkTools, old: Credentials['business']): Promise<Credentials['business']> {
  if (old?.refreshToken === undefined || !tools.app.businessClientId || !tools.app.businessClientSecret) return old
  const tried = await checked(businessPlatform, tools, { visible: false }, businessRequest(tools, old.refreshToken))
  const renewed = tried.refusal === undefined ? businessTokens.safeParse(tried.answer.json()).data?.data : undefined
  if (renewed === undefined) return old
  return { ...old, accessToken: renewed.access_token, refreshToken: renewed.refresh_token ?? old.refreshToken }
}

export async function refresh(tools: NetworkTools, old: Credentials): Promise<Refreshed<Credentials>> {
  const now = tools.clock.now()
  const token = await refreshToken(
    tiktok,
    tools,
    tokenRequest(tools, { grant_type: 'refresh_token', refresh_token: old.refreshToken }),
  )
  const expiresAt = endOf(token.expires_in, now)
  const business = await renewBusiness(tools, old.business)
  return {
    credentials: {
      ...old,
      accessToken: token.access_token,
      refreshToken: token.refresh_token ?? old.refreshToken,
      ...(business === undefined ? {} : { business }),
    },
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

export async function measureChannel(call: ChannelCall<Credentials, Settings>): Promise<ChannelCounters> {
  const tried = await renewing(call, () =>
    checked(
      tiktok,
      call,
      { visible: false },
      getUser(call, call.credentials.current().accessToken, 'follower_count,video_count'),
    ),
  )
  if (tried.refusal !== undefined) throw errorOf(tried.refusal, call.clock.now())
  const found = user.safeParse(tried.answer.json()).data?.data.user
  return {
    ...(found?.follower_count === undefined ? {} : { followers: found.follower_count }),
    ...(found?.video_count === undefined ? {} : { posts: found.video_count }),
  }
}
