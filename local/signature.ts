/** AWS Signature Version 4 of S3 requests, in the headers or in the address. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

interface Signed {
  readonly signature: string
  readonly scope: readonly string[]
  readonly date: string
  readonly names: readonly string[]
  readonly payload: string
}

/** What a request says of its signature: in its address, else in its headers. Undefined if it has none. */
export function signatureOf({ headers }: IncomingMessage, url: URL): Signed | undefined {
  const hash = headers['x-amz-content-sha256']
  const given = (name: string) => url.searchParams.get(`X-Amz-${name}`) ?? ''
  const [, ...scope] = given('Credential').split('/')
  if (url.searchParams.has('X-Amz-Signature'))
    return {
      signature: given('Signature'),
      scope,
      date: given('Date'),
      names: given('SignedHeaders').split(';'),
      payload: String(hash ?? (given('Content-Sha256') || 'UNSIGNED-PAYLOAD')),
    }
  const [, credential = '', names = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]+)$/.exec(
      headers.authorization ?? '',
    ) ?? []
  if (signature === '' || hash === undefined) return undefined
  return {
    signature,
    scope: credential.split('/').slice(1),
    date: String(headers['x-amz-date']),
    names: names.split(';'),
    payload: String(hash),
  }
}

/**
 * Whether the holder of the secret signed this request.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and sigv4-query-string-auth.html.
 */
export function isSignedBy(secret: string, signed: Signed, { method, headers }: IncomingMessage, url: URL): boolean {
  const { signature, scope, date, names, payload } = signed
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&')
  const lines = names.map((name) => `${name}:${String(headers[name] ?? '').trim()}`)
  const canonical = [method, url.pathname, query, ...lines, '', names.join(';'), payload].join('\n')
  const hash = createHash('sha256').update(canonical).digest('hex')
  const key = scope.reduce<Buffer | string>(
    (before, part) => createHmac('sha256', before).update(part).digest(),
    `AWS4${secret}`,
  )
  const wanted = createHmac('sha256', key)
    .update(['AWS4-HMAC-SHA256', date, scope.join('/'), hash].join('\n'))
    .digest()
  const given = Buffer.from(signature, 'hex')
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

/** `20261130T120000Z` as milliseconds; NaN for anything else. */
export function signedAt(date: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? []
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)
