/** What Discord would refuse, said when the message is written. */

import * as z from 'zod'
import type { Problem } from '../../kernel/errors.ts'
import type { Content, Limits, Review } from '../network.ts'
import { checkMedia, checkOptions, checkParts, checkText, wishes } from '../rules/index.ts'
import { networkTexts } from '../texts.ts'
import type { Settings } from './api.ts'
import { answerMax, title as network, limits as ours, pollHours, questionMax } from './facts.ts'
import { discordTexts } from './texts.ts'

export const options = z.object({
  title: wishes.title.optional().meta({ description: 'Of a post in a forum, where there is no other way' }),
  poll: wishes.poll.extend({ question: z.string().min(1).max(questionMax) }).optional(),
  embed: z
    .object({
      title: z.string().min(1).max(256).optional(),
      description: z.string().min(1).max(4096).optional(),
      url: z.url().max(2048).optional(),
      colour: z.number().int().min(0).max(0xffffff).optional(),
      footer: z.string().min(1).max(2048).optional(),
    })
    .optional()
    .meta({ description: 'A framed card below the text' }),
  mentions: z
    .enum(['none', 'everyone'])
    .optional()
    .meta({ description: '`everyone`: what the text calls rings. Default `none`' }),
  sensitive: wishes.sensitive.optional(),
})

export const lengthOf = (text: string): number => Array.from(text).length

export function review(content: Content, limits: Limits, settings: Settings): Review {
  const [part = { text: '', media: [] }] = content.parts
  const length = lengthOf(part.text)
  const problems: Problem[] = [
    ...checkOptions(options, content.options),
    ...checkText(network, limits, length, '/parts/0/text'),
    ...checkMedia(network, limits, part.media, '/parts/0/media'),
    ...checkParts(network, content, limits),
  ]
  const wished = options.safeParse(content.options).data
  if (part.text.trim() === '' && part.media.length === 0 && wished?.poll === undefined && wished?.embed === undefined)
    problems.push({
      pointer: '/parts/0/text',
      code: 'empty',
      message: discordTexts.emptyHere(),
    })
  if (settings.forum === true && wished?.title === undefined)
    problems.push({
      pointer: '/options/title',
      code: 'title_missing',
      message: discordTexts.forumTitle(),
    })
  const titleMax = ours.title?.max ?? 100
  if (lengthOf(wished?.title ?? '') > titleMax)
    problems.push({
      pointer: '/options/title',
      code: 'text_too_long',
      message: networkTexts.titleTooLong({ max: titleMax, length: lengthOf(wished?.title ?? ''), network: 'Discord' }),
    })
  wished?.poll?.options.forEach((answer, i) => {
    if (lengthOf(answer) > answerMax)
      problems.push({
        pointer: `/options/poll/options/${i}`,
        code: 'text_too_long',
        message: networkTexts.pollAnswerTooLong({ max: answerMax, length: lengthOf(answer), network: 'Discord' }),
      })
  })
  if (wished?.poll !== undefined && wished.poll.options.length > 10)
    problems.push({
      pointer: '/options/poll/options',
      code: 'too_many_answers',
      message: discordTexts.tenAnswers(),
    })
  if ((wished?.poll?.minutes ?? 0) > pollHours.max * 60)
    problems.push({
      pointer: '/options/poll/minutes',
      code: 'poll_too_long',
      message: discordTexts.pollHours({ max: pollHours.max }),
    })
  return { length, limit: limits.text.max, unit: limits.text.unit, problems }
}
