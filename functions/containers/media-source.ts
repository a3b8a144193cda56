import type { MediaSource } from '../../shared/publishing/sender.ts'
import { mediaLibrary } from './media-library.ts'

/** Media that are uploaded and read, and what they will become; what is missing or unfinished is undefined. */
export const media: MediaSource = {
  load: async (workspaceId, ids) => {
    const found = await mediaLibrary().find(workspaceId, ids)
    return found.map((item) => (item?.state === 'ready' ? mediaLibrary().load(item) : undefined))
  },
}
