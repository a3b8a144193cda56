/** What Instagram would refuse, said when the post is written. */

import * as z from 'zod'
import { said } from '../../i18n/index.ts'
import type { Problem } from '../../kernel/errors.ts'
import type { Content, Limits, Media, Review } from '../network.ts'
import { limitsOf } from '../network.ts'
import { checkMedia, checkOptions, checkParts, checkText, wishes } from '../rules/index.ts'
import { findTags } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import { carousel, image, reel, text, unconfirmed } from './facts.ts'
import { instagramStoryTexts } from './story-texts.ts'
import { instagramTexts } from './texts.ts'

const altMax = unconfirmed.altMax
const alone = { minCount: 1, maxCount: 1 }

export const limits: Limits = {
  text: { max: text.max, unit: 'characters', foldsAt: unconfirmed.foldsAt },
  media: { minCount: 1, maxCount: carousel.max, image, video: reel, altMax },
  maxParts: 1,
  kinds: {
    carousel: { media: { minCount: carousel.min, maxCount: carousel.max, image, video: reel, altMax } },
    reel: { media: { ...alone, video: reel } },
    story: {
      media: {
        ...alone,
        // A story fills the screen: proportions are the phone's business.
        image: { mimes: image.mimes, maxBytes: image.maxBytes, minWidth: image.minWidth },
        video: { mimes: reel.mimes, ...unconfirmed.story },
      },
    },
  },
}

export const options = z.object({
  kind: z
    .enum(['reel', 'story', 'carousel'])
    .optional()
    .meta({ description: 'Without it: a photo, several files as a carousel, a video as a reel' }),
  firstComment: wishes.firstComment.max(unconfirmed.commentMax).optional(),
  collaborators: z
    .array(z.string().regex(/^[\w.]{1,30}$/, said(instagramTexts.badUsername())))
    .max(unconfirmed.maxCollaborators)
    .optional()
    .meta({ description: 'Usernames that are asked to be shown as authors too' }),
  location: z.string().regex(/^\d+$/).optional().meta({ description: 'Id of the Page of a place' }),
  aiMade: wishes.aiMade.optional(),
  /** Of a reel. */
  shareToFeed: z.boolean().optional().meta({ description: 'Whether a reel also stands in the feed; default yes' }),
})

const mentions = /(?<![\w.@])@[a-z0-9_](?:[a-z0-9_.]*[a-z0-9_])?/giu

export function review(content: Content, all: Limits): Review {
  const given = options.safeParse(content.options).data
  const limits = limitsOf(all, given?.kind)
  const [part = { text: '', media: [] }] = content.parts
  // UTF-16 units: never fewer than what Instagram counts, whichever unit that is.
  const { length } = part.text
  const problems: Problem[] = [
    ...checkOptions(options, content.options),
    ...checkParts('Instagram', content, limits),
    ...checkText('Instagram', limits, length, '/parts/0/text'),
    ...checkNumber(findTags(part.text).length, text.hashtags, 'hashtags'),
    ...checkNumber(part.text.match(mentions)?.length ?? 0, text.mentions, 'mentions'),
    ...checkMedia('Instagram', limits, part.media, '/parts/0/media'),
    ...part.media.flatMap((media, i) => checkAddress(media, `/parts/0/media/${i}`)),
    ...(content.cover === undefined ? [] : checkAddress(content.cover, '/cover')),
  ]
  const warnings: Problem[] = []
  if (given?.kind === 'story') {
    if (given.firstComment !== undefined)
      problems.push({
        pointer: '/options/firstComment',
        code: 'no_comments',
        message: networkTexts.storyComments({ network: 'Instagram' }),
      })
    part.media.forEach(({ kind, alt }, i) => {
      if (kind === 'image' && alt !== '')
        warnings.push({
          pointer: `/parts/0/media/${i}`,
          code: 'alt_not_shown',
          message: instagramStoryTexts.noAlt(),
        })
    })
    if (part.text.trim() !== '')
      warnings.push({
        pointer: '/parts/0/text',
        code: 'text_not_shown',
        message: networkTexts.storyText({ network: 'Instagram' }),
      })
  } else if (/https?:\/\//.test(part.text))
    warnings.push({
      pointer: '/parts/0/text',
      code: 'link_not_clickable',
      message: instagramTexts.noLinks(),
    })
  return {
    length,
    limit: limits.text.max,
    unit: limits.text.unit,
    problems,
    ...(warnings.length === 0 ? {} : { warnings }),
  }
}

function checkNumber(count: number, limit: number, what: 'hashtags' | 'mentions'): Problem[] {
  if (count <= limit) return []
  const tooMany = { hashtags: instagramTexts.tooManyHashtags, mentions: instagramTexts.tooManyMentions }[what]
  const message = tooMany({ max: limit, count })
  return [{ pointer: '/parts/0/text', code: `too_many_${what}`, message, count, limit }]
}

function checkAddress({ url }: Media, pointer: string): Problem[] {
  if (url !== undefined) return []
  const message = networkTexts.needsPublicAddress({ network: 'Instagram' })
  return [{ pointer, code: 'media_needs_address', message }]
}
