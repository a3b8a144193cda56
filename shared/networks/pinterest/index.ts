import * as z from 'zod'
import type { Connector } from '../network.ts'
import { oauthOnly } from '../oauth/index.ts'
import { type Credentials, credentials, type Settings, settings } from './api.ts'
import { measureChannel, oauth, refresh } from './connect.ts'
import { apiVersion, appFields, limits, title, unconfirmed } from './facts.ts'
import { measure, metrics } from './measure.ts'
import { find, publish, remove } from './publish.ts'
import { options, review } from './review.ts'
import { ahead, prepare } from './upload.ts'

/** Pinterest: it takes pins and tells their figures. Comments and messages have no API. */
export const pinterestConnector: Connector<Credentials, Settings> = {
  name: 'pinterest',
  title,
  apiVersion,
  app: appFields,
  capabilities: {
    reconcile: { means: 'lookup', authoritative: false, settleSeconds: 60 },
    publishes: ['pin', 'carousel', 'video_pin'],
    delete: true,
    threads: false,
    comesIn: [],
    actions: [],
    counters: Object.values(metrics),
    channelCounters: ['followers', 'posts'],
    fetchesMedia: false,
    rate: { burst: 10, perHour: unconfirmed.pinsPerHour },
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
  ahead,
  prepare,
  publish,
  postAddress: {
    example: 'https://www.pinterest.com/pin/1100000000000000000/',
    hosts: [
      'pinterest.com',
      'pinterest.fr',
      'pinterest.ca',
      'pinterest.co.uk',
      'pinterest.de',
      'pinterest.es',
      'pinterest.it',
      'pin.it',
    ],
    path: /^\/pin\/[^/]+|^\/\w+\/?$/,
  },
  externalIdOf: ({ pathname }) => /^\/pin\/(?:[^/]*--)?(\d+)(?:\/|$)/.exec(pathname)?.[1],
  find,
  remove,
  measure,
  measureChannel,
}
