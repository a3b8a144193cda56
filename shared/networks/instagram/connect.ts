/** From consent to an account: through the Facebook Page it belongs to, or on Instagram itself. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { ask, attempt, errorOf, type Platform } from '../http/index.ts'
import { idText } from '../json.ts'
import { loginAddress, loginApp, pagesOpened, subscribePage, subscriptionTexts } from '../meta/index.ts'
import type { AppField, Connected, NetworkTools, OAuthFlow, OAuthReturn, Refreshed } from '../network.ts'
import { required } from '../oauth/index.ts'
import { networkTexts } from '../texts.ts'
import { accessOf, type Credentials, flavour, platform, requestAs } from './api.ts'
import { apiUrl, authUrl, renewableAfterMs, scopes, subscribedFields, tokenUrl, unconfirmed } from './facts.ts'

export const settings = z.object({})
export type Settings = z.infer<typeof settings>

const instagramLogin: readonly AppField[] = [
  {
    name: 'instagramAppId',
    description: 'Instagram → API setup with Instagram login → Business login settings → Instagram app ID',
    optional: true,
  },
  { name: 'instagramAppSecret', description: 'Beside it: Instagram app secret', optional: true },
  { name: 'previousInstagramAppSecret', description: 'The one before a reset', optional: true },
]

/** Either login may be set up, or both: what is missing is said when somebody connects by it. */
export const app: readonly AppField[] = [...loginApp.map((field) => ({ ...field, optional: true })), ...instagramLogin]

const account = z.object({
  id: z.string(),
  username: z.string(),
  name: z.string().optional(),
  profile_picture_url: z.string().optional(),
})

const accountOf = (found: z.infer<typeof account>, externalId = found.id) => ({
  externalId,
  handle: `@${found.username}`,
  name: found.name || found.username,
  picture: found.profile_picture_url,
  url: `https://www.instagram.com/${found.username}/`,
})

export const oauth: OAuthFlow<Credentials, Settings> = {
  input: z.object({
    flavour: flavour.default('facebook').meta({
      description:
        '`facebook`: through the Page that the account is linked to, can delete posts. `instagram`: without a Page.',
    }),
  }),
  scopes: [...scopes.facebook, ...scopes.instagram],
  async authorize(tools, start) {
    const { flavour: by } = z.object({ flavour }).parse(start.input)
    const kept = { flavour: by }
    if (by === 'facebook') return { url: loginAddress(tools.app, 'instagram', scopes.facebook, start), kept }
    const { instagramAppId } = required(tools.app, 'instagram', 'instagramAppId', 'instagramAppSecret')
    const asked = new URLSearchParams({
      client_id: instagramAppId,
      redirect_uri: start.redirectUri,
      response_type: 'code',
      scope: scopes.instagram.join(','),
      state: start.state,
    })
    return { url: `${tools.app.authUrl ?? authUrl}/oauth/authorize?${asked}`, kept }
  },
  accounts: (tools, back) =>
    flavour.parse(back.kept.flavour) === 'facebook' ? throughPages(tools, back) : byItself(tools, back),
}

/** Of the Pages that were opened, those with a professional account. */
async function throughPages(
  tools: NetworkTools,
  back: OAuthReturn,
): Promise<readonly Connected<Credentials, Settings>[]> {
  const fields = 'id,access_token,instagram_business_account{id,username,name,profile_picture_url}'
  const page = z.object({ id: z.string(), access_token: z.string().min(1), instagram_business_account: account })
  const pages = await pagesOpened(platform, tools, 'instagram', back, fields, page)
  return pages.map(({ id, access_token: accessToken, instagram_business_account: found }) => ({
    account: accountOf(found),
    credentials: { flavour: 'facebook', userId: found.id, pageId: id, accessToken },
    settings: {},
  }))
}

/** The token endpoint has errors of its own form. */
const atLogin: Platform = {
  ...platform,
  words: (answer) =>
    z.object({ error_message: z.string() }).safeParse(answer.json()).data?.error_message ?? platform.words(answer),
}
const given = z.object({ access_token: z.string().min(1) })
const short = z.union([given, z.object({ data: z.array(given).min(1) })])
const long = given.extend({ expires_in: z.coerce.number().positive() })

/** Code → token of an hour → token of 60 days. https://developers.facebook.com/docs/instagram-platform */
async function byItself(tools: NetworkTools, back: OAuthReturn): Promise<readonly Connected<Credentials, Settings>[]> {
  const { instagramAppId, instagramAppSecret } = required(
    tools.app,
    'instagram',
    'instagramAppId',
    'instagramAppSecret',
  )
  const form = {
    client_id: instagramAppId,
    client_secret: instagramAppSecret,
    grant_type: 'authorization_code',
    redirect_uri: back.redirectUri,
    code: back.code,
  }
  const address = `${tools.app.tokenUrl ?? tokenUrl}/oauth/access_token`
  const first = await ask(atLogin, tools, { method: 'POST', url: address, form }, short)
  const token = 'data' in first ? (first.data[0]?.access_token ?? '') : first.access_token
  const query = { grant_type: 'ig_exchange_token', client_secret: instagramAppSecret, access_token: token }
  const second = await ask(atLogin, tools, { method: 'GET', url: tokenAddress(tools, 'access_token', query) }, long)
  const now = tools.clock.now()
  const endsAt = now + second.expires_in * 1000
  const as = { flavour: 'instagram' as const, userId: '', accessToken: second.access_token, renewedAt: now, endsAt }
  const fields = 'id,user_id,username,name,profile_picture_url'
  const request = requestAs(tools, as, { method: 'GET', path: '/me', query: { fields } })
  const me = await ask(platform, tools, request, account.extend({ user_id: idText }))
  return [
    {
      // Webhooks name the account by `user_id`; `id` is of this app alone.
      account: { ...accountOf(me, me.user_id), alsoKnownAs: [me.id] },
      credentials: { ...as, userId: me.user_id },
      settings: {},
      expiresAt: endsAt,
    },
  ]
}

const tokenAddress = (tools: NetworkTools, name: string, query: Readonly<Record<string, string>>) =>
  `${tools.app.apiUrl ?? apiUrl}/${name}?${new URLSearchParams(query)}`

/**
 * A token of Instagram Login is renewed for 60 days, once it is a day old; one of a Page has no end, and is only tried.
 * Throws `reconnect_needed` where it is over.
 */
export async function refresh(tools: NetworkTools, credentials: Credentials): Promise<Refreshed<Credentials>> {
  const now = tools.clock.now()
  const renewable = credentials.flavour === 'instagram' && now - (credentials.renewedAt ?? 0) >= renewableAfterMs
  const query = { grant_type: 'ig_refresh_token', access_token: credentials.accessToken }
  const tried = await attempt(
    platform,
    tools,
    renewable
      ? { method: 'GET', url: tokenAddress(tools, 'refresh_access_token', query) }
      : requestAs(tools, credentials, { method: 'GET', path: `/${credentials.userId}`, query: { fields: 'id' } }),
    { visible: false },
  )
  if (tried.refusal !== undefined) throw errorOf(tried.refusal, now)
  if (!renewable) return { credentials, ...(credentials.endsAt === undefined ? {} : { expiresAt: credentials.endsAt }) }
  const renewed = long.safeParse(tried.answer.json())
  if (!renewed.success)
    throw new AppError('unavailable', 'refresh_failed', networkTexts.unreadableRenewal({ network: 'Instagram' }))
  const endsAt = now + renewed.data.expires_in * 1000
  return {
    credentials: { ...credentials, accessToken: renewed.data.access_token, renewedAt: now, endsAt },
    expiresAt: endsAt,
  }
}

/**
 * Without the secret of the login's app no delivery could be verified, so none is asked for. By Instagram Login the
 * account is subscribed. By Facebook Login it has no such edge: the Page is subscribed to a field of its own, and the
 * Instagram fields are set once on the app. https://developers.facebook.com/docs/instagram-platform/webhooks
 */
export async function attach(tools: NetworkTools, { credentials }: Connected<Credentials, Settings>): Promise<void> {
  const { appSecret, instagramAppSecret } = tools.app
  const { flavour: by, pageId, userId } = credentials
  if (!(by === 'facebook' ? appSecret : instagramAppSecret)) return
  if (by === 'facebook') {
    if (pageId === undefined) throw new AppError('unprocessable', 'page_unknown', subscriptionTexts.pageUnknown())
    const access = accessOf(tools.app, credentials)
    await subscribePage(platform, tools, 'instagram', access, pageId, unconfirmed.subscribedPageFields)
    return
  }
  const form = { subscribed_fields: subscribedFields.join(',') }
  const request = requestAs(tools, credentials, { method: 'POST', path: `/${userId}/subscribed_apps`, form })
  await ask(platform, tools, request, z.object({ success: z.literal(true) }))
}
