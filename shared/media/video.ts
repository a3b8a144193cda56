import { CustomSource, Input, MP4, QTFF, WEBM } from 'mediabunny'
import type { Bucket } from '../aws/bucket.ts'

interface Measured {
  readonly width: number
  readonly height: number
  readonly seconds: number
}

/**
 * Width and height as displayed, in pixels, and the length of a film, from the boxes that describe it: a few ranges are
 * read, wherever they stand. `broken` says why it cannot be read. Throws what the bucket throws.
 */
export async function measureVideo(
  bucket: Bucket,
  key: string,
  bytes: number,
): Promise<Measured | { readonly broken: unknown }> {
  const failed: { error?: unknown } = {}
  using input = new Input({
    formats: [MP4, QTFF, WEBM],
    source: new CustomSource({
      getSize: () => bytes,
      read: async (start, end) => {
        try {
          return await bucket.read(key, start, end)
        } catch (error) {
          failed.error = error
          throw error
        }
      },
      prefetchProfile: 'network',
      handleUnhandledError: () => {}, // of reading ahead: the read that needs those bytes fails too
    }),
  })
  try {
    const track = await input.getPrimaryVideoTrack()
    if (track === null) return { broken: 'no pictures' }
    const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()]
    const length = (await input.getDurationFromMetadata()) ?? (await input.computeDuration())
    return { width, height, seconds: Math.round(length * 1000) / 1000 }
  } catch (error) {
    // A bucket that does not answer is no fault of the file.
    if ('error' in failed) throw failed.error
    return { broken: error }
  }
}
