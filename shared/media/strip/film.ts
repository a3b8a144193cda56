/** MP4 and MOV: what describes people and places is blanked where it stands; pictures, sound and their tables are not touched. */
import { type Box, boxesIn, type Patch, type Read, readFrom } from './boxes.ts'

/** `©xyz`, `loci` and whatever else programs write; `meta` holds QuickTime's `mdta` keys; `free` may hold anything. */
const described = new Set(['udta', 'meta', 'free', 'skip', 'uuid', 'pnot', 'PICT'])
/** Spherical Video V1: without it a film of all around is a strip. */
const spherical = 'ffcc8263f8554a938814587a02521fdd'
const nested = new Set(['trak', 'mdia', 'minf', 'edts', 'moof', 'traf'])
/** Largest box of descriptions that is looked into. */
const maxMoov = 64 * 1024 * 1024

/** Films have about six levels of boxes. */
const maxDepth = 12
/** Chunks of a track of places: 18 a second for 15 hours. */
const maxChunks = 1_000_000

/** Boxes and samples that tell who, where or with what; offsets are of the file. Throws RangeError for tables that are cut. */
export async function filmPatches(read: Read, size: number): Promise<Patch[]> {
  const patches: Patch[] = []
  for (const box of await boxesIn(read, 0, size)) {
    if (await tells(read, box)) patches.push({ kind: 'free', box })
    if (box.type !== 'moov' && box.type !== 'moof') continue
    if (box.end - box.start > maxMoov) continue
    const inside = readFrom(await read(box.start, box.end), box.start)
    patches.push(...(await within(inside, box)))
  }
  return patches
}

async function within(read: Read, parent: Box, depth = 0): Promise<Patch[]> {
  const patches: Patch[] = []
  for (const box of await boxesIn(read, parent.content, parent.end)) {
    if (await tells(read, box)) patches.push({ kind: 'free', box })
    else if (box.type === 'trak' && (await handlerOf(read, box)) === 'meta') {
      // a track of places, as sport cameras and telephones write them beside the pictures
      patches.push(...(await samplesOf(read, box)), { kind: 'free', box })
    } else if (nested.has(box.type) && depth < maxDepth) patches.push(...(await within(read, box, depth + 1)))
  }
  return patches
}

async function tells(read: Read, box: Box): Promise<boolean> {
  if (!described.has(box.type) || box.end === box.content || (await isSpherical(read, box))) return false
  // room that was left free, and holds nothing
  if (box.type !== 'free' && box.type !== 'skip') return true
  return (await read(box.content, box.end)).some((byte) => byte !== 0)
}

async function isSpherical(read: Read, box: Box): Promise<boolean> {
  return box.type === 'uuid' && (await read(box.content, box.content + 16)).toString('hex') === spherical
}

async function find(read: Read, parent: Box, ...path: readonly string[]): Promise<Box | undefined> {
  let at: Box | undefined = parent
  for (const type of path) {
    if (at === undefined) return undefined
    at = (await boxesIn(read, at.content, at.end)).find((box) => box.type === type)
  }
  return at
}

async function handlerOf(read: Read, track: Box): Promise<string | undefined> {
  const handler = await find(read, track, 'mdia', 'hdlr')
  return handler === undefined ? undefined : (await read(handler.content + 8, handler.content + 12)).toString('latin1')
}

/** Where the samples of a track stand, chunk by chunk (ISO/IEC 14496-12, 8.7). */
async function samplesOf(read: Read, track: Box): Promise<Patch[]> {
  const stbl = await find(read, track, 'mdia', 'minf', 'stbl')
  if (stbl === undefined) return []
  const table = async (type: string) => {
    const box = await find(read, stbl, type)
    return box === undefined ? undefined : await read(box.content, box.end)
  }
  const [stsz, stsc, stco, co64] = [await table('stsz'), await table('stsc'), await table('stco'), await table('co64')]
  const offsets = offsetsOf(stco, 4) ?? offsetsOf(co64, 8)
  if (stsz === undefined || stsc === undefined || offsets === undefined) return []
  const fixed = stsz.readUInt32BE(4)
  // a file may claim billions of samples: only those whose size it holds are counted one by one
  const listed = Math.floor((stsz.length - 12) / 4)
  const patches: Patch[] = []
  let sample = 0
  let run = 0
  const runs = stsc.readUInt32BE(4)
  for (const [i, start] of offsets.entries()) {
    while (run + 1 < runs && stsc.readUInt32BE(8 + 12 * (run + 1)) <= i + 1) run += 1
    const count = runs === 0 ? 0 : stsc.readUInt32BE(8 + 12 * run + 4)
    let end = start + fixed * count
    if (fixed === 0) for (let k = 0; k < count && sample < listed; k++) end += stsz.readUInt32BE(12 + 4 * sample++)
    patches.push({ kind: 'zeros', start, end })
  }
  return patches
}

function offsetsOf(table: Buffer | undefined, width: 4 | 8): number[] | undefined {
  if (table === undefined) return undefined
  const count = Math.min(table.readUInt32BE(4), Math.floor((table.length - 8) / width))
  if (count > maxChunks) throw new RangeError('A track of too many chunks.')
  return Array.from({ length: count }, (_, i) =>
    width === 4 ? table.readUInt32BE(8 + 4 * i) : Number(table.readBigUInt64BE(8 + 8 * i)),
  )
}
