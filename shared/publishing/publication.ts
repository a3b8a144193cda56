import * as z from 'zod'
import { textSchema } from '../i18n/index.ts'
import { idPattern } from '../kernel/ids.ts'
import { publicationProblem } from './problem.ts'

export const publicationId = z.string().regex(idPattern('publication'))

/** The states of a publication (DESIGN §4); which may follow which is in `transitions.ts`. */
export const publicationStates = [
  'draft',
  'in_review',
  'approved',
  'scheduled',
  'sending',
  'handed_over',
  'processing',
  'waiting',
  'published',
  'rejected',
  'failed',
  'partial',
  'unconfirmed',
  'missed',
  'cancelled',
  'deleting',
  'deleted',
] as const
export const publicationState = z.enum(publicationStates)
export type PublicationState = z.infer<typeof publicationState>

/**
 * What an attempt is for. `prepare`: the work ahead of its second; nothing of it is visible. `handover`: a person is told
 * that it is theirs to publish.
 */
export const runPurpose = z.enum(['prepare', 'send', 'find', 'remove', 'handover'])

/** How a publication leaves: by the network's API, or by the hand of a person who gets a link at its second. */
export const delivery = z.enum(['api', 'handover'])
export type Delivery = z.infer<typeof delivery>

/** What became of a hand-over. */
export const handover = z.object({
  handedOverAt: z.string(),
  /** The content as it was then. */
  contentVersion: z.number().int(),
  /** How many of its reminders are behind it. */
  reminders: z.number().int(),
  /** When a person said what became of it. */
  doneAt: z.string().optional(),
  /** Who said so, where they were signed in; absent: whoever had the link. */
  by: z.string().optional(),
})

/** What to do when the moment passed while it could not run: leave all the same within `graceMinutes`, else `missed`. */
export const latePolicy = z.object({
  graceMinutes: z
    .number()
    .int()
    .min(0)
    .max(7 * 24 * 60),
})
export type LatePolicy = z.infer<typeof latePolicy>

/** What a person wrote: a local time in a zone; kept beside the instant it was taken for. */
export const scheduledLocal = z.object({
  at: z.string(),
  zone: z.string(),
  /** Set when the local time did not exist, or existed twice: which rule chose the instant. */
  adjusted: z.enum(['gap_shifted_forward', 'overlap_first']).optional(),
})

export const livePost = z.object({
  externalId: z.string(),
  url: z.string().optional(),
  parts: z.array(z.string()).optional(),
})

/** How far an upload or another long step is. `total` is absent where nobody knows. */
export const publicationProgress = z.object({
  step: z.string(),
  done: z.number(),
  total: z.number().optional(),
  unknown: z.number().optional().meta({
    description: 'Copies of a newsletter of which nobody can tell whether they arrived. They are not sent again',
  }),
  at: z.string(),
})

/** What sending costs at the platform's price list: millionths of a US dollar, and for what. */
export const publicationCost = z.object({ microUsd: z.number(), reason: textSchema })

/** One part of what leaves, before media are loaded. */
export const contentPart = z.object({ text: z.string(), mediaIds: z.array(z.string()) })
export const storedContent = z.object({
  parts: z.array(contentPart).min(1),
  language: z.string(),
  options: z.record(z.string(), z.unknown()),
  coverMediaId: z.string().optional(),
  /** For the person who publishes it by hand. */
  instructions: z.string().optional(),
})
export type StoredContent = z.infer<typeof storedContent>

/** One post on one channel: the unit that is scheduled, sent, retried and measured. */
export const publicationSchema = z.object({
  id: publicationId,
  workspaceId: z.string(),
  postId: z.string(),
  channelId: z.string(),
  network: z.string(),
  state: publicationState,
  /** In plain words: why it is in this state, and what settles it. */
  reason: textSchema.optional(),
  /** What stands in its way, by class; absent while nothing does. */
  problem: publicationProblem.optional(),
  /** What sending it costs; absent where that is free. */
  cost: publicationCost.optional(),
  /** Of the upload or the long step that is under way. */
  progress: publicationProgress.optional(),
  content: storedContent,
  /** Absent: by the network's API. */
  deliver: delivery.optional(),
  handover: handover.optional(),
  contentVersion: z.number().int(),
  /** When it should leave (UTC); absent for a draft. */
  dueAt: z.string().optional(),
  scheduled: scheduledLocal.optional(),
  latePolicy,
  /** When the machine looks at it next; absent when it waits for nothing. */
  wakeAt: z.string().optional(),
  attempts: z.number().int(),
  /** Start of the first call that could have made it live, against `dueAt`: its lateness. */
  startedAt: z.string().optional(),
  /** A person asked to stop it while a call was out, or while nobody knew its answer: nothing more of it is sent. */
  stopRequestedAt: z.string().optional(),
  publishedAt: z.string().optional(),
  live: livePost.optional(),
  /** Grows with every change; the event sequence and the ETag. */
  version: z.number().int(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type Publication = z.infer<typeof publicationSchema>
