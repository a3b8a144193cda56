/** From consent, or from a Page's id and token, to an account whose webhooks come in. */

import * as z from 'zod'
import { said } from '../../i18n/index.ts'
import { AppError } from '../../kernel/errors.ts'
import { ask } from '../http/index.ts'
import { graphAccess, graphRequest, loginAddress, pagesOpened, subscribePage } from '../meta/index.ts'
import type { Connected, NetworkTools, OAuthFlow } from '../network.ts'
import { type Credentials, platform } from './api.ts'
import { scopes, subscribedFields } from './facts.ts'
import { facebookTexts } from './texts.ts'

export const credentialsInput = z.object({
  pageId: z
    .string()
    .regex(/^\d{1,32}$/, said(facebookTexts.badPageId()))
    .meta({ description: 'Under “About” → “Page transparency” of the Page' }),
  accessToken: z.string().min(1).max(1000).meta({ description: 'A Page token, not the one of a person' }),
})
export const settings = z.object({})
export type Settings = z.infer<typeof settings>

const page = z.object({
  id: z.string(),
  name: z.string(),
  username: z.string().optional(),
  link: z.string().optional(),
  picture: z
    .object({ data: z.object({ url: z.string() }) })
    .optional()
    .catch(undefined),
})
const pageFields = 'id,name,username,link,picture'

const connectedAs = (found: z.infer<typeof page>, accessToken: string): Connected<Credentials, Settings> => ({
  account: {
    externalId: found.id,
    handle: found.username === undefined ? found.name : `@${found.username}`,
    name: found.name,
    picture: found.picture?.data.url,
    url: found.link,
  },
  credentials: { pageId: found.id, accessToken },
  settings: {},
})

/** With a token that somebody made by hand: a system user's, or from the Graph API Explorer. */
export async function connect(tools: NetworkTools, input: unknown): Promise<Connected<Credentials, Settings>> {
  const given = credentialsInput.parse(input)
  const accessToken = given.accessToken.trim()
  const ofPage = <T>(path: string, fields: string, schema: z.ZodType<T>) => {
    const request = graphRequest(graphAccess(tools.app, accessToken), { method: 'GET', path, query: { fields } })
    return ask(platform, tools, request, schema)
  }
  const found = await ofPage(`/${given.pageId}`, pageFields, page)
  const me = await ofPage('/me', 'id', z.object({ id: z.string() }))
  if (me.id !== found.id)
    throw new AppError('unprocessable', 'credentials_refused', facebookTexts.otherPage({ name: found.name, id: me.id }))
  return connectedAs(found, accessToken)
}

export const oauth: OAuthFlow<Credentials, Settings> = {
  scopes,
  async authorize({ app }, start) {
    return { url: loginAddress(app, 'facebook', scopes, start) }
  },
  async accounts(tools, back) {
    const opened = page.extend({ access_token: z.string().min(1) })
    const pages = await pagesOpened(platform, tools, 'facebook', back, `${pageFields},access_token`, opened)
    return pages.map((one) => connectedAs(one, one.access_token))
  },
}

/** Without the app's secret no delivery could be verified, so none is asked for. */
export async function attach(tools: NetworkTools, { credentials }: Connected<Credentials, Settings>): Promise<void> {
  if (!tools.app.appSecret) return
  const access = graphAccess(tools.app, credentials.accessToken)
  await subscribePage(platform, tools, 'facebook', access, credentials.pageId, subscribedFields)
}
