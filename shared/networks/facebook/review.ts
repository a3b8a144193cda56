/** What Facebook would refuse, said when the post is written. */
import * as z from 'zod'
import type { Problem } from '../../kernel/errors.ts'
import type { Content, Limits, Review } from '../network.ts'
import { unconfirmed } from './facts.ts'

export const limits: Limits = {
  text: { max: unconfirmed.maxCharacters, unit: 'characters' },
  media: {
    maxCount: unconfirmed.maxPhotos,
    image: { mimes: unconfirmed.photoMimes, maxBytes: unconfirmed.photoBytes },
  },
  maxParts: 1,
}

export const options = z.object({
  /** The page whose preview is shown. Without it the first link of the text is taken; `false`: none. Not with photos. */
  link: z.union([z.url({ protocol: /^https?$/ }), z.literal(false)]).optional(),
})

export function review(content: Content, { text: rule, media, maxParts }: Limits): Review {
  const problems: Problem[] = []
  const wishes = options.safeParse(content.options)
  if (!wishes.success)
    for (const issue of wishes.error.issues)
      problems.push({ pointer: ['/options', ...issue.path].join('/'), code: 'invalid_option', message: issue.message })
  if (content.parts.length > maxParts)
    problems.push({
      pointer: '/parts/1',
      code: 'too_many_parts',
      message: 'Facebook has no threads: say it in one post.',
    })

  const [part] = content.parts
  // UTF-16 units: never fewer than what Facebook counts, whichever unit that is.
  const length = part?.text.length ?? 0
  if (length > rule.max)
    problems.push({
      pointer: '/parts/0/text',
      code: 'text_too_long',
      message: `Facebook takes ${rule.max} characters; the text has ${length}.`,
      length,
      limit: rule.max,
    })
  if (part === undefined || (part.text.trim() === '' && part.media.length === 0 && !wishes.data?.link))
    problems.push({ pointer: '/parts/0/text', code: 'empty', message: 'Write something, or add a photo or a link.' })
  if (part !== undefined && part.media.length > 0 && wishes.data?.link)
    problems.push({
      pointer: '/options/link',
      code: 'link_with_media',
      message: 'A post shows either photos or a link preview.',
    })
  if (part !== undefined && part.media.length > media.maxCount)
    problems.push({
      pointer: `/parts/0/media/${media.maxCount}`,
      code: 'too_many_media',
      message: `Facebook takes ${media.maxCount} photos a post; there are ${part.media.length}.`,
    })
  part?.media.forEach((one, i) => {
    const pointer = `/parts/0/media/${i}`
    const rules = media[one.kind]
    if (rules === undefined || !rules.mimes.includes(one.mime))
      problems.push({
        pointer,
        code: 'media_type',
        message: `Parvis cannot post ${one.mime} to Facebook; it takes ${limits.media.image?.mimes.join(', ')}.`,
      })
    else if (one.bytes > rules.maxBytes)
      problems.push({
        pointer,
        code: 'media_too_large',
        message: `Facebook takes ${rules.maxBytes} bytes a photo; this one has ${one.bytes}.`,
      })
  })
  return { length, limit: rule.max, unit: rule.unit, problems }
}
