/** Bad input to every route of `functions/api/routes.ts`: a new route is asked the same by itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Route } from '../../functions/api/routes.ts'
import { answersOf } from '../../scripts/openapi/responses.ts'
import { sealCursor } from '../../shared/http/cursor.ts'
import { answered } from '../support/documented.ts'
import type { Answered, Ask } from '../support/invoke.ts'
import {
  bodyOf,
  expectProblem,
  type House,
  type Houses,
  operations,
  pathOf,
  routes,
  signingKey,
  startHouses,
} from './every-route.ts'
import { type Field, fieldsOf } from './every-route-fields.ts'

let houses: Houses
let one: House
let two: House

beforeAll(async () => {
  houses = await startHouses('every-route')
  one = houses.one
  two = houses.two
})
afterAll(() => houses.stop())

/** The route, asked well by the first workspace but for what is given. */
function ask(route: Route, over: Partial<Ask> = {}, token: string | undefined = one.token): Promise<Answered> {
  const body = bodyOf(route, one)
  return houses.ask(
    token,
    { method: route.method, path: pathOf(route, one), ...(body === undefined ? {} : { body }), ...over },
    route.resource,
  )
}

/** Nothing that is stored is another afterwards. */
async function writingNothing(refused: () => Promise<void>): Promise<void> {
  const before = await houses.stored()
  await refused()
  expect(await houses.stored()).toEqual(before)
}

/** A test of the routes it is about; the others have none of this name. */
function when(about: unknown, name: string, test: () => Promise<void>): void {
  if (about) it(name, test)
}

/** Days and instants at the ends of what can be written. */
const extremes = [
  '0000-01-01',
  '9999-12-31',
  '1970-01-01',
  '0000-01-01T00:00:00%2B14:00',
  '9999-12-31T23:59:59-23:59',
  '2026-02-30',
  '2026-12-01T24:00:00Z',
  '0001-01-01T00:00:00Z',
]

const json = { 'content-type': 'application/json' }
const parametersOf = (route: Route) => [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
const idsOf = (route: Route) => parametersOf(route).filter((name) => name.endsWith('Id'))
const unknownId = (known: string) => known.replace(/_.*/, '_01ARZ3NDEKTSV4RRFFQ69G5FAV')
const queryOf = (schema: z.ZodType | undefined): Field[] => (schema === undefined ? [] : fieldsOf(schema))

it('has routes to ask', () => {
  expect(routes.length).toBeGreaterThan(40)
  expect(new Set(routes.map((route) => route.operation)).size).toBe(routes.length)
})

describe.each(routes.map((route) => [`${route.method} ${route.path}`, route] as [string, Route]))('%s', (_, route) => {
  const operation = operations.get(route.operation)
  const closed = route.access !== 'public'

  when(closed, 'wants a key that is there, is right, is not revoked, and may', () =>
    writingNothing(async () => {
      // said before anything is read of the request: who may not ask learns nothing of it
      const broken = { ...(operation?.body === undefined ? {} : { body: '{', headers: json }) }
      const nobody = await houses.ask(
        undefined,
        { method: route.method, path: pathOf(route, one), ...broken },
        route.resource,
      )
      expectProblem(nobody, 401, 'missing_credentials')
      expect(nobody.headers['www-authenticate']).toContain('Bearer')
      const wrongSecret = `${one.token.slice(0, -43)}${'A'.repeat(43)}`
      const unknownKey = one.token.replace(/key_\w{26}/, 'key_01ARZ3NDEKTSV4RRFFQ69G5FAV')
      for (const token of ['nonsense', 'parvis_key_', wrongSecret, unknownKey, houses.revoked, `${one.token}x`])
        expectProblem(await ask(route, broken, token), 401, 'invalid_token')
      for (const authorization of ['Basic YTpi', one.token, 'Bearer', `Bearer ${one.token} ${one.token}`])
        expectProblem(await ask(route, { ...broken, headers: { ...json, authorization } }), 401, 'invalid_token')
      const refused = await ask(route, broken, houses.without.get(route.access))
      expectProblem(refused, 403, 'missing_scope')
      expect(refused.json.detail).toContain(route.access)
      expectProblem(await ask(route, { headers: { ...json, 'parvis-workspace': two.id } }), 403, 'not_a_member')
    }),
  )

  when(operation?.body, 'refuses a body that cannot be read', () =>
    writingNothing(async () => {
      for (const body of [
        '{',
        '{"a":1,}',
        "{'a':1}",
        'a=b',
        '',
        '{}{}',
        '\u0000',
        '"\u0000"',
        '{"a":NaN}',
        Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
      ]) {
        const base64 = typeof body !== 'string'
        if (body === '') expectProblem(await ask(route, { body, headers: json }), 422, 'validation_failed')
        else expectProblem(await ask(route, { body, headers: json, base64 }), 400, 'malformed_json')
      }
      const good = JSON.stringify(bodyOf(route, one))
      for (const type of [
        '',
        'text/plain',
        'text/json',
        'application/xml',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
      ]) {
        if (operation?.form === true && type.endsWith('urlencoded')) continue
        expectProblem(
          await ask(route, { body: good, headers: type === '' ? {} : { 'content-type': type } }),
          415,
          'unsupported_media_type',
        )
      }
      const deep = `${'{"a":'.repeat(30)}1${'}'.repeat(30)}`
      for (const body of [deep, '['.repeat(200_000), `${'['.repeat(30)}${']'.repeat(30)}`])
        expectProblem(await ask(route, { body, headers: json }), 400, 'json_too_deep')
      const large = JSON.stringify({ a: 'x'.repeat(600 * 1024) })
      for (const base64 of [false, true])
        expectProblem(await ask(route, { body: large, headers: json, base64 }), 413, 'body_too_large')
      // neither can be kept as it is: the storage, XML and the networks take none
      for (const text of ['"\\ud800"', '"a\\u0000b"', '{"\\udc00":1}', '{"a":[{"b":"\\ud83d"}]}'])
        expectProblem(await ask(route, { body: text, headers: json }), 400, 'unusable_text')
      for (const number of ['1e400', '123456789012345678901234567890', '-1e30', '5e-324', '-9.9e-131']) {
        const body = `{"a~/":[0,{"b":${number}}]}`
        const refused = expectProblem(await ask(route, { body, headers: json }), 422, 'number_out_of_range')
        expect(refused.problems).toMatchObject([{ pointer: '/a~0~1/1/b', code: 'number_out_of_range', in: 'body' }])
      }
    }),
  )

  when(
    operation?.body,
    'refuses what is no object, a field it does not know, and every field of a wrong type or too long',
    () =>
      writingNothing(async () => {
        for (const body of ['null', '[]', '"x"', '3', 'true', '[{}]'])
          expectProblem(await ask(route, { body, headers: json }), 422, 'validation_failed')
        const good = z.record(z.string(), z.unknown()).parse(bodyOf(route, one))
        const strange = expectProblem(await ask(route, { body: { ...good, __strange: 1 } }), 422, 'validation_failed')
        expect(strange.problems).toMatchObject([{ pointer: '/__strange', code: 'unknown_field', in: 'body' }])
        const fields = operation?.body === undefined ? [] : fieldsOf(operation.body)
        expect(fields.length).toBeGreaterThan(0)
        for (const field of fields)
          for (const wrong of field.wrong) {
            const answer = await ask(route, { body: { ...good, ...Object(field.wrap(wrong)) } })
            const problem = expectProblem(answer, [400, 422], 'validation_failed')
            const pointers = problem.problems?.map(({ pointer }) => pointer) ?? []
            const about = pointers.some(
              (pointer) => pointer.startsWith(field.pointer) || field.pointer.startsWith(`${pointer}/`),
            )
            expect(about, `${field.pointer} = ${JSON.stringify(wrong).slice(0, 80)}: ${pointers}`).toBe(true)
          }
      }),
  )

  when(
    closed && idsOf(route).length > 0,
    'answers 404 to ids that are unknown, malformed, or another workspace’s',
    () =>
      writingNothing(async () => {
        const names = idsOf(route)
        for (const name of names) {
          const known = one.ids[name] ?? ''
          const at = (id: string) => ask(route, { path: pathOf(route, one, { [name]: id }) })
          for (const id of [unknownId(known), two.ids[name] ?? '']) expectProblem(await at(id), 404, 'not_found')
          const malformed = [
            'nonsense',
            known.toLowerCase(),
            `${known}0`,
            known.slice(0, -1),
            known.replace(/^[a-z]+/, 'xx'),
            'x'.repeat(3_000),
            `${known}%00`,
            '%00',
            '%E0%A4%A',
            '%ED%A0%80',
            '..%2F..%2Fetc',
            '%20',
            '*',
            encodeURIComponent("' OR 1=1 --"),
            '__proto__',
            'constructor',
          ]
          for (const id of malformed) expectProblem(await at(id), 404, 'not_found', 'no_such_route')
        }
        const theirs = Object.fromEntries(names.map((name) => [name, two.ids[name] ?? '']))
        expectProblem(await ask(route, { path: pathOf(route, one, theirs) }), 404, 'not_found')
      }),
  )

  when(!closed && idsOf(route).length > 0, 'answers 404 to what is not there, to everyone', () =>
    writingNothing(async () => {
      for (const id of [
        'nonsense',
        'x'.repeat(90),
        'x'.repeat(3_000),
        '%00',
        '%E0%A4%A',
        '%ED%A0%80',
        '..%2F..',
        '%20',
        '*',
        '__proto__',
      ])
        for (const name of idsOf(route))
          expectProblem(
            await ask(route, { path: pathOf(route, one, { [name]: id }) }, undefined),
            404,
            'not_found',
            'no_such_route',
          )
    }),
  )

  when(
    !closed && parametersOf(route).length > 0 && route.resource !== 'webhooks',
    'answers 404 to parameters it does not know',
    () =>
      writingNothing(async () => {
        for (const name of parametersOf(route).filter((one) => !one.endsWith('Id')))
          for (const value of ['nonsense', '%00', '%E0%A4%A', '..%2Fopenapi.json', '__proto__', 'x'.repeat(3_000)])
            expectProblem(
              await ask(route, { path: pathOf(route, one, { [name]: value }) }, undefined),
              404,
              'not_found',
              'no_such_route',
            )
      }),
  )

  when(operation?.raw?.[400], 'says by a page that a link leads nowhere', () =>
    writingNothing(async () => {
      const stranger = { address: (one.ids.address ?? '').replace(/.$/, (last) => (last === 'x' ? 'y' : 'x')) }
      const body = bodyOf(route, one)
      const over = { path: pathOf(route, one, stranger), ...(body === undefined ? {} : { body }) }
      const { status, headers, text } = await ask(route, over, undefined)
      expect({ status, type: headers['content-type'] }, text).toEqual({ status: 400, type: 'text/html; charset=utf-8' })
    }),
  )

  when(!closed && operation?.query, 'refuses a parameter twice that it takes once', () =>
    writingNothing(async () => {
      for (const { pointer } of queryOf(operation?.query)) {
        const name = pointer.slice(1)
        const path = `${pathOf(route, one)}?${name}=a&${name}=a`
        const body = bodyOf(route, one)
        const answer = await ask(route, { path, ...(body === undefined ? {} : { body }) }, undefined)
        expectProblem(answer, 422, 'validation_failed')
      }
    }),
  )

  when(closed, 'refuses parameters it does not know, knows otherwise, or takes once', () =>
    writingNothing(async () => {
      const at = (query: string) => ask(route, { path: `${pathOf(route, one)}?${query}` })
      const strange = expectProblem(await at('strange=1'), 422, 'validation_failed')
      expect(strange.problems).toMatchObject([{ pointer: '/strange', code: 'unknown_field', in: 'query' }])
      expectProblem(await at('strange=1&strange=2'), 422, 'validation_failed')
      if (operation?.list !== true) expectProblem(await at('limit=5'), 422, 'validation_failed')
      for (const { pointer, takesArray, isTime } of queryOf(operation?.query)) {
        const name = pointer.slice(1)
        if (pointer.split('/').length > 2) continue
        if (isTime)
          for (const value of extremes)
            if ((await at(`${name}=${value}`)).status !== 200)
              expectProblem(await at(`${name}=${value}`), [400, 422], 'validation_failed')
        for (const value of ['%00', '%ED%A0%80', 'x'.repeat(3_000), '[]', '{}', '__proto__'])
          expectProblem(await at(`${name}=${value}`), [400, 422], 'validation_failed')
        expectProblem(
          await at(takesArray ? `${name}=nonsense&${name}=x` : `${name}=a&${name}=a`),
          422,
          'validation_failed',
        )
      }
    }),
  )

  when(operation?.list, 'takes a cursor of its own only, and a limit within bounds', () =>
    writingNothing(async () => {
      const path = pathOf(route, one)
      const at = (query: string, token = one.token) => ask(route, { path: `${path}?${query}` }, token)
      for (const limit of ['0', '101', '-1', '1.5', '1e1', 'ten', '', '999999999999', '1&limit=2', '%2010'])
        expectProblem(await at(`limit=${limit}`), 422, 'validation_failed')

      const first = await at('limit=1')
      expect(first.status, first.text).toBe(200)
      const { next } = first.json
      expect(next, 'give every list two items in tests/api/every-route.ts').toEqual(expect.any(String))
      expect(await at(`limit=1&cursor=${next}`)).toMatchObject({ status: 200 })
      const bytes = Buffer.from(next, 'base64url')
      const changed = (index: number) => {
        const copy = Buffer.from(bytes)
        copy[index] = (copy[index] ?? 0) ^ 1
        return copy.toString('base64url')
      }
      const filters = Object.fromEntries(parametersOf(route).map((name) => [name, one.ids[name]]))
      const sealed = (over: object, now = Date.now()) =>
        sealCursor(
          Buffer.from(signingKey),
          { workspaceId: one.id, operation: route.operation, filters, ...over },
          { pk: 'a', sk: 'b' },
          now,
        )
      const refused = [
        changed(0),
        changed(bytes.length - 1),
        next.slice(0, 20),
        next.slice(0, -4),
        `${next}AAAA`,
        'nonsense',
        '',
        '%00',
        'A'.repeat(5_000),
        sealed({}, Date.now() - 24 * 3600_000 - 1),
        sealed({ workspaceId: two.id }),
        sealed({ operation: 'listOther' }),
        sealed({ filters: { ...filters, state: 'x' } }),
        sealCursor(
          Buffer.from('another key of thirty-two bytes ..'),
          { workspaceId: one.id, operation: route.operation, filters },
          { pk: 'a', sk: 'b' },
          Date.now(),
        ),
      ]
      for (const cursor of refused) expectProblem(await at(`limit=1&cursor=${cursor}`), 400, 'invalid_cursor')
      expectProblem(await at(`cursor=${next}&cursor=${next}`), 400, 'invalid_cursor')
      if (idsOf(route).length === 0) expectProblem(await at(`limit=1&cursor=${next}`, two.token), 400, 'invalid_cursor')
    }),
  )

  when(operation?.updates, 'changes nothing of a version that was not seen', () =>
    writingNothing(async () => {
      const stale = expectProblem(await ask(route, { headers: { ...json, 'if-match': '"999"' } }), 412, 'stale_version')
      expect(stale.detail).toMatch(/\d/)
      for (const tag of ['3', 'W/"1"', '"a"', '""', '"1", "2"', '"-1"', '"1.0"', `"${'1'.repeat(40)}"`, ''])
        expectProblem(await ask(route, { headers: { ...json, 'if-match': tag } }), 400, 'invalid_if_match')
    }),
  )

  when(operation?.body, 'names a field called __proto__ or constructor, however deep it is', () =>
    writingNothing(async () => {
      const names: object = JSON.parse('{"a":[{"__proto__":{"x":1}},{"constructor":{"name":"Set"}}],"constructor":1}')
      const refused = expectProblem(
        await ask(route, { body: { ...Object(bodyOf(route, one)), ...names }, headers: json }),
        422,
        'unusable_name',
      )
      expect(refused.problems).toMatchObject([
        { pointer: '/a/0/__proto__', code: 'unusable_name', in: 'body' },
        { pointer: '/a/1/constructor', code: 'unusable_name', in: 'body' },
        { pointer: '/constructor', code: 'unusable_name', in: 'body' },
      ])
    }),
  )

  // accounts that were chosen are not made again
  when(operation?.status === 201 && operation.creates !== true, 'creates nothing twice without a key', async () => {
    expect(route.operation).toBe('chooseAccounts')
  })

  when(operation?.creates, 'refuses an Idempotency-Key that is none', () =>
    writingNothing(async () => {
      for (const key of ['', 'x'.repeat(256), 'clé', 'a\tb'])
        expectProblem(
          await ask(route, { headers: { ...json, 'idempotency-key': key } }),
          400,
          'invalid_idempotency_key',
        )
    }),
  )

  it('answers 405 with what is allowed to another method, and 404 below it', () =>
    writingNothing(async () => {
      const here = routes
        .filter((other) => other.resource === route.resource && samePlace(other.path, route.path))
        .map((other) => other.method)
      // networks preflight nothing: the webhooks take what they are called with and no more
      const also =
        route.resource === 'webhooks' ? [] : ['OPTIONS', ...(here.some((method) => method === 'GET') ? ['HEAD'] : [])]
      const takes = new Set<string>([...here, ...also])
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PURGE'].filter(
        (one) => !takes.has(one),
      )) {
        const answer = await houses.ask(one.token, { method, path: pathOf(route, one) }, route.resource)
        expectProblem(answer, 405, 'method_not_allowed')
        expect(new Set(answer.headers.allow?.split(', '))).toEqual(takes)
      }
      for (const below of ['/nonsense/nonsense', '/%00/x', '//x/y'])
        expectProblem(
          await houses.ask(one.token, { method: route.method, path: `${pathOf(route, one)}${below}` }, route.resource),
          404,
        )
    }))
})

/** Whether two patterns lead to the same address with the first workspace's ids. */
const samePlace = (pattern: string, path: string) =>
  pattern.replaceAll(/\{\w+\}/g, '*') === path.replaceAll(/\{\w+\}/g, '*') ||
  (path.split('/').length === pattern.split('/').length &&
    path
      .split('/')
      .every((part, index) => part === pattern.split('/')[index] || (pattern.split('/')[index] ?? '').startsWith('{')))

it('answers 404 to a network that there is not', async () => {
  for (const network of ['nonsense', '__proto__', 'x'.repeat(3_000)])
    expectProblem(await houses.ask(one.token, { path: `/v1/networks/${network}` }), 404, 'not_found')
})

describe('the webhooks', () => {
  const post = (over: Partial<Ask>) =>
    houses.ask(undefined, { method: 'POST', path: '/webhooks/facebook', headers: json, body: '{}', ...over })

  it('refuse a handshake that is none, or wrong, and what is too large, at every address', () =>
    writingNothing(async () => {
      const get = (path: string, body?: string) =>
        houses.ask(undefined, { path, ...(body === undefined ? {} : { body, headers: json }) })
      const large = 'x'.repeat(1024 * 1024 + 1)
      for (const path of ['/webhooks/facebook', '/webhooks/youtube/UC1']) {
        expectProblem(await get(path), 400, 'no_handshake')
        expectProblem(await get(`${path}?hub.mode=subscribe&hub.verify_token=wrong`), 403, 'handshake_refused')
        expectProblem(await get(path, large), 413, 'payload_too_large')
        expectProblem(await post({ path, body: large }), 413, 'payload_too_large')
        expectProblem(await post({ path }), 401, 'invalid_signature')
      }
      for (const path of ['/webhooks/nonsense', '/webhooks/facebook/x', '/webhooks/youtube', '/webhooks/nonsense/x']) {
        expectProblem(await get(path), 404, 'unknown_webhook')
        expectProblem(await post({ path }), 404, 'unknown_webhook')
      }
    }))

  it('answer problem documents to what is unsigned, wrongly signed, or too large', () =>
    writingNothing(async () => {
      for (const signature of [
        undefined,
        '',
        'sha256=',
        `sha256=${'0'.repeat(64)}`,
        'sha256=zz',
        `sha1=${'0'.repeat(40)}`,
        '0'.repeat(5_000),
      ])
        expectProblem(
          await post({
            headers: { ...json, ...(signature === undefined ? {} : { 'x-hub-signature-256': signature }) },
          }),
          401,
          'invalid_signature',
        )
      for (const base64 of [false, true])
        expectProblem(await post({ body: 'x'.repeat(1024 * 1024 + 1), base64 }), 413, 'payload_too_large')
      expectProblem(
        await houses.ask(undefined, {
          path: '/webhooks/facebook?hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1',
        }),
        403,
        'handshake_refused',
      )
      expectProblem(await post({ path: '/webhooks/nonsense' }), 404, 'unknown_webhook')
    }))
})

it.each(['/', '/v2/posts', '/v1', '/v1/nonsense', '/%00', '/v1/%E0%A4%A'])('there is nothing at %s', async (path) => {
  expectProblem(await houses.ask(one.token, { path }), 404, 'no_such_route')
})

/** Refusals that depend on what else happens (a conflict, too many requests, a failure of ours): other tests are about them. */
const byCircumstance = new Set([409, 429, 500, 503])
/** A person of several workspaces who names none: tests/http/people.test.ts. A topic of SNS: tests/networks/email/sns.test.ts. */
const seenElsewhere = (route: Route, status: number) =>
  (status === 400 && route.access !== 'public') || (status === 403 && route.operation === 'receive')

it.each(routes.map((route) => [`${route.method} ${route.path}`, route] as [string, Route]))(
  'every refusal that is documented of %s was answered',
  (_, route) => {
    const documented = [...answersOf(route, operations.get(route.operation)).keys()]
    const seen = answered.get(route.operation)
    const unseen = documented.filter((status) => status >= 400 && !byCircumstance.has(status) && !seen?.has(status))
    expect(unseen.filter((status) => !seenElsewhere(route, status))).toEqual([])
  },
)
