import type { Connector } from '../network.ts'
import { type Credentials, credentials, credentialsInput, type Settings, settings } from './account.ts'
import { act } from './act.ts'
import { connect } from './connect.ts'
import { apiVersion, keyWindowSeconds, unconfirmed } from './facts.ts'
import { poll } from './listen.ts'
import { find, publish } from './post.ts'
import { limits, options, review } from './review.ts'

/** A newsgroup on a news server. Nothing is deleted: cancels are ignored nearly everywhere, so none is promised. */
export const usenet: Connector<Credentials, Settings> = {
  name: 'usenet',
  title: 'Usenet',
  apiVersion,
  app: [],
  capabilities: {
    // The Message-ID is ours: a server takes it once, and STAT says whether it holds it.
    reconcile: { means: 'own key', keyWindowSeconds, authoritative: true, settleSeconds: 60 },
    publishes: ['text', 'link'],
    delete: false,
    threads: false,
    comesIn: ['poll'],
    actions: ['reply'],
    counters: [],
    channelCounters: [],
    fetchesMedia: false,
    rate: { burst: 5, perHour: unconfirmed.postsPerHour },
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
  poll,
  act,
}
