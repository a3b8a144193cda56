/** Calls to the Graph API as a Page. */

import * as z from 'zod'
import { attempt, read, type Tried } from '../http/index.ts'
import { type GraphRequest, graphAccess, graphPlatform, graphRequest, graphVersion } from '../meta/index.ts'
import type { ChannelCall } from '../network.ts'
import { networkTexts } from '../texts.ts'
import type { Settings } from './connect.ts'

export const credentials = z.object({ pageId: z.string(), accessToken: z.string() })
export type Credentials = z.infer<typeof credentials>
export type Call = ChannelCall<Credentials, Settings>

export const platform = graphPlatform('Facebook')

const requestOf = (call: Call, request: GraphRequest, host?: string) => {
  const access = graphAccess(call.app, call.credentials.current().accessToken)
  return graphRequest(host === undefined ? access : { ...access, url: `${host}/${graphVersion.name}` }, request)
}

/** Never throws for what the network does. `visible`: whether the call makes something visible. `host`: not the usual one. */
export const attemptAs = (call: Call, request: GraphRequest, visible: boolean, host?: string): Promise<Tried> =>
  attempt(platform, call, requestOf(call, request, host), { visible })

/** Reads and parses. Throws an AppError that says what became of it; undefined where the object is gone. */
export const readAs = <T>(call: Call, request: Omit<GraphRequest, 'method'>, schema: z.ZodType<T>) =>
  read(platform, call, requestOf(call, { method: 'GET', ...request }), schema)

/** A list of the Graph API. */
export const listOf = <T>(item: z.ZodType<T>) => z.object({ data: z.array(item), paging })
export const paging = z
  .object({ cursors: z.object({ after: z.string().optional() }).optional(), next: z.string().optional() })
  .optional()

/** Where a list goes on; undefined at its end. */
export const afterOf = (list: { readonly paging?: z.infer<typeof paging> }): string | undefined =>
  list.paging?.next === undefined ? undefined : list.paging.cursors?.after

export const created = z.object({ id: z.string() })

export const urlOf = (id: string) => `https://www.facebook.com/${id}`
export const unreadable = networkTexts.unreadable({ network: 'Facebook' })
