/** What a file tells besides its pictures is gone, by other readers: libvips, libheif's boxes, mediabunny, a search of the bytes. */
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { MediaMime } from '../../shared/media/medium.ts'
import { describe as described } from '../../shared/media/raster.ts'
import { BrokenFile, strippedFilm, strippedPicture } from '../../shared/media/strip/index.ts'
import { film, webm } from './samples.ts'

/** Stands in every place that may tell something; must be nowhere afterwards. */
const secret = 'GEHEIM-48.8566-2.3522'
const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="${secret}"/></rdf:RDF></x:xmpmeta>`
const be16 = (n: number) => Buffer.from([n >> 8, n & 255])
const be32 = (n: number) => Buffer.from([n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255])
const segment = (code: number, ...parts: (Buffer | string)[]) => {
  const body = Buffer.concat(parts.map((one) => Buffer.from(one)))
  return Buffer.concat([Buffer.from([0xff, code]), be16(body.length + 2), body])
}
/** EXIF with a GPS directory, a maker's name and a maker's words, as telephones write it. */
const exif = () => ({
  IFD0: { Make: secret, Copyright: secret },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 51/1 24/1', GPSMapDatum: secret },
})

/** 60 × 40: red left, blue right, so that every turn shows. */
const pixels = () =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: '#ff0000' } }).composite([
    { input: { create: { width: 30, height: 40, channels: 3, background: '#0000ff' } }, left: 30, top: 0 },
  ])
/** Colours of the four corners as shown: R or B, from the top left, clockwise. */
async function corners(bytes: Uint8Array): Promise<string> {
  const { data, info } = await sharp(bytes).autoOrient().removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => ((data[3 * (y * info.width + x)] ?? 0) > 128 ? 'R' : 'B')
  const [right, bottom] = [info.width - 2, info.height - 2]
  return [at(1, 1), at(right, 1), at(right, bottom), at(1, bottom)].join('')
}

const told = (bytes: Uint8Array) => {
  const all = Buffer.from(bytes).toString('latin1')
  return all.includes(secret) || Buffer.from(bytes).includes(Buffer.from(secret, 'utf16le'))
}
async function strip(bytes: Uint8Array, mime: MediaMime): Promise<Uint8Array> {
  expect(told(bytes)).toBe(true)
  const kept = await strippedPicture(bytes, mime)
  expect(told(kept)).toBe(false)
  expect(Buffer.from(await strippedPicture(kept, mime))).toEqual(Buffer.from(kept))
  return kept
}
const metadata = async (bytes: Uint8Array) => {
  const { exif: block, xmp: packet, iptc, comments, orientation } = await sharp(bytes).metadata()
  return { gps: block?.includes('GPS') ?? false, xmp: packet, iptc, comments, orientation }
}

describe('a JPEG', () => {
  const made = async (orientation: number) => {
    const plain = await pixels()
      .withExif(exif())
      .withMetadata({ orientation })
      .withIccProfile('p3')
      .jpeg({ progressive: true })
      .toBuffer()
    return Buffer.concat([
      plain.subarray(0, 2),
      segment(0xe0, 'JFXX\0', secret),
      segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', xmp),
      plain.subarray(2, 4 + plain.readUInt16BE(4)),
      // a second EXIF block, IPTC, a comment, Samsung's and Apple's own
      segment(0xe1, 'Exif\0\0', secret),
      segment(0xe2, 'MPF\0', secret),
      segment(0xed, 'Photoshop 3.0\x008BIM', secret),
      segment(0xef, secret),
      segment(0xfe, secret),
      plain.subarray(4 + plain.readUInt16BE(4)),
      Buffer.from(`behind the end: ${secret}`),
      plain,
    ])
  }
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turned by %d keeps its pixels, its colours and how it is turned', async (n) => {
    const bytes = await made(n)
    const before = await corners(bytes)
    const kept = await strip(bytes, 'image/jpeg')
    expect(await corners(kept)).toBe(before)
    const { icc, isProgressive, orientation = 1 } = await sharp(kept).metadata()
    expect([icc?.length ?? 0, isProgressive, orientation]).toEqual([expect.any(Number), true, n])
    expect(icc?.length ?? 0).toBeGreaterThan(100)
    expect(await metadata(kept)).toMatchObject({ gps: false, xmp: undefined, iptc: undefined })
    expect(await sharp(kept).raw().toBuffer()).toEqual(await sharp(bytes).raw().toBuffer())
    const shown = n >= 5 ? { width: 40, height: 60 } : { width: 60, height: 40 }
    expect(await described(kept)).toEqual({ ...shown, animated: false, located: false, turned: n > 1 })
  })
  it('that is cut anywhere is refused', async () => {
    const plain = await pixels().withExif(exif()).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    for (const part of [0.1, 0.5, 0.9])
      await expect(strippedPicture(plain.subarray(0, plain.length * part), 'image/jpeg')).rejects.toThrow(BrokenFile)
    await expect(strippedPicture(plain.subarray(0, -1), 'image/jpeg')).rejects.toThrow(BrokenFile)
  })
  it('keeps stuffed bytes, restart marks and fill bytes', async () => {
    const scan = Buffer.from([1, 0xff, 0, 2, 0xff, 0xd0, 3, 0xff, 0xff, 0xd9])
    const head = Buffer.concat([Buffer.from([0xff, 0xd8]), segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0]))])
    const kept = await strippedPicture(Buffer.concat([head, scan, Buffer.from('x')]), 'image/jpeg')
    expect(Buffer.from(kept)).toEqual(Buffer.concat([head, scan.subarray(0, 8), Buffer.from([0xff, 0xd9])]))
  })
})

describe('a PNG', () => {
  const chunk = (type: string, content: Buffer | string) => {
    const body = Buffer.concat([Buffer.from(type), Buffer.from(content)])
    return Buffer.concat([be32(body.length - 4), body, be32(crc(body))])
  }
  const made = async (orientation: number) => {
    const plain = await pixels().withExif(exif()).withMetadata({ orientation }).withIccProfile('srgb').png().toBuffer()
    const end = plain.length - 12
    return Buffer.concat([
      plain.subarray(0, end),
      chunk('tEXt', `Comment\0${secret}`),
      chunk('iTXt', `XML:com.adobe.xmp\0\0\0\0\0${xmp}`),
      chunk('tIME', Buffer.from([7, 234, 11, 30, 0, 0, 0])),
      chunk('prVt', secret),
      plain.subarray(end),
      Buffer.from(secret),
    ])
  }
  it.each([1, 3, 6, 8])('turned by %d keeps its pixels and how it is turned', async (n) => {
    const bytes = await made(n)
    const before = await corners(bytes)
    const kept = await strip(bytes, 'image/png')
    expect(await corners(kept)).toBe(before)
    expect(await metadata(kept)).toMatchObject({ gps: false, xmp: undefined })
    expect((await sharp(kept).metadata()).icc?.length ?? 0).toBeGreaterThan(100)
    expect(await described(kept)).toMatchObject(n >= 5 ? { width: 40, height: 60 } : { width: 60, height: 40 })
    expect((await described(kept))?.turned).toBe(n > 1)
    expect(Buffer.from(kept).toString('latin1')).not.toMatch(/tEXt|iTXt|tIME|prVt/)
  })
  it('that is cut is refused', async () => {
    const bytes = await made(1)
    await expect(strippedPicture(bytes.subarray(0, bytes.length / 2), 'image/png')).rejects.toThrow(BrokenFile)
  })
})

describe('a WebP', () => {
  const chunk = (type: string, content: string) =>
    Buffer.concat([Buffer.from(type), le32(content.length), Buffer.from(content), Buffer.alloc(content.length & 1)])
  const made = async (orientation: number, frames = 1) => {
    const one = await pixels().png().toBuffer()
    const image =
      frames === 1 ? sharp(one) : sharp([one, await sharp(one).negate().png().toBuffer()], { join: { animated: true } })
    const plain = await image.withExif(exif()).withMetadata({ orientation }).withXmp(xmp).webp({ loop: 3 }).toBuffer()
    const body = Buffer.concat([plain.subarray(8), chunk('prVt', secret)])
    return Buffer.concat([Buffer.from('RIFF'), le32(body.length), body, Buffer.from(secret)])
  }
  it.each([1, 3, 6, 8])('turned by %d keeps its pixels and how it is turned', async (n) => {
    const bytes = await made(n)
    const before = await corners(bytes)
    const kept = await strip(bytes, 'image/webp')
    expect(await corners(kept)).toBe(before)
    expect(await metadata(kept)).toMatchObject({ gps: false, xmp: undefined })
    const shown = n >= 5 ? { width: 40, height: 60 } : { width: 60, height: 40 }
    expect(await described(kept)).toEqual({ ...shown, animated: false, located: false, turned: n > 1 })
  })
  it('that moves keeps its frames and is not turned', async () => {
    const kept = await strip(await made(6, 2), 'image/webp')
    expect(await sharp(kept, { animated: true }).metadata()).toMatchObject({ pages: 2, loop: 3 })
    expect(await described(kept)).toEqual({ width: 60, height: 40, animated: true, located: false, turned: false })
  })
  it('that is cut is refused', async () => {
    const bytes = await made(1)
    await expect(strippedPicture(bytes.subarray(0, bytes.length / 2), 'image/webp')).rejects.toThrow(BrokenFile)
  })
})

describe('a GIF', () => {
  const made = async () => {
    const one = await pixels().png().toBuffer()
    const other = await sharp(one).negate().png().toBuffer()
    const plain = await sharp([one, other], { join: { animated: true } })
      .gif({ loop: 2, delay: [70, 90] })
      .toBuffer()
    const packet = Buffer.concat([
      Buffer.from([0x21, 0xff, 11]),
      Buffer.from('XMP DataXMP'),
      // XMP stands there without blocks; its tail of 258 bytes ends it for whoever reads blocks
      Buffer.from(xmp),
      Buffer.from([1, ...Array.from({ length: 256 }, (_, i) => 255 - i), 0]),
    ])
    const comment = Buffer.concat([Buffer.from([0x21, 0xfe, secret.length]), Buffer.from(secret), Buffer.from([0])])
    return Buffer.concat([plain.subarray(0, -1), packet, comment, Buffer.from([0x3b]), Buffer.from(secret)])
  }
  it('keeps its frames, their timing and how often they repeat', async () => {
    const kept = await strip(await made(), 'image/gif')
    expect(await sharp(kept, { animated: true }).metadata()).toMatchObject({ pages: 2, loop: 2, delay: [70, 90] })
    expect(await metadata(kept)).toMatchObject({ xmp: undefined })
    expect(await described(kept)).toEqual({ width: 60, height: 40, animated: true, located: false, turned: false })
  })
  it('that is cut is refused', async () => {
    const bytes = await made()
    for (const part of [20, 0.3, 0.6])
      await expect(
        strippedPicture(bytes.subarray(0, part < 1 ? bytes.length * part : part), 'image/gif'),
      ).rejects.toThrow(BrokenFile)
  })
})

describe('an AVIF', () => {
  it('keeps its pixels, and nothing of its EXIF and XMP', async () => {
    const bytes = await pixels().withExif(exif()).withXmp(xmp).avif({ quality: 90 }).toBuffer()
    const before = await corners(bytes)
    const kept = await strip(bytes, 'image/avif')
    expect(kept.length).toBe(bytes.length)
    expect(await corners(kept)).toBe(before)
    expect(await metadata(kept)).toMatchObject({ gps: false })
    expect(await described(kept)).toMatchObject({ width: 60, height: 40, located: false })
  })
  it('whose items have very many extents that take no room is refused', async () => {
    const bytes = await pixels().avif().toBuffer()
    const at = bytes.indexOf('iloc')
    // no widths: 65,535 extents of each item
    bytes.writeUInt16BE(0, at + 8)
    bytes.fill(0xff, at + 12, bytes.readUInt32BE(at - 4) + at - 4)
    await expect(strippedPicture(bytes, 'image/avif')).rejects.toThrow(BrokenFile)
  })
  it('that is cut is refused', async () => {
    const bytes = await pixels().avif().toBuffer()
    await expect(strippedPicture(bytes.subarray(0, bytes.length / 2), 'image/avif')).rejects.toThrow(BrokenFile)
  })
})

describe('a film', () => {
  const box = (type: string, ...parts: (Buffer | string)[]) => {
    const body = Buffer.concat(parts.map((one) => (typeof one === 'string' ? Buffer.from(one, 'latin1') : one)))
    return Buffer.concat([be32(body.length + 8), Buffer.from(type, 'latin1'), body])
  }
  const uuid = (hex: string, content: string) => box('uuid', Buffer.from(hex, 'hex'), content)
  const spherical = 'ffcc8263f8554a938814587a02521fdd'
  /** Into `moov`, which comes last in these files. */
  const withinMoov = (bytes: Buffer, ...more: Buffer[]) => {
    const at = bytes.lastIndexOf('moov') - 4
    const moov = bytes.subarray(at)
    const all = Buffer.concat([moov, ...more])
    all.writeUInt32BE(all.length, 0)
    return Buffer.concat([bytes.subarray(0, at), all])
  }
  /** A track of places beside the pictures, its samples in `mdat`. */
  const placesTrack = (offset: number) =>
    metaTrack({ stsz: [0, 2, secret.length, secret.length], stsc: [1, 1, 2, 1], stco: [1, offset] })
  const thousand = (offset: number) => [1000, ...Array.from({ length: 1000 }, () => offset)]
  const metaTrack = (tables: Readonly<Record<string, readonly number[]>>) => {
    const full = (type: string, numbers: readonly number[]) => box(type, be32(0), ...numbers.map(be32))
    const stbl = box('stbl', ...Object.entries(tables).map(([type, numbers]) => full(type, numbers)))
    const mdia = box('mdia', box('hdlr', be32(0), be32(0), 'meta', Buffer.alloc(13)), box('minf', stbl))
    return box('trak', box('tkhd', Buffer.alloc(84)), mdia)
  }
  const bucketOf = (bytes: Buffer) => ({
    read: async (_: string, start: number, end: number) => new Uint8Array(bytes.subarray(start, end)),
    readAll: async () => new Uint8Array(bytes),
  })
  const read = async (bytes: Uint8Array) => {
    using input = new Input({ formats: ALL_FORMATS, source: new BufferSource(new Uint8Array(bytes)) })
    const track = await input.getPrimaryVideoTrack()
    return {
      size: [await track?.getDisplayWidth(), await track?.getDisplayHeight()],
      seconds: await input.getDurationFromMetadata(),
      tags: await input.getMetadataTags(),
    }
  }

  it.each([
    ['video/mp4', 'isom'],
    ['video/quicktime', 'qt  '],
  ] as const)('%s tells neither place nor person, and plays as before', async (mime, brand) => {
    const plain = film({ brand, width: 640, height: 360, seconds: 5, turned: true })
    const mdat = plain.indexOf('mdat')
    const pictures = Buffer.from(plain)
    pictures.write(secret + secret, mdat + 104, 'latin1')
    const value = Buffer.from(`\0\0\0\x01\0\0\0\0${secret}`, 'latin1')
    const mdta = box(
      'meta',
      box('hdlr', be32(0), be32(0), 'mdta', Buffer.alloc(13)),
      box('keys', be32(0), be32(1), box('mdta', 'com.apple.quicktime.location.ISO6709')),
      box('ilst', box('\0\0\0\x01', box('data', value))),
    )
    const bytes = Buffer.concat([
      withinMoov(
        pictures,
        placesTrack(mdat + 104),
        box('udta', box('©xyz', be16(secret.length), be16(0x15c7), secret), box('loci', be32(0), secret)),
        mdta,
        uuid('be7acfcb97a942e89c71999491e3afac', xmp),
        uuid(spherical, '<rdf:SphericalVideo/>'),
      ),
      uuid('be7acfcb97a942e89c71999491e3afac', xmp),
      box('free', secret),
      box('skip', Buffer.alloc(9)),
    ])
    expect(told(bytes)).toBe(true)
    const kept = await strippedFilm(bucketOf(bytes), 'k', bytes.length, mime)
    expect(kept?.length).toBe(bytes.length)
    expect(told(kept ?? bytes)).toBe(false)
    expect(Buffer.from(kept ?? []).includes('SphericalVideo')).toBe(true)
    const [before, after] = [await read(plain), await read(kept ?? bytes)]
    expect(after).toMatchObject({ size: before.size, seconds: before.seconds })
    expect(JSON.stringify(after.tags)).not.toContain('GEHEIM')
    // pictures beside the places are as they were
    expect(Buffer.from(kept ?? []).subarray(0, mdat + 104)).toEqual(plain.subarray(0, mdat + 104))
    expect(await strippedFilm(bucketOf(Buffer.from(kept ?? [])), 'k', bytes.length, mime)).toBeUndefined()
  })
  it('with nothing to take away is left as it is, and not read whole', async () => {
    const bytes = film({ width: 640, height: 360, seconds: 5 })
    const bucket = { ...bucketOf(bytes), readAll: () => Promise.reject(new Error('read whole')) }
    expect(await strippedFilm(bucket, 'k', bytes.length, 'video/mp4')).toBeUndefined()
  })
  it('of very many boxes is read whole', async () => {
    const many = Array.from({ length: 200 }, () => box('free', Buffer.alloc(4)))
    const bytes = Buffer.concat([film({ width: 640, height: 360, seconds: 5 }), ...many, box('udta', secret)])
    const kept = await strippedFilm(bucketOf(bytes), 'k', bytes.length, 'video/mp4')
    expect(told(kept ?? bytes)).toBe(false)
  })
  it.each([
    ['one size', { stsz: [8, 0xffffffff], stsc: [1, 1, 0xffffffff, 1], stco: thousand(0x7fffffff) }],
    ['a size each', { stsz: [0, 0xffffffff, 4, 4], stsc: [1, 1, 0xffffffff, 1], stco: thousand(600) }],
  ])(
    'that claims a thousand times four billion samples of %s is read: only samples that it holds are counted',
    async (_, tables) => {
      const bytes = withinMoov(film({ width: 640, height: 360, seconds: 5 }), metaTrack(tables))
      expect(await strippedFilm(bucketOf(bytes), 'k', bytes.length, 'video/mp4')).toHaveLength(bytes.length)
    },
  )
  it.each([
    ['whose samples overlap', { stsz: [0xffff, 1], stsc: [1, 1, 1, 1], stco: [3, 0, 0, 0] }],
    ['whose tables are cut', { stsz: [], stsc: [1, 1, 1, 1], stco: [1, 0] }],
    ['that claims more runs than its table holds', { stsz: [1, 2], stsc: [9, 1, 1, 1], stco: [2, 0, 9] }],
  ])('%s is refused', async (_, tables) => {
    const bytes = withinMoov(film({ width: 640, height: 360, seconds: 5 }), metaTrack(tables))
    await expect(strippedFilm(bucketOf(bytes), 'k', bytes.length, 'video/mp4')).rejects.toThrow(RangeError)
  })
  it('of 20,000 boxes within each other is read', async () => {
    const depth = 20_000
    const heads = Array.from({ length: depth }, (_, i) => [be32(8 * (depth - i)), Buffer.from('trak')]).flat()
    const bytes = withinMoov(film({ width: 640, height: 360, seconds: 5 }), Buffer.concat(heads))
    expect(await strippedFilm(bucketOf(bytes), 'k', bytes.length, 'video/mp4')).toBeUndefined()
  })
  it('in WebM has no tags and no attachments', async () => {
    const element = (id: string, content: Buffer) =>
      Buffer.concat([
        Buffer.from(id, 'hex'),
        Buffer.from([0x10 | (content.length >> 24)]),
        be32(content.length).subarray(1),
        content,
      ])
    const plain = webm(854, 480, 7)
    const at = plain.indexOf(Buffer.from('18538067', 'hex'))
    const body = Buffer.concat([
      plain.subarray(at + 8),
      element('1254c367', Buffer.from(secret)),
      element('1941a469', Buffer.from(secret)),
    ])
    const bytes = Buffer.concat([plain.subarray(0, at), element('18538067', body)])
    const kept = await strippedFilm(bucketOf(bytes), 'k', bytes.length, 'video/webm')
    expect(kept?.length).toBe(bytes.length)
    expect(told(kept ?? bytes)).toBe(false)
    expect(await read(kept ?? bytes)).toMatchObject({ size: [854, 480] })
    expect(await strippedFilm(bucketOf(plain), 'k', plain.length, 'video/webm')).toBeUndefined()
    // a live stream: a cluster of unknown size stands before the tags
    const cluster = Buffer.concat([Buffer.from('1f43b67501ffffffffffffff', 'hex'), Buffer.from('e78100', 'hex')])
    const live = Buffer.concat([plain, cluster, element('1254c367', Buffer.from(secret))])
    expect(told((await strippedFilm(bucketOf(live), 'k', live.length, 'video/webm')) ?? live)).toBe(false)
  })
})

function le32(n: number): Buffer {
  return be32(n).reverse()
}
function crc(bytes: Buffer): number {
  let sum = ~0
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1
  }
  return ~sum >>> 0
}
