/**
 * S3, as far as Parvis uses it: objects are files, streamed in and out. The emulator beside it keeps whole objects in
 * memory, takes 11 MB at most, overwrites where `If-None-Match: *` forbids it and answers no browser's preflight.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import * as z from 'zod'
import type { Credentials } from './place.ts'
import { isSignedBy, signatureOf, signedAt } from './signature.ts'

const pointer = z.object({
  file: z.string(),
  bytes: z.number(),
  type: z.string(),
  etag: z.string(),
  modified: z.string(),
})

const unpresignedMs = 15 * 60_000

export type StoredObject = z.infer<typeof pointer>

class Refusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** A small file for each key says which file holds its bytes: one rename puts an object there, whole or not at all. */
const pointerOf = (folder: string, bucket: string, key: string) =>
  join(folder, bucket, createHash('sha256').update(key).digest('hex'))

/** What stands at a key; undefined if nothing does. */
export async function findObject(folder: string, bucket: string, key: string): Promise<StoredObject | undefined> {
  const text = await readFile(pointerOf(folder, bucket, key), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : pointer.parse(JSON.parse(text))
}

/** Sends an object, whole or the one range that was asked for. */
export async function sendObject(
  object: StoredObject,
  request: IncomingMessage,
  response: ServerResponse,
  extra: object = {},
): Promise<void> {
  const headers = {
    'content-type': object.type,
    etag: object.etag,
    'last-modified': object.modified,
    'accept-ranges': 'bytes',
    ...extra,
  }
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '') ?? []
  const whole = from === '' && to === ''
  const start = from === '' ? Math.max(0, object.bytes - Number(to)) : Number(from)
  const end = from === '' || to === '' ? object.bytes - 1 : Math.min(Number(to), object.bytes - 1)
  if (!whole && (start > end || start >= object.bytes)) {
    response.writeHead(416, { 'content-range': `bytes */${object.bytes}` }).end()
    return
  }
  if (whole) response.writeHead(200, { ...headers, 'content-length': object.bytes })
  else
    response.writeHead(206, {
      ...headers,
      'content-length': end - start + 1,
      'content-range': `bytes ${start}-${end}/${object.bytes}`,
    })
  if (request.method === 'HEAD' || object.bytes === 0) return void response.end()
  await pipeline(createReadStream(object.file, whole ? {} : { start, end }), response)
}

/** The server, not yet listening. Every request must be signed, in its headers or in its address. */
export function objectStore(folder: string, credentials: Credentials): Server {
  return createServer((request, response) => {
    serve(folder, credentials, request, response).catch((error: unknown) => {
      if (response.headersSent) return void response.destroy()
      const known = error instanceof Refusal ? error : new Refusal(500, 'InternalError', 'The object store failed.')
      const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${known.code}</Code><Message>${known.message}</Message></Error>`
      response.writeHead(known.status, { 'content-type': 'application/xml', connection: 'close' })
      response.end(request.method === 'HEAD' ? '' : body)
    })
  })
}

async function serve(
  folder: string,
  credentials: Credentials,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://objects')
  const [, bucket = '', ...rest] = url.pathname.split('/').map(decoded)
  const key = rest.join('/')
  if (request.headers.origin !== undefined) {
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('access-control-expose-headers', 'ETag')
    if (request.method === 'OPTIONS') {
      response.setHeader('access-control-allow-methods', 'PUT, GET, HEAD')
      response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '*')
      return void response.writeHead(204).end()
    }
  }
  if (!/^[a-z0-9][a-z0-9.-]+$/.test(bucket) || key === '')
    throw new Refusal(501, 'NotImplemented', 'The stage keeps single objects only.')
  checkSignature(request, url, credentials)
  if (request.method === 'PUT') return put(folder, bucket, key, request, response)
  const found = await findObject(folder, bucket, key)
  if (request.method === 'DELETE') {
    if (found !== undefined)
      await Promise.all([pointerOf(folder, bucket, key), found.file].map((path) => rm(path, { force: true })))
    return void response.writeHead(204).end()
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refusal(405, 'MethodNotAllowed', 'Not here.')
  if (found === undefined) throw new Refusal(404, 'NoSuchKey', 'The specified key does not exist.')
  await sendObject(found, request, response)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Refusal(400, 'InvalidURI', "Couldn't parse the specified URI.")
  }
}

/** Written and flushed, then pointed at. Where asked, the first one wins. */
async function put(
  folder: string,
  bucket: string,
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (String(request.headers['x-amz-content-sha256']).startsWith('STREAMING'))
    throw new Refusal(
      501,
      'NotImplemented',
      'Chunked signatures are not taken: requestChecksumCalculation must be WHEN_REQUIRED.',
    )
  const path = pointerOf(folder, bucket, key)
  const file = join(folder, 'bytes', randomUUID())
  await Promise.all([dirname(path), dirname(file)].map((each) => mkdir(each, { recursive: true })))
  const source = request.headers['x-amz-copy-source']
  if (source !== undefined) return copy(folder, String(source), { bucket, key, file }, response)
  const hash = createHash('md5')
  const read = async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      hash.update(chunk)
      yield chunk
    }
  }
  let kept = false
  try {
    await pipeline(request, read, createWriteStream(file, { flush: true }))
    const { size: bytes } = await stat(file)
    const etag = `"${hash.digest('hex')}"`
    const type = request.headers['content-type'] ?? 'binary/octet-stream'
    const about: StoredObject = { file, bytes, type, etag, modified: new Date().toUTCString() }
    await writeFile(`${file}.json`, JSON.stringify(about), { flush: true })
    const before = await findObject(folder, bucket, key)
    if (request.headers['if-none-match'] === '*')
      await link(`${file}.json`, path).catch(() => {
        throw new Refusal(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold')
      })
    else {
      await rename(`${file}.json`, path)
      if (before !== undefined) await rm(before.file, { force: true })
    }
    kept = true
    response.writeHead(200, { etag }).end()
  } finally {
    await rm(`${file}.json`, { force: true })
    if (!kept) await rm(file, { force: true })
  }
}

/** The same bytes at another key: a second name of the file, since files never change. */
async function copy(
  folder: string,
  source: string,
  to: { readonly bucket: string; readonly key: string; readonly file: string },
  response: ServerResponse,
): Promise<void> {
  const [from = '', ...rest] = decoded(source).replace(/^[/]/, '').split('/')
  const found = await findObject(folder, from, rest.join('/'))
  if (found === undefined) throw new Refusal(404, 'NoSuchKey', 'The specified key does not exist.')
  const modified = new Date().toUTCString()
  await link(found.file, to.file)
  const before = await findObject(folder, to.bucket, to.key)
  await writeFile(`${to.file}.json`, JSON.stringify({ ...found, file: to.file, modified }), { flush: true })
  await rename(`${to.file}.json`, pointerOf(folder, to.bucket, to.key))
  if (before !== undefined) await rm(before.file, { force: true })
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<CopyObjectResult><LastModified>${new Date(modified).toISOString()}</LastModified><ETag>${found.etag.replaceAll('"', '&quot;')}</ETag></CopyObjectResult>`
  response.writeHead(200, { 'content-type': 'application/xml' }).end(body)
}

/** Presigned addresses last as long as they say, other signatures for the quarter of an hour that AWS allows. */
function checkSignature(request: IncomingMessage, url: URL, { AWS_SECRET_ACCESS_KEY }: Credentials): void {
  const denied = (code: string, message: string) => new Refusal(403, code, message)
  const signed = signatureOf(request, url)
  if (signed === undefined) throw denied('AccessDenied', 'Access Denied')
  const given = url.searchParams.get('X-Amz-Expires')
  const lastsMs = given === null ? unpresignedMs : Number(given) * 1000
  if (!(Date.now() <= signedAt(signed.date) + lastsMs)) throw denied('AccessDenied', 'Request has expired')
  if (!isSignedBy(AWS_SECRET_ACCESS_KEY, signed, request, url))
    throw denied(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
    )
}
