/** What came in, and what it measured: reads of the AppView, through the account's own server. */
import { createHash } from 'node:crypto'
import * as z from 'zod'
import { items } from '../items.ts'
import type { Attachment, ChannelCounters, CounterName, Counters, InboundEvent, Polled } from '../network.ts'
import { type BlueskyCall, read } from './api.ts'
import { pageOf } from './facts.ts'
import { postUrl, reference } from './post.ts'
import { profile } from './session.ts'

/** Pictures and videos, alone or beside a quoted post. */
const media = z.object({
  $type: z.string(),
  images: z.array(z.object({ alt: z.string().optional() })).optional(),
})
const embed = media.extend({ media: media.optional() }).optional().catch(undefined)

const notification = z.object({
  uri: z.string(),
  cid: z.string(),
  author: z.object({
    did: z.string(),
    handle: z.string(),
    displayName: z.string().optional().catch(undefined),
    avatar: z.string().optional().catch(undefined),
  }),
  reason: z.string(),
  reasonSubject: z.string().optional().catch(undefined),
  record: z
    .looseObject({
      text: z.string().optional().catch(undefined),
      langs: z.array(z.string()).optional().catch(undefined),
      reply: z.object({ root: reference, parent: reference }).optional().catch(undefined),
      embed,
    })
    .catch({}),
  indexedAt: z.iso.datetime({ offset: true }),
})
type Notification = z.infer<typeof notification>
const notifications = z.object({ cursor: z.string().optional(), notifications: items(notification) })

/** Notifications are sorted by what their authors' clocks say: one may appear this much below newer ones (ms). */
const overlapMs = 15 * 60_000
const rememberedMax = 500

/**
 * Where polling stands. Pages run from the newest to the older; `until` is where known ground begins, `seen` what was
 * given above it already, `page` where a walk through several pages goes on and `newest` where that walk began.
 */
const position = z.object({
  until: z.number(),
  seen: z.array(z.tuple([z.string(), z.number()])),
  page: z.string().optional(),
  newest: z.number(),
})

const mark = (uri: string) => createHash('sha256').update(uri).digest('base64url').slice(0, 12)

/** One page of mentions, replies and quotes. The first poll brings the newest page: what is older was there before Parvis. */
export async function poll(call: BlueskyCall, cursor: string | undefined): Promise<Polled> {
  const from = cursor === undefined ? undefined : position.parse(JSON.parse(cursor))
  const until = from?.until ?? 0
  const page = await read(
    call,
    'app.bsky.notification.listNotifications',
    {
      reasons: ['mention', 'reply', 'quote'],
      limit: String(pageOf.notifications),
      ...(from?.page === undefined ? {} : { cursor: from.page }),
    },
    notifications,
  )
  const seen = new Map(from?.seen)
  const fresh = page.notifications.filter((one) => Date.parse(one.indexedAt) >= until && !seen.has(mark(one.uri)))
  for (const one of fresh) seen.set(mark(one.uri), Date.parse(one.indexedAt))

  const newest = Math.max(from?.newest ?? 0, ...page.notifications.map((one) => Date.parse(one.indexedAt)))
  const ended =
    from === undefined ||
    page.cursor === undefined ||
    page.notifications.length === 0 ||
    page.notifications.some((one) => Date.parse(one.indexedAt) < until)
  const known = Math.max(until, newest - overlapMs)
  const remembered = [...seen].filter(([, at]) => at >= known).sort((a, b) => b[1] - a[1])
  const next: z.infer<typeof position> = {
    until: ended ? known : until,
    seen: remembered.slice(0, rememberedMax),
    newest,
    ...(ended ? {} : { page: page.cursor }),
  }
  return {
    events: fresh.map((one) => eventOf(one, call.account.externalId)).reverse(),
    cursor: JSON.stringify(next),
    more: !ended,
  }
}

function eventOf(one: Notification, ownDid: string): InboundEvent {
  const ours = (uri: string | undefined) => (uri?.startsWith(`at://${ownDid}/`) ? uri : undefined)
  const { reply, text, langs } = one.record
  const root = reply?.root ?? one
  return {
    kind: one.reason === 'reply' ? 'comment' : 'mention',
    action: 'created',
    externalId: one.uri,
    at: Date.parse(one.indexedAt),
    author: {
      externalId: one.author.did,
      handle: `@${one.author.handle}`,
      name: one.author.displayName || one.author.handle,
      picture: one.author.avatar,
    },
    text: text ?? '',
    ...attachedTo(one.record),
    url: postUrl(one.author.handle, one.uri),
    language: langs?.[0],
    parentExternalId: reply?.parent.uri,
    // The head of the thread if it is ours; else the post of ours that was answered or quoted.
    postExternalId: ours(reply?.root.uri) ?? ours(one.reasonSubject),
    // An answer names this very version of it, and of the head of its thread.
    context: { cid: one.cid, rootUri: root.uri, rootCid: root.cid },
  }
}

/** The AppView's address of a picture is not in a notification: the post's own shows it. */
function attachedTo({ embed: given }: Notification['record']): Pick<InboundEvent, 'attachments'> {
  const { $type: type = '', images = [] } = given?.media ?? given ?? {}
  const attachments: Attachment[] = images.map(({ alt }) => ({ kind: 'image', name: alt === '' ? undefined : alt }))
  if (type === 'app.bsky.embed.video') attachments.push({ kind: 'video' })
  return attachments.length === 0 ? {} : { attachments }
}

const count = z.number().int().nonnegative().optional().catch(undefined)
const posts = z.object({
  posts: z.array(
    z.object({
      uri: z.string(),
      likeCount: count,
      repostCount: count,
      replyCount: count,
      quoteCount: count,
      bookmarkCount: count,
    }),
  ),
})

export async function measure(
  call: BlueskyCall,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, Counters>> {
  const measured = new Map<string, Counters>()
  for (let start = 0; start < externalIds.length; start += pageOf.posts) {
    const uris = externalIds.slice(start, start + pageOf.posts)
    const page = await read(call, 'app.bsky.feed.getPosts', { uris }, posts)
    for (const post of page.posts) {
      const told: Partial<Record<CounterName, number | undefined>> = {
        likes: post.likeCount,
        shares: post.repostCount,
        comments: post.replyCount,
        quotes: post.quoteCount,
        saves: post.bookmarkCount,
      }
      measured.set(post.uri, Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)))
    }
  }
  return measured
}

export async function measureChannel(call: BlueskyCall): Promise<ChannelCounters> {
  const { followersCount } = await read(call, 'app.bsky.actor.getProfile', { actor: call.account.externalId }, profile)
  return followersCount === undefined ? {} : { followers: followersCount }
}
