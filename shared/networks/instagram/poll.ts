/** What came in, read: where no webhook can reach this deployment, or a delivery was lost. */
import * as z from 'zod'
import { items, timestamp } from '../items.ts'
import { attachedTo, type Item, type ListPage, pollLists, sentFields, sentWith, whereAllowed } from '../meta/index.ts'
import type { InboundEvent, Polled } from '../network.ts'
import { type Call, paging, readAs } from './api.ts'

/** A list of what came in: an item that cannot be read does not stop the others. */
const readableList = <T>(item: z.ZodType<T>) => z.object({ data: items(item), paging })

const person = z.object({ id: z.string(), username: z.string().optional() })
const comment = z.object({
  id: z.string(),
  text: z.string().optional(),
  timestamp,
  username: z.string().optional(),
  from: person.optional(),
  parent_id: z.string().optional(),
})
const thread = comment.extend({ replies: readableList(comment).optional() })
const media = z.object({ id: z.string(), timestamp, comments: readableList(thread).optional() })
const tag = z.object({
  id: z.string(),
  caption: z.string().optional(),
  timestamp,
  username: z.string().optional(),
  permalink: z.string().optional(),
})
const message = z.object({
  id: z.string(),
  message: z.string().optional(),
  created_time: timestamp,
  from: person.optional(),
  to: z.object({ data: z.array(person) }).optional(),
  is_unsupported: z.boolean().optional(),
  story: z
    .object({
      mention: z.object({ link: z.string().optional() }).optional(),
      reply_to: z.object({ link: z.string().optional() }).optional(),
    })
    .optional()
    .catch(undefined),
  ...sentWith,
})
const conversation = z.object({ id: z.string(), updated_time: timestamp, messages: readableList(message).optional() })
type Comment = z.infer<typeof comment>
type Thread = z.infer<typeof thread>
type Message = z.infer<typeof message>
type Paged<T> = { readonly data: readonly T[]; readonly paging?: z.infer<typeof paging> }

const commentFields = 'id,text,timestamp,username,from,parent_id'
const threadFields = `${commentFields},replies{${commentFields}}`
const messageFields = `id,message,from,to,created_time,is_unsupported,story,${sentFields}`

/**
 * The newest 25 posts with their newest comments in one call, conversations, and (by Facebook Login) what tags the account.
 * Instagram tells no `since`: a list is read until it is older than the last poll. Comments under older posts come by
 * webhook alone.
 */
export function poll(call: Call, cursor: string | undefined): Promise<Polled> {
  const { userId, pageId, flavour } = call.credentials.current()
  const own = call.account.handle.replace(/^@/, '')
  const list = async <T>(path: string, query: Record<string, string>, item: z.ZodType<T>, after?: string) =>
    (await readAs(call, { path, query: after === undefined ? query : { ...query, after } }, readableList(item))) ?? {
      data: [],
    }

  const posts = async (): Promise<ListPage[]> => {
    const query = { fields: `id,timestamp,comments.limit(50){${threadFields}}`, limit: '25' }
    const page = await list(`/${userId}/media`, query, media)
    return page.data.flatMap(({ id, comments }) => (comments === undefined ? [] : commentsOf(id, comments)))
  }
  const commentsOf = (postId: string, page: Paged<Thread>): ListPage[] => [
    pageOf(`comments/${postId}`, page, (one) => commentItem(one, postId, own)),
    ...page.data.flatMap(({ id, replies }) =>
      replies === undefined
        ? []
        : [{ list: `replies/${id}`, items: replies.data.map((one) => commentItem(one, postId, own, id)) }],
    ),
  ]
  const tags = async (after?: string): Promise<ListPage[]> => {
    if (flavour === 'instagram') return []
    const query = { fields: 'id,caption,timestamp,username,permalink', limit: '50' }
    const page = await list(`/${userId}/tags`, query, tag, after)
    return [pageOf('tags', page, tagItem)]
  }
  const conversations = async (after?: string): Promise<ListPage[]> => {
    const fields = `id,updated_time,messages.limit(20){${messageFields}}`
    const query = { platform: 'instagram', fields, limit: '25' }
    const page = await list(`/${pageId ?? userId}/conversations`, query, conversation, after)
    return [
      pageOf('conversations', page, ({ id, updated_time }) => ({ id, at: Date.parse(updated_time) })),
      ...page.data.flatMap(({ id, messages }) => (messages === undefined ? [] : [messagesOf(id, messages)])),
    ]
  }
  const messagesOf = (id: string, page: Paged<Message>) =>
    pageOf(`messages/${id}`, page, (one) => messageItem(one, [userId, pageId ?? userId]))

  return pollLists(call.clock, cursor, {
    first: async () => [...(await posts()), ...(await whereAllowed(tags())), ...(await whereAllowed(conversations()))],
    more: async (name, after) => {
      const [which, id = ''] = name.split('/')
      if (which === 'tags') return tags(after)
      if (which === 'conversations') return conversations(after)
      if (which === 'comments')
        return commentsOf(id, await list(`/${id}/comments`, { fields: threadFields, limit: '50' }, thread, after))
      return [messagesOf(id, await list(`/${id}/messages`, { fields: messageFields, limit: '50' }, message, after))]
    },
  })
}

const pageOf = <T>(list: string, page: Paged<T>, item: (one: T) => Item): ListPage => ({
  list,
  items: page.data.map(item),
  after: page.paging?.next === undefined ? undefined : page.paging.cursors?.after,
})

const authorOf = (id: string, name = id) => ({ externalId: id, handle: name, name })

function commentItem(one: Comment, postId: string, own: string, parentId = one.parent_id): Item {
  const at = Date.parse(one.timestamp)
  const name = one.from?.username ?? one.username
  const event: InboundEvent = {
    kind: 'comment',
    action: 'created',
    externalId: one.id,
    at,
    text: one.text,
    // who commented is told by id only to apps with advanced access
    author: name === undefined && one.from === undefined ? undefined : authorOf(one.from?.id ?? name ?? '', name),
    parentExternalId: parentId ?? postId,
    postExternalId: postId,
    ...(name === own ? { direction: 'outgoing' } : {}),
  }
  return { id: one.id, at, event }
}

function tagItem(one: z.infer<typeof tag>): Item {
  const at = Date.parse(one.timestamp)
  const event: InboundEvent = {
    kind: 'mention',
    action: 'created',
    externalId: one.id,
    at,
    text: one.caption,
    url: one.permalink,
    author: one.username === undefined ? undefined : authorOf(one.username),
    context: { mediaId: one.id },
  }
  return { id: one.id, at, event }
}

function messageItem(one: Message, own: readonly string[]): Item {
  const at = Date.parse(one.created_time)
  if (one.from === undefined) return { id: one.id, at }
  const [to] = one.to?.data ?? []
  const { story } = one
  const messageType = story?.mention ? 'story_mention' : story?.reply_to ? 'story_reply' : unsupported(one)
  const event: InboundEvent = {
    kind: 'direct_message',
    action: 'created',
    externalId: one.id,
    at,
    text: one.message,
    author: authorOf(one.from.id, one.from.username),
    ...(own.includes(one.from.id) ? { direction: 'outgoing' } : {}),
    ...(to === undefined ? {} : { recipient: authorOf(to.id, to.username) }),
    ...(messageType === undefined ? {} : { messageType, url: story?.mention?.link ?? story?.reply_to?.link }),
    ...attachedTo(one),
  }
  return { id: one.id, at, event }
}

const unsupported = (one: Message) => (one.is_unsupported === true ? 'unsupported' : undefined)
