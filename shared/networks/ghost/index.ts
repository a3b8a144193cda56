import { options, reviewArticle } from '../articles/index.ts'
import type { Connector } from '../network.ts'
import { type Credentials, credentials, type Settings, settings } from './api.ts'
import { attach, connect, credentialsInput, measureChannel } from './connect.ts'
import { ahead, discard, prepare } from './draft.ts'
import { apiVersion, appFields, limits, title, unconfirmed } from './facts.ts'
import { find, publish, remove } from './publish.ts'

/** A Ghost site, through its Admin API. Comments have no API there: nothing of them is declared. */
export const ghostConnector: Connector<Credentials, Settings> = {
  name: 'ghost',
  title,
  apiVersion,
  app: appFields,
  capabilities: {
    // the draft is there before its second, and its state tells
    reconcile: { means: 'lookup', authoritative: true, settleSeconds: 60 },
    publishes: ['article'],
    delete: true,
    threads: false,
    comesIn: ['webhook'],
    actions: [],
    counters: [],
    channelCounters: ['followers'],
    fetchesMedia: false,
    rate: { burst: 10, perHour: unconfirmed.callsPerHour },
  },
  limits,
  credentialsInput,
  settingsInput: settings,
  credentials,
  settings,
  options,
  connect,
  attach,
  review: (content, given) => reviewArticle(title, content, given),
  ahead,
  prepare,
  discard,
  publish,
  postAddress: {
    example: 'https://blog.example/our-news/',
    path: /^\/./,
  },
  find,
  remove,
  measureChannel,
}
