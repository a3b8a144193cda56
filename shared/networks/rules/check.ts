/** What every network's `review` checks, against limits that are data. Pointers are relative to the content. */

import * as z from 'zod'
import { issueText, leafIssues, type Message } from '../../i18n/index.ts'
import type { Problem } from '../../kernel/errors.ts'
import { type Content, type Limits, type Media, type MediaRule, movesThere, type Part } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { rulesTexts } from './texts.ts'

/** What the network's own `options` schema finds; a wish it does not know would be lost without a word. */
export function checkOptions(schema: z.ZodType, options: unknown): Problem[] {
  const strict = schema instanceof z.ZodObject && schema.def.catchall === undefined ? schema.strict() : schema
  const parsed = strict.safeParse(options)
  if (parsed.success) return []
  return leafIssues(parsed.error.issues).flatMap((issue): Problem[] => {
    const at = ['/options', ...issue.path.map(String)]
    if (issue.code !== 'unrecognized_keys')
      return [{ pointer: at.join('/'), code: 'invalid_option', message: issueText(issue, schema) }]
    return issue.keys.map((key) => ({
      pointer: [...at, key].join('/'),
      code: 'unknown_option',
      message: rulesTexts.noOption({ key }),
    }))
  })
}

/** The text of a part, counted by the network (`length`), against its limit. */
export function checkText(title: string, limits: Limits, length: number, pointer: string): Problem[] {
  if (length <= limits.text.max) return []
  return [
    {
      pointer,
      code: 'text_too_long',
      message: rulesTexts.textTooLong({ network: title, unit: limits.text.unit, max: limits.text.max, length }),
      length,
      limit: limits.text.max,
    },
  ]
}

export function checkNotEmpty(part: Part, pointer: string): Problem[] {
  if (part.text.trim() !== '' || part.media.length > 0) return []
  return [{ pointer, code: 'empty', message: networkTexts.empty() }]
}

export function checkParts(title: string, content: Content, limits: Limits): Problem[] {
  const { maxParts } = limits
  if (content.parts.length <= maxParts) return []
  return [
    {
      pointer: `/parts/${maxParts}`,
      code: 'too_many_parts',
      message:
        maxParts === 1
          ? rulesTexts.oneThread({ network: title })
          : networkTexts.threadTooLong({ max: maxParts, network: title, count: content.parts.length }),
    },
  ]
}

/** Number, type, size, proportions, duration and descriptions of the media of one part. `at`: `/parts/0/media`. */
export function checkMedia(title: string, limits: Limits, media: readonly Media[], at: string): Problem[] {
  const { maxCount, minCount = 0, altMax } = limits.media
  const problems: Problem[] = []
  if (media.length > maxCount)
    problems.push({
      pointer: `${at}/${maxCount}`,
      code: 'too_many_media',
      message:
        maxCount === 0
          ? rulesTexts.noMedia({ network: title })
          : rulesTexts.tooManyMedia({ network: title, max: maxCount, count: media.length }),
    })
  if (media.length < minCount)
    problems.push({
      pointer: at,
      code: 'too_few_media',
      message: rulesTexts.tooFewMedia({ network: title, min: minCount, count: media.length }),
    })
  media.forEach((one, i) => {
    const pointer = `${at}/${i}`
    const rule = limits.media[one.kind]
    if (rule === undefined || !rule.mimes.includes(one.mime))
      problems.push({
        pointer,
        code: 'media_type',
        message:
          rule === undefined
            ? rulesTexts.noKind({ network: title, kind: one.kind })
            : rulesTexts.wrongType({ network: title, mime: one.mime, mimes: rule.mimes.join(', ') }),
      })
    else problems.push(...checkFile(title, rule, one, pointer))
    if (rule?.mimes.includes(one.mime) === true && one.animated === true && !movesThere(rule, one.mime))
      problems.push({
        pointer,
        code: 'media_animated',
        message: rulesTexts.stillAnimation({ network: title }),
      })
    if (altMax !== undefined && Array.from(one.alt).length > altMax)
      problems.push({
        pointer: `${pointer}/alt`,
        code: 'alt_too_long',
        message: rulesTexts.altTooLong({ network: title, max: altMax, length: Array.from(one.alt).length }),
      })
  })
  return problems
}

function checkFile(title: string, rule: MediaRule, file: Media, pointer: string): Problem[] {
  const problems: Problem[] = []
  const refuse = (code: string, message: Message) => problems.push({ pointer, code, message })
  if (file.bytes > rule.maxBytes)
    refuse('media_too_large', rulesTexts.fileTooLarge({ network: title, max: rule.maxBytes, bytes: file.bytes }))
  const { width, height } = file
  if (width > 0 && height > 0) {
    const size = `${width} × ${height}`
    if (width < (rule.minWidth ?? 0) || height < (rule.minHeight ?? 0))
      refuse(
        'media_too_small',
        rulesTexts.tooSmall({ network: title, width: rule.minWidth ?? 1, height: rule.minHeight ?? 1, size }),
      )
    if (
      width > (rule.maxWidth ?? Infinity) ||
      height > (rule.maxHeight ?? Infinity) ||
      width * height > (rule.maxPixels ?? Infinity)
    )
      refuse('media_too_wide', rulesTexts.wrongSize({ network: title, size }))
    const ratio = width / height
    // a pixel of rounding is nobody's fault
    const slack = 1 / Math.min(width, height)
    if (ratio < (rule.minRatio ?? 0) * (1 - slack) || ratio > (rule.maxRatio ?? Infinity) * (1 + slack))
      refuse(
        'media_ratio',
        rulesTexts.wrongRatio({
          network: title,
          min: proportion(rule.minRatio ?? 0),
          max: proportion(rule.maxRatio ?? Infinity),
          ratio: proportion(ratio),
        }),
      )
  }
  if (file.seconds !== undefined) {
    if (file.seconds < (rule.minSeconds ?? 0))
      refuse(
        'video_too_short',
        rulesTexts.videoTooShort({ network: title, min: rule.minSeconds ?? 0, seconds: Math.round(file.seconds) }),
      )
    if (file.seconds > (rule.maxSeconds ?? Infinity))
      refuse(
        'video_too_long',
        rulesTexts.videoTooLong({ network: title, max: rule.maxSeconds ?? 0, seconds: Math.round(file.seconds) }),
      )
  }
  return problems
}

const proportion = (ratio: number) => (Number.isFinite(ratio) ? ratio.toFixed(2) : 'any width')
