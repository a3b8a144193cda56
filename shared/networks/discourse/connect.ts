/** From a forum's address and an API key to a channel that is told of what is written there. */

import { createHash } from 'node:crypto'
import * as z from 'zod'
import { said } from '../../i18n/index.ts'
import { siteOf, subjectOf } from '../articles/index.ts'
import { ask, errorOf } from '../http/index.ts'
import type { Connected, NetworkTools } from '../network.ts'
import { type Credentials, call, discourse, request, type Settings, settings } from './api.ts'
import { unconfirmed } from './facts.ts'
import { discourseTexts } from './texts.ts'

export const credentialsInput = z.object({
  site: z.string().min(1).max(500).meta({ description: 'The address of the forum', example: 'https://forum.example' }),
  username: z
    .string()
    .trim()
    .regex(/^@?[A-Za-z0-9_.-]{1,60}$/, said(discourseTexts.badUsername()))
    .meta({ description: 'Of the user the key is for, who will be the author' }),
  apiKey: z.string().trim().min(16).max(200).meta({ description: 'From Admin → Advanced → API keys' }),
})

const about = z.object({ title: z.string(), apple_touch_icon_url: z.string().nullish().catch(undefined) })
const user = z.object({ user: z.object({ username: z.string() }) })

export async function connect(
  tools: NetworkTools,
  input: unknown,
  wishes: unknown,
): Promise<Connected<Credentials, Settings>> {
  const given = credentialsInput.parse(input)
  const address = siteOf(given.site)
  const site = address.href.replace(/\/+$/, '')
  const as = { site, username: given.username.replace('@', ''), apiKey: given.apiKey }
  const get = <T>(path: string, schema: z.ZodType<T>) =>
    ask(discourse, tools, request(as, { method: 'GET', path }), schema)
  const { username } = (await get(`/u/${encodeURIComponent(as.username)}.json`, user)).user
  const forum = await get('/site/basic-info.json', about)
  return {
    account: {
      externalId: accountId(address, username),
      handle: `@${username}@${address.host}`,
      name: forum.title || address.host,
      url: `${site}/u/${encodeURIComponent(username)}`,
      ...(forum.apple_touch_icon_url ? { picture: forum.apple_touch_icon_url } : {}),
    },
    credentials: { ...as, username },
    settings: settings.parse(wishes ?? {}),
  }
}

/** Forum and user, as the subject of a hook too: the receiver tells by it what is our own. 100 characters at most. */
function accountId(site: URL, username: string): string {
  const whole = `${subjectOf(site)}..${username.toLowerCase()}`
  if (whole.length <= 100) return whole
  return `${createHash('sha256').update(subjectOf(site)).digest('hex').slice(0, 20)}..${username.toLowerCase()}`
}

const kinds = z.array(z.object({ id: z.number().int(), name: z.string() }))
const hooks = z.object({
  web_hooks: z.array(z.object({ payload_url: z.string() })),
  extras: z
    .object({
      event_types: kinds.optional().catch(undefined),
      grouped_event_types: z.record(z.string(), kinds).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
})

/**
 * One hook per forum and user. Only an administrator's key may: with another one the hook is entered by hand, or nothing
 * comes in (docs/networks/discourse.md).
 */
export async function attach(tools: NetworkTools, { account, credentials }: Connected<Credentials, Settings>) {
  const path = unconfirmed.hooksPath
  const { url, secret } = await tools.hook(account.externalId)
  const tried = await call(tools, credentials, { method: 'GET', path }, { visible: false })
  if (tried.refusal?.kind === 'rejected') return
  if (tried.refusal !== undefined) throw errorOf(tried.refusal, tools.clock.now())
  const known = hooks.safeParse(tried.answer.json()).data
  if (known === undefined || known.web_hooks.some((one) => one.payload_url === url)) return
  const types = [known.extras?.event_types ?? [], Object.values(known.extras?.grouped_event_types ?? {})].flat(2)
  const wanted = types.filter(({ name }) => /^post(_(created|edited|destroyed|recovered))?$/.test(name))
  const hook = {
    payload_url: url,
    content_type: 1,
    secret,
    active: true,
    verify_certificate: true,
    wildcard_web_hook: wanted.length === 0,
    web_hook_event_type_ids: wanted.map(({ id }) => id),
  }
  const made = await call(tools, credentials, { method: 'POST', path, json: { web_hook: hook } }, { visible: false })
  if (made.refusal !== undefined) throw errorOf(made.refusal, tools.clock.now())
}
