/** What X would refuse, what it would read otherwise than it was meant, and what it charges. */

import * as z from 'zod'
import type { Message } from '../../i18n/index.ts'
import type { Problem } from '../../kernel/errors.ts'
import type { Content, Cost, Limits, Media, Part, Review } from '../network.ts'
import { checkMedia, checkNotEmpty, checkOptions, checkParts, checkText, wishes } from '../rules/index.ts'
import { networkTexts } from '../texts.ts'
import { maxParts, maxWeightedLength, media as mediaFacts, poll as pollFacts, prices } from './facts.ts'
import {
  accidentalLinks,
  cashtags,
  cutTags,
  hasInvalidCharacters,
  heavyCharacters,
  links,
  weightedLength,
} from './text.ts'
import { xTexts } from './texts.ts'

const image = { mimes: mediaFacts.imageMimes, maxBytes: mediaFacts.imageBytes }
const video = {
  mimes: mediaFacts.videoMimes,
  maxBytes: mediaFacts.videoBytes,
  minSeconds: mediaFacts.videoMinSeconds,
  maxSeconds: mediaFacts.videoMaxSeconds,
  minRatio: mediaFacts.videoMinRatio,
  maxRatio: mediaFacts.videoMaxRatio,
}
const text = { max: maxWeightedLength, unit: 'weighted characters' }

export const limits: Limits = {
  text,
  media: { maxCount: mediaFacts.maxCount, image, video, altMax: mediaFacts.altMax },
  maxParts,
  kinds: {
    video: { media: { maxCount: 1, minCount: 1, video, altMax: mediaFacts.altMax } },
    poll: { media: { maxCount: 0 } },
  },
}

export const options = z.object({
  poll: wishes.poll.optional(),
  replySettings: z
    .enum(['following', 'mentionedUsers', 'subscribers', 'verified'])
    .optional()
    .meta({ description: 'Who may answer; everybody if it is left out' }),
  paidPartnership: wishes.paidPartnership.optional(),
  aiMade: wishes.aiMade.optional(),
})

export function review(content: Content, given: Limits): Review {
  const problems: Problem[] = [
    ...checkOptions(options, content.options),
    ...checkParts('X', content, given),
    ...reviewPoll(content),
  ]
  const warnings: Problem[] = []
  let longest = 0
  content.parts.forEach((part, i) => {
    const at = `/parts/${i}`
    const length = weightedLength(part.text)
    longest = Math.max(longest, length)
    problems.push(
      ...checkText('X', given, length, `${at}/text`),
      ...checkNotEmpty(part, `${at}/text`),
      ...reviewText(part.text, `${at}/text`),
      ...reviewMedia(part, given, `${at}/media`),
    )
    warnings.push(...surprises(part.text, `${at}/text`))
  })
  return { length: longest, limit: given.text.max, unit: given.text.unit, problems, warnings }
}

function reviewText(text: string, pointer: string): Problem[] {
  const problems: Problem[] = []
  const tags = [...new Set(cashtags(text).map((tag) => tag.toUpperCase()))]
  if (tags.length > 1)
    problems.push({
      pointer,
      code: 'too_many_cashtags',
      message: xTexts.oneCashtag({ tags: tags.map((tag) => `$${tag}`).join(', ') }),
    })
  if (hasInvalidCharacters(text))
    problems.push({
      pointer,
      code: 'invalid_characters',
      message: xTexts.invisibleCharacter(),
    })
  return problems
}

const isGif = ({ mime }: Media) => mime === 'image/gif'

function reviewMedia({ media }: Part, given: Limits, at: string): Problem[] {
  // An animated picture may be larger than a still one, and is then a film to X.
  const rules = media.length === 1 && media.every(isGif) ? withGifs(given) : given
  const problems = checkMedia('X', rules, media, at)
  if (media.length > 1 && media.some((one) => one.kind === 'video' || isGif(one)))
    problems.push({
      pointer: at,
      code: 'video_not_alone',
      message: xTexts.videoAlone(),
    })
  return problems
}

const withGifs = (given: Limits): Limits => ({
  ...given,
  media: { ...given.media, image: { mimes: mediaFacts.imageMimes, maxBytes: mediaFacts.gifBytes } },
})

function reviewPoll({ options: given, parts }: Content): Problem[] {
  const wish = options.safeParse(given).data?.poll
  if (wish === undefined) return []
  const problems: Problem[] = []
  const refuse = (pointer: string, code: string, message: Message) =>
    problems.push({ pointer: `/options/poll${pointer}`, code, message })
  if ((parts[0]?.media.length ?? 0) > 0) refuse('', 'poll_with_media', xTexts.pollOrMedia())
  if (wish.options.length > pollFacts.maxOptions)
    refuse(
      `/options/${pollFacts.maxOptions}`,
      'too_many_options',
      networkTexts.pollAnswers({ max: pollFacts.maxOptions, network: 'X' }),
    )
  wish.options.forEach((option, i) => {
    if (Array.from(option).length > pollFacts.maxOptionLength)
      refuse(`/options/${i}`, 'option_too_long', xTexts.pollAnswerMax({ max: pollFacts.maxOptionLength }))
  })
  if (wish.minutes > pollFacts.maxMinutes) refuse('/minutes', 'poll_too_long', xTexts.pollWeek())
  if (wish.multiple) refuse('/multiple', 'poll_multiple', networkTexts.pollOneAnswer({ network: 'X' }))
  return problems
}

function surprises(text: string, pointer: string): Problem[] {
  const warnings: Problem[] = []
  for (const { typed, read } of cutTags(text))
    warnings.push({
      pointer,
      code: 'hashtag_cut',
      message:
        read === undefined ? xTexts.noHashtag({ typed }) : networkTexts.hashtagCut({ typed, read, network: 'X' }),
      typed,
      read,
    })
  for (const { name, times } of heavyCharacters(text))
    warnings.push({
      pointer,
      code: 'counts_double',
      message: xTexts.countsDouble({ name, times }),
    })
  for (const url of accidentalLinks(text))
    warnings.push({
      pointer,
      code: 'accidental_link',
      message: xTexts.readAsLink({ url }),
    })
  return warnings
}

/** What X charges for sending: each part is a post, and each description of a picture a request of its own. */
export function cost(content: Content): Cost {
  const linked = content.parts.filter((part) => links(part.text).length > 0).length
  const plain = content.parts.length - linked
  const described = content.parts.flatMap((part) => part.media).filter(isDescribed).length
  const items = [
    linked > 0 ? xTexts.linkedPosts({ count: linked }) : undefined,
    plain > 0 ? xTexts.plainPosts({ count: plain }) : undefined,
    described > 0 ? xTexts.descriptions({ count: described }) : undefined,
  ].filter((one) => one !== undefined)
  return {
    microUsd: linked * prices.postWithLink + plain * prices.post + described * prices.description,
    reason: xTexts.charged({ items }),
  }
}

/** X takes descriptions of pictures, not of videos. */
export const isDescribed = ({ kind, alt }: Media): boolean => kind === 'image' && alt !== ''
