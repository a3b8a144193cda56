/** What every network's `review` checks, against limits that are data. Pointers are relative to the content. */
import * as z from 'zod'
import type { Problem } from '../../kernel/errors.ts'
import { type Content, type Limits, type Media, type MediaRule, movesThere, type Part } from '../network.ts'

/** What the network's own `options` schema finds; a wish it does not know would be lost without a word. */
export function checkOptions(schema: z.ZodType, options: unknown): Problem[] {
  const strict = schema instanceof z.ZodObject && schema.def.catchall === undefined ? schema.strict() : schema
  const parsed = strict.safeParse(options)
  if (parsed.success) return []
  return parsed.error.issues.flatMap((issue) => {
    const at = ['/options', ...issue.path.map(String)]
    if (issue.code !== 'unrecognized_keys')
      return [{ pointer: at.join('/'), code: 'invalid_option', message: issue.message }]
    return issue.keys.map((key) => ({
      pointer: [...at, key].join('/'),
      code: 'unknown_option',
      message: `This network has no option “${key}”.`,
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
      message: `${title} takes ${limits.text.max} ${limits.text.unit}; this text has ${length}.`,
      length,
      limit: limits.text.max,
    },
  ]
}

export function checkNotEmpty(part: Part, pointer: string): Problem[] {
  if (part.text.trim() !== '' || part.media.length > 0) return []
  return [{ pointer, code: 'empty', message: 'Write something, or add a picture.' }]
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
          ? `${title} has no threads: write one part.`
          : `A thread has at most ${maxParts} parts on ${title}; this one has ${content.parts.length}.`,
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
      message: `${title} takes ${maxCount === 0 ? 'no media' : `${maxCount} media at most`} here; there are ${media.length}.`,
    })
  if (media.length < minCount)
    problems.push({
      pointer: at,
      code: 'too_few_media',
      message: `${title} needs ${minCount} media here at least; there are ${media.length}.`,
    })
  media.forEach((one, i) => {
    const pointer = `${at}/${i}`
    const rule = limits.media[one.kind]
    if (rule === undefined || !rule.mimes.includes(one.mime))
      problems.push({
        pointer,
        code: 'media_type',
        message: `${title} does not take ${one.mime} here. It takes ${rule?.mimes.join(', ') ?? `no ${one.kind}`}.`,
      })
    else problems.push(...checkFile(title, rule, one, pointer))
    if (rule?.mimes.includes(one.mime) === true && one.animated === true && !movesThere(rule, one.mime))
      problems.push({
        pointer,
        code: 'media_animated',
        message: `${title} would show this animation as a still picture. Use a video, or a picture that does not move.`,
      })
    if (altMax !== undefined && Array.from(one.alt).length > altMax)
      problems.push({
        pointer: `${pointer}/alt`,
        code: 'alt_too_long',
        message: `${title} takes a description of ${altMax} characters; this one has ${Array.from(one.alt).length}.`,
      })
  })
  return problems
}

function checkFile(title: string, rule: MediaRule, file: Media, pointer: string): Problem[] {
  const problems: Problem[] = []
  const refuse = (code: string, message: string) => problems.push({ pointer, code, message })
  if (file.bytes > rule.maxBytes)
    refuse('media_too_large', `${title} takes ${megabytes(rule.maxBytes)}; this file has ${megabytes(file.bytes)}.`)
  const { width, height } = file
  if (width > 0 && height > 0) {
    const size = `${width} × ${height}`
    if (width < (rule.minWidth ?? 0) || height < (rule.minHeight ?? 0))
      refuse(
        'media_too_small',
        `${title} wants at least ${rule.minWidth ?? 1} × ${rule.minHeight ?? 1}; this is ${size}.`,
      )
    if (
      width > (rule.maxWidth ?? Infinity) ||
      height > (rule.maxHeight ?? Infinity) ||
      width * height > (rule.maxPixels ?? Infinity)
    )
      refuse('media_too_wide', `${title} does not take a picture of ${size}.`)
    const ratio = width / height
    // a pixel of rounding is nobody's fault
    const slack = 1 / Math.min(width, height)
    if (ratio < (rule.minRatio ?? 0) * (1 - slack) || ratio > (rule.maxRatio ?? Infinity) * (1 + slack))
      refuse(
        'media_ratio',
        `${title} takes proportions from ${proportion(rule.minRatio ?? 0)} to ${proportion(rule.maxRatio ?? Infinity)} (width by height); this is ${proportion(ratio)}.`,
      )
  }
  if (file.seconds !== undefined) {
    if (file.seconds < (rule.minSeconds ?? 0))
      refuse(
        'video_too_short',
        `${title} takes videos of ${rule.minSeconds} s at least; this one has ${Math.round(file.seconds)} s.`,
      )
    if (file.seconds > (rule.maxSeconds ?? Infinity))
      refuse(
        'video_too_long',
        `${title} takes videos of ${rule.maxSeconds} s at most; this one has ${Math.round(file.seconds)} s.`,
      )
  }
  return problems
}

const megabytes = (bytes: number) =>
  bytes >= 1_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1000).toFixed(1)} kB`
const proportion = (ratio: number) => (Number.isFinite(ratio) ? ratio.toFixed(2) : 'any width')
