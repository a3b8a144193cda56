import { once } from 'node:events'
import { createServer as createTlsServer } from 'node:tls'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../shared/kernel/clock.ts'
import { mayConnect } from '../../../shared/networks/http/address.ts'
import {
  createHttpClient,
  type HttpClient,
  type HttpFailure,
  type HttpRequest,
  Recorder,
} from '../../../shared/networks/http/index.ts'
import { selfSigned } from './self-signed.ts'
import { bodyOf, type LocalServer, serve, serveTcp } from './server.ts'

const own = createHttpClient({ allowPrivateHosts: true, clock: systemClock })
const strict = createHttpClient({ allowPrivateHosts: false, clock: systemClock })

async function failure(
  client: HttpClient,
  request: HttpRequest,
): Promise<Pick<HttpFailure, 'code' | 'sent' | 'message'>> {
  const error = await client.send(request).then(
    (answer) => {
      throw new Error(`answered ${answer.status}`)
    },
    (thrown: unknown) => thrown,
  )
  const { name, code, sent, message } = error as HttpFailure
  expect(name).toBe('HttpFailure')
  return { code, sent, message }
}

const get = (url: string): HttpRequest => ({ method: 'GET', url })

describe('what goes out', () => {
  test('JSON, forms, multipart and bytes arrive with their content type', async () => {
    await using server = await serve(async (request, response) => {
      const { method, headers } = request
      response.end(JSON.stringify({ method, type: headers['content-type'], body: await bodyOf(request) }))
    })
    const post = async (body: Partial<HttpRequest>) =>
      (await own.send({ method: 'POST', url: server.url, ...body })).json()
    expect(await post({ json: { é: [1] } })).toEqual({ method: 'POST', type: 'application/json', body: '{"é":[1]}' })
    expect(await post({ form: { a: '1 & 2', b: 'é' } })).toEqual({
      method: 'POST',
      type: 'application/x-www-form-urlencoded;charset=UTF-8',
      body: 'a=1+%26+2&b=%C3%A9',
    })
    expect(await post({ body: new TextEncoder().encode('raw'), headers: { 'Content-Type': 'image/png' } })).toEqual({
      method: 'POST',
      type: 'image/png',
      body: 'raw',
    })
    const form = new FormData()
    form.set('description', 'une photo')
    form.set('file', new Blob(['bytes'], { type: 'image/png' }), 'photo.png')
    const multipart = (await post({ form })) as { type: string; body: string }
    expect(multipart.type).toMatch(/^multipart\/form-data; boundary=/)
    expect(multipart.body).toContain('name="file"; filename="photo.png"\r\nContent-Type: image/png\r\n\r\nbytes\r\n')
    expect(await post({})).toEqual({ method: 'POST', body: '' })
  })

  test('a connection is used again', async () => {
    let connections = 0
    await using server = await serve((_, response) => response.end('ok'))
    await using counting = await serveTcp((socket) => {
      connections++
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'))
    })
    for (const url of [counting.url, server.url, counting.url]) expect((await own.send(get(url))).text()).toBe('ok')
    expect(connections).toBe(1)
  })

  test('a connection that was silent for long is not trusted with a request', async () => {
    let now = 0
    let connections = 0
    const client = createHttpClient({ allowPrivateHosts: true, clock: { ...systemClock, now: () => now } })
    await using server = await serveTcp((socket) => {
      connections++
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'))
    })
    await client.send(get(server.url))
    now += 60_000
    await client.send({ method: 'POST', url: server.url })
    expect(connections).toBe(2)
  })

  test('a header that would smuggle another is refused before anything leaves', async () => {
    await using server = await serve((_, response) => response.end())
    const failed = await failure(own, { ...get(server.url), headers: { authorization: 'Bearer s3cret\r\nx: y' } })
    expect(failed).toMatchObject({ code: 'bad_url', sent: false })
    expect(failed.message).not.toContain('s3cret')
  })
})

describe('what comes back', () => {
  test('any status is an answer, with its headers in lower case', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(418, { 'X-Limit': '3', 'set-cookie': ['a=1', 'b=2'] }).end('{"no":"coffee"}')
    })
    const answer = await own.send({ method: 'DELETE', url: server.url })
    expect(answer).toMatchObject({ status: 418, headers: { 'x-limit': '3', 'set-cookie': 'a=1, b=2' } })
    expect(answer.json()).toEqual({ no: 'coffee' })
  })

  test.each([
    ['gzip', gzipSync('bonjour')],
    ['br', brotliCompressSync('bonjour')],
    ['deflate', deflateSync('bonjour')],
    ['deflate', deflateRawSync('bonjour')],
    ['identity', Buffer.from('bonjour')],
  ])('%s is decompressed', async (encoding, bytes) => {
    await using server = await serve((_, response) => response.setHeader('content-encoding', encoding).end(bytes))
    expect((await own.send(get(server.url))).text()).toBe('bonjour')
  })

  test('an empty answer that calls itself compressed is empty', async () => {
    await using server = await serve((_, response) => response.setHeader('content-encoding', 'gzip').end())
    expect((await own.send(get(server.url))).bytes).toHaveLength(0)
  })

  test('a body that is no JSON is undefined as JSON', async () => {
    await using server = await serve((_, response) => response.end('<html>'))
    expect((await own.send(get(server.url))).json()).toBeUndefined()
  })

  test.each([
    ['that says so', (size: number) => ({ 'content-length': String(size) })],
    ['that does not say so', () => ({})],
  ])('an answer too large %s is refused', async (_, headers) => {
    await using server = await serve((_request, response) =>
      response.writeHead(200, headers(2000)).end('x'.repeat(2000)),
    )
    const request: HttpRequest = { method: 'POST', url: server.url, maxBytes: 1999 }
    expect(await failure(own, request)).toMatchObject({ code: 'too_large', sent: true })
    expect((await own.send({ ...request, maxBytes: 2000 })).bytes).toHaveLength(2000)
  })

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('a %s bomb is refused before it is unfolded', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(50_000_000))
    expect(bomb.length).toBeLessThan(60_000)
    await using server = await serve((_, response) => response.setHeader('content-encoding', encoding).end(bomb))
    expect(await failure(own, { ...get(server.url), maxBytes: 100_000 })).toMatchObject({
      code: 'too_large',
      sent: true,
    })
  })

  test('bytes that are not what they say are no answer', async () => {
    await using server = await serve((_, response) => response.setHeader('content-encoding', 'gzip').end('plain'))
    expect(await failure(own, get(server.url))).toMatchObject({ code: 'reset', sent: true })
  })
})

describe('which failures may have had an effect', () => {
  const post = (server: LocalServer, more: Partial<HttpRequest> = {}): HttpRequest => ({
    method: 'POST',
    url: server.url,
    json: { text: 'hello' },
    ...more,
  })

  test('nobody listens: not sent', async () => {
    const server = await serve(() => {})
    await server[Symbol.asyncDispose]()
    expect(await failure(own, post(server))).toMatchObject({ code: 'refused', sent: false })
  })

  test('no such name: not sent', async () => {
    expect(await failure(own, get('http://nowhere.invalid/'))).toMatchObject({ code: 'dns', sent: false })
  })

  test('closed before answering, after the request was read: sent', async () => {
    let read = ''
    await using server = await serve(async (request) => {
      read = await bodyOf(request)
      request.socket.destroy()
    })
    expect(await failure(own, post(server))).toMatchObject({ code: 'reset', sent: true })
    expect(read).toBe('{"text":"hello"}')
  })

  test('reset at the first byte of the request: sent', async () => {
    await using server = await serveTcp((socket) => socket.once('data', () => socket.resetAndDestroy()))
    expect(await failure(own, post(server))).toMatchObject({ code: 'reset', sent: true })
  })

  test('cut in the middle of the answer: sent', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy())
    })
    expect(await failure(own, post(server))).toMatchObject({ code: 'reset', sent: true })
  })

  test('no answer in time: sent', async () => {
    await using server = await serve(() => {})
    expect(await failure(own, post(server, { timeoutMs: 50 }))).toMatchObject({ code: 'timeout', sent: true })
  })

  test('an answer that drips is bounded as a whole', async () => {
    await using server = await serve((_, response) => {
      const drip = setInterval(() => response.write('.'), 20)
      response.on('close', () => clearInterval(drip))
    })
    expect(await failure(own, { ...get(server.url), timeoutMs: 200 })).toMatchObject({ code: 'timeout', sent: true })
  })

  test('given up before it began: not sent, and the server sees nothing', async () => {
    let requests = 0
    await using server = await serve(() => void requests++)
    expect(await failure(own, post(server, { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'aborted',
      sent: false,
    })
    expect((await failure(own, post(server, { timeoutMs: 50 }))).code).toBe('timeout')
    expect(requests).toBe(1)
  })

  test('given up while the name is being resolved: not sent', async () => {
    const asked = Promise.withResolvers<void>()
    const client = createHttpClient({
      allowPrivateHosts: true,
      clock: systemClock,
      resolve: () => {
        asked.resolve()
        return new Promise(() => {})
      },
    })
    const giveUp = new AbortController()
    const failed = failure(client, { ...get('http://slow.example/'), signal: giveUp.signal })
    await asked.promise
    giveUp.abort()
    expect(await failed).toMatchObject({ code: 'aborted', sent: false })
  })

  test('given up while waiting for the answer: sent', async () => {
    const giveUp = new AbortController()
    await using server = await serve(() => giveUp.abort())
    expect(await failure(own, post(server, { signal: giveUp.signal }))).toMatchObject({ code: 'aborted', sent: true })
  })

  test('a certificate nobody vouches for: not sent, and the server reads nothing', async () => {
    let read = 0
    const server = createTlsServer(selfSigned, (socket) => socket.on('error', () => {}).on('data', () => void read++))
    server.on('tlsClientError', () => {}).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    expect(await failure(own, { method: 'POST', url: `https://localhost:${port}/`, json: {} })).toMatchObject({
      code: 'tls',
      sent: false,
    })
    server.close()
    await once(server, 'close')
    expect(read).toBe(0)
  })

  test('no TLS where TLS is asked for: not sent', async () => {
    await using server = await serve(() => {})
    const url = server.url.replace('http:', 'https:')
    expect(await failure(own, { method: 'POST', url })).toMatchObject({ code: 'tls', sent: false })
  })

  test('a handshake that never ends: not sent', async () => {
    await using server = await serveTcp(() => {})
    const url = server.url.replace('http:', 'https:')
    expect(await failure(own, { method: 'POST', url, timeoutMs: 100 })).toMatchObject({ code: 'timeout', sent: false })
  })
})

describe('redirects', () => {
  const to = (location: string, status = 302) =>
    serve((request, response) => {
      if (request.url === '/') response.writeHead(status, { location }).end()
      else response.end(JSON.stringify({ url: request.url, ...request.headers }))
    })

  test.each([301, 302, 303, 307, 308])(
    '%i is followed for GET, keeping what the same origin may know',
    async (status) => {
      await using server = await to('/there?a=1', status)
      const answer = await own.send({ ...get(server.url), headers: { Authorization: 'Bearer s3cret' } })
      expect(answer.url).toBe(`${server.url}/there?a=1`)
      expect(answer.json()).toMatchObject({ url: '/there?a=1', authorization: 'Bearer s3cret' })
    },
  )

  test('another origin is never told a secret', async () => {
    await using other = await serve((request, response) => response.end(JSON.stringify(request.headers)))
    await using server = await to(`${other.url}/`)
    const headers = { authorization: 'Bearer s3cret', 'x-api-key': 's3cret', cookie: 's3cret', accept: 'text/html' }
    const answer = await own.send({ ...get(server.url), headers })
    expect(answer.url).toBe(`${other.url}/`)
    expect(answer.text()).not.toContain('s3cret')
    expect(answer.json()).toMatchObject({ accept: 'text/html' })
  })

  test('other methods are not redirected', async () => {
    await using server = await to('/there')
    expect((await own.send({ method: 'POST', url: server.url })).status).toBe(302)
    expect((await own.send({ ...get(server.url), maxRedirects: 0 })).status).toBe(302)
  })

  test('a loop ends', async () => {
    await using server = await serve((_, response) => response.writeHead(302, { location: '/again' }).end())
    expect((await failure(own, get(server.url))).code).toBe('bad_redirect')
  })

  test.each(['http://169.254.169.254/latest/meta-data/', 'http://[fe80::1]/', 'https://0.0.0.0/'])(
    'to %s is refused',
    async (location) => {
      await using server = await to(location)
      expect(await failure(own, get(server.url))).toMatchObject({ code: 'blocked_host' })
    },
  )

  test.each(['file:///etc/passwd', 'ftp://example.com/', 'http://', 'https://user:pass@example.com/'])(
    'to %s is refused',
    async (location) => {
      await using server = await to(location)
      expect(await failure(own, get(server.url))).toMatchObject({ code: 'bad_url' })
    },
  )

  test('to a name that resolves to a private address is refused', async () => {
    const client = createHttpClient({
      allowPrivateHosts: true,
      clock: systemClock,
      resolve: async (host) => [{ address: host === 'metadata.example' ? '169.254.169.254' : '127.0.0.1', family: 4 }],
    })
    await using server = await to('http://metadata.example/')
    expect(await failure(client, get(server.url.replace('127.0.0.1', 'site.example')))).toMatchObject({
      code: 'blocked_host',
    })
  })
})

describe('hosts that lead inside', () => {
  test.each([
    '127.0.0.1',
    '127.9.9.9',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '0.1.2.3',
    '192.0.0.8',
    '198.18.0.1',
    '203.0.113.7',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '[::]',
    '[::1]',
    '[::127.0.0.1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:a00:1]',
    '[0:0:0:0:0:ffff:169.254.169.254]',
    '[fe80::1]',
    '[fec0::1]',
    '[fd00:ec2::254]',
    '[fc00::1]',
    '[ff02::1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[2001:db8::1]',
    '[100::1]',
  ])('%s is refused', async (host) => {
    expect(await failure(strict, get(`https://${host}/`))).toMatchObject({ code: 'blocked_host', sent: false })
  })

  test('the name localhost is refused, and the server behind it sees nobody', async () => {
    let connections = 0
    await using server = await serveTcp(() => void connections++)
    expect(await failure(strict, get(`https://localhost:${server.port}/`))).toMatchObject({ code: 'blocked_host' })
    expect(connections).toBe(0)
  })

  test.each([['10.0.0.7'], ['::1'], ['::ffff:192.168.0.1'], ['93.184.216.34', '10.0.0.7'], ['not an address']])(
    'a name that resolves to %s is refused',
    async (...addresses) => {
      const resolve = async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
      const client = createHttpClient({ allowPrivateHosts: false, clock: systemClock, resolve })
      expect(await failure(client, get('https://inside.example/'))).toMatchObject({ code: 'blocked_host', sent: false })
    },
  )

  test('a name is resolved once: what was checked is what is connected to', async () => {
    await using server = await serve((_, response) => response.end('here'))
    const asked: string[] = []
    const resolve = async (host: string) => {
      asked.push(host)
      return [{ address: asked.length === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }]
    }
    const client = createHttpClient({ allowPrivateHosts: true, clock: systemClock, resolve })
    expect((await client.send(get(`http://rebinding.example:${server.port}/`))).text()).toBe('here')
    expect(asked).toEqual(['rebinding.example'])
  })

  test('plain http is for hosts of one’s own', async () => {
    expect(await failure(strict, get('http://example.com/'))).toMatchObject({ code: 'bad_url', sent: false })
    expect(await failure(strict, get('not an address'))).toMatchObject({ code: 'bad_url', sent: false })
  })

  test('a host of one’s own is reached where that is allowed, its metadata service never', async () => {
    await using server = await serve((_, response) => response.end('mine'))
    expect((await own.send(get(`http://localhost:${server.port}/`))).text()).toBe('mine')
  })

  test.each([
    '169.254.169.254',
    '169.254.170.2',
    '[::ffff:169.254.169.254]',
    '[fe80::a9fe:a9fe]',
    '[fd00:ec2::254]',
    '[fd00:ec2::23]',
    '[fd20:ce::254]',
    '[fd00:42::42]',
    '[fd00:c1::a9fe:a9fe]',
    '100.100.100.200',
    '[::ffff:100.100.100.200]',
    '192.0.0.192',
    '168.63.129.16',
  ])('%s, where a cloud keeps credentials, is refused to everybody', async (host) => {
    for (const client of [own, strict])
      expect(await failure(client, get(`https://${host}/`))).toMatchObject({ code: 'blocked_host', sent: false })
    const address = host.replace(/[[\]]/g, '')
    const resolve = async () => [{ address, family: address.includes(':') ? 6 : 4 }]
    const named = createHttpClient({ allowPrivateHosts: true, clock: systemClock, resolve })
    expect(await failure(named, get('https://inside.example/'))).toMatchObject({ code: 'blocked_host', sent: false })
  })

  test.each(['fd00:ec3::254', 'fd12:3456::1', '100.100.100.199', '10.0.0.7'])(
    '%s, a host of one’s own, may be connected to where that is allowed',
    (address) => {
      expect(mayConnect(address, true)).toBe(true)
      expect(mayConnect(address, false)).toBe(false)
    },
  )
})

describe('what is kept as evidence', () => {
  test('each exchange without query, headers or tokens, its answer cut', async () => {
    const recorder = new Recorder()
    const client = createHttpClient({ allowPrivateHosts: true, clock: systemClock, record: recorder.record })
    await using server = await serve((request, response) => {
      response.setHeader('content-type', request.url?.startsWith('/form') ? 'text/plain' : 'application/json')
      if (request.url?.startsWith('/form')) response.end('oauth_token_secret=s3cret&user=7')
      else if (request.url?.startsWith('/gone')) request.socket.destroy()
      else
        response.end(
          JSON.stringify({ id: 7, accessJwt: 's3cret', nested: { refresh_token: 's3cret' }, text: 'é'.repeat(900) }),
        )
    })
    const headers = { authorization: 'Bearer s3cret' }
    await client.send({
      method: 'POST',
      url: `${server.url}/session?access_token=s3cret`,
      headers,
      json: { password: 's3cret' },
    })
    await client.send({ ...get(`${server.url}/form`), headers })
    await failure(client, get(`${server.url}/gone?key=s3cret`))
    const kept = recorder.exchanges()
    expect(JSON.stringify(kept)).not.toContain('s3cret')
    expect(kept).toMatchObject([
      { method: 'POST', url: `${server.url}/session`, status: 200 },
      { method: 'GET', url: `${server.url}/form`, status: 200, answer: expect.stringContaining('user=7') },
      { method: 'GET', url: `${server.url}/gone`, error: expect.stringContaining('did not answer in full') },
    ])
    expect(kept[0]?.answer).toContain('"id":7')
    expect(kept[0]?.answer).toHaveLength(500)
  })

  test('every redirect is an exchange of its own', async () => {
    const recorder = new Recorder()
    const client = createHttpClient({ allowPrivateHosts: true, clock: systemClock, record: recorder.record })
    await using server = await serve((request, response) =>
      request.url === '/' ? response.writeHead(302, { location: '/b' }).end() : response.end(),
    )
    await client.send(get(server.url))
    expect(recorder.exchanges().map(({ url, status }) => [url, status])).toEqual([
      [`${server.url}/`, 302],
      [`${server.url}/b`, 200],
    ])
  })
})
