/** What Discourse would refuse, said when the topic is written. */

import * as z from 'zod'
import type { Problem } from '../../kernel/errors.ts'
import type { Content, Limits, Review } from '../network.ts'
import { checkMedia, checkNotEmpty, checkOptions, checkParts, checkText, wishes } from '../rules/index.ts'
import { networkTexts } from '../texts.ts'
import { defaults, title as network } from './facts.ts'
import { discourseTexts } from './texts.ts'

const id = z.number().int().positive()

export const options = z.object({
  title: wishes.title.optional(),
  categoryId: id.optional().meta({ description: 'The number in the category’s address; else that of the settings' }),
  topicId: id.optional().meta({ description: 'To answer in a topic instead of making one: the number in its address' }),
  replyTo: id.optional().meta({ description: 'The number of the post in that topic that is answered' }),
})

const lengthOf = (text: string) => Array.from(text).length

export function review(content: Content, limits: Limits): Review {
  const [part = { text: '', media: [] }] = content.parts
  const length = lengthOf(part.text)
  const problems: Problem[] = [
    ...checkOptions(options, content.options),
    ...checkText(network, limits, length, '/parts/0/text'),
    ...checkNotEmpty(part, '/parts/0/text'),
    ...checkMedia(network, limits, part.media, '/parts/0/media'),
    ...checkParts(network, content, limits),
  ]
  const warnings: Problem[] = []
  const wished = options.safeParse(content.options).data
  const titleLength = lengthOf(wished?.title?.trim() ?? '')
  const titleMax = limits.title?.max ?? Number.POSITIVE_INFINITY
  const pointer = '/options/title'
  if (wished?.topicId === undefined) {
    if (titleLength === 0) problems.push({ pointer, code: 'title_missing', message: discourseTexts.needsTitle() })
    else if (titleLength < defaults.minTitle)
      warnings.push({
        pointer,
        code: 'title_short',
        message: discourseTexts.shortTitle({ min: defaults.minTitle, length: titleLength }),
      })
    if (length > 0 && length < defaults.minTopic)
      warnings.push({
        pointer: '/parts/0/text',
        code: 'text_short',
        message: discourseTexts.shortTopic({ min: defaults.minTopic, length }),
      })
  }
  if (titleLength > titleMax)
    problems.push({
      pointer,
      code: 'text_too_long',
      message: networkTexts.titleTooLong({ max: titleMax, length: titleLength, network: 'Discourse' }),
      length: titleLength,
      limit: titleMax,
    })
  return { length, limit: limits.text.max, unit: limits.text.unit, problems, warnings }
}
