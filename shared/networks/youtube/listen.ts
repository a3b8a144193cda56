/** Comments, polled within the quota: one unit a look, and one more every ten minutes for those held for review. */

import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { type ListedPage, place, readAs, readNewest } from '../google/index.ts'
import { items, timestamp } from '../items.ts'
import type { ChannelCall, InboundEvent, Polled } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { apiAt, type Credentials, type Settings, youtubePlatform } from './api.ts'
import { subscribe } from './connect.ts'
import { unconfirmed } from './facts.ts'

type Call = ChannelCall<Credentials, Settings>

const heldEveryMs = 10 * 60_000
const maxPages = 20

const cursorOf = z.object({
  comments: place.optional(),
  held: place.optional(),
  /** When those held are looked at again, and the lease at the hub renewed (ms). */
  heldAt: z.number(),
  renewAt: z.number(),
  /** How many answers a thread had whose answers do not all come with it. */
  answers: z.record(z.string(), z.number()),
})
type Cursor = z.infer<typeof cursorOf>

const comment = z.object({
  id: z.string(),
  snippet: z.object({
    textDisplay: z.string().catch(''),
    authorDisplayName: z.string().catch(''),
    authorProfileImageUrl: z.string().optional(),
    authorChannelId: z.object({ value: z.string() }).optional(),
    videoId: z.string().optional(),
    parentId: z.string().optional(),
    publishedAt: timestamp,
    updatedAt: timestamp,
  }),
})
type Comment = z.infer<typeof comment>
const threads = z.object({
  items: items(
    z.object({
      id: z.string(),
      snippet: z.object({
        videoId: z.string().optional(),
        totalReplyCount: z.number().catch(0),
        topLevelComment: comment,
      }),
      replies: z.object({ comments: items(comment).catch([]) }).optional(),
    }),
  ),
  nextPageToken: z.string().optional(),
})
type Thread = z.infer<typeof threads>['items'][number]
const replies = z.object({ items: items(comment), nextPageToken: z.string().optional() })

export async function poll(call: Call, given: string | undefined): Promise<Polled> {
  const before = read(given)
  const now = call.clock.now()
  const answers: Record<string, number> = {}
  const published = await readNewest(before.comments, { overlapMs: unconfirmed.overlapMs, maxPages }, (token) =>
    page(call, { held: false, token, counted: before.answers, answers }),
  )
  const lookAtHeld = now >= before.heldAt
  const held = lookAtHeld
    ? await readNewest(before.held, { overlapMs: unconfirmed.overlapMs, maxPages }, (token) =>
        page(call, { held: true, token, counted: {}, answers: {} }),
      )
    : undefined
  const cursor: Cursor = {
    comments: published.place,
    held: held?.place ?? before.held,
    heldAt: lookAtHeld ? now + heldEveryMs : before.heldAt,
    renewAt: await renewal(call, before.renewAt, now),
    answers,
  }
  return {
    events: once([...published.fresh, ...(held?.fresh ?? [])]),
    cursor: JSON.stringify(cursor),
    more: published.more,
  }
}

function read(given: string | undefined): Cursor {
  if (given === undefined) return { heldAt: 0, renewAt: 0, answers: {} }
  return cursorOf.parse(JSON.parse(given))
}

/** A lease lasts ten days at most. A hub that does not answer is asked again in an hour. */
async function renewal(call: Call, renewAt: number, now: number): Promise<number> {
  if (now < renewAt) return renewAt
  const taken = await subscribe(call, call.account.externalId)
  return now + (taken ? unconfirmed.renewEveryMs : unconfirmed.renewAgainMs)
}

/** What was written and edited between two looks is told as it is now. */
function once(events: readonly InboundEvent[]): InboundEvent[] {
  const created = new Set(events.filter(({ action }) => action === 'created').map(({ externalId }) => externalId))
  return events.filter(({ action, externalId }) => action === 'created' || !created.has(externalId))
}

interface Looking {
  readonly held: boolean
  readonly token: string | undefined
  readonly counted: Readonly<Record<string, number>>
  /** Filled with what {@link counted} is next time. */
  readonly answers: Record<string, number>
}

async function page(call: Call, looking: Looking): Promise<ListedPage<InboundEvent>> {
  const { held, token } = looking
  const url = apiAt(call.app, '/commentThreads', {
    part: 'snippet,replies',
    allThreadsRelatedToChannelId: call.account.externalId,
    order: 'time',
    maxResults: '100',
    textFormat: 'plainText',
    ...(held ? { moderationStatus: 'heldForReview' } : {}),
    ...(token === undefined ? {} : { pageToken: token }),
  })
  const found = (await readAs(youtubePlatform, call, url, threads)) ?? { items: [], nextPageToken: undefined }
  const listedItems: ListedPage<InboundEvent>['items'][number][] = []
  for (const thread of found.items) {
    const { topLevelComment } = thread.snippet
    const isOwn = (one: Comment) => one.snippet.authorChannelId?.value === call.account.externalId
    const below = await answersOf(call, thread, looking)
    for (const one of [topLevelComment, ...below]) {
      // what the channel writes below its own comment answers nobody by name
      if (isOwn(one) && isOwn(topLevelComment)) continue
      listedItems.push(...listed(one, thread, { held, own: isOwn(one) }))
    }
  }
  const last = found.items.at(-1)?.snippet.topLevelComment.snippet.publishedAt
  return { items: listedItems, until: last === undefined ? undefined : Date.parse(last), next: found.nextPageToken }
}

/** A thread brings a few of its answers. Where it has more, and more than before, they are read: a unit for a hundred. */
async function answersOf(call: Call, { id, snippet, replies: some }: Thread, looking: Looking) {
  const brought = some?.comments ?? []
  const { totalReplyCount: total } = snippet
  if (total <= brought.length || looking.held) return brought
  looking.answers[id] = total
  if (looking.counted[id] === total) return brought
  const all: Comment[] = []
  const asked = new Set<string>()
  let pageToken: string | undefined
  do {
    const query = { part: 'snippet', parentId: id, maxResults: '100', textFormat: 'plainText' }
    const url = apiAt(call.app, '/comments', { ...query, ...(pageToken === undefined ? {} : { pageToken }) })
    const more = await readAs(youtubePlatform, call, url, replies)
    all.push(...(more?.items ?? []))
    pageToken = more?.nextPageToken
    if (pageToken !== undefined && asked.has(pageToken)) throw repeated()
    if (pageToken !== undefined) asked.add(pageToken)
  } while (pageToken !== undefined)
  return all
}

const repeated = () => new AppError('unavailable', 'network_failed', networkTexts.unreadable({ network: 'YouTube' }))

function listed(
  { id, snippet }: Comment,
  thread: Thread,
  { held, own }: { readonly held: boolean; readonly own: boolean },
): ListedPage<InboundEvent>['items'] {
  const postExternalId = snippet.videoId ?? thread.snippet.videoId
  const at = Date.parse(snippet.publishedAt)
  const edited = Date.parse(snippet.updatedAt)
  const name = snippet.authorDisplayName
  const event: InboundEvent = {
    kind: 'comment',
    action: 'created',
    externalId: id,
    at,
    author: {
      externalId: snippet.authorChannelId?.value ?? name,
      handle: name,
      name,
      picture: snippet.authorProfileImageUrl,
    },
    text: snippet.textDisplay,
    url:
      postExternalId === undefined
        ? undefined
        : `https://www.youtube.com/watch?v=${encodeURIComponent(postExternalId)}&lc=${encodeURIComponent(id)}`,
    parentExternalId: id === thread.id ? postExternalId : thread.id,
    postExternalId,
    // YouTube's threads are one level deep: whatever is answered, the answer goes under the first comment.
    context: { threadId: thread.id },
    ...(held ? { held } : {}),
    ...(own ? { direction: 'outgoing' } : {}),
  }
  const written = { key: id, at, value: event }
  if (!(edited > at)) return [written]
  return [written, { key: `${id}@${edited}`, at: edited, value: { ...event, action: 'edited', at: edited } }]
}
