import type { Message } from '../i18n/index.ts'
import { AppError } from '../kernel/errors.ts'
import type { Author } from './parts.ts'
import type { PostInput } from './post.ts'
import type { PublicationRecord } from './record.ts'
import { publishingTexts } from './texts.ts'

/** Throws `missing_scope` where somebody who may not publish gives a new post a moment. */
export function demandNoMoment(author: Author, { schedule, variants = {} }: PostInput): void {
  if (author.mayPublish) return
  if (schedule !== undefined || Object.values(variants).some((variant) => variant.schedule !== undefined))
    throw forbidden(publishingTexts.cannotSchedule())
}

/**
 * Throws `missing_scope` where somebody who may not publish changes a publication that is not a draft, or where theirs would
 * be anything but a draft or cancelled. `before` is undefined for a new one.
 */
export function demandDraft(
  author: Author,
  before: Pick<PublicationRecord, 'state'> | undefined,
  after: Pick<PublicationRecord, 'state'>,
): void {
  if (author.mayPublish) return
  if (before !== undefined && before.state !== 'draft') throw forbidden(publishingTexts.draftsOnly())
  if (after.state !== 'draft' && after.state !== 'cancelled') throw forbidden(publishingTexts.cannotSchedule())
}

/** Throws `missing_scope` where somebody who may not publish takes away what is no draft. */
export function demandDraftsGone(author: Author, gone: readonly Pick<PublicationRecord, 'state'>[]): void {
  if (author.mayPublish) return
  if (gone.some(({ state }) => state !== 'draft' && state !== 'cancelled'))
    throw forbidden(publishingTexts.draftsOnly())
}

const forbidden = (message: Message) => new AppError('forbidden', 'missing_scope', message)
