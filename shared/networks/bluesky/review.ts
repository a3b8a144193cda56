/** What the lexicon would refuse, said when the post is written. */

import * as z from 'zod'
import { said } from '../../i18n/index.ts'
import type { Problem } from '../../kernel/errors.ts'
import type { Content, Limits, Media, Part, Review } from '../network.ts'
import { checkMedia, checkNotEmpty, checkOptions, checkParts, checkText, wishes } from '../rules/index.ts'
import { countGraphemes, utf8Length } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import { altMax, galleryMax, images, langsMax, maxParts, tags, text, unconfirmed, video, warnings } from './facts.ts'
import { blueskyTexts } from './texts.ts'

const title = 'Bluesky'

export const limits: Limits = {
  text: { max: text.graphemes, unit: 'graphemes', maxBytes: text.bytes },
  media: {
    maxCount: galleryMax,
    image: { mimes: images.mimes, maxBytes: images.bytes },
    video: { mimes: video.mimes, maxBytes: video.bytes, maxSeconds: unconfirmed.videoSeconds },
    altMax,
  },
  maxParts,
}

const tag = z
  .string()
  .min(1)
  .refine((one) => countGraphemes(one) <= tags.graphemes && utf8Length(one) <= tags.bytes, {
    error: said(blueskyTexts.tagTooLong({ max: tags.graphemes })),
  })

export const options = z.object({
  langs: z
    .array(z.string().min(2).max(35))
    .min(1)
    .max(langsMax)
    .optional()
    .meta({ description: 'BCP 47; the post’s language otherwise' }),
  tags: z
    .array(tag)
    .max(tags.count)
    .optional()
    .meta({ description: 'Found by search, not shown in the text; without `#`' }),
  labels: z
    .array(z.enum(warnings))
    .optional()
    .meta({ description: 'Content warnings the account puts on its own post' }),
  contentWarning: z
    .enum(warnings, { error: said(blueskyTexts.ownWarnings({ values: warnings.join(', ') })) })
    .optional()
    .meta({ description: 'One of them; Bluesky has no warnings in words' }),
  sensitive: wishes.sensitive.optional(),
  link: wishes.link.optional(),
  card: z.boolean().optional().meta({ description: '`false`: no card of a link in the text' }),
})

/** The warnings of a post, by all the names under which they can be wished for. */
export function labelsOf({ labels = [], contentWarning, sensitive }: z.infer<typeof options>): string[] {
  return [
    ...new Set([
      ...labels,
      ...(contentWarning === undefined ? [] : [contentWarning]),
      ...(sensitive ? ['graphic-media'] : []),
    ]),
  ]
}

export function review(content: Content, limits: Limits): Review {
  const problems: Problem[] = [...checkOptions(options, content.options), ...checkParts(title, content, limits)]
  const lengths = content.parts.map((part) => countGraphemes(part.text))
  content.parts.forEach((part, i) => {
    const at = `/parts/${i}/text`
    problems.push(...checkNotEmpty(part, at), ...reviewText(part, lengths[i] ?? 0, limits, at))
    problems.push(...reviewMedia(part.media, limits, `/parts/${i}/media`))
  })
  return { length: Math.max(0, ...lengths), limit: limits.text.max, unit: limits.text.unit, problems }
}

function reviewText(part: Part, length: number, limits: Limits, pointer: string): Problem[] {
  const { max, maxBytes } = limits.text
  const bytes = utf8Length(part.text)
  if (length > max || maxBytes === undefined || bytes <= maxBytes) return checkText(title, limits, length, pointer)
  return [
    {
      pointer,
      code: 'text_too_many_bytes',
      message: blueskyTexts.tooManyBytes({ max: maxBytes, bytes, length }),
      length: bytes,
      limit: maxBytes,
    },
  ]
}

function reviewMedia(media: readonly Media[], limits: Limits, at: string): Problem[] {
  const alone = media.length > 1 && media.some((one) => one.kind === 'video')
  return [
    ...checkMedia(title, limits, media, at),
    ...(alone
      ? [
          {
            pointer: at,
            code: 'video_not_alone',
            message: networkTexts.videoAlone({ network: 'Bluesky' }),
          },
        ]
      : []),
  ]
}
