import type { Connector } from '../network.ts'
import { type Credentials, credentials } from './api.ts'
import { connect, credentialsInput, measureChannel, type Settings, settings } from './connect.ts'
import { unconfirmed } from './facts.ts'
import { measure } from './measure.ts'
import { find, publish, remove } from './publish.ts'
import { limits, options, review } from './review.ts'

/** A Facebook Page. Page tokens have no fixed end and nothing to refresh them with: a dead one means connecting again. */
export const facebook: Connector<Credentials, Settings> = {
  name: 'facebook',
  title: 'Facebook',
  app: [],
  capabilities: {
    // See `find`: Facebook has no idempotency key, and its lists are no proof of absence.
    reconcile: { means: 'lookup', authoritative: false, settleSeconds: 60 },
    publishes: ['text', 'link', 'image', 'images'],
    delete: true,
    threads: false,
    comesIn: ['webhook'],
    actions: [],
    counters: ['likes', 'comments', 'shares', 'views', 'reach', 'clicks'],
    channelCounters: ['followers'],
    fetchesMedia: false,
    rate: { burst: 10, perHour: unconfirmed.postsPerHour },
  },
  limits,
  credentialsInput,
  settingsInput: settings,
  credentials,
  settings,
  options,
  connect,
  review,
  publish,
  find,
  remove,
  measure,
  measureChannel,
}
