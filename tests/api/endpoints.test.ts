import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { handler } from '../../functions/api/endpoints.ts'
import { deliveries } from '../../functions/containers/notifying.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { postCreated } from '../../shared/publishing/events.ts'
import { type Answered, type Asked, startTelling } from './telling.ts'

let stage: Awaited<ReturnType<typeof startTelling>>
let call: (method: string, path: string, asked?: Asked) => Promise<Answered>

beforeAll(async () => {
  stage = await startTelling('api-endpoints')
  call = stage.client(handler)
})
afterAll(() => stage.stop())

const root = '/v1/webhook-endpoints'
const wanted = { url: 'http://127.0.0.1:9/hook?token=t', events: ['post.*'], description: 'The shop' }

async function event(name: string) {
  const { id: workspaceId } = await stage.workspace(name)
  const made = postCreated.create(
    { now: Date.now(), random: systemRandom },
    { workspaceId, subject: 'post_1', sequence: 1 },
    { postId: 'post_1' },
  )
  await deliveries().fanOut(made)
  return made
}

describe('an endpoint', () => {
  it('shows its secret once, at its making and at each rotation, and keeps it sealed', async () => {
    const made = await call('POST', root, { body: wanted })
    expect(made).toMatchObject({
      status: 201,
      body: { ...wanted, state: 'active', secret: expect.stringMatching(/^whsec_.{40,}/) },
    })
    const path = `${root}/${made.body.id}`
    expect((await call('GET', path)).body).not.toHaveProperty('secret')
    expect((await call('GET', root)).body.items[0]).not.toHaveProperty('secret')
    const rotated = await call('POST', `${path}/rotate-secret`)
    expect(rotated).toMatchObject({
      status: 200,
      body: { secret: expect.stringMatching(/^whsec_/), oldSecretUntil: expect.any(String) },
    })
    expect(rotated.body.secret).not.toBe(made.body.secret)
    const all = JSON.stringify(await stage.stored())
    for (const { secret } of [made.body, rotated.body]) expect(all).not.toContain(secret.slice(6))
  })

  it('is made once for one Idempotency-Key; the repeat answers without the secret', async () => {
    const headers = { 'idempotency-key': 'endpoint-1' }
    const first = await call('POST', root, { body: wanted, headers, as: 'two' })
    const again = await call('POST', root, { body: wanted, headers, as: 'two' })
    const { secret: _, ...rest } = first.body
    expect(again).toMatchObject({ status: 201, body: rest })
    expect(again.body).not.toHaveProperty('secret')
    expect((await call('GET', root, { as: 'two' })).body.items).toHaveLength(1)
  })

  it.each([
    [{ ...wanted, events: [] }, '/events'],
    [{ ...wanted, events: ['post.burnt'] }, '/events/0'],
    [{ ...wanted, url: 'no address' }, '/url'],
    [{ ...wanted, url: 'ftp://example.org/' }, '/url'],
    [{ ...wanted, url: 'http://169.254.169.254/latest' }, '/url'],
    [{ ...wanted, url: `https://example.org/${'x'.repeat(2100)}` }, '/url'],
    [{ events: ['*'] }, '/url'],
  ])('is not made of what is wrong: $1', async (body, pointer) => {
    await stage.workspace('one')
    const before = (await stage.stored()).length
    const answer = await call('POST', root, { body })
    expect(answer.status).toBe(422)
    expect(answer.body.problems.map((problem: { pointer: string }) => problem.pointer)).toContain(pointer)
    expect((await stage.stored()).length).toBe(before)
  })

  it('is changed at the version that was read, and removed', async () => {
    const made = await call('POST', root, { body: wanted })
    const path = `${root}/${made.body.id}`
    const changed = await call('PATCH', path, {
      body: { state: 'disabled', description: null },
      headers: { 'if-match': made.headers.etag ?? '' },
    })
    expect(changed).toMatchObject({ status: 200, body: { state: 'disabled' } })
    expect(changed.body).not.toHaveProperty('description')
    const stale = await call('PATCH', path, {
      body: { state: 'active' },
      headers: { 'if-match': made.headers.etag ?? '' },
    })
    expect(stale).toMatchObject({ status: 412 })
    expect(await call('DELETE', path)).toMatchObject({ status: 204 })
    expect(await call('GET', path)).toMatchObject({ status: 404 })
  })
})

describe('its deliveries', () => {
  it('are listed page by page, and replayed', async () => {
    const made = await call('POST', root, { body: wanted, as: 'three' })
    const path = `${root}/${made.body.id}/deliveries`
    const events = [await event('three'), await event('three'), await event('three')]
    const first = await call('GET', path, { query: 'limit=2', as: 'three' })
    const second = await call('GET', path, { query: `limit=2&cursor=${first.body.next}`, as: 'three' })
    const listed = [...first.body.items, ...second.body.items]
    expect(new Set(listed.map(({ eventId }) => eventId))).toEqual(new Set(events.map(({ id }) => id)))
    expect(listed[0]).not.toHaveProperty('event')
    expect(await call('GET', path, { query: 'state=delivered', as: 'three' })).toMatchObject({ body: { items: [] } })
    const replayed = await call('POST', `${path}/${listed[0].id}/replay`, { as: 'three' })
    expect(replayed).toMatchObject({ status: 202, body: { state: 'pending', replays: 1, eventId: listed[0].eventId } })
  })

  it('of one endpoint do not open with the cursor of another', async () => {
    const one = await call('POST', root, { body: wanted, as: 'four' })
    const two = await call('POST', root, { body: wanted, as: 'four' })
    for (let index = 0; index < 3; index++) await event('four')
    const { body } = await call('GET', `${root}/${one.body.id}/deliveries`, { query: 'limit=1', as: 'four' })
    const foreign = await call('GET', `${root}/${two.body.id}/deliveries`, {
      query: `limit=1&cursor=${body.next}`,
      as: 'four',
    })
    expect(foreign).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } })
  })
})

it('of another workspace is not there, whatever is asked of it', async () => {
  const made = await call('POST', root, { body: wanted, as: 'five' })
  await event('five')
  const path = `${root}/${made.body.id}`
  const { items } = (await call('GET', `${path}/deliveries`, { as: 'five' })).body
  const asked = [
    ['GET', path, undefined],
    ['PATCH', path, { state: 'disabled' }],
    ['DELETE', path, undefined],
    ['POST', `${path}/rotate-secret`, undefined],
    ['GET', `${path}/deliveries`, undefined],
    ['POST', `${path}/deliveries/${items[0].id}/replay`, undefined],
  ] as const
  for (const [method, address, body] of asked)
    expect(await call(method, address, { as: 'six', ...(body === undefined ? {} : { body }) })).toMatchObject({
      status: 404,
    })
  expect(await call('GET', path, { as: 'five' })).toMatchObject({ body: { version: 1, state: 'active' } })
})
