import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { Bucket } from '../aws/bucket.ts'
import { entityPartition, keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { type FitPlan, openingPlan, type Unfit } from './fit.ts'
import { type DerivedFile, derivedSchema, type MediaItem } from './medium.ts'
import type { Made } from './raster.ts'
import { mediaTexts } from './texts.ts'

/** Another number, and everything is made anew: for a change in how pictures are made. */
const version = 1

interface Parts {
  readonly table: Table
  readonly bucket: Pick<Bucket, 'readAll' | 'put' | 'remove'>
}

/**
 * The file of this plan: found, or made now and kept. Or why it cannot be made, for a person. Made once: who
 * comes at the same time makes the same bytes at the same key.
 */
export async function derivedFile(parts: Parts, item: MediaItem, plan: FitPlan): Promise<DerivedFile | Unfit> {
  const { table, bucket } = parts
  const hash = hashOf(item, plan)
  const at = keys.derived(item.workspaceId, item.id, hash)
  const found = await table.get(at, derivedSchema)
  if (found !== undefined) return found
  const opening = openingPlan(item)
  // What takes seconds and gigabytes to open is opened once, and everything else is made of that.
  const source =
    opening === undefined || hashOf(item, opening) === hash ? item : await derivedFile(parts, item, opening)
  if ('cannot' in source) return source
  const original = await bucket.readAll(source.key)
  if (original === undefined) return gone(item)
  const made = await inTurn(() => drawn(original, source.mime, item, plan))
  if ('cannot' in made) return made
  const { bytes, mime, width, height } = made
  const file = { key: derivedKey(item, hash, mime), mime, bytes: bytes.byteLength, width, height }
  await bucket.put(file.key, bytes, mime)
  const kept = await table.transact([
    { check: keys.media(item.workspaceId, item.id), if: ['pk', 'present'] },
    { put: { ...at, ...file } },
  ])
  if (kept.ok) return file
  await bucket.remove(file.key) // the original was deleted meanwhile, and this must not outlive it
  return gone(item)
}

/** Every file that was made of it, and what is known of them. */
export async function removeDerived(
  { table, bucket }: { readonly table: Table; readonly bucket: Pick<Bucket, 'remove'> },
  { workspaceId, id }: MediaItem,
): Promise<void> {
  const { items } = await table.query(
    { pk: entityPartition(workspaceId, id), prefix: 'derived#', consistent: true },
    derivedSchema.extend({ pk: z.string(), sk: z.string() }),
  )
  for (const { key, pk, sk } of items) {
    await bucket.remove(key)
    await table.write({ delete: { pk, sk } })
  }
}

async function drawn(original: Uint8Array, mime: string, item: MediaItem, plan: FitPlan): Promise<Made | Unfit> {
  const { make } = await import('./raster.ts')
  try {
    const made = await make(original, mime, plan)
    return made ?? { cannot: mediaTexts.notSmallEnough({ filename: item.filename, max: plan.maxBytes }) }
  } catch {
    return { cannot: mediaTexts.unreadablePicture({ filename: item.filename }) }
  }
}

let last: Promise<unknown> = Promise.resolve()
/** One picture at a time: each takes memory by the pixel, and they would not be quicker side by side. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work)
  last = mine.catch(() => {})
  return mine
}

/** Of what it is made from and how: rules that come to the same share a file. The focus is in the crop. */
const hashOf = ({ key }: MediaItem, { changes: _, ...plan }: FitPlan): string =>
  createHash('sha256')
    .update(JSON.stringify([version, key, plan]))
    .digest('hex')
    .slice(0, 32)

function derivedKey({ key }: MediaItem, hash: string, mime: string): string {
  const folder = key.slice(0, key.lastIndexOf('/'))
  return `${folder}/derived/${hash}.${mime === 'image/jpeg' ? 'jpg' : mime.slice('image/'.length)}`
}

const gone = (item: MediaItem): Unfit => ({ cannot: mediaTexts.fileGone({ filename: item.filename }) })
