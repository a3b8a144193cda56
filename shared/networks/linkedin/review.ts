/** What LinkedIn would refuse, said when the post is written. */

import * as z from 'zod'
import type { Message } from '../../i18n/index.ts'
import type { Problem } from '../../kernel/errors.ts'
import type { Content, Limits, Review } from '../network.ts'
import { checkMedia, checkOptions, checkParts, checkText, wishes } from '../rules/index.ts'
import { findLinks } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import { foldsAt, maxCommentary, maxImages, maxPixels, unconfirmed } from './facts.ts'
import { cutTags } from './text.ts'
import { linkedinTexts } from './texts.ts'

const image = { mimes: unconfirmed.imageMimes, maxBytes: unconfirmed.imageBytes, maxPixels }
const video = {
  mimes: unconfirmed.videoMimes,
  maxBytes: unconfirmed.videoBytes,
  minSeconds: unconfirmed.videoMinSeconds,
  maxSeconds: unconfirmed.videoMaxSeconds,
}
const document = { mimes: unconfirmed.documentMimes, maxBytes: unconfirmed.documentBytes }
const { altMax } = unconfirmed

export const limits: Limits = {
  text: { max: maxCommentary, unit: 'characters', foldsAt },
  media: { maxCount: maxImages, image, video, document, altMax },
  title: { max: unconfirmed.articleTitle, unit: 'characters' },
  maxParts: 1,
  kinds: {
    image: { media: { maxCount: 1, minCount: 1, image, altMax } },
    images: { media: { maxCount: maxImages, minCount: 2, image, altMax } },
    video: { media: { maxCount: 1, minCount: 1, video } },
    document: { media: { maxCount: 1, minCount: 1, document } },
    poll: { media: { maxCount: 0 }, title: { max: unconfirmed.poll.maxQuestion, unit: 'characters' } },
  },
}

export const options = z.object({
  link: z
    .union([wishes.link, z.literal(false)])
    .optional()
    .meta({
      description: 'The page whose card is shown; the first link of the text if it is left out, `false` for none',
    }),
  title: wishes.title.optional().meta({
    description:
      'Of the card, the video or the document, or the question of a poll; the page’s or the file’s own if left out',
  }),
  description: z
    .string()
    .min(1)
    .max(unconfirmed.articleDescription)
    .optional()
    .meta({ description: 'Of the card; the page’s own if left out' }),
  poll: wishes.poll.optional(),
  noReshare: z.boolean().optional().meta({ description: 'Nobody may share the post on' }),
})
export type Options = z.infer<typeof options>

/** The page whose card is shown: only where nothing else is. */
export function linkOf({ parts, options: given }: Content): string | undefined {
  const { link, poll } = options.parse(given)
  const [part] = parts
  if (link === false || poll !== undefined || (part?.media.length ?? 0) > 0) return undefined
  return link ?? findLinks(part?.text ?? '')[0]?.url
}

/** The question of a poll: its title, or the text where that is short enough. */
export const questionOf = ({ parts }: Content, { title }: Options): string => title ?? parts[0]?.text ?? ''

export function review(content: Content, given: Limits): Review {
  const wish = options.safeParse(content.options).data ?? {}
  const [part = { text: '', media: [] }] = content.parts
  const { length } = part.text
  const problems: Problem[] = [
    ...checkOptions(options, content.options),
    ...checkParts('LinkedIn', content, given),
    ...checkText('LinkedIn', given, length, '/parts/0/text'),
    ...checkMedia('LinkedIn', given, part.media, '/parts/0/media'),
    ...together(content, wish),
    ...reviewPoll(content, wish),
  ]
  const warnings = cutTags(part.text).map(({ typed, read }) => ({
    pointer: '/parts/0/text',
    code: 'hashtag_cut',
    message:
      read === undefined
        ? linkedinTexts.noHashtag({ typed })
        : networkTexts.hashtagCut({ typed, read, network: 'LinkedIn' }),
    typed,
    read,
  }))
  return { length, limit: given.text.max, unit: given.text.unit, problems, warnings }
}

/** What a post shows is one thing: pictures, a video, a document, a card, or a poll. */
function together({ parts }: Content, { link, poll, title }: Options): Problem[] {
  const [part = { text: '', media: [] }] = parts
  const problems: Problem[] = []
  if (part.text.trim() === '' && part.media.length === 0 && !link && poll === undefined)
    problems.push({ pointer: '/parts/0/text', code: 'empty', message: linkedinTexts.emptyHere() })
  if (part.media.length > 1 && part.media.some(({ kind }) => kind !== 'image'))
    problems.push({
      pointer: '/parts/0/media',
      code: 'video_not_alone',
      message: linkedinTexts.videoOrDocumentAlone(),
    })
  if (part.media.length > 0 && typeof link === 'string')
    problems.push({
      pointer: '/options/link',
      code: 'link_with_media',
      message: linkedinTexts.mediaOrCard(),
    })
  if (typeof link === 'string' && poll !== undefined)
    problems.push({ pointer: '/options/link', code: 'link_with_poll', message: linkedinTexts.pollCard() })
  if (title !== undefined && title.length > unconfirmed.articleTitle)
    problems.push({
      pointer: '/options/title',
      code: 'title_too_long',
      message: networkTexts.titleTooLong({ max: unconfirmed.articleTitle, length: title.length, network: 'LinkedIn' }),
    })
  return problems
}

function reviewPoll(content: Content, wish: Options): Problem[] {
  const { poll } = wish
  if (poll === undefined) return []
  const { maxQuestion, maxOptions, maxOptionLength, durations } = unconfirmed.poll
  const problems: Problem[] = []
  const refuse = (pointer: string, code: string, message: Message) =>
    problems.push({ pointer: `/options/${pointer}`, code, message })
  const question = questionOf(content, wish)
  if (question.trim() === '' || question.length > maxQuestion)
    refuse('title', 'poll_question', linkedinTexts.pollQuestion({ max: maxQuestion }))
  if ((content.parts[0]?.media.length ?? 0) > 0)
    refuse('poll', 'poll_with_media', networkTexts.pollMedia({ network: 'LinkedIn' }))
  if (poll.options.length > maxOptions)
    refuse(
      `poll/options/${maxOptions}`,
      'too_many_options',
      networkTexts.pollAnswers({ max: maxOptions, network: 'LinkedIn' }),
    )
  poll.options.forEach((option, i) => {
    if (option.length > maxOptionLength)
      refuse(
        `poll/options/${i}`,
        'option_too_long',
        networkTexts.pollAnswerTooLong({ max: maxOptionLength, length: option.length, network: 'LinkedIn' }),
      )
  })
  if (!(poll.minutes in durations)) refuse('poll/minutes', 'poll_duration', linkedinTexts.pollDuration())
  if (poll.multiple) refuse('poll/multiple', 'poll_multiple', networkTexts.pollOneAnswer({ network: 'LinkedIn' }))
  return problems
}
