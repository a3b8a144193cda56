/**
 * Files without what they tell besides pictures and sound: places, people, devices, edits, previews (EXIF, XMP, IPTC, comments,
 * user data), and what stands behind their end. Nothing is encoded anew.
 */
import type { Bucket } from '../../aws/bucket.ts'
import type { MediaMime } from '../medium.ts'
import { applyPatches, boxesIn, readFrom } from './boxes.ts'
import { filmPatches } from './film.ts'
import { strippedGif } from './gif.ts'
import { strippedHeif } from './heif.ts'
import { strippedJpeg } from './jpeg.ts'
import { strippedPng } from './png.ts'
import { blankWebm } from './webm.ts'
import { strippedWebp } from './webp.ts'

export { BrokenFile } from './exif.ts'
export { isAnimatedPng } from './png.ts'

/** A picture as it is kept. Throws BrokenFile for one that is cut. Only a still picture keeps how it is turned. */
export async function strippedPicture(bytes: Uint8Array, mime: MediaMime): Promise<Uint8Array> {
  switch (mime) {
    case 'image/jpeg':
      return strippedJpeg(bytes)
    case 'image/png':
      return strippedPng(bytes)
    case 'image/gif':
      return strippedGif(bytes)
    case 'image/webp':
      return strippedWebp(bytes)
    case 'image/heic':
    case 'image/avif':
      return strippedHeif(bytes)
    default:
      return bytes
  }
}

/** A film of more boxes than this is read whole: each costs a request. */
const maxBoxes = 60

/** The film at this key as it is kept; undefined where there is nothing to take away. Its size stays. */
export async function strippedFilm(
  bucket: Pick<Bucket, 'read' | 'readAll'>,
  key: string,
  size: number,
  mime: MediaMime,
): Promise<Uint8Array | undefined> {
  if (mime === 'video/webm') {
    const file = await whole(bucket, key)
    return blankWebm(file) ? file : undefined
  }
  let reads = 0
  const many = new Error('many boxes')
  const patches = await filmPatches(async (start, end) => {
    reads += 1
    if (reads > maxBoxes) throw many
    return buffer(await bucket.read(key, start, end))
  }, size).catch((error: unknown) => {
    if (error === many) return undefined
    throw error
  })
  if (patches?.length === 0) return undefined
  const file = await whole(bucket, key)
  applyPatches(file, patches ?? (await filmPatches(readFrom(file), file.length)))
  return file
}

async function whole(bucket: Pick<Bucket, 'readAll'>, key: string): Promise<Buffer> {
  return buffer((await bucket.readAll(key)) ?? new Uint8Array())
}

const buffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Whether an AVIF is a sequence: its brand says so. */
export async function isSequence(bytes: Uint8Array): Promise<boolean> {
  const [ftyp] = await boxesIn(readFrom(buffer(bytes)), 0, Math.min(bytes.length, 4096))
  if (ftyp?.type !== 'ftyp') return false
  const brands = buffer(bytes).toString('latin1', ftyp.content, ftyp.end)
  return brands.slice(0, 4) === 'avis' || /^(?:.{4})*avis/s.test(brands.slice(8))
}
