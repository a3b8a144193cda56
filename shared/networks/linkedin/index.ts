import * as z from 'zod'
import type { Connector } from '../network.ts'
import { oauthOnly } from '../oauth/index.ts'
import { act } from './act.ts'
import { type Credentials, credentials, type Settings, settings } from './api.ts'
import { app, attach, oauth, refresh } from './connect.ts'
import { apiVersion, retention, unconfirmed } from './facts.ts'
import { measure, measureChannel } from './measure.ts'
import { poll } from './poll.ts'
import { find, publish, remove } from './publish.ts'
import { ahead, prepare } from './ready.ts'
import { limits, options, review } from './review.ts'

/** Pages of organizations on LinkedIn, through its Community Management API. */
export const linkedin: Connector<Credentials, Settings> = {
  name: 'linkedin',
  title: 'LinkedIn',
  apiVersion,
  app,
  capabilities: {
    // See `find` and `publish`: what it refuses as a duplicate it names, but its lists are no proof of absence.
    reconcile: { means: 'lookup', authoritative: false, settleSeconds: 60 },
    publishes: ['text', 'link', 'article', 'image', 'images', 'video', 'document', 'poll'],
    delete: true,
    threads: false,
    comesIn: ['webhook', 'poll'],
    actions: ['reply', 'delete'],
    counters: ['likes', 'comments', 'shares', 'clicks', 'impressions', 'reach'],
    channelCounters: ['followers', 'impressions', 'clicks'],
    fetchesMedia: false,
    duplicates: unconfirmed.duplicates,
    rate: { burst: 10, perHour: unconfirmed.postsPerHour },
    retention,
  },
  limits,
  credentialsInput: z.never(),
  settingsInput: settings,
  credentials,
  settings,
  options,
  connect: oauthOnly('LinkedIn'),
  oauth,
  attach,
  refresh,
  review,
  ahead,
  prepare,
  publish,
  postAddress: {
    example: 'https://www.linkedin.com/feed/update/urn:li:share:7250000000000000000',
    hosts: ['linkedin.com', 'lnkd.in'],
    path: /^\/(feed\/update|posts|pulse|embed\/feed\/update|events|newsletters)\/.+|^\/[\w-]{5,}\/?$/,
  },
  externalIdOf: ({ pathname }) => /^\/feed\/update\/(urn:li:(?:share|ugcPost):\d+)(?:\/|$)/.exec(pathname)?.[1],
  find,
  remove,
  act,
  poll,
  measure,
  measureChannel,
}
