import { imageSize } from 'image-size'
import type { Bucket } from '../aws/bucket.ts'
import { AppError } from '../kernel/errors.ts'
import { type MediaMime, mediaTypes } from './medium.ts'
import { sniff, sniffBytes } from './sniff.ts'
import type { BrokenFile } from './strip/index.ts'
import { mediaTexts } from './texts.ts'

export interface Inspected {
  readonly mime: MediaMime
  readonly kind: 'image' | 'video' | 'document'
  /** Pixels, as displayed; of a document none. */
  readonly width?: number
  readonly height?: number
  /** Of a video. */
  readonly seconds?: number
  /** Of an image that libvips can read. */
  readonly animated?: boolean
  readonly located?: boolean
  /** Of an image that is stored otherwise than it is shown. */
  readonly turned?: boolean
  /** The file without what it told besides; undefined where there was nothing to take away. */
  readonly kept?: Uint8Array
}

/** Nothing real is larger; a header that says so would have some later step allocate gigabytes. */
const maxPixelsASide = 65_535

/**
 * What stands at this key, read from its bytes. Of a video only the boxes that describe it are read. Throws
 * `unsupported_media` for what Parvis does not take and `unreadable_media` for what is broken.
 */
export async function inspect(bucket: Bucket, key: string, bytes: number): Promise<Inspected> {
  const mime = bytes === 0 ? undefined : sniff(await bucket.read(key, 0, Math.min(bytes, sniffBytes)))
  if (mime === undefined)
    throw new AppError(
      'unprocessable',
      'unsupported_media',
      mediaTexts.unsupported({ types: Object.keys(mediaTypes).join(', ') }),
    )
  const kind = mediaTypes[mime]
  if (kind === 'document') return { mime, kind }
  const measured =
    kind === 'image' ? await measureImage(bucket, key, bytes, mime) : await measureFilm(bucket, key, bytes, mime)
  const { width, height } = measured
  if (!(width > 0 && height > 0 && width <= maxPixelsASide && height <= maxPixelsASide)) throw unreadable()
  return { mime, kind, ...measured }
}

async function measureImage(bucket: Bucket, key: string, bytes: number, mime: MediaMime) {
  const [{ describe }, strip] = await Promise.all([import('./raster.ts'), import('./strip/index.ts')])
  // All of it: what tells the place may stand behind the pixels.
  const all = await bucket.read(key, 0, bytes)
  const kept = await strip.strippedPicture(all, mime).catch(refused(strip.BrokenFile))
  const found = (await describe(kept)) ?? sizeOf(kept)
  if (found === undefined) throw unreadable()
  const animated = ('animated' in found && found.animated) || (await moves(kept, mime))
  return { ...found, animated, ...(Buffer.compare(kept, all) === 0 ? {} : { kept }) }
}

/** What libvips shows the first picture of. */
async function moves(bytes: Uint8Array, mime: MediaMime): Promise<boolean> {
  const { isAnimatedPng, isSequence } = await import('./strip/index.ts')
  if (mime === 'image/png') return isAnimatedPng(bytes)
  return mime === 'image/avif' && isSequence(bytes)
}

/** For pictures that only their header can be read of. */
function sizeOf(bytes: Uint8Array) {
  try {
    const { width, height, orientation = 1 } = imageSize(bytes)
    // EXIF orientations 5 to 8 are turned by a quarter: what is stored as width is seen as height.
    return orientation >= 5 ? { width: height, height: width } : { width, height }
  } catch {
    return undefined
  }
}

async function measureFilm(bucket: Bucket, key: string, bytes: number, mime: MediaMime) {
  const { measureVideo } = await import('./video.ts') // three times as much code as the rest: loaded when one comes
  const measured = await measureVideo(bucket, key, bytes)
  if ('broken' in measured) throw unreadable(measured.broken)
  const { BrokenFile, strippedFilm } = await import('./strip/index.ts')
  const kept = await strippedFilm(bucket, key, bytes, mime).catch(refused(BrokenFile))
  return kept === undefined ? measured : { ...measured, kept }
}

/** For what is cut, or says of itself what cannot be. */
const refused =
  (broken: typeof BrokenFile) =>
  (error: unknown): never => {
    throw error instanceof broken || error instanceof RangeError ? unreadable(error) : error
  }

const unreadable = (cause?: unknown) =>
  new AppError('unprocessable', 'unreadable_media', mediaTexts.unreadable(), {
    cause,
  })
