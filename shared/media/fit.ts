/** What an image becomes so that a network takes it. Pure: the bytes are made by `raster.ts`. */
import type { Text } from '../i18n/index.ts'
import { type Focus, type MediaRule, movesThere } from '../networks/network.ts'
import type { MediaMime } from './medium.ts'
import { mediaTexts } from './texts.ts'

/** What is known of a medium. Width and height in pixels, as displayed. */
export interface Fittable {
  readonly kind: 'image' | 'video' | 'document'
  readonly mime: string
  readonly bytes: number
  readonly width?: number | undefined
  readonly height?: number | undefined
  readonly animated?: boolean | undefined
  /** Whether its metadata tell a place; undefined: nobody looked. */
  readonly located?: boolean | undefined
  /** Whether it is stored otherwise than it is shown. */
  readonly turned?: boolean | undefined
}

/** Pixels of the image as displayed. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export type MadeMime = Extract<MediaMime, 'image/jpeg' | 'image/png' | 'image/webp'>

export interface FitPlan {
  readonly mime: MadeMime
  /** At most these bytes: compressed harder until it is so, then made smaller, but not below the floor. */
  readonly maxBytes: number
  readonly width: number
  readonly height: number
  /** Pixels on either side below which nothing is made. */
  readonly floor: { readonly width: number; readonly height: number }
  /** For a PNG that turns out too large. */
  readonly otherwise?: 'image/jpeg'
  /** What is kept of it; undefined: all. */
  readonly crop?: Box
  /** What a person should know, in words; empty where nothing is to be seen. */
  readonly changes: readonly Text[]
}

/** It does not fit and cannot be made to. */
export interface Unfit {
  readonly cannot: Text
}

/** More than twice as large as it was, and a picture is visibly made of nothing. */
const maxEnlargement = 2
/** What is decoded at once: up to 4 bytes each in memory, and 30 for HEIC. The largest telephones' have 50 million. */
const maxPixels = 120_000_000
const maxHeicPixels = 60_000_000
const madeMimes: readonly MadeMime[] = ['image/jpeg', 'image/png', 'image/webp']
const centre: Focus = { x: 0.5, y: 0.5 }

/**
 * What becomes of a medium under a rule: undefined if it leaves as it is, a plan, or why there is none. Proportions are
 * reached by a crop around the focus, size by making it smaller (or larger, twice at most), bytes by compression. An
 * image that tells where it was taken never leaves as it is, nor one that nobody looked at.
 */
export function planFit(medium: Fittable, rule: MediaRule, focus: Focus = centre): FitPlan | Unfit | undefined {
  if (medium.kind !== 'image') return undefined
  const { width = 0, height = 0 } = medium
  if (!(width > 0 && height > 0)) return { cannot: mediaTexts.noSize() }
  const taken = rule.mimes.includes(medium.mime)
  const moves = medium.animated ?? medium.mime === 'image/gif'
  const crop = cropFor(width, height, rule, focus)
  const kept = crop ?? { left: 0, top: 0, width, height }
  const size = sizeFor(kept, rule)
  if ('cannot' in size) return size
  const asItIs = taken && crop === undefined && size.width === width && size.height === height
  const shownMoving = !moves || movesThere(rule, medium.mime)
  if (asItIs && medium.bytes <= rule.maxBytes && mayLeave(medium) && shownMoving) return undefined
  if (moves && !shownMoving && taken) return { cannot: mediaTexts.shownStill() }
  if (moves) return { cannot: mediaTexts.animated() }
  const most = medium.mime === 'image/heic' ? maxHeicPixels : maxPixels
  if (width * height > most) return { cannot: mediaTexts.tooManyPixels({ millions: most / 1_000_000 }) }
  const mime = mimeFor(medium, rule)
  if (mime === undefined) return { cannot: mediaTexts.noneOf({ types: rule.mimes.join(', ') }) }
  return {
    mime,
    maxBytes: rule.maxBytes,
    ...size,
    floor: { width: Math.max(1, rule.minWidth ?? 1), height: Math.max(1, rule.minHeight ?? 1) },
    ...(mime === 'image/png' && rule.mimes.includes('image/jpeg') ? { otherwise: 'image/jpeg' as const } : {}),
    ...(crop === undefined ? {} : { crop }),
    changes: changesOf(medium, { width, height }, kept, size, mime, rule.maxBytes),
  }
}

/** For what networks name no rule of: nothing but the place is taken away. */
export const anyRule: MediaRule = {
  mimes: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'],
  moving: ['image/png', 'image/webp', 'image/gif'],
  maxBytes: Number.MAX_SAFE_INTEGER,
}

/** How a picture that is hard to open is opened, whole, so that it is done once; undefined for all others. */
export function openingPlan(medium: Fittable): FitPlan | undefined {
  const plan = medium.mime === 'image/heic' ? planFit(medium, anyRule) : undefined
  return plan === undefined || 'cannot' in plan ? undefined : plan
}

/** Whether it surely tells no place, and is stored as it is shown. */
export const mayLeave = ({ kind, located, turned, mime }: Fittable): boolean =>
  kind !== 'image' || mime === 'image/gif' || (located === false && turned === false)

/** The largest part of it that has proportions the rule takes, around the focus; undefined if the whole has. */
function cropFor(width: number, height: number, rule: MediaRule, focus: Focus): Box | undefined {
  const { minRatio = 0, maxRatio = Infinity } = rule
  const ratio = width / height
  // a pixel of rounding is nobody's fault: the same allowance as in networks/rules
  const slack = 1 / Math.min(width, height)
  if (ratio >= minRatio * (1 - slack) && ratio <= maxRatio * (1 + slack)) return undefined
  const kept =
    ratio > maxRatio
      ? { width: Math.max(1, Math.floor(height * maxRatio)), height }
      : { width, height: Math.max(1, Math.floor(width / minRatio)) }
  const from = (whole: number, part: number, at: number) =>
    Math.min(whole - part, Math.max(0, Math.round(whole * at - part / 2)))
  return { left: from(width, kept.width, focus.x), top: from(height, kept.height, focus.y), ...kept }
}

function sizeFor(kept: Size, rule: MediaRule): Size | Unfit {
  const { minWidth = 1, minHeight = 1, maxWidth = Infinity, maxHeight = Infinity } = rule
  const smaller = Math.min(
    1,
    maxWidth / kept.width,
    maxHeight / kept.height,
    Math.sqrt((rule.maxPixels ?? Infinity) / (kept.width * kept.height)),
  )
  const larger = Math.max(1, minWidth / kept.width, minHeight / kept.height)
  if (larger > maxEnlargement)
    return {
      cannot: mediaTexts.tooSmall({ minWidth, minHeight, width: kept.width, height: kept.height }),
    }
  // up: nothing may be missing; down: nothing may stick out. Not by the last digit of a division, though.
  const scaled = (side: number) =>
    larger > 1 ? Math.ceil(side * larger - 1e-6) : Math.max(1, Math.floor(side * smaller + 1e-6))
  const [width, height] = [scaled(kept.width), scaled(kept.height)]
  if (width < minWidth || height < minHeight || width > maxWidth || height > maxHeight)
    return { cannot: mediaTexts.noAllowedSize({ width: kept.width, height: kept.height }) }
  return { width, height }
}

/** As it is where that is taken, except what nothing here writes; else JPEG, PNG, WebP, whichever is taken. */
function mimeFor(medium: Fittable, rule: MediaRule): MadeMime | undefined {
  const takes = (mime: MadeMime) => rule.mimes.includes(mime)
  return madeMimes.find((mime) => mime === medium.mime && takes(mime)) ?? madeMimes.find(takes)
}

interface Size {
  readonly width: number
  readonly height: number
}

function changesOf(medium: Fittable, was: Size, kept: Size, size: Size, mime: string, maxBytes: number): Text[] {
  const changes: Text[] = []
  if (kept.width !== was.width || kept.height !== was.height)
    changes.push(mediaTexts.cropped({ from: proportion(was), to: proportion(kept) }))
  if (size.width !== kept.width || size.height !== kept.height)
    changes.push(
      mediaTexts.resized({
        way: size.width > kept.width ? 'larger' : 'smaller',
        width: kept.width,
        height: kept.height,
        width2: size.width,
        height2: size.height,
      }),
    )
  if (mime !== medium.mime) changes.push(mediaTexts.converted({ from: named(medium.mime), to: named(mime) }))
  else if (medium.bytes > maxBytes) changes.push(mediaTexts.compressed({ from: medium.bytes, max: maxBytes }))
  return changes
}

const named = (mime: string) => mime.replace('image/', '').toUpperCase()

/** `16:9`, as people say it; `1.91:1` where no small numbers come close. */
function proportion({ width, height }: Size): string {
  const ratio = width / height
  for (let right = 1; right <= 16; right++) {
    const left = Math.round(ratio * right)
    if (left >= 1 && left <= 21 && Math.abs(left / right / ratio - 1) < 0.004) return `${left}:${right}`
  }
  return ratio >= 1 ? `${ratio.toFixed(2)}:1` : `1:${(1 / ratio).toFixed(2)}`
}
