/** Requests against the description of the Bot API: method names, their fields, which are required, and of what type. */
import type { WireRequest } from '../simulators/simulator.ts'
import type { Contract } from './contracts.ts'

interface Field {
  readonly name: string
  readonly types: readonly string[]
  readonly required: boolean
}
interface Described {
  readonly fields?: readonly Field[]
  readonly subtypes?: readonly string[]
}

export class TelegramContract implements Contract {
  readonly #methods: Readonly<Record<string, Described>>
  readonly #types: Readonly<Record<string, Described>>

  constructor(specification: unknown) {
    const { methods, types } = specification as Record<'methods' | 'types', Record<string, Described>>
    this.#methods = methods
    this.#types = types
  }

  async check(request: WireRequest) {
    const name = /^\/bot[^/]+\/(\w+)$/.exec(request.path)?.[1] ?? ''
    const method = Object.hasOwn(this.#methods, name) ? this.#methods[name] : undefined
    if (method === undefined) return { operation: undefined, violations: [] }
    return { operation: name, violations: this.#object(method, await given(request), '') }
  }

  #object({ fields = [] }: Described, value: Record<string, unknown>, at: string): string[] {
    const unknown = Object.keys(value)
      // a file travels beside the fields, under a name that `attach://` gives it
      .filter((name) => !fields.some((field) => field.name === name) && !(value[name] instanceof Blob))
      .map((name) => `${at}/${name}: there is no such field`)
    const known = fields.flatMap((field) => {
      const one = value[field.name]
      if (one === undefined) return field.required ? [`${at}/${field.name} is missing`] : []
      const tried = field.types.map((type) => this.#value(type, one, `${at}/${field.name}`))
      return tried.some((errors) => errors.length === 0) ? [] : (tried[0] ?? [])
    })
    return [...unknown, ...known]
  }

  #value(type: string, value: unknown, at: string): string[] {
    if (type.startsWith('Array of ')) {
      if (!Array.isArray(value)) return [`${at} is no list`]
      return value.flatMap((one, i) => {
        const types = type.slice('Array of '.length).split(/, | and | or /)
        const tried = types.map((inner) => this.#value(inner, one, `${at}/${i}`))
        return tried.some((errors) => errors.length === 0) ? [] : (tried[0] ?? [])
      })
    }
    const is = (wanted: string, right: boolean) => (right ? [] : [`${at} is no ${wanted}`])
    if (type === 'String') return is(type, typeof value === 'string')
    if (type === 'Integer') return is(type, Number.isInteger(value))
    if (type === 'Float') return is(type, typeof value === 'number')
    if (type === 'Boolean' || type === 'True') return is(type, typeof value === 'boolean')
    if (type === 'InputFile') return is(type, value instanceof Blob)
    const described = this.#types[type]
    if (described === undefined) return [`${at}: the description has no ${type}`]
    if (typeof value !== 'object' || value === null) return [`${at} is no ${type}`]
    if (described.subtypes !== undefined) {
      const tried = described.subtypes.map((inner) => this.#value(inner, value, at))
      return tried.some((errors) => errors.length === 0) ? [] : (tried.sort((a, b) => a.length - b.length)[0] ?? [])
    }
    return this.#object(described, value as Record<string, unknown>, at)
  }
}

/** A JSON body as it is; the fields of a form, which are JSON where they are no plain text. */
async function given(request: WireRequest): Promise<Record<string, unknown>> {
  if (request.body.length === 0) return Object.fromEntries(request.query)
  if ((request.headers['content-type'] ?? '').includes('json')) return request.json()
  const form = await request.form()
  return Object.fromEntries(
    [...form].map(([name, value]) => {
      if (typeof value !== 'string') return [name, value]
      try {
        return [name, name === 'text' || name === 'caption' ? value : JSON.parse(value)]
      } catch {
        return [name, value]
      }
    }),
  )
}
