import { bucketNamed } from '../../shared/aws/bucket-named.ts'
import { MediaLibrary } from '../../shared/media/index.ts'
import { once, optionalVariable, table, variable } from '../container.ts'

export const bucket = /* @__PURE__ */ once(() => bucketNamed(variable('BUCKET_NAME')))

/** Where `media/` of the bucket is served to the world; unset where it is not. */
const mediaUrl = () => optionalVariable('MEDIA_URL')?.replace(/\/+$/, '')

export const mediaLibrary = /* @__PURE__ */ once(() => new MediaLibrary(table(), bucket(), mediaUrl()))
