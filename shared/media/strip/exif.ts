/** The one thing of EXIF that is kept: how the picture is turned (EXIF 2.32, tag 0x0112). */

export class BrokenFile extends Error {}

const marker = 'Exif\0\0'

/** 1 to 8; 1 where nothing is said, or nothing that can be read. `block`: with or without its marker. */
export function orientationOf(block: Uint8Array): number {
  const begins = Buffer.from(block.subarray(0, 6)).toString('latin1') === marker ? 6 : 0
  const view = new DataView(block.buffer, block.byteOffset + begins, block.byteLength - begins)
  try {
    const little = view.getUint16(0) === 0x4949
    const directory = view.getUint32(4, little)
    const entries = view.getUint16(directory, little)
    for (let i = 0; i < entries; i++) {
      const at = directory + 2 + 12 * i
      if (view.getUint16(at, little) !== 0x0112) continue
      const value = view.getUint16(at + 8, little)
      return value >= 1 && value <= 8 ? value : 1
    }
    return 1
  } catch {
    return 1
  }
}

/** An EXIF block, without its marker, that says only how the picture is turned. */
export function exifOf(orientation: number): Buffer {
  const block = Buffer.alloc(26)
  block.write('MM\0*', 'latin1')
  block.writeUInt32BE(8, 4)
  block.writeUInt16BE(1, 8)
  block.writeUInt16BE(0x0112, 10)
  block.writeUInt16BE(3, 12)
  block.writeUInt32BE(1, 14)
  block.writeUInt16BE(orientation, 18)
  return block
}

export const exifMarker = Buffer.from(marker, 'latin1')
