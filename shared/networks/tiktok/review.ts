/** What TikTok would refuse, said when the post is written. */

import * as z from 'zod'
import type { Problem } from '../../kernel/errors.ts'
import { type Content, type Limits, limitsOf, type Review } from '../network.ts'
import { checkMedia, checkOptions, checkParts, checkText, wishes } from '../rules/index.ts'
import { networkTexts } from '../texts.ts'
import { title as network } from './facts.ts'
import { tiktokTexts } from './texts.ts'

export const options = z.object({
  title: wishes.title.optional().meta({ description: 'Of a post of photos' }),
  privacy: z.enum(['public', 'friends', 'followers', 'private']).optional().meta({
    description: 'Who sees it; `public` if nothing is said. An app that TikTok has not audited may only post `private`',
  }),
  commentsOff: z.boolean().optional(),
  duetOff: z.boolean().optional(),
  stitchOff: z.boolean().optional(),
  paidPartnership: wishes.paidPartnership.optional(),
  ownBrand: z.boolean().optional().meta({ description: 'It promotes the account’s own business' }),
  aiMade: wishes.aiMade.optional(),
  coverAtSeconds: z.number().min(0).max(600).optional().meta({ description: 'The frame shown before it plays' }),
})

export const isPhotos = (content: Content): boolean =>
  content.parts[0]?.media.every((one) => one.kind === 'image') ?? false

export function review(content: Content, given: Limits): Review {
  const [part = { text: '', media: [] }] = content.parts
  const photos = isPhotos(content) && part.media.length > 0
  const limits = limitsOf(given, photos ? 'images' : undefined)
  const problems: Problem[] = [
    ...checkOptions(options, content.options),
    ...checkText(network, limits, part.text.length, '/parts/0/text'),
    ...checkMedia(network, limits, part.media, '/parts/0/media'),
    ...checkParts(network, content, limits),
  ]
  const wished = options.safeParse(content.options).data
  if (photos && limits.title !== undefined && (wished?.title ?? '').length > limits.title.max)
    problems.push({
      pointer: '/options/title',
      code: 'text_too_long',
      message: tiktokTexts.titleTooLong({
        max: limits.title.max,
        length: wished?.title?.length ?? 0,
      }),
      length: wished?.title?.length ?? 0,
      limit: limits.title.max,
    })
  if (part.media.length > 1 && !photos)
    problems.push({
      pointer: '/parts/0/media',
      code: 'video_not_alone',
      message: tiktokTexts.videoOrPhotos(),
    })
  if (photos && part.media.some((one) => one.url === undefined))
    problems.push({
      pointer: '/parts/0/media',
      code: 'public_address_missing',
      message: networkTexts.needsPublicAddress({ network: 'TikTok' }),
    })
  if (wished?.paidPartnership === true && wished.privacy === 'private')
    problems.push({
      pointer: '/options/privacy',
      code: 'privacy_refused',
      message: tiktokTexts.privatePartnership(),
    })
  return { length: part.text.length, limit: limits.text.max, unit: limits.text.unit, problems }
}
