import * as z from 'zod'
import { graphVersion } from '../meta/index.ts'
import type { Connector } from '../network.ts'
import { oauthOnly } from '../oauth/index.ts'
import { act } from './act.ts'
import { type Credentials, credentials } from './api.ts'
import { app, attach, oauth, refresh, type Settings, settings } from './connect.ts'
import { unconfirmed } from './facts.ts'
import { find } from './find.ts'
import { measure, measureChannel } from './measure.ts'
import { poll } from './poll.ts'
import { ahead, prepare, publish, remove } from './publish.ts'
import { limits, options, review } from './review.ts'

/** A professional account on Instagram, by Facebook Login (through its Page) or by Instagram Login. */
export const instagram: Connector<Credentials, Settings> = {
  name: 'instagram',
  title: 'Instagram',
  apiVersion: graphVersion,
  app,
  capabilities: {
    // A container is published once, and tells whether it was: what it does not say was not published.
    reconcile: { means: 'lookup', authoritative: true, settleSeconds: 60 },
    publishes: ['image', 'images', 'carousel', 'video', 'reel', 'story', 'first_comment'],
    // Not by Instagram Login: `remove` then says what to do.
    delete: true,
    threads: false,
    comesIn: ['webhook', 'poll'],
    actions: ['reply', 'private_reply', 'hide', 'unhide', 'delete'],
    counters: ['likes', 'comments', 'shares', 'saves', 'views', 'reach'],
    channelCounters: ['followers', 'posts', 'views', 'reach', 'engagements', 'clicks'],
    fetchesMedia: true,
    rate: { burst: 5, perHour: unconfirmed.postsPerHour },
  },
  limits,
  credentialsInput: z.never(),
  settingsInput: settings,
  credentials,
  settings,
  options,
  connect: oauthOnly('Instagram'),
  oauth,
  attach,
  refresh,
  review,
  ahead,
  prepare,
  publish,
  postAddress: {
    example: 'https://www.instagram.com/p/DCabcdefghi/',
    hosts: ['instagram.com', 'instagr.am'],
    path: /^\/([\w.]+\/)?(p|reel|reels|tv|share|stories)\/[^/]+/,
  },
  find,
  remove,
  act,
  poll,
  measure,
  measureChannel,
}
