/** Pixels: what `fit.ts` planned is made here. Loaded when the first picture comes; libvips is megabytes. */
import sharp, { type Sharp } from 'sharp'
import type { FitPlan, MadeMime } from './fit.ts'
import { tellsPlace } from './place.ts'

export interface Described {
  /** Pixels, as displayed. */
  readonly width: number
  readonly height: number
  readonly animated: boolean
  readonly located: boolean
  /** Stored otherwise than it is shown: its metadata say how it is turned. */
  readonly turned: boolean
}

export interface Made {
  readonly bytes: Uint8Array
  readonly mime: MadeMime
  readonly width: number
  readonly height: number
}

/** Of JPEG and WebP, tried in turn; below the last, a picture is made smaller rather than uglier. */
const qualities = [90, 84, 76, 68, 60]
const shrinks = 8
const limitInputPixels = 130_000_000

/** What a picture is, without decoding it; undefined for what libvips cannot read. */
export async function describe(bytes: Uint8Array): Promise<Described | undefined> {
  try {
    const found = await sharp(bytes, { limitInputPixels }).metadata()
    const { width, height } = found.autoOrient
    return {
      width,
      height,
      animated: (found.pages ?? 1) > 1 && found.format !== 'heif',
      located: tellsPlace(found),
      turned: (found.orientation ?? 1) > 1,
    }
  } catch {
    return undefined
  }
}

/**
 * The picture as planned: oriented as displayed, in sRGB, without any metadata; transparency becomes white in JPEG. Throws
 * what libvips or libheif throw for broken bytes; answers undefined if no size above the floor has few enough bytes.
 */
export async function make(bytes: Uint8Array, mime: string, plan: FitPlan): Promise<Made | undefined> {
  const source = mime === 'image/heic' ? await opened(bytes) : { open: () => sharp(bytes, { limitInputPixels }) }
  for (let { width, height } = plan, tries = 0; tries < shrinks; tries++) {
    const pixels = resized(source.open(), plan, width, height)
    for (const mime of plan.otherwise === undefined ? [plan.mime] : [plan.mime, plan.otherwise])
      for (const quality of mime === 'image/png' ? [100] : qualities) {
        const made = await encoded(pixels.clone(), mime, quality)
        if (made.byteLength <= plan.maxBytes) return { bytes: made, mime, width, height }
      }
    const [across, down] = [Math.floor(width * 0.8), Math.floor(height * 0.8)]
    if (across < plan.floor.width || down < plan.floor.height) return undefined
    width = across
    height = down
  }
  return undefined
}

function resized(image: Sharp, { crop }: FitPlan, width: number, height: number): Sharp {
  const turned = image.autoOrient()
  const cut = crop === undefined ? turned : turned.extract({ ...crop })
  return cut.resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
}

function encoded(image: Sharp, mime: MadeMime, quality: number): Promise<Buffer> {
  switch (mime) {
    case 'image/jpeg':
      return image.flatten({ background: '#ffffff' }).jpeg({ quality }).toBuffer()
    case 'image/png':
      return image.png({ compressionLevel: 9 }).toBuffer()
    case 'image/webp':
      return image.webp({ quality }).toBuffer()
  }
}

/** HEIC is decoded once, by another library; its colour profile goes along, or a telephone's reds would turn pale. */
async function opened(bytes: Uint8Array): Promise<{ open(): Sharp }> {
  const { decodeHeic } = await import('./heic.ts')
  const { pixels, width, height } = await decodeHeic(bytes)
  const profile = (
    await sharp(bytes)
      .metadata()
      .catch(() => undefined)
  )?.icc
  const raw = () => sharp(pixels, { raw: { width, height, channels: 4 }, limitInputPixels })
  if (profile === undefined || profile.byteLength > 65_000) return { open: raw }
  const plain = await raw().removeAlpha().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()
  const profiled = withProfile(plain, profile)
  return { open: () => sharp(profiled, { limitInputPixels }) }
}

/** A JPEG with this ICC profile, in one APP2 segment (ICC.1:2022, annex B.4). */
function withProfile(jpeg: Buffer, profile: Buffer): Buffer {
  const head = Buffer.concat([Buffer.from('ICC_PROFILE\0', 'latin1'), Buffer.from([1, 1])])
  const length = 2 + head.length + profile.length
  const segment = Buffer.concat([Buffer.from([0xff, 0xe2, length >> 8, length & 255]), head, profile])
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)])
}
