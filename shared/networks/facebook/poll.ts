/** What came in, read: where no webhook can reach this deployment, or a delivery was lost. */
import * as z from 'zod'
import { items, timestamp } from '../items.ts'
import { attachedTo, type Item, type ListPage, pollLists, sentFields, sentWith, whereAllowed } from '../meta/index.ts'
import type { Attachment, InboundEvent, Polled } from '../network.ts'
import { afterOf, type Call, paging, readAs } from './api.ts'

/** A list of what came in: an item that cannot be read does not stop the others. */
const readableList = <T>(item: z.ZodType<T>) => z.object({ data: items(item), paging })

const person = z.object({ id: z.string(), name: z.string().optional() })
const said = z.object({
  id: z.string(),
  from: person.optional(),
  message: z.string().optional(),
  created_time: timestamp,
  permalink_url: z.string().optional(),
})
const message = said.extend({ to: z.object({ data: z.array(person) }).optional(), ...sentWith })
const comment = said.extend({
  parent: z.object({ id: z.string() }).optional(),
  attachment: z
    .object({
      type: z.string().optional(),
      url: z.string().optional(),
      media: z.object({ image: z.object({ src: z.string() }).optional() }).optional(),
    })
    .optional()
    .catch(undefined),
})
const post = said.extend({ full_picture: z.string().optional(), comments: readableList(comment).optional() })
const conversation = z.object({
  id: z.string(),
  updated_time: timestamp,
  messages: readableList(message).optional(),
})
type Said = z.infer<typeof said>
type Message = z.infer<typeof message>
type Comment = z.infer<typeof comment>
type Paged<T> = { readonly data: readonly T[]; readonly paging?: z.infer<typeof paging> }

const saidFields = 'id,from,message,created_time'
const postFields = `${saidFields},permalink_url,full_picture`
const messageFields = `${saidFields},to,${sentFields}`
const commentFields = `${saidFields},permalink_url,parent{id},attachment`
const inPosts = 25

/**
 * The newest 25 posts on the Page with their comments in one call, what tags it, and its conversations. Comments under
 * older posts come by webhook alone. https://developers.facebook.com/docs/graph-api/using-graph-api#field-expansion
 */
export function poll(call: Call, cursor: string | undefined): Promise<Polled> {
  const { pageId } = call.credentials.current()
  const list = async <T>(path: string, query: Record<string, string>, item: z.ZodType<T>, after?: string) =>
    (await readAs(call, { path, query: after === undefined ? query : { ...query, after } }, readableList(item))) ?? {
      data: [],
    }

  const posts = async (floor: number, after?: string): Promise<ListPage[]> => {
    const nested = `comments.filter(stream).order(reverse_chronological).since(${seconds(floor)}).limit(50){${commentFields}}`
    const query = { fields: `${postFields},${nested}`, limit: String(inPosts) }
    const page = await list(`/${pageId}/feed`, query, post, after)
    return [
      pageOf('feed', page, (one) => itemOf(one, from(one) === pageId ? undefined : mentionOf(one))),
      ...page.data.flatMap((one) => (one.comments === undefined ? [] : commentsOf(one.id, one.comments))),
    ]
  }
  const commentsOf = (postId: string, page: Paged<Comment>) => [
    pageOf(`comments/${postId}`, page, (one) => itemOf(one, written(commentEvent(one, postId), one))),
  ]
  /** An answer that the Page gave in Facebook's own app, or by a tool. */
  const written = (event: InboundEvent, one: Said): InboundEvent =>
    from(one) === pageId ? { ...event, direction: 'outgoing' } : event
  const comments = async (postId: string, floor: number, after: string) => {
    const order = { filter: 'stream', order: 'reverse_chronological', since: seconds(floor), limit: '50' }
    return commentsOf(postId, await list(`/${postId}/comments`, { fields: commentFields, ...order }, comment, after))
  }
  const tagged = async (after?: string): Promise<ListPage[]> => {
    const query = { fields: postFields, limit: '50' }
    const page = await list(`/${pageId}/tagged`, query, post, after)
    return [pageOf('tagged', page, (one) => itemOf(one, from(one) === pageId ? undefined : mentionOf(one)))]
  }
  const conversations = async (after?: string): Promise<ListPage[]> => {
    const query = { platform: 'messenger', fields: `id,updated_time,messages.limit(25){${messageFields}}`, limit: '25' }
    const page = await list(`/${pageId}/conversations`, query, conversation, after)
    return [
      pageOf('conversations', page, ({ id, updated_time }) => ({ id, at: Date.parse(updated_time) })),
      ...page.data.flatMap(({ id, messages }) => (messages === undefined ? [] : messagesOf(id, messages))),
    ]
  }
  const messagesOf = (id: string, page: Paged<Message>) => [
    pageOf(`messages/${id}`, page, (one) => itemOf(one, written(messageOf(one), one))),
  ]
  const messages = async (id: string, after: string) =>
    messagesOf(id, await list(`/${id}/messages`, { fields: messageFields, limit: '50' }, message, after))

  return pollLists(call.clock, cursor, {
    first: async (floor) => [
      ...(await posts(floor)),
      ...(await whereAllowed(tagged())),
      ...(await whereAllowed(conversations())),
    ],
    more: (name, after, floor) => {
      const [which, id = ''] = name.split('/')
      if (which === 'feed') return posts(floor, after)
      if (which === 'tagged') return tagged(after)
      if (which === 'conversations') return conversations(after)
      return which === 'comments' ? comments(id, floor, after) : messages(id, after)
    },
  })
}

const seconds = (ms: number) => String(Math.floor(ms / 1000))
const from = (one: Said) => one.from?.id

const pageOf = <T>(list: string, page: Paged<T>, item: (one: T) => Item): ListPage => ({
  list,
  items: page.data.map(item),
  after: afterOf(page),
})

const itemOf = (one: Said, event: InboundEvent | undefined): Item => ({
  id: one.id,
  at: Date.parse(one.created_time),
  event,
})

/** What every event has of what somebody said. Who it was is told only to tokens that may know. */
const base = (one: Said) => ({
  action: 'created' as const,
  externalId: one.id,
  at: Date.parse(one.created_time),
  text: one.message,
  author: one.from === undefined ? undefined : authorOf(one.from),
})

const authorOf = ({ id, name = id }: z.infer<typeof person>) => ({ externalId: id, handle: name, name })

const mentionOf = (one: z.infer<typeof post>): InboundEvent => ({
  ...base(one),
  kind: 'mention',
  url: one.permalink_url,
  ...(one.full_picture === undefined ? {} : { attachments: [{ kind: 'image', url: one.full_picture }] }),
})

function messageOf(one: Message): InboundEvent {
  const [to] = one.to?.data ?? []
  return {
    ...base(one),
    kind: 'direct_message',
    ...(to === undefined ? {} : { recipient: authorOf(to) }),
    ...attachedTo(one),
  }
}
const commentEvent = (one: Comment, postId: string): InboundEvent => ({
  ...base(one),
  kind: 'comment',
  url: one.permalink_url,
  parentExternalId: one.parent?.id ?? postId,
  postExternalId: postId,
  ...attached(one),
})

const kinds: Readonly<Record<string, Attachment['kind']>> = { photo: 'image', sticker: 'sticker' }

function attached({ attachment }: Comment): Pick<InboundEvent, 'attachments'> {
  if (attachment === undefined) return {}
  const kind = kinds[attachment.type ?? ''] ?? (attachment.type?.includes('video') === true ? 'video' : 'file')
  return { attachments: [{ kind, url: attachment.media?.image?.src ?? attachment.url }] }
}
