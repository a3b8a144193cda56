/** What came in, asked for: the fallback where no webhook is to be had. Everything that is read is paid for. */
import * as z from 'zod'
import { iso } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import { items } from '../items.ts'
import type { InboundEvent, Polled } from '../network.ts'
import { type Call, type Named, post, postFields, readAs, unreadable, user } from './api.ts'
import { pageOf } from './facts.ts'
import { eventOfPost } from './inbound.ts'
import { authorOf, unescaped } from './shown.ts'

/** One list that is being read: what is known of it, and the page it stands at. */
const place = z.object({
  /** Everything up to this id was brought. */
  since: z.string().optional(),
  /** While nothing was ever there: from when on what comes is new. */
  from: z.string().optional(),
  next: z.string().optional(),
  /** The newest that was seen since `since`; becomes it at the end of the pages. */
  newest: z.string().optional(),
})
type Place = z.infer<typeof place>
const cursors = z.object({ mentions: place, messages: place })

const meta = z.object({ next_token: z.string().optional() }).optional()
const includes = z.object({ users: z.array(user).optional().catch([]) }).optional()
/** A cursor is an id: what is none would stop it for good. */
const snowflake = z.string().regex(/^\d+$/)
const mentions = z.object({ data: items(post.extend({ id: snowflake })).default([]), includes, meta })
const messages = z.object({
  data: items(
    z.object({
      id: snowflake,
      event_type: z.string().optional(),
      text: z.string().optional(),
      sender_id: z.string().optional(),
      created_at: z.string().optional(),
      dm_conversation_id: z.string().optional(),
    }),
  ).default([]),
  includes,
  meta,
})

/**
 * Mentions and answers (`since_id`), then messages, a page of each a poll. The first poll only learns where the lists
 * stand. Ids grow with time; X promises no more than that, so what appears late with an older id is the webhook's to tell.
 */
export async function poll(call: Call, cursor: string | undefined): Promise<Polled> {
  const at = cursor === undefined ? { mentions: {}, messages: {} } : cursors.parse(JSON.parse(cursor))
  const first = cursor === undefined
  const [fromMentions, fromMessages] = [
    await readMentions(call, at.mentions, first),
    await readMessages(call, at.messages, first),
  ]
  return {
    events: [...fromMentions.events, ...fromMessages.events],
    cursor: JSON.stringify({ mentions: fromMentions.place, messages: fromMessages.place }),
    more: fromMentions.place.next !== undefined || fromMessages.place.next !== undefined,
  }
}

interface Read {
  readonly events: readonly InboundEvent[]
  readonly place: Place
}

async function readMentions(call: Call, at: Place, first: boolean): Promise<Read> {
  const { userId } = call.credentials.current()
  const page = await readAs(
    call,
    {
      path: `/2/users/${userId}/mentions`,
      query: {
        max_results: String(first ? 5 : pageOf.mentions),
        since_id: at.since,
        start_time: at.since === undefined ? at.from : undefined,
        pagination_token: at.next,
        'user.fields': 'profile_image_url',
      },
      named: postFields,
    },
    mentions,
  )
  if (page === undefined) throw new AppError('unavailable', 'network_failed', unreadable)
  const users = page.includes?.users ?? []
  const fresh = page.data.filter((one) => one.author_id !== userId)
  return {
    events: first ? [] : fresh.map((one) => eventOfPost(one, userId, users)),
    place: moved(call, at, page.data, first ? undefined : page.meta?.next_token),
  }
}

/** The expansion brings `sender_id` too; in one generation it is a field besides. */
const messageFields: Named = {
  tweet: { 'dm_event.fields': 'id,text,event_type,created_at,sender_id,dm_conversation_id' },
  post: { 'dm_event.fields': 'id,text,event_type,created_at,dm_conversation_id' },
}

/** The list knows no `since`: it is read from its newest on, down to what was brought. */
async function readMessages(call: Call, at: Place, first: boolean): Promise<Read> {
  const { userId } = call.credentials.current()
  const page = await readAs(
    call,
    {
      path: '/2/dm_events',
      query: {
        max_results: String(first ? 1 : pageOf.messages),
        event_types: 'MessageCreate',
        pagination_token: at.next,
        expansions: 'sender_id',
        'user.fields': 'profile_image_url',
      },
      named: messageFields,
    },
    messages,
  ).catch(withoutPermission)
  // A person who did not open their messages to us still has mentions.
  if (page === undefined) return { events: [], place: at }
  const users = page.includes?.users ?? []
  const fresh = page.data.filter(
    (one) =>
      (at.since === undefined || compareIds(one.id, at.since) > 0) &&
      (at.from === undefined || Date.parse(one.created_at ?? '') >= Date.parse(at.from)),
  )
  const reached = fresh.length < page.data.length
  return {
    events: first
      ? []
      : fresh
          .filter((one) => one.sender_id !== undefined)
          .map((one) => ({
            kind: 'direct_message',
            action: 'created',
            externalId: one.id,
            at: Date.parse(one.created_at ?? '') || call.clock.now(),
            author: authorOf(one.sender_id, users),
            // escaped as a post's text is
            text: unescaped(one.text ?? ''),
            ...(one.sender_id === userId
              ? { direction: 'outgoing', recipient: authorOf(partnerIn(one.dm_conversation_id, userId), users) }
              : {}),
            context: one.dm_conversation_id === undefined ? undefined : { conversation: one.dm_conversation_id },
          })),
    place: moved(call, at, fresh, first || reached ? undefined : page.meta?.next_token),
  }
}

/** A conversation of two is called by both ids, the lower first; one of several has no such name. */
const partnerIn = (conversation: string | undefined, ownId: string): string | undefined => {
  const ids = conversation?.split('-') ?? []
  return ids.length === 2 && ids.includes(ownId) ? ids.find((id) => id !== ownId) : undefined
}

function withoutPermission(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'network_refused') return undefined
  throw error
}

function moved(call: Call, at: Place, page: readonly { readonly id: string }[], next: string | undefined): Place {
  const newest = newestOf([...page.map(({ id }) => id), at.newest ?? ''])
  if (next !== undefined) return { ...at, next, ...(newest === '' ? {} : { newest }) }
  const since = newestOf([newest, at.since ?? ''])
  return since === '' ? { from: at.from ?? iso(call.clock.now()) } : { since }
}

const newestOf = (ids: readonly string[]) => ids.reduce((a, b) => (compareIds(a, b) >= 0 ? a : b), '')

/** Numbers in decimal, too large for a double. */
function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}
