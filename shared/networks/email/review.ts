import * as z from 'zod'
import type { Message } from '../../i18n/index.ts'
import type { Problem } from '../../kernel/errors.ts'
import type { Content, Limits, Review } from '../network.ts'
import { checkMedia, checkNotEmpty, checkOptions, checkParts, checkText, wishes } from '../rules/index.ts'
import { countGraphemes } from '../text/index.ts'
import { limits as most } from './facts.ts'
import { emailTexts } from './texts.ts'

export const options = z.object({
  kind: z.literal('newsletter').optional(),
  title: wishes.title.optional().meta({ description: 'The subject; needed' }),
  listId: z.string().min(1).max(60).optional().meta({ description: 'The list that gets it; needed' }),
  preheader: z
    .string()
    .min(1)
    .max(most.preheader)
    .optional()
    .meta({ description: 'What mail programs show beside the subject' }),
})

export const limits: Limits = {
  text: { max: most.text, unit: 'characters' },
  title: { max: most.title, unit: 'characters', foldsAt: most.titleShown },
  media: { maxCount: 0 },
  maxParts: 1,
}

const title = 'Email'

export function review(content: Content, given: Limits): Review {
  const lengths = content.parts.map((part) => countGraphemes(part.text))
  const problems: Problem[] = checkOptions(options, content.options)
  const { title: subject, listId } = content.options
  const missing = (pointer: string, code: string, message: Message) => problems.push({ pointer, code, message })
  if (subject === undefined) missing('/options/title', 'title_missing', emailTexts.needsSubject())
  if (listId === undefined) missing('/options/listId', 'list_missing', emailTexts.needsList())
  const length = typeof subject === 'string' ? countGraphemes(subject) : 0
  const { max = most.title, foldsAt = most.titleShown } = { ...limits.title, ...given.title }
  if (length > max) missing('/options/title', 'title_too_long', emailTexts.subjectTooLong({ max, length }))
  content.parts.forEach((part, i) => {
    problems.push(...checkText(title, given, lengths[i] ?? 0, `/parts/${i}/text`))
    problems.push(...checkNotEmpty(part, `/parts/${i}/text`))
    problems.push(...checkMedia(title, given, part.media, `/parts/${i}/media`))
  })
  problems.push(...checkParts(title, content, given))
  const warnings: Problem[] =
    length > foldsAt
      ? [
          {
            pointer: '/options/title',
            code: 'title_is_cut',
            message: emailTexts.subjectFolds({ shown: foldsAt, length }),
          },
        ]
      : []
  return { length: Math.max(0, ...lengths), limit: given.text.max, unit: given.text.unit, problems, warnings }
}
