import * as z from 'zod'

/** The publication and the version of its content. */
export const issueKey = z.string().regex(/^pub_[0-9A-HJKMNP-TV-Z]{26}(\.\d{1,6})?$/)

/** An issue on its way to a list. */
export const issueRecord = z.object({
  workspaceId: z.string(),
  channelId: z.string(),
  key: z.string(),
  listId: z.string(),
  subject: z.string(),
  preheader: z.string().optional(),
  text: z.string(),
  language: z.string(),
  /** Where its links lead, in the order of their numbers: a click names a number, never an address. */
  links: z.array(z.string()),
  state: z.enum(['sending', 'finished', 'stopped']),
  /** Why it was stopped. */
  reason: z.string().optional(),
  /** Where the next page of subscribers begins. */
  position: z.record(z.string(), z.string()).optional(),
  wakeAt: z.string().optional(),
  failures: z.number().int().default(0),
  createdAt: z.string(),
  // counters, each kept with the letter it is of
  sent: z.number().int().default(0),
  refused: z.number().int().default(0),
  unknown: z.number().int().default(0),
  bounces: z.number().int().default(0),
  complaints: z.number().int().default(0),
  unsubscribes: z.number().int().default(0),
  clicks: z.number().int().default(0),
  opens: z.number().int().default(0),
})
export type IssueRecord = z.infer<typeof issueRecord>

/**
 * One person's copy. `sending` is written before it leaves, so that it never leaves twice: who finds it there from before
 * cannot know, and it becomes `unknown`. `queued`: surely not gone, to be tried again.
 */
export const letterRecord = z.object({
  state: z.enum(['sending', 'queued', 'sent', 'refused', 'unknown']),
  /** The run that took it. */
  run: z.string(),
})
export type LetterRecord = z.infer<typeof letterRecord>

/** What a Message-ID of ours names: `<issue>.<subscriber>@domain`. */
export const letterIdOf = (key: string, subscriberId: string): string => `${key}.${subscriberId}`

export function readLetterId(messageId: string): { key: string; subscriberId: string } | undefined {
  const found = /^(pub_[0-9A-Z]{26}(?:\.\d+)?)\.(sub_[0-9A-Z]{26})@/.exec(messageId)
  return found === null ? undefined : { key: found[1] ?? '', subscriberId: found[2] ?? '' }
}
