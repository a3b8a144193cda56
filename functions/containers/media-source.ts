import type { Media } from '../../shared/networks/network.ts'
import type { MediaSource } from '../../shared/publishing/sender.ts'
import { mediaLibrary } from './media-library.ts'

/** Media that are uploaded and read; what is missing or unfinished is undefined. */
export const media: MediaSource = {
  load: async (workspaceId, ids) => {
    const found = await mediaLibrary().find(workspaceId, ids)
    return found.map((item): Media | undefined => (item?.state === 'ready' ? mediaLibrary().load(item) : undefined))
  },
}
