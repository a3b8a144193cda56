import * as z from 'zod'
import type { Problem } from '../../kernel/errors.ts'
import type { Content, Limits, Review } from '../network.ts'
import { checkMedia, checkNotEmpty, checkOptions, checkParts, checkText, wishes } from '../rules/index.ts'
import { countGraphemes } from '../text/index.ts'
import { limits as most } from './facts.ts'
import { usenetTexts } from './texts.ts'

export const options = z.object({
  title: wishes.title.optional().meta({ description: 'The subject; needed' }),
})

export const limits: Limits = {
  text: { max: most.text, unit: 'characters' },
  title: { max: most.title, unit: 'characters' },
  media: { maxCount: 0 },
  maxParts: 1,
}

const title = 'Usenet'

export function review(content: Content, given: Limits): Review {
  const lengths = content.parts.map((part) => countGraphemes(part.text))
  const problems: Problem[] = checkOptions(options, content.options)
  problems.push(...checkSubject(content.options['title'], given))
  content.parts.forEach((part, i) => {
    problems.push(...checkText(title, given, lengths[i] ?? 0, `/parts/${i}/text`))
    problems.push(...checkNotEmpty(part, `/parts/${i}/text`))
    problems.push(...checkMedia(title, given, part.media, `/parts/${i}/media`))
  })
  problems.push(...checkParts(title, content, given))
  return { length: Math.max(0, ...lengths), limit: given.text.max, unit: given.text.unit, problems }
}

function checkSubject(subject: unknown, { title: rule }: Limits): Problem[] {
  const pointer = '/options/title'
  if (subject === undefined) return [{ pointer, code: 'title_missing', message: usenetTexts.needsSubject() }]
  if (typeof subject !== 'string' || rule === undefined) return []
  const length = countGraphemes(subject)
  if (length <= rule.max) return []
  return [
    {
      pointer,
      code: 'title_too_long',
      message: usenetTexts.subjectTooLong({ max: rule.max, length }),
      length,
      limit: rule.max,
    },
  ]
}
