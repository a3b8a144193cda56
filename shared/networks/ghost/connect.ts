/** From the address of a site and the key of an integration to a channel that is told of what happens there. */

import * as z from 'zod'
import { said } from '../../i18n/index.ts'
import { siteOf, subjectOf } from '../articles/index.ts'
import { ask, errorOf } from '../http/index.ts'
import type { ChannelCall, ChannelCounters, Connected, NetworkTools } from '../network.ts'
import { type Credentials, call, ghost, isThere, request, type Settings, settings } from './api.ts'
import { hookEvents, title } from './facts.ts'
import { ghostTexts } from './texts.ts'

export const credentialsInput = z.object({
  site: z.string().min(1).max(500).meta({
    description: 'The address of the site’s admin, as its integration shows it',
    example: 'https://blog.example',
  }),
  adminKey: z
    .string()
    .trim()
    .regex(/^[0-9a-f]{24}:[0-9a-f]{64}$/, said(ghostTexts.badKey()))
    .meta({ description: '“Admin API key” of a custom integration' }),
})

const about = z.object({
  site: z.object({ title: z.string(), url: z.string(), icon: z.string().nullish().catch(undefined) }),
})
const some = z.object({ posts: z.array(z.unknown()) })

export async function connect(
  tools: NetworkTools,
  input: unknown,
  wishes: unknown,
): Promise<Connected<Credentials, Settings>> {
  const given = credentialsInput.parse(input)
  const address = siteOf(given.site)
  address.pathname = address.pathname.replace(/\/ghost$/, '')
  const as = { site: address.href.replace(/\/+$/, ''), adminKey: given.adminKey }
  const get = <T>(path: string, schema: z.ZodType<T>) =>
    ask(ghost, tools, request(as, tools.clock.now(), { method: 'GET', path }), schema)
  const { site } = await get('/site/', about)
  await get('/posts/?limit=1&fields=id', some)
  const home = URL.parse(site.url) ?? address
  return {
    account: {
      externalId: subjectOf(address),
      handle: `${home.host}${home.pathname}`.replace(/\/+$/, ''),
      name: site.title || home.host,
      url: home.href,
      ...(site.icon ? { picture: site.icon } : {}),
    },
    credentials: as,
    settings: settings.parse(wishes ?? {}),
  }
}

/** One hook per event. Ghost cannot list them, and refuses one that is there: then all is well. */
export async function attach(tools: NetworkTools, { account, credentials }: Connected<Credentials, Settings>) {
  const { url, secret } = await tools.hook(account.externalId)
  for (const event of hookEvents) {
    const json = { webhooks: [{ event, target_url: url, secret, name: 'Parvis' }] }
    const tried = await call(tools, credentials, { method: 'POST', path: '/webhooks/', json }, { visible: false })
    if (tried.refusal !== undefined && !isThere(tried.answer)) {
      const message = ghostTexts.webhookRefused({ network: title, why: tried.refusal.message })
      throw errorOf({ ...tried.refusal, message }, tools.clock.now())
    }
  }
}

const members = z.object({ meta: z.object({ pagination: z.object({ total: z.number().int() }) }) })

/** Members are who reads it by subscription. */
export async function measureChannel(channel: ChannelCall<Credentials, Settings>): Promise<ChannelCounters> {
  const as = channel.credentials.current()
  const tried = await call(channel, as, { method: 'GET', path: '/members/?limit=1' }, { visible: false })
  // sites can switch members off
  if (tried.refusal?.kind === 'rejected') return {}
  if (tried.refusal !== undefined) throw errorOf(tried.refusal, channel.clock.now())
  const total = members.safeParse(tried.answer.json()).data?.meta.pagination.total
  return total === undefined ? {} : { followers: total }
}
