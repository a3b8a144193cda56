import { createHash } from 'node:crypto'
import * as z from 'zod'
import { accountPartition, branchPartition, keys } from '../../shared/aws/keys.ts'
import { type Channel, channelSchema } from '../../shared/channels/index.ts'
import { operation } from '../../shared/http/operation.ts'
import { AppError } from '../../shared/kernel/errors.ts'
import { MediaLibrary } from '../../shared/media/index.ts'
import { settings as feedSettings, feedUrl, itemId } from '../../shared/networks/feed/index.ts'
import { type Feed, type FeedImage, type FeedItem, feedFormats, renderFeed } from '../../shared/networks/feed/render.ts'
import { type Publication, publicationSchema } from '../../shared/publishing/index.ts'
import { once, optionalVariable, table, variable } from '../container.ts'
import type { OperationName } from './routes.ts'

/** How many of the newest publications a feed holds. */
const itemsMax = 50

const params = z.object({
  feedId: z
    .string()
    .regex(/^[0-9a-z]{20}$/)
    .meta({ description: 'The account’s id of a feed channel' }),
  format: z.enum(feedFormats),
})

export const operations = {
  getFeed: operation({
    params,
    description:
      'What a feed channel published, newest first: RSS 2.0, Atom, JSON Feed 1.1, or a page. Open to everyone who knows its address; `ETag` and `If-None-Match` spare the transfer.',
    handle: async ({ params: { feedId, format } }) => {
      const channel = await channelOf(feedId)
      if (channel === undefined) throw new AppError('not_found', 'not_found', `There is no feed ${feedId}.`)
      const raw = renderFeed(await feedOf(channel, feedId), format)
      const etag = `"${createHash('sha256').update(raw.text).digest('base64url').slice(0, 27)}"`
      return {
        raw,
        headers: {
          etag,
          'cache-control': 'public, max-age=60',
          'content-security-policy': "default-src 'none'; img-src *; style-src 'unsafe-inline'",
        },
      }
    },
  }),
} satisfies Record<OperationName<'feeds'>, unknown>

/** Feeds show the addresses of media, never their bytes. */
const media = /* @__PURE__ */ once(
  () =>
    new MediaLibrary(table(), { readAll: async () => undefined }, optionalVariable('MEDIA_URL')?.replace(/\/+$/, '')),
)

/** The channel of a feed: its account's id leads to the one workspace that has it. */
async function channelOf(feedId: string): Promise<Channel | undefined> {
  const owner = z.object({ workspaceId: z.string(), channelId: z.string() })
  const { items } = await table().query({ pk: accountPartition('feed', feedId), limit: 1 }, owner)
  const [found] = items
  return found === undefined ? undefined : table().get(keys.channel(found.workspaceId, found.channelId), channelSchema)
}

async function feedOf(channel: Channel, feedId: string): Promise<Feed> {
  const { items: publications } = await table().query(
    {
      index: 'branch',
      pk: branchPartition(channel.workspaceId, channel.id, 'publications'),
      where: ['state', '=', 'published'],
      newestFirst: true,
      limit: itemsMax,
    },
    publicationSchema,
  )
  const images = await imagesOf(channel.workspaceId, publications)
  const settings = feedSettings.parse(channel.settings)
  const items = publications.map((publication) => itemOf(publication, images))
  const publicUrl = variable('PUBLIC_URL').replace(/\/+$/, '')
  return {
    title: settings.title ?? channel.name,
    description: settings.description,
    language: settings.language,
    link: settings.link,
    updatedAt: new Date(Math.max(Date.parse(channel.createdAt), ...items.map((item) => item.updatedAt.getTime()))),
    items,
    url: (format) => feedUrl(publicUrl, feedId, format),
  }
}

function itemOf(publication: Publication, images: ReadonlyMap<string, FeedImage>): FeedItem {
  const { id, content, publishedAt, createdAt } = publication
  const published = new Date(publishedAt ?? createdAt)
  return {
    id: itemId(id),
    parts: content.parts.map((part) => ({
      text: part.text,
      images: part.mediaIds.flatMap((mediaId) => images.get(mediaId) ?? []),
    })),
    language: content.language,
    publishedAt: published,
    updatedAt: published,
  }
}

async function imagesOf(workspaceId: string, publications: readonly Publication[]): Promise<Map<string, FeedImage>> {
  const ids = [...new Set(publications.flatMap(({ content }) => content.parts.flatMap((part) => part.mediaIds)))]
  const found = ids.length === 0 ? [] : await media().find(workspaceId, ids)
  return new Map(
    found.flatMap((item) => {
      const url = item?.state === 'ready' && item.kind === 'image' ? media().urlOf(item) : undefined
      if (item === undefined || url === undefined) return []
      const { id, mime, bytes, alt, width, height } = item
      return [[id, { url, mime, bytes, alt, width, height }] as const]
    }),
  )
}
