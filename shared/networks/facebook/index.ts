import { graphVersion, loginApp } from '../meta/index.ts'
import type { Connector } from '../network.ts'
import { act } from './act.ts'
import { type Credentials, credentials } from './api.ts'
import { attach, connect, credentialsInput, oauth, type Settings, settings } from './connect.ts'
import { unconfirmed } from './facts.ts'
import { find } from './find.ts'
import { measure, measureChannel } from './measure.ts'
import { poll } from './poll.ts'
import { ahead, discard, prepare, publish, remove } from './publish.ts'
import { limits, options, review } from './review.ts'

/** A Facebook Page. Page tokens have no fixed end and nothing to refresh them with: a dead one means connecting again. */
export const facebook: Connector<Credentials, Settings> = {
  name: 'facebook',
  title: 'Facebook',
  apiVersion: graphVersion,
  app: loginApp,
  capabilities: {
    // See `find`: Facebook has no idempotency key, and its lists are no proof of absence.
    reconcile: { means: 'lookup', authoritative: false, settleSeconds: 60 },
    publishes: ['text', 'link', 'image', 'images', 'video', 'reel', 'story', 'first_comment'],
    delete: true,
    threads: false,
    comesIn: ['webhook', 'poll'],
    actions: ['reply', 'private_reply', 'hide', 'unhide', 'delete'],
    counters: ['likes', 'comments', 'shares', 'views', 'reach', 'clicks'],
    channelCounters: ['followers', 'views', 'reach', 'engagements', 'clicks', 'visits'],
    fetchesMedia: false,
    duplicates: unconfirmed.duplicates,
    rate: { burst: 10, perHour: unconfirmed.postsPerHour },
  },
  limits,
  credentialsInput,
  settingsInput: settings,
  credentials,
  settings,
  options,
  connect,
  oauth,
  attach,
  review,
  ahead,
  prepare,
  discard,
  publish,
  postAddress: {
    example: 'https://www.facebook.com/bakery/posts/122100000000000001',
    hosts: ['facebook.com', 'fb.com', 'fb.watch'],
    path: /\/(posts|videos|photos|permalink|reel|reels|share|groups)\/.+|^\/(permalink|story|photo)(\.php)?\/?\?.*(story_fbid|fbid)=|^\/watch\/?\?.*v=|^\/\d+_\d+|^\/\d+\/?$|^\/[\w-]{8,}\/?$/,
  },
  externalIdOf: ({ pathname }, { externalId }) => {
    const id = /^\/(\d+_\d+)\/?$/.exec(pathname)?.[1]
    return id?.startsWith(`${externalId}_`) ? id : undefined
  },
  find,
  remove,
  act,
  poll,
  measure,
  measureChannel,
}
