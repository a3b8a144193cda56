/** Calls to Threads, which answers errors as Meta's other networks do. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { attempt, errorOf, isGone, type Meaning, type Tried } from '../http/index.ts'
import { type GraphRequest, graphPlatform, graphRequest } from '../meta/index.ts'
import type { AppConfig, ChannelCall } from '../network.ts'
import { renewing } from '../oauth/index.ts'
import { networkTexts } from '../texts.ts'
import { apiUrl, apiVersion, title } from './facts.ts'

export const credentials = z.object({ userId: z.string(), accessToken: z.string() })
export type Credentials = z.infer<typeof credentials>
export const settings = z.object({})
export type Settings = z.infer<typeof settings>
export type Call = ChannelCall<Credentials, Settings>

export const threads = graphPlatform(title)

export const root = (app: AppConfig): string => app.apiUrl ?? apiUrl
export const access = (app: AppConfig, accessToken: string) => ({ url: `${root(app)}/${apiVersion.name}`, accessToken })

/** A call with the account's access, renewed once where it has ended. */
export const callAs = (call: Call, request: GraphRequest, meaning: Meaning = {}): Promise<Tried> =>
  renewing(call, () =>
    attempt(threads, call, graphRequest(access(call.app, call.credentials.current().accessToken), request), meaning),
  )

/** Reads and parses. Throws an AppError that says what became of it; undefined where the thing is gone. */
export async function readAs<T>(
  call: Call,
  path: string,
  query: Record<string, string>,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const tried = await callAs(call, { method: 'GET', path, query }, { visible: false })
  if (tried.refusal !== undefined) {
    if ('answer' in tried && isGone(threads, tried.answer)) return undefined
    throw errorOf(tried.refusal, call.clock.now())
  }
  const parsed = schema.safeParse(tried.answer.json())
  if (parsed.success) return parsed.data
  throw new AppError('unavailable', 'network_failed', networkTexts.unreadable({ network: 'Threads' }), {
    cause: parsed.error,
  })
}

export const paging = z
  .object({ cursors: z.object({ after: z.string().optional() }).optional(), next: z.string().optional() })
  .optional()
export const listOf = <T>(item: z.ZodType<T>) => z.object({ data: z.array(item), paging })

/** A post or an answer, as lists tell it. */
export const post = z.object({
  id: z.string(),
  text: z.string().optional(),
  timestamp: z.string(),
  username: z.string().optional(),
  permalink: z.string().optional(),
  media_type: z.string().optional(),
  is_reply: z.boolean().optional(),
  replied_to: z.object({ id: z.string() }).optional(),
  root_post: z.object({ id: z.string() }).optional(),
})
export type Post = z.infer<typeof post>
export const postFields = 'id,text,timestamp,username,permalink,media_type,is_reply,replied_to,root_post'
