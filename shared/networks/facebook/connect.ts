/** From a Page's id and token to an account whose webhooks come in. */
import * as z from 'zod'
import { AppError, messageOf } from '../../kernel/errors.ts'
import { HttpFailure } from '../http/index.ts'
import type { ChannelCall, ChannelCounters, Connected, NetworkTools } from '../network.ts'
import { type Credentials, errorIn, read, send, wordsOf } from './api.ts'
import { codes, subscribedFields } from './facts.ts'

export const credentialsInput = z.object({
  pageId: z
    .string()
    .regex(/^\d{1,32}$/, 'A Page id is a number.')
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
  followers_count: z.number().int().optional(),
  picture: z
    .object({ data: z.object({ url: z.string() }) })
    .optional()
    .catch(undefined),
})

export async function connect(tools: NetworkTools, input: unknown): Promise<Connected<Credentials, Settings>> {
  const { pageId, accessToken } = credentialsInput.parse(input)
  const as = { pageId, accessToken: accessToken.trim() }

  const ask = async <T>(request: Parameters<typeof send>[2], schema: z.ZodType<T>): Promise<T> => {
    const answer = await send(tools, as, request).catch((error: unknown) => {
      if (!(error instanceof HttpFailure)) throw error
      throw new AppError('unprocessable', 'host_unreachable', `Facebook cannot be reached: ${messageOf(error)}`, {
        cause: error,
      })
    })
    const parsed = schema.safeParse(answer.status === 200 ? answer.json() : undefined)
    if (parsed.success) return parsed.data
    const error = errorIn(answer)
    const words = wordsOf(error, answer.status)
    if (
      answer.status >= 500 ||
      answer.status === 429 ||
      (error !== undefined && (codes.limit.has(error.code) || codes.transient.has(error.code)))
    )
      throw new AppError(
        'unavailable',
        'network_failed',
        `Facebook cannot answer now: ${words}. Try again in a few minutes.`,
      )
    if (error !== undefined && codes.permission(error.code))
      throw new AppError(
        'unprocessable',
        'permission_missing',
        `This token may not do what Parvis needs: ${words}. It needs pages_manage_posts, pages_read_engagement, pages_read_user_content, pages_manage_metadata, pages_messaging and read_insights.`,
      )
    throw new AppError(
      'unprocessable',
      'credentials_refused',
      `Facebook does not take this Page id and token: ${words}.`,
    )
  }

  const found = await ask(
    { method: 'GET', path: `/${pageId}`, query: { fields: 'id,name,username,picture,followers_count,link' } },
    page,
  )
  const me = await ask({ method: 'GET', path: '/me', query: { fields: 'id' } }, z.object({ id: z.string() }))
  if (me.id !== found.id)
    throw new AppError(
      'unprocessable',
      'credentials_refused',
      `This token is not the one of the Page ${found.name}, but of ${me.id}. A Page token comes from GET /me/accounts.`,
    )
  // Without the app's secret no delivery could be verified, so none is asked for.
  if (tools.app.appSecret)
    await ask(
      { method: 'POST', path: `/${pageId}/subscribed_apps`, form: { subscribed_fields: subscribedFields.join(',') } },
      z.object({ success: z.literal(true) }),
    )
  return {
    account: {
      externalId: found.id,
      handle: found.username === undefined ? found.name : `@${found.username}`,
      name: found.name,
      picture: found.picture?.data.url,
      url: found.link,
    },
    credentials: as,
    settings: {},
  }
}

export async function measureChannel(call: ChannelCall<Credentials, Settings>): Promise<ChannelCounters> {
  const as = call.credentials.current()
  const found = await read(
    call,
    as,
    { path: `/${as.pageId}`, query: { fields: 'followers_count' } },
    page.pick({ followers_count: true }),
  )
  return found?.followers_count === undefined ? {} : { followers: found.followers_count }
}
