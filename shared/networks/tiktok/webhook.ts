/** What TikTok tells: how publications go on, and that an account took its permission back. On `zod/mini`. */

import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'
import { AppError } from '../../kernel/errors.ts'
import { idText, parseJson } from '../json.ts'
import type { InboundEvent, WebhookReceiver } from '../network.ts'
import { networkTexts } from '../texts.ts'

const secretNames = ['clientSecret', 'previousClientSecret'] as const
const signatureOf = /^t=(\d{1,12}),s=([0-9a-f]{64})$/

const delivery = z.object({
  event: z.string(),
  create_time: z.number(),
  user_openid: z.string(),
  content: z.optional(z.string()),
})
const content = z.object({ publish_id: z.optional(idText), post_id: z.optional(idText) })

const states: Readonly<Record<string, string>> = {
  'post.publish.complete': 'live',
  'post.publish.publicly_available': 'live',
  'post.publish.no_longer_publicaly_available': 'gone',
  'post.publish.failed': 'failed',
}

export const tiktokWebhook: WebhookReceiver = {
  verify({ headers, body }, app) {
    const match = signatureOf.exec(headers['tiktok-signature'] ?? '')
    if (match === null) return false
    const [, time = '', given = ''] = match
    const signature = Buffer.from(given, 'hex')
    let matched = false
    // Every secret is tried, whichever fits: the time taken tells nothing.
    for (const name of secretNames) {
      const secret = app[name]
      if (!secret) continue
      const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest()
      matched = timingSafeEqual(expected, signature) || matched
    }
    return matched
  },

  normalize(body) {
    const parsed = delivery.safeParse(parseJson(body))
    if (!parsed.success)
      throw new AppError('invalid', 'invalid_delivery', networkTexts.notADelivery({ network: 'TikTok' }))
    const { event, create_time: time, user_openid: accountId } = parsed.data
    const at = time * 1000
    if (event === 'authorization.removed')
      return [{ accountId, event: { kind: 'deauthorized', action: 'created', externalId: `${accountId}/${time}`, at } }]
    const state = states[event]
    const about = content.safeParse(parseJson(parsed.data.content ?? ''))
    const id = about.success ? (about.data.post_id ?? about.data.publish_id) : undefined
    if (state === undefined || id === undefined) return []
    const told: InboundEvent = {
      kind: 'post_state',
      action: state === 'live' ? 'created' : 'deleted',
      externalId: id,
      postExternalId: id,
      state,
      at,
    }
    return [{ accountId, event: told }]
  },
}
