/** What Google would refuse, said when the post is written. */

import * as z from 'zod'
import { type Message, said } from '../../i18n/index.ts'
import type { Problem } from '../../kernel/errors.ts'
import type { Content, Limits, Review } from '../network.ts'
import { checkMedia, checkNotEmpty, checkOptions, checkParts, checkText, wishes } from '../rules/index.ts'
import { networkTexts } from '../texts.ts'
import { buttons, title as network, unconfirmed } from './facts.ts'
import { googleBusinessTexts } from './texts.ts'

/** A day, or a minute of it, by the clocks of the place itself: `2026-12-05`, `2026-12-05T18:30`. */
const moment = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(T([01]\d|2[0-3]):[0-5]\d)?$/, said(googleBusinessTexts.badMoment()))
  .refine((text) => isDay(text.slice(0, 10)), said(googleBusinessTexts.noSuchDay()))

const isDay = (text: string) => {
  const instant = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text)
}

export const options = z.object({
  kind: z.enum(['text', 'link', 'image', 'event', 'offer']).optional(),
  title: wishes.title.optional(),
  link: wishes.link.optional(),
  button: z
    .enum(buttons)
    .optional()
    .meta({ description: 'What stands on the button that leads to the link. Default learn_more' }),
  start: moment.optional().meta({ description: 'Of an event or an offer, by the clocks of the place' }),
  end: moment.optional().meta({ description: 'Of an event or an offer, the day or the minute included' }),
  coupon: z.string().min(1).max(unconfirmed.couponCharacters).optional(),
  terms: z.string().min(1).max(unconfirmed.termsCharacters).optional(),
})
export type Options = z.infer<typeof options>

/**
 * Nine digits or more with at most one separator between them (a space of any width, a dot, a hyphen, brackets): what
 * Google takes for a telephone number.
 */
const telephone = /(?:\+|\(|\b)\d(?:[\s.()/-]{0,2}\d){8,14}\b/u

export function review(content: Content, limits: Limits): Review {
  const wished = options.safeParse(content.options).data ?? {}
  const [part = { text: '', media: [] }] = content.parts
  // UTF-16 units: never fewer than what Google counts, whichever unit that is.
  const length = part.text.length
  const problems: Problem[] = [
    ...checkOptions(options, content.options),
    ...checkText(network, limits, length, '/parts/0/text'),
    ...checkNotEmpty(part, '/parts/0/text'),
    ...checkMedia(network, limits, part.media, '/parts/0/media'),
    ...checkParts(network, content, limits),
    ...checkWishes(wished, limits),
  ]
  part.media.forEach((media, i) => {
    if (media.url === undefined)
      problems.push({
        pointer: `/parts/0/media/${i}`,
        code: 'no_public_address',
        message: networkTexts.needsPublicPhoto({ network: 'Google' }),
      })
  })
  const warnings: Problem[] = telephone.test(part.text)
    ? [
        {
          pointer: '/parts/0/text',
          code: 'telephone_number',
          message: googleBusinessTexts.phoneInText(),
        },
      ]
    : []
  return { length, limit: limits.text.max, unit: limits.text.unit, problems, warnings }
}

function checkWishes(wished: Options, limits: Limits): Problem[] {
  const problems: Problem[] = []
  const refuse = (name: string, code: string, message: Message) =>
    problems.push({ pointer: `/options/${name}`, code, message })
  const { kind, title, link, button, start, end, coupon, terms } = wished
  const dated = kind === 'event' || kind === 'offer'
  const max = limits.title?.max ?? Number.POSITIVE_INFINITY
  if (title !== undefined && title.length > max)
    refuse('title', 'text_too_long', networkTexts.titleTooLong({ max, length: title.length, network: 'Google' }))
  if (dated && title === undefined) refuse('title', 'title_missing', googleBusinessTexts.needsTitle({ kind }))
  if (dated && start === undefined) refuse('start', 'start_missing', googleBusinessTexts.needsStart({ kind }))
  if (dated && end === undefined) refuse('end', 'end_missing', googleBusinessTexts.needsEnd({ kind }))
  if (start !== undefined && end !== undefined && isBefore(end, start))
    refuse('end', 'end_before_start', googleBusinessTexts.endsBefore())
  if (!dated && (start ?? end ?? title) !== undefined)
    refuse('kind', 'kind_missing', googleBusinessTexts.onlyEventTitle())
  if (kind !== 'offer' && (coupon ?? terms) !== undefined)
    refuse('kind', 'kind_missing', googleBusinessTexts.onlyOfferCoupon())
  if (kind === 'link' && link === undefined) refuse('link', 'link_missing', googleBusinessTexts.needsLink())
  if (button !== undefined && kind === 'offer') refuse('button', 'button_refused', googleBusinessTexts.offerButton())
  else if (button !== undefined && button !== 'call' && link === undefined)
    refuse('link', 'link_missing', googleBusinessTexts.buttonLink({ button }))
  if (button === 'call' && link !== undefined) refuse('button', 'button_refused', googleBusinessTexts.callLink())
  return problems
}

/** As precisely as both of them are. */
function isBefore(a: string, b: string): boolean {
  const precision = Math.min(a.length, b.length)
  return a.slice(0, precision) < b.slice(0, precision)
}
