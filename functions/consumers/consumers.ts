/** THE list of queues and streams and who reads them, as plain data. Rule, queue, dead-letter queue and alarm follow. */
import type { EventName } from '../event-names.ts'
import type { Use } from '../uses.ts'

export interface Consumer {
  readonly entry: string
  readonly source:
    | { readonly kind: 'queue' }
    /** A rule on the bus leads these events to a queue of its own. */
    | { readonly kind: 'events'; readonly names: readonly EventName[] }
    /** The table's stream, inserts of outbox items only. */
    | { readonly kind: 'outbox' }
  readonly uses: readonly Use[]
  readonly batchSize: number
  /** Seconds. The queue's visibility is six times as long. */
  readonly timeout: number
  readonly memory?: number
  readonly maxConcurrency?: number
  /** Tries before a message goes to the dead-letter queue. */
  readonly maxReceive: number
  /** What it means for users when messages lie in the dead-letter queue: the text of the alarm. */
  readonly impact: string
}

const outside = ['table:read', 'table:write', 'secret:credentials', 'secret:networks', 'secret:hooks'] as const

export const consumers = {
  /** Queue `wake`: reads one shard of what is due and puts it on the queue of its kind. */
  wake: {
    entry: 'functions/consumers/wake.ts',
    source: { kind: 'queue' },
    uses: ['table:read', 'queue:publish', 'queue:poll', 'queue:deliver', 'queue:collect', 'queue:letters'],
    batchSize: 4,
    timeout: 60,
    maxReceive: 3,
    impact: 'Posts may leave late: a shard of what is due is not being read. The next tick tries again.',
  },
  /** Queue `publish`: sends what is due (DESIGN §4). */
  publish: {
    entry: 'functions/consumers/publish.ts',
    source: { kind: 'queue' },
    uses: [...outside, 'media:read', 'media:write', 'queue:publish'],
    batchSize: 10,
    timeout: 120,
    // pictures are made to fit here, one at a time
    memory: 1024,
    maxReceive: 5,
    impact: 'Posts are found again by the next tick, but leave late. Look at the errors of this function first.',
  },
  /** Queue `ingest`: raw webhook deliveries become mentions (DESIGN §6). */
  ingest: {
    entry: 'functions/consumers/ingest.ts',
    source: { kind: 'queue' },
    uses: ['table:read', 'table:write', 'ingest:read'],
    batchSize: 10,
    timeout: 60,
    maxReceive: 5,
    impact:
      'Comments and messages that networks delivered are not visible. Redrive the queue once the cause is mended.',
  },
  /** Queue `poll`: asks networks that have no webhooks. */
  poll: {
    entry: 'functions/consumers/poll.ts',
    source: { kind: 'queue' },
    uses: [...outside],
    batchSize: 5,
    timeout: 60,
    maxReceive: 3,
    impact: 'Mentions of polled networks arrive late; the next tick asks again.',
  },
  /** Queue `collect`: reads counters (measuring). */
  collect: {
    entry: 'functions/consumers/collect.ts',
    source: { kind: 'queue' },
    uses: [...outside],
    batchSize: 10,
    timeout: 60,
    maxReceive: 3,
    impact: 'Metrics are older than they should be; the next tick collects again.',
  },
  /** Queue `deliver`: outgoing webhooks, one delivery a message. */
  deliver: {
    entry: 'functions/consumers/deliver.ts',
    source: { kind: 'queue' },
    uses: ['table:read', 'table:write', 'secret:credentials'],
    batchSize: 10,
    timeout: 60,
    maxReceive: 3,
    impact: 'Outgoing webhooks are late; the next tick tries again.',
  },
  /** Queue `letters`: copies of newsletters, and letters that ask for confirmation. */
  letters: {
    entry: 'functions/consumers/letters.ts',
    source: { kind: 'queue' },
    uses: [...outside, 'queue:letters'],
    batchSize: 1,
    timeout: 120,
    memory: 512,
    maxReceive: 3,
    impact: 'Newsletters are late; the next tick goes on with them. Nobody gets one twice.',
  },
  /** The outbox: from the table's stream to the bus. */
  outbox: {
    entry: 'functions/consumers/outbox.ts',
    source: { kind: 'outbox' },
    uses: ['bus'],
    batchSize: 100,
    timeout: 30,
    maxReceive: 10,
    impact:
      'Events were not published: notifications, outgoing webhooks and metrics may be missing. `npm run replay` publishes them again.',
  },
  /** Fans events out to the workspace's webhook endpoints. */
  webhooks: {
    entry: 'functions/consumers/webhooks.ts',
    source: {
      kind: 'events',
      names: [
        'post.created',
        'post.updated',
        'post.deleted',
        'post.state_reported',
        'publication.scheduled',
        'publication.published',
        'publication.processing',
        'publication.waiting',
        'publication.rejected',
        'publication.failed',
        'publication.partial',
        'publication.unconfirmed',
        'publication.missed',
        'publication.handed_over',
        'publication.handover_reminder',
        'publication.cancelled',
        'publication.deleted',
        'mention.created',
        'mention.updated',
        'mention.deleted',
        'mention.answered',
        'mention.answer_failed',
        'mention.moderated',
        'channel.credentials_ending',
        'channel.reconnect_needed',
      ],
    },
    uses: ['table:read', 'table:write', 'queue:deliver'],
    batchSize: 10,
    timeout: 30,
    maxReceive: 5,
    impact: 'Outgoing webhooks were not created for some events. Redrive the queue.',
  },
  /** Tells a person: notification and mail, once per cause; and settles what was told. */
  notify: {
    entry: 'functions/consumers/notify.ts',
    source: {
      kind: 'events',
      names: [
        'publication.rejected',
        'publication.failed',
        'publication.partial',
        'publication.unconfirmed',
        'publication.missed',
        'publication.handed_over',
        'publication.handover_reminder',
        'channel.credentials_ending',
        'channel.reconnect_needed',
        'endpoint.failing',
        'publication.settled',
        'channel.reconnected',
        'channel.deleted',
        'endpoint.settled',
        'mention.answer_failed',
        'mention.answered',
        'mention.deleted',
      ],
    },
    uses: ['table:read', 'table:write', 'mail', 'secret:signing'],
    batchSize: 10,
    timeout: 30,
    maxReceive: 5,
    impact: 'People were not told of posts that did not go out. Redrive the queue.',
  },
  /** Wakes what waited for a channel that sends again. */
  resume: {
    entry: 'functions/consumers/resume.ts',
    source: { kind: 'events', names: ['channel.resumed', 'channel.connected'] },
    uses: ['table:read', 'table:write', 'queue:publish'],
    batchSize: 10,
    timeout: 60,
    maxReceive: 5,
    impact: 'Posts of a channel that sends again leave up to five minutes late.',
  },
  /** Starts collecting a publication's counters once it is live. */
  measure: {
    entry: 'functions/consumers/measure.ts',
    source: {
      kind: 'events',
      names: [
        'publication.published',
        'publication.partial',
        'publication.deleted',
        'channel.connected',
        'channel.deleted',
      ],
    },
    uses: ['table:read', 'table:write'],
    batchSize: 10,
    timeout: 30,
    maxReceive: 5,
    impact: 'Metrics of some publications are not collected. Redrive the queue.',
  },
} as const satisfies Record<string, Consumer>

export type ConsumerName = keyof typeof consumers
