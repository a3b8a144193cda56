/** What a Ghost site delivers. Apart from the connector and on `zod/mini`, so that the receiver's bundle stays small. */

import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'
import { AppError } from '../../kernel/errors.ts'
import { parseJson } from '../json.ts'
import type { InboundEvent, WebhookReceiver } from '../network.ts'
import { networkTexts } from '../texts.ts'

const side = z.object({
  id: z.optional(z.string()),
  status: z.optional(z.string()),
  updated_at: z.optional(z.nullable(z.string())),
  url: z.optional(z.string()),
})
const delivery = z.object({ post: z.object({ current: side, previous: z.optional(side) }) })

/** `sha256=<hex>, t=<ms>` over the body with the time behind it (webhook-trigger.js). */
const signature = /^sha256=([0-9a-f]{64}), t=(\d{1,16})$/

export const ghostWebhook: WebhookReceiver = {
  perSubject: true,

  verify({ headers, body }, { hookSecret = '' }) {
    const [, given, time] = signature.exec(headers['x-ghost-signature'] ?? '') ?? []
    if (given === undefined || time === undefined || hookSecret === '') return false
    const expected = createHmac('sha256', hookSecret).update(body).update(time).digest()
    return timingSafeEqual(Buffer.from(given, 'hex'), expected)
  },

  /** What the delivery is about stands in what it holds: of what was deleted only `previous` is left. */
  normalize(body, subject = '') {
    const parsed = delivery.safeParse(parseJson(body))
    if (!parsed.success)
      throw new AppError('invalid', 'invalid_delivery', networkTexts.notADelivery({ network: 'Ghost' }))
    const { current, previous = {} } = parsed.data.post
    const id = current.id ?? previous.id
    const state = stateOf(current, previous)
    if (id === undefined || state === undefined) return []
    const at = Date.parse(current.updated_at ?? previous.updated_at ?? '')
    const event: InboundEvent = {
      kind: 'post_state',
      action: state === 'gone' ? 'deleted' : 'created',
      state,
      externalId: id,
      postExternalId: id,
      at: Number.isNaN(at) ? 0 : at,
      ...(current.url === undefined ? {} : { url: current.url }),
    }
    return [{ accountId: subject, event }]
  },
}

type Side = z.infer<typeof side>

function stateOf(current: Side, previous: Side): 'live' | 'gone' | undefined {
  if (current.status === 'published') return 'live'
  // a draft that is edited or deleted was never there for anybody
  return previous.status === 'published' ? 'gone' : undefined
}
