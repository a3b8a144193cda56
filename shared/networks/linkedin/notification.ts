/** What LinkedIn tells of a page, delivered or polled alike. On `zod/mini`, for the small receiver. */

import * as z from 'zod/mini'
import { englishOf } from '../../i18n/index.ts'
import { idText } from '../json.ts'
import type { Author, InboundEvent } from '../network.ts'
import { linkedinTexts } from './texts.ts'

const said = z.object({
  entity: z.optional(z.string()),
  owner: z.optional(z.string()),
  text: z.optional(z.string()),
  message: z.optional(z.object({ text: z.optional(z.string()) })),
  parentComment: z.optional(z.string()),
})

export const notification = z.object({
  notificationId: idText,
  organizationalEntity: z.string(),
  action: z.string(),
  /** As an activity; the post itself is in `decoratedSourcePost`. */
  sourcePost: z.optional(z.string()),
  decoratedSourcePost: z.optional(z.object({ entity: z.optional(z.string()) })),
  generatedActivity: z.optional(z.string()),
  decoratedGeneratedActivity: z.optional(z.object({ comment: z.optional(said), share: z.optional(said) })),
  lastModifiedAt: z.number(),
})
export type Notification = z.infer<typeof notification>

const commentActions: Readonly<Record<string, InboundEvent['action']>> = {
  COMMENT: 'created',
  ADMIN_COMMENT: 'created',
  COMMENT_EDIT: 'edited',
  COMMENT_DELETE: 'deleted',
}

const postUrl = (id: string) => `https://www.linkedin.com/feed/update/${id}`

/** In the product's words; undefined for what is not understood. */
export function eventOf(one: Notification): InboundEvent | undefined {
  const action = commentActions[one.action]
  if (action !== undefined) return commentOf(one, action)
  if (one.action === 'SHARE_MENTION' || one.action === 'SHARE') return mentionOf(one)
  return one.action === 'LIKE' ? likeOf(one) : undefined
}

function commentOf(one: Notification, action: InboundEvent['action']): InboundEvent | undefined {
  const comment = one.decoratedGeneratedActivity?.comment
  const externalId = commentUrn(comment?.entity) ?? commentUrn(one.generatedActivity)
  if (externalId === undefined) return undefined
  const post = one.decoratedSourcePost?.entity ?? one.sourcePost
  const parent = commentUrn(comment?.parentComment)
  return {
    kind: 'comment',
    action,
    externalId,
    at: one.lastModifiedAt,
    author: authorOf(comment?.owner),
    text: comment?.text ?? comment?.message?.text,
    url: post === undefined ? undefined : postUrl(post),
    parentExternalId: parent ?? post,
    postExternalId: post,
    ...(comment?.owner === one.organizationalEntity ? { direction: 'outgoing' } : {}),
  }
}

/** A post that names the page, or one that shares a post of it with words of its own. */
function mentionOf(one: Notification): InboundEvent | undefined {
  const share = one.decoratedGeneratedActivity?.share
  const externalId = share?.entity ?? one.generatedActivity
  const text = share?.text ?? share?.message?.text ?? ''
  if (externalId === undefined || share?.owner === one.organizationalEntity) return undefined
  if (one.action === 'SHARE' && text === '') return undefined
  return {
    kind: 'mention',
    action: 'created',
    externalId,
    at: one.lastModifiedAt,
    author: authorOf(share?.owner),
    text,
    url: postUrl(externalId),
    parentExternalId: one.action === 'SHARE' ? (one.decoratedSourcePost?.entity ?? one.sourcePost) : undefined,
  }
}

function likeOf({ generatedActivity, sourcePost, decoratedSourcePost, lastModifiedAt }: Notification) {
  const post = decoratedSourcePost?.entity ?? sourcePost
  return generatedActivity === undefined
    ? undefined
    : ({
        kind: 'reaction',
        action: 'created',
        externalId: generatedActivity,
        at: lastModifiedAt,
        parentExternalId: post,
        postExternalId: post,
      } satisfies InboundEvent)
}

/** `urn:li:comment:(activity:1,2)` and `urn:li:comment:(urn:li:activity:1,2)` are the same comment. */
export function commentUrn(text: string | undefined): string | undefined {
  const match = /^urn:li:comment:\((?:urn:li:)?(activity|ugcPost|share):(\d+),(\d+)\)$/.exec(text ?? '')
  return match === null ? undefined : `urn:li:comment:(urn:li:${match[1]}:${match[2]},${match[3]})`
}

/** Who it was is told by number alone, and LinkedIn shows no app the name that goes with it. */
function authorOf(owner: string | undefined): Author | undefined {
  if (owner === undefined) return undefined
  const page = owner.startsWith('urn:li:organization:')
  return {
    externalId: owner,
    handle: owner.split(':').at(-1) ?? owner,
    name: englishOf(page ? linkedinTexts.aPage() : linkedinTexts.aMember()),
  }
}
