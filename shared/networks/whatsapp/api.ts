/** Calls to the Cloud API. */
import * as z from 'zod'
import { graphAccess, graphPlatform } from '../meta/index.ts'
import type { AppConfig } from '../network.ts'
import { codes, title, unconfirmed } from './facts.ts'

export const credentials = z.object({
  /** Of the number, not the number itself. */
  phoneNumberId: z.string(),
  businessAccountId: z.string(),
  accessToken: z.string(),
})
export type Credentials = z.infer<typeof credentials>
export const settings = z.object({})
export type Settings = z.infer<typeof settings>

export const whatsapp = graphPlatform(title, ({ code }, words, now) => {
  if (codes.window.has(code))
    return {
      kind: 'rejected',
      reason: 'policy',
      message: `WhatsApp takes only templates now, for more than 24 hours have passed since the person wrote: ${words}.`,
    }
  if (codes.limit.has(code))
    return {
      kind: 'limited',
      until: now + unconfirmed.limitWaitMs,
      scope: 'channel',
      reason: 'rate',
      message: `WhatsApp asks to wait: ${words}.`,
    }
  if (codes.policy.has(code))
    return { kind: 'rejected', reason: 'policy', message: `WhatsApp blocked it under its rules: ${words}.` }
  if (codes.unreachable.has(code))
    return { kind: 'rejected', reason: 'invalid', message: `WhatsApp cannot reach this person: ${words}.` }
  return undefined
})

export const access = (app: AppConfig, { accessToken }: Pick<Credentials, 'accessToken'>) =>
  graphAccess(app, accessToken)
