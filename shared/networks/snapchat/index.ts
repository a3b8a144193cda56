import * as z from 'zod'
import type { Connector } from '../network.ts'
import { oauthOnly } from '../oauth/index.ts'
import { type Credentials, credentials, type Settings, settings } from './api.ts'
import { measureChannel, oauth, refresh } from './connect.ts'
import { apiVersion, appFields, limits, title, unconfirmed } from './facts.ts'
import { counters, measure } from './measure.ts'
import { publish } from './publish.ts'
import { options, review } from './review.ts'
import { ahead, prepare } from './upload.ts'

/** Snapchat: the Public Profile API, for apps that Snap has put on its list. It has no comments and no messages. */
export const snapchatConnector: Connector<Credentials, Settings> = {
  name: 'snapchat',
  title,
  apiVersion,
  app: appFields,
  capabilities: {
    // lists of posts are not described in the documents at hand, and a story is answered without an id
    reconcile: { means: 'none', authoritative: false, settleSeconds: 0 },
    publishes: ['story', 'saved_story', 'spotlight'],
    delete: false,
    threads: false,
    comesIn: [],
    actions: [],
    counters,
    channelCounters: ['followers'],
    fetchesMedia: false,
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
    example: 'https://www.snapchat.com/spotlight/W7_EDlXWTBiXAEEniNoMPwAA',
    hosts: ['snapchat.com'],
    path: /^\/(spotlight|add|p|t|lens|@[^/]+)\/.+/,
  },
  measure,
  measureChannel,
}
