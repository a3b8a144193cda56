/** The webhooks of a Page: Facebook's channel and Instagram's (by Facebook Login) share one subscription of the app. */
import * as z from 'zod'
import { ask, type Platform } from '../http/index.ts'
import type { NetworkTools } from '../network.ts'
import { type GraphAccess, graphRequest } from './graph.ts'

const subscriptions = z.object({
  data: z.array(z.object({ id: z.string(), subscribed_fields: z.array(z.string()).default([]) })),
})
const succeeded = z.object({ success: z.literal(true) })

/**
 * Subscribes the app to fields of a Page, and keeps those it is subscribed to already: `POST /{page}/subscribed_apps`
 * replaces the list. Writes only if a field is missing. Needs `pages_manage_metadata`. Throws an AppError in plain words.
 * https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps
 */
export async function subscribePage(
  platform: Platform,
  tools: NetworkTools,
  access: GraphAccess,
  pageId: string,
  fields: readonly string[],
): Promise<void> {
  const path = `/${encodeURIComponent(pageId)}/subscribed_apps`
  const query = { fields: 'id,subscribed_fields' }
  const { data } = await ask(platform, tools, graphRequest(access, { method: 'GET', path, query }), subscriptions)
  // The Page may tell of other apps too. Without our app's id there is no telling them apart: then all are kept.
  const ours = data.filter(({ id }) => !tools.app.appId || id === tools.app.appId)
  const subscribed = new Set(ours.flatMap(({ subscribed_fields }) => subscribed_fields))
  if (fields.every((field) => subscribed.has(field))) return
  const form = { subscribed_fields: [...new Set([...subscribed, ...fields])].join(',') }
  await ask(platform, tools, graphRequest(access, { method: 'POST', path, form }), succeeded)
}
