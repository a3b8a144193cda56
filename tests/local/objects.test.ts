import { once } from 'node:events'
import { readdir, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { objectStore } from '../../local/objects.ts'
import { type Credentials, newCredentials } from '../../local/place.ts'
import { S3Bucket } from '../../shared/aws/bucket.ts'
import { temporaryFolder } from './support.ts'

let folder: string
let server: Server
let endpoint: string
let client: S3Client
let bucket: S3Bucket

beforeEach(async () => {
  folder = await temporaryFolder()
  await start()
})
afterEach(async () => {
  client.destroy()
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true })
})

async function start(): Promise<void> {
  server = objectStore(folder, own).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  client = clientOf(own)
  bucket = new S3Bucket(client, 'shop-bucket')
}

const own = newCredentials()
const clientOf = ({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }: Credentials) =>
  new S3Client({
    endpoint,
    region: 'eu-west-3',
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })

const key = 'media/ws_1/ä b+c.png'
const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index % 256)

it('keeps objects over a restart, whole and in ranges', async () => {
  await bucket.put(key, bytes, 'image/png')
  server.close()
  await start()
  expect(await bucket.readAll(key)).toEqual(bytes)
  expect(await bucket.read(key, 10, 20)).toEqual(bytes.subarray(10, 20))
  expect(await bucket.size(key)).toBe(1000)
  await bucket.put(key, bytes.subarray(0, 3), 'image/png')
  expect(await bucket.readAll(key)).toEqual(bytes.subarray(0, 3))
  await bucket.remove(key)
  await bucket.remove(key)
  expect(await bucket.readAll(key)).toBeUndefined()
  expect(await bucket.size(key)).toBeUndefined()
  expect(await readdir(join(folder, 'bytes'))).toEqual([])
})

it('copies an object, which then lives by itself', async () => {
  await bucket.put(key, bytes, 'image/png')
  await bucket.copy(key, 'media/ws_1/ça.png')
  await bucket.remove(key)
  expect(await bucket.readAll('media/ws_1/ça.png')).toEqual(bytes)
  await bucket.put(key, bytes.subarray(0, 3), 'image/png')
  await bucket.copy(key, 'media/ws_1/ça.png')
  expect(await bucket.readAll('media/ws_1/ça.png')).toEqual(bytes.subarray(0, 3))
  await bucket.remove(key)
  await bucket.remove('media/ws_1/ça.png')
  expect(await readdir(join(folder, 'bytes'))).toEqual([])
  await expect(bucket.copy(key, 'media/ws_1/b.png')).rejects.toThrow(/key does not exist/)
})

it('shows an object to whoever has an address of it, while it lasts', async () => {
  await bucket.put(key, bytes, 'image/png')
  const shown = await fetch(await bucket.presignDownload(key, Date.now(), 60))
  expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/png'])
  expect(await shown.bytes()).toEqual(bytes)
  expect((await fetch(await bucket.presignDownload(key, Date.now() - 61_000, 60))).status).toBe(403)
})

const presign = (changes: object = {}) =>
  bucket.presignUpload({ key, mime: 'image/png', bytes: 1000, now: Date.now(), seconds: 60, ...changes })
const upload = ({ url, headers }: { url: string; headers: Readonly<Record<string, string>> }, body = bytes) =>
  fetch(url, { method: 'PUT', headers, body }).then(({ status }) => status)

it('takes what a presigned address announces, once', async () => {
  const address = await presign()
  expect(await upload(address)).toBe(200)
  expect(await bucket.readAll(key)).toEqual(bytes)
  expect(await upload(address, bytes.toReversed())).toBe(412)
  expect(await bucket.readAll(key)).toEqual(bytes)
})

it('of two uploads at the same moment, one wins', async () => {
  const address = await presign()
  expect((await Promise.all([upload(address), upload(address), upload(address)])).toSorted()).toEqual([200, 412, 412])
  expect(await readdir(join(folder, 'bytes'))).toHaveLength(1)
})

it.each([
  [
    'another size',
    async () => {
      const { url, headers } = await presign()
      const { 'content-length': _, ...rest } = headers
      return upload({ url, headers: rest }, bytes.subarray(1))
    },
  ],
  [
    'another type',
    async () => {
      const { url, headers } = await presign()
      return upload({ url, headers: { ...headers, 'content-type': 'text/html' } })
    },
  ],
  [
    'another key',
    async () => {
      const { url, headers } = await presign()
      return upload({ url: url.replace('ws_1', 'ws_2'), headers })
    },
  ],
  [
    'no leave to replace',
    async () => {
      const { url, headers } = await presign()
      const { 'if-none-match': _, ...rest } = headers
      return upload({ url, headers: rest })
    },
  ],
  [
    'a forged signature',
    async () => {
      const { url, headers } = await presign()
      return upload({ url: url.replace(/(X-Amz-Signature=)./, '$1g'), headers })
    },
  ],
  ['an address past its time', async () => upload(await presign({ now: Date.now() - 61_000 }))],
])('refuses %s', async (_, attempt) => {
  expect(await attempt()).toBe(403)
  expect(await bucket.size(key)).toBeUndefined()
})

it('refuses whoever has no key of this start, whatever they ask', async () => {
  await bucket.put(key, bytes, 'image/png')
  const address = `${endpoint}/shop-bucket/${encodeURIComponent(key).replaceAll('%2F', '/')}`
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE'])
    expect((await fetch(address, { method })).status, method).toBe(403)
  const other = new S3Bucket(clientOf(newCredentials()), 'shop-bucket')
  // As with S3, where nobody may list: what is refused looks absent.
  expect(await other.readAll(key)).toBeUndefined()
  await expect(other.put(key, bytes.subarray(1), 'image/png')).rejects.toThrow(/signature/)
  const header = 'AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-3/s3/aws4_request,SignedHeaders=host,Signature=00'
  const forged = { authorization: header, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'x-amz-date': '20260101T000000Z' }
  expect((await fetch(address, { headers: forged })).status).toBe(403)
  expect(await bucket.readAll(key)).toEqual(bytes)
})

it('refuses an address that is no percent-encoding', async () => {
  expect((await fetch(`${endpoint}/shop-bucket/%`)).status).toBe(400)
})

it('takes more than fits in memory twice over, and gives it back in ranges', async () => {
  const size = 48 * 1024 * 1024
  const address = await presign({ key: 'media/film.mp4', mime: 'video/mp4', bytes: size })
  expect(await upload(address, new Uint8Array(size).fill(7))).toBe(200)
  expect(await bucket.read('media/film.mp4', size - 2, size)).toEqual(Uint8Array.of(7, 7))
})

it('lets a page of any origin upload', async () => {
  const { url } = await presign()
  const origin = { origin: 'https://console.example' }
  const asks = {
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'content-type,if-none-match',
  }
  const preflight = await fetch(url, { method: 'OPTIONS', headers: { ...origin, ...asks } })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type,if-none-match')
  expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT')
})

it('an upload that breaks off leaves nothing', async () => {
  const { url, headers } = await presign()
  const aborted = AbortSignal.timeout(100)
  const body = new ReadableStream({ start: (controller) => controller.enqueue(bytes.subarray(0, 10)) })
  await fetch(url, { method: 'PUT', headers, body, duplex: 'half', signal: aborted } as RequestInit).catch(() => {})
  await expect.poll(() => readdir(join(folder, 'bytes')).catch(() => [])).toEqual([])
  expect(await bucket.size(key)).toBeUndefined()
})
