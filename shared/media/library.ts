import type { Bucket } from '../aws/bucket.ts'
import { entityPartition, keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import type { Text } from '../i18n/index.ts'
import type { Media, MediaLimits, MediaRule } from '../networks/network.ts'
import { anyRule, planFit } from './fit.ts'
import { type DerivedFile, derivedSchema, type MediaItem, mediumSchema } from './medium.ts'

/** A medium as a network's limits would have it, before anything is made. */
export interface Planned extends Media {
  /** What will be done to it, in words. */
  readonly changes: readonly Text[]
  /** Why it cannot be made to fit, where it does not. */
  readonly cannot?: Text
}

/** A medium as it was uploaded, which knows what becomes of it on the way to a network. */
export interface PlannableMedia extends Media {
  plan(limits: MediaLimits): Planned
}

type LibraryBucket = Pick<Bucket, 'read' | 'readAll'>

/** What other contexts need of the media: find them and say what will become of them. `fitter.ts` makes it. */
export class MediaLibrary {
  readonly #table: Table
  readonly #bucket: LibraryBucket
  readonly #publicAddress: string | undefined

  /** `publicAddress`: where the bucket's `media/` is served to the world, without a trailing slash; undefined: nowhere. */
  constructor(table: Table, bucket: LibraryBucket, publicAddress: string | undefined) {
    this.#table = table
    this.#bucket = bucket
    this.#publicAddress = publicAddress
  }

  /** The media of this workspace, in the order of the ids; undefined where there is none. Look at `state` before use. */
  find(workspaceId: string, ids: readonly string[]): Promise<(MediaItem | undefined)[]> {
    const unique = [...new Set(ids)] // a batch read refuses the same key twice
    return this.#table
      .getMany(
        unique.map((id) => keys.media(workspaceId, id)),
        mediumSchema,
      )
      .then((found) => ids.map((id) => found[unique.indexOf(id)]))
  }

  /** As connectors take it. Only for a medium that is `ready`; `read()` throws if its bytes are gone. */
  load(item: MediaItem): PlannableMedia {
    const { id, kind, mime, bytes, alt, width, height, seconds, animated, filename } = item
    if (item.state !== 'ready' || (kind !== 'document' && (width === undefined || height === undefined)))
      throw new Error(`The medium ${id} is ${item.state}: it cannot be sent.`)
    const media: Media = {
      id,
      kind,
      mime,
      bytes,
      width: width ?? 0,
      height: height ?? 0,
      ...(seconds === undefined ? {} : { seconds }),
      ...(animated === true ? { animated } : {}),
      alt,
      name: filename,
      ...this.fileAt(item.key, id),
    }
    return { ...media, plan: (limits) => planned(media, item, limits[kind] ?? anyRule) }
  }

  /** What of an image may be shown to the world: itself if it tells no place, else the largest file made of it, if any. */
  async shown(item: MediaItem): Promise<DerivedFile | undefined> {
    const { key, mime, bytes, width = 0, height = 0 } = item
    if (planFit(item, anyRule) === undefined) return { key, mime, bytes, width, height }
    const at = { pk: entityPartition(item.workspaceId, item.id), prefix: 'derived#' }
    const { items } = await this.#table.query(at, derivedSchema)
    return items.toSorted((a, b) => b.width * b.height - a.width * a.height)[0]
  }

  /** The public address of a file of ours; undefined where the deployment has none. */
  urlOf({ key }: { readonly key: string }): string | undefined {
    if (this.#publicAddress === undefined) return undefined
    return `${this.#publicAddress}/${key.split('/').map(encodeURIComponent).join('/')}`
  }

  /** Where a medium's file, or one made of it, is read. */
  fileAt(key: string, id: string): Pick<Media, 'file' | 'url' | 'read'> {
    const read: Media['read'] = async (range) => {
      const found =
        range === undefined ? await this.#bucket.readAll(key) : await this.#bucket.read(key, range.from, range.to)
      if (found === undefined) throw new Error(`The bytes of the medium ${id} are gone.`)
      return found
    }
    return { file: key, url: this.urlOf({ key }), read }
  }
}

function planned(media: Media, item: MediaItem, rule: MediaRule): Planned {
  const plan = planFit(item, rule, item.focus)
  if (plan === undefined) return { ...media, changes: [] }
  if ('cannot' in plan) return { ...media, changes: [], cannot: plan.cannot }
  const { mime, width, height, changes, maxBytes } = plan
  return { ...media, mime, width, height, bytes: Math.min(media.bytes, maxBytes), changes }
}
