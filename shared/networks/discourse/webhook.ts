/** What a forum delivers. Apart from the connector and on `zod/mini`, so that the receiver's bundle stays small. */

import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'
import { AppError } from '../../kernel/errors.ts'
import { parseJson } from '../json.ts'
import type { InboundEvent, WebhookReceiver } from '../network.ts'
import { networkTexts } from '../texts.ts'

const post = z.object({
  id: z.number(),
  username: z.string(),
  name: z.optional(z.nullable(z.string())),
  user_id: z.optional(z.nullable(z.number())),
  created_at: z.string(),
  updated_at: z.optional(z.nullable(z.string())),
  deleted_at: z.optional(z.nullable(z.string())),
  user_deleted: z.optional(z.nullable(z.boolean())),
  hidden: z.optional(z.nullable(z.boolean())),
  raw: z.optional(z.nullable(z.string())),
  cooked: z.string(),
  version: z.optional(z.number()),
  post_type: z.number(),
  post_number: z.number(),
  reply_to_post_number: z.optional(z.nullable(z.number())),
  topic_id: z.number(),
  topic_slug: z.optional(z.nullable(z.string())),
  topic_archetype: z.optional(z.nullable(z.string())),
})
type Post = z.infer<typeof post>

/** Each delivery names its thing; whoever sends everything sends many that are of no concern here. */
const known = [
  'ping',
  'post',
  'topic',
  'user',
  'group',
  'category',
  'tag',
  'notification',
  'reviewable',
  'like',
  'chat',
]
const delivery = z.record(z.string(), z.unknown())

export const discourseWebhook: WebhookReceiver = {
  perSubject: true,

  verify({ headers, body }, { hookSecret = '' }) {
    const [, given] = /^sha256=([0-9a-f]{64})$/.exec(headers['x-discourse-event-signature'] ?? '') ?? []
    if (given === undefined || hookSecret === '') return false
    return timingSafeEqual(Buffer.from(given, 'hex'), createHmac('sha256', hookSecret).update(body).digest())
  },

  normalize(body, subject = '') {
    const parsed = delivery.safeParse(parseJson(body))
    if (!parsed.success || !known.some((name) => Object.hasOwn(parsed.data, name)))
      throw new AppError('invalid', 'invalid_delivery', networkTexts.notADelivery({ network: 'Discourse' }))
    const written = post.safeParse(parsed.data.post)
    // 1: what people write; the others are notes, small actions and whispers
    if (!written.success || written.data.post_type !== 1) return []
    const [host = '', own = ''] = subject.split('..')
    if (written.data.username.toLowerCase() === own) return []
    return [{ accountId: subject, event: eventOf(written.data, host, own) }]
  },
}

function eventOf(one: Post, host: string, own: string): InboundEvent {
  const { id, topic_id: topicId, post_number: number, reply_to_post_number: answered } = one
  const action = actionOf(one)
  const when = action === 'created' ? one.created_at : (one.deleted_at ?? one.updated_at ?? one.created_at)
  const topic = `t/${topicId}`
  return {
    kind: kindOf(one, own),
    action,
    externalId: `p/${id}`,
    at: Date.parse(when),
    author: {
      externalId: String(one.user_id ?? one.username),
      handle: `@${one.username}`,
      name: one.name || one.username,
    },
    text: one.raw ?? plainOf(one.cooked),
    ...(/^[a-z0-9.-]+$/.test(host) && !/-[0-9a-f]{20}$/.test(host)
      ? { url: `https://${host}/t/${one.topic_slug || 'topic'}/${topicId}/${number}` }
      : {}),
    postExternalId: topic,
    // an answer to an answer names it by its number only
    ...(answered == null || answered === 1 ? { parentExternalId: topic } : {}),
    context: { postId: String(id), topicId: String(topicId), postNumber: String(number) },
  }
}

/** What happened stands in a header; what is left of it in the body is enough. */
function actionOf(one: Post): InboundEvent['action'] {
  if (one.deleted_at != null || one.user_deleted === true) return 'deleted'
  if (one.hidden === true) return 'hidden'
  return (one.version ?? 1) > 1 ? 'edited' : 'created'
}

function kindOf({ topic_archetype: archetype, cooked }: Post, own: string): InboundEvent['kind'] {
  if (archetype === 'private_message') return 'direct_message'
  const people = [...cooked.matchAll(/<a class="mention"[^<>]{0,200}? href="([^"<>]{1,300})"/g)].map(([, href]) => href)
  return people.some((href) => href?.toLowerCase().endsWith(`/u/${own}`)) ? 'mention' : 'comment'
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00a0' }
const plainOf = (html: string): string =>
  html
    .replace(/<br[^<>]*>|<\/(?:p|li|div|blockquote)>/g, '\n')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (whole, name: string) => entities[name] ?? whole)
    .replace(/\n{2,}/g, '\n\n')
    .trim()
