/** What every network of articles asks for, said while the article is written. */

import type { Problem } from '../../kernel/errors.ts'
import type { Content, Limits, Review } from '../network.ts'
import { checkMedia, checkNotEmpty, checkOptions, checkParts, checkText } from '../rules/index.ts'
import { networkTexts } from '../texts.ts'
import { options } from './options.ts'
import { articlesTexts } from './texts.ts'

const lengthOf = (text: string) => Array.from(text).length

export function reviewArticle(network: string, content: Content, limits: Limits): Review {
  const [part = { text: '', media: [] }] = content.parts
  const length = lengthOf(part.text)
  const problems: Problem[] = [
    ...checkOptions(options, content.options),
    ...checkText(network, limits, length, '/parts/0/text'),
    ...checkNotEmpty(part, '/parts/0/text'),
    ...checkMedia(network, limits, part.media, '/parts/0/media'),
    ...checkParts(network, content, limits),
  ]
  const title = options.safeParse(content.options).data?.title ?? ''
  const titleMax = limits.title?.max ?? Number.POSITIVE_INFINITY
  if (title.trim() === '')
    problems.push({
      pointer: '/options/title',
      code: 'title_missing',
      message: articlesTexts.needsTitle({ network }),
    })
  if (lengthOf(title) > titleMax)
    problems.push({
      pointer: '/options/title',
      code: 'text_too_long',
      message: networkTexts.titleTooLong({ network, max: titleMax, length: lengthOf(title) }),
      length: lengthOf(title),
      limit: titleMax,
    })
  return { length, limit: limits.text.max, unit: limits.text.unit, problems }
}
