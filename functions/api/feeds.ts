import { createHash } from 'node:crypto'
import * as z from 'zod'
import { Feeds, feedFormats } from '../../shared/feeds/index.ts'
import { operation } from '../../shared/http/operation.ts'
import { AppError } from '../../shared/kernel/errors.ts'
import { MediaLibrary } from '../../shared/media/index.ts'
import { findWorkspace } from '../../shared/workspaces/index.ts'
import { once, optionalVariable, table, variable } from '../container.ts'
import { resourceHandler } from '../containers/api.ts'
import { apiTexts } from '../texts.ts'
import type { OperationName } from './routes.ts'

const params = z.object({
  feedId: z.string().max(100).meta({ description: 'The account’s id of a feed channel' }),
  format: z.enum(feedFormats),
})

const withoutSlash = (address: string | undefined) => address?.replace(/\/+$/, '')

/** Feeds show the addresses of media, never their bytes. */
const unread = () => Promise.reject(new Error('a feed reads no media'))
const media = /* @__PURE__ */ once(
  () => new MediaLibrary(table(), { read: unread, readAll: unread }, withoutSlash(optionalVariable('MEDIA_URL'))),
)
const workspaceOf = (workspaceId: string) => findWorkspace(table(), workspaceId)

const feeds = /* @__PURE__ */ once(
  () =>
    new Feeds({ table: table(), media: media(), workspaceOf, publicUrl: variable('PUBLIC_URL').replace(/\/+$/, '') }),
)

export const operations = {
  getFeed: operation({
    params,
    raw: {
      200: ['application/rss+xml', 'application/atom+xml', 'application/feed+json', 'text/html'],
      304: [],
    },
    description:
      'What a feed channel published, newest first: RSS 2.0, Atom, JSON Feed 1.1, or a page. Open to everyone who knows its address; `ETag` and `If-None-Match` spare the transfer.',
    handle: async ({ params: { feedId, format } }) => {
      const raw = await feeds().render(feedId, format)
      if (raw === undefined) throw new AppError('not_found', 'not_found', apiTexts.noFeed({ id: feedId }))
      return {
        raw,
        headers: {
          etag: `"${createHash('sha256').update(raw.text).digest('base64url').slice(0, 27)}"`,
          'cache-control': 'public, max-age=60',
          'content-security-policy': "default-src 'none'; img-src * data:; style-src 'unsafe-inline'",
        },
      }
    },
  }),
} satisfies Record<OperationName<'feeds'>, unknown>

export const handler = resourceHandler('feeds', operations)
