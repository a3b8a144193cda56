/** From the address of a site and an application password to a channel. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { siteOf, subjectOf, textOfHtml } from '../articles/index.ts'
import { ask, HttpFailure } from '../http/index.ts'
import type { Connected, NetworkTools } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { addressOf, type Credentials, request, type Settings, settingsInput, wordpress } from './api.ts'
import { wordpressTexts } from './texts.ts'

export const credentialsInput = z.object({
  site: z.string().min(1).max(500).meta({ description: 'The address of the site', example: 'https://blog.example' }),
  username: z.string().trim().min(1).max(100).meta({ description: 'Of a user who may publish and moderate' }),
  applicationPassword: z
    .string()
    .trim()
    .min(8)
    .max(200)
    .meta({ description: 'From Users → Profile → Application Passwords of that user' }),
})

const index = z.object({
  name: z.string(),
  url: z.string(),
  home: z.string(),
  namespaces: z.array(z.string()),
  site_icon_url: z.string().nullish().catch(undefined),
})
const me = z.object({ id: z.number().int(), name: z.string(), capabilities: z.record(z.string(), z.unknown()) })

export async function connect(
  tools: NetworkTools,
  input: unknown,
  wishes: unknown,
): Promise<Connected<Credentials, Settings>> {
  const given = credentialsInput.parse(input)
  const site = siteOf(given.site)
  const root = await discovered(tools, site)
  const found = await ask(
    wordpress,
    tools,
    { method: 'GET', url: root, headers: { accept: 'application/json' } },
    index,
  )
  const as = { root, username: given.username, applicationPassword: given.applicationPassword }
  const path = '/wp/v2/users/me'
  const user = await ask(wordpress, tools, request(as, { method: 'GET', path, query: { context: 'edit' } }), me)
  for (const right of ['publish_posts', 'upload_files'])
    if (user.capabilities[right] !== true)
      throw new AppError(
        'unprocessable',
        'permission_missing',
        wordpressTexts.lacksRight({ name: textOfHtml(user.name), host: site.host, right }),
      )
  const home = URL.parse(found.home) ?? site
  return {
    account: {
      externalId: subjectOf(home),
      handle: `${home.host}${home.pathname}`.replace(/\/+$/, ''),
      // Stored as HTML: `Pains &amp; Cie`.
      name: textOfHtml(found.name) || home.host,
      url: home.href,
      ...(found.site_icon_url ? { picture: found.site_icon_url } : {}),
    },
    credentials: { ...as, userId: user.id },
    settings: { ...settingsInput.parse(wishes ?? {}), moderates: user.capabilities.moderate_comments === true },
  }
}

/** Where the REST API is: the page says so in a header; else where it is nearly everywhere. */
async function discovered(tools: NetworkTools, site: URL): Promise<string> {
  const page = await visited(tools, site)
  const link = linkOf(page.headers.link)
  const told = link === undefined ? null : URL.parse(link, page.url)
  if (told !== null && /^https?:$/.test(told.protocol)) {
    // sites behind a proxy often believe that they speak http
    if (page.url.startsWith('https:')) told.protocol = 'https:'
    return told.href
  }
  const base = new URL(page.url)
  base.search = ''
  for (const root of [addressOf(base.href, '/wp-json/'), addressOf(base.href, '/', { rest_route: '/' })]) {
    const answer = await tools.http.send({ method: 'GET', url: root, signal: tools.signal })
    if (answer.status === 200 && index.safeParse(answer.json()).data?.namespaces.includes('wp/v2') === true) return root
  }
  throw new AppError('unprocessable', 'not_this_network', wordpressTexts.notWordpress({ host: site.host }))
}

async function visited(tools: NetworkTools, site: URL) {
  try {
    const answer = await tools.http.send({ method: 'GET', url: site, signal: tools.signal, maxBytes: 1000, cut: true })
    if (answer.status < 500 && answer.status !== 429) return answer
    throw new AppError(
      'unavailable',
      'network_failed',
      networkTexts.hostBusy({ host: site.host, status: answer.status }),
    )
  } catch (error) {
    if (!(error instanceof HttpFailure) || error.code === 'blocked_host') throw error
    throw new AppError(
      'unprocessable',
      'host_unreachable',
      networkTexts.hostUnreachable({ host: site.host, why: error.text }),
      { cause: error },
    )
  }
}

/** The address of `rel="https://api.w.org/"` in a Link header (RFC 8288). */
export const linkOf = (header: string | undefined): string | undefined =>
  /<([^>]+)>\s*;[^,]*?rel="?https:\/\/api\.w\.org\/"?/.exec(header ?? '')?.[1]
