import type { Bucket } from '../aws/bucket.ts'
import type { Table } from '../aws/table.ts'
import { type Media, type MediaLimits, type MediaRule, movesThere } from '../networks/network.ts'
import { derivedFile } from './derived.ts'
import { anyRule, mayLeave, planFit, type Unfit } from './fit.ts'
import type { MediaLibrary, PlannableMedia } from './library.ts'
import type { DerivedFile, MediaItem } from './medium.ts'
import { mediaTexts } from './texts.ts'

/** A medium that can be made to fit. */
export interface FittableMedia extends PlannableMedia {
  /** The file that leaves, made if need be. Or why there is none, for a person. */
  fit(limits: MediaLimits): Promise<Media | Unfit>
}

interface Parts {
  readonly table: Table
  readonly bucket: Bucket
  readonly library: MediaLibrary
}

/** Makes what {@link MediaLibrary} only plans. Functions that use it carry libvips. */
export class MediaFitter {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** As {@link MediaLibrary.load}. */
  load(item: MediaItem): FittableMedia {
    const { library } = this.#parts
    const { plan, ...media } = library.load(item)
    const fit = async (limits: MediaLimits): Promise<Media | Unfit> => {
      const file = await this.file(item, limits[item.kind])
      if ('cannot' in file) return file
      if (file.key === item.key) return media
      const { key, ...measured } = file
      return { ...media, ...measured, ...library.fileAt(key, item.id) }
    }
    return { ...media, plan, fit }
  }

  /** The file that a network with this rule gets of it. Or why there is none, for a person. */
  async file(item: MediaItem, rule: MediaRule = anyRule): Promise<DerivedFile | Unfit> {
    const { key, mime, bytes, width = 0, height = 0 } = item
    const itself = { key, mime, bytes, width, height }
    const plan = planFit(item, rule, item.focus)
    if (plan === undefined) return itself
    if (!('cannot' in plan)) return derivedFile(this.#parts, item, plan)
    // The network is the one to refuse it, unless it would tell where it was taken, or be shown otherwise than it is.
    const still = item.animated === true && rule.mimes.includes(mime) && !movesThere(rule, mime)
    return mayLeave(item) && !still
      ? itself
      : { cannot: mediaTexts.cannotLeave({ filename: item.filename, cannot: plan.cannot }) }
  }
}
