/** What Pinterest would refuse, said when the pin is written. */

import * as z from 'zod'
import { said } from '../../i18n/index.ts'
import type { Problem } from '../../kernel/errors.ts'
import type { Content, Limits, Review } from '../network.ts'
import { checkMedia, checkOptions, checkParts, checkText, wishes } from '../rules/index.ts'
import { networkTexts } from '../texts.ts'
import type { Settings } from './api.ts'
import { title as network } from './facts.ts'
import { pinterestTexts } from './texts.ts'

const id = z.string().regex(/^\d+$/, said(networkTexts.notANumber()))

export const options = z.object({
  title: wishes.title.optional(),
  link: wishes.link.optional(),
  boardId: id
    .optional()
    .meta({ description: 'The number in the address of the board’s page; else that of the settings' }),
  boardSectionId: id.optional(),
})

const lengthOf = (text: string) => Array.from(text).length

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
  const titleLength = lengthOf(wished?.title ?? '')
  const titleMax = limits.title?.max ?? Number.POSITIVE_INFINITY
  if (titleLength > titleMax)
    problems.push({
      pointer: '/options/title',
      code: 'text_too_long',
      message: networkTexts.titleTooLong({ max: titleMax, length: titleLength, network: 'Pinterest' }),
      length: titleLength,
      limit: titleMax,
    })
  if ((wished?.boardId ?? settings.boardId) === undefined)
    problems.push({
      pointer: '/options/boardId',
      code: 'board_missing',
      message: pinterestTexts.needsBoard(),
    })
  if (part.media.length > 1 && part.media.some((one) => one.kind === 'video'))
    problems.push({
      pointer: '/parts/0/media',
      code: 'video_not_alone',
      message: networkTexts.videoAlone({ network: 'Pinterest' }),
    })
  return { length, limit: limits.text.max, unit: limits.text.unit, problems }
}
