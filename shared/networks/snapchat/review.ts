/** What Snapchat would refuse, said when the post is written. */

import * as z from 'zod'
import { said } from '../../i18n/index.ts'
import type { Problem } from '../../kernel/errors.ts'
import { type Content, type Limits, limitsOf, type Review } from '../network.ts'
import { checkMedia, checkOptions, checkParts, checkText, wishes } from '../rules/index.ts'
import { networkTexts } from '../texts.ts'
import { title as network } from './facts.ts'
import { snapchatTexts } from './texts.ts'

const kinds = ['story', 'saved_story', 'spotlight'] as const
export type Kind = (typeof kinds)[number]

export const options = z.object({
  kind: z.enum(kinds).optional().meta({
    description:
      '`story` is seen for 24 hours, `saved_story` stays on the profile under its title, `spotlight` is a video for everybody. Without it a video is a Spotlight, a picture a story',
  }),
  title: wishes.title.optional().meta({ description: 'Of a saved story, which needs one' }),
  saveToProfile: z.boolean().optional().meta({ description: 'Whether a Spotlight also stays on the profile; it does' }),
  locale: z
    .string()
    .regex(/^[a-z]{2}_[A-Z]{2}$/, said(snapchatTexts.badLocale()))
    .optional()
    .meta({ description: 'For whom a Spotlight is, like `fr_FR`; else by the language of the post' }),
})

export const kindOf = (content: Content): Kind =>
  options.safeParse(content.options).data?.kind ??
  (content.parts[0]?.media[0]?.kind === 'image' ? 'story' : 'spotlight')

/** `fr` is `fr_FR`: Snapchat wants a country with every language. */
export function localeOf(content: Content): string {
  const wished = options.safeParse(content.options).data?.locale
  if (wished !== undefined) return wished
  try {
    const { language, region } = new Intl.Locale(content.language).maximize()
    if (region !== undefined && /^[a-z]{2}$/.test(language) && /^[A-Z]{2}$/.test(region)) return `${language}_${region}`
  } catch {
    // no language tag: as a post that names none
  }
  return 'en_US'
}

export function review(content: Content, given: Limits): Review {
  const kind = kindOf(content)
  const limits = limitsOf(given, kind)
  const [part = { text: '', media: [] }] = content.parts
  const length = part.text.length
  const shown = kind === 'spotlight'
  const problems: Problem[] = [
    ...checkOptions(options, content.options),
    ...(shown ? checkText(network, limits, length, '/parts/0/text') : []),
    ...checkMedia(network, limits, part.media, '/parts/0/media'),
    ...checkParts(network, content, limits),
  ]
  const warnings: Problem[] = []
  const title = options.safeParse(content.options).data?.title ?? ''
  const titleMax = limits.title?.max ?? Number.POSITIVE_INFINITY
  if (kind === 'saved_story' && title.trim() === '')
    problems.push({
      pointer: '/options/title',
      code: 'title_missing',
      message: snapchatTexts.savedTitle(),
    })
  if (kind === 'saved_story' && title.length > titleMax)
    problems.push({
      pointer: '/options/title',
      code: 'text_too_long',
      message: networkTexts.titleTooLong({ max: titleMax, length: title.length, network: 'Snapchat' }),
      length: title.length,
      limit: titleMax,
    })
  if (!shown && part.text.trim() !== '')
    warnings.push({
      pointer: '/parts/0/text',
      code: 'text_not_shown',
      message: networkTexts.storyText({ network: 'Snapchat' }),
    })
  return { length, limit: limits.text.max, unit: limits.text.unit, problems, warnings }
}
