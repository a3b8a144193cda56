import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { S3Bucket } from '../../shared/aws/bucket.ts'
import { keys, listed } from '../../shared/aws/keys.ts'
import type { Table } from '../../shared/aws/table.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { MediaLibrary } from '../../shared/media/index.ts'
import { MediaStore, mediumChange, newMedium } from '../../shared/media/store.ts'
import { prepareAgain, publicationSending, publicationUsing } from '../../shared/publishing/media-use.ts'
import { Engine } from '../support/engine.ts'
import { film, gif, jpeg, png, webm } from './samples.ts'

let engine: Engine
let s3: FauxqsServer
let client: S3Client
let table: Table
let bucket: S3Bucket
let store: MediaStore
let now = Date.now()
const clock = { now: () => now, sleep: async () => {} }
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
})

afterAll(async () => {
  await s3.stop()
  await engine.stop()
})

let tables = 0
beforeEach(async () => {
  now = Date.now()
  table = await engine.table(`media-${tables++}`, clock)
  store = new MediaStore({
    table,
    bucket,
    clock,
    random: systemRandom,
    usedBy: (w, id) => publicationUsing(table, w, id),
    sentBy: (w, id) => publicationSending({ table, clock }, w, id),
    corrected: (w, id) => prepareAgain({ table, clock }, w, id),
  })
})

async function announce(mime: string, bytes: number, filename = 'file', more = {}) {
  return store.announce(ws, newMedium.parse({ filename, mime, bytes, ...more }), none)
}

/** As a client does it: announce, PUT to the address, complete. */
async function uploaded(mime: string, bytes: Buffer, filename?: string, more = {}) {
  const { item, upload } = await announce(mime, bytes.length, filename, more)
  const answer = await fetch(upload.url, {
    method: upload.method,
    headers: upload.headers,
    body: new Uint8Array(bytes),
  })
  expect(answer.status).toBe(200)
  return { item, upload, complete: () => store.complete(ws, item.id, none) }
}

describe('an upload', () => {
  it.each([
    ['image/png', png(640, 360), { kind: 'image', width: 640, height: 360 }],
    ['image/gif', gif(300, 200), { kind: 'image', width: 300, height: 200 }],
    ['image/jpeg', jpeg(4000, 3000), { kind: 'image', width: 4000, height: 3000 }],
    [
      'video/mp4',
      film({ width: 1280, height: 720, seconds: 12 }),
      { kind: 'video', width: 1280, height: 720, seconds: 12 },
    ],
    [
      'video/quicktime',
      film({ brand: 'qt  ', width: 1920, height: 1080, seconds: 3 }),
      { kind: 'video', width: 1920, height: 1080, seconds: 3 },
    ],
    ['video/webm', webm(854, 480, 7), { kind: 'video', width: 854, height: 480, seconds: 7 }],
  ])('of %s is measured from its bytes', async (mime, bytes, expected) => {
    const { complete } = await uploaded(mime, bytes)
    const item = await complete()
    expect(item).toMatchObject({ state: 'ready', mime, ...expected })
    expect(item.bytes).toBeLessThanOrEqual(bytes.length)
    expect(await bucket.size(item.key)).toBe(item.bytes)
  })

  it('is measured as it is seen: a photograph and a film taken with the telephone upright', async () => {
    const photo = await uploaded('image/jpeg', jpeg(4000, 3000, 6))
    expect(await photo.complete()).toMatchObject({ width: 3000, height: 4000 })
    const clip = await uploaded('video/mp4', film({ width: 1920, height: 1080, seconds: 4, turned: true }))
    expect(await clip.complete()).toMatchObject({ width: 1080, height: 1920 })
  })

  it('is measured when the size stands behind megabytes of previews or pictures', async () => {
    const photo = await uploaded('image/jpeg', jpeg(6000, 4000, 1, 1_500_000))
    expect(await photo.complete()).toMatchObject({ width: 6000, height: 4000 })
    const clip = await uploaded('video/mp4', film({ width: 640, height: 640, seconds: 60, pictures: 9_000_000 }))
    expect(await clip.complete()).toMatchObject({ width: 640, height: 640, seconds: 60 })
  })

  it('that is something else than announced is refused by what its bytes are, and the same address takes the right ones', async () => {
    const picture = png(400, 390)
    const { item, upload, complete } = await uploaded('image/jpeg', picture)
    await expect(complete()).rejects.toMatchObject({ kind: 'unprocessable', code: 'media_type_mismatch' })
    expect(await bucket.size(item.key.replace('media/', 'uploads/'))).toBeUndefined()
    expect(await store.get(ws, item.id)).toMatchObject({ state: 'uploading' })

    const right = jpeg(20, 10)
    const padded = Buffer.concat([right, Buffer.alloc(picture.length)]).subarray(0, picture.length)
    await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: new Uint8Array(padded) })
    expect(await complete()).toMatchObject({ state: 'ready', width: 20 })
  })

  it.each([
    [
      'a web page called a picture',
      'image/png',
      Buffer.from('<html><script>alert(1)</script></html>'),
      'unsupported_media',
    ],
    [
      'an SVG',
      'image/png',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'unsupported_media',
    ],
    ['Matroska called WebM', 'video/webm', webm(10, 10, 1, 'matroska'), 'unsupported_media'],
    ['half a JPEG', 'image/jpeg', jpeg(4000, 3000, 1, 100_000).subarray(0, 50_000), 'unreadable_media'],
    ['half a PNG', 'image/png', png(300, 300).subarray(0, 60), 'unreadable_media'],
    ['half a GIF', 'image/gif', gif(300, 200).subarray(0, -1), 'unreadable_media'],
    ['half a picture header', 'image/png', png(10, 10).subarray(0, 12), 'unreadable_media'],
    [
      'a film without what describes it',
      'video/mp4',
      film({ width: 10, height: 10, seconds: 1 }).subarray(0, 600),
      'unreadable_media',
    ],
    ['a picture of no size', 'image/gif', gif(0, 10), 'unreadable_media'],
  ])('of %s is refused', async (_, mime, bytes, code) => {
    const { complete } = await uploaded(mime, bytes)
    await expect(complete()).rejects.toMatchObject({ kind: 'unprocessable', code })
  })

  it('that has not come yet is said to be missing, and one of another length refused', async () => {
    const { item } = await announce('image/png', 100)
    await expect(store.complete(ws, item.id, none)).rejects.toMatchObject({ kind: 'conflict', code: 'not_uploaded' })
    await bucket.put(item.key.replace('media/', 'uploads/'), png(10, 10), 'image/png')
    await expect(store.complete(ws, item.id, none)).rejects.toMatchObject({ code: 'media_size_mismatch' })
  })

  it('is not called damaged, nor removed, when it is the bucket that fails', async () => {
    const { item } = await uploaded('video/mp4', film({ width: 640, height: 360, seconds: 5 }))
    let reads = 0
    class FailingBucket extends S3Bucket {
      override read(key: string, start: number, end: number) {
        reads++
        return reads === 1 ? super.read(key, start, end) : Promise.reject(new Error('the bucket is away'))
      }
    }
    const failing = new FailingBucket(client, 'media')
    const unlucky = new MediaStore({
      table,
      bucket: failing,
      clock,
      random: systemRandom,
      usedBy: async () => undefined,
      sentBy: async () => undefined,
      corrected: async () => {},
    })
    await expect(unlucky.complete(ws, item.id, none)).rejects.toThrow('the bucket is away')
    expect(await store.complete(ws, item.id, none)).toMatchObject({ state: 'ready', seconds: 5 })
  })

  it('may be completed twice, also at once', async () => {
    const { item, complete } = await uploaded('image/png', png(5, 5))
    const answers = await Promise.all([complete(), complete()])
    expect(answers[0]).toEqual(answers[1])
    expect(await complete()).toMatchObject({ id: item.id, version: 2 })
  })

  it('address signs length, type and "only if nothing stands there", and carries no checksum of an empty body', async () => {
    const { upload } = await announce('image/png', 100)
    const query = new URL(upload.url).searchParams
    expect(query.get('X-Amz-SignedHeaders')?.split(';').sort()).toEqual([
      'content-length',
      'content-type',
      'host',
      'if-none-match',
    ])
    expect([...query.keys()].filter((name) => /checksum|crc/i.test(name))).toEqual([])
    expect(upload.headers).toEqual({ 'content-type': 'image/png', 'content-length': '100', 'if-none-match': '*' })
  })

  it('has an address nobody guesses and no file system minds', async () => {
    const paths = await Promise.all(
      ['../../etc/passwd', 'Été à Réunion (1).JPG', '😀', '.htaccess', 'a'.repeat(255)].map(
        async (name) => (await announce('image/png', 100, name)).item.key,
      ),
    )
    for (const path of paths) expect(path).toMatch(/^media\/[0-9a-z]{32}\/[a-z0-9][a-z0-9.-]{0,79}$/)
    expect(paths[1]).toMatch(/\/ete-a-reunion-1-\.jpg$/)
    expect(new Set(paths.map((path) => path.split('/')[1])).size).toBe(5)
  })

  it('that is too large for its kind is refused when it is announced', async () => {
    const announced = store.announce(
      ws,
      newMedium.parse({ filename: 'a', mime: 'image/png', bytes: 51 * 2 ** 20 }),
      none,
    )
    await expect(announced).rejects.toMatchObject({ problems: [{ pointer: '/bytes' }] })
    expect((await store.list(ws, {}, 10)).items).toEqual([])
    expect(newMedium.safeParse({ filename: 'a', mime: 'video/mp4', bytes: 513 * 2 ** 20 }).success).toBe(false)
    expect(newMedium.safeParse({ filename: 'a', mime: 'image/svg+xml', bytes: 10 }).success).toBe(false)
  })

  it('that nobody completes is forgotten after a day', async () => {
    const { item } = await announce('image/png', 100)
    now += 25 * 3600_000
    await expect(store.get(ws, item.id)).rejects.toMatchObject({ kind: 'not_found' })
  })

  it('stays once it is complete', async () => {
    const { item, complete } = await uploaded('image/png', png(5, 5))
    await complete()
    now += 25 * 3600_000
    expect(await store.get(ws, item.id)).toMatchObject({ state: 'ready' })
  })
})

describe('the media of a workspace', () => {
  it('are listed newest first, by state and kind, page by page, and never those of another', async () => {
    const ids: string[] = []
    for (const index of [0, 1, 2]) {
      now += 1000
      ids.push((await announce(index === 1 ? 'video/mp4' : 'image/png', 100)).item.id)
    }
    const first = await store.list(ws, {}, 2)
    const second = await store.list(ws, {}, 2, first.next)
    expect([...first.items, ...second.items].map((item) => item.id)).toEqual(ids.toReversed())
    expect((await store.list(ws, { kind: 'video' }, 10)).items.map((item) => item.id)).toEqual([ids[1]])
    expect((await store.list('ws_2', {}, 10)).items).toEqual([])
    await expect(store.get('ws_2', ids[0] ?? '')).rejects.toMatchObject({ kind: 'not_found' })
  })

  it('change alt text and credit, unless somebody else was first', async () => {
    const { item, complete } = await uploaded('image/png', png(5, 5), 'a.png', { alt: 'Old', credit: 'Ana' })
    await complete()
    const changed = await store.change(ws, item.id, { alt: 'Un chat' }, 2, none)
    expect(changed).toMatchObject({ alt: 'Un chat', credit: 'Ana', version: 3 })
    await expect(store.change(ws, item.id, { alt: 'Un chien' }, 2, none)).rejects.toMatchObject({
      kind: 'precondition_failed',
    })
    expect(await store.change(ws, item.id, { credit: null }, undefined, none)).not.toHaveProperty('credit')
    expect(await store.get(ws, item.id)).toMatchObject({ alt: 'Un chat', version: 4 })
  })

  it('are kept while a post that has not left needs them, and gone with their bytes after', async () => {
    const { item, complete } = await uploaded('image/png', png(5, 5))
    await complete()
    const publication = {
      ...keys.publication(ws, 'pub_1'),
      ...listed(ws, 'publications', '2026-12-01T09:00:00.000Z', 'pub_1'),
      id: 'pub_1',
      postId: 'post_1',
      content: { parts: [{ text: 'x', mediaIds: [item.id] }] },
    }
    await table.write({ put: { ...publication, state: 'scheduled' } })
    await expect(store.remove(ws, item.id, undefined, none)).rejects.toMatchObject({ code: 'media_in_use' })
    expect(await bucket.size(item.key)).toBeGreaterThan(0)
    await table.write({ put: { ...publication, state: 'published' } })
    await store.remove(ws, item.id, undefined, none)
    await expect(store.get(ws, item.id)).rejects.toMatchObject({ kind: 'not_found' })
    expect(await bucket.size(item.key)).toBeUndefined()
  })
})

describe('the library that publishing asks', () => {
  it('finds in the order asked, also twice the same, and loads the very bytes', async () => {
    const bytes = png(7, 9)
    const { item, complete } = await uploaded('image/png', bytes, 'chat.png', { alt: 'Un chat' })
    const library = new MediaLibrary(table, bucket, 'https://media.example.org')
    const [announced] = await library.find(ws, [item.id])
    expect(() => library.load(announced ?? item)).toThrow(/uploading/)
    await complete()
    const [missing, a, b] = await library.find(ws, ['media_00000000000000000000000000', item.id, item.id])
    expect(missing).toBeUndefined()
    expect(a).toEqual(b)
    if (a === undefined) throw new Error('not found')
    const loaded = library.load(a)
    expect(loaded).toMatchObject({ kind: 'image', mime: 'image/png', width: 7, height: 9, alt: 'Un chat' })
    expect(Buffer.from(await loaded.read())).toEqual(bytes)
    expect(loaded.url).toBe(`https://media.example.org/${item.key}`)
    expect(new MediaLibrary(table, bucket, undefined).load(a).url).toBeUndefined()
    expect(await library.find('ws_2', [item.id])).toEqual([undefined])
    const served = await client.send(new GetObjectCommand({ Bucket: 'media', Key: item.key }))
    expect(served.ContentType).toBe('image/png')
  })
})

it('refuses to correct what is being sent, and takes its credit; tells of what was corrected', async () => {
  const told: string[] = []
  let sending: string | undefined
  const watched = new MediaStore({
    table,
    bucket,
    clock,
    random: systemRandom,
    usedBy: async () => undefined,
    sentBy: async () => sending,
    corrected: async (_, id) => void told.push(id),
  })
  const { item } = await watched.announce(ws, newMedium.parse({ filename: 'a.png', mime: 'image/png', bytes: 1 }), none)
  const change = (what: object) => watched.change(ws, item.id, mediumChange.parse(what), undefined, none)
  await change({ alt: 'Une miche' })
  await change({ focus: { x: 0.1, y: 0.2 } })
  await change({ credit: 'Léa' })
  expect(told).toEqual([item.id, item.id])
  sending = 'pub_1'
  await expect(change({ alt: 'Deux miches' })).rejects.toMatchObject({ kind: 'conflict', code: 'media_being_sent' })
  await expect(change({ focus: null })).rejects.toMatchObject({ code: 'media_being_sent' })
  expect((await change({ credit: 'Ana' })).alt).toBe('Une miche')
})
