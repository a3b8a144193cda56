/** What Threads would refuse, said when the post is written. */

import * as z from 'zod'
import type { Problem } from '../../kernel/errors.ts'
import type { Content, Limits, Review } from '../network.ts'
import { checkMedia, checkNotEmpty, checkOptions, checkParts, checkText, wishes } from '../rules/index.ts'
import { findLinks, utf8Length } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import { linksMax, title as network, topic, unconfirmed } from './facts.ts'
import { threadsTexts } from './texts.ts'

export const options = z.object({
  link: wishes.link.optional().meta({ description: 'Shown as a card under a text without media' }),
  topic: z
    .string()
    .min(1)
    .max(topic.max)
    .optional()
    .meta({ description: 'The one topic of the post, without #, full stops and ampersands' }),
  whoReplies: z.enum(['everyone', 'followed', 'mentioned']).optional(),
  sensitive: wishes.sensitive.optional(),
  poll: wishes.poll.optional().meta({ description: 'Two to four answers, open for 24 hours' }),
})

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Characters; of an emoji, however it is put together, its UTF-8 bytes. */
export function lengthOf(text: string): number {
  let length = 0
  for (const { segment } of segmenter.segment(text))
    length += /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20E3/u.test(segment)
      ? utf8Length(segment)
      : Array.from(segment).length
  return length
}

export function review(content: Content, limits: Limits): Review {
  const wished = options.safeParse(content.options).data
  const problems: Problem[] = [...checkOptions(options, content.options), ...checkParts(network, content, limits)]
  let longest = 0
  content.parts.forEach((part, i) => {
    const length = lengthOf(part.text)
    longest = Math.max(longest, length)
    problems.push(
      ...checkText(network, limits, length, `/parts/${i}/text`),
      ...checkNotEmpty(part, `/parts/${i}/text`),
      ...checkMedia(network, limits, part.media, `/parts/${i}/media`),
    )
    if (part.media.some((one) => one.url === undefined))
      problems.push({
        pointer: `/parts/${i}/media`,
        code: 'public_address_missing',
        message: networkTexts.needsPublicAddress({ network: 'Threads' }),
      })
    const card = i === 0 && wished?.link !== undefined ? [wished.link] : []
    const links = new Set([...findLinks(part.text).map(({ url }) => url), ...card])
    if (links.size > linksMax)
      problems.push({
        pointer: `/parts/${i}/text`,
        code: 'too_many_links',
        message: threadsTexts.tooManyLinks({ max: linksMax, count: links.size }),
      })
  })
  if (topic.refused.test(wished?.topic ?? ''))
    problems.push({ pointer: '/options/topic', code: 'character_refused', message: threadsTexts.badTopic() })
  const [first] = content.parts
  for (const name of ['link', 'poll'] as const)
    if (wished?.[name] !== undefined && (first?.media.length ?? 0) > 0)
      problems.push({
        pointer: `/options/${name}`,
        code: 'text_only',
        message: name === 'link' ? threadsTexts.linkAlone() : threadsTexts.pollAlone(),
      })
  if (wished?.poll !== undefined && wished.poll.options.length > 4)
    problems.push({
      pointer: '/options/poll/options',
      code: 'too_many_answers',
      message: threadsTexts.fourAnswers(),
    })
  wished?.poll?.options.forEach((answer, i) => {
    if (Array.from(answer).length > unconfirmed.pollAnswerMax)
      problems.push({
        pointer: `/options/poll/options/${i}`,
        code: 'text_too_long',
        message: threadsTexts.answerTooLong({ max: unconfirmed.pollAnswerMax }),
      })
  })
  const warnings: Problem[] =
    wished?.poll !== undefined && wished.poll.minutes !== 1440
      ? [
          {
            pointer: '/options/poll/minutes',
            code: 'poll_of_a_day',
            message: threadsTexts.pollDay(),
          },
        ]
      : []
  return { length: longest, limit: limits.text.max, unit: limits.text.unit, problems, warnings }
}
