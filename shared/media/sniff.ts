import type { MediaMime } from './medium.ts'

const heifBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'])
const avifBrands = new Set(['avif', 'avis'])

/** How many bytes {@link sniff} wants to see. */
export const sniffBytes = 4096

/** What the first bytes are, whatever anybody called them; undefined for what Parvis does not take. */
export function sniff(head: Uint8Array): MediaMime | undefined {
  const ascii = (start: number, end: number) => String.fromCharCode(...head.subarray(start, end))
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'image/jpeg'
  if (head[0] === 0x89 && ascii(1, 8) === 'PNG\r\n\x1a\n') return 'image/png'
  if (ascii(0, 6) === 'GIF87a' || ascii(0, 6) === 'GIF89a') return 'image/gif'
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'image/webp'
  if (ascii(4, 8) === 'ftyp') return ofBrands(ascii(8, 12), compatibleBrands(head, ascii))
  // QuickTime files older than `ftyp` begin with one of these boxes.
  if (['moov', 'mdat', 'wide'].includes(ascii(4, 8))) return 'video/quicktime'
  // EBML: Matroska and WebM differ by the DocType, which stands in the first few dozen bytes.
  if (head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3)
    return ascii(0, 64).includes('webm') ? 'video/webm' : undefined
  return ascii(0, 5) === '%PDF-' ? 'application/pdf' : undefined
}

function compatibleBrands(head: Uint8Array, ascii: (start: number, end: number) => string): string[] {
  const size = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0)
  const brands: string[] = []
  for (let at = 16; at + 4 <= Math.min(size, head.byteLength); at += 4) brands.push(ascii(at, at + 4))
  return brands
}

function ofBrands(major: string, compatible: readonly string[]): MediaMime | undefined {
  if (major === 'qt  ') return 'video/quicktime'
  // `mif1` says only "an image in a box": which codec is among the compatible brands.
  if (avifBrands.has(major) || (heifBrands.has(major) && compatible.some((brand) => avifBrands.has(brand))))
    return 'image/avif'
  if (heifBrands.has(major)) return 'image/heic'
  if (/^(iso|mp4|avc|M4V|m4v|dash|msdh|f4v|F4V|3gp|mmp4|MSNV|hvc|cmf|XAVC)/.test(major)) return 'video/mp4'
  if (compatible.some((brand) => /^(isom|iso[2-9]|mp4[12])$/.test(brand))) return 'video/mp4'
  return undefined
}
