import * as z from 'zod'
import { appFields } from '../google/index.ts'
import type { Connector } from '../network.ts'
import { oauthOnly } from '../oauth/index.ts'
import { type Credentials, credentials, type Settings, settings } from './api.ts'
import { oauth, refresh } from './connect.ts'
import { apiVersion, limits, title, unconfirmed } from './facts.ts'
import { act, answerStates, poll } from './listen.ts'
import { channelCounters, measureChannel } from './measure.ts'
import { find, publish, remove } from './publish.ts'
import { options, review } from './review.ts'

/** Google Business Profile: a location's posts, events and offers, its reviews and its figures. */
export const googleBusiness: Connector<Credentials, Settings> = {
  name: 'google_business',
  title,
  apiVersion,
  app: appFields,
  capabilities: {
    reconcile: { means: 'lookup', authoritative: false, settleSeconds: 60 },
    publishes: ['text', 'link', 'image', 'event', 'offer'],
    delete: true,
    threads: false,
    comesIn: ['poll'],
    actions: ['reply'],
    counters: [],
    channelCounters,
    fetchesMedia: true,
    rate: { burst: unconfirmed.editsPerMinute, perHour: unconfirmed.editsPerMinute * 60 },
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
  publish,
  postAddress: {
    example: 'https://local.google.com/place?id=1&lpsid=2',
    hosts: ['google.com', 'google.fr', 'goo.gl', 'g.co', 'g.page', 'share.google', 'posts.gle'],
    path: /^\/./,
  },
  find,
  remove,
  act,
  answerStates,
  poll,
  measureChannel,
}
