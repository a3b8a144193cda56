import { promisify } from 'node:util'
import {
  brotliDecompress,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  gunzip,
  inflate,
  inflateRaw,
} from 'node:zlib'
import type { HttpRequest } from './client.ts'

export interface EncodedBody {
  readonly bytes: Uint8Array
  readonly contentType?: string
}

/** The bytes of a request's body, with the content type they call for; undefined if it has none. */
export async function encodeBody(request: HttpRequest): Promise<EncodedBody | undefined> {
  if (request.json !== undefined)
    return { bytes: Buffer.from(JSON.stringify(request.json)), contentType: 'application/json' }
  if (request.form instanceof FormData) {
    const multipart = new Response(request.form)
    const contentType = multipart.headers.get('content-type')
    return { bytes: await multipart.bytes(), ...(contentType === null ? {} : { contentType }) }
  }
  if (request.form !== undefined)
    return {
      bytes: Buffer.from(new URLSearchParams({ ...request.form }).toString()),
      contentType: 'application/x-www-form-urlencoded;charset=UTF-8',
    }
  if (request.body === undefined) return undefined
  return { bytes: typeof request.body === 'string' ? Buffer.from(request.body) : request.body }
}

const ways = {
  gzip: { whole: promisify(gunzip), stream: createGunzip },
  'x-gzip': { whole: promisify(gunzip), stream: createGunzip },
  br: { whole: promisify(brotliDecompress), stream: createBrotliDecompress },
  deflate: { whole: promisify(inflate), stream: createInflate },
  raw: { whole: promisify(inflateRaw), stream: createInflateRaw },
}

export class TooLarge extends Error {}

/**
 * An answer's body, decompressed. Stops as soon as it is longer than `maxBytes`: throws {@link TooLarge}. An encoding that
 * was not asked for is left as it is. Throws zlib's error for bytes that are not what they say.
 */
export async function decodeBody(bytes: Buffer, encoding: string | undefined, maxBytes: number): Promise<Uint8Array> {
  const way = wayOf(bytes, encoding)
  if (way === undefined || bytes.length === 0) return bytes
  try {
    return await way.whole(bytes, { maxOutputLength: maxBytes })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') throw new TooLarge()
    throw error
  }
}

/** The first `maxBytes` of an answer's body, decompressed; `bytes` may be its beginning only. Throws as {@link decodeBody}. */
export async function decodeStart(bytes: Buffer, encoding: string | undefined, maxBytes: number): Promise<Uint8Array> {
  const way = wayOf(bytes, encoding)
  if (way === undefined || bytes.length === 0) return bytes.subarray(0, maxBytes)
  const chunks: Buffer[] = []
  let length = 0
  const stream = way.stream()
  stream.end(bytes)
  try {
    for await (const chunk of stream) {
      chunks.push(chunk)
      length += chunk.length
      if (length >= maxBytes) break
    }
  } catch (error) {
    // What was cut off ends too early: all that came before it is good.
    if (length === 0) throw error
  }
  return Buffer.concat(chunks).subarray(0, maxBytes)
}

function wayOf(bytes: Buffer, encoding: string | undefined) {
  const name = encoding?.trim().toLowerCase()
  // `deflate` means zlib's format (RFC 9110 §8.4.1.2), but some servers send it raw: the first byte tells.
  if (name === 'deflate') return ((bytes[0] ?? 0) & 0x0f) === 8 ? ways.deflate : ways.raw
  return name === 'gzip' || name === 'x-gzip' || name === 'br' ? ways[name] : undefined
}
