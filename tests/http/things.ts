import * as z from 'zod'
import { remember } from '../../shared/aws/idempotency.ts'
import { keys } from '../../shared/aws/keys.ts'
import type { Table } from '../../shared/aws/table.ts'
import { operation } from '../../shared/http/operation.ts'
import type { HttpParts } from '../../shared/http/parts.ts'
import { RateLimit } from '../../shared/http/rate-limit.ts'
import { createResourceHandler } from '../../shared/http/resource-handler.ts'
import type { AnyOperation, ResourceRoute } from '../../shared/http/run.ts'
import { repeatable } from '../../shared/http/validate.ts'
import { languageOf } from '../../shared/i18n/index.ts'
import { AppError, notFound } from '../../shared/kernel/errors.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { findWorkspace, Members, Workspaces } from '../../shared/workspaces/index.ts'
import type { Engine } from '../support/engine.ts'
import { type Answered, type Ask, invoke } from '../support/invoke.ts'

const thingSchema = z.object({ id: z.string(), name: z.string(), version: z.number() })
const thingId = z.string().regex(/^thing_\d{4}$/)
const partition = (ws: string) => `ws#${ws}#things`

const routes: readonly ResourceRoute[] = [
  { method: 'POST', path: '/v1/things', operation: 'createThing', access: 'posts:write' },
  { method: 'GET', path: '/v1/things', operation: 'listThings', access: 'posts:read' },
  { method: 'GET', path: '/v1/things/{thingId}', operation: 'getThing', access: 'posts:read' },
  { method: 'PATCH', path: '/v1/things/{thingId}', operation: 'updateThing', access: 'posts:write' },
  { method: 'GET', path: '/v1/echo', operation: 'echo', access: 'posts:read' },
  { method: 'GET', path: '/open/{word}', operation: 'open', access: 'public' },
  { method: 'GET', path: '/v1/broken', operation: 'broken', access: 'posts:read' },
  { method: 'GET', path: '/v1/drifted', operation: 'drifted', access: 'posts:read' },
]

/** A resource made for the tests, on a real table, with the product's own handler, people and keys. */
export async function things(engine: Engine, name: string, options: { perMinute?: number; stage?: string } = {}) {
  const time = { now: Date.parse('2026-11-21T10:00:00Z') }
  const clock = { now: () => time.now, sleep: async () => {} }
  const table: Table = await engine.table(name, clock)
  const parts = { table, clock, random: systemRandom }
  const lines: string[] = []
  const write = (message: string, fields?: Record<string, unknown>) =>
    void lines.push(JSON.stringify({ message, ...fields }))
  const http: HttpParts = {
    stage: () => options.stage ?? 'test',
    clock,
    log: { info: write, warn: write, error: write },
    rateLimit: (
      (limit) => () =>
        limit
    )(new RateLimit(options.perMinute ?? 10_000, clock)),
    table: () => table,
    readerOf: async (workspaceId) => {
      const workspace = await findWorkspace(table, workspaceId)
      return { language: languageOf(workspace?.language), zone: workspace?.zone ?? 'UTC' }
    },
    identities: () => new Members(parts),
    verifier: () => undefined,
    signingKey: async () => Buffer.from('a signing key of at least 32 characters'),
  }
  let made = 0
  /** Called inside of `createThing`, before it writes. */
  const hooks = { beforeCreate: async () => {} }
  const operations: Record<string, AnyOperation> = {
    createThing: operation({
      body: z.object({ name: z.string().max(20), tags: z.array(z.object({ word: z.string() })).optional() }),
      answer: thingSchema,
      status: 201,
      creates: true,
      handle: async ({ caller, body, idempotency, clock: { now } }) => {
        await hooks.beforeCreate()
        const thing = { id: `thing_${String(++made).padStart(4, '0')}`, name: body.name, version: 1 }
        const result = await table.transact([
          { put: { pk: partition(caller.workspaceId), sk: thing.id, ...thing }, if: ['pk', 'absent'] },
          ...(idempotency === undefined ? [] : [remember(caller.workspaceId, idempotency, 201, thing, now())]),
        ])
        if (!result.ok) throw new AppError('conflict', 'idempotency_key_in_use', 'Somebody was first.')
        return { body: thing, version: 1 }
      },
    }),
    listThings: operation({
      query: z.object({ name: z.string().optional(), order: repeatable(z.enum(['up', 'down'])).optional() }),
      answer: thingSchema.omit({ version: true }),
      list: true,
      handle: async ({ caller, query, page }) => {
        const found = await table.query(
          {
            pk: partition(caller.workspaceId),
            ...page,
            ...(query.name === undefined ? {} : { where: ['name', '=', query.name] }),
          },
          thingSchema,
        )
        return { items: found.items.map(({ id, name: word }) => ({ id, name: word })), next: found.next }
      },
    }),
    getThing: operation({
      params: z.object({ thingId }),
      answer: thingSchema,
      handle: async ({ caller, params }) => {
        const thing = await table.get({ pk: partition(caller.workspaceId), sk: params.thingId }, thingSchema)
        if (thing === undefined) throw notFound('thing', params.thingId)
        return { body: thing, version: thing.version }
      },
    }),
    updateThing: operation({
      params: z.object({ thingId }),
      body: z.object({ name: z.string() }),
      answer: z.object({ saw: z.number().nullable() }),
      updates: true,
      handle: async ({ caller, params, body, ifMatch }) => {
        const result = await table.write({
          update: { pk: partition(caller.workspaceId), sk: params.thingId },
          set: { name: body.name },
          add: { version: 1 },
          if: ifMatch === undefined ? ['pk', 'present'] : ['version', '=', ifMatch],
        })
        if (!result.ok) throw new AppError('precondition_failed', 'stale_version', 'It has changed since you read it.')
        return { body: { saw: ifMatch ?? null } }
      },
    }),
    echo: operation({
      query: z.object({ tag: repeatable(z.string()).optional(), limit: z.string().optional() }),
      handle: async ({ query, caller }) => ({ body: { query, actor: caller.actor } }),
    }),
    open: operation({
      handle: async ({ params }) => ({ raw: { contentType: 'text/plain', text: JSON.stringify(params) } }),
    }),
    broken: operation({
      handle: async () => {
        throw new Error('the password is hunter2 at /var/task/index.mjs')
      },
    }),
    drifted: operation({
      answer: thingSchema,
      handle: async () => ({ body: { id: 'a', name: 'b', version: 1, pk: 'ws#1' } }),
    }),
  }
  const handler = createResourceHandler(routes, operations, http)
  const workspace = (word: string) =>
    new Workspaces(parts).create({ name: word, ownerName: 'Camille', ownerEmail: `${word}@example.fr` })
  const { workspace: ours, apiKey } = await workspace('ours')
  const { apiKey: theirs } = await workspace('theirs')
  const ask = (
    method: string,
    path: string,
    rest: Omit<Ask, 'path' | 'method'> & { key?: string } = {},
  ): Promise<Answered> =>
    invoke(handler, {
      method,
      path,
      ...rest,
      headers: { authorization: `Bearer ${rest.key ?? apiKey}`, ...rest.headers },
    })
  const stored = async (ws = ours.id) => (await table.query({ pk: partition(ws) }, thingSchema)).items
  return {
    ask,
    handler,
    table,
    time,
    lines,
    hooks,
    ours,
    apiKey,
    theirs,
    stored,
    parts,
    requestWindow: keys.requestWindow,
  }
}

export type Things = Awaited<ReturnType<typeof things>>
