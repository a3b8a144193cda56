import * as z from 'zod'
import type { Connector } from '../network.ts'
import { act } from './act.ts'
import { externalIdOf } from './address.ts'
import { type Credentials, credentials, type Settings, settings } from './api.ts'
import { createsPerHour, keyWindowSeconds } from './facts.ts'
import { measure, measureChannel, poll } from './listen.ts'
import { find, publish, remove } from './publish.ts'
import { limits, options, review } from './review.ts'
import { connect, credentialsInput, refresh } from './session.ts'
import { ahead, prepare } from './upload.ts'

/** Bluesky, and any server of the AT protocol that holds the account's repository. */
export const bluesky: Connector<Credentials, Settings> = {
  name: 'bluesky',
  title: 'Bluesky',
  app: [],
  capabilities: {
    // The record key is ours: the repository cannot hold two records under it, and says at once whether it holds one.
    reconcile: { means: 'own key', keyWindowSeconds, authoritative: true, settleSeconds: 30 },
    publishes: ['text', 'link', 'image', 'images', 'gallery', 'video', 'thread'],
    delete: true,
    threads: true,
    comesIn: ['poll'],
    actions: ['reply', 'hide', 'unhide'],
    counters: ['likes', 'comments', 'shares', 'quotes', 'saves'],
    channelCounters: ['followers'],
    fetchesMedia: false,
    rate: { burst: 30, perHour: createsPerHour },
  },
  limits,
  credentialsInput,
  settingsInput: z.object({}),
  credentials,
  settings,
  options,
  connect,
  refresh,
  review,
  ahead,
  prepare,
  publish,
  postAddress: {
    example: 'https://bsky.app/profile/bakery.bsky.social/post/3lbxyzabcde2k',
    hosts: ['bsky.app'],
    path: /^\/profile\/[^/]+\/post\/[^/]+/,
  },
  find,
  remove,
  act,
  poll,
  measure,
  measureChannel,
  externalIdOf,
}
