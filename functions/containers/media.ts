import { bucketNamed } from '../../shared/aws/bucket-named.ts'
import { MediaLibrary } from '../../shared/media/index.ts'
import { MediaStore } from '../../shared/media/store.ts'
import { publicationUsing } from '../../shared/publishing/media-use.ts'
import { clock, once, optionalVariable, random, table, variable } from '../container.ts'

export const bucket = /* @__PURE__ */ once(() => bucketNamed(variable('BUCKET_NAME')))

/** Where `media/` of the bucket is served to the world; unset where it is not. */
const mediaUrl = () => optionalVariable('MEDIA_URL')?.replace(/\/+$/, '')

export const mediaLibrary = /* @__PURE__ */ once(() => new MediaLibrary(table(), bucket(), mediaUrl()))

export const mediaStore = /* @__PURE__ */ once(
  () =>
    new MediaStore({
      table: table(),
      bucket: bucket(),
      clock,
      random,
      usedBy: (workspaceId, mediaId) => publicationUsing(table(), workspaceId, mediaId),
    }),
)
