/** A post that concerns the account, in the product's words. */
import type { InboundEvent } from '../network.ts'
import { authorOf, type KnownUser, plainText, postUrl, type Shown, timeOf } from './shown.ts'

interface Reference {
  readonly type: string
  readonly id: string
}

/** As it is polled, or delivered. */
export interface Written extends Shown {
  readonly id: string
  readonly author_id?: string | undefined
  readonly created_at?: string | undefined
  readonly conversation_id?: string | undefined
  readonly in_reply_to_user_id?: string | undefined
  readonly in_reply_to_tweet_id?: string | undefined
  /** One thing, two names: of X's guides and payloads, and of its description 2.167. */
  readonly referenced_tweets?: readonly Reference[] | undefined
  readonly referenced_posts?: readonly Reference[] | undefined
  readonly lang?: string | undefined
}

/**
 * An answer to a post of ours is a comment, everything else a mention: by what it is, not by how it is called, for an
 * answer that names us too is delivered twice.
 */
export function eventOfPost(one: Written, ownId: string, users: readonly KnownUser[]): InboundEvent {
  const answered = answeredBy(one)
  const answersUs = one.in_reply_to_user_id === ownId && answered !== undefined
  return {
    kind: answersUs ? 'comment' : 'mention',
    action: 'created',
    externalId: one.id,
    at: Date.parse(one.created_at ?? '') || timeOf(one.id),
    author: authorOf(one.author_id, users),
    text: plainText(one),
    url: postUrl(one.id),
    language: one.lang === 'und' ? undefined : one.lang,
    parentExternalId: answered ?? referenced(one, 'quoted'),
    postExternalId: answersUs ? answered : undefined,
    ...(one.author_id === ownId ? { direction: 'outgoing' } : {}),
    context: one.conversation_id === undefined ? undefined : { conversation: one.conversation_id },
  }
}

type Referring = Pick<Written, 'referenced_tweets' | 'referenced_posts'>

const referenced = ({ referenced_tweets, referenced_posts }: Referring, type: string) =>
  (referenced_tweets ?? referenced_posts ?? []).find((one) => one.type === type)?.id

/** The post that this one answers. */
export const answeredBy = (one: Pick<Written, 'in_reply_to_tweet_id'> & Referring): string | undefined =>
  one.in_reply_to_tweet_id ?? referenced(one, 'replied_to')
