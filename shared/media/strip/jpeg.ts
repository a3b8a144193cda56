/** JPEG (ITU-T T.81, annex B): frames, tables and scans are kept, and of application segments only those that colours need. */
import { BrokenFile, exifMarker, exifOf, orientationOf } from './exif.ts'

const [soi, eoi, sos, app0, app1, app2, app14, app15, comment] = [0xd8, 0xd9, 0xda, 0xe0, 0xe1, 0xe2, 0xee, 0xef, 0xfe]

/** Throws BrokenFile where the picture does not come to its end. */
export function strippedJpeg(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kept: Uint8Array[] = []
  let orientation = 1
  let exifSeen = false
  let at = 2
  for (;;) {
    while (file[at] === 0xff && file[at + 1] === 0xff) at += 1
    const code = file[at + 1]
    if (file[at] !== 0xff || code === undefined) throw new BrokenFile('A JPEG that does not come to its end.')
    if (code === eoi) break
    if (code === 0x01 || (code >= 0xd0 && code <= soi)) {
      kept.push(file.subarray(at, at + 2))
      at += 2
      continue
    }
    if (at + 4 > file.length) throw new BrokenFile('A JPEG that does not come to its end.')
    const end = at + 2 + file.readUInt16BE(at + 2)
    const content = file.subarray(at + 4, end)
    if (end > file.length || end < at + 4) throw new BrokenFile('A JPEG whose segments are cut.')
    if (code === app1 && !exifSeen && begins(content, 'Exif\0')) {
      exifSeen = true
      orientation = orientationOf(content)
    }
    const until = code === sos ? scanEnd(file, end) : end
    if (isKept(code, content)) kept.push(file.subarray(at, until))
    at = until
  }
  return Buffer.concat([
    Buffer.from([0xff, soi]),
    ...(orientation === 1 ? [] : [exifSegment(orientation)]),
    ...kept,
    Buffer.from([0xff, eoi]),
  ])
}

function isKept(code: number, content: Buffer): boolean {
  if (code === comment) return false
  if (code < app0 || code > app15) return true
  if (code === app0) return begins(content, 'JFIF\0')
  if (code === app2) return begins(content, 'ICC_PROFILE\0')
  return code === app14 && begins(content, 'Adobe')
}

const begins = (content: Buffer, name: string) => content.subarray(0, name.length).toString('latin1') === name

/** Where the coded data of a scan end: at the next marker that is neither stuffed nor a restart. */
function scanEnd(file: Buffer, start: number): number {
  for (let at = file.indexOf(0xff, start); at >= 0; at = file.indexOf(0xff, at + 1)) {
    const code = file[at + 1] ?? 0
    if (code !== 0 && code !== 0xff && !(code >= 0xd0 && code <= 0xd7)) return at
  }
  throw new BrokenFile('A JPEG that does not come to its end.')
}

function exifSegment(orientation: number): Buffer {
  const content = Buffer.concat([exifMarker, exifOf(orientation)])
  const head = Buffer.from([0xff, app1, 0, content.length + 2])
  return Buffer.concat([head, content])
}
