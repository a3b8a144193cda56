/** What YouTube would refuse, and what the law asks, said when the video is written. */

import * as z from 'zod'
import { type Message, said } from '../../i18n/index.ts'
import type { Problem } from '../../kernel/errors.ts'
import { type Content, type Limits, limitsOf, type Media, type Review } from '../network.ts'
import { checkMedia, checkOptions, checkParts, checkText, wishes } from '../rules/index.ts'
import { findTags, utf8Length } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import { title as network, unconfirmed } from './facts.ts'
import { youtubeTexts } from './texts.ts'

export const options = z.object({
  kind: z
    .enum(['video', 'short'])
    .optional()
    .meta({ description: 'A Short is upright or square, three minutes at most' }),
  title: wishes.title.optional(),
  tags: z
    .array(z.string().min(1).max(500))
    .max(200)
    .optional()
    .meta({ description: 'Words to be found by, not shown' }),
  privacy: z.enum(['public', 'unlisted', 'private']).optional().meta({ description: 'Who sees it. Default public' }),
  madeForChildren: wishes.madeForChildren.optional(),
  aiMade: wishes.aiMade.optional(),
  paidPartnership: wishes.paidPartnership.optional(),
  categoryId: z
    .string()
    .regex(/^\d{1,4}$/, said(youtubeTexts.badCategory()))
    .optional()
    .meta({ description: 'A number of YouTube’s list of categories. Default: its own' }),
  firstComment: wishes.firstComment.optional(),
})
export type Options = z.infer<typeof options>

/** Commas between tags count, and so do the quotation marks around those with a space. */
export const tagsLength = (tags: readonly string[]): number =>
  tags.reduce((sum, tag) => sum + tag.length + (tag.includes(' ') ? 2 : 0), Math.max(0, tags.length - 1))

export function review(content: Content, given: Limits): Review {
  const wished = options.safeParse(content.options).data ?? {}
  const limits = limitsOf(given, wished.kind)
  const [part = { text: '', media: [] }] = content.parts
  const length = utf8Length(part.text)
  const problems: Problem[] = [
    ...checkOptions(options, content.options),
    ...checkText(network, limits, length, '/parts/0/text'),
    ...checkMedia(network, limits, part.media, '/parts/0/media'),
    ...checkParts(network, content, limits),
    ...checkTitle(wished.title, limits),
    ...checkWishes(wished),
    ...brackets(part.text, '/parts/0/text'),
    ...(content.cover === undefined ? [] : checkCover(content.cover)),
  ]
  return {
    length,
    limit: limits.text.max,
    unit: limits.text.unit,
    problems,
    warnings: warningsOf(content, part.text, part.media[0], wished),
  }
}

function checkTitle(title: string | undefined, limits: Limits): Problem[] {
  const pointer = '/options/title'
  if (title === undefined || title.trim() === '')
    return [{ pointer, code: 'title_missing', message: youtubeTexts.needsTitle() }]
  const max = limits.title?.max ?? Number.POSITIVE_INFINITY
  // UTF-16 units: never fewer than what YouTube counts, whichever unit that is.
  if (title.length <= max) return brackets(title, pointer)
  const message = networkTexts.titleTooLong({ max, length: title.length, network: 'YouTube' })
  return [{ pointer, code: 'text_too_long', message, length: title.length, limit: max }]
}

const brackets = (text: string, pointer: string): Problem[] =>
  /[<>]/.test(text) ? [{ pointer, code: 'character_refused', message: youtubeTexts.brackets() }] : []

function checkWishes({ madeForChildren, tags = [], firstComment, privacy }: Options): Problem[] {
  const problems: Problem[] = []
  if (madeForChildren === undefined)
    problems.push({
      pointer: '/options/madeForChildren',
      code: 'made_for_children_missing',
      message: youtubeTexts.madeForChildren(),
    })
  problems.push(...tags.flatMap((tag, i) => brackets(tag, `/options/tags/${i}`)))
  const length = tagsLength(tags)
  const max = unconfirmed.tagsCharacters
  if (length > max)
    problems.push({
      pointer: '/options/tags',
      code: 'text_too_long',
      message: youtubeTexts.tagsTooLong({ max, length }),
      length,
      limit: max,
    })
  if (firstComment === undefined) return problems
  const refuse = (code: string, message: Message) => problems.push({ pointer: '/options/firstComment', code, message })
  if (madeForChildren === true) refuse('comments_closed', youtubeTexts.childrenNoComments())
  if (privacy === 'private') refuse('comments_closed', youtubeTexts.privateNoComments())
  return problems
}

function checkCover(cover: Media): Problem[] {
  const refuse = (code: string, message: Message): Problem[] => [{ pointer: '/cover', code, message }]
  if (!['image/jpeg', 'image/png'].includes(cover.mime))
    return refuse('media_type', youtubeTexts.thumbnailType({ mime: cover.mime }))
  if (cover.bytes > unconfirmed.thumbnailBytes)
    return refuse(
      'media_too_large',
      youtubeTexts.thumbnailTooLarge({ max: unconfirmed.thumbnailBytes, bytes: cover.bytes }),
    )
  return []
}

function warningsOf({ cover }: Content, text: string, media: Media | undefined, { kind }: Options): Problem[] {
  const warnings: Problem[] = []
  const warn = (pointer: string, code: string, message: Message) => warnings.push({ pointer, code, message })
  const seconds = media?.seconds ?? Number.POSITIVE_INFINITY
  const upright = media !== undefined && media.width > 0 && media.width <= media.height
  if (kind !== 'short' && upright && seconds <= unconfirmed.shortSeconds)
    warn('/parts/0/media/0', 'becomes_short', youtubeTexts.makesShort())
  if (media?.seconds !== undefined && seconds > unconfirmed.unverifiedSeconds)
    warn('/parts/0/media/0', 'needs_verified_channel', youtubeTexts.longVideo())
  if (cover !== undefined && (kind === 'short' || (upright && seconds <= unconfirmed.shortSeconds)))
    warn('/cover', 'cover_hidden', youtubeTexts.shortsFrame())
  if (cover !== undefined && cover.width > 0 && cover.width < unconfirmed.thumbnailWidth)
    warn('/cover', 'media_too_small', youtubeTexts.thumbnailSharp({ width: unconfirmed.thumbnailWidth }))
  if (findTags(text).length > unconfirmed.maxHashtags)
    warn('/parts/0/text', 'too_many_tags', youtubeTexts.tooManyHashtags({ max: unconfirmed.maxHashtags }))
  return warnings
}
