import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { type FrontSettings, httpFront, maxHeaderSize } from '../../local/http-front.ts'
import type { Json } from '../support/json.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

const routes = [
  { key: 'ANY /v1/posts', function: 'posts' },
  { key: 'ANY /v1/posts/{proxy+}', function: 'posts' },
  { key: 'GET /v1/posts/{postId}/parts/{partId}', function: 'parts' },
  { key: '$default', function: 'nothing' },
]

async function start(call: FrontSettings['call'], settings: Partial<FrontSettings> = {}): Promise<string> {
  server = createServer({ maxHeaderSize }, httpFront({ routes, call, ...settings })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

/** Answers the event it was called with, and by which name. */
const mirror: FrontSettings['call'] = async (name, event) => ({ name, event })
const seen = async (url: string, init?: RequestInit): Promise<Json> => (await fetch(url, init)).json()

it('chooses the most specific route, with its parameters', async () => {
  const url = await start(mirror)
  const of = async (path: string, method = 'GET') => {
    const { name, event } = await seen(url + path, { method })
    return [name, event.routeKey, event.pathParameters]
  }
  expect(await of('/v1/posts')).toEqual(['posts', 'ANY /v1/posts', undefined])
  expect(await of('/v1/posts/post_1/cancel', 'POST')).toEqual([
    'posts',
    'ANY /v1/posts/{proxy+}',
    { proxy: 'post_1/cancel' },
  ])
  expect(await of('/v1/posts/a%20b/parts/2')).toEqual([
    'parts',
    'GET /v1/posts/{postId}/parts/{partId}',
    { postId: 'a b', partId: '2' },
  ])
  expect(await of('/v1/posts/1/parts/2', 'DELETE')).toEqual(['posts', 'ANY /v1/posts/{proxy+}', { proxy: '1/parts/2' }])
  expect(await of('/v1/postscript')).toEqual(['nothing', '$default', undefined])
})

it('hands over payload 2.0: repeated parameters joined by commas and the query as it came', async () => {
  const url = await start(mirror)
  const { event } = await seen(`${url}/v1/posts?state=a&state=b%2Cc&x=1+2&empty`, {
    headers: { 'X-Two': 'words', 'user-agent': 'me' },
  })
  expect(event).toMatchObject({
    version: '2.0',
    rawPath: '/v1/posts',
    rawQueryString: 'state=a&state=b%2Cc&x=1+2&empty',
    queryStringParameters: { state: 'a,b,c', x: '1 2', empty: '' },
    headers: { 'x-two': 'words' },
    isBase64Encoded: false,
    requestContext: {
      http: { method: 'GET', path: '/v1/posts', sourceIp: '127.0.0.1', userAgent: 'me' },
      stage: '$default',
    },
  })
  expect(event.body).toBeUndefined()
  expect(event.cookies).toBeUndefined()
})

it('hands cookies over apart from the headers, and sets each of those answered', async () => {
  const url = await start(async (_, event) => ({
    statusCode: 200,
    cookies: ['a=1; Path=/', 'b=2'],
    body: JSON.stringify(event),
  }))
  const response = await fetch(`${url}/v1/posts`, { headers: { cookie: 'one=1; two=2' } })
  expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2'])
  const event: Json = await response.json()
  expect(event.cookies).toEqual(['one=1', 'two=2'])
  expect(event.headers).not.toHaveProperty('cookie')
})

it.each([
  ['application/json', '{"é":1}', '{"é":1}', false],
  ['application/ld+json; charset=utf-8', '{}', '{}', false],
  ['text/plain', 'é', 'é', false],
  ['application/x-www-form-urlencoded', 'a=1', 'YT0x', true],
  ['application/octet-stream', 'hi', 'aGk=', true],
  ['application/json', Buffer.from([0xff, 0xfe]), '//4=', true],
])('a body of %s', async (type, sent, body, isBase64Encoded) => {
  const url = await start(mirror)
  const { event } = await seen(`${url}/v1/posts`, { method: 'POST', headers: { 'content-type': type }, body: sent })
  expect(event).toMatchObject({ body, isBase64Encoded })
})

it('answers bytes that the function encoded', async () => {
  const bytes = Buffer.from([0, 255, 128, 10])
  const url = await start(async () => ({
    statusCode: 200,
    headers: { 'content-type': 'image/png' },
    body: bytes.toString('base64'),
    isBase64Encoded: true,
  }))
  expect(Buffer.from(await (await fetch(`${url}/v1/posts`)).arrayBuffer())).toEqual(bytes)
})

it('answers a problem document for a function that throws, is late or answers nonsense', async () => {
  const status = async (call: FrontSettings['call']) => {
    const url = await start(call, { timeoutMs: 50 })
    const response = await fetch(`${url}/v1/posts`)
    const { status: said, code }: Json = await response.json()
    server?.closeAllConnections()
    server?.close()
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(said).toBe(response.status)
    return [response.status, code]
  }
  expect(await status(() => Promise.reject(new Error('secret')))).toEqual([500, 'internal'])
  expect(await status(() => new Promise(() => {}))).toEqual([503, 'timed_out'])
  expect(await status(async () => ({ statusCode: 'nine' }))).toEqual([500, 'internal'])
  expect(await status(async () => undefined)).toEqual([500, 'internal'])
})

it('refuses a body over 10 MB, announced or not, and takes one below', async () => {
  let calls = 0
  const url = await start(async () => ({ statusCode: 200, body: String(++calls) }))
  const post = (body: Uint8Array<ArrayBuffer> | ReadableStream, extra: object = {}) =>
    fetch(`${url}/v1/posts`, { method: 'POST', body, ...extra }).then(({ status }) => status)
  const tooMuch = new Uint8Array(10 * 1024 * 1024 + 1)
  expect(await post(tooMuch)).toBe(413)
  const chunked = new ReadableStream({
    start(controller) {
      for (let part = 0; part < 11; part++) controller.enqueue(new Uint8Array(1024 * 1024))
      controller.close()
    },
  })
  expect(await post(chunked, { duplex: 'half' }).catch(() => 413)).toBe(413)
  expect(calls).toBe(0)
  expect(await post(tooMuch.subarray(1))).toBe(200)
})

it('refuses headers over 10 KB', async () => {
  const url = await start(mirror)
  expect((await fetch(`${url}/v1/posts`, { headers: { 'x-long': 'x'.repeat(11_000) } })).status).toBe(431)
})

it('answers 404 where no route leads', async () => {
  const url = await start(mirror, { routes: routes.slice(0, 2) })
  expect((await fetch(`${url}/elsewhere`)).status).toBe(404)
  expect((await fetch(`${url}/v1/posts/`)).status).toBe(404)
})

it('answers preflights itself and says who may read, whatever the function says', async () => {
  const cors = {
    AllowOrigins: ['*'],
    AllowMethods: ['GET', 'POST'],
    AllowHeaders: ['authorization'],
    ExposeHeaders: ['etag'],
    MaxAge: 60,
  }
  let calls = 0
  const url = await start(
    async () => {
      calls += 1
      return { statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'evil' }, body: '' }
    },
    { cors },
  )
  const origin = 'https://console.example'
  const preflight = await fetch(`${url}/v1/posts`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  })
  expect(preflight.status).toBe(204)
  expect(Object.fromEntries(preflight.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET,POST',
    'access-control-allow-headers': 'authorization',
    'access-control-max-age': '60',
  })
  expect(calls).toBe(0)
  const answer = await fetch(`${url}/v1/posts`, { headers: { origin } })
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  expect(answer.headers.get('access-control-expose-headers')).toBe('etag')
})

it('names only the origins that are allowed', async () => {
  const url = await start(mirror, { cors: { AllowOrigins: ['https://ours.example'] } })
  const allowed = async (origin: string) =>
    (await fetch(`${url}/v1/posts`, { headers: { origin } })).headers.get('access-control-allow-origin')
  expect(await allowed('https://ours.example')).toBe('https://ours.example')
  expect(await allowed('https://theirs.example')).toBeNull()
})

it('joins headers that come twice', async () => {
  const url = await start(mirror)
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write('GET /v1/posts HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nX-A: 2\r\nConnection: close\r\n\r\n')
  let text = ''
  for await (const chunk of socket) text += chunk
  expect(text).toContain('"x-a":"1,2"')
})
