/** Comments, held ones too where the user may see them. */

import { createHash } from 'node:crypto'
import * as z from 'zod'
import { AppError } from '../../kernel/errors.ts'
import { textOfHtml } from '../articles/index.ts'
import { byTheirClock, errorOf } from '../http/index.ts'
import { items, timestamp } from '../items.ts'
import type { ChannelCall, InboundEvent, Polled } from '../network.ts'
import { networkTexts } from '../texts.ts'
import { type Credentials, call, type Settings, timeOf } from './api.ts'
import { overlapMs, pageSize } from './facts.ts'

const comment = z.object({
  id: z.number().int(),
  post: z.number().int(),
  parent: z.number().int(),
  author: z.number().int(),
  author_name: z.string(),
  author_avatar_urls: z.record(z.string(), z.string()).optional().catch(undefined),
  date_gmt: timestamp,
  content: z.object({ rendered: z.string() }),
  link: z.string(),
  status: z.string(),
})
type Comment = z.infer<typeof comment>

/** From where to look (ms), and what was seen after that: ids with their instants. */
const cursorSchema = z.object({ after: z.number(), seen: z.array(z.tuple([z.number(), z.number()])) })
type Cursor = z.infer<typeof cursorSchema>

type Call = ChannelCall<Credentials, Settings>

/**
 * Oldest first from the cursor on; comments that were written down shortly after others are looked at again. The first
 * poll brings nothing: what is older was there before Parvis.
 */
export async function poll(channel: Call, cursor: string | undefined): Promise<Polled> {
  if (cursor === undefined) {
    const { comments, theirNow } = await page(channel, { order: 'desc' })
    const after = Math.floor(theirNow / 1000) * 1000 - overlapMs
    return { events: [], cursor: written({ after, seen: [] }, comments), more: false }
  }
  const from = cursorSchema.parse(JSON.parse(cursor))
  const query = { order: 'asc', after: new Date(from.after).toISOString() }
  for (let number = 1; ; number++) {
    const { comments, pages } = await page(channel, { ...query, page: String(number) })
    const fresh = comments.filter((one) => from.seen.every(([id]) => id !== one.id))
    // a page of what is known already: the next one has what is new
    if (fresh.length === 0 && number < pages) continue
    return {
      events: fresh.map((one) => ({
        ...eventOf(one),
        ...(one.author === channel.credentials.current().userId ? { direction: 'outgoing' as const } : {}),
      })),
      cursor: written(from, fresh),
      more: number < pages,
    }
  }
}

function written({ after, seen }: Cursor, fresh: readonly Comment[]): string {
  const all = [...seen, ...fresh.map((one): [number, number] => [one.id, timeOf(one.date_gmt)])]
  const next = Math.max(after, ...fresh.map((one) => timeOf(one.date_gmt) - overlapMs))
  return JSON.stringify({ after: next, seen: all.filter(([, at]) => at > next) } satisfies Cursor)
}

async function page(channel: Call, query: Readonly<Record<string, string>>) {
  const tried = await call(
    channel,
    channel.credentials.current(),
    {
      method: 'GET',
      path: '/wp/v2/comments',
      query: {
        ...query,
        orderby: 'date_gmt',
        per_page: String(pageSize),
        ...(channel.settings.moderates ? { status: 'all' } : {}),
      },
    },
    { visible: false },
  )
  if (tried.refusal !== undefined) throw errorOf(tried.refusal, channel.clock.now())
  const parsed = items(comment).safeParse(tried.answer.json())
  if (!parsed.success)
    throw new AppError('unavailable', 'network_failed', networkTexts.unreadableList({ network: 'WordPress' }), {
      cause: parsed.error,
    })
  const now = channel.clock.now()
  return {
    comments: parsed.data,
    pages: Number(tried.answer.headers['x-wp-totalpages'] ?? 1),
    theirNow: byTheirClock(now, now, tried.answer.headers),
  }
}

function eventOf(one: Comment): InboundEvent {
  const post = String(one.post)
  const picture = one.author_avatar_urls?.['96']
  // guests have no account: who writes under the same name with the same address is the same person
  const guest = () =>
    createHash('sha256')
      .update(`${one.author_name}\n${picture ?? ''}`)
      .digest('hex')
      .slice(0, 20)
  // Names are stored as HTML: `L&amp;éa`.
  const name = textOfHtml(one.author_name) || 'Anonyme'
  return {
    kind: 'comment',
    action: 'created',
    externalId: String(one.id),
    at: timeOf(one.date_gmt),
    author: {
      externalId: one.author > 0 ? `user-${one.author}` : `guest-${guest()}`,
      handle: name,
      name,
      ...(picture === undefined ? {} : { picture }),
    },
    text: textOfHtml(one.content.rendered),
    url: one.link,
    held: one.status === 'hold',
    postExternalId: post,
    parentExternalId: one.parent > 0 ? String(one.parent) : post,
    context: { postId: post },
  }
}
