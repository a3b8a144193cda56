/** Calls to Instagram, by either login. */

import * as z from 'zod'
import type { Message } from '../../i18n/index.ts'
import { attempt, read, type Tried } from '../http/index.ts'
import {
  type GraphAccess,
  type GraphError,
  type GraphRequest,
  graphAccess,
  graphPlatform,
  graphRequest,
  graphVersion,
} from '../meta/index.ts'
import type { AppConfig, ChannelCall, NetworkTools, Refused } from '../network.ts'
import { networkTexts } from '../texts.ts'
import type { Settings } from './connect.ts'
import { apiUrl, subcodes, unconfirmed } from './facts.ts'
import { instagramTexts } from './texts.ts'

export const flavour = z.enum(['facebook', 'instagram'])
export const credentials = z.object({
  /** How the person agreed: through the account's Facebook Page, or on Instagram itself. */
  flavour,
  userId: z.string(),
  accessToken: z.string(),
  /** Of Facebook Login: messages go through the Page. */
  pageId: z.string().optional(),
  /** Of Instagram Login: when the token was given, and when it ends (ms). */
  renewedAt: z.number().optional(),
  endsAt: z.number().optional(),
})
export type Credentials = z.infer<typeof credentials>
export type Call = ChannelCall<Credentials, Settings>

/** What errors of publishing mean here and nowhere else at Meta's. */
export function publishMeaning(subcode: number | undefined, words: Message, now: number): Refused | undefined {
  if (subcode === undefined) return undefined
  if (subcodes.quota.has(subcode))
    return {
      kind: 'limited',
      reason: 'quota',
      scope: 'channel',
      until: now + unconfirmed.quotaWaitMs,
      message: instagramTexts.quotaUsed({ words }),
    }
  if (subcodes.policy.has(subcode))
    return { kind: 'rejected', reason: 'policy', message: networkTexts.blocked({ words, network: 'Instagram' }) }
  if (subcodes.media.has(subcode)) return invalid('/parts/0/media', instagramTexts.filesRefused({ words }))
  if (subcodes.text.has(subcode)) return invalid('/parts/0/text', instagramTexts.textRefused({ words }))
  if (subcodes.transient.has(subcode))
    return { kind: 'unknown', message: networkTexts.failedThere({ words, network: 'Instagram' }) }
  // Said before anything was published: what is rebuilt or waited for is surely not there.
  if (subcodes.rebuild.has(subcode) || subcode === subcodes.notReady)
    return { kind: 'transient', message: instagramTexts.containerRefused({ words }) }
  return undefined
}

const invalid = (pointer: string, message: Message): Refused => ({
  kind: 'rejected',
  reason: 'invalid',
  pointer,
  message,
})

export const platform = graphPlatform('Instagram', (error: GraphError, words, now) =>
  publishMeaning(error.error_subcode, words, now),
)

export function accessOf(app: AppConfig, as: Pick<Credentials, 'flavour' | 'accessToken'>): GraphAccess {
  if (as.flavour === 'facebook') return graphAccess(app, as.accessToken)
  return { url: `${app.apiUrl ?? apiUrl}/${graphVersion.name}`, accessToken: as.accessToken }
}

export const requestAs = (tools: Pick<NetworkTools, 'app'>, as: Credentials, request: GraphRequest) =>
  graphRequest(accessOf(tools.app, as), request)

/** Never throws for what the network does. `visible`: whether the call makes something visible. */
export const attemptAs = (call: Call, request: GraphRequest, visible: boolean): Promise<Tried> =>
  attempt(platform, call, requestAs(call, call.credentials.current(), request), { visible })

/** Reads and parses. Throws an AppError that says what became of it; undefined where the object is gone. */
export const readAs = <T>(call: Call, request: Omit<GraphRequest, 'method'>, schema: z.ZodType<T>) =>
  read(platform, call, requestAs(call, call.credentials.current(), { method: 'GET', ...request }), schema)

export const created = z.object({ id: z.string() })
export const unreadable = networkTexts.unreadable({ network: 'Instagram' })

export const paging = z
  .object({ cursors: z.object({ after: z.string().optional() }).optional(), next: z.string().optional() })
  .optional()
export const listOf = <T>(item: z.ZodType<T>) => z.object({ data: z.array(item), paging })
