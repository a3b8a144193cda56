/** Calls to the Cloud API. */

import * as z from 'zod'
import { graphAccess, graphPlatform } from '../meta/index.ts'
import type { AppConfig } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { codes, title, unconfirmed } from './facts.ts'
import { whatsappTexts } from './texts.ts'

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
      message: whatsappTexts.onlyTemplates({ words }),
    }
  if (codes.limit.has(code))
    return {
      kind: 'limited',
      until: now + unconfirmed.limitWaitMs,
      scope: 'channel',
      reason: 'rate',
      message: networkTexts.asksToWait({ words, network: 'WhatsApp' }),
    }
  if (codes.policy.has(code))
    return { kind: 'rejected', reason: 'policy', message: networkTexts.blocked({ words, network: 'WhatsApp' }) }
  if (codes.unreachable.has(code))
    return { kind: 'rejected', reason: 'invalid', message: whatsappTexts.unreachablePerson({ words }) }
  return undefined
})

export const access = (app: AppConfig, { accessToken }: Pick<Credentials, 'accessToken'>) =>
  graphAccess(app, accessToken)
