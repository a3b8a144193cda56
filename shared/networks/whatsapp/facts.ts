/** What the Cloud API's OpenAPI description (v23.0) says of WhatsApp, in one place. */
import type { AppField, Limits } from '../network.ts'

export const title = 'WhatsApp'

export const appFields: readonly AppField[] = [
  {
    name: 'appSecret',
    description: 'App Dashboard → App settings → Basic → App secret: deliveries are signed with it',
  },
  {
    name: 'previousAppSecret',
    description: 'The secret before a reset, while deliveries may still be signed with it',
    optional: true,
  },
  { name: 'verifyToken', description: 'A text of your own; the same in App Dashboard → WhatsApp → Configuration' },
]

/** Error codes by what they mean here alone; the rest is Meta's. [K] but for 80007 and 132000. */
export const codes = {
  /** More than 24 hours since the person wrote. */
  window: new Set([131_047]),
  /** Too many messages to one person, to many, or of a number whose quality is low. */
  limit: new Set([131_056, 131_048]),
  policy: new Set([131_031, 131_049, 130_497]),
  unreachable: new Set([131_026]),
}

export const windowMs = 24 * 3600_000
export const textMax = 4096

/** WhatsApp is no place to publish: what is written to it is answered. */
export const limits: Limits = { text: { max: textMax, unit: 'characters' }, media: { maxCount: 0 }, maxParts: 1 }

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  messagesPerHour: 1000,
  limitWaitMs: 60_000,
}
