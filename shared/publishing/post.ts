import * as z from 'zod'
import { channelId } from '../channels/index.ts'
import { said } from '../i18n/index.ts'
import { idPattern } from '../kernel/ids.ts'
import { mergePatchOf } from '../kernel/merge-patch.ts'
import { delivery, latePolicy } from './publication.ts'
import { scheduleInput } from './schedule.ts'
import { publishingTexts } from './texts.ts'

export const postId = z.string().regex(idPattern('post'))
const mediaId = z.string().regex(idPattern('media'))

/**
 * A post, its publications and one event for each are written in one transaction, which takes 100 items: with the post,
 * its own event, the audit and the idempotency record, that is 48 channels.
 */
const maxChannels = 48

/** Longer than any network takes; a bound against nonsense. */
const text = z.string().max(100_000)
const language = z.string().regex(/^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$/, said(publishingTexts.languageTag()))
const part = z.strictObject({ text, media: z.array(mediaId).max(20).optional() })

/** What one channel says otherwise. What is absent is the post's own. */
export const variant = z.strictObject({
  text: text.optional(),
  media: z.array(mediaId).max(20).optional(),
  thread: z.array(part).max(49).optional(),
  schedule: scheduleInput.optional(),
  latePolicy: latePolicy.optional(),
  options: z.record(z.string(), z.unknown()).optional().describe('Wishes of the network: see GET /v1/networks.'),
  deliver: delivery
    .optional()
    .describe('`handover`: at its second a person gets a link and publishes it by hand. Default `api`.'),
  instructions: z
    .string()
    .max(5_000)
    .optional()
    .describe('For the person who publishes it by hand: which music, which stickers, whom to tag.'),
  coverMediaId: mediaId.optional().describe('The picture of a video before it plays, or beside a link or an article.'),
})

export const postContent = z.strictObject({
  text,
  channels: z.array(channelId).min(1).max(maxChannels),
  media: z.array(mediaId).max(20).optional(),
  thread: z.array(part).max(49).optional().describe('Further parts, each in answer to the one before.'),
  variants: z.record(channelId, variant).optional().describe('By channel id.'),
  language: language.optional(),
})

export type PostContent = z.infer<typeof postContent>
export type Variant = z.infer<typeof variant>

export const postInput = postContent.extend({ schedule: scheduleInput.optional(), latePolicy: latePolicy.optional() })
export type PostInput = z.infer<typeof postInput>

/** A change of a post; `channels` that are added get a publication, those that are left out lose theirs. */
export const postPatch = mergePatchOf(postContent)
/** A change of what one channel says: of its variant. */
export const publicationPatch = mergePatchOf(variant)

/** What the community manager wants to say. Its publications say it, one per channel. */
export const postSchema = z.object({
  id: postId,
  workspaceId: z.string(),
  text: z.string(),
  channels: z.array(z.string()),
  media: z.array(z.string()),
  thread: z.array(z.object({ text: z.string(), media: z.array(z.string()).optional() })),
  variants: z.record(z.string(), variant),
  language: z.string(),
  /** When its publications leave that have no schedule of their own; absent for a draft. */
  schedule: z.object({ at: z.string(), zone: z.string() }).optional(),
  latePolicy: latePolicy.optional(),
  publicationIds: z.array(z.string()),
  state: z.enum(['active', 'deleted']),
  version: z.number().int(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type Post = z.infer<typeof postSchema>
