/** What came in, and what it measured. */
import * as z from 'zod'
import { byTheirClock } from '../http/index.ts'
import { items } from '../items.ts'
import type { Attachment, ChannelCall, ChannelCounters, Counters, InboundEvent, Polled } from '../network.ts'
import { account, type Credentials, read, type Status, status } from './api.ts'
import type { Settings } from './connect.ts'
import { pageOf } from './facts.ts'
import { readStatus } from './publish.ts'
import { htmlToText } from './text.ts'

const notification = z.object({
  id: z.string(),
  type: z.string(),
  created_at: z.iso.datetime({ offset: true }),
  account,
  status: status.nullish(),
})

/**
 * Where polling stands. `until`: known ground ends here. `seen`: what was given above it already, with its time.
 * `page`: where a walk through several pages goes on.
 */
const position = z.object({
  until: z.string(),
  seen: z.array(z.tuple([z.string(), z.number()])),
  page: z.string().optional(),
})
type Position = z.infer<typeof position>

/** Ids are given before what they stand for can be read: one may appear this much below newer ones (ms). */
const overlapMs = 5 * 60_000
const rememberedMax = 500

/** Cursors were a mere id once. */
function positionOf(cursor: string): Position {
  return cursor.startsWith('{') ? position.parse(JSON.parse(cursor)) : { until: cursor, seen: [] }
}

/**
 * Mentions, replies, quotes and direct messages, oldest first (`min_id` pages forward). The last minutes are read again
 * each time, until a page is empty: how many an instance puts on one is its own business. The first poll brings the
 * newest page: what is older was there before Parvis.
 */
export async function poll(call: ChannelCall<Credentials, Settings>, cursor: string | undefined): Promise<Polled> {
  const as = call.credentials.current()
  const from = cursor === undefined ? undefined : positionOf(cursor)
  const query = new URLSearchParams({
    limit: String(pageOf.notifications),
    ...(from === undefined ? {} : { min_id: from.page ?? from.until }),
  })
  query.append('types[]', 'mention')
  query.append('types[]', 'quote')
  const answer = await read(call, as, `/api/v1/notifications?${query}`, items(notification))
  const page = [...(answer?.data ?? [])].sort((a, b) => compareIds(a.id, b.id))
  const seen = new Map(from?.seen)
  const fresh = page.filter((one) => !seen.has(one.id))
  for (const one of fresh) seen.set(one.id, Date.parse(one.created_at))
  const last = page.at(-1)?.id
  const more = from !== undefined && last !== undefined
  const settledBy = byTheirClock(call.clock.now() - overlapMs, call.clock.now(), answer?.headers ?? {})
  const next = more
    ? { until: from.until, seen: [...seen], page: last }
    : settled(from?.until ?? '0', [...seen], settledBy)
  return {
    events: fresh.flatMap((one) => (one.status ? [eventOf(one.status, one.type, as.accountId, one.created_at)] : [])),
    cursor: JSON.stringify(next),
    more,
  }
}

/** Known ground grows by what is old enough, or too much to remember. */
function settled(until: string, seen: Position['seen'], settledBy: number): Position {
  const sorted = seen.sort(([a], [b]) => compareIds(a, b))
  const old = sorted.findLastIndex(([, at], i) => at < settledBy || i < sorted.length - rememberedMax)
  return { until: sorted[old]?.[0] ?? until, seen: sorted.slice(old + 1) }
}

/** Ids are numbers in decimal, too large for a double; other software than Mastodon's sorts as text. */
function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

function eventOf(one: Status, type: string, ownId: string, notifiedAt: string): InboundEvent {
  const text = htmlToText(one.content)
  const answersUs = one.in_reply_to_account_id === ownId && one.in_reply_to_id != null
  const direct = one.visibility === 'direct'
  return {
    kind: direct ? 'direct_message' : answersUs && type === 'mention' ? 'comment' : 'mention',
    action: 'created',
    externalId: one.id,
    at: Date.parse(one.created_at) || Date.parse(notifiedAt),
    author: {
      externalId: one.account.id,
      handle: `@${one.account.acct}`,
      name: one.account.display_name || one.account.username,
      picture: one.account.avatar,
    },
    ...attachedTo(one),
    text: one.spoiler_text === '' ? text : `${one.spoiler_text}\n\n${text}`,
    url: one.url ?? undefined,
    language: one.language ?? undefined,
    parentExternalId: one.in_reply_to_id ?? undefined,
    // The answered post is ours only if the status answers us; the head of a longer thread is not told.
    postExternalId: answersUs ? (one.in_reply_to_id ?? undefined) : undefined,
    // An answer is as public, and hides behind the same warning.
    context: {
      visibility: one.visibility,
      ...(one.spoiler_text === '' ? {} : { contentWarning: one.spoiler_text }),
    },
  }
}

const mediaAttachment = z.object({
  type: z.string(),
  url: z.string().nullish(),
  remote_url: z.string().nullish(),
  description: z.string().nullish(),
})
const kinds: Readonly<Record<string, Attachment['kind']>> = {
  image: 'image',
  gifv: 'video',
  video: 'video',
  audio: 'audio',
}

function attachedTo({ media_attachments: media }: Status): Pick<InboundEvent, 'attachments'> {
  const attachments = media.flatMap((given): Attachment[] => {
    const one = mediaAttachment.safeParse(given).data
    if (one === undefined) return []
    const url = one.url ?? one.remote_url ?? undefined
    return [{ kind: kinds[one.type] ?? 'file', url, name: one.description ?? undefined }]
  })
  return attachments.length === 0 ? {} : { attachments }
}

/** Batches where the instance has them (4.3), one by one where not. */
export async function measure(
  call: ChannelCall<Credentials, Settings>,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, Counters>> {
  const counted = new Map<string, Counters>()
  for (let i = 0; i < externalIds.length; i += pageOf.batch) {
    const ids = externalIds.slice(i, i + pageOf.batch)
    for (const one of (await readBatch(call, ids)) ?? (await readEach(call, ids))) counted.set(one.id, countersOf(one))
  }
  return counted
}

async function readBatch(
  call: ChannelCall<Credentials, Settings>,
  ids: readonly string[],
): Promise<readonly Status[] | undefined> {
  const query = ids.map((id) => `id[]=${encodeURIComponent(id)}`).join('&')
  const page = await read(call, call.credentials.current(), `/api/v1/statuses?${query}`, z.array(status))
  return page?.data
}

async function readEach(call: ChannelCall<Credentials, Settings>, ids: readonly string[]): Promise<readonly Status[]> {
  const read: Status[] = []
  for (const id of ids) {
    const one = await readStatus(call, id)
    if (one !== undefined) read.push(one.data)
  }
  return read
}

function countersOf(one: Status): Counters {
  return {
    ...(one.favourites_count == null ? {} : { likes: one.favourites_count }),
    ...(one.replies_count == null ? {} : { comments: one.replies_count }),
    ...(one.reblogs_count == null ? {} : { shares: one.reblogs_count }),
    ...(one.quotes_count == null ? {} : { quotes: one.quotes_count }),
  }
}

export async function measureChannel(call: ChannelCall<Credentials, Settings>): Promise<ChannelCounters> {
  const as = call.credentials.current()
  const me = await read(call, as, `/api/v1/accounts/${encodeURIComponent(as.accountId)}`, account)
  return me?.data.followers_count === undefined ? {} : { followers: me.data.followers_count }
}
