/** From a person's consent to an account whose mentions and messages are told. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { ask, attempt, errorOf } from '../http/index.ts'
import type { Connected, NetworkTools, OAuthFlow, OAuthReturn, OAuthStart, Refreshed } from '../network.ts'
import { basic, endOf, refreshToken, required, type TokenAnswer, tokenFor } from '../oauth/index.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, platform, type Settings, unreadable, user, withToken } from './api.ts'
import { activityEvents, authUrl, publicEvents, scopes, tokenUrl } from './facts.ts'

export const app = [
  { name: 'clientId', description: 'Developer console → the app → Keys and tokens → OAuth 2.0 Client ID' },
  {
    name: 'clientSecret',
    description: 'Beside it: OAuth 2.0 Client Secret (the app is a “Web App, confidential client”)',
  },
  {
    name: 'consumerSecret',
    forWebhooks: true,
    description: 'Keys and tokens → API Key Secret. X signs webhooks with it. Without it, mentions are polled',
    optional: true,
  },
  { name: 'previousConsumerSecret', description: 'The one before, while it is being replaced', optional: true },
  {
    name: 'bearerToken',
    forWebhooks: true,
    description: 'Keys and tokens → Bearer Token. Registers the webhook. Without it, mentions are polled',
    optional: true,
  },
]

const me = z.object({ data: user })

export const oauth: OAuthFlow<Credentials, Settings> = {
  scopes,
  async authorize(tools: NetworkTools, { redirectUri, state, codeChallenge }: OAuthStart) {
    const { clientId } = required(tools.app, 'x', 'clientId', 'clientSecret')
    const url = new URL(tools.app.authUrl ?? authUrl)
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: scopes.join(' '),
      state,
      code_challenge: codeChallenge,
      code_challenge_method: 'S256',
    }).toString()
    return { url: url.href }
  },
  async accounts(tools: NetworkTools, { code, redirectUri, codeVerifier }: OAuthReturn) {
    const token = await tokenFor(
      platform,
      tools,
      tokenRequest(tools, {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: codeVerifier,
      }),
    )
    return [await connectedOf(tools, token)]
  },
}

function tokenRequest(tools: NetworkTools, form: Readonly<Record<string, string>>) {
  const { clientId, clientSecret } = required(tools.app, 'x', 'clientId', 'clientSecret')
  return {
    url: tools.app.tokenUrl ?? tokenUrl,
    headers: { authorization: basic(clientId, clientSecret), accept: 'application/json' },
    form,
  }
}

async function connectedOf(tools: NetworkTools, token: TokenAnswer): Promise<Connected<Credentials, Settings>> {
  const path = '/2/users/me'
  const query = { 'user.fields': 'profile_image_url' }
  const { data } = await ask(platform, tools, withToken(tools, token.access_token, { method: 'GET', path, query }), me)
  const expiresAt = endOf(token.expires_in, tools.clock.now())
  return {
    account: {
      externalId: data.id,
      handle: `@${data.username}`,
      name: data.name,
      picture: data.profile_image_url,
      url: `https://x.com/${data.username}`,
    },
    credentials: { accessToken: token.access_token, refreshToken: token.refresh_token, userId: data.id },
    settings: {},
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

/** X gives a new refresh token each time, and the old one is spent. Throws `reconnect_needed` when it is over. */
export async function refresh(tools: NetworkTools, old: Credentials): Promise<Refreshed<Credentials>> {
  if (old.refreshToken === undefined)
    throw new AppError('unauthenticated', 'reconnect_needed', networkTexts.noRenewalToken({ network: 'X' }))
  const token = await refreshToken(
    platform,
    tools,
    tokenRequest(tools, { grant_type: 'refresh_token', refresh_token: old.refreshToken }),
  )
  const expiresAt = endOf(token.expires_in, tools.clock.now())
  return {
    credentials: {
      ...old,
      accessToken: token.access_token,
      refreshToken: token.refresh_token ?? old.refreshToken,
    },
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

// ---- webhooks -------------------------------------------------------------------------------------------------------

const webhook = z.object({ id: z.string(), url: z.string(), valid: z.boolean().catch(false) })
const webhooks = z.object({ data: z.array(webhook).default([]) })
/** Whether the created webhook stands in `data` or is the whole answer, the description and the guide disagree. */
const created = z.union([z.object({ data: webhook.partial({ url: true }) }), webhook.partial({ url: true })])

const subscription = z.object({
  event_type: z.string(),
  filter: z.object({ user_id: z.string().optional() }).catch({}),
  webhook_id: z.string().optional().catch(undefined),
})
const subscriptions = z.object({
  data: z.array(subscription).default([]),
  meta: z.object({ next_token: z.string().optional() }).optional().catch(undefined),
})

/**
 * The app's one webhook, and a subscription for each event of this account. Does nothing where the deployment's document
 * lacks what it takes, or its address is none that X would call (https, no port): then mentions are polled.
 */
export async function attach(tools: NetworkTools, { credentials }: Connected<Credentials, Settings>): Promise<void> {
  const { bearerToken, consumerSecret } = tools.app
  const address = new URL(tools.publicUrl)
  if (!bearerToken || !consumerSecret || address.protocol !== 'https:' || address.port !== '') return
  const webhookId = await ensureWebhook(tools, bearerToken, `${tools.publicUrl}/webhooks/x`)
  const present = await subscribed(tools, bearerToken, credentials.userId, webhookId)
  for (const event of activityEvents) {
    if (present.has(event)) continue
    const tried = await attempt(
      platform,
      tools,
      withToken(tools, publicEvents.has(event) ? bearerToken : credentials.accessToken, {
        method: 'POST',
        path: '/2/activity/subscriptions',
        json: { event_type: event, filter: { user_id: credentials.userId }, tag: 'parvis', webhook_id: webhookId },
      }),
      { visible: false },
    )
    // Somebody else was faster.
    if (tried.refusal !== undefined && tried.answer?.status !== 409) throw errorOf(tried.refusal, tools.clock.now())
  }
}

async function ensureWebhook(tools: NetworkTools, bearer: string, url: string): Promise<string> {
  const path = '/2/webhooks'
  const { data } = await ask(platform, tools, withToken(tools, bearer, { method: 'GET', path }), webhooks)
  const ours = data.find((one) => one.url === url)
  if (ours === undefined) {
    const made = await ask(platform, tools, withToken(tools, bearer, { method: 'POST', path, json: { url } }), created)
    return 'data' in made ? made.data.id : made.id
  }
  // X has stopped calling it: it is checked again, now that it answers.
  if (!ours.valid)
    await ask(platform, tools, withToken(tools, bearer, { method: 'PUT', path: `${path}/${ours.id}` }), z.unknown())
  return ours.id
}

/** The events of this account that the app is told of already. */
async function subscribed(
  tools: NetworkTools,
  bearer: string,
  userId: string,
  webhookId: string,
): Promise<ReadonlySet<string>> {
  const events = new Set<string>()
  let token: string | undefined
  // Self-serve apps have 1,500 subscriptions at most, a page holds 1,000.
  for (let page = 0; page < 200; page++) {
    const request = withToken(tools, bearer, {
      method: 'GET',
      path: '/2/activity/subscriptions',
      query: { max_results: '1000', pagination_token: token },
    })
    const { data, meta } = await ask(platform, tools, request, subscriptions)
    for (const one of data)
      if (one.filter.user_id === userId && one.webhook_id === webhookId) events.add(one.event_type)
    token = meta?.next_token
    if (token === undefined) return events
  }
  throw new AppError('unavailable', 'network_failed', unreadable)
}
