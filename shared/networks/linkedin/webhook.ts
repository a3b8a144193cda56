/** What LinkedIn delivers about pages. Apart from the connector and on `zod/mini`, so that the receiver's bundle stays small. */

import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'
import { AppError } from '../../kernel/errors.ts'
import { parseJson } from '../json.ts'
import type { AppConfig, WebhookReceiver } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { eventOf, notification } from './notification.ts'

const secretNames = ['clientSecret', 'previousClientSecret'] as const

/** A challenge code, as LinkedIn documents it. Nothing else is signed for whoever asks: the same key signs deliveries. */
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const delivery = z.object({ type: z.optional(z.string()), notifications: z.array(z.unknown()) })

export const linkedinWebhook: WebhookReceiver = {
  /** LinkedIn asks when a subscription is made, and every two hours. */
  handshake(method, { query }, app) {
    const { challengeCode } = query
    if (method !== 'GET' || challengeCode === undefined) return undefined
    if (!uuid.test(challengeCode))
      return { status: 403, body: 'This challengeCode is not a UUID, as LinkedIn sends it. It was not signed.' }
    const secret = app.clientSecret
    if (!secret) return { status: 403, body: 'This deployment does not know the client secret of its app at LinkedIn.' }
    return {
      status: 200,
      body: JSON.stringify({ challengeCode, challengeResponse: hex(secret, challengeCode) }),
      contentType: 'application/json; charset=utf-8',
    }
  },

  verify({ headers, body }, app: AppConfig): boolean {
    const given = /^(?:hmacsha256=)?([0-9a-f]{64})$/.exec(headers['x-li-signature'] ?? '')?.[1]
    if (given === undefined) return false
    const signature = Buffer.from(given, 'hex')
    let matched = false
    // Every secret is tried, whichever fits: the time taken tells nothing.
    for (const name of secretNames) {
      const secret = app[name]
      if (!secret) continue
      const right = createHmac('sha256', secret).update('hmacsha256=').update(body).digest()
      matched = timingSafeEqual(right, signature) || matched
    }
    return matched
  },

  /** What is not understood is left out: one strange notification must not cost the others of its delivery. */
  normalize(body) {
    const parsed = delivery.safeParse(parseJson(body))
    if (!parsed.success)
      throw new AppError('invalid', 'invalid_delivery', networkTexts.notADelivery({ network: 'LinkedIn' }))
    return parsed.data.notifications.flatMap((one) => {
      const read = notification.safeParse(one)
      const event = read.success ? eventOf(read.data) : undefined
      return read.success && event !== undefined ? [{ accountId: read.data.organizationalEntity, event }] : []
    })
  },
}

const hex = (secret: string, what: string) => createHmac('sha256', secret).update(what).digest('hex')
