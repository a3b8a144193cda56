import * as z from 'zod'
import { appFields } from '../google/index.ts'
import type { Connector } from '../network.ts'
import { oauthOnly } from '../oauth/index.ts'
import { act } from './act.ts'
import { type Credentials, credentials, externalIdOf, type Settings, settings } from './api.ts'
import { attach, oauth, refresh } from './connect.ts'
import { apiVersion, limits, title, uploadsPerDay } from './facts.ts'
import { poll } from './listen.ts'
import { counters, measure, measureChannel } from './measure.ts'
import { find, publish, remove } from './publish.ts'
import { options, review } from './review.ts'
import { ahead, discard, prepare } from './upload.ts'

/** YouTube: videos are uploaded ahead as private and shown at their second; comments come by polling, uploads by WebSub. */
export const youtube: Connector<Credentials, Settings> = {
  name: 'youtube',
  title,
  apiVersion,
  app: appFields,
  capabilities: {
    reconcile: { means: 'lookup', authoritative: true, settleSeconds: 60 },
    publishes: ['video', 'short', 'first_comment'],
    delete: true,
    threads: false,
    comesIn: ['webhook', 'poll'],
    pollBringsMore: true,
    actions: ['reply', 'approve', 'hold', 'reject', 'delete', 'ban'],
    counters,
    channelCounters: ['followers', 'posts', 'views'],
    fetchesMedia: false,
    rate: { burst: 10, perHour: Math.floor(uploadsPerDay / 4) },
  },
  limits,
  credentialsInput: z.never(),
  settingsInput: settings,
  credentials,
  settings,
  options,
  connect: oauthOnly(title),
  oauth,
  attach,
  refresh,
  review,
  ahead,
  prepare,
  discard,
  publish,
  postAddress: {
    example: 'https://www.youtube.com/watch?v=dQw4w9WgXcQ',
    hosts: ['youtube.com', 'youtu.be'],
    path: /^\/watch\/?\?.*v=|^\/(shorts|live|video|post)\/[\w-]+|^\/[\w-]{11}$/,
  },
  find,
  remove,
  act,
  poll,
  measure,
  measureChannel,
  externalIdOf,
}
