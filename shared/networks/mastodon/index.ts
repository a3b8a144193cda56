import type { Connector } from '../network.ts'
import { act } from './act.ts'
import { type Credentials, credentials } from './api.ts'
import { connect, credentialsInput, defaultLimits, type Settings, settings, settingsInput } from './connect.ts'
import { keyWindowSeconds, unconfirmed } from './facts.ts'
import { measure, measureChannel, poll } from './listen.ts'
import { oauth } from './oauth.ts'
import { find, publish, remove } from './publish.ts'
import { options, review } from './review.ts'
import { ahead, prepare } from './upload.ts'

/** Mastodon, and servers that speak its API. Tokens do not expire by themselves, so there is nothing to refresh. */
export const mastodon: Connector<Credentials, Settings> = {
  name: 'mastodon',
  title: 'Mastodon',
  app: [],
  capabilities: {
    // The key is what proves: it is kept an hour, written after the status and, in current releases, under a lock. A lost
    // answer is looked up first all the same, and given a minute: older releases take two at once, and other software
    // that speaks this API may not know the key at all.
    reconcile: { means: 'own key', keyWindowSeconds, authoritative: false, settleSeconds: 60 },
    publishes: ['text', 'link', 'image', 'images', 'video', 'poll', 'thread'],
    delete: true,
    threads: true,
    comesIn: ['poll'],
    actions: ['reply'],
    counters: ['likes', 'comments', 'shares', 'quotes'],
    channelCounters: ['followers'],
    fetchesMedia: false,
    rate: { burst: 30, perHour: unconfirmed.statusesPerHour },
  },
  limits: defaultLimits,
  credentialsInput,
  settingsInput,
  credentials,
  settings,
  options,
  connect,
  oauth,
  review,
  ahead,
  prepare,
  publish,
  postAddress: {
    example: 'https://mastodon.example/@bakery/113500000000000001',
    path: /^\/(@[^/]+|users\/[^/]+\/statuses)\/\d+|^\/(web|deck)\/.+/,
  },
  find,
  remove,
  act,
  poll,
  measure,
  measureChannel,
  externalIdOf: ({ href }, { url }) =>
    url !== undefined && href.startsWith(`${url}/`)
      ? /^\d+(?=[/?#]|$)/.exec(href.slice(url.length + 1))?.[0]
      : undefined,
}
