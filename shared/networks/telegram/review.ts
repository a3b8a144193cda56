/** What Telegram would refuse, said when the message is written. */

import * as z from 'zod'
import type { Problem } from '../../kernel/errors.ts'
import { type Content, type Limits, limitsOf, type Review } from '../network.ts'
import { checkMedia, checkNotEmpty, checkOptions, checkParts, checkText, wishes } from '../rules/index.ts'
import { title } from './facts.ts'
import { telegramTexts } from './texts.ts'

export const options = z.object({
  silent: z.boolean().optional().meta({ description: 'Nobody’s telephone rings for it' }),
  protect: z.boolean().optional().meta({ description: 'It can be neither forwarded nor saved' }),
  linkPreview: z
    .enum(['none', 'small', 'large', 'above'])
    .optional()
    .meta({ description: 'How a link in the text is shown' }),
  spoiler: wishes.sensitive.optional(),
})

export function review(content: Content, given: Limits): Review {
  const [part = { text: '', media: [] }] = content.parts
  const limits = limitsOf(given, part.media.length > 0 ? 'images' : undefined)
  // Telegram counts what is left after its own marks; Parvis sends none, so nothing is left out
  const length = part.text.length
  const problems: Problem[] = [
    ...checkOptions(options, content.options),
    ...checkText(title, limits, length, '/parts/0/text'),
    ...checkNotEmpty(part, '/parts/0/text'),
    ...checkMedia(title, limits, part.media, '/parts/0/media'),
    ...checkParts(title, content, limits),
  ]
  part.media.forEach((one, i) => {
    if (one.width + one.height > 10_000)
      problems.push({
        pointer: `/parts/0/media/${i}`,
        code: 'media_too_wide',
        message: telegramTexts.pictureTooWide({ width: one.width, height: one.height }),
      })
  })
  return { length, limit: limits.text.max, unit: limits.text.unit, problems }
}
