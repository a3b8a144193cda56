/**
 * Every access pattern of the one table: key, index, who uses it, what it costs.
 *
 * | index  | partition, sort   | holds                                            | projection |
 * |--------|-------------------|--------------------------------------------------|------------|
 * | (base) | pk, sk            | everything; one partition per entity, so no hot key | all     |
 * | list   | listPk, listSk    | what a workspace lists, by time                  | all        |
 * | branch | branchPk, branchSk| the same things by what they belong to (a channel) | all      |
 * | wake   | wakePk, wakeSk    | what waits for the machine (sparse)              | keys only  |
 *
 * Costs are in units for items up to 1 KB written and 4 KB read: a write costs 1 for the base and 1 for each index the
 * item is in (2 each when an index key changes); a transaction doubles it. `npm run bench` prints what operations cost.
 */
export interface Key {
  readonly pk: string
  readonly sk: string
}

export const indexes = {
  list: { pk: 'listPk', sk: 'listSk' },
  branch: { pk: 'branchPk', sk: 'branchSk' },
  wake: { pk: 'wakePk', sk: 'wakeSk' },
} as const

export type IndexName = keyof typeof indexes

const of = (workspaceId: string, id: string) => `ws#${workspaceId}#${id}`

/** The primary keys. The workspace is in every one that holds a workspace's data. */
export const keys = {
  // workspaces and people: read at every request (1 RCU)
  workspace: (ws: string): Key => ({ pk: of(ws, 'workspace'), sk: 'workspace' }),
  user: (ws: string, userId: string): Key => ({ pk: of(ws, userId), sk: 'user' }),
  /** Who a token's subject is: one item per workspace the person belongs to; queried by pk (1 RCU). */
  membership: (subject: string, ws: string): Key => ({ pk: `subject#${subject}`, sk: `ws#${ws}` }),
  /** Authentication by API key: one get (1 RCU). The key's id is in the token, the workspace in the item. */
  apiKey: (keyId: string): Key => ({ pk: `apikey#${keyId}`, sk: 'apikey' }),
  audit: (ws: string, id: string): Key => ({ pk: of(ws, id), sk: 'audit' }),
  idempotency: (ws: string, key: string): Key => ({ pk: of(ws, `idempotency#${key}`), sk: 'idempotency' }),
  /** Requests of one minute: the API's rate limit (0.1 WCU a request). */
  requestWindow: (ws: string, minute: number): Key => ({ pk: of(ws, `requests#${minute}`), sk: 'requests' }),

  // channels
  channel: (ws: string, channelId: string): Key => ({ pk: of(ws, channelId), sk: 'channel' }),
  /** In `wake` with the instant of the next renewal ahead of their end. */
  credentials: (ws: string, channelId: string): Key => ({ pk: of(ws, channelId), sk: 'credentials' }),
  /** A person on the way to a network and back, found by the hash of what only they carry (OAuth's `state`): once. */
  oauthState: (hash: string): Key => ({ pk: `oauth#${hash}`, sk: 'state' }),
  /** What came of it; what they opened to us (`part#`) and what became a channel (`taken#`) lie below: one query by pk. */
  connection: (ws: string, connectionId: string): Key => ({ pk: of(ws, connectionId), sk: 'connection' }),
  connectionPart: (ws: string, connectionId: string, part: number): Key => ({
    pk: of(ws, connectionId),
    sk: `part#${String(part).padStart(4, '0')}`,
  }),
  connectionTaken: (ws: string, connectionId: string, accountId: string): Key => ({
    pk: of(ws, connectionId),
    sk: `taken#${accountId}`,
  }),
  /** Where the next poll stands; in `wake`. */
  poll: (ws: string, channelId: string): Key => ({ pk: of(ws, channelId), sk: 'poll' }),
  /** When the channel's own counters (followers) are read next; in `wake`. */
  channelCollection: (ws: string, channelId: string): Key => ({ pk: of(ws, channelId), sk: 'collection' }),
  /** Token bucket of a channel (0.5 RCU + 1 WCU a send). */
  channelBucket: (ws: string, channelId: string): Key => ({ pk: of(ws, channelId), sk: 'bucket' }),
  /** Token bucket of the deployment's app on a network: holds no workspace's data. */
  appBucket: (network: string): Key => ({ pk: `app#${network}`, sk: 'bucket' }),
  /** What a channel spent in a calendar month (`2026-11`, UTC): added to with the publication it is for (4 WCU a paid send). */
  spent: (ws: string, channelId: string, month: string): Key => ({
    pk: of(ws, `${channelId}#spent`),
    sk: `spent#${month}`,
  }),
  /** Which channels an incoming webhook's account belongs to, in any workspace: queried by pk (1 RCU). */
  account: (network: string, accountId: string, ws: string, channelId: string): Key => ({
    pk: accountPartition(network, accountId),
    sk: `${ws}#${channelId}`,
  }),
  /** Which channel of this workspace an account is: nobody connects it twice. */
  accountOwner: (ws: string, network: string, accountId: string): Key => ({
    pk: of(ws, accountPartition(network, accountId)),
    sk: 'owner',
  }),
  /** What our own pages counted of a channel's publications of one month (`2026-11`). */
  /** Counters that a network tells by webhook and cannot be asked for, by its post: got by key when it is measured. */
  told: (ws: string, channelId: string, externalId: string): Key => ({
    pk: of(ws, `told#${channelId}`),
    sk: externalId,
  }),
  hits: (ws: string, channelId: string, month: string): Key => ({
    pk: of(ws, `${channelId}#hits`),
    sk: `hits#${month}`,
  }),
  rollup: (ws: string, channelId: string, day: string): Key => ({
    pk: of(ws, `${channelId}#rollup`),
    sk: `day#${day}`,
  }),

  // content
  media: (ws: string, mediaId: string): Key => ({ pk: of(ws, mediaId), sk: 'media' }),
  /** A file made of a medium to fit a network's limits (0.5 RCU each time it leaves or is shown). */
  derived: (ws: string, mediaId: string, hash: string): Key => ({ pk: of(ws, mediaId), sk: `derived#${hash}` }),
  /** What a linked page says of itself, for an hour (1 WCU, then 0.5 RCU each time it is shown). */
  card: (ws: string, hash: string): Key => ({ pk: of(ws, `card#${hash}`), sk: 'card' }),
  post: (ws: string, postId: string): Key => ({ pk: of(ws, postId), sk: 'post' }),
  publication: (ws: string, publicationId: string): Key => ({ pk: of(ws, publicationId), sk: 'publication' }),
  /** What was prepared for the publication at this version, and is to be removed from its network. */
  leftover: (ws: string, publicationId: string, sequence: number): Key => ({
    pk: of(ws, publicationId),
    sk: `leftover#${sequence}`,
  }),
  attempt: (ws: string, publicationId: string, attempt: number): Key => ({
    pk: of(ws, publicationId),
    sk: `attempt#${String(attempt).padStart(4, '0')}`,
  }),
  /** When a publication's counters are read next; in `wake`. */
  collection: (ws: string, publicationId: string): Key => ({ pk: of(ws, publicationId), sk: 'collection' }),
  snapshot: (ws: string, publicationId: string, at: string): Key => ({
    pk: of(ws, publicationId),
    sk: `snapshot#${at}`,
  }),
  /** Which publication a network's post is: one network post never matches two publications. */
  live: (ws: string, channelId: string, externalId: string): Key => ({
    pk: of(ws, `${channelId}#live#${externalId}`),
    sk: 'live',
  }),

  // the exchange
  mention: (ws: string, mentionId: string): Key => ({ pk: of(ws, mentionId), sk: 'mention' }),
  /** Which mention a network's comment is: the dedupe of deliveries. */
  inbound: (ws: string, channelId: string, externalId: string): Key => ({
    pk: of(ws, `${channelId}#in#${externalId}`),
    sk: 'inbound',
  }),
  /** Who wrote it, apart from it where a platform's terms let that be kept for a shorter time. */
  mentionAuthor: (ws: string, mentionId: string): Key => ({ pk: of(ws, mentionId), sk: 'author' }),
  /** What came and could not be read, for a person to download: written once, with its mention. */
  mentionRaw: (ws: string, mentionId: string): Key => ({ pk: of(ws, mentionId), sk: 'raw' }),
  /** What was done with a mention: queried by pk below `action#` (0.5 RCU per 4 KB). */
  action: (ws: string, mentionId: string, actionId: string): Key => ({
    pk: of(ws, mentionId),
    sk: `action#${actionId}`,
  }),
  /** What was said in private between a channel and one person: when last, and in which mentions (0.5 RCU + 2 WCU a message). */
  conversation: (ws: string, channelId: string, personId: string): Key => ({
    pk: of(ws, `${channelId}#with#${personId}`),
    sk: 'conversation',
  }),
  /** Which answer of ours a network's message is, and how far it got. */
  answer: (ws: string, channelId: string, externalId: string): Key => ({
    pk: of(ws, `${channelId}#out#${externalId}`),
    sk: 'answer',
  }),
  /** An answer that its network still reviews: queried by pk at each poll (0.5 RCU); 1 WCU when sent and when decided. */
  pendingAnswer: (ws: string, channelId: string, externalId: string): Key => ({
    pk: of(ws, `${channelId}#pending`),
    sk: externalId,
  }),

  // telling people and machines
  notification: (ws: string, id: string): Key => ({ pk: of(ws, id), sk: 'notification' }),
  /** One notification per cause, not per retry. */
  cause: (ws: string, cause: string): Key => ({ pk: of(ws, `cause#${cause}`), sk: 'cause' }),
  /** A notification that its subject's next change may settle. */
  openNotification: (ws: string, subject: string, id: string): Key => ({
    pk: of(ws, `notified#${subject}`),
    sk: `open#${id}`,
  }),
  /** The newest event of this name about the subject: what it settles may be told late. */
  settled: (ws: string, subject: string, event: string): Key => ({
    pk: of(ws, `notified#${subject}`),
    sk: `settled#${event}`,
  }),
  endpoint: (ws: string, endpointId: string): Key => ({ pk: of(ws, endpointId), sk: 'endpoint' }),
  delivery: (ws: string, endpointId: string, deliveryId: string): Key => ({
    pk: of(ws, endpointId),
    sk: `delivery#${deliveryId}`,
  }),

  // newsletters
  list: (ws: string, listId: string): Key => ({ pk: of(ws, listId), sk: 'list' }),
  /** Somebody on a list; in `wake` while a letter should ask them to confirm. */
  subscriber: (ws: string, subscriberId: string): Key => ({ pk: of(ws, subscriberId), sk: 'subscriber' }),
  /** Who an address is on a list, by its hash: nobody is on it twice. Queried by pk for every list of an address. */
  subscriberAddress: (ws: string, hash: string, listId: string): Key => ({
    pk: of(ws, `address#${hash}`),
    sk: `list#${listId}`,
  }),
  /** An issue on its way; in `wake` until everybody's copy is decided. */
  issue: (ws: string, key: string): Key => ({ pk: of(ws, `issue#${key}`), sk: 'issue' }),
  /** One person's copy of it: claimed before it leaves (2 transactions a letter). */
  letter: (ws: string, key: string, subscriberId: string): Key => ({
    pk: of(ws, `issue#${key}`),
    sk: `letter#${subscriberId}`,
  }),

  // scheduling
  /** How far a shard of the due index was read by the last tick that found something (0.5 RCU a tick). */
  dueCursor: (partition: string, shard: number): Key => ({ pk: `due#${partition}#${shard}`, sk: 'cursor' }),

  // events
  outbox: (eventId: string): Key => ({ pk: `event#${eventId}`, sk: 'event' }),
} as const

export const accountPartition = (network: string, accountId: string) => `account#${network}#${accountId}`
/** The partition of an entity: `part#`, `attempt#`, `snapshot#`, `action#`, `derived#` and `delivery#` items are queried below it. */
export const entityPartition = (ws: string, id: string) => of(ws, id)
export const rollupPartition = (ws: string, channelId: string) => of(ws, `${channelId}#rollup`)

export type Collection =
  | 'users'
  | 'apikeys'
  | 'audit'
  | 'channels'
  | 'media'
  | 'posts'
  | 'publications'
  | 'mentions'
  | 'notifications'
  | 'endpoints'
  | 'lists'
  | 'subscribers'

/** Index `list`: what a workspace lists, newest or next first (one query, 0.5 RCU per 4 KB). */
export const listed = (ws: string, collection: Collection, time: string, id: string) => ({
  listPk: listPartition(ws, collection),
  listSk: `${time}#${id}`,
})
export const listPartition = (ws: string, collection: Collection) => of(ws, collection)

/** Index `branch`: the same, below one channel. */
export const branched = (ws: string, channelId: string, collection: Collection, time: string, id: string) => ({
  branchPk: branchPartition(ws, channelId, collection),
  branchSk: `${time}#${id}`,
})
export const branchPartition = (ws: string, channelId: string, collection: Collection) =>
  of(ws, `${channelId}#${collection}`)
