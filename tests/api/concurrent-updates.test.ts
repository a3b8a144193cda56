/** Several changes at once from the same version: one is made, the others are told that theirs was stale. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Route } from '../../functions/api/routes.ts'
import { bodyOf, expectProblem, type Houses, operations, pathOf, routes, startHouses } from './every-route.ts'

let houses: Houses
beforeAll(async () => {
  houses = await startHouses('concurrent-updates')
})
afterAll(() => houses.stop())

const updates = routes.filter(({ method, operation }) => method === 'PATCH' && operations.get(operation)?.updates)

it.each(updates.map((route) => [`${route.method} ${route.path}`, route] as [string, Route]))(
  '%s with one If-Match, eight at once: one is made, seven answer 412',
  async (_, route) => {
    const { one } = houses
    const path = pathOf(route, one)
    const { etag = '' } = (await houses.ask(one.token, { path })).headers
    const body = bodyOf(route, one)
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        houses.ask(one.token, { method: 'PATCH', path, body, headers: { 'if-match': etag } }),
      ),
    )
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused).toHaveLength(7)
    for (const answer of refused) expectProblem(answer, 412, 'stale_version')
  },
)

it('covers every kind of thing that is changed', () => {
  expect(updates.map(({ operation }) => operation).toSorted()).toEqual([
    'updateChannel',
    'updateEndpoint',
    'updateList',
    'updateMedia',
    'updatePost',
    'updatePublication',
    'updateUser',
    'updateWorkspace',
  ])
})

it('a repeated creation answers the Location of the first', async () => {
  const add = () =>
    houses.ask(houses.one.token, {
      method: 'POST',
      path: '/v1/users',
      body: { name: 'Max', email: 'max@example.org', role: 'viewer' },
      headers: { 'idempotency-key': 'one person' },
    })
  const [first, again] = [await add(), await add()]
  expect(again.headers).toMatchObject({ location: first.headers.location, 'idempotency-replayed': 'true' })
  expect(again.text).toBe(first.text)
})
