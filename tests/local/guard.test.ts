import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guard, newSecretPath } from '../../local/guard.ts'

describe('a guarded stand-in', () => {
  const path = newSecretPath()
  let server: Server
  let origin: string
  beforeAll(async () => {
    server = createServer((request, response) => response.end(request.url))
    guard(server, path)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  })
  afterAll(() => server.close())

  const ask = async (at: string, type?: string) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
    const answer = await fetch(`${origin}${at}`, { method: 'POST', headers, body: Buffer.from('{}') })
    return [answer.status, await answer.text()]
  }
  const json = 'application/x-amz-json-1.0'

  it.each([
    ['', '/'],
    ['/', '/'],
    ['/v2/email/outbound-emails', '/v2/email/outbound-emails'],
    ['?a=b', '/?a=b'],
  ])('passes what is sent below its path%s on, without the path', async (below, seen) => {
    expect(await ask(`${path}${below}`, json)).toEqual([200, seen])
  })

  it.each([
    ['no path', '/'],
    ['another path', newSecretPath()],
    ['a part of the path', path.slice(0, -1)],
    ['a longer path', `${path}x`],
    ['the path in another place', `/x${path}`],
  ])('refuses %s', async (_, at) => {
    expect((await ask(at, json))[0]).toBe(403)
  })

  it.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'refuses the content type %s, which a web page may send unasked',
    async (type) => {
      expect((await ask(path, type))[0]).toBe(415)
    },
  )

  it('makes a new path for each start', () => {
    expect(newSecretPath()).not.toBe(newSecretPath())
    expect(newSecretPath()).toMatch(/^\/[\w-]{32}$/)
  })
})
