import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as z from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import { type ResourceName, type Route, resources, routes } from '../../functions/api/routes.ts'
import type { AnyOperation } from '../../shared/http/run.ts'
import { strictly } from '../../shared/http/validate.ts'
import { version } from '../../shared/kernel/version.ts'
import { problemCodes } from './codes.ts'
import { examples } from './examples.ts'
import { introduction, problemSchema, tags } from './prose.ts'
import { problemResponses, responsesOf } from './responses.ts'

const root = join(import.meta.dirname, '../..')

/** The whole document. Throws if a route has no operation or an example is not taken by its schema. */
export async function buildDocument() {
  const operations = new Map<string, AnyOperation>()
  for (const [resource, { entry }] of Object.entries(resources))
    if (resource !== 'webhooks') for (const [name, found] of await operationsOf(entry)) operations.set(name, found)
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const route of routes) {
    const path = paths[route.path] ?? {}
    path[route.method.toLowerCase()] = describe(route, operations.get(route.operation))
    paths[route.path] = path
  }
  const codes = await problemCodes(root)
  return createDocument(
    {
      'x-problem-codes': codes.map(([code, status]) => ({ code, status })),
      openapi: '3.1.1',
      info: {
        title: 'Parvis',
        version,
        summary: 'The community manager’s back end: publishes, listens, answers and measures.',
        description: introduction(codes),
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'This deployment' }],
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
      security: [{ apiKey: [] }, { person: [] }],
      paths: paths satisfies ZodOpenApiPathsObject,
      components: {
        securitySchemes: {
          apiKey: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API key, `parvis_key_…`, made at `POST /v1/api-keys`. It says which workspace.',
          },
          person: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description:
              'A token of the configured OIDC issuer. `Parvis-Workspace` names the workspace, if the person belongs to several.',
          },
        },
        schemas: { Problem: problemSchema, ...named(operations) },
        responses: problemResponses,
      },
    },
    { allowEmptySchema: { custom: true }, override: readable },
  )
}

async function operationsOf(entry: string): Promise<[string, AnyOperation][]> {
  const found: unknown = await import(pathToFileURL(join(root, entry)).href)
  if (typeof found !== 'object' || found === null || !('operations' in found))
    throw new Error(`${entry} exports no operations.`)
  const { operations } = found
  if (typeof operations !== 'object' || operations === null)
    throw new Error(`The operations of ${entry} are no object.`)
  return Object.entries(operations).filter((pair): pair is [string, AnyOperation] => isOperation(pair[1]))
}

const isOperation = (value: unknown): value is AnyOperation =>
  typeof value === 'object' && value !== null && 'handle' in value

/**
 * A transform of an answer tidies what is stored and keeps its type: what goes in is what comes out. A date's format says
 * what its expression says, in a word.
 */
function readable({ jsonSchema, zodSchema, io }: Rendered): void {
  if (zodSchema instanceof z.ZodISODateTime && 'pattern' in jsonSchema) Reflect.deleteProperty(jsonSchema, 'pattern')
  if (io !== 'output' || !(zodSchema instanceof z.ZodPipe) || !(zodSchema.out instanceof z.ZodTransform)) return
  const { $schema: _, ...schema } = z.toJSONSchema(zodSchema.in, { io: 'input' })
  Object.assign(jsonSchema, schema)
}

interface Rendered {
  readonly jsonSchema: object
  readonly zodSchema: unknown
  readonly io: 'input' | 'output'
}

/** What is read is named: the answer of `getPost` is a `Post` wherever it is answered. */
function named(operations: ReadonlyMap<string, AnyOperation>): Record<string, z.ZodType> {
  return Object.fromEntries(
    [...operations].flatMap(([name, { answer }]) =>
      name.startsWith('get') && answer !== undefined ? [[name.slice('get'.length), answer]] : [],
    ),
  )
}

function describe(route: Route, operation: AnyOperation | undefined): ZodOpenApiOperationObject {
  const { resource, access, summary } = route
  if (operation === undefined && resource !== 'webhooks')
    throw new Error(`${route.method} ${route.path} has no operation ${route.operation}.`)
  const open = access === 'public'
  const params = objectOf(operation?.params) ?? pathOf(route.path)
  const query = queryOf(operation)
  const header = headerOf(operation)
  return {
    operationId: route.operation,
    tags: [tagOf(resource)],
    summary,
    description: [operation?.description, open ? undefined : `Needs the scope \`${access}\`.`]
      .filter((text) => text !== undefined)
      .join('\n\n'),
    ...(open ? { security: [] } : {}),
    requestParams: {
      ...(params === undefined ? {} : { path: params }),
      ...(query === undefined ? {} : { query }),
      ...(header === undefined ? {} : { header }),
    },
    ...(operation?.body === undefined ? {} : { requestBody: bodyOf(route.operation, operation.body) }),
    responses: responsesOf(route, operation),
  }
}

const tagOf = (resource: ResourceName): string => {
  if (resource === 'lists') return 'newsletters'
  return resource in tags ? resource : 'open'
}

const objectOf = (schema: z.ZodType | undefined) => (schema instanceof z.ZodObject ? schema : undefined)

/** Parameters of a route without a schema for them. */
function pathOf(path: string) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
  return names.length === 0 ? undefined : z.object(Object.fromEntries(names.map((name) => [name, z.string()])))
}

function queryOf(operation: AnyOperation | undefined) {
  const own = objectOf(operation?.query)
  if (operation?.list !== true) return own
  const page = z.object({
    cursor: z
      .string()
      .optional()
      .meta({ description: 'The `next` of the page before, with the same filters. Good for a day.' }),
    limit: z.int().min(1).max(100).optional().meta({ description: 'How many at most; 25 if not said.' }),
  })
  return own === undefined ? page : own.extend(page.shape)
}

function headerOf(operation: AnyOperation | undefined) {
  if (operation?.creates === true)
    return z.object({
      'Idempotency-Key': z.string().max(255).optional().meta({
        description:
          'A UUID of yours. A repeat with the same key and the same body is answered what the first was, for two days.',
      }),
    })
  if (operation?.updates === true)
    return z.object({
      'If-Match': z.string().optional().meta({
        description: 'The ETag you read. If it has changed since, nothing is written and the answer is 412.',
        example: '"3"',
      }),
    })
  return undefined
}

function bodyOf(name: string, body: z.ZodType) {
  const found = Object.entries(examples).find(([operation]) => operation === name)?.[1]
  for (const [title, example] of Object.entries(found ?? {})) {
    const result = strictly(body).safeParse(example)
    if (!result.success)
      throw new Error(`The example "${title}" of ${name} is not taken: ${z.prettifyError(result.error)}`)
  }
  return {
    required: !body.safeParse(undefined).success,
    content: {
      'application/json': {
        schema: strictly(body),
        ...(found === undefined
          ? {}
          : { examples: Object.fromEntries(Object.entries(found).map(([title, value]) => [title, { value }])) }),
      },
    },
  }
}
