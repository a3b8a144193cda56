/** What Facebook would refuse, said when the post is written. */

import * as z from 'zod'
import type { Problem } from '../../kernel/errors.ts'
import type { Content, Limits, PostKind, Review } from '../network.ts'
import { limitsOf } from '../network.ts'
import { checkMedia, checkNotEmpty, checkOptions, checkParts, checkText, wishes } from '../rules/index.ts'
import { networkTexts } from '../texts.ts'
import { reel, unconfirmed } from './facts.ts'
import { facebookTexts } from './texts.ts'

const image = { mimes: unconfirmed.photoMimes, maxBytes: unconfirmed.photoBytes }
const video = { mimes: unconfirmed.videoMimes, maxBytes: unconfirmed.videoBytes, minSeconds: 1 }
const upright = { minWidth: reel.minWidth, minHeight: reel.minHeight, minRatio: reel.ratio, maxRatio: reel.ratio }

export const limits: Limits = {
  text: { max: unconfirmed.maxCharacters, unit: 'characters', foldsAt: unconfirmed.foldsAt },
  media: {
    maxCount: unconfirmed.maxPhotos,
    image,
    video: { ...video, maxSeconds: unconfirmed.videoSeconds },
  },
  maxParts: 1,
  kinds: {
    reel: {
      media: {
        minCount: 1,
        maxCount: 1,
        video: { ...video, ...upright, minSeconds: reel.minSeconds, maxSeconds: reel.maxSeconds },
      },
    },
    story: {
      media: {
        minCount: 1,
        maxCount: 1,
        image,
        video: { ...video, ...upright, minSeconds: reel.minSeconds, maxSeconds: unconfirmed.storySeconds },
      },
    },
  },
}

export const options = z.object({
  kind: z.enum(['reel', 'story']).optional().meta({ description: 'Without it the post stands in the feed' }),
  /** The page whose preview is shown. Without it the first link of the text is taken; `false`: none. Not with media. */
  link: z.union([z.url({ protocol: /^https?$/ }), z.literal(false)]).optional(),
  firstComment: wishes.firstComment.optional(),
})

/** What the post is, as its sending goes. */
export type Kind = Extract<PostKind, 'reel' | 'story' | 'video' | 'text'>
export function kindOf(content: Content): Kind {
  const { kind } = options.parse(content.options)
  return kind ?? (content.parts[0]?.media[0]?.kind === 'video' ? 'video' : 'text')
}

export function review(content: Content, all: Limits): Review {
  const problems: Problem[] = checkOptions(options, content.options)
  const warnings: Problem[] = []
  const given = options.safeParse(content.options).data
  const limits = limitsOf(all, given?.kind)
  problems.push(...checkParts('Facebook', content, limits))

  const [part = { text: '', media: [] }] = content.parts
  // UTF-16 units: never fewer than what Facebook counts, whichever unit that is.
  const { length } = part.text
  problems.push(...checkText('Facebook', limits, length, '/parts/0/text'))
  if (!given?.link) problems.push(...checkNotEmpty(part, '/parts/0/text'))
  if (part.media.length > 0 && given?.link)
    problems.push({
      pointer: '/options/link',
      code: 'link_with_media',
      message: facebookTexts.mediaOrLink(),
    })
  problems.push(...checkMedia('Facebook', limits, part.media, '/parts/0/media'))
  const other = part.media.findIndex(({ kind }, i) => i > 0 && (kind === 'video' || part.media[0]?.kind === 'video'))
  if (other > 0 && part.media.length <= limits.media.maxCount)
    problems.push({
      pointer: `/parts/0/media/${other}`,
      code: 'mixed_media',
      message: facebookTexts.photosOrVideo(),
    })
  if (given?.kind !== undefined) {
    const heavy = part.media.findIndex(
      ({ kind, url, bytes }) => kind === 'video' && url === undefined && bytes > unconfirmed.wholeBytes,
    )
    if (heavy >= 0)
      problems.push({
        pointer: `/parts/0/media/${heavy}`,
        code: 'media_needs_address',
        message: facebookTexts.fetchesLarge({ megabytes: unconfirmed.wholeBytes / 1024 ** 2 }),
      })
  }
  if (given?.kind === 'story') {
    if (part.text.trim() !== '')
      warnings.push({
        pointer: '/parts/0/text',
        code: 'text_not_shown',
        message: networkTexts.storyText({ network: 'Facebook' }),
      })
    if (given.firstComment !== undefined)
      problems.push({
        pointer: '/options/firstComment',
        code: 'no_comments',
        message: networkTexts.storyComments({ network: 'Facebook' }),
      })
  }
  return {
    length,
    limit: limits.text.max,
    unit: limits.text.unit,
    problems,
    ...(warnings.length === 0 ? {} : { warnings }),
  }
}
