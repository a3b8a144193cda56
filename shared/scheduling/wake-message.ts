import * as z from 'zod'
import { type Key, keys } from '../aws/keys.ts'

const text = z.string().min(1)
const common = { workspaceId: text, wakeAt: text }

/** One schema for each kind of record that waits for the machine; its ids name the record. */
export const wakeMessages = {
  publication: z.object({ kind: z.literal('publication'), ...common, publicationId: text }),
  delivery: z.object({ kind: z.literal('delivery'), ...common, endpointId: text, deliveryId: text }),
  poll: z.object({ kind: z.literal('poll'), ...common, channelId: text }),
  publication_collection: z.object({ kind: z.literal('publication_collection'), ...common, publicationId: text }),
  channel_collection: z.object({ kind: z.literal('channel_collection'), ...common, channelId: text }),
  issue: z.object({ kind: z.literal('issue'), ...common, issueKey: text }),
  confirmation: z.object({ kind: z.literal('confirmation'), ...common, subscriberId: text }),
  list_cleanup: z.object({ kind: z.literal('list_cleanup'), ...common, listId: text }),
  credentials: z.object({ kind: z.literal('credentials'), ...common, channelId: text }),
  leftover: z.object({
    kind: z.literal('leftover'),
    ...common,
    publicationId: text,
    sequence: z.number().int().nonnegative(),
  }),
} as const

/**
 * The message that wakes a record, with the `wakeAt` it was found with. The record is the truth: a consumer drops the
 * message if the record's `wakeAt` is another by now.
 */
export const wakeMessage = z.discriminatedUnion('kind', [
  wakeMessages.publication,
  wakeMessages.delivery,
  wakeMessages.poll,
  wakeMessages.publication_collection,
  wakeMessages.channel_collection,
  wakeMessages.issue,
  wakeMessages.confirmation,
  wakeMessages.list_cleanup,
  wakeMessages.credentials,
  wakeMessages.leftover,
])
export type WakeMessage = z.infer<typeof wakeMessage>
export type WakeKind = WakeMessage['kind']
export type WakeMessageOf<K extends WakeKind> = Extract<WakeMessage, { kind: K }>

type WithoutTime<M> = M extends WakeMessage ? Omit<M, 'wakeAt'> : never
/** The record that a message wakes. */
export type WakeTarget = WithoutTime<WakeMessage>

/** The queue that a kind's messages go to. Credentials and leftovers are read by schedules of their own instead. */
export const dueQueues = ['publication', 'delivery', 'poll', 'collection', 'letter'] as const
export type DueQueue = (typeof dueQueues)[number]
/** Every partition of the due index. */
export type DuePartition = DueQueue | 'credentials' | 'leftover'

export const partitionOf: Readonly<Record<WakeKind, DuePartition>> = {
  publication: 'publication',
  delivery: 'delivery',
  poll: 'poll',
  publication_collection: 'collection',
  channel_collection: 'collection',
  issue: 'letter',
  confirmation: 'letter',
  list_cleanup: 'letter',
  credentials: 'credentials',
  leftover: 'leftover',
}

/** The primary key of the record that a message wakes. */
export function recordKey(target: WakeTarget): Key {
  const { workspaceId } = target
  switch (target.kind) {
    case 'publication':
      return keys.publication(workspaceId, target.publicationId)
    case 'delivery':
      return keys.delivery(workspaceId, target.endpointId, target.deliveryId)
    case 'poll':
      return keys.poll(workspaceId, target.channelId)
    case 'publication_collection':
      return keys.collection(workspaceId, target.publicationId)
    case 'channel_collection':
      return keys.channelCollection(workspaceId, target.channelId)
    case 'issue':
      return keys.issue(workspaceId, target.issueKey)
    case 'confirmation':
      return keys.subscriber(workspaceId, target.subscriberId)
    case 'list_cleanup':
      return keys.list(workspaceId, target.listId)
    case 'credentials':
      return keys.credentials(workspaceId, target.channelId)
    case 'leftover':
      return keys.leftover(workspaceId, target.publicationId, target.sequence)
  }
}

/** Names a record within the due index: the workspace first. */
export function dueId(target: WakeTarget): string {
  const { workspaceId } = target
  switch (target.kind) {
    case 'publication':
    case 'publication_collection':
      return `${workspaceId}/${target.publicationId}`
    case 'delivery':
      return `${workspaceId}/${target.endpointId}/${target.deliveryId}`
    case 'leftover':
      return `${workspaceId}/${target.publicationId}/${target.sequence}`
    case 'poll':
    case 'channel_collection':
    case 'credentials':
      return `${workspaceId}/${target.channelId}`
    case 'issue':
      return `${workspaceId}/${target.issueKey}`
    case 'confirmation':
      return `${workspaceId}/${target.subscriberId}`
    case 'list_cleanup':
      return `${workspaceId}/${target.listId}`
  }
}

/** The reverse of {@link dueId}; undefined for an id that names nothing of this partition. */
export function targetOf(partition: DuePartition, id: string): WakeTarget | undefined {
  const [workspaceId, first, second, ...more] = id.split('/')
  if (!workspaceId || !first || more.length > 0) return undefined
  if (partition === 'delivery')
    return second ? { kind: 'delivery', workspaceId, endpointId: first, deliveryId: second } : undefined
  if (partition === 'leftover')
    return second !== undefined && /^\d{1,9}$/.test(second)
      ? { kind: 'leftover', workspaceId, publicationId: first, sequence: Number(second) }
      : undefined
  if (second !== undefined) return undefined
  switch (partition) {
    case 'publication':
      return { kind: 'publication', workspaceId, publicationId: first }
    case 'poll':
      return { kind: 'poll', workspaceId, channelId: first }
    case 'credentials':
      return { kind: 'credentials', workspaceId, channelId: first }
    case 'collection':
      return first.startsWith('chan_')
        ? { kind: 'channel_collection', workspaceId, channelId: first }
        : { kind: 'publication_collection', workspaceId, publicationId: first }
    case 'letter':
      if (first.startsWith('sub_')) return { kind: 'confirmation', workspaceId, subscriberId: first }
      if (first.startsWith('list_')) return { kind: 'list_cleanup', workspaceId, listId: first }
      return { kind: 'issue', workspaceId, issueKey: first }
  }
}
