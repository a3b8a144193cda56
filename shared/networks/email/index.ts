import type { Connector } from '../network.ts'
import { type Credentials, credentials, credentialsInput, type Settings, settings } from './account.ts'
import { act, postman } from './act.ts'
import { connect } from './connect.ts'
import { apiVersion, keyWindowSeconds, unconfirmed } from './facts.ts'
import { poll } from './listen.ts'
import { find, measure, publish } from './publish.ts'
import { limits, options, review } from './review.ts'

/**
 * Mail: newsletters to lists of ours, and a mailbox such as contact@. Sends by SMTP everywhere: SES has an SMTP
 * interface with the same limits, events and headers as its API, so that one machine and AWS do the very same thing.
 */
export const email: Connector<Credentials, Settings> = {
  name: 'email',
  title: 'Email',
  apiVersion,
  app: [
    {
      name: 'topicArns',
      description:
        'The ARNs of the SNS topics that SES tells of bounces and complaints by, parted by commas. See docs/networks/email.md.',
      optional: true,
    },
  ],
  capabilities: {
    // An issue is an item of our own table under the publication's key: it is there, or it is not.
    reconcile: { means: 'own key', keyWindowSeconds, authoritative: true, settleSeconds: 0 },
    publishes: ['newsletter'],
    delete: false,
    threads: false,
    comesIn: ['poll'],
    actions: ['reply'],
    counters: ['delivered', 'clicks', 'opens', 'bounces', 'complaints', 'unsubscribes'],
    channelCounters: [],
    fetchesMedia: false,
    rate: { burst: 50, perHour: unconfirmed.answersPerHour },
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
  postman,
  act,
  poll,
  measure,
}
