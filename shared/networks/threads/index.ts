import * as z from 'zod'
import type { Connector } from '../network.ts'
import { oauthOnly } from '../oauth/index.ts'
import { type Credentials, credentials, type Settings, settings } from './api.ts'
import { measureChannel, oauth, refresh } from './connect.ts'
import { ahead } from './containers.ts'
import { apiVersion, appFields, limits, title, unconfirmed } from './facts.ts'
import { act, counters, measure, poll } from './listen.ts'
import { find, prepare, publish, remove } from './publish.ts'
import { options, review } from './review.ts'

/** A profile on Threads. */
export const threadsConnector: Connector<Credentials, Settings> = {
  name: 'threads',
  title,
  apiVersion,
  app: appFields,
  capabilities: {
    // A container is published once, and tells whether it was.
    reconcile: { means: 'lookup', authoritative: true, settleSeconds: 60 },
    publishes: ['text', 'link', 'image', 'video', 'carousel', 'poll', 'thread'],
    delete: true,
    threads: true,
    comesIn: ['webhook', 'poll'],
    actions: ['reply', 'hide', 'unhide'],
    counters,
    channelCounters: ['followers', 'views'],
    fetchesMedia: true,
    rate: { burst: 10, perHour: unconfirmed.postsPerHour },
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
    example: 'https://www.threads.com/@bakery/post/DCabcdefghi',
    hosts: ['threads.com', 'threads.net'],
    path: /^\/(@[^/]+\/post|t)\/[^/]+/,
  },
  find,
  remove,
  act,
  poll,
  measure,
  measureChannel,
}
