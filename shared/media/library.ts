import type { Bucket } from '../aws/bucket.ts'
import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import type { Media } from '../networks/network.ts'
import { type MediaItem, mediumSchema } from './medium.ts'

/** What other contexts need of the media: find them when a post is written, load them when it leaves. */
export class MediaLibrary {
  readonly #table: Table
  readonly #bucket: Pick<Bucket, 'readAll'>
  readonly #publicAddress: string | undefined

  /** `publicAddress`: where the bucket's `media/` is served to the world, without a trailing slash; undefined: nowhere. */
  constructor(table: Table, bucket: Pick<Bucket, 'readAll'>, publicAddress: string | undefined) {
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
  load(item: MediaItem): Media {
    const { id, key, kind, mime, bytes, alt, width, height } = item
    if (item.state !== 'ready' || width === undefined || height === undefined)
      throw new Error(`The medium ${id} is ${item.state}: it cannot be sent.`)
    return {
      id,
      kind,
      mime,
      bytes,
      width,
      height,
      alt,
      url: this.urlOf(item),
      read: async () => {
        const found = await this.#bucket.readAll(key)
        if (found === undefined) throw new Error(`The bytes of the medium ${id} are gone.`)
        return found
      },
    }
  }

  /** The public address of a medium's file; undefined where the deployment has none. */
  urlOf(item: MediaItem): string | undefined {
    if (this.#publicAddress === undefined) return undefined
    return `${this.#publicAddress}/${item.key.split('/').map(encodeURIComponent).join('/')}`
  }
}
