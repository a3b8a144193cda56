import * as z from 'zod'
import { textSchema } from '../i18n/index.ts'
import { millis } from '../kernel/clock.ts'
import { postSchema } from './post.ts'
import type { CheckedPublication, PostWithPublications } from './posts.ts'
import { previewSchema } from './preview.ts'
import { handover, latePolicy, publicationCost, publicationSchema } from './publication.ts'
import { scheduleInput } from './schedule.ts'

const found = z.looseObject({ pointer: z.string(), code: z.string(), message: textSchema })

/** A publication as it is answered. `lateMs`: start of its first call against its instant; absent while it has not left. */
export const publicationViewSchema = publicationSchema.extend({
  lateMs: z.number().optional(),
  warnings: z
    .array(found)
    .optional()
    .describe(
      'In the answer to a call that writes it: what a person would not expect, such as the same text near its moment on a network that refuses that. They stop nothing.',
    ),
  handover: handover
    .omit({ reminders: true })
    .extend({
      url: z
        .string()
        .optional()
        .describe('While it is `handed_over`: the page of its person. Whoever has it needs no key, for seven days.'),
    })
    .optional()
    .describe('Shown to those who may write posts.'),
})
export const postViewSchema = postSchema.extend({ publications: z.array(publicationViewSchema) })

export const channelReviewSchema = z.object({
  channelId: z.string(),
  network: z.string(),
  length: z.number(),
  limit: z.number(),
  unit: z.string(),
  problems: z.array(found).describe('What the network would refuse.'),
  warnings: z.array(found).describe('What it takes, but a person would not expect. They do not stop a post.'),
  notes: z.array(found).describe('What is done to media so that the network takes them, or why that cannot be done.'),
  cost: publicationCost.optional().describe('At the platform’s price list; absent where sending is free.'),
})

export const channelPreviewSchema = channelReviewSchema.extend({ preview: previewSchema })

export const rescheduling = z.strictObject({ schedule: scheduleInput, latePolicy: latePolicy.optional() })

/** What a person saw on the network of an unconfirmed publication, or did with one that was handed over. */
export const resolutionSchema = z.union([
  z.strictObject({
    published: z.strictObject({
      url: z.url({ protocol: /^https?$/ }).max(2_000),
      externalId: z
        .string()
        .min(1)
        .max(500)
        .optional()
        .describe('The network’s own id of the post: with it, its comments and counters are found.'),
    }),
  }),
  z.strictObject({ resend: z.literal(true) }),
  z.strictObject({ cancel: z.literal(true) }),
])
export type Resolution = z.infer<typeof resolutionSchema>

/** `linkTo`: for those who may see what was handed over, the address of its page. */
export function publicationView(
  { handover: handed, warnings, ...rest }: CheckedPublication,
  linkTo?: (publicationId: string) => string,
): z.infer<typeof publicationViewSchema> {
  const publication = warnings === undefined ? rest : { ...rest, warnings: [...warnings] }
  const { startedAt, dueAt, state, id } = publication
  const lateMs = startedAt === undefined || dueAt === undefined ? {} : { lateMs: millis(startedAt) - millis(dueAt) }
  if (handed === undefined || linkTo === undefined) return { ...publication, ...lateMs }
  const { reminders: _, ...shown } = handed
  const url = state === 'handed_over' ? { url: linkTo(id) } : {}
  return { ...publication, ...lateMs, handover: { ...shown, ...url } }
}

export function postView(
  { post, publications }: PostWithPublications,
  linkTo?: (publicationId: string) => string,
): z.infer<typeof postViewSchema> {
  return { ...post, publications: publications.map((publication) => publicationView(publication, linkTo)) }
}
