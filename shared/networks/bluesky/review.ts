/** What the lexicon would refuse, said when the post is written. */
import * as z from 'zod'
import type { Problem } from '../../kernel/errors.ts'
import type { Content, Limits, Media, Part, Review } from '../network.ts'
import { countGraphemes, utf8Length } from '../text/index.ts'
import { altMax, images, langsMax, maxParts, tags, text } from './facts.ts'

export const limits: Limits = {
  text: { max: text.graphemes, unit: 'graphemes', maxBytes: text.bytes },
  media: { maxCount: images.count, image: { mimes: images.mimes, maxBytes: images.bytes }, altMax },
  maxParts,
}

const tag = z
  .string()
  .min(1)
  .refine((one) => countGraphemes(one) <= tags.graphemes && utf8Length(one) <= tags.bytes, {
    error: `A tag has at most ${tags.graphemes} characters.`,
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
    .array(z.enum(['sexual', 'nudity', 'porn', 'graphic-media']))
    .optional()
    .meta({ description: 'Content warnings the account puts on its own post' }),
})

export function review(content: Content, { text: textLimits, media, maxParts: mostParts }: Limits): Review {
  const problems: Problem[] = []
  const wishes = options.safeParse(content.options)
  if (!wishes.success)
    for (const issue of wishes.error.issues)
      problems.push({ pointer: ['/options', ...issue.path].join('/'), code: 'invalid_option', message: issue.message })
  const lengths = content.parts.map((part) => countGraphemes(part.text))
  content.parts.forEach((part, i) => {
    problems.push(...reviewText(part, lengths[i] ?? 0, textLimits, `/parts/${i}/text`))
    problems.push(...reviewMedia(part.media, media, `/parts/${i}/media`))
  })
  if (content.parts.length > mostParts)
    problems.push({
      pointer: `/parts/${mostParts}`,
      code: 'too_many_parts',
      message: `A thread has at most ${mostParts} parts; this one has ${content.parts.length}.`,
    })
  return { length: Math.max(0, ...lengths), limit: textLimits.max, unit: textLimits.unit, problems }
}

function reviewText(part: Part, length: number, { max, maxBytes }: Limits['text'], pointer: string): Problem[] {
  if (part.text.trim() === '' && part.media.length === 0)
    return [{ pointer, code: 'empty', message: 'Write something, or add a picture.' }]
  const bytes = utf8Length(part.text)
  if (length > max)
    return [
      {
        pointer,
        code: 'text_too_long',
        message: `Bluesky takes ${max} characters; the text has ${length}.`,
        length,
        limit: max,
      },
    ]
  if (maxBytes !== undefined && bytes > maxBytes)
    return [
      {
        pointer,
        code: 'text_too_many_bytes',
        message: `Bluesky takes ${maxBytes} bytes; this text has ${bytes}, though only ${length} characters: emoji made of several weigh most.`,
        length: bytes,
        limit: maxBytes,
      },
    ]
  return []
}

function reviewMedia(
  media: readonly Media[],
  { maxCount, image, altMax: most }: Limits['media'],
  at: string,
): Problem[] {
  const problems: Problem[] = []
  if (media.length > maxCount)
    problems.push({
      pointer: `${at}/${maxCount}`,
      code: 'too_many_media',
      message: `Bluesky takes ${maxCount} images a post; there are ${media.length}.`,
    })
  media.forEach((one, i) => {
    if (one.kind !== 'image' || !image?.mimes.includes(one.mime))
      problems.push({
        pointer: `${at}/${i}`,
        code: 'media_type',
        message: `Parvis does not publish ${one.mime} on Bluesky. It takes ${image?.mimes.join(', ') ?? 'no media'}.`,
      })
    else if (one.bytes > image.maxBytes)
      problems.push({
        pointer: `${at}/${i}`,
        code: 'media_too_large',
        message: `Bluesky takes images of ${image.maxBytes} bytes; this one has ${one.bytes}.`,
        limit: image.maxBytes,
      })
    if (most !== undefined && countGraphemes(one.alt) > most)
      problems.push({
        pointer: `${at}/${i}/alt`,
        code: 'alt_too_long',
        message: `Bluesky takes a description of ${most} characters.`,
      })
  })
  return problems
}
