import { createHmac } from 'node:crypto'
import * as z from 'zod'
import { textSchema } from '../i18n/index.ts'
import { type SubscriberRecord, sameToken } from './list.ts'

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
  /** Which issue of its list it is, and how many were on the list when it began. Absent in what was stored before these were. */
  number: z.number().int().default(0),
  recipients: z.number().int().optional(),
  state: z.enum(['sending', 'finished', 'stopped']),
  /** Why it was stopped, and how often it was. */
  reason: textSchema.optional(),
  stops: z.number().int().default(0),
  /** Where the next page of subscribers begins. */
  position: z.record(z.string(), z.string()).optional(),
  /** The whole list was looked through; what is left are copies that were put off. */
  listed: z.boolean().optional(),
  /** Some were put off; how many times they were tried again. */
  deferred: z.boolean().optional(),
  passes: z.number().int().default(0),
  /** When a copy was last decided. */
  progressAt: z.string().optional(),
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
  /** This recipient was put off: it waits until the others had theirs. */
  deferred: z.boolean().optional(),
  /** How often all of the sending had to wait at this letter. */
  waits: z.number().int().default(0),
})

type Signer = Pick<SubscriberRecord, 'id' | 'token'>

const signature = (token: string, purpose: string, about: string) =>
  createHmac('sha256', token).update(`${purpose}\n${about}`).digest('base64url').slice(0, 22)

/**
 * What a Message-ID of ours begins with (`letter`), or what somebody leaves by (`leave`): `<issue>.<subscriber>.<signature>`.
 * Signed with what only this person's letters hold, so that nobody can report, or leave, for another.
 */
export const letterIdOf = (key: string, { id, token }: Signer, purpose: 'letter' | 'leave' = 'letter'): string =>
  `${key}.${id}.${signature(token, purpose, `${key}.${id}`)}`

/** Of the letter that asks somebody to confirm: `<subscriber>.<when>.<signature>`. */
export const confirmationIdOf = ({ id, token }: Signer, at: number): string =>
  `${id}.${at.toString(36)}.${signature(token, 'confirm', at.toString(36))}`

export interface LetterId {
  /** Absent of a letter that asks to confirm. */
  readonly key?: string
  readonly subscriberId: string
  isSignedBy(subscriber: Signer, purpose?: 'letter' | 'leave'): boolean
}

/** Its parts; whether it is ours, only the subscriber's record can say. A domain may follow. */
export function readLetterId(text: string): LetterId | undefined {
  const [local = ''] = text.split('@')
  const [, key, id = '', signed = ''] =
    /^(pub_[0-9A-Z]{26}(?:\.\d{1,6})?)\.(sub_[0-9A-Z]{26})\.([\w-]{22})$/.exec(local) ?? []
  if (key !== undefined)
    return {
      key,
      subscriberId: id,
      isSignedBy: ({ token }, purpose = 'letter') => sameToken(signed, signature(token, purpose, `${key}.${id}`)),
    }
  const [, asked, at = '', mark = ''] = /^(sub_[0-9A-Z]{26})\.([0-9a-z]{1,12})\.([\w-]{22})$/.exec(local) ?? []
  if (asked === undefined) return undefined
  return {
    subscriberId: asked,
    isSignedBy: ({ token }) => sameToken(mark, signature(token, 'confirm', at)),
  }
}
