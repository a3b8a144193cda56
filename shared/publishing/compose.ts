import type { Channel } from '../channels/index.ts'
import type { Problem } from '../kernel/errors.ts'
import type { AnyConnector, Content, Media, Review } from '../networks/network.ts'
import type { PostInput } from './post.ts'
import type { StoredContent } from './publication.ts'
import type { MediaSource } from './sender.ts'

type Said = Pick<PostInput, 'text' | 'media' | 'thread' | 'variants'>

/** What leaves on one channel: the post with the channel's variant applied. */
export function compose(post: Said, channelId: string, language: string): StoredContent {
  const variant = post.variants?.[channelId] ?? {}
  const thread = variant.thread ?? post.thread ?? []
  return {
    parts: [
      { text: variant.text ?? post.text, mediaIds: [...(variant.media ?? post.media ?? [])] },
      ...thread.map((part) => ({ text: part.text, mediaIds: [...(part.media ?? [])] })),
    ],
    language,
    options: { ...variant.options },
  }
}

/** Every medium a post or one of its variants names. */
export function mediaOf(post: Said): string[] {
  const said = [post, ...Object.values(post.variants ?? {})]
  return [
    ...new Set(
      said.flatMap((one) => [...(one.media ?? []), ...(one.thread ?? []).flatMap((part) => part.media ?? [])]),
    ),
  ]
}

/** The stored content with its media. Media that are not there are left out: {@link review} names them. */
export function withMedia(content: StoredContent, media: ReadonlyMap<string, Media>): Content {
  return {
    ...content,
    parts: content.parts.map((part) => ({
      text: part.text,
      media: part.mediaIds.flatMap((id) => media.get(id) ?? []),
    })),
  }
}

/** The stored content with its media, read from where they are kept. */
export async function loadContent(source: MediaSource, workspaceId: string, content: StoredContent): Promise<Content> {
  const ids = [...new Set(content.parts.flatMap((part) => part.mediaIds))]
  const found = ids.length === 0 ? [] : await source.load(workspaceId, ids)
  return withMedia(content, new Map(found.flatMap((media) => (media === undefined ? [] : [[media.id, media]]))))
}

/**
 * What this channel's network says of the content: counted length, limit, and problems whose pointers lead into the
 * request (`/text`, `/thread/0/text`, `/variants/chan_…/media/1`).
 */
export function reviewFor(
  post: Said,
  channel: Channel,
  connector: AnyConnector,
  content: StoredContent,
  media: ReadonlyMap<string, Media>,
): Review {
  const limits = channel.limits ?? connector.limits
  const options = connector.options.safeParse(content.options)
  const settings = connector.settings.safeParse(channel.settings)
  const review = connector.review(withMedia(content, media), limits, settings.success ? settings.data : {})
  const missing = content.parts.flatMap((part, index) =>
    part.mediaIds.flatMap((id, position) =>
      media.has(id)
        ? []
        : [
            {
              pointer: `/parts/${index}/media/${position}`,
              code: 'unknown_media',
              message: `There is no uploaded medium ${id} in this workspace.`,
            },
          ],
    ),
  )
  const wishes = options.success
    ? []
    : options.error.issues.map((issue) => ({
        pointer: `/variants/${channel.id}/options${issue.path.map((step) => `/${String(step)}`).join('')}`,
        code: 'invalid_option',
        message: issue.message,
      }))
  return {
    ...review,
    problems: [...[...missing, ...review.problems].map((problem) => located(post, channel.id, problem)), ...wishes],
  }
}

/** Where a content's pointer lies in the request: in the variant if the variant says it, else in the post. */
function located(post: Said, channelId: string, problem: Problem): Problem {
  const match = /^\/parts\/(\d+)(?:\/(.*))?$/.exec(problem.pointer)
  if (match === null) return problem
  const index = Number(match[1])
  const rest = match[2] ?? 'text'
  const field = index === 0 ? (rest.split('/')[0] ?? 'text') : 'thread'
  const path = index === 0 ? rest : `thread/${index - 1}/${rest}`
  const variant = post.variants?.[channelId]
  const own = variant !== undefined && Object.hasOwn(variant, field)
  return { ...problem, pointer: own ? `/variants/${channelId}/${path}` : `/${path}` }
}
