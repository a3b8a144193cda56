import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'
import { idPattern } from '../kernel/ids.ts'

export const listId = z.string().regex(idPattern('list'))
export const subscriberId = z.string().regex(idPattern('subscriber'))
const channelId = z.string().regex(idPattern('channel'))
const instant = z.iso.datetime()

const wording = z
  .string()
  .trim()
  .min(10)
  .max(2000)
  .meta({ description: 'What people agree to, in the words they see; kept with each of them as proof' })
const footer = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  .meta({ description: 'Who sends it, with a postal address: the law of most countries asks for it' })

export const newList = z.object({
  name: z.string().trim().min(1).max(100).meta({ description: 'As its readers see it' }),
  channelId: channelId.meta({ description: 'The channel of network `email` that sends it' }),
  language: z.string().min(2).max(35).default('fr').meta({ description: 'BCP 47: of pages and confirmations' }),
  wording,
  footer,
  countOpens: z
    .boolean()
    .default(false)
    .meta({ description: 'Put an image into issues that counts openings, in total only. Ask what your law says' }),
  askTracking: z.boolean().default(false).meta({
    description:
      'Ask on the page of the confirmation, by a box of its own that is not ticked, whether what somebody opens and follows may be kept with them',
  }),
  inactiveAfterDays: z
    .number()
    .int()
    .min(30)
    .max(3650)
    .default(1095)
    .meta({ description: 'An address leaves after so many days without a sign of life' }),
})
export type NewList = z.infer<typeof newList>

export const listChange = z.object({
  name: newList.shape.name.optional(),
  wording: wording.optional(),
  footer: footer.optional(),
  language: z.string().min(2).max(35).optional(),
  countOpens: z.boolean().optional(),
  askTracking: z.boolean().optional(),
  inactiveAfterDays: z.number().int().min(30).max(3650).optional(),
})
export type ListChange = z.infer<typeof listChange>

export const listSchema = z.object({
  id: listId,
  channelId,
  name: z.string(),
  language: z.string(),
  wording: z.string(),
  footer: z.string(),
  countOpens: z.boolean(),
  askTracking: z.boolean().default(false),
  inactiveAfterDays: z.number().int(),
  /** How many get the next issue. */
  subscribers: z.number().int(),
  version: z.number().int(),
  createdAt: instant,
  updatedAt: instant,
})
export type List = z.infer<typeof listSchema>
export const listRecord = listSchema.extend({
  workspaceId: z.string(),
  /** How many issues it has had. */
  issues: z.number().int().default(0),
  /** When it is looked through next for addresses that nobody reads any more. */
  wakeAt: z.string().optional(),
})
export type ListRecord = z.infer<typeof listRecord>

/** How somebody agreed: what has to be shown when they ask, or an authority does. */
export const proofSchema = z.object({
  /** When they asked to be on the list. */
  at: instant,
  /** Where: a form's address, a till, an import. */
  source: z.string().trim().min(1).max(300),
  /** What they agreed to, in the words they saw. */
  wording: z.string().trim().min(1).max(2000),
  /** When they confirmed by the link in their mail, and with what; absent where the consent was proved elsewhere. */
  confirmedAt: instant.optional(),
  userAgent: z.string().max(300).optional(),
  /** What they agreed to besides, if they did: that what they open and follow is kept with them. */
  tracking: z
    .object({ at: instant, wording: z.string().trim().min(1).max(1000), withdrawnAt: instant.optional() })
    .optional(),
})
export type Proof = z.infer<typeof proofSchema>

export const subscriberStates = ['pending', 'subscribed', 'left', 'bounced', 'complained', 'inactive'] as const

export const subscriberSchema = z.object({
  id: subscriberId,
  listId,
  state: z.enum(subscriberStates),
  /** Erased once they are gone. */
  email: z.string().optional(),
  name: z.string().optional(),
  proof: proofSchema,
  /** The last thing that showed that somebody is there: they confirmed, were imported, or read if they are `tracked`. */
  lastSignAt: instant,
  /** Whether they agreed that what they open and follow is kept, and have not withdrawn it. */
  tracked: z.boolean().default(false),
  /** The last thing that they opened or followed; erased when they withdraw, or leave. */
  activity: z.object({ at: instant, what: z.enum(['opened', 'clicked']), issue: z.string() }).optional(),
  leftAt: instant.optional(),
  /** A bounce that was a mistake was taken back: when, by whom, and why. */
  lifted: z.object({ at: instant, by: z.string(), reason: z.string() }).optional(),
  createdAt: instant,
})
export type Subscriber = z.infer<typeof subscriberSchema>

export const subscriberRecord = subscriberSchema.extend({
  workspaceId: z.string(),
  /** What links in letters to this person hold: whoever has it may leave for them, and nothing else. */
  token: z.string(),
  /** What the link of the confirmation holds; gone once it was used. */
  confirmToken: z.string().optional(),
  addressHash: z.string(),
  /** Issues in a row that a full or disabled mailbox did not take: how many, which was the last, and when. */
  softBounces: z.number().int().default(0),
  softIssue: z.number().int().optional(),
  softAt: instant.optional(),
  /** What they were before they bounced: a bounce that is lifted makes nobody a subscriber who was none. */
  was: z.enum(['pending', 'subscribed']).optional(),
  /** Of somebody who asks again after they were gone: no import takes them back before they confirm. */
  goneBefore: z.enum(subscriberStates).optional(),
  /** When a letter that asks for confirmation last left. */
  askedAt: instant.optional(),
  wakeAt: z.string().optional(),
})
export type SubscriberRecord = z.infer<typeof subscriberRecord>

export const newSubscriber = z.object({
  email: z.email().max(254),
  name: z.string().trim().min(1).max(200).optional(),
  source: proofSchema.shape.source.meta({ description: 'Where they asked: the address of the form, for example' }),
})
export type NewSubscriber = z.infer<typeof newSubscriber>

export const importSchema = z.object({
  proof: z.object({
    at: instant,
    source: proofSchema.shape.source,
    wording: proofSchema.shape.wording,
    tracking: z
      .object({ wording: z.string().trim().min(1).max(1000) })
      .optional()
      .meta({
        description: 'Only where each of them agreed, apart from the letters, that what they open and follow is kept',
      }),
  }),
  subscribers: z
    .array(z.object({ email: z.email().max(254), name: newSubscriber.shape.name, at: instant.optional() }))
    .min(1)
    .max(100),
})
export type Import = z.infer<typeof importSchema>

export const liftedBounce = z.strictObject({
  email: z.email().max(254).meta({ description: 'Their address, typed again: it was erased when the bounce came' }),
  reason: z
    .string()
    .trim()
    .min(3)
    .max(500)
    .meta({ description: 'Why you know that the address works', example: 'Confirmed by telephone on 3 November' }),
})
export type LiftedBounce = z.infer<typeof liftedBounce>

/** Addresses are kept after somebody left only as this: enough to know them again, not to write to them. */
export const hashOf = (workspaceId: string, email: string): string =>
  createHash('sha256').update(`${workspaceId}\n${email.trim().toLowerCase()}`).digest('base64url')

/** 160 bits: not to be guessed. Not the injected randomness: whoever can tell one can speak for somebody. */
export const newToken = (): string => randomBytes(20).toString('base64url')

export function sameToken(given: string, kept: string | undefined): boolean {
  if (kept === undefined) return false
  const [a, b] = [Buffer.from(given), Buffer.from(kept)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** What stands in the address of a person's pages: `<workspace>.<subscriber>.<token>`. */
export const addressOf = ({ workspaceId, id }: SubscriberRecord, token: string): string =>
  `${workspaceId}.${id}.${token}`

const personPattern = /^(ws_[0-9A-HJKMNP-TV-Z]{26})\.(sub_[0-9A-HJKMNP-TV-Z]{26})\.([A-Za-z0-9_-]{20,60})$/
/** Its shape; whether the token is right is another question. */
export const personAddress = z.string().regex(personPattern)

export function readAddress(text: string): { workspaceId: string; id: string; token: string } | undefined {
  const found = personPattern.exec(text)
  return found === null ? undefined : { workspaceId: found[1] ?? '', id: found[2] ?? '', token: found[3] ?? '' }
}

/**
 * What links of somebody who is tracked hold besides: `<subscriber>.<token>`. Made from the token by which they leave and
 * not to be turned back into it: whoever is shown an address that was followed cannot leave for them.
 */
export const readerOf = ({ id, token }: Pick<SubscriberRecord, 'id' | 'token'>): string =>
  `${id}.${createHash('sha256').update(`reader\n${token}`).digest('base64url').slice(0, 27)}`

export function readReader(text: string): string | undefined {
  return /^(sub_[0-9A-HJKMNP-TV-Z]{26})\.[A-Za-z0-9_-]{27}$/.exec(text)?.[1]
}
