/** The webhooks of a Page: Facebook's channel and Instagram's (by Facebook Login) share one subscription of the app. */
import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { ask, type Platform } from '../http/index.ts'
import type { NetworkTools } from '../network.ts'
import { required } from '../oauth/index.ts'
import { type GraphAccess, graphRequest } from './graph.ts'
import { nextPage, paging } from './paging.ts'
import { subscriptionTexts } from './subscription-texts.ts'

const subscriptions = z.object({
  data: z.array(z.object({ id: z.string(), subscribed_fields: z.array(z.string()).default([]) })),
  paging,
})
const succeeded = z.object({ success: z.literal(true) })
const pagesRead = 20

/**
 * Subscribes the app to fields of a Page, and keeps those it is subscribed to already: `POST /{page}/subscribed_apps`
 * replaces the list. Writes only if a field is missing. Needs `pages_manage_metadata`, and the app's own id: the Page lists
 * the fields of every app. `network`: whose document is named where `appId` is missing. Throws an AppError in plain words.
 * https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps
 */
export async function subscribePage(
  platform: Platform,
  tools: NetworkTools,
  network: string,
  access: GraphAccess,
  pageId: string,
  fields: readonly string[],
): Promise<void> {
  const { appId } = required(tools.app, network, 'appId')
  const path = `/${encodeURIComponent(pageId)}/subscribed_apps`
  const subscribed = new Set(await subscribedFields(platform, tools, access, path, appId))
  if (fields.every((field) => subscribed.has(field))) return
  const form = { subscribed_fields: [...new Set([...subscribed, ...fields])].join(',') }
  await ask(platform, tools, graphRequest(access, { method: 'POST', path, form }), succeeded)
}

/** What this app is subscribed to. Reads until the app is found: one that is on a later page keeps its fields too. */
async function subscribedFields(
  platform: Platform,
  tools: NetworkTools,
  access: GraphAccess,
  path: string,
  appId: string,
): Promise<readonly string[]> {
  let after: string | undefined
  for (let page = 0; page < pagesRead; page++) {
    const query = { fields: 'id,subscribed_fields', limit: '100', ...(after === undefined ? {} : { after }) }
    const answer = await ask(platform, tools, graphRequest(access, { method: 'GET', path, query }), subscriptions)
    const ours = answer.data.find(({ id }) => id === appId)
    if (ours !== undefined) return ours.subscribed_fields
    after = nextPage(answer.paging)
    if (after === undefined) return []
  }
  throw new AppError(
    'unprocessable',
    'too_many_apps',
    subscriptionTexts.tooManyApps({ network: platform.title, count: pagesRead * 100 }),
  )
}
