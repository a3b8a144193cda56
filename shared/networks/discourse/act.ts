/** Answers in topics and messages, what is hidden or deleted there, and what a topic counts. */
import { AppError } from '../../kernel/errors.ts'
import { errorOf, isGone } from '../http/index.ts'
import type { ActCall, Acted, ActionName, ChannelCall, CounterName, Counters } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, call, discourse, idOf, post, type Settings, topic } from './api.ts'
import { actionTypes, unconfirmed } from './facts.ts'
import { deleted } from './publish.ts'
import { discourseTexts } from './texts.ts'

export const actions: readonly ActionName[] = ['reply', 'hide', 'delete']

export async function act(channel: ActCall<Credentials, Settings>): Promise<Acted> {
  const { action, target } = channel
  const { postId, topicId, postNumber } = target.context ?? {}
  if (postId === undefined || topicId === undefined)
    return {
      kind: 'rejected',
      reason: 'invalid',
      message: discourseTexts.placeUnknown(),
    }
  switch (action.name) {
    case 'reply': {
      const json = {
        raw: action.text,
        topic_id: Number(topicId),
        ...(postNumber === undefined ? {} : { reply_to_post_number: Number(postNumber) }),
      }
      const as = channel.credentials.current()
      const tried = await call(channel, as, { method: 'POST', path: '/posts.json', json })
      if (tried.refusal !== undefined) return tried.refusal
      const made = post.safeParse(tried.answer.json()).data
      if (made === undefined) return { kind: 'done' }
      const url = `${as.site}/t/${made.topic_slug || 'topic'}/${made.topic_id}/${made.post_number}`
      return { kind: 'done', externalId: `p/${made.id}`, url }
    }
    case 'delete': {
      const removal = await deleted(channel, `/posts/${encodeURIComponent(postId)}.json`)
      return removal.kind === 'deleted' ? { kind: 'done' } : removal
    }
    case 'hide':
      return hide(channel, postId)
    default:
      return {
        kind: 'rejected',
        reason: 'invalid',
        message: networkTexts.noAction({ action: action.name, network: 'Discourse' }),
      }
  }
}

/** As a moderator does: the post is flagged as inappropriate, and the flag is acted upon at once. */
async function hide(channel: ActCall<Credentials, Settings>, postId: string): Promise<Acted> {
  const as = channel.credentials.current()
  const path = `/posts/${encodeURIComponent(postId)}.json`
  const looked = await call(channel, as, { method: 'GET', path }, { visible: false })
  if (looked.refusal !== undefined) return looked.refusal
  if (post.safeParse(looked.answer.json()).data?.hidden === true) return { kind: 'done' }
  const tried = await call(channel, as, {
    method: 'POST',
    path: '/post_actions.json',
    json: {
      id: Number(postId),
      post_action_type_id: actionTypes.inappropriate,
      [unconfirmed.takeAction]: true,
    },
  })
  return tried.refusal ?? { kind: 'done' }
}

export const counters: readonly CounterName[] = ['views', 'likes', 'comments']

export async function measure(
  channel: ChannelCall<Credentials, Settings>,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, Counters>> {
  const counted = new Map<string, Counters>()
  for (const externalId of externalIds) {
    const known = idOf(externalId)
    if (known === undefined) continue
    const path = known.kind === 't' ? `/t/${known.id}.json` : `/posts/${known.id}.json`
    const as = channel.credentials.current()
    const tried = await call(channel, as, { method: 'GET', path }, { visible: false })
    if (tried.refusal !== undefined) {
      if (isGone(discourse, tried.answer)) continue
      throw errorOf(tried.refusal, channel.clock.now())
    }
    const told = known.kind === 't' ? ofTopic(tried.answer.json()) : ofPost(tried.answer.json())
    if (told !== undefined) counted.set(externalId, told)
  }
  return counted
}

const unreadable = () =>
  new AppError('unavailable', 'network_failed', networkTexts.unreadable({ network: 'Discourse' }))

/** Undefined where it is deleted, which staff can still see. */
function ofTopic(json: unknown): Counters | undefined {
  const found = topic.safeParse(json).data
  if (found === undefined) throw unreadable()
  if (found.deleted_at != null) return undefined
  return {
    ...(found.views == null ? {} : { views: found.views }),
    ...(found.like_count == null ? {} : { likes: found.like_count }),
    // the first post is the topic itself
    ...(found.posts_count == null ? {} : { comments: Math.max(0, found.posts_count - 1) }),
  }
}

/** Of an answer Discourse tells no views. Likes that nobody gave are not listed. */
function ofPost(json: unknown): Counters | undefined {
  const found = post.safeParse(json).data
  if (found === undefined) throw unreadable()
  if (found.deleted_at != null || found.user_deleted === true) return undefined
  const likes = found.actions_summary?.find(({ id }) => id === actionTypes.like)?.count
  return {
    ...(found.actions_summary == null ? {} : { likes: likes ?? 0 }),
    ...(found.reply_count == null ? {} : { comments: found.reply_count }),
  }
}
