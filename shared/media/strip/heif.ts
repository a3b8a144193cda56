/** HEIC and AVIF (ISO/IEC 23008-12): items of EXIF and XMP are blanked where they stand. How the picture is turned is not in them. */
import { applyPatches, type Box, boxesIn, type Patch, readFrom } from './boxes.ts'
import { BrokenFile } from './exif.ts'

const itemTypes = new Set(['Exif', 'mime', 'uri '])
const described = new Set(['udta', 'uuid', 'free', 'skip'])

/** Throws BrokenFile where the file is cut. */
export async function strippedHeif(bytes: Uint8Array): Promise<Uint8Array> {
  const file = Buffer.from(bytes)
  const read = readFrom(file)
  const boxes = await boxesIn(read, 0, file.length)
  const last = boxes.at(-1)
  const meta = boxes.find(({ type }) => type === 'meta')
  if (last === undefined || meta === undefined || isCut(file, last)) throw new BrokenFile('A picture that is cut.')
  const patches: Patch[] = boxes.flatMap((box) => (described.has(box.type) ? [{ kind: 'free' as const, box }] : []))
  // a full box: version and flags come first
  const inside = await boxesIn(read, meta.content + 4, meta.end)
  const [iinf, iloc, idat] = ['iinf', 'iloc', 'idat'].map((name) => inside.find(({ type }) => type === name))
  if (iinf !== undefined && iloc !== undefined) {
    const ids = await itemsOf(file, iinf)
    patches.push(...extentsOf(file, iloc, ids, idat))
  }
  applyPatches(file, patches)
  return file.subarray(0, last.end)
}

/** What a box says of its own size does not fit into the file. */
function isCut(file: Buffer, { start, content, end }: Box): boolean {
  const short = file.readUInt32BE(start)
  const size = short === 1 ? Number(file.readBigUInt64BE(start + 8)) : short
  return short !== 0 && start + size > end && content <= end
}

/** The ids of items that hold metadata. */
async function itemsOf(file: Buffer, iinf: Box): Promise<ReadonlySet<number>> {
  const version = file[iinf.content] ?? 0
  const first = iinf.content + 4 + (version === 0 ? 2 : 4)
  const ids = new Set<number>()
  for (const box of await boxesIn(readFrom(file), first, iinf.end)) {
    const entry = file[box.content] ?? 0
    if (box.type !== 'infe' || entry < 2) continue
    const id = entry === 2 ? file.readUInt16BE(box.content + 4) : file.readUInt32BE(box.content + 4)
    const at = box.content + 4 + (entry === 2 ? 2 : 4) + 2
    if (itemTypes.has(file.toString('latin1', at, at + 4))) ids.add(id)
  }
  return ids
}

/** Where these items stand (8.11.3). */
function extentsOf(file: Buffer, iloc: Box, ids: ReadonlySet<number>, idat: Box | undefined): Patch[] {
  const version = file[iloc.content] ?? 0
  let at = iloc.content + 4
  const number = (width: number) => {
    const value = width === 0 ? 0 : width === 8 ? Number(file.readBigUInt64BE(at)) : file.readUIntBE(at, width)
    at += width
    return value
  }
  const sizes = number(2)
  const [offsetSize, lengthSize, baseSize, indexSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15, sizes & 15]
  const count = number(version < 2 ? 2 : 4)
  const patches: Patch[] = []
  for (let i = 0; i < count; i++) {
    const id = number(version < 2 ? 2 : 4)
    const method = version === 0 ? 0 : number(2) & 15
    number(2)
    const base = number(baseSize)
    const extents = number(2)
    if (extents > 1 && indexSize + offsetSize + lengthSize === 0) throw new BrokenFile('Extents without a place.')
    for (let k = 0; k < extents; k++) {
      if (version > 0) number(indexSize)
      const start = base + number(offsetSize) + (method === 1 ? (idat?.content ?? 0) : 0)
      const end = start + number(lengthSize)
      if (ids.has(id) && method < 2) patches.push({ kind: 'zeros', start, end })
    }
  }
  return patches
}
