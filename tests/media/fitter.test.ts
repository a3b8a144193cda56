import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { S3Bucket } from '../../shared/aws/bucket.ts'
import type { Table } from '../../shared/aws/table.ts'
import { render } from '../../shared/i18n/index.ts'
import { systemClock } from '../../shared/kernel/clock.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { MediaFitter } from '../../shared/media/fitter.ts'
import { MediaLibrary } from '../../shared/media/index.ts'
import type { MediaItem } from '../../shared/media/medium.ts'
import { MediaStore, newMedium } from '../../shared/media/store.ts'
import type { Media, MediaLimits, MediaRule } from '../../shared/networks/network.ts'
import { Engine } from '../support/engine.ts'
import { english } from '../support/english.ts'
import { turnedHeic } from './samples.ts'

let engine: Engine
let s3: FauxqsServer
let client: S3Client
let table: Table
let bucket: S3Bucket
let store: MediaStore
let fitter: MediaFitter
const ws = 'ws_1'
const none = () => []

beforeAll(async () => {
  engine = await Engine.start()
  s3 = await startFauxqs({ port: 0, logger: false })
  client = new S3Client({
    endpoint: s3.address,
    region: 'eu-west-3',
    forcePathStyle: true,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  await client.send(new CreateBucketCommand({ Bucket: 'media' }))
  bucket = new S3Bucket(client, 'media')
  table = await engine.table('fitted', systemClock)
  const none = async () => undefined
  store = new MediaStore({
    table,
    bucket,
    clock: systemClock,
    random: systemRandom,
    usedBy: none,
    sentBy: none,
    corrected: none,
  })
  fitter = new MediaFitter({ table, bucket, library: new MediaLibrary(table, bucket, 'https://media.example.org') })
})
afterAll(async () => {
  await s3.stop()
  await engine.stop()
})

/** The left half red, the right half blue, the upper quarter of both green. */
const drawing = (width: number, height: number): Sharp =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="50%" height="100%" fill="#d01010"/><rect x="50%" width="50%" height="100%" fill="#1010d0"/><rect width="100%" height="25%" fill="#10a010"/></svg>`,
    ),
  )
/** Every pixel its own: nothing compresses it. */
const noise = (width: number, height: number): Sharp =>
  sharp({
    create: { width, height, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 60 } },
  })
const inParis = {
  IFD0: { Make: 'Telephone' },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 51/1 11/1', GPSLongitudeRef: 'E', GPSLongitude: '2/1 20/1 56/1' },
}

async function uploaded(bytes: Uint8Array, mime: string, filename = 'photo'): Promise<MediaItem> {
  const wanted = newMedium.parse({ filename, mime, bytes: bytes.byteLength, alt: 'Une photo' })
  const { item, upload } = await store.announce(ws, wanted, none)
  const { method, headers } = upload
  expect((await fetch(upload.url, { method, headers, body: new Uint8Array(bytes) })).status).toBe(200)
  return store.complete(ws, item.id, none)
}

const limits = (image: MediaRule): MediaLimits => ({ maxCount: 4, image })
const rule = (more: Partial<MediaRule> = {}): MediaRule => ({
  mimes: ['image/jpeg', 'image/png'],
  maxBytes: 8_000_000,
  ...more,
})

async function fitted(item: MediaItem, image: MediaRule): Promise<{ media: Media; bytes: Buffer }> {
  const media = await fitter.load(item).fit(limits(image))
  if ('cannot' in media) throw new Error(render(media.cannot, 'en'))
  return { media, bytes: Buffer.from(await media.read()) }
}

type Colour = 'red' | 'green' | 'blue' | 'white' | 'other'
async function colourAt(bytes: Buffer, x: number, y: number): Promise<Colour> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (Math.floor(y * (info.height - 1)) * info.width + Math.floor(x * (info.width - 1))) * info.channels
  const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3)
  if (r > 240 && g > 240 && b > 240) return 'white'
  if (r > 180 && g < 60 && b < 60) return 'red'
  if (g > 130 && r < 60 && b < 60) return 'green'
  return b > 180 && r < 60 && g < 60 ? 'blue' : 'other'
}

const objects = async (): Promise<string[]> =>
  ((await client.send(new ListObjectsV2Command({ Bucket: 'media' }))).Contents ?? []).map(({ Key = '' }) => Key)

describe('an image made to fit', () => {
  it('has the size, the type and the proportions asked for, and is what connectors are given', async () => {
    const item = await uploaded(await drawing(4000, 2250).webp().toBuffer(), 'image/webp', 'Été.webp')
    const { media, bytes } = await fitted(
      item,
      rule({ mimes: ['image/jpeg'], maxWidth: 1080, minRatio: 0.8, maxRatio: 1 }),
    )
    expect(media).toMatchObject({ id: item.id, kind: 'image', mime: 'image/jpeg', width: 1080, height: 1080 })
    expect(media).toMatchObject({ alt: 'Une photo', name: 'Été.webp', bytes: bytes.length })
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 1080, height: 1080 })
    expect(media.url).toMatch(/^https:\/\/media\.example\.org\/media\/[0-9a-z]{32}\/derived\/[0-9a-f]{32}\.jpg$/)
    // from the middle: both halves are in it
    expect(await colourAt(bytes, 0.1, 0.9)).toBe('red')
    expect(await colourAt(bytes, 0.9, 0.9)).toBe('blue')
    expect(Buffer.from(await media.read({ from: 2, to: 10 }))).toEqual(bytes.subarray(2, 10))
  })

  it('keeps what matters: the crop follows the focus, also when it is moved', async () => {
    const item = await uploaded(await drawing(1600, 800).png().toBuffer(), 'image/png')
    const square = rule({ minRatio: 1, maxRatio: 1 })
    const left = await store.change(ws, item.id, { focus: { x: 0, y: 0.5 } }, undefined, none)
    expect(await colourAt((await fitted(left, square)).bytes, 0.95, 0.9)).toBe('red')
    const right = await store.change(ws, item.id, { focus: { x: 1, y: 0.5 } }, undefined, none)
    expect(await colourAt((await fitted(right, square)).bytes, 0.05, 0.9)).toBe('blue')
    const centred = await store.change(ws, item.id, { focus: null }, undefined, none)
    expect(centred).not.toHaveProperty('focus')
    expect(await store.get(ws, item.id)).toEqual(centred)
    const { bytes } = await fitted(centred, square)
    expect([await colourAt(bytes, 0.05, 0.9), await colourAt(bytes, 0.95, 0.9)]).toEqual(['red', 'blue'])
  })

  it('is turned as the camera was held', async () => {
    const sideways = await drawing(800, 400).jpeg().withMetadata({ orientation: 6 }).toBuffer()
    const item = await uploaded(sideways, 'image/jpeg')
    expect(item).toMatchObject({ width: 400, height: 800 })
    const { media, bytes } = await fitted(item, rule({ maxWidth: 200 }))
    expect(media).toMatchObject({ width: 200, height: 400 })
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 200, height: 400 })
    // the left half is above, the upper quarter at the right
    expect(await colourAt(bytes, 0.2, 0.1)).toBe('red')
    expect(await colourAt(bytes, 0.2, 0.9)).toBe('blue')
    expect(await colourAt(bytes, 0.95, 0.5)).toBe('green')
  })

  it.each(['jpeg', 'png', 'webp'] as const)(
    'tells no place and no person, in %s that leaves as it was uploaded',
    async (format) => {
      const original = await drawing(600, 300).withExif(inParis).toFormat(format).toBuffer()
      expect(original.includes('Telephone')).toBe(true)
      const item = await uploaded(original, `image/${format}`)
      expect(item).toMatchObject({ located: false, turned: false, animated: false, width: 600, height: 300 })
      const { media, bytes } = await fitted(item, rule({ mimes: [`image/${format}`] }))
      expect(media).toMatchObject({ mime: `image/${format}`, width: 600, height: 300, bytes: bytes.length })
      expect(bytes.length).toBe(item.bytes)
      expect(await bucket.size(item.key)).toBe(item.bytes)
      expect((await sharp(bytes).metadata()).exif).toBeUndefined()
      expect(bytes.includes('Telephone')).toBe(false)
      expect(await sharp(bytes).raw().toBuffer()).toEqual(await sharp(original).raw().toBuffer())
    },
  )

  it('of which it was known that it tells a place is made anew before it leaves', async () => {
    const item = await uploaded(await drawing(600, 300).jpeg().toBuffer(), 'image/jpeg')
    await bucket.put(item.key, await drawing(600, 300).withExif(inParis).jpeg().toBuffer(), 'image/jpeg')
    for (const located of [true, undefined]) {
      const { media, bytes } = await fitted({ ...item, located }, rule())
      expect(media).toMatchObject({ width: 600, height: 300 })
      expect(bytes.includes('Telephone')).toBe(false)
    }
  })

  it('leaves as it is, byte by byte, where it fits and there is nothing to take away', async () => {
    const original = await drawing(600, 600).jpeg().toBuffer()
    const item = await uploaded(original, 'image/jpeg')
    const { media, bytes } = await fitted(item, rule())
    expect(bytes).toEqual(original)
    expect(media.url).toBe(`https://media.example.org/${item.key}`)
  })

  it.each(['jpeg', 'png', 'webp'] as const)(
    'leaves upright, in %s that would otherwise leave as it is',
    async (format) => {
      for (const orientation of [3, 6, 8]) {
        const original = await drawing(600, 400).withMetadata({ orientation }).toFormat(format).toBuffer()
        const item = await uploaded(original, `image/${format}`)
        const told = orientation === 3 ? { width: 600, height: 400 } : { width: 400, height: 600 }
        expect(item).toMatchObject({ ...told, turned: true })
        const { media, bytes } = await fitted(item, rule({ mimes: [`image/${format}`] }))
        expect(media).toMatchObject({ ...told, mime: `image/${format}` })
        const { width, height, orientation: left } = await sharp(bytes).metadata()
        expect([width, height, left ?? 1]).toEqual([told.width, told.height, 1])
        // the quarter that was above is below, at the right, at the left
        const green = { 3: [0.5, 0.95], 6: [0.95, 0.5], 8: [0.05, 0.5] }[orientation] ?? []
        expect(await colourAt(bytes, green[0] ?? 0, green[1] ?? 0)).toBe('green')
      }
    },
  )

  it('of a telephone that is turned in its box leaves upright too', async () => {
    const original = await readFile(join(import.meta.dirname, 'samples/telephone.heic'))
    const turned = turnedHeic(original)
    const item = await uploaded(turned, 'image/heic')
    expect(item).toMatchObject({ width: 240, height: 320 })
    const { media, bytes } = await fitted(item, rule())
    expect(media).toMatchObject({ mime: 'image/jpeg', width: 240, height: 320 })
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 240, height: 320 })
    // the left half is below, the right half above
    expect([await colourAt(bytes, 0.5, 0.9), await colourAt(bytes, 0.5, 0.1)]).toEqual(['red', 'blue'])
  })

  it('has as few bytes as asked: first by compression, then by size, never below the least size', async () => {
    const item = await uploaded(await noise(1600, 900).jpeg({ quality: 100 }).toBuffer(), 'image/jpeg')
    const compressed = await fitted(item, rule({ maxBytes: 800_000 }))
    expect(compressed.bytes.length).toBeLessThanOrEqual(800_000)
    expect(compressed.media).toMatchObject({ width: 1600, height: 900, bytes: compressed.bytes.length })
    const shrunk = await fitted(item, rule({ maxBytes: 150_000, minWidth: 300 }))
    expect(shrunk.bytes.length).toBeLessThanOrEqual(150_000)
    expect(shrunk.media.width).toBeLessThan(1600)
    // as wide for its height as it was
    expect(Math.abs(shrunk.media.width / shrunk.media.height - 1600 / 900)).toBeLessThan(0.01)
    expect(await sharp(shrunk.bytes).metadata()).toMatchObject({
      width: shrunk.media.width,
      height: shrunk.media.height,
    })
    const impossible = await fitter.load(item).fit(limits(rule({ maxBytes: 20_000, minWidth: 1000, minHeight: 600 })))
    expect(impossible).toEqual({ cannot: english(/cannot be made small enough/) })
  })

  it('stays PNG with its transparency where that is taken and small enough; JPEG stands on white', async () => {
    const transparent = await sharp({ create: { width: 900, height: 900, channels: 4, background: '#00000000' } })
      .composite([{ input: await noise(300, 300).png().toBuffer(), gravity: 'centre' }])
      .png()
      .toBuffer()
    const item = await uploaded(transparent, 'image/png')
    const kept = await fitted(item, rule({ maxWidth: 450 }))
    expect(kept.media.mime).toBe('image/png')
    expect((await sharp(kept.bytes).metadata()).hasAlpha).toBe(true)
    const tight = await fitted(item, rule({ maxBytes: 40_000 }))
    expect(tight.media.mime).toBe('image/jpeg')
    expect(tight.bytes.length).toBeLessThanOrEqual(40_000)
    expect(await colourAt(tight.bytes, 0.05, 0.05)).toBe('white')
  })

  it('opens what telephones take: HEIC, with its colours and without its place', async () => {
    const original = await readFile(join(import.meta.dirname, 'samples/telephone.heic'))
    const item = await uploaded(original, 'image/heic', 'IMG_0001.HEIC')
    expect(item).toMatchObject({ state: 'ready', width: 320, height: 240, located: false, animated: false })
    const { media, bytes } = await fitted(item, rule({ minRatio: 1, maxRatio: 1 }))
    expect(media).toMatchObject({ mime: 'image/jpeg', width: 240, height: 240 })
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 240, height: 240 })
    expect((await sharp(bytes).metadata()).exif).toBeUndefined()
    expect([await colourAt(bytes, 0.1, 0.5), await colourAt(bytes, 0.9, 0.5)]).toEqual(['red', 'blue'])
    // Display P3 taken for sRGB would be paler: 190 of red instead of 208
    const [red = 0] = await sharp(bytes).raw().toBuffer()
    expect(Math.abs(red - 0xd0)).toBeLessThan(4)
  })

  it('of a telephone is opened once, when it is uploaded, and refused then if it cannot be', async () => {
    const original = await readFile(join(import.meta.dirname, 'samples/telephone.heic'))
    const item = await uploaded(original, 'image/heic')
    const folder = item.key.split('/').slice(0, 2).join('/')
    expect((await objects()).filter((key) => key.startsWith(folder))).toHaveLength(2)
    await bucket.put(item.key, new Uint8Array(), 'image/heic') // from now on it could not be opened again
    expect((await fitted(item, rule({ maxWidth: 100 }))).media).toMatchObject({ width: 100, height: 75 })
    const broken = original.subarray(0, 1000)
    await expect(uploaded(broken, 'image/heic', 'IMG_2.HEIC')).rejects.toMatchObject({ code: 'unreadable_media' })
    await store.remove(ws, item.id, undefined, none)
    expect((await objects()).filter((key) => key.startsWith(folder))).toEqual([])
  })

  it('opens AVIF, and leaves a GIF that moves alone', async () => {
    const avif = await uploaded(await drawing(300, 200).avif().toBuffer(), 'image/avif')
    expect((await fitted(avif, rule())).media).toMatchObject({ mime: 'image/jpeg', width: 300, height: 200 })
    const frames = await Promise.all([drawing(90, 60).png().toBuffer(), noise(90, 60).png().toBuffer()])
    const gif = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer()
    const moving = await uploaded(gif, 'image/gif')
    expect(moving).toMatchObject({ animated: true, width: 90, height: 60 })
    // whose repetitions and frames are all there
    expect(await sharp((await fitted(moving, rule())).bytes, { animated: true }).metadata()).toMatchObject({ pages: 2 })
    expect(fitter.load(moving).plan(limits(rule())).cannot).toEqual(english(/animated/))
    const still = await uploaded(await drawing(90, 60).gif().toBuffer(), 'image/gif')
    expect((await fitted(still, rule())).media.mime).toBe('image/jpeg')
  })

  it('is planned as it is then made', async () => {
    const item = await uploaded(await drawing(1920, 1080).jpeg().toBuffer(), 'image/jpeg')
    const wanted = rule({ maxWidth: 1080, minRatio: 0.8, maxRatio: 0.8 })
    const { file, url: _, read: __, bytes: ___, ...media } = (await fitted(item, wanted)).media
    expect(fitter.load(item).plan(limits(wanted))).toMatchObject({
      ...media,
      changes: [english('cropped from 16:9 to 4:5')],
    })
    // the file is another one than the original, and another again with another focus
    const [original, moved] = [
      (await fitted(item, rule())).media.file,
      (await fitted({ ...item, focus: { x: 0, y: 0 } }, wanted)).media.file,
    ]
    expect(new Set([file, original, moved]).size).toBe(3)
  })

  it('that cannot be read is said to be damaged, and nothing is kept', async () => {
    const whole = await noise(400, 300).png().toBuffer()
    // whole to the end, but not what it says
    const item = await uploaded(Buffer.from(whole).fill(0, 1000, 2000), 'image/png', 'cassée.png')
    const before = await objects()
    expect(await fitter.load(item).fit(limits(rule({ maxWidth: 100 })))).toEqual({
      cannot: english(/cassée\.png is damaged/),
    })
    expect(await objects()).toEqual(before)
  })
})

describe('a file made of another', () => {
  it('is made once, whoever asks and for whichever network asks the same, and goes with its original', async () => {
    const item = await uploaded(await drawing(1000, 500).png().toBuffer(), 'image/png')
    const small = rule({ maxWidth: 500 })
    const [first, second] = await Promise.all([fitted(item, small), fitted(item, { ...small, maxHeight: 4000 })])
    expect(second.media.url).toBe(first.media.url)
    const mine = async () =>
      (await objects()).filter((key) => key.startsWith(item.key.split('/').slice(0, 2).join('/')))
    expect(await mine()).toHaveLength(2)
    // what stands there is taken, not made again
    const [key = ''] = (await mine()).filter((one) => one.includes('/derived/'))
    await bucket.put(key, Buffer.from('made before'), 'image/png')
    expect(String((await fitted(item, small)).bytes)).toBe('made before')
    await fitted(item, rule({ maxWidth: 250 }))
    expect(await mine()).toHaveLength(3)
    await store.remove(ws, item.id, undefined, none)
    expect(await mine()).toEqual([])
    expect(await fitter.load(item).fit(limits(small))).toEqual({ cannot: english(/no longer exists/) })
  })

  it('does not outlive an original that is deleted while it is made', async () => {
    const item = await uploaded(await drawing(1000, 500).png().toBuffer(), 'image/png')
    class Slow extends S3Bucket {
      override async put(key: string, bytes: Uint8Array, mime: string) {
        await store.remove(ws, item.id, undefined, none)
        await super.put(key, bytes, mime)
      }
    }
    const slow = new Slow(client, 'media')
    const unlucky = new MediaFitter({ table, bucket: slow, library: new MediaLibrary(table, slow, undefined) })
    expect(await unlucky.load(item).fit(limits(rule({ maxWidth: 100 })))).toEqual({
      cannot: english(/no longer exists/),
    })
    expect((await objects()).filter((key) => key.startsWith(item.key.split('/').slice(0, 2).join('/')))).toEqual([])
  })

  it('is what the world is shown of a picture that lies on its side', async () => {
    const library = new MediaLibrary(table, bucket, 'https://media.example.org')
    const item = await uploaded(
      await drawing(600, 400).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      'image/jpeg',
    )
    expect(await library.shown(item)).toBeUndefined()
    await fitted(item, rule({ maxWidth: 100 }))
    const { media } = await fitted(item, rule())
    const shown = await library.shown(item)
    expect(shown && library.urlOf(shown)).toBe(media.url)
    const harmless = await uploaded(await drawing(60, 60).jpeg().toBuffer(), 'image/jpeg')
    expect(await library.shown(harmless)).toMatchObject({ key: harmless.key })
  })
})

describe('an upload', () => {
  it('stands where nobody reads it until it was looked at', async () => {
    const bytes = await drawing(60, 60).jpeg().toBuffer()
    const wanted = newMedium.parse({ filename: 'a.jpg', mime: 'image/jpeg', bytes: bytes.length })
    const { item, upload } = await store.announce(ws, wanted, none)
    await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: new Uint8Array(bytes) })
    expect(await bucket.size(item.key)).toBeUndefined()
    expect((await objects()).filter((key) => key.startsWith('uploads/'))).toHaveLength(1)
    await store.complete(ws, item.id, none)
    expect(await bucket.size(item.key)).toBe(bytes.length)
    expect((await objects()).filter((key) => key.startsWith('uploads/'))).toEqual([])
  })

  it('may be a PDF', async () => {
    const pdf = Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF')
    const item = await uploaded(pdf, 'application/pdf', 'Programme été.pdf')
    expect(item).toMatchObject({ kind: 'document', mime: 'application/pdf', state: 'ready' })
    const media = await fitter.load(item).fit({ maxCount: 1 })
    expect(media).toMatchObject({ kind: 'document', name: 'Programme été.pdf', width: 0, height: 0, bytes: pdf.length })
  })
})
