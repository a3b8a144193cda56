import * as z from 'zod'
import type { Upload } from '../../shared/aws/bucket.ts'
import { channelSchema, findChannels } from '../../shared/channels/index.ts'
import { operation } from '../../shared/http/operation.ts'
import { iso } from '../../shared/kernel/clock.ts'
import { AppError, notFound } from '../../shared/kernel/errors.ts'
import { type MediaItem, mediaId, mediumSchema } from '../../shared/media/index.ts'
import { mediumChange, newMedium } from '../../shared/media/store.ts'
import { type Limits, limitsOf, type PostKind, postKinds } from '../../shared/networks/network.ts'
import { connectorOf } from '../../shared/networks/registry.ts'
import { demandMediumInDrafts } from '../../shared/publishing/media-use.ts'
import { clock, table } from '../container.ts'
import { resourceHandler } from '../containers/api.ts'
import { mediaStore } from '../containers/media.ts'
import { mediaFitter } from '../containers/media-fitter.ts'
import { bucket, mediaLibrary } from '../containers/media-library.ts'
import { apiTexts } from '../texts.ts'
import { audited, created } from './recorded.ts'

const params = z.object({ mediaId })
const fittedSeconds = 900
const filter = z.object({ state: mediumSchema.shape.state.optional(), kind: mediumSchema.shape.kind.optional() })
const medium = mediumSchema.omit({ key: true }).extend({ url: z.string().optional() })
const announced = medium.extend({
  upload: z.object({
    method: z.literal('PUT'),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    expiresAt: z.string(),
  }),
})

export const operations = {
  createMedia: operation({
    body: newMedium,
    answer: announced,
    status: 201,
    creates: true,
    description:
      'Announces a file. PUT its bytes to `upload.url` with `upload.headers` within the hour, then call complete. Images up to 50 MB (HEIC from telephones too), videos up to 512 MB, PDF documents up to 100 MB.',
    handle: async (call) => {
      const { caller, body } = call
      const { item, upload } = await mediaStore().announce(caller.workspaceId, body, (made, put) =>
        created(call, 'media.created', made.id, 201, withUpload(made, put)),
      )
      return { status: 201, body: withUpload(item, upload), version: item.version }
    },
  }),
  completeMedia: operation({
    params,
    answer: medium,
    description:
      'Reads type, size and dimensions from the bytes that were uploaded. What is not what was announced is refused and removed: the same upload address then takes the right file.',
    handle: async (call) => {
      const {
        caller,
        params: { mediaId: id },
      } = call
      return answered(await mediaStore().complete(caller.workspaceId, id, () => [audited(call, 'media.completed', id)]))
    },
  }),
  listMedia: operation({
    query: filter,
    answer: medium,
    list: true,
    handle: async ({ caller, query, page }) => {
      const { items, next } = await mediaStore().list(caller.workspaceId, query, page.limit, page.start)
      return { items: items.map(shown), next }
    },
  }),
  getMedia: operation({
    params,
    answer: medium,
    handle: async ({ caller, params: { mediaId: id } }) => answered(await mediaStore().get(caller.workspaceId, id)),
  }),
  updateMedia: operation({
    params,
    body: mediumChange,
    answer: medium,
    updates: true,
    description:
      'Changes alt text, credit or focus; `null` removes the latter two. Where a publication that is no longer a draft is to leave with it, this also needs the scope `posts:publish`.',
    handle: async (call) => {
      const {
        caller,
        params: { mediaId: id },
        body,
        ifMatch,
      } = call
      if (!caller.scopes.has('posts:publish'))
        await demandMediumInDrafts({ table: table(), clock }, caller.workspaceId, id)
      return answered(
        await mediaStore().change(caller.workspaceId, id, body, ifMatch, () => [audited(call, 'media.updated', id)]),
      )
    },
  }),
  getFittedMedia: operation({
    params,
    query: z.object({
      channelId: channelSchema.shape.id.optional().describe('Without one: as it may be shown to anybody'),
      kind: z.enum(postKinds).optional().describe('The kind of post, where its limits differ'),
    }),
    answer: z.object({
      url: z.string().describe('Takes a GET, without a key, until `expiresAt`.'),
      expiresAt: z.string(),
      mime: z.string(),
      bytes: z.number().int(),
      width: z.number().int(),
      height: z.number().int(),
    }),
    conflicts: true,
    description:
      'The very file that leaves on this channel: an image is cropped around its focus, scaled and converted where the network asks for it, and tells no place. Made at the first call and kept.',
    handle: async ({ caller: { workspaceId }, params: { mediaId: id }, query: { channelId, kind } }) => {
      const item = await mediaStore().get(workspaceId, id)
      const limits = channelId === undefined ? undefined : await limitsOfChannel(workspaceId, channelId, kind)
      if (item.state !== 'ready') throw new AppError('conflict', 'not_uploaded', apiTexts.notComplete())
      const file = await mediaFitter().file(item, limits?.media[item.kind])
      if ('cannot' in file) throw new AppError('unprocessable', 'media_cannot_be_fitted', file.cannot)
      const { key, ...measured } = file
      const now = clock.now()
      const url = await bucket().presignDownload(key, now, fittedSeconds)
      return { body: { ...measured, url, expiresAt: iso(now + fittedSeconds * 1000) } }
    },
  }),
  deleteMedia: operation({
    params,
    status: 204,
    updates: true,
    description: 'Deletes the file too. Refused while a post that has not left needs it.',
    handle: async (call) => {
      const {
        caller,
        params: { mediaId: id },
        ifMatch,
      } = call
      await mediaStore().remove(caller.workspaceId, id, ifMatch, () => [audited(call, 'media.deleted', id)])
      return { status: 204 }
    },
  }),
}

async function limitsOfChannel(workspaceId: string, channelId: string, kind: PostKind | undefined): Promise<Limits> {
  const [channel] = await findChannels(table(), workspaceId, [channelId])
  if (channel === undefined) throw notFound('channel', channelId)
  return limitsOf(channel.limits ?? (await connectorOf(channel.network)).limits, kind)
}

function shown(item: MediaItem) {
  const { key: _, ...rest } = item
  const url = item.state === 'ready' ? mediaLibrary().urlOf(item) : undefined
  return { ...rest, ...(url === undefined ? {} : { url }) }
}

const withUpload = (item: MediaItem, upload: Upload) => ({
  ...shown(item),
  upload: { ...upload, expiresAt: iso(upload.expiresAt) },
})

const answered = (item: MediaItem) => ({ body: shown(item), version: item.version })

export const handler = resourceHandler('media', operations)
