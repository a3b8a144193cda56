import * as z from 'zod'
import type { Upload } from '../../shared/aws/bucket.ts'
import { operation } from '../../shared/http/operation.ts'
import { iso } from '../../shared/kernel/clock.ts'
import { type MediaItem, mediaId, mediumSchema } from '../../shared/media/index.ts'
import { mediumChange, newMedium } from '../../shared/media/store.ts'
import { resourceHandler } from '../containers/api.ts'
import { mediaStore } from '../containers/media.ts'
import { mediaLibrary } from '../containers/media-library.ts'
import { audited, created } from './recorded.ts'

const params = z.object({ mediaId })
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
      'Announces a file. PUT its bytes to `upload.url` with `upload.headers` within the hour, then call complete. Images up to 50 MB, videos up to 512 MB.',
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
    handle: async (call) => {
      const {
        caller,
        params: { mediaId: id },
        body,
        ifMatch,
      } = call
      return answered(
        await mediaStore().change(caller.workspaceId, id, body, ifMatch, () => [audited(call, 'media.updated', id)]),
      )
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
