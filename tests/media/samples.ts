/** Real files, made here byte by byte, so that what reads them is not what wrote them. */
import { deflateSync } from 'node:zlib'

const u32 = (...numbers: number[]) =>
  Buffer.concat(numbers.map((n) => Buffer.from([n >>> 24, n >>> 16, n >>> 8, n].map((b) => b & 255))))
const u16 = (...numbers: number[]) => Buffer.from(numbers.flatMap((n) => [(n >> 8) & 255, n & 255]))
const zeros = (count: number) => Buffer.alloc(count)

function crc32(bytes: Buffer): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}

export function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data])
    return Buffer.concat([u32(data.length), body, u32(crc32(body))])
  }
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', Buffer.concat([u32(width, height), Buffer.from([8, 0, 0, 0, 0])])),
    chunk('IDAT', deflateSync(zeros((width + 1) * height))),
    chunk('IEND', zeros(0)),
  ])
}

/** The headers of a JPEG: an EXIF orientation, as much padding (previews) as asked, then the frame. */
export function jpeg(width: number, height: number, orientation = 1, padding = 0): Buffer {
  const segment = (marker: number, data: Buffer) =>
    Buffer.concat([Buffer.from([0xff, marker]), u16(data.length + 2), data])
  const exif = Buffer.concat([
    Buffer.from('Exif\0\0MM\0*', 'latin1'),
    u32(8),
    u16(1, 0x0112, 3),
    u32(1),
    u16(orientation, 0),
    u32(0),
  ])
  const paddings = Array.from({ length: Math.ceil(padding / 60_000) }, () => segment(0xed, zeros(60_000)))
  const frame = Buffer.concat([Buffer.from([8]), u16(height, width), Buffer.from([1, 1, 0x11, 0])])
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe1, exif),
    ...paddings,
    segment(0xdb, zeros(65)),
    segment(0xc0, frame),
    Buffer.from([0xff, 0xd9]),
  ])
}

/** The same HEIC with its primary picture turned by a quarter to the left (`irot`, ISO/IEC 23008-12, 6.5.10). */
export function turnedHeic(heic: Buffer): Buffer {
  const find = (type: string, from: number, to: number): { at: number; end: number } => {
    for (let at = from; at + 8 <= to; at += heic.readUInt32BE(at))
      if (heic.toString('latin1', at + 4, at + 8) === type) return { at, end: at + heic.readUInt32BE(at) }
    throw new Error(`This file has no ${type}.`)
  }
  const meta = find('meta', 0, heic.length)
  const within = (type: string) => find(type, meta.at + 12, meta.end)
  const [iprp, iloc] = [within('iprp'), within('iloc')]
  const primary = heic.readUInt16BE(within('pitm').at + 12)
  const [ipco, ipma] = [find('ipco', iprp.at + 8, iprp.end), find('ipma', iprp.at + 8, iprp.end)]
  let properties = 0
  for (let at = ipco.at + 8; at < ipco.end; at += heic.readUInt32BE(at)) properties += 1
  const irot = Buffer.concat([u32(9), Buffer.from('irot'), Buffer.from([1])])
  // one association more for the primary picture: 16 bits each where the flags say so
  const wide = (heic[ipma.at + 11] ?? 0) & 1
  let at = ipma.at + 16
  while (heic.readUInt16BE(at) !== primary) at += 3 + (heic[at + 2] ?? 0) * (wide === 1 ? 2 : 1)
  const association = wide === 1 ? u16(0x8000 | (properties + 1)) : Buffer.from([0x80 | (properties + 1)])
  const head = Buffer.from(heic)
  const grown = irot.length + association.length
  head[at + 2] = (head[at + 2] ?? 0) + 1
  for (const [box, by] of [
    [meta, grown],
    [iprp, grown],
    [ipco, irot.length],
    [ipma, association.length],
  ] as const)
    head.writeUInt32BE(head.readUInt32BE(box.at) + by, box.at)
  // what stands in the file behind the boxes stands further behind now
  if (heic[iloc.at + 8] !== 0 || heic.readUInt16BE(iloc.at + 12) !== 0x4440)
    throw new Error('This file places its items otherwise.')
  let item = iloc.at + 16
  for (let i = heic.readUInt16BE(iloc.at + 14); i > 0; i--) {
    head.writeUInt32BE(heic.readUInt32BE(item + 4) + grown, item + 4)
    item += 10 + 8 * heic.readUInt16BE(item + 8)
  }
  return Buffer.concat([
    head.subarray(0, ipco.end),
    irot,
    head.subarray(ipco.end, at + 3),
    association,
    head.subarray(at + 3),
  ])
}

export function gif(width: number, height: number): Buffer {
  const le16 = (n: number) => Buffer.from([n & 255, n >> 8])
  return Buffer.concat([Buffer.from('GIF89a'), le16(width), le16(height), Buffer.from([0, 0, 0, 0x3b])])
}

export interface Film {
  readonly brand?: string
  readonly width: number
  readonly height: number
  readonly seconds: number
  /** Turned by 90 degrees when played, as telephones write it. */
  readonly turned?: boolean
  /** Bytes of pictures in front of what describes them. */
  readonly pictures?: number
}

/** An MP4 or QuickTime file whose `moov` comes last, as cameras write it. */
export function film({ brand = 'isom', width, height, seconds, turned = false, pictures = 1000 }: Film): Buffer {
  const box = (type: string, ...parts: Buffer[]) => {
    const body = Buffer.concat(parts)
    return Buffer.concat([u32(body.length + 8), Buffer.from(type), body])
  }
  const full = (type: string, flags: number, ...parts: Buffer[]) => box(type, u32(flags), ...parts)
  const one = 0x10000
  const straight = [one, 0, 0, 0, one, 0, 0, 0, 0x40000000]
  const quarter = [0, one, 0, -one, 0, 0, height * one, 0, 0x40000000]
  const ftyp = box('ftyp', Buffer.from(brand), u32(512), Buffer.from(brand), Buffer.from('mp42'))
  const mdat = box('mdat', zeros(pictures))
  const avcC = box('avcC', Buffer.from([1, 66, 0, 30, 0xff, 0xe1, 0, 4, 0x67, 66, 0, 30, 1, 0, 2, 0x68, 0xce]))
  const avc1 = box(
    'avc1',
    zeros(6),
    u16(1),
    zeros(16),
    u16(width, height),
    u32(0x480000, 0x480000, 0),
    u16(1),
    zeros(32),
    u16(24, 0xffff),
    avcC,
  )
  const stbl = box(
    'stbl',
    full('stsd', 0, u32(1), avc1),
    full('stts', 0, u32(1, 1, seconds * 1000)),
    full('stsc', 0, u32(1, 1, 1, 1)),
    full('stsz', 0, u32(0, 1, pictures)),
    full('stco', 0, u32(1, ftyp.length + 8)),
  )
  const minf = box('minf', full('vmhd', 1, zeros(8)), box('dinf', full('dref', 0, u32(1), full('url ', 1))), stbl)
  const mdia = box(
    'mdia',
    full('mdhd', 0, u32(0, 0, 1000, seconds * 1000), u16(0x55c4, 0)),
    full('hdlr', 0, u32(0), Buffer.from('vide'), zeros(13)),
    minf,
  )
  const tkhd = full(
    'tkhd',
    7,
    u32(0, 0, 1, 0, seconds * 1000, 0, 0, 0, 0, ...(turned ? quarter : straight), width * one, height * one),
  )
  const mvhd = full(
    'mvhd',
    0,
    u32(0, 0, 1000, seconds * 1000, one),
    u16(0x100),
    zeros(10),
    u32(...straight),
    zeros(24),
    u32(2),
  )
  return Buffer.concat([ftyp, mdat, box('moov', mvhd, box('trak', tkhd, mdia))])
}

/** A WebM file with one VP9 track: EBML by hand. */
export function webm(width: number, height: number, seconds: number, docType = 'webm'): Buffer {
  const element = (id: string, ...parts: Buffer[]) => {
    const body = Buffer.concat(parts)
    return Buffer.concat([
      Buffer.from(id, 'hex'),
      Buffer.from([0x10 | (body.length >> 24)]),
      u32(body.length).subarray(1),
      body,
    ])
  }
  const double = (value: number) => {
    const bytes = zeros(8)
    bytes.writeDoubleBE(value)
    return bytes
  }
  const head = element('1a45dfa3', element('4286', Buffer.from([1])), element('4282', Buffer.from(docType)))
  const info = element('1549a966', element('2ad7b1', u32(1_000_000)), element('4489', double(seconds * 1000)))
  const video = element('e0', element('b0', u16(width)), element('ba', u16(height)))
  const track = element(
    'ae',
    element('d7', Buffer.from([1])),
    element('73c5', Buffer.from([1])),
    element('83', Buffer.from([1])),
    element('86', Buffer.from('V_VP9')),
    video,
  )
  const block = element('a3', Buffer.from([0x81, 0, 0, 0x80, 1, 2, 3]))
  const cluster = element('1f43b675', element('e7', Buffer.from([0])), block)
  return Buffer.concat([head, element('18538067', info, element('1654ae6b', track), cluster)])
}
