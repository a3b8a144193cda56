/** What X's Activity API delivers. Apart from the connector and on `zod/mini`, so that the receiver's bundle stays small. */

import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'
import { AppError } from '../../kernel/errors.ts'
import { parseJson } from '../json.ts'
import type { AppConfig, InboundEvent, WebhookReceiver } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { eventOfPost } from './inbound.ts'
import { authorOf, timeOf, unescaped } from './shown.ts'

const secretNames = ['consumerSecret', 'previousConsumerSecret'] as const

const user = z.object({
  id: z.string(),
  name: z.optional(z.string()),
  username: z.optional(z.string()),
  profile_image_url: z.optional(z.string()),
})
type User = z.infer<typeof user>

const entities = z.object({
  urls: z.optional(
    z.array(z.object({ url: z.string(), expanded_url: z.optional(z.string()), media_key: z.optional(z.string()) })),
  ),
})
const note = z.object({ text: z.string(), entities: z.optional(entities) })
const references = z.array(z.object({ type: z.string(), id: z.string() }))

const post = z.object({
  id: z.string(),
  author_id: z.optional(z.string()),
  text: z.optional(z.string()),
  created_at: z.optional(z.string()),
  conversation_id: z.optional(z.string()),
  in_reply_to_user_id: z.optional(z.string()),
  in_reply_to_tweet_id: z.optional(z.string()),
  display_text_range: z.optional(z.array(z.number())),
  referenced_tweets: z.optional(references),
  referenced_posts: z.optional(references),
  entities: z.optional(entities),
  note_tweet: z.optional(note),
  note_post: z.optional(note),
  lang: z.optional(z.string()),
})

const messages = z.object({
  direct_message_events: z.array(
    z.object({
      type: z.string(),
      id: z.string(),
      created_timestamp: z.optional(z.string()),
      message_create: z.optional(
        z.object({
          sender_id: z.string(),
          target: z.optional(z.object({ recipient_id: z.optional(z.string()) })),
          message_data: z.optional(z.object({ text: z.optional(z.string()) })),
        }),
      ),
    }),
  ),
  users: z.optional(z.record(z.string(), z.object({ data: z.optional(user) }))),
})

const delivery = z.object({
  data: z.object({
    event_type: z.string(),
    filter: z.optional(z.object({ user_id: z.optional(z.string()) })),
    payload: z.unknown(),
    includes: z.optional(z.object({ users: z.optional(z.array(z.unknown())) })),
  }),
})
type Event = z.infer<typeof delivery>['data']

export const xWebhook: WebhookReceiver = {
  /** The challenge-response check: X asks on creation, and now and then. */
  handshake(method, { query }, app) {
    const token = query.crc_token
    if (method !== 'GET' || token === undefined) return undefined
    if (!isCrcToken(token)) return { status: 403, body: 'This crc_token is not one that X sends. It was not signed.' }
    const secret = app.consumerSecret
    if (!secret) return { status: 403, body: 'This deployment does not know the consumer secret of its app at X.' }
    return {
      status: 200,
      body: JSON.stringify({ response_token: signatureOf(secret, token) }),
      contentType: 'application/json; charset=utf-8',
    }
  },

  verify({ headers, body }, app: AppConfig): boolean {
    // The same key signs CRC tokens for anyone who asks: what could be a token is never a delivery.
    if (!body.includes(openingBrace)) return false
    const given = Buffer.from(headers['x-twitter-webhooks-signature'] ?? '')
    let matched = false
    // As text: several texts of Base64 stand for the same bytes. Every secret is tried, whichever fits.
    for (const name of secretNames) {
      const secret = app[name]
      if (!secret) continue
      const right = Buffer.from(signatureOf(secret, body))
      matched = (given.length === right.length && timingSafeEqual(given, right)) || matched
    }
    return matched
  },

  normalize(body) {
    const parsed = delivery.safeParse(parseJson(body))
    if (!parsed.success) throw new AppError('invalid', 'invalid_delivery', networkTexts.notADelivery({ network: 'X' }))
    return eventsOf(parsed.data.data)
  },
}

const maxTokenBytes = 512
const openingBrace = 0x7b

/**
 * X signs a CRC token and a delivery in the same way with the same key, so a delivery must never pass for a token: a
 * delivery is a JSON object. X documents no format; its tokens are Base64 or UUIDs.
 */
function isCrcToken(token: string): boolean {
  const bytes = Buffer.byteLength(token)
  return bytes > 0 && bytes <= maxTokenBytes && !/[{\p{Cc}]/u.test(token)
}

const signatureOf = (secret: string, what: string | Uint8Array) =>
  `sha256=${createHmac('sha256', secret).update(what).digest('base64')}`

const posts = new Set(['post.mention.create', 'post.reply.create', 'post.quote.create'])

/** What is not understood is left out: what X adds tomorrow is no error. */
function eventsOf(event: Event): ReturnType<WebhookReceiver['normalize']> {
  const accountId = event.filter?.user_id
  if (event.event_type === 'oauth.revoke') return revoked(event.payload)
  if (accountId === undefined) return []
  const said = fromEvent(event, accountId)
  return said.map((one) => ({ accountId, event: one }))
}

function fromEvent(event: Event, accountId: string): InboundEvent[] {
  if (posts.has(event.event_type)) return fromPost(event, accountId)
  if (event.event_type === 'dm.received') return fromMessages(event.payload, accountId)
  if (event.event_type !== 'post.delete') return []
  const parsed = post.safeParse(event.payload)
  if (!parsed.success) return []
  const { id } = parsed.data
  return [{ kind: 'post_state', action: 'deleted', externalId: id, postExternalId: id, at: timeOf(id), state: 'gone' }]
}

function fromPost(event: Event, accountId: string): InboundEvent[] {
  const parsed = post.safeParse(event.payload)
  if (!parsed.success) return []
  return [eventOfPost(parsed.data, accountId, usersOf(event))]
}

/** Users come bare, in some events inside `data`. */
function usersOf(event: Event): readonly User[] {
  return (event.includes?.users ?? []).flatMap((one) => {
    const wrapped = z.object({ data: user }).safeParse(one)
    if (wrapped.success) return [wrapped.data.data]
    const bare = user.safeParse(one)
    return bare.success ? [bare.data] : []
  })
}

function fromMessages(payload: unknown, accountId: string): InboundEvent[] {
  const parsed = messages.safeParse(payload)
  if (!parsed.success) return []
  const users = Object.values(parsed.data.users ?? {}).flatMap((one) => one.data ?? [])
  return parsed.data.direct_message_events.flatMap(({ type, id, created_timestamp, message_create: said }) =>
    type !== 'message_create' || said === undefined
      ? []
      : {
          kind: 'direct_message',
          action: 'created',
          externalId: id,
          at: Number(created_timestamp) || timeOf(id),
          author: authorOf(said.sender_id, users),
          text: unescaped(said.message_data?.text ?? ''),
          ...(said.sender_id === accountId
            ? { direction: 'outgoing', recipient: authorOf(said.target?.recipient_id, users) }
            : {}),
        },
  )
}

const revocation = z.object({ user_id: z.string(), date_time: z.string() })

function revoked(payload: unknown): ReturnType<WebhookReceiver['normalize']> {
  const parsed = revocation.safeParse(payload)
  if (!parsed.success) return []
  const { user_id: accountId, date_time } = parsed.data
  const at = Date.parse(date_time)
  return [{ accountId, event: { kind: 'deauthorized', action: 'deleted', externalId: `${accountId}/${at}`, at } }]
}
