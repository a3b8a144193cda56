import type { Channel } from '../channels/index.ts'
import type { Problem } from '../kernel/errors.ts'
import type { AnyConnector, Content, Media, Review } from '../networks/network.ts'
import { checkOptions } from '../networks/rules/index.ts'
import type { SourceMedia } from './fitting.ts'
import type { PostInput } from './post.ts'
import type { Delivery, StoredContent } from './publication.ts'
import type { MediaSource } from './sender.ts'
import { publishingTexts } from './texts.ts'

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
    ...(variant.coverMediaId === undefined ? {} : { coverMediaId: variant.coverMediaId }),
    ...(variant.instructions === undefined ? {} : { instructions: variant.instructions }),
  }
}

/** How it leaves on one channel: where no API takes it, a person's hand is the only way. */
export function deliveryOf(post: Said, channelId: string, { capabilities }: AnyConnector): Delivery {
  return capabilities.byHand === true ? 'handover' : (post.variants?.[channelId]?.deliver ?? 'api')
}

/** Every medium a post or one of its variants names. */
export function mediaOf(post: Said): string[] {
  const said = [post, ...Object.values(post.variants ?? {})]
  return [
    ...new Set([
      ...said.flatMap((one) => [...(one.media ?? []), ...(one.thread ?? []).flatMap((part) => part.media ?? [])]),
      ...Object.values(post.variants ?? {}).flatMap(({ coverMediaId }) => coverMediaId ?? []),
    ]),
  ]
}

/** The stored content with its media. Media that are not there are left out: {@link review} names them. */
export function withMedia(content: StoredContent, media: ReadonlyMap<string, Media>): Content {
  const { coverMediaId, parts, language, options } = content
  const cover = coverMediaId === undefined ? undefined : media.get(coverMediaId)
  return {
    parts: parts.map((part) => ({ text: part.text, media: part.mediaIds.flatMap((id) => media.get(id) ?? []) })),
    language,
    options,
    ...(cover === undefined ? {} : { cover }),
  }
}

/** Every medium that the content of one channel names, its cover too. */
export function mediaIdsOf({ parts, coverMediaId }: Pick<StoredContent, 'parts' | 'coverMediaId'>): string[] {
  return [
    ...new Set([...parts.flatMap((part) => part.mediaIds), ...(coverMediaId === undefined ? [] : [coverMediaId])]),
  ]
}

/** Those of these media that are there, by id. */
export async function loadMedia(
  source: MediaSource,
  workspaceId: string,
  ids: readonly string[],
): Promise<Map<string, SourceMedia>> {
  const found = ids.length === 0 ? [] : await source.load(workspaceId, ids)
  return new Map(found.flatMap((media) => (media === undefined ? [] : [[media.id, media]])))
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
): Review & { readonly warnings: readonly Problem[] } {
  const limits = channel.limits ?? connector.limits
  const settings = connector.settings.safeParse(channel.settings)
  const review = connector.review(withMedia(content, media), limits, settings.success ? settings.data : {})
  const missing = content.parts.flatMap((part, index) =>
    part.mediaIds.flatMap((id, position) =>
      media.has(id) ? [] : [unknownMedia(`/parts/${index}/media/${position}`, id)],
    ),
  )
  const { coverMediaId } = content
  const cover = coverMediaId === undefined ? [] : coverProblems(coverMediaId, media.get(coverMediaId))
  const here = (problem: Problem) => located(post, channel.id, problem)
  const wishes = checkOptions(connector.options, content.options).map(here)
  const said = review.problems.filter(({ code }) => code !== 'invalid_option' && code !== 'unknown_option')
  // what the API refuses, the network's own app may well take: that is what handing over is for
  const byApp = deliveryOf(post, channel.id, connector) === 'handover' && connector.capabilities.byHand !== true
  const refused = byApp ? said.filter(({ code }) => code === 'empty') : said
  const doubtful = byApp ? [...said.filter(({ code }) => code !== 'empty').map(here), ...wishes] : []
  return {
    ...review,
    problems: [...[...missing, ...cover, ...refused].map(here), ...(byApp ? [] : wishes)],
    warnings: [...doubtful, ...(review.warnings ?? []).map(here)],
  }
}

const unknownMedia = (pointer: string, id: string): Problem => ({
  pointer,
  code: 'unknown_media',
  message: publishingTexts.noMedium({ id }),
})

function coverProblems(id: string, cover: Media | undefined): Problem[] {
  if (cover === undefined) return [unknownMedia('/cover', id)]
  if (cover.kind === 'image') return []
  return [
    { pointer: '/cover', code: 'cover_not_image', message: publishingTexts.coverNotImage({ id, kind: cover.kind }) },
  ]
}

/** Where a content's pointer lies in the request: in the variant if the variant says it, else in the post. */
export function located(post: Said, channelId: string, problem: Problem): Problem {
  if (/^\/cover(\/|$)/.test(problem.pointer)) return { ...problem, pointer: `/variants/${channelId}/coverMediaId` }
  if (problem.pointer.startsWith('/options')) return { ...problem, pointer: `/variants/${channelId}${problem.pointer}` }
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
