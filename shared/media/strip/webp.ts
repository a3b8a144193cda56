/** WebP (RFC 9649): the chunks of pixels, frames and colour are kept, and how a still picture is turned. */
import { BrokenFile, exifOf, orientationOf } from './exif.ts'

const kept = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])
const [hasAnimation, hasXmp, hasExif] = [0x02, 0x04, 0x08]

/** Throws BrokenFile where the file is cut. */
export function strippedWebp(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = 8 + file.readUInt32LE(4)
  if (end > file.length) throw new BrokenFile('A WebP that does not come to its end.')
  const parts: Buffer[] = []
  let orientation = 1
  let extended: Buffer | undefined
  for (let at = 12; at + 8 <= end; ) {
    const type = file.toString('latin1', at, at + 4)
    const size = file.readUInt32LE(at + 4)
    const next = at + 8 + size + (size & 1)
    if (at + 8 + size > end) throw new BrokenFile('A WebP whose chunks are cut.')
    if (type === 'EXIF') orientation = orientationOf(file.subarray(at + 8, at + 8 + size))
    if (kept.has(type)) {
      const part = Buffer.from(file.subarray(at, Math.min(next, end)))
      if (type === 'VP8X') extended = part
      parts.push(part)
    }
    at = next
  }
  const flags = extended?.[8] ?? 0
  const turned = orientation !== 1 && extended !== undefined && (flags & hasAnimation) === 0
  if (extended !== undefined) extended[8] = (flags & ~(hasXmp | hasExif)) | (turned ? hasExif : 0)
  if (turned) parts.push(chunk('EXIF', exifOf(orientation)))
  const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...parts])
  return Buffer.concat([Buffer.from('RIFF', 'latin1'), size32(body.length), body])
}

const chunk = (type: string, content: Buffer) =>
  Buffer.concat([Buffer.from(type, 'latin1'), size32(content.length), content, Buffer.alloc(content.length & 1)])

function size32(size: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(size)
  return bytes
}
