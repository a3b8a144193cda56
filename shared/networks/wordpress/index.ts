import { options } from '../articles/index.ts'
import type { Connector } from '../network.ts'
import { act, actions } from './act.ts'
import { type Credentials, credentials, type Settings, settings, settingsInput } from './api.ts'
import { connect, credentialsInput } from './connect.ts'
import { ahead, discard, prepare } from './draft.ts'
import { apiVersion, appFields, limits, title, unconfirmed } from './facts.ts'
import { poll } from './listen.ts'
import { find, publish, remove } from './publish.ts'
import { review } from './review.ts'

/** A WordPress site, through its REST API and an application password. */
export const wordpressConnector: Connector<Credentials, Settings> = {
  name: 'wordpress',
  title,
  apiVersion,
  app: appFields,
  capabilities: {
    // the draft is there before its second, and its state tells
    reconcile: { means: 'lookup', authoritative: true, settleSeconds: 60 },
    publishes: ['article'],
    delete: true,
    threads: false,
    comesIn: ['poll'],
    actions,
    counters: [],
    channelCounters: [],
    fetchesMedia: false,
    rate: { burst: 10, perHour: unconfirmed.callsPerHour },
  },
  limits,
  credentialsInput,
  settingsInput,
  credentials,
  settings,
  options,
  connect,
  review,
  ahead,
  prepare,
  discard,
  publish,
  postAddress: {
    example: 'https://blog.example/2026/12/our-news/',
    path: /^\/./,
  },
  find,
  remove,
  act,
  poll,
}
