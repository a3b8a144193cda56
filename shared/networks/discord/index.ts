import type { Connector } from '../network.ts'
import { type Credentials, credentials, type Settings, settings } from './api.ts'
import { connect, credentialsInput, measureChannel, settingsInput } from './connect.ts'
import { apiVersion, appFields, limits, title, unconfirmed } from './facts.ts'
import { act, counters, measure, poll } from './listen.ts'
import { find, publish, remove } from './publish.ts'
import { options, review } from './review.ts'

/** A channel or forum of a Discord server, through a bot; or a webhook, which only writes. */
export const discordConnector: Connector<Credentials, Settings> = {
  name: 'discord',
  title,
  apiVersion,
  app: appFields,
  capabilities: {
    // a bot reads its own channel; what it does not find there is not there
    reconcile: { means: 'lookup', authoritative: true, settleSeconds: 30 },
    publishes: ['text', 'link', 'image', 'images', 'video', 'poll', 'topic'],
    delete: true,
    threads: false,
    comesIn: ['webhook', 'poll'],
    // hooks tell of commands alone; what is written in the channel is polled
    pollBringsMore: true,
    actions: ['reply', 'delete'],
    counters,
    channelCounters: ['followers'],
    fetchesMedia: false,
    rate: { burst: 5, perHour: unconfirmed.messagesPerHour },
  },
  limits,
  credentialsInput,
  settingsInput,
  credentials,
  settings,
  options,
  connect,
  review,
  publish,
  postAddress: {
    example: 'https://discord.com/channels/110000000000000001/110000000000000002/110000000000000003',
    hosts: ['discord.com', 'discordapp.com'],
    path: /^\/channels\/\d+\/\d+\/\d+/,
  },
  find,
  remove,
  act,
  poll,
  measure,
  measureChannel,
}
