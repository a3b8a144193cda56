import { MediaStore } from '../../shared/media/store.ts'
import { prepareAgain, publicationSending, publicationUsing } from '../../shared/publishing/media-use.ts'
import { clock, once, random, table } from '../container.ts'
import { bucket } from './media-library.ts'

export const mediaStore = /* @__PURE__ */ once(
  () =>
    new MediaStore({
      table: table(),
      bucket: bucket(),
      clock,
      random,
      usedBy: (workspaceId, mediaId) => publicationUsing(table(), workspaceId, mediaId),
      sentBy: (workspaceId, mediaId) => publicationSending({ table: table(), clock }, workspaceId, mediaId),
      corrected: (workspaceId, mediaId) => prepareAgain({ table: table(), clock }, workspaceId, mediaId),
    }),
)
