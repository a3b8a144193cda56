import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Engine } from '../support/engine.ts'
import { invoke } from '../support/invoke.ts'
import { type Things, things } from './things.ts'

let engine: Engine
let api: Things

beforeAll(async () => {
  engine = await Engine.start()
  api = await things(engine, 'requests')
})
afterAll(() => engine.stop())

describe('the language of an error', () => {
  const broken = async (language: string, key?: string) =>
    (
      await api.ask('GET', '/v1/broken', {
        headers: { 'accept-language': language },
        ...(key === undefined ? {} : { key }),
      })
    ).json.title

  it('is what Accept-Language asks for', async () => {
    expect(await broken('fr-FR,fr;q=0.9,en;q=0.8')).toBe('Une erreur est survenue de notre côté')
    expect(await broken('en')).toBe('Something went wrong on our side')
  })

  it('is the workspace’s where Accept-Language names neither, and English where nobody is known', async () => {
    expect(api.ours.language).toBe('fr')
    expect(await broken('*')).toBe('Une erreur est survenue de notre côté')
    const unknown = await api.ask('GET', '/v1/broken', { headers: { 'accept-language': 'de' }, key: 'nobody' })
    expect(unknown.json).toMatchObject({ status: 401, title: 'Authentication is needed' })
  })
})

describe('what cannot be understood', () => {
  const post = (
    body: string | Uint8Array,
    headers: Record<string, string> = { 'content-type': 'application/json' },
    base64 = false,
  ) => api.ask('POST', '/v1/things', { body, headers, base64 })

  it.each([
    ['broken JSON', '{"name":'],
    ['no JSON at all', 'name=x'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ])('answers 400 to %s', async (_, body) => {
    const answer = await post(body, { 'content-type': 'application/json' }, body instanceof Uint8Array)
    expect(answer).toMatchObject({ status: 400, json: { code: 'malformed_json', status: 400 } })
    expect(answer.headers['content-type']).toBe('application/problem+json')
  })

  it('names the first byte that is not UTF-8, in a Latin-1 body', async () => {
    const json = { 'content-type': 'application/json' }
    const latin = await post(Buffer.from('{"name":"caf\u00e9"}', 'latin1'), json, true)
    expect(latin.json.detail).toBe(
      'The body is not UTF-8: the byte 0xE9 stands at position 13. Save or send the text as UTF-8.',
    )
    const replaced = Buffer.concat([Buffer.from('{"name":"é\ufffd'), Buffer.from([0xef, 0xbf, 0x22, 0x7d])])
    expect((await post(replaced, json, true)).json.detail).toContain('the byte 0xEF stands at position 15')
  })

  it('bounds nesting before anything is built, and counts no brackets inside strings', async () => {
    expect((await post('['.repeat(100_000))).json.code).toBe('json_too_deep')
    expect((await post(`{"name":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`)).json.code).toBe('json_too_deep')
    expect((await post(JSON.stringify({ name: '[[[["\\{{{{{{{{{' }))).status).toBe(201)
    expect((await post(JSON.stringify({ name: '['.repeat(100) }))).json.code).toBe('validation_failed')
  })

  it('answers 413 above 512 KB, however it was handed over', async () => {
    const large = JSON.stringify({ name: 'x'.repeat(520 * 1024) })
    expect(await post(large)).toMatchObject({ status: 413, json: { code: 'body_too_large' } })
    expect((await post(large, undefined, true)).status).toBe(413)
    expect((await post('é'.repeat(300 * 1024))).status).toBe(413)
  })

  it('answers 415 to what is not said to be JSON', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'text/json'])
      expect(await post('{"name":"a"}', { 'content-type': type })).toMatchObject({
        status: 415,
        json: { code: 'unsupported_media_type' },
      })
    expect((await post('{"name":"a"}', {})).status).toBe(415)
    expect((await post('{"name":"a"}', { 'content-type': 'application/json; charset=utf-8' })).status).toBe(201)
    expect((await post('{"name":"a"}', { 'content-type': 'application/merge-patch+json' })).status).toBe(201)
  })

  it('takes a body that the gateway encoded', async () => {
    const answer = await post('{"name":"été"}', { 'content-type': 'application/json' }, true)
    expect(answer.json.name).toBe('été')
  })
})

describe('what is refused', () => {
  it('names every field that is wrong, in body and query, by JSON pointer', async () => {
    const answer = await api.ask('POST', '/v1/things?x=1', { body: { tags: [{ word: 'a' }, { word: 2 }], 'a/b~': 1 } })
    expect(answer.status).toBe(422)
    expect(answer.json).toMatchObject({
      type: '/docs#validation_failed',
      code: 'validation_failed',
      instance: expect.stringMatching(/^request-/),
    })
    expect(
      answer.json.problems.map((one: { in: string; pointer: string; code: string }) => [one.in, one.pointer, one.code]),
    ).toEqual([
      ['query', '/x', 'unknown_field'],
      ['body', '/name', 'required'],
      ['body', '/tags/1/word', 'invalid_type'],
      ['body', '/a~1b~0', 'unknown_field'],
    ])
  })

  it('wants a body where there must be one', async () => {
    expect(await api.ask('POST', '/v1/things')).toMatchObject({
      status: 422,
      json: { problems: [{ pointer: '', code: 'required' }] },
    })
    for (const body of ['null', '[]', '"x"', '3'])
      expect(
        (await api.ask('POST', '/v1/things', { body, headers: { 'content-type': 'application/json' } })).status,
      ).toBe(422)
  })

  it('writes nothing', async () => {
    const before = await api.stored()
    await api.ask('POST', '/v1/things', { body: { name: 'x'.repeat(21) } })
    await api.ask('POST', '/v1/things', { body: { name: 'x', colour: 'red' } })
    expect(await api.stored()).toEqual(before)
  })
})

describe('addresses', () => {
  it('answers 404 to an id of no known form, to an unknown one, and to another workspace’s', async () => {
    const { json: thing } = await api.ask('POST', '/v1/things', { body: { name: 'mine' } })
    expect((await api.ask('GET', `/v1/things/${thing.id}`)).status).toBe(200)
    for (const [path, key] of [
      ['/v1/things/nonsense', api.apiKey],
      ['/v1/things/thing_9999', api.apiKey],
      ['/v1/things/%E0%A4%A', api.apiKey],
      [`/v1/things/${thing.id}`, api.theirs],
    ] as const)
      expect(await api.ask('GET', path, { key })).toMatchObject({ status: 404, json: { code: 'not_found' } })
  })

  it('decodes path parameters', async () => {
    expect((await api.ask('GET', '/open/a%20b%2Fc')).json).toEqual({ word: 'a b/c' })
  })

  it('answers 405 with Allow where the method is not taken, and 404 where there is nothing', async () => {
    const answer = await api.ask('PUT', '/v1/things/thing_0001')
    expect(answer).toMatchObject({ status: 405, json: { code: 'method_not_allowed' } })
    expect(answer.headers.allow).toBe('GET, PATCH, HEAD, OPTIONS')
    expect(await api.ask('GET', '/v1/things/a/b')).toMatchObject({ status: 404, json: { code: 'no_such_route' } })
    expect(await api.ask('TRACE', '/v1/nothing')).toMatchObject({ status: 404 })
  })

  it('answers HEAD as GET without a body, and OPTIONS with what there is', async () => {
    const head = await api.ask('HEAD', '/v1/things')
    expect(head).toMatchObject({ status: 200, text: '' })
    const options = await api.ask('OPTIONS', '/v1/things')
    expect(options).toMatchObject({ status: 204, text: '' })
    expect(options.headers.allow).toBe('POST, GET, HEAD, OPTIONS')
  })

  it('reads repeated parameters, commas in one, and +', async () => {
    expect((await api.ask('GET', '/v1/echo?tag=a&tag=b%2Cc&tag=d+e')).json.query.tag).toEqual(['a', 'b,c', 'd e'])
    expect((await api.ask('GET', '/v1/echo?tag=a,b')).json.query.tag).toEqual(['a,b'])
    expect((await api.ask('GET', '/v1/echo?limit=1&limit=2')).json.problems).toMatchObject([{ pointer: '/limit' }])
    expect((await api.ask('GET', '/v1/things?order=sideways')).json.problems).toMatchObject([
      { pointer: '/order', in: 'query' },
    ])
  })
})

describe('every answer', () => {
  it('is never sniffed, stored or framed as something else', async () => {
    for (const path of ['/v1/things', '/v1/nothing', '/v1/broken'])
      expect((await api.ask('GET', path)).headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      })
  })

  it('says nothing of a fault of ours but its request id, which is in the log with the cause', async () => {
    const answer = await api.ask('GET', '/v1/broken')
    expect(answer).toMatchObject({ status: 500, json: { code: 'internal' } })
    expect(answer.text).not.toMatch(/hunter2|index\.mjs|Error/)
    expect(answer.json.detail).toContain(answer.json.instance)
    expect(api.lines.find((line) => line.includes(answer.json.instance))).toMatch(/hunter2/)
  })

  it('is checked against its schema where tests run, and never on AWS', async () => {
    expect((await api.ask('GET', '/v1/drifted')).status).toBe(500)
    expect(api.lines.at(-1)).toMatch(/drifted is not as documented.*pk/)
    const aws = await things(engine, 'aws', { stage: 'production' })
    expect((await aws.ask('GET', '/v1/drifted')).status).toBe(200)
  })
})

describe('who asks', () => {
  it('needs a key, and says how', async () => {
    const answer = await invoke(api.handler, { path: '/v1/things' })
    expect(answer).toMatchObject({ status: 401, json: { code: 'missing_credentials' } })
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="parvis"')
    expect((await invoke(api.handler, { path: '/open/x' })).status).toBe(200)
  })

  it.each([
    ['another secret', (key: string) => `Bearer ${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`],
    ['another id', (key: string) => `Bearer ${key.replace(/key_(.)(..)/, 'key_$1ZZ')}`],
    ['a cut one', (key: string) => `Bearer ${key.slice(0, 40)}`],
    ['a longer one', (key: string) => `Bearer ${key}A`],
    ['Basic', (key: string) => `Basic ${key}`],
    ['no scheme', (key: string) => key],
    ['two', (key: string) => `Bearer ${key} ${key}`],
    ['a JWT where no issuer is configured', () => 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.'],
  ])('refuses %s', async (_, authorization) => {
    const answer = await api.ask('GET', '/v1/things', { headers: { authorization: authorization(api.apiKey) } })
    expect(answer).toMatchObject({ status: 401, json: { code: 'invalid_token' } })
  })

  it('takes the workspace from the key, and refuses one named besides', async () => {
    const headers = { 'parvis-workspace': api.ours.id }
    expect((await api.ask('GET', '/v1/things', { headers })).status).toBe(200)
    expect(await api.ask('GET', '/v1/things', { headers, key: api.theirs })).toMatchObject({
      status: 403,
      json: { code: 'not_a_member' },
    })
  })
})

describe('versions', () => {
  it('answers the ETag, takes it back, and refuses it once stale', async () => {
    const created = await api.ask('POST', '/v1/things', { body: { name: 'v' } })
    expect(created.headers.etag).toBe('"1"')
    const path = `/v1/things/${created.json.id}`
    const patch = (tag?: string) =>
      api.ask('PATCH', path, { body: { name: 'w' }, headers: tag === undefined ? {} : { 'if-match': tag } })
    expect((await patch('"1"')).json).toEqual({ saw: 1 })
    expect(await patch('"1"')).toMatchObject({ status: 412, json: { code: 'stale_version' } })
    expect((await api.ask('GET', path)).headers.etag).toBe('"2"')
    expect((await patch('*')).json).toEqual({ saw: null })
    expect((await patch()).json).toEqual({ saw: null })
    for (const malformed of ['2', 'W/"2"', '"a"', '"1", "2"', '', '"99999999999999999999"'])
      expect(await patch(malformed), malformed).toMatchObject({ status: 400, json: { code: 'invalid_if_match' } })
    expect((await api.ask('GET', path)).json.version).toBe(4)
  })
})
