import type { Connector } from '../network.ts'
import { act, counters, measure } from './act.ts'
import { type Credentials, credentials, type Settings, settings } from './api.ts'
import { attach, connect, credentialsInput, measureChannel } from './connect.ts'
import { apiVersion, appFields, limits, title, unconfirmed } from './facts.ts'
import { publish, remove } from './publish.ts'
import { options, review } from './review.ts'

/** A Telegram channel with its discussion group, through a bot that administers both. */
export const telegramConnector: Connector<Credentials, Settings> = {
  name: 'telegram',
  title,
  apiVersion,
  app: appFields,
  capabilities: {
    // no key of ours, and bots cannot read what stands in a channel
    reconcile: { means: 'none', authoritative: false, settleSeconds: 0 },
    publishes: ['text', 'link', 'image', 'images', 'video'],
    delete: true,
    threads: false,
    comesIn: ['webhook'],
    actions: ['reply', 'delete', 'ban'],
    counters,
    channelCounters: ['followers'],
    fetchesMedia: false,
    rate: { burst: 5, perHour: unconfirmed.messagesPerHour },
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
  publish,
  postAddress: {
    example: 'https://t.me/bakery/12',
    hosts: ['t.me', 'telegram.me', 'telegram.dog'],
    path: /^\/(c\/|s\/)?\w+\/\d+/,
  },
  remove,
  act,
  measure,
  measureChannel,
}
