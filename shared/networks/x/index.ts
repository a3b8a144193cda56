import * as z from 'zod'
import type { Connector } from '../network.ts'
import { oauthOnly } from '../oauth/index.ts'
import { act } from './act.ts'
import { type Credentials, credentials, type Settings, settings } from './api.ts'
import { app, attach, oauth, refresh } from './connect.ts'
import { apiVersion, postsPer15Minutes, unconfirmed } from './facts.ts'
import { find } from './find.ts'
import { poll } from './listen.ts'
import { measure, measureChannel } from './measure.ts'
import { publish, remove } from './publish.ts'
import { cost, limits, options, review } from './review.ts'
import { externalIdOf } from './shown.ts'
import { ahead, prepare } from './upload.ts'

/** X, formerly Twitter: its API v2, paid for by the call. */
export const x: Connector<Credentials, Settings> = {
  name: 'x',
  title: 'X',
  apiVersion,
  app,
  capabilities: {
    // See `find`: X has no idempotency key, and its lists are no proof of absence.
    reconcile: { means: 'lookup', authoritative: false, settleSeconds: 60 },
    publishes: ['text', 'link', 'image', 'images', 'video', 'poll', 'thread'],
    delete: true,
    threads: true,
    comesIn: ['webhook', 'poll'],
    actions: ['reply', 'hide', 'unhide'],
    counters: ['likes', 'comments', 'shares', 'quotes', 'saves', 'impressions', 'clicks'],
    channelCounters: ['followers', 'posts'],
    fetchesMedia: false,
    duplicates: unconfirmed.duplicates,
    rate: { burst: postsPer15Minutes / 2, perHour: postsPer15Minutes * 4 },
  },
  limits,
  credentialsInput: z.never(),
  settingsInput: settings,
  credentials,
  settings,
  options,
  connect: oauthOnly('X'),
  oauth,
  attach,
  refresh,
  review,
  cost,
  ahead,
  prepare,
  publish,
  postAddress: {
    example: 'https://x.com/bakery/status/1850000000000000000',
    hosts: ['x.com', 'twitter.com'],
    path: /^\/(i\/web|\w+)\/status\/\d+/,
  },
  find,
  remove,
  act,
  poll,
  measure,
  measureChannel,
  externalIdOf,
}
