/** Requests against an OpenAPI description (3.0 and 3.1): path, method, parameters and body. */
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { WireRequest } from '../simulators/simulator.ts'
import type { Contract } from './contracts.ts'

type Json = Record<string, unknown>
const methods = ['get', 'put', 'post', 'delete', 'patch'] as const

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema?: Json
}

interface Operation {
  readonly id: string
  readonly pattern: RegExp
  readonly method: string
  /** Fewer is closer: `/pins/analytics` before `/pins/{pin_id}`. */
  readonly variables: number
  readonly parameters: readonly Parameter[]
  readonly bodies: Readonly<Record<string, Json>>
  readonly bodyRequired: boolean
}

export class OpenApiContract implements Contract {
  readonly #document: Json
  readonly #strip: string
  readonly #plain: readonly string[]
  readonly #operations: readonly Operation[]
  readonly #ajv: Ajv2020.default
  readonly #compiled = new Map<Json, ValidateFunction>()

  /** `strip`: what stands before the described paths. `plain`: parameters of which only the presence is checked. */
  constructor(specification: unknown, strip: string, plain: readonly string[] = []) {
    this.#document = modern(specification) as Json
    this.#strip = strip
    this.#plain = plain
    this.#ajv = new Ajv2020.default({ strict: false, coerceTypes: 'array', allErrors: true, validateFormats: false })
    addFormats.default(this.#ajv)
    this.#ajv.addSchema({ $id: 'document', ...this.#document })
    this.#operations = Object.entries(object(this.#document.paths)).flatMap(([path, item]) => this.#read(path, item))
  }

  async check(request: WireRequest) {
    const path = request.path.startsWith(this.#strip) ? request.path.slice(this.#strip.length) : request.path
    const matching = this.#operations
      .filter(({ method, pattern }) => method === request.method.toLowerCase() && pattern.test(path))
      .sort((a, b) => a.variables - b.variables)
    // `/{Phone-Number-ID}` and `/{Business-ID}` are told apart by nobody: the one that fits is meant
    const tried = await Promise.all(
      matching
        .filter(({ variables }) => variables === matching[0]?.variables)
        .map(async (operation) => ({
          operation: operation.id,
          violations: [...this.#parameters(operation, request), ...(await this.#body(operation, request))],
        })),
    )
    return (
      tried.sort((a, b) => a.violations.length - b.violations.length)[0] ?? { operation: undefined, violations: [] }
    )
  }

  #read(path: string, item: unknown): Operation[] {
    const shared = this.#parameterList(object(item).parameters)
    return methods.flatMap((method) => {
      const found = object(item)[method]
      if (found === undefined) return []
      const operation = object(found)
      const own = this.#parameterList(operation.parameters)
      const body = object(this.#follow(operation.requestBody ?? {}))
      const bodies = Object.entries(object(body.content)).map(([type, media]) => [type, object(object(media).schema)])
      return [
        {
          id: `${method.toUpperCase()} ${path}`,
          pattern: new RegExp(`^${path.replace(/[.+*?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`),
          method,
          variables: path.split('{').length - 1,
          parameters: [...own, ...shared.filter(({ name }) => !own.some((one) => one.name === name))],
          bodies: Object.fromEntries(bodies),
          bodyRequired: body.required === true,
        },
      ]
    })
  }

  #parameterList(list: unknown): Parameter[] {
    return (Array.isArray(list) ? list : []).map((one) => {
      const found = object(this.#follow(one))
      return {
        name: String(found.name),
        in: String(found.in),
        required: found.required === true,
        ...(found.schema === undefined ? {} : { schema: object(found.schema) }),
      }
    })
  }

  #parameters({ parameters }: Operation, { query, headers }: WireRequest): string[] {
    const violations: string[] = []
    const described = parameters.filter((one) => one.in === 'query')
    const named = (key: string) => key.replace(/\[.*$/, '')
    for (const key of new Set(query.keys()))
      if (!described.some(({ name }) => named(name) === named(key))) violations.push(`query: there is no ${key}`)
    for (const one of parameters) {
      const values =
        one.in === 'query'
          ? [...query].flatMap(([key, value]) => (named(key) === named(one.name) ? [value] : []))
          : one.in === 'header'
            ? [headers[one.name.toLowerCase()]].flatMap((value) => value ?? [])
            : undefined
      if (values === undefined || one.name.toLowerCase() === 'authorization') continue
      if (values.length === 0) {
        if (one.required) violations.push(`${one.in}: ${one.name} is missing`)
      } else if (one.schema !== undefined && !this.#plain.includes(one.name)) {
        const array = object(this.#follow(one.schema)).type === 'array'
        const given = array ? values.flatMap((value) => value.split(',')) : values[0]
        violations.push(...this.#against(one.schema, given).map((error) => `${one.in} ${one.name}: ${error}`))
      }
    }
    return violations
  }

  async #body({ bodies, bodyRequired }: Operation, request: WireRequest): Promise<string[]> {
    const type = request.headers['content-type']?.split(';')[0] ?? ''
    if (request.body.length === 0) return bodyRequired ? ['body: it is missing'] : []
    const [schema] = [bodies[type], ...Object.values(bodies)].filter((one) => one !== undefined)
    if (schema === undefined) return Object.keys(bodies).length === 0 ? [`body: none is described`] : []
    const given = type.includes('json') ? request.json() : fields(await request.form())
    const allowed = this.#names(schema)
    const unknown =
      allowed === undefined
        ? []
        : Object.keys(given).flatMap((name) => (allowed.has(name) ? [] : [`body: there is no ${name}`]))
    return [...unknown, ...this.#against(schema, given).map((error) => `body: ${error}`)]
  }

  /** The names an object may have; undefined where any is allowed. */
  #names(schema: Json): Set<string> | undefined {
    const found = object(this.#follow(schema))
    if (found.additionalProperties !== undefined && found.additionalProperties !== false) return undefined
    const parts = [found.allOf, found.oneOf, found.anyOf].flatMap((list) => (Array.isArray(list) ? list : []))
    const names = new Set(Object.keys(object(found.properties)))
    for (const part of parts) {
      const inner = this.#names(object(part))
      if (inner === undefined) return undefined
      for (const name of inner) names.add(name)
    }
    return names.size === 0 ? undefined : names
  }

  #against(schema: Json, value: unknown): string[] {
    let validate = this.#compiled.get(schema)
    if (validate === undefined) {
      validate = this.#ajv.compile(pointing(schema) as Json)
      this.#compiled.set(schema, validate)
    }
    // wrapped, because what is coerced at the top has no parent to be put back into
    if (validate(structuredClone(value))) return []
    return (validate.errors ?? [])
      .slice(0, 5)
      .map(({ instancePath, message }) => `${instancePath || '/'} ${message ?? ''}`)
  }

  /** Where a `$ref` leads, within the document. */
  #follow(value: unknown): unknown {
    const { $ref } = object(value)
    if (typeof $ref !== 'string') return value
    const steps = $ref
      .replace(/^#\//, '')
      .split('/')
      .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
    return this.#follow(steps.reduce<unknown>((at, step) => object(at)[step], this.#document))
  }
}

const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {})

/**
 * OpenAPI 3.0's `nullable` as JSON Schema says it; and `oneOf` as `anyOf`: descriptions write it where alternatives
 * overlap (a status with text and media fits two of Mastodon's three).
 */
function modern(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(modern)
  if (typeof value !== 'object' || value === null) return value
  const { nullable, discriminator, ...rest } = value as Json
  const { mapping } = object(discriminator)
  // a base that names its forms, and lists them nowhere else
  if (mapping !== undefined && rest.oneOf === undefined && rest.anyOf === undefined)
    rest.anyOf = Object.values(object(mapping)).map(($ref) => ({ $ref }))
  const plain: Json = Object.fromEntries(
    Object.entries(rest).map(([name, inner]) => [
      name === 'oneOf' ? 'anyOf' : name,
      // two closed parts of one whole would allow nothing; names are looked at by themselves
      modern(name === 'allOf' && Array.isArray(inner) ? inner.map(opened) : inner),
    ]),
  )
  if (nullable !== true) return plain
  if (typeof plain.type === 'string' && plain.enum === undefined) return { ...plain, type: [plain.type, 'null'] }
  return { anyOf: [plain, { type: 'null' }] }
}

const opened = (part: unknown): unknown => {
  const { additionalProperties, ...rest } = object(part)
  return additionalProperties === false ? rest : part
}

/** References of a piece of the document, from outside of it. */
function pointing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointing)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === '$ref' && typeof inner === 'string' ? inner.replace(/^#/, 'document#') : pointing(inner),
    ]),
  )
}

/** A form as the object it means: `media_ids[]` is a list, `poll[options][]` one inside of an object. */
function fields(form: FormData): Json {
  const result: Json = {}
  for (const [key, value] of form) {
    // `files[0]` is a name of its own
    const path = /\[\d+\]$/.test(key)
      ? [key]
      : key.split(/[[\]]+/).filter((step, i, all) => step !== '' || i === all.length)
    const list = key.endsWith('[]')
    let at = result
    for (const step of path.slice(0, -1)) {
      at[step] ??= {}
      at = object(at[step])
    }
    const last = path.at(-1) ?? ''
    const plain = typeof value === 'string' ? value : 'a file'
    if (list) at[last] = [...(Array.isArray(at[last]) ? at[last] : []), plain]
    else at[last] = type(plain)
  }
  // Some bodies carry JSON beside their files: Discord's `payload_json`.
  if (typeof result.payload_json === 'string') {
    const { payload_json, ...files } = result
    return { ...object(JSON.parse(payload_json)), ...files }
  }
  return result
}

const type = (value: string): unknown => (value === 'true' ? true : value === 'false' ? false : value)
