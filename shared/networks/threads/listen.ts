/** Answers and mentions by polling; answering and hiding; figures. */

import * as z from 'zod'
import { items, timestamp } from '../items.ts'
import { type Item, type ListPage, pollLists } from '../meta/index.ts'
import type { ActCall, Acted, Attachment, CounterName, Counters, InboundEvent, Polled } from '../network.ts'
import {
  type Call,
  type Credentials,
  callAs,
  type Post,
  paging,
  post,
  postFields,
  readAs,
  type Settings,
} from './api.ts'
import { insightMetrics } from './facts.ts'
import { threadsTexts } from './texts.ts'

const posts = z.object({ data: items(post.extend({ timestamp })), paging })

/** Answers under the newest posts, at any depth, and what mentions the profile. */
export function poll(call: Call, cursor: string | undefined): Promise<Polled> {
  const { userId } = call.credentials.current()
  const own = call.account.handle.replace(/^@/, '')
  const list = async (path: string, query: Record<string, string>, after?: string) =>
    (await readAs(call, path, after === undefined ? query : { ...query, after }, posts)) ?? { data: [] }
  const pageOf = (name: string, page: Awaited<ReturnType<typeof list>>, item: (one: Post) => Item): ListPage => ({
    list: name,
    items: page.data.map(item),
    after: page.paging?.next === undefined ? undefined : page.paging.cursors?.after,
  })
  const under = async (id: string, after?: string) => {
    const page = await list(`/${id}/conversation`, { fields: postFields, limit: '50', reverse: 'true' }, after)
    const by = new Map(page.data.map((one) => [one.id, one.username]))
    // the profile's answer to a person; what it writes below its own posts continues them
    const answers = (one: Post) => ![undefined, own].includes(by.get(one.replied_to?.id ?? ''))
    return pageOf(`under/${id}`, page, (one) => itemOf(one, own, { postId: id, answers: answers(one) }))
  }
  const mentions = async (after?: string) =>
    pageOf('mentions', await list(`/${userId}/mentions`, { fields: postFields, limit: '50' }, after), (one) =>
      itemOf(one, own),
    )
  return pollLists(call.clock, cursor, {
    first: async () => {
      const posts = await list(`/${userId}/threads`, { fields: 'id,timestamp', limit: '25' })
      const pages = await Promise.all(posts.data.map(({ id }) => under(id)))
      return [...pages, await mentions()]
    },
    more: async (name, after) => {
      const [which, id = ''] = name.split('/')
      return [which === 'mentions' ? await mentions(after) : await under(id, after)]
    },
  })
}

function itemOf(
  one: Post,
  own: string,
  { postId, answers }: { readonly postId?: string; readonly answers?: boolean } = {},
): Item {
  const at = Date.parse(one.timestamp)
  if (one.username === own && answers !== true) return { id: one.id, at }
  const event: InboundEvent = {
    kind: postId === undefined ? 'mention' : 'comment',
    action: 'created',
    externalId: one.id,
    at,
    text: one.text,
    ...attachedTo(one),
    url: one.permalink,
    // people are named, and have no id that is told
    author:
      one.username === undefined
        ? undefined
        : { externalId: one.username, handle: `@${one.username}`, name: one.username },
    ...(postId === undefined ? {} : { postExternalId: postId, parentExternalId: one.replied_to?.id ?? postId }),
    ...(one.username === own ? { direction: 'outgoing' } : {}),
  }
  return { id: one.id, at, event }
}

const kinds: Readonly<Record<string, Attachment['kind']>> = {
  IMAGE: 'image',
  CAROUSEL_ALBUM: 'image',
  VIDEO: 'video',
  AUDIO: 'audio',
}

/** What it shows; the post's own address leads there. */
function attachedTo({ media_type: type = '' }: Post): Pick<InboundEvent, 'attachments'> {
  const kind = kinds[type]
  return kind === undefined ? {} : { attachments: [{ kind }] }
}

const made = z.object({ id: z.string() })

export async function act(call: ActCall<Credentials, Settings>): Promise<Acted> {
  const { action, target } = call
  const { userId } = call.credentials.current()
  if (action.name !== 'reply') {
    const form = { hide: action.name === 'hide' ? 'true' : 'false' }
    const tried = await callAs(call, { method: 'POST', path: `/${target.externalId}/manage_reply`, form })
    return tried.refusal ?? { kind: 'done' }
  }
  const form = { media_type: 'TEXT', text: action.text, reply_to_id: target.externalId }
  const container = await callAs(call, { method: 'POST', path: `/${userId}/threads`, form }, { visible: false })
  if (container.refusal !== undefined) return container.refusal
  const creation = made.safeParse(container.answer.json()).data
  if (creation === undefined) return { kind: 'transient', message: threadsTexts.unreadableContainer() }
  const tried = await callAs(call, {
    method: 'POST',
    path: `/${userId}/threads_publish`,
    form: { creation_id: creation.id },
  })
  if (tried.refusal !== undefined) return tried.refusal
  return { kind: 'done', externalId: made.safeParse(tried.answer.json()).data?.id }
}

const insights = z.object({
  data: z.array(z.object({ name: z.string(), values: z.array(z.object({ value: z.number() })) })),
})
export const counters: readonly CounterName[] = Object.values(insightMetrics)

export async function measure(call: Call, externalIds: readonly string[]): Promise<ReadonlyMap<string, Counters>> {
  const found = new Map<string, Counters>()
  const names = new Map<string, CounterName>(Object.entries(insightMetrics))
  for (const id of externalIds) {
    const told = await readAs(call, `/${id}/insights`, { metric: Object.keys(insightMetrics).join(',') }, insights)
    if (told === undefined) continue
    const counted = told.data.flatMap(({ name, values }) => {
      const [counter, value] = [names.get(name), values.at(-1)?.value]
      return counter === undefined || value === undefined ? [] : [[counter, value] as const]
    })
    found.set(id, Object.fromEntries(counted))
  }
  return found
}
