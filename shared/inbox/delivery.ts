import * as z from 'zod'

/**
 * A raw delivery on the ingest queue, verified before it was put there. The body is in the message (base64), or in the
 * bucket under `key` where it is too large for one.
 */
export const deliveryMessage = z.object({
  network: z.string(),
  /** Whose hook it came to, for networks whose every account has its own. */
  subject: z.string().optional(),
  receivedAt: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
  key: z.string().startsWith('ingest/').optional(),
})
export type DeliveryMessage = z.infer<typeof deliveryMessage>
