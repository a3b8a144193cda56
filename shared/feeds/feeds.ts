import * as z from 'zod'
import { accountPartition, branchPartition, keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { type Channel, channelSchema, countHits } from '../channels/index.ts'
import type { MediaLibrary } from '../media/index.ts'
import { type Publication, publicationSchema } from '../publishing/index.ts'
import type { Feed, FeedFormat, FeedImage, FeedItem } from './render.ts'
import { RenderedFeeds } from './rendered.ts'

/** How many of the newest publications a feed holds. */
const itemsMax = 50

const owner = z.object({ workspaceId: z.string(), channelId: z.string() })

/** The settings of a feed channel that readers see. */
const shown = z.object({
  title: z.string().optional(),
  description: z.string().optional(),
  language: z.string().optional(),
  link: z.string().optional(),
})

export interface FeedsParts {
  readonly table: Table
  readonly media: Pick<MediaLibrary, 'find' | 'shown' | 'urlOf'>
  /** The language and the IANA zone of a workspace. */
  readonly workspaceOf: (
    workspaceId: string,
  ) => Promise<{ readonly language: string; readonly zone: string } | undefined>
  /** The API's own address, without a trailing slash. */
  readonly publicUrl: string
}

/** What feed channels published, for whoever knows their address. */
export class Feeds {
  readonly #parts: FeedsParts
  readonly #rendered = new RenderedFeeds()

  constructor(parts: FeedsParts) {
    this.#parts = parts
  }

  /** One reading counts as a hit of every publication it shows. A feed by its account's id (never by its workspace's ids); undefined if no channel has it. */
  async render(feedId: string, format: FeedFormat): Promise<{ contentType: string; text: string } | undefined> {
    const channel = await this.#channel(feedId)
    return channel === undefined ? undefined : this.#rendered.of(await this.#feed(channel, feedId), format)
  }

  /** The account's id leads to the one workspace that has it. */
  async #channel(feedId: string): Promise<Channel | undefined> {
    const { table } = this.#parts
    const { items } = await table.query({ pk: accountPartition('feed', feedId), limit: 1 }, owner)
    const [found] = items
    return found === undefined ? undefined : table.get(keys.channel(found.workspaceId, found.channelId), channelSchema)
  }

  async #feed(channel: Channel, feedId: string): Promise<Feed> {
    const { table, publicUrl, workspaceOf } = this.#parts
    const { items: publications } = await table.query(
      {
        index: 'branch',
        pk: branchPartition(channel.workspaceId, channel.id, 'publications'),
        where: ['state', '=', 'published'],
        newestFirst: true,
        limit: itemsMax,
      },
      publicationSchema,
    )
    const ids = publications.map(({ id }) => id)
    // a reader gets the feed whatever becomes of the count
    await countHits(table, channel.workspaceId, channel.id, ids).catch(() => undefined)
    const [images, workspace] = await Promise.all([
      this.#images(channel.workspaceId, publications),
      workspaceOf(channel.workspaceId),
    ])
    const settings = shown.parse(channel.settings)
    const items = publications.map((publication) => itemOf(publication, images))
    const times = items.map((item) => item.publishedAt.getTime())
    return {
      title: settings.title ?? channel.name,
      description: settings.description,
      language: settings.language,
      pageLanguage: settings.language ?? workspace?.language ?? 'en',
      timeZone: workspace?.zone ?? 'UTC',
      link: settings.link,
      updatedAt: new Date(Math.max(Date.parse(channel.createdAt), ...times)),
      items,
      url: (format) => `${publicUrl}/feeds/${feedId}/${format}`,
    }
  }

  async #images(workspaceId: string, publications: readonly Publication[]): Promise<Map<string, FeedImage>> {
    const { media } = this.#parts
    const ids = [...new Set(publications.flatMap(({ content }) => content.parts.flatMap((part) => part.mediaIds)))]
    const found = ids.length === 0 ? [] : await media.find(workspaceId, ids)
    const images = await Promise.all(
      found.map(async (item) => {
        const file = item?.state === 'ready' && item.kind === 'image' ? await media.shown(item) : undefined
        const url = file === undefined ? undefined : media.urlOf(file)
        if (item === undefined || file === undefined || url === undefined) return []
        const { mime, bytes, width, height } = file
        return [[item.id, { url, mime, bytes, alt: item.alt, width, height }] as const]
      }),
    )
    return new Map(images.flat())
  }
}

function itemOf(
  { id, content, publishedAt, createdAt }: Publication,
  images: ReadonlyMap<string, FeedImage>,
): FeedItem {
  return {
    id,
    parts: content.parts.map((part) => ({
      text: part.text,
      images: part.mediaIds.flatMap((mediaId) => images.get(mediaId) ?? []),
    })),
    language: content.language,
    publishedAt: new Date(publishedAt ?? createdAt),
  }
}
