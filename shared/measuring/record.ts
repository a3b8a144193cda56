import * as z from 'zod'
import { keys } from '../aws/keys.ts'
import type { Item, Write } from '../aws/table.ts'
import { type Changes, changesSchema, channelCountersSchema, countersSchema } from './counters.ts'

/** What is collected of a publication, and when next. `wakeAt` is the truth of who may: a lease, or the next look. */
export const collectionRecord = z.object({
  workspaceId: z.string(),
  publicationId: z.string(),
  channelId: z.string(),
  network: z.string(),
  /** The network's posts it is: several for a thread. */
  /** None where the network cannot be asked for it. */
  externalIds: z.array(z.string()),
  publishedAt: z.string(),
  /** Of the channel when it went out. */
  followers: z.number().optional(),
  /** The last that was told of each counter. */
  last: countersSchema,
  measuredAt: z.string().optional(),
  failures: z.number().int(),
  /** Fences every write: a change of it is either wholly counted or not at all. */
  version: z.number().int(),
  wakeAt: z.string().optional(),
})
export type CollectionRecord = z.infer<typeof collectionRecord>

/** The channel's own counters, once a day. */
export const channelRecord = z.object({
  workspaceId: z.string(),
  channelId: z.string(),
  network: z.string(),
  followers: z.number().optional(),
  posts: z.number().optional(),
  measuredAt: z.string().optional(),
  failures: z.number().int(),
  version: z.number().int(),
  wakeAt: z.string().optional(),
})
export type ChannelRecord = z.infer<typeof channelRecord>

export const snapshotRecord = z.object({
  at: z.string(),
  /** The day of the rollup it went into: the workspace's zone may be another one day. */
  day: z.string(),
  counters: countersSchema,
  source: z.enum(['network', 'by_hand']).default('network'),
})

/** One day of a channel: the sum of what changed, how many followed it then, and what the network told of that day. */
export const rollupRecord = changesSchema.extend({
  day: z.string(),
  followers: z.number().optional(),
  posts: z.number().optional(),
  daily: channelCountersSchema.optional(),
})
export type Rollup = z.infer<typeof rollupRecord>

export function addToRollup(workspaceId: string, channelId: string, day: string, add: Changes, set: Item = {}): Write {
  return { update: keys.rollup(workspaceId, channelId, day), set: { workspaceId, channelId, day, ...set }, add }
}
