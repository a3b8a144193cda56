import * as z from 'zod'
import { type InboundEvent, messageTypes } from '../networks/network.ts'

/** Longer texts are cut here: an item of the table holds 400 KB, and no network lets a comment be as long. */
export const maxTextLength = 20_000

const cut = (max: number) => z.string().transform((text) => text.slice(0, max).toWellFormed())
/** An id is part of a key (2,048 bytes at most): one that does not fit is refused, never cut. */
const externalId = z.string().min(1).max(400)
/** What is no web address is dropped: a reader will follow it. */
const address = z
  .string()
  .max(2_000)
  .regex(/^https?:\/\//i)
  .optional()
  .catch(undefined)

export const authorSchema = z.object({
  externalId,
  handle: cut(300),
  name: cut(300),
  picture: address,
})

export const messageType = z.enum(messageTypes)

const maxAttachments = 10

export const attachmentSchema = z.object({
  kind: z.enum(['image', 'video', 'audio', 'file', 'sticker', 'place']),
  url: address,
  name: cut(300).optional(),
})

/** Characters of names and values together. */
const maxContext = 2_048

/** One that does not fit is dropped: what was said is worth keeping even where it cannot be answered from here. */
const context = z
  .record(z.string(), z.string())
  .refine((given) => Object.entries(given).flat().join('').length <= maxContext)
  .optional()
  .catch(undefined)

/** What came and could not be read. Longer bytes are cut: an item of the table holds 400 KB. */
export const maxRawBytes = 256 * 1024
const unreadable = z.object({
  why: cut(500),
  raw: z.object({ name: cut(100), contentType: z.string().max(100), bytes: z.instanceof(Uint8Array) }),
})

/** What a connector or a webhook receiver hands over, bounded before anything is stored. */
export const inboundEvent = z.object({
  kind: z.enum([
    'comment',
    'mention',
    'direct_message',
    'review',
    'question',
    'reaction',
    'post_state',
    'message_state',
    'deauthorized',
  ]),
  action: z.enum(['created', 'edited', 'deleted', 'hidden', 'unhidden']),
  externalId,
  direction: z.enum(['incoming', 'outgoing']).optional(),
  recipient: authorSchema.optional(),
  messageType: messageType.optional(),
  at: z.number().int().min(0).max(8_640_000_000_000_000),
  author: authorSchema.optional(),
  text: cut(maxTextLength).optional(),
  fullText: cut(maxTextLength).optional(),
  automatic: z.boolean().optional(),
  unreadable: unreadable.optional(),
  url: address,
  language: z.string().max(35).optional().catch(undefined),
  rating: z.number().min(1).max(5).optional().catch(undefined),
  held: z.boolean().optional(),
  attachments: z
    .array(attachmentSchema)
    .transform((all) => all.slice(0, maxAttachments))
    .optional(),
  state: z.string().max(40).optional().catch(undefined),
  parentExternalId: externalId.optional(),
  postExternalId: externalId.optional(),
  context,
}) satisfies z.ZodType<InboundEvent, unknown>
