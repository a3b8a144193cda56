import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { handler } from '../../functions/api/media.ts'
import { png } from '../media/samples.ts'
import { type Answered, type Asked, startTelling } from './telling.ts'

let stage: Awaited<ReturnType<typeof startTelling>>
let call: (method: string, path: string, asked?: Asked) => Promise<Answered>

beforeAll(async () => {
  stage = await startTelling('api-media')
  call = stage.client(handler)
})
afterAll(() => stage.stop())

const picture = png(40, 30)
const wanted = { filename: 'Été.png', mime: 'image/png', bytes: picture.length, alt: 'Une crêpe' }
const unknown = '/v1/media/media_01J0000000000000000000000Z'

async function put(answer: Answered, bytes: Buffer = picture) {
  const { method, url, headers } = answer.body.upload
  return fetch(url, { method, headers, body: new Uint8Array(bytes) })
}

async function ready() {
  const made = await call('POST', '/v1/media', { body: wanted })
  await put(made)
  return call('POST', `/v1/media/${made.body.id}/complete`)
}

describe('POST /v1/media', () => {
  it('leads from an announcement over an upload to a medium with its public address', async () => {
    const made = await call('POST', '/v1/media', { body: wanted })
    expect(made).toMatchObject({
      status: 201,
      body: { state: 'uploading', alt: 'Une crêpe', upload: { method: 'PUT' } },
    })
    expect(made.body).not.toHaveProperty('key')
    expect((await put(made)).status).toBe(200)
    const done = await call('POST', `/v1/media/${made.body.id}/complete`)
    expect(done).toMatchObject({
      status: 200,
      body: { state: 'ready', mime: 'image/png', width: 40, height: 30, bytes: picture.length },
    })
    expect(done.body.url).toMatch(/^https:\/\/media\.example\.org\/media\/[0-9a-z]{32}\/ete\.png$/)
    expect(await call('GET', `/v1/media/${made.body.id}`)).toMatchObject({ status: 200, body: done.body })
  })

  it('answers a repeat of the call with the same key as the first time, and makes one medium', async () => {
    const headers = { 'idempotency-key': 'upload-1' }
    const first = await call('POST', '/v1/media', { body: wanted, headers })
    const again = await call('POST', '/v1/media', { body: wanted, headers })
    expect(again).toMatchObject({ status: 201, body: first.body })
    const other = await call('POST', '/v1/media', { body: { ...wanted, alt: 'Autre' }, headers })
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } })
    const theirs = await call('POST', '/v1/media', { body: wanted, headers, as: 'two' })
    expect(theirs.body.id).not.toBe(first.body.id)
  })

  it.each([
    [{ ...wanted, mime: 'image/svg+xml' }, '/mime'],
    [{ ...wanted, bytes: 0 }, '/bytes'],
    [{ ...wanted, bytes: '12' }, '/bytes'],
    [{ ...wanted, bytes: 60 * 2 ** 20 }, '/bytes'],
    [{ ...wanted, mime: 'video/mp4', bytes: 600 * 2 ** 20 }, '/bytes'],
    [{ ...wanted, filename: 'x'.repeat(256) }, '/filename'],
    [{ ...wanted, alt: 7 }, '/alt'],
    [{ mime: 'image/png', bytes: 1 }, '/filename'],
  ])('refuses what is wrong and writes nothing: $1', async (body, pointer) => {
    await stage.workspace('one')
    const before = (await stage.stored()).length
    const answer = await call('POST', '/v1/media', { body })
    expect(answer.status).toBe(422)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.body.problems.map((problem: { pointer: string }) => problem.pointer)).toContain(pointer)
    expect((await stage.stored()).length).toBe(before)
  })

  it('refuses what is no JSON', async () => {
    expect((await call('POST', '/v1/media', { raw: '{"filename":' })).status).toBe(400)
  })
})

describe('POST /v1/media/{id}/complete', () => {
  it('says what is wrong with the bytes', async () => {
    const made = await call('POST', '/v1/media', { body: wanted })
    const path = `/v1/media/${made.body.id}/complete`
    expect(await call('POST', path)).toMatchObject({ status: 409, body: { code: 'not_uploaded' } })
    await put(made, Buffer.concat([Buffer.from('<html>'), picture]).subarray(0, picture.length))
    expect(await call('POST', path)).toMatchObject({ status: 422, body: { code: 'unsupported_media' } })
    await put(made)
    expect(await call('POST', path)).toMatchObject({ status: 200, body: { state: 'ready' } })
  })
})

describe('one medium', () => {
  it('is changed at the version that was read, and deleted', async () => {
    const made = await ready()
    const path = `/v1/media/${made.body.id}`
    const stale = await call('PATCH', path, { body: { alt: 'x' }, headers: { 'if-match': '"1"' } })
    expect(stale).toMatchObject({ status: 412, body: { code: 'stale_version' } })
    const changed = await call('PATCH', path, {
      body: { alt: 'Deux crêpes', credit: 'Ana' },
      headers: { 'if-match': String(made.headers.etag) },
    })
    expect(changed).toMatchObject({ status: 200, body: { alt: 'Deux crêpes', credit: 'Ana' } })
    expect(await call('DELETE', path)).toMatchObject({ status: 204 })
    expect(await call('GET', path)).toMatchObject({ status: 404, body: { code: 'not_found' } })
    const actions = (await stage.stored()).filter(({ subject }) => subject === made.body.id).map(({ action }) => action)
    expect(actions.sort()).toEqual(['media.completed', 'media.created', 'media.deleted', 'media.updated'])
  })

  it('keeps the smallest number that the storage holds, and refuses a smaller one', async () => {
    const { body } = await ready()
    const focus = (x: string) =>
      call('PATCH', `/v1/media/${body.id}`, {
        raw: `{"focus":{"x":${x},"y":0.5}}`,
        headers: { 'content-type': 'application/json' },
      })
    for (const x of ['1e-130', '0', '0.1234567890123456']) expect((await focus(x)).status, x).toBe(200)
    for (const x of ['5e-324', '9e-131'])
      expect(await focus(x)).toMatchObject({ status: 422, body: { problems: [{ pointer: '/focus/x' }] } })
  })

  it('of another workspace, unknown or misspelt, is not there, whatever is asked of it', async () => {
    const made = await ready()
    for (const [path, as] of [
      [`/v1/media/${made.body.id}`, 'two'],
      [unknown, 'one'],
    ] as const)
      for (const [method, tail, body] of [
        ['GET', '', undefined],
        ['PATCH', '', { alt: 'x' }],
        ['DELETE', '', undefined],
        ['POST', '/complete', undefined],
      ] as const)
        expect(await call(method, `${path}${tail}`, { as, ...(body === undefined ? {} : { body }) })).toMatchObject({
          status: 404,
        })
    expect((await call('GET', '/v1/media/nothing')).status).toBeGreaterThanOrEqual(400)
    expect(await call('GET', `/v1/media/${made.body.id}`)).toMatchObject({ status: 200, body: made.body })
  })
})

describe('GET /v1/media', () => {
  it('goes from page to page, and refuses a cursor of another workspace or list', async () => {
    for (let index = 0; index < 3; index++) await call('POST', '/v1/media', { body: wanted, as: 'three' })
    const first = await call('GET', '/v1/media', { query: 'limit=2', as: 'three' })
    const second = await call('GET', '/v1/media', { query: `limit=2&cursor=${first.body.next}`, as: 'three' })
    expect([first.body.items.length, second.body.items.length]).toEqual([2, 1])
    const ids = [...first.body.items, ...second.body.items].map(({ id }: { id: string }) => id)
    expect(new Set(ids).size).toBe(3)
    expect(await call('GET', '/v1/media', { query: `limit=2&cursor=${first.body.next}` })).toMatchObject({
      status: 400,
    })
    expect(await call('GET', '/v1/media', { query: 'kind=sound' })).toMatchObject({ status: 422 })
  })
})
