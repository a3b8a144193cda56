/** PNG (third edition): what pixels, colours and frames need is kept, and of the rest nothing. */
import { crc32 } from 'node:zlib'
import { BrokenFile, exifOf, orientationOf } from './exif.ts'

const kept = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'cHRM', 'gAMA', 'iCCP', 'sBIT', 'sRGB', 'cICP', 'mDCV', 'cLLI', 'bKGD'],
  ...['hIST', 'pHYs', 'sPLT', 'acTL', 'fcTL', 'fdAT'],
])
const signatureBytes = 8

/** An animated PNG says so before its pixels. */
export const isAnimatedPng = (bytes: Uint8Array): boolean => chunksOf(bytes).some(({ type }) => type === 'acTL')

/** Throws BrokenFile where the picture does not come to its end. A still one keeps how it is turned. */
export function strippedPng(bytes: Uint8Array): Uint8Array {
  const chunks = chunksOf(bytes)
  if (chunks.at(-1)?.type !== 'IEND') throw new BrokenFile('A PNG that does not come to its end.')
  const turned = chunks.find(({ type }) => type === 'eXIf')
  const orientation =
    turned === undefined || chunks.some(({ type }) => type === 'acTL') ? 1 : orientationOf(turned.content)
  return Buffer.concat([
    bytes.subarray(0, signatureBytes),
    ...chunks.flatMap(({ type, whole }) => {
      if (!kept.has(type)) return []
      return type === 'IHDR' && orientation !== 1 ? [whole, chunk('eXIf', exifOf(orientation))] : [whole]
    }),
  ])
}

interface Chunk {
  readonly type: string
  readonly content: Uint8Array
  readonly whole: Uint8Array
}

/** Up to the end of the picture, or of what is whole. */
function chunksOf(bytes: Uint8Array): Chunk[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const chunks: Chunk[] = []
  for (let at = signatureBytes; at + 12 <= file.length; ) {
    const end = at + 12 + file.readUInt32BE(at)
    if (end > file.length) break
    const type = file.toString('latin1', at + 4, at + 8)
    chunks.push({ type, content: file.subarray(at + 8, end - 4), whole: file.subarray(at, end) })
    if (type === 'IEND') break
    at = end
  }
  return chunks
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
