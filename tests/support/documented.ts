/** Whether an answer is one that the OpenAPI document names: its status, its content type, its headers. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'vitest'
import { type Route, resources, routes } from '../../functions/api/routes.ts'
import { answersOf, isVersioned } from '../../scripts/openapi/responses.ts'
import { allowed } from '../../shared/http/paths.ts'
import type { AnyOperation } from '../../shared/http/run.ts'

/** The statuses that were answered, by operation: for the test that nothing is documented that is never answered. */
export const answered = new Map<string, Set<number>>()

/** Fails for an answer that the document does not name. Methods and paths that no route has are not looked at. */
export async function expectDocumented(
  method: string,
  path: string,
  { status, headers }: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
): Promise<void> {
  const route = routeOf(method, path)
  if (route === undefined) return
  const operation = await operationOf(route)
  const types = answersOf(route, operation).get(status)
  const about = `${method} ${route.path} answered ${status}`
  expect(types, about).toBeDefined()
  const type = headers['content-type']?.replace(/;.*/, '')
  if (status === 304 || types?.length === 0) expect(types, about).toEqual([])
  else if (!types?.includes('*/*')) expect(types, about).toContain(type)
  if (status < 300) expect('etag' in headers || operation?.raw !== undefined, about).toBe(hasTag(operation))
  answered.set(route.operation, (answered.get(route.operation) ?? new Set()).add(status))
}

const hasTag = (operation: AnyOperation | undefined) => operation?.raw !== undefined || isVersioned(operation)

function routeOf(method: string, path: string): Route | undefined {
  const [bare = ''] = path.split('?')
  const matching = routes.filter((route) => route.method === method && allowed([route], bare).length > 0)
  // a literal segment wins over a parameter
  return matching.toSorted((a, b) => count(a.path) - count(b.path))[0]
}

const count = (pattern: string) => pattern.split('{').length

const modules = new Map<string, Promise<Readonly<Record<string, AnyOperation>>>>()

async function operationOf({ resource, operation }: Route): Promise<AnyOperation | undefined> {
  if (resource === 'webhooks') return undefined
  const { entry } = resources[resource]
  const found =
    modules.get(resource) ??
    import(pathToFileURL(join(import.meta.dirname, '../..', entry)).href).then((module) => module.operations)
  modules.set(resource, found)
  return (await found)[operation]
}
