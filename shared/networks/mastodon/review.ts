/** What an instance would refuse, said when the post is written. */

import * as z from 'zod'
import type { Message } from '../../i18n/index.ts'
import type { Problem } from '../../kernel/errors.ts'
import type { Content, Limits, Media, Part, Review } from '../network.ts'
import { checkMedia, checkOptions, wishes } from '../rules/index.ts'
import { countGraphemes } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import { type Settings, visibility } from './connect.ts'
import { countLength, cutTags } from './text.ts'
import { mastodonTexts } from './texts.ts'

export const options = z.object({
  visibility: visibility.optional().meta({ description: '`direct` reaches only who is mentioned' }),
  contentWarning: wishes.contentWarning.optional(),
  sensitive: wishes.sensitive.optional(),
  poll: wishes.poll.optional(),
})

const surprises = (text: string, pointer: string): Problem[] =>
  cutTags(text).map(({ typed, read }) => ({
    pointer,
    code: 'hashtag_cut',
    message:
      read === '' ? mastodonTexts.noHashtag({ typed }) : networkTexts.hashtagCut({ typed, read, network: 'Mastodon' }),
    typed,
    read,
  }))

/** What this instance would refuse of a poll, which stands under the first part. */
function reviewPoll(poll: wishes.Poll, first: Part | undefined, settings: Settings): Problem[] {
  const problems: Problem[] = []
  const refuse = (pointer: string, code: string, message: Message) =>
    problems.push({ pointer: `/options/poll${pointer}`, code, message })
  const { options: most, characters, minMinutes, maxMinutes } = settings.poll
  if (poll.options.length > most)
    refuse('/options', 'too_many_answers', mastodonTexts.pollAnswers({ max: most, count: poll.options.length }))
  poll.options.forEach((answer, i) => {
    const length = countGraphemes(answer)
    if (length > characters)
      refuse(`/options/${i}`, 'answer_too_long', mastodonTexts.answerTooLong({ max: characters, length }))
    if (poll.options.indexOf(answer) < i) refuse(`/options/${i}`, 'answer_twice', mastodonTexts.answerTwice())
  })
  if (poll.minutes < minMinutes || poll.minutes > maxMinutes)
    refuse('/minutes', 'poll_duration', mastodonTexts.pollMinutes({ min: minMinutes, max: maxMinutes }))
  if ((first?.media.length ?? 0) > 0)
    problems.push({
      pointer: '/parts/0/media',
      code: 'poll_with_media',
      message: mastodonTexts.pollOrMedia(),
    })
  return problems
}

export function review(content: Content, limits: Limits, settings: Settings): Review {
  const problems = checkOptions(options, content.options)
  const wished = options.safeParse(content.options).data
  const spoiler = wished?.contentWarning ?? ''
  if (wished?.poll !== undefined) problems.push(...reviewPoll(wished.poll, content.parts[0], settings))

  let longest = 0
  content.parts.forEach((part, i) => {
    const length = countLength(part.text, i === 0 ? spoiler : '', settings.charactersPerUrl)
    longest = Math.max(longest, length)
    if (length > limits.text.max)
      problems.push({
        pointer: `/parts/${i}/text`,
        code: 'text_too_long',
        message: mastodonTexts.textTooLong({ max: limits.text.max, length, perLink: settings.charactersPerUrl }),
        length,
        limit: limits.text.max,
      })
    if (part.text.trim() === '' && part.media.length === 0)
      problems.push({ pointer: `/parts/${i}/text`, code: 'empty', message: networkTexts.empty() })
    problems.push(...reviewMedia(part.media, limits, `/parts/${i}/media`))
  })
  if (content.parts.length > limits.maxParts)
    problems.push({
      pointer: `/parts/${limits.maxParts}`,
      code: 'too_many_parts',
      message: networkTexts.threadTooLong({ max: limits.maxParts, count: content.parts.length, network: 'Mastodon' }),
    })
  const warnings = content.parts.flatMap((part, i) => surprises(part.text, `/parts/${i}/text`))
  return { length: longest, limit: limits.text.max, unit: limits.text.unit, problems, warnings }
}

function reviewMedia(media: readonly Media[], limits: Limits, at: string): Problem[] {
  const problems = checkMedia('Mastodon', limits, media, at)
  if (media.length > 1 && media.some((one) => one.kind === 'video'))
    problems.push({
      pointer: at,
      code: 'video_not_alone',
      message: networkTexts.videoAlone({ network: 'Mastodon' }),
    })
  return problems
}
