/** Reviews, polled and answered. */

import * as z from 'zod'
import { attemptAs, type ListedPage, place, readAs, readNewest } from '../google/index.ts'
import { isGone } from '../http/index.ts'
import { items, timestamp } from '../items.ts'
import type { ActCall, Acted, ChannelCall, InboundEvent, Polled } from '../network.ts'
import { utf8Length } from '../text/index.ts'
import { networkTexts } from '../texts.ts'
import { at, businessPlatform, type Credentials, ofLocation, type Settings } from './api.ts'
import { pageOf, unconfirmed } from './facts.ts'
import { googleBusinessTexts } from './texts.ts'

type Call = ChannelCall<Credentials, Settings>

const stars: Readonly<Record<string, number>> = { ONE: 1, TWO: 2, THREE: 3, FOUR: 4, FIVE: 5 }
const maxPages = 20

const review = z.object({
  name: z.string(),
  reviewId: z.string(),
  reviewer: z
    .object({
      displayName: z.string().optional(),
      profilePhotoUrl: z.string().optional(),
      isAnonymous: z.boolean().optional(),
    })
    .catch({}),
  starRating: z.string().optional(),
  comment: z.string().optional(),
  createTime: timestamp,
  updateTime: timestamp,
  reviewReply: z
    .object({ comment: z.string().optional(), updateTime: timestamp, reviewReplyState: z.string().optional() })
    .optional()
    .catch(undefined),
})
const page = z.object({ reviews: items(review).default([]), nextPageToken: z.string().optional() })

/** The list is sorted by the last change: a review that was changed comes again, as edited. */
export async function poll(call: Call, cursor: string | undefined): Promise<Polled> {
  const before = cursor === undefined ? undefined : place.parse(JSON.parse(cursor))
  const read = await readNewest(before, { overlapMs: unconfirmed.overlapMs, maxPages }, (token) => listed(call, token))
  return { events: read.fresh, cursor: JSON.stringify(read.place), more: read.more }
}

async function listed(call: Call, pageToken: string | undefined): Promise<ListedPage<InboundEvent>> {
  const url = at(call.app, 'posts', ofLocation(call.credentials.current(), call.account.externalId, 'reviews'), {
    pageSize: String(pageOf.reviews),
    orderBy: 'updateTime desc',
    ...(pageToken === undefined ? {} : { pageToken }),
  })
  const found = (await readAs(businessPlatform, call, url, page)) ?? { reviews: [], nextPageToken: undefined }
  const items = found.reviews.flatMap((one) => {
    const edited = Date.parse(one.updateTime)
    return [{ key: `${one.reviewId}@${edited}`, at: edited, value: eventOf(one) }, ...replyTo(one)]
  })
  const last = found.reviews.at(-1)
  return { items, until: last && Date.parse(last.updateTime), next: found.nextPageToken }
}

/** The answer that stands below a review: ours, or one that was given at Google. Seen while its review is on a page read. */
function replyTo({ reviewId, reviewReply: reply }: z.infer<typeof review>): ListedPage<InboundEvent>['items'] {
  // one that Google rejected answers nobody
  if (reply === undefined || reply.reviewReplyState === 'REJECTED') return []
  const at = Date.parse(reply.updateTime)
  const value: InboundEvent = {
    kind: 'review',
    action: 'created',
    direction: 'outgoing',
    externalId: replyIdOf(reviewId),
    at,
    text: asWritten(reply.comment),
    parentExternalId: reviewId,
  }
  return [{ key: `${reviewId}/reply@${at}`, at, value }]
}

const replyIdOf = (reviewId: string) => `${reviewId}/reply`

/** By `ReviewReplyState`: Google reviews each reply after the call, and may reject it. */
const replyStates = { PENDING: 'sent', APPROVED: 'delivered', REJECTED: 'failed' } as const
const replyState = z.enum(['PENDING', 'APPROVED', 'REJECTED']).optional().catch(undefined)
const withReply = z.object({ reviewReply: z.object({ reviewReplyState: replyState }).optional().catch(undefined) })

/** A review is read by its id: the list may be many pages long. A state that is new to us counts as pending. */
export async function answerStates(
  call: Call,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, 'sent' | 'delivered' | 'failed'>> {
  const states = new Map<string, 'sent' | 'delivered' | 'failed'>()
  for (const externalId of externalIds) {
    const [reviewId = ''] = externalId.split('/reply')
    const path = ofLocation(call.credentials.current(), call.account.externalId, 'reviews', reviewId)
    const found = await readAs(businessPlatform, call, at(call.app, 'posts', path), withReply)
    const reply = found?.reviewReply
    if (reply !== undefined) states.set(externalId, replyStates[reply.reviewReplyState ?? 'PENDING'])
  }
  return states
}

function eventOf({ name, reviewId, reviewer, starRating, comment, createTime, updateTime }: z.infer<typeof review>) {
  const shown = reviewer.displayName || 'Anonymous'
  const edited = Date.parse(updateTime) > Date.parse(createTime)
  const event: InboundEvent = {
    kind: 'review',
    action: edited ? 'edited' : 'created',
    externalId: reviewId,
    at: Date.parse(updateTime),
    // Google tells no id of a person: each review has an author of its own.
    author: { externalId: reviewId, handle: shown, name: shown, picture: reviewer.profilePhotoUrl },
    text: asWritten(comment),
    rating: stars[starRating ?? ''],
    context: { name },
  }
  return event
}

/** Google adds its translation before or after what was written: the person's own words are kept. */
export function asWritten(comment: string | undefined): string | undefined {
  if (comment === undefined) return undefined
  const original = /\(Original\)\s*([\s\S]+)$/.exec(comment)?.[1]
  const [before = ''] = comment.split('(Translated by Google)')
  return (original ?? (before.trim() === '' ? comment : before)).trim()
}

const answered = z.object({ reviewReplyState: replyState }).catch({})

/** The one answer a review has: written again, it is replaced. */
export async function act(call: ActCall<Credentials, Settings>): Promise<Acted> {
  const { action, target } = call
  if (action.name !== 'reply')
    return {
      kind: 'rejected',
      reason: 'invalid',
      message: networkTexts.noAction({ action: action.name, network: 'Google Business Profile' }),
    }
  const length = utf8Length(action.text)
  if (length > unconfirmed.replyBytes)
    return {
      kind: 'rejected',
      reason: 'invalid',
      message: googleBusinessTexts.replyTooLong({ max: unconfirmed.replyBytes, length }),
      pointer: '/text',
    }
  const path = ofLocation(call.credentials.current(), call.account.externalId, 'reviews', target.externalId, 'reply')
  const request = { method: 'PUT', url: at(call.app, 'posts', path), json: { comment: action.text } } as const
  const tried = await attemptAs(businessPlatform, call, request, {})
  if (tried.refusal === undefined) {
    const { reviewReplyState: state } = answered.parse(tried.answer.json())
    if (state === 'REJECTED')
      return { kind: 'rejected', reason: 'policy', message: googleBusinessTexts.replyRejected(), pointer: '/text' }
    const externalId = replyIdOf(target.externalId)
    return state === 'APPROVED' ? { kind: 'done', externalId } : { kind: 'done', externalId, pending: true }
  }
  if (isGone(businessPlatform, tried.answer))
    return { kind: 'rejected', reason: 'invalid', message: googleBusinessTexts.reviewGone() }
  return tried.refusal
}
