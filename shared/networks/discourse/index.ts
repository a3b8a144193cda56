import type { Connector } from '../network.ts'
import { act, actions, counters, measure } from './act.ts'
import { type Credentials, credentials, type Settings, settings } from './api.ts'
import { attach, connect, credentialsInput } from './connect.ts'
import { apiVersion, appFields, limits, title, unconfirmed } from './facts.ts'
import { find, publish, remove } from './publish.ts'
import { options, review } from './review.ts'
import { ahead, prepare } from './upload.ts'

/** A Discourse forum, through an API key. */
export const discourseConnector: Connector<Credentials, Settings> = {
  name: 'discourse',
  title,
  apiVersion,
  app: appFields,
  capabilities: {
    // a topic keeps its key for good; an answer is looked up at the end of its topic
    reconcile: { means: 'own key', keyWindowSeconds: 10 * 365 * 86_400, authoritative: true, settleSeconds: 60 },
    publishes: ['topic', 'text'],
    delete: true,
    threads: false,
    comesIn: ['webhook'],
    actions,
    counters,
    channelCounters: [],
    fetchesMedia: false,
    duplicates: unconfirmed.duplicates,
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
  review,
  ahead,
  prepare,
  publish,
  postAddress: {
    example: 'https://forum.example/t/our-news/12/1',
    path: /\/(t|p)\/[^/]+/,
  },
  find,
  remove,
  act,
  measure,
}
