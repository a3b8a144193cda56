/** YouTube's answers: where calls go, the shapes that are read, and what its own errors mean. */

import * as z from 'zod'
import { googlePlatform, hostOf } from '../google/index.ts'
import type { AppConfig, Refused } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { hosts, pointers, policyReasons, title, unconfirmed } from './facts.ts'
import { youtubeTexts } from './texts.ts'

export const credentials = z.object({ accessToken: z.string(), refreshToken: z.string() })
export type Credentials = z.infer<typeof credentials>

export const settings = z.object({})
export type Settings = z.infer<typeof settings>

export const youtubePlatform = googlePlatform(title, ({ reason }, words, now) => {
  if (reason === 'uploadLimitExceeded')
    return {
      kind: 'limited',
      until: now + unconfirmed.uploadLimitMs,
      scope: 'channel',
      reason: 'quota',
      message: youtubeTexts.noMoreVideos({ words }),
    }
  if (reason === 'commentsDisabled')
    return { kind: 'rejected', reason: 'permission', message: youtubeTexts.commentsOff({ words }) }
  const pointer = pointers[reason]
  if (pointer === undefined) return undefined
  return { kind: 'rejected', reason: 'invalid', message: networkTexts.refused({ words, network: 'YouTube' }), pointer }
})

type Query = Readonly<Record<string, string>>
const at = (app: AppConfig, host: string, path: string, query: Query) =>
  `${hostOf(app, host)}${path}?${new URLSearchParams({ ...query })}`

export const apiAt = (app: AppConfig, path: string, query: Query) => at(app, hosts.api, `/youtube/v3${path}`, query)
export const uploadAt = (app: AppConfig, path: string, query: Query) =>
  at(app, hosts.api, `/upload/youtube/v3${path}`, query)
export const analyticsAt = (app: AppConfig, query: Query) => at(app, hosts.analytics, '/v2/reports', query)
export const hubAt = (app: AppConfig) => `${hostOf(app, hosts.hub)}/subscribe`

/** The id in the address of a video; whose it is does not show there. */
export function externalIdOf({ hostname, pathname, searchParams }: URL): string | undefined {
  if (!/^((www|m|studio)\.)?youtube\.com$|^youtu\.be$/.test(hostname)) return undefined
  const id =
    pathname === '/watch' ? searchParams.get('v') : pathname.replace(/^\/(shorts|live|video)\//, '/').split('/')[1]
  return id !== null && id !== undefined && /^[\w-]{11}$/.test(id) ? id : undefined
}

export const videoUrl = (id: string) => `https://www.youtube.com/watch?v=${encodeURIComponent(id)}`

const privacy = z.enum(['public', 'unlisted', 'private'])

export const videos = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      status: z.object({
        uploadStatus: z.string().optional(),
        privacyStatus: privacy,
        failureReason: z.string().optional(),
        rejectionReason: z.string().optional(),
      }),
      processingDetails: z
        .object({
          processingStatus: z.string().optional(),
          processingProgress: z
            .object({ partsTotal: z.coerce.number().optional(), partsProcessed: z.coerce.number().optional() })
            .optional()
            .catch(undefined),
        })
        .optional()
        .catch(undefined),
    }),
  ),
})
export type Video = z.infer<typeof videos>['items'][number]

/** Why YouTube will never show this video, or undefined. */
export function refusedVideo({ status }: Video): Extract<Refused, { kind: 'rejected' }> | undefined {
  if (status.uploadStatus !== 'failed' && status.uploadStatus !== 'rejected') return undefined
  const why = status.rejectionReason ?? status.failureReason ?? status.uploadStatus
  const pointer = '/parts/0/media/0'
  if (why === 'duplicate')
    return {
      kind: 'rejected',
      reason: 'duplicate',
      message: youtubeTexts.sameVideo(),
      pointer,
    }
  if (policyReasons.has(why))
    return {
      kind: 'rejected',
      reason: 'policy',
      message: youtubeTexts.videoBlocked({ words: why }),
      pointer,
    }
  return {
    kind: 'rejected',
    reason: 'invalid',
    message: youtubeTexts.videoUnusable({ words: why }),
    pointer,
  }
}
