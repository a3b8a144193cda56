/** Every field that a schema names, and values that it cannot take: derived from the schema, so that a new field is asked too. */
import * as z from 'zod'

export interface Field {
  readonly pointer: string
  /** A document in which this value stands at the field. */
  wrap(value: unknown): unknown
  readonly wrong: readonly unknown[]
  readonly takesArray: boolean
  /** A day or an instant. */
  readonly isTime: boolean
}

interface Node {
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Node[]
  readonly oneOf?: readonly Node[]
  readonly allOf?: readonly Node[]
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, Node>>
  readonly items?: Node
  readonly additionalProperties?: Node | boolean
  readonly propertyNames?: { readonly pattern?: string }
  readonly maxLength?: number
  readonly maxItems?: number
  readonly $defs?: Readonly<Record<string, Node>>
}

/** Longer than anything takes and short of the body's limit. */
const endless = 'x'.repeat(300_000)

export function fieldsOf(schema: z.ZodType): Field[] {
  const document = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node
  const found: Field[] = []
  walk(document, [], (value) => value, 0)
  return found

  function branches(node: Node): Node[] {
    if (node.$ref !== undefined) return branches(document.$defs?.[node.$ref.split('/').at(-1) ?? ''] ?? {})
    const several = node.anyOf ?? node.oneOf ?? node.allOf
    return several === undefined ? [node] : several.flatMap(branches)
  }

  function walk(node: Node, path: readonly string[], wrap: (value: unknown) => unknown, depth: number): void {
    if (depth > 6) return
    const all = branches(node)
    if (path.length > 0) {
      const wrong = wrongFor(all)
      const takesArray = all.some((one) => one.type === 'array')
      if (wrong.length > 0)
        found.push({
          pointer: `/${path.join('/')}`,
          wrap,
          wrong,
          takesArray,
          isTime: all.some(({ format }) => format === 'date' || format === 'date-time'),
        })
    }
    for (const one of all) {
      for (const [name, inner] of Object.entries(one.properties ?? {}))
        walk(inner, [...path, name], (value) => wrap({ [name]: value }), depth + 1)
      if (one.items !== undefined) walk(one.items, [...path, '0'], (value) => wrap([value]), depth + 1)
      const { additionalProperties: values } = one
      if (typeof values === 'object' && Object.keys(values).length > 0) {
        const name = one.propertyNames?.pattern?.startsWith('^chan_') === true ? 'chan_01ARZ3NDEKTSV4RRFFQ69G5FAV' : 'a'
        walk(values, [...path, name], (value) => wrap({ [name]: value }), depth + 1)
      }
    }
  }
}

function wrongFor(branches: readonly Node[]): unknown[] {
  const types = new Set(branches.map((one) => one.type ?? typeof (one.const ?? one.enum?.[0])))
  // takes anything
  if (types.has('undefined')) return []
  const takes = (type: string) => types.has(type) || (type === 'number' && types.has('integer'))
  const strings = branches.filter((one) => one.type === 'string')
  const lists = branches.filter((one) => one.type === 'array')
  return [
    ...(takes('null') ? [] : [null]),
    ...(takes('boolean') ? [] : [true]),
    ...(types.has('number') ? [] : [7.5]),
    ...(takes('number') ? [] : [7]),
    ...(takes('string') ? [] : ['x']),
    ...(takes('array') ? [] : [[], [['x']]]),
    ...(takes('object') ? [] : [{}, { x: 1 }]),
    ...(strings.length > 0
      ? [endless, ...strings.flatMap(({ maxLength }) => (maxLength === undefined ? [] : ['x'.repeat(maxLength + 1)]))]
      : []),
    ...(branches.some((one) => one.enum !== undefined) ? ['no such word'] : []),
    ...lists.flatMap(({ maxItems }) =>
      maxItems === undefined ? [] : [Array.from({ length: maxItems + 1 }, () => 'x')],
    ),
  ]
}
