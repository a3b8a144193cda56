/** Boxes of the ISO base media file format (ISO/IEC 14496-12) and QuickTime: MP4, MOV, HEIC, AVIF. */

export interface Box {
  readonly type: string
  /** Where it begins, where its content begins, and where it ends. */
  readonly start: number
  readonly content: number
  readonly end: number
}

/** Reads bytes `start` to `end` (exclusive) of the file. */
export type Read = (start: number, end: number) => Promise<Buffer>

const headerBytes = 16

/** The box that begins at `start`; undefined where none does. One that says that it goes on beyond `limit` is cut off there. */
export async function boxAt(read: Read, start: number, limit: number): Promise<Box | undefined> {
  if (start + 8 > limit) return undefined
  const header = await read(start, Math.min(start + headerBytes, limit))
  const short = header.readUInt32BE(0)
  const type = header.toString('latin1', 4, 8)
  if (short === 1 && header.length < headerBytes) return undefined
  const size = short === 0 ? limit - start : short === 1 ? Number(header.readBigUInt64BE(8)) : short
  const content = start + (short === 1 ? 16 : 8)
  if (size < content - start) return undefined
  return { type, start, content, end: Math.min(start + size, limit) }
}

export async function boxesIn(read: Read, start: number, limit: number): Promise<Box[]> {
  const boxes: Box[] = []
  for (let at = start; ; ) {
    const box = await boxAt(read, at, limit)
    if (box === undefined) return boxes
    boxes.push(box)
    at = box.end
  }
}

/** Reads from what is in memory, of which the first byte stands at `base` of the file. */
export const readFrom =
  (bytes: Buffer, base = 0): Read =>
  async (start, end) =>
    bytes.subarray(start - base, end - base)

/** Bytes of the file that become zeros, or a box that becomes `free` and its content zeros. */
export type Patch =
  | { readonly kind: 'zeros'; readonly start: number; readonly end: number }
  | { readonly kind: 'free'; readonly box: Box }

/**
 * In place: nothing moves, so that every offset in the file stays right. Throws RangeError if samples overlap: a small file
 * could otherwise ask for endless work.
 */
export function applyPatches(bytes: Buffer, patches: readonly Patch[]): void {
  let zeroed = 0
  for (const patch of patches) {
    if (patch.kind === 'zeros') {
      const [start, end] = [Math.max(0, patch.start), Math.min(bytes.length, patch.end)]
      zeroed += Math.max(0, end - start)
      if (zeroed > bytes.length) throw new RangeError('Samples that overlap.')
      bytes.fill(0, start, end)
    } else {
      bytes.write('free', patch.box.start + 4, 'latin1')
      bytes.fill(0, patch.box.content, patch.box.end)
    }
  }
}
