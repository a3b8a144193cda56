/** What Meta delivers about a Page. Apart from the connector and on `zod/mini`, so that the receiver's bundle stays small. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'
import { AppError } from '../../kernel/errors.ts'
import type { AppConfig, Author, InboundEvent, RawDelivery, WebhookReceiver } from '../network.ts'

const secretNames = ['appSecret', 'previousAppSecret'] as const
const signatureOf = /^sha256=([0-9a-f]{64})$/

const person = z.object({ id: z.string(), name: z.optional(z.string()) })
const time = z.number()

const feedValue = z.object({
  item: z.string(),
  verb: z.string(),
  post_id: z.optional(z.string()),
  comment_id: z.optional(z.string()),
  parent_id: z.optional(z.string()),
  from: z.optional(person),
  message: z.optional(z.string()),
  created_time: z.optional(time),
  permalink_url: z.optional(z.string()),
  post: z.optional(z.object({ permalink_url: z.optional(z.string()) })),
})
type FeedValue = z.infer<typeof feedValue>

const mentionValue = z.object({
  post_id: z.string(),
  comment_id: z.optional(z.string()),
  verb: z.optional(z.string()),
  sender_id: z.optional(z.string()),
  sender_name: z.optional(z.string()),
  message: z.optional(z.string()),
  created_time: z.optional(time),
})

const message = z.object({
  sender: z.object({ id: z.string() }),
  timestamp: time,
  message: z.object({ mid: z.string(), text: z.optional(z.string()), is_echo: z.optional(z.boolean()) }),
})

const delivery = z.object({
  object: z.literal('page'),
  entry: z.array(
    z.object({
      id: z.string(),
      time,
      changes: z.optional(z.array(z.object({ field: z.string(), value: z.unknown() }))),
      messaging: z.optional(z.array(z.unknown())),
    }),
  ),
})
type Entry = z.infer<typeof delivery>['entry'][number]

const actions: Readonly<Record<string, InboundEvent['action']>> = {
  add: 'created',
  edited: 'edited',
  edit: 'edited',
  remove: 'deleted',
  hide: 'hidden',
  unhide: 'unhidden',
}

export const facebookWebhook: WebhookReceiver = {
  handshake(method, { query }, app) {
    const mode = query['hub.mode']
    if (method !== 'GET' || mode === undefined) return undefined
    const expected = app.verifyToken ?? ''
    if (mode !== 'subscribe' || expected === '' || !sameText(query['hub.verify_token'] ?? '', expected))
      return { status: 403, body: 'The verify token is not the one this deployment knows.' }
    return { status: 200, body: query['hub.challenge'] ?? '' }
  },

  verify({ headers, body }: RawDelivery, app: AppConfig): boolean {
    const given = signatureOf.exec(headers['x-hub-signature-256'] ?? '')?.[1]
    if (given === undefined) return false
    const signature = Buffer.from(given, 'hex')
    let matched = false
    // Every secret is tried, whichever fits: the time taken tells nothing.
    for (const name of secretNames) {
      const secret = app[name]
      if (secret) matched = timingSafeEqual(createHmac('sha256', secret).update(body).digest(), signature) || matched
    }
    return matched
  },

  normalize(body) {
    const parsed = delivery.safeParse(jsonOf(body))
    if (!parsed.success) throw new AppError('invalid', 'invalid_delivery', 'This is no delivery about a Facebook Page.')
    return parsed.data.entry.flatMap((entry) => eventsOf(entry).map((event) => ({ accountId: entry.id, event })))
  },
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return undefined
  }
}

/** Compares digests, so that neither content nor length shows in the time taken. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

/** What is not understood is left out: one strange change must not cost the others of its delivery. */
function eventsOf(entry: Entry): InboundEvent[] {
  const changes = (entry.changes ?? []).flatMap(({ field, value }) => {
    if (field === 'feed') return fromFeed(entry, value)
    if (field === 'mention') return fromMention(entry, value)
    return []
  })
  return [...changes, ...(entry.messaging ?? []).flatMap((one) => fromMessaging(entry, one))]
}

function fromFeed(entry: Entry, value: unknown): InboundEvent[] {
  const parsed = feedValue.safeParse(value)
  const action = parsed.success ? actions[parsed.data.verb] : undefined
  if (!parsed.success || action === undefined) return []
  const said = parsed.data
  // created_time stays that of the comment when it is edited or hidden; the entry's time is when that happened.
  const at = milliseconds(action === 'created' ? (said.created_time ?? entry.time) : entry.time)
  const own = said.from?.id === entry.id
  const base = {
    action,
    at,
    author: authorOf(said.from),
    text: said.message,
    url: said.permalink_url ?? said.post?.permalink_url,
  }
  if (said.item === 'comment') return own && action !== 'deleted' ? [] : commentOf(said, base)
  if (said.item === 'reaction' || said.item === 'like') return own ? [] : reactionOf(said, base)
  if (said.post_id === undefined) return []
  // A post on the Page: ours tells its own state, somebody else's is said to us.
  return [
    {
      ...base,
      kind: own || action === 'deleted' ? 'post_state' : 'mention',
      externalId: said.post_id,
      postExternalId: said.post_id,
    },
  ]
}

type Base = Pick<InboundEvent, 'action' | 'at' | 'author' | 'text' | 'url'>

function commentOf(said: FeedValue, base: Base): InboundEvent[] {
  if (said.comment_id === undefined) return []
  return [
    {
      ...base,
      kind: 'comment',
      externalId: said.comment_id,
      parentExternalId: said.parent_id,
      postExternalId: said.post_id,
    },
  ]
}

/** A reaction has no id of its own: one person has at most one on one thing. */
function reactionOf(said: FeedValue, base: Base): InboundEvent[] {
  const on = said.comment_id ?? said.post_id
  if (on === undefined || said.from === undefined) return []
  return [
    {
      ...base,
      kind: 'reaction',
      externalId: `${on}/reaction/${said.from.id}`,
      parentExternalId: on,
      postExternalId: said.post_id,
    },
  ]
}

function fromMention(entry: Entry, value: unknown): InboundEvent[] {
  const parsed = mentionValue.safeParse(value)
  const action = parsed.success ? actions[parsed.data.verb ?? 'add'] : undefined
  if (!parsed.success || action === undefined) return []
  const said = parsed.data
  return [
    {
      kind: 'mention',
      action,
      externalId: said.comment_id ?? said.post_id,
      at: milliseconds(action === 'created' ? (said.created_time ?? entry.time) : entry.time),
      author: said.sender_id === undefined ? undefined : authorOf({ id: said.sender_id, name: said.sender_name }),
      text: said.message,
      parentExternalId: said.comment_id === undefined ? undefined : said.post_id,
    },
  ]
}

function fromMessaging(entry: Entry, value: unknown): InboundEvent[] {
  const parsed = message.safeParse(value)
  if (!parsed.success) return []
  const said = parsed.data
  // Echoes are what the Page itself wrote.
  if (said.message.is_echo === true || said.sender.id === entry.id) return []
  return [
    {
      kind: 'direct_message',
      action: 'created',
      externalId: said.message.mid,
      at: milliseconds(said.timestamp),
      author: authorOf(said.sender),
      text: said.message.text,
    },
  ]
}

/** Deliveries of messages name people by id only. */
const authorOf = (who: z.infer<typeof person> | undefined): Author | undefined =>
  who === undefined ? undefined : { externalId: who.id, handle: who.name ?? who.id, name: who.name ?? who.id }

/** Times come in seconds, in places in milliseconds. */
const milliseconds = (given: number) => (given > 1e11 ? given : given * 1000)
