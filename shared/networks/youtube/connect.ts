/** From a person's consent to their channel, and the hub that tells of its uploads. */
import * as z from 'zod'
import { authorizeUrl, bearer, type GoogleConsent, renewed, tokensOf } from '../google/index.ts'
import { ask, attempt } from '../http/index.ts'
import type { Connected, NetworkTools, OAuthFlow, Refreshed } from '../network.ts'
import { apiAt, type Credentials, hubAt, type Settings, youtubePlatform } from './api.ts'
import { scopes, title, topicOf, unconfirmed } from './facts.ts'

const consent: GoogleConsent = { network: 'youtube', platform: youtubePlatform, scopes }

const channels = z.object({
  items: z
    .array(
      z.object({
        id: z.string(),
        snippet: z.object({
          title: z.string(),
          customUrl: z.string().optional(),
          thumbnails: z.object({ default: z.object({ url: z.string() }).optional() }).optional(),
        }),
      }),
    )
    .default([]),
})

export const oauth: OAuthFlow<Credentials, Settings> = {
  scopes,
  authorize: async ({ app }, start) => ({ url: authorizeUrl(consent, app, start) }),
  async accounts(tools, back) {
    const { credentials, expiresAt } = await tokensOf(consent, tools, back)
    const url = apiAt(tools.app, '/channels', { part: 'snippet', mine: 'true', maxResults: '50' })
    const { items } = await ask(youtubePlatform, tools, { method: 'GET', url, headers: bearer(credentials) }, channels)
    return items.map(({ id, snippet }) => ({
      account: {
        externalId: id,
        handle: snippet.customUrl ?? snippet.title,
        name: snippet.title,
        picture: snippet.thumbnails?.default?.url,
        url: `https://www.youtube.com/channel/${encodeURIComponent(id)}`,
      },
      credentials,
      settings: {},
      ...(expiresAt === undefined ? {} : { expiresAt }),
    }))
  },
}

export const refresh = (tools: NetworkTools, old: Credentials): Promise<Refreshed<Credentials>> =>
  renewed(consent, tools, old)

/**
 * Asks the hub to tell of this channel's uploads, for ten days. The hub then asks our hook back. Answers whether it took
 * the request: where it does not (an address that the world cannot reach), everything but this goes on.
 */
export async function subscribe(tools: NetworkTools, channelId: string): Promise<boolean> {
  const { url: callback, secret } = await tools.hook(channelId)
  const tried = await attempt(
    { title, words: () => undefined },
    tools,
    {
      method: 'POST',
      url: hubAt(tools.app),
      form: {
        'hub.mode': 'subscribe',
        'hub.topic': topicOf(channelId),
        'hub.callback': callback,
        'hub.secret': secret,
        'hub.verify': 'async',
        'hub.lease_seconds': String(unconfirmed.leaseSeconds),
      },
    },
    { visible: false },
  )
  return tried.refusal === undefined
}

/** Comments are polled and need no hub: a channel is connected even where the hub will not have us. */
export async function attach(tools: NetworkTools, { account }: Connected<Credentials, Settings>): Promise<void> {
  await subscribe(tools, account.externalId)
}
