/** What Meta's deliveries share. On `zod/mini`, so that the receiver's bundle stays small. */

import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'
import { AppError } from '../../kernel/errors.ts'
import { parseJson } from '../json.ts'
import type { AppConfig, RawDelivery, WebhookReceiver } from '../network.ts'
import { metaTexts } from './texts.ts'

const signatureOf = /^sha256=([0-9a-f]{64})$/

/**
 * The handshake (`hub.*`, against the document's `verifyToken`) and the signature over the raw body
 * (`X-Hub-Signature-256`), with every secret of the app's document that is named.
 */
export function metaReceiver(secretNames: readonly string[]): Required<Pick<WebhookReceiver, 'handshake' | 'verify'>> {
  return {
    handshake(method, { query }, app) {
      const mode = query['hub.mode']
      if (method !== 'GET' || mode === undefined) return undefined
      const expected = app.verifyToken ?? ''
      if (mode !== 'subscribe' || expected === '' || !sameText(query['hub.verify_token'] ?? '', expected))
        return { status: 403, body: 'The verify token is not the one this deployment knows.' }
      return { status: 200, body: query['hub.challenge'] ?? '' }
    },

    verify({ headers, body }: RawDelivery, app: AppConfig): boolean {
      const given = signatureOf.exec(headers['x-hub-signature-256'] ?? '')?.[1]
      if (given === undefined) return false
      const signature = Buffer.from(given, 'hex')
      let matched = false
      // Every secret is tried, whichever fits: the time taken tells nothing.
      for (const name of secretNames) {
        const secret = app[name]
        if (secret) matched = timingSafeEqual(createHmac('sha256', secret).update(body).digest(), signature) || matched
      }
      return matched
    },
  }
}

/** Compares digests, so that neither content nor length shows in the time taken. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

const envelope = z.object({
  object: z.string(),
  entry: z.array(
    z.object({
      id: z.string(),
      /** Seconds, of messages milliseconds; WhatsApp tells none. */
      time: z.optional(z.number()),
      changes: z.optional(z.array(z.object({ field: z.string(), value: z.unknown() }))),
      messaging: z.optional(z.array(z.unknown())),
    }),
  ),
})
export type Entry = z.infer<typeof envelope>['entry'][number]

/** The entries of a delivery about `object` (`page`, `instagram`, `whatsapp_business_account`). Throws `invalid_delivery`. */
export function entriesOf(body: Uint8Array, object: string): readonly Entry[] {
  const parsed = envelope.safeParse(parseJson(body))
  if (!parsed.success || parsed.data.object !== object)
    throw new AppError('invalid', 'invalid_delivery', metaTexts.otherDelivery({ object }))
  return parsed.data.entry
}

/** Times come in seconds, in places in milliseconds. */
export const milliseconds = (given: number) => (given > 1e11 ? given : given * 1000)
