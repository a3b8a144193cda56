import * as z from 'zod'
import type { Connector } from '../network.ts'
import { oauthOnly } from '../oauth/index.ts'
import { type Credentials, credentials, type Settings, settings } from './api.ts'
import { measureChannel, oauth, refresh } from './connect.ts'
import { apiVersion, appFields, limits, title, unconfirmed } from './facts.ts'
import { act, counters, measure, poll } from './listen.ts'
import { find, publish } from './publish.ts'
import { options, review } from './review.ts'
import { ahead, prepare } from './upload.ts'

/** TikTok: Content Posting and Display APIs; comments by its API for Business where the account has it. */
export const tiktokConnector: Connector<Credentials, Settings> = {
  name: 'tiktok',
  title,
  apiVersion,
  app: appFields,
  capabilities: {
    reconcile: { means: 'lookup', authoritative: false, settleSeconds: 120 },
    publishes: ['video', 'images'],
    delete: false,
    threads: false,
    comesIn: ['webhook', 'poll'],
    // hooks tell what becomes of posts; comments are polled
    pollBringsMore: true,
    actions: ['reply', 'hide', 'unhide', 'delete'],
    counters,
    channelCounters: ['followers', 'posts'],
    fetchesMedia: true,
    rate: { burst: 5, perHour: unconfirmed.postsPerHour },
  },
  limits,
  credentialsInput: z.never(),
  settingsInput: settings,
  credentials,
  settings,
  options,
  connect: oauthOnly(title),
  oauth,
  refresh,
  review,
  ahead,
  prepare,
  publish,
  postAddress: {
    example: 'https://www.tiktok.com/@bakery/video/7430000000000000000',
    hosts: ['tiktok.com'],
    path: /^\/@[^/]+\/(video|photo)\/\d+|^\/(t\/)?\w+\/?$/,
  },
  externalIdOf: ({ pathname }, { handle }) => {
    const [, author, id] = /^\/@([^/]+)\/video\/(\d+)(?:\/|$)/.exec(pathname) ?? []
    return author?.toLowerCase() === handle.replace(/^@/, '').toLowerCase() ? id : undefined
  },
  find,
  act,
  poll,
  measure,
  measureChannel,
}
