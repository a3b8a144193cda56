/** Whoever imports this carries libvips. */
import { MediaFitter } from '../../shared/media/fitter.ts'
import type { MediaSource } from '../../shared/publishing/sender.ts'
import { once, table } from '../container.ts'
import { bucket, mediaLibrary } from './media-library.ts'

export const mediaFitter = /* @__PURE__ */ once(
  () => new MediaFitter({ table: table(), bucket: bucket(), library: mediaLibrary() }),
)

/** Media that are uploaded and read, made to fit when they are asked to; what is missing or unfinished is undefined. */
export const fittingMedia: MediaSource = {
  load: async (workspaceId, ids) => {
    const found = await mediaLibrary().find(workspaceId, ids)
    return found.map((item) => (item?.state === 'ready' ? mediaFitter().load(item) : undefined))
  },
}
