/** GIF89a: pictures, their timing, how often they repeat and their colour profile are kept; comments and XMP are not. */
import { BrokenFile } from './exif.ts'

const applications = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012'])
const [extension, image, trailer, commentLabel, applicationLabel] = [0x21, 0x2c, 0x3b, 0xfe, 0xff]

/** Throws BrokenFile where the file is cut. What stands behind its end goes. */
export function strippedGif(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 13 + tableBytes(file[10] ?? 0)
  const parts = [file.subarray(0, at)]
  for (;;) {
    const code = file[at]
    if (code === trailer) return Buffer.concat([...parts, Buffer.from([trailer])])
    let end: number
    if (code === extension) end = blocksEnd(file, at + 2)
    else if (code === image) end = blocksEnd(file, at + 10 + tableBytes(file[at + 9] ?? 0) + 1)
    else throw new BrokenFile('A GIF that does not come to its end.')
    if (code === image || isKept(file, at)) parts.push(file.subarray(at, end))
    at = end
  }
}

function isKept(file: Buffer, at: number): boolean {
  const label = file[at + 1]
  if (label === commentLabel) return false
  return label !== applicationLabel || applications.has(file.toString('latin1', at + 3, at + 14))
}

/** Bytes of the colour table that the packed field announces. */
const tableBytes = (packed: number) => ((packed & 0x80) === 0 ? 0 : 3 * 2 ** ((packed & 7) + 1))

/** Where the sub-blocks end that begin at `start`, their terminator included. */
function blocksEnd(file: Buffer, start: number): number {
  for (let at = start; at < file.length; ) {
    const size = file[at] ?? 0
    at += 1 + size
    if (size === 0) return at
  }
  throw new BrokenFile('A GIF whose blocks are cut.')
}
