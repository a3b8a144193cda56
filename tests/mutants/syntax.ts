import { parseSync } from 'oxc-parser'

/** A node of the ESTree that oxc gives: offsets are UTF-16 code units of the source. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' &&
  value !== null &&
  'type' in value &&
  typeof value.type === 'string' &&
  'start' in value &&
  typeof value.start === 'number' &&
  'end' in value &&
  typeof value.end === 'number'

/** Nodes that exist for the type checker only: nothing of them runs. */
const erased =
  /^(TS(?!AsExpression|NonNullExpression|SatisfiesExpression|ParameterProperty)|ImportDeclaration|ExportAllDeclaration)/

/** Every node that runs, parents before children, with its parents (nearest last). */
export function* nodesOf(file: string, source: string): Generator<{ node: Node; parents: readonly Node[] }> {
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`)
  if (!isNode(program)) throw new Error(`${file} has no program`)
  yield* visit(program, [])
}

function* visit(node: Node, parents: readonly Node[]): Generator<{ node: Node; parents: readonly Node[] }> {
  if (erased.test(node.type)) return
  yield { node, parents }
  for (const [field, value] of Object.entries(node)) {
    if (field === 'typeAnnotation' || field === 'typeArguments' || field === 'typeParameters') continue
    for (const child of Array.isArray(value) ? value : [value])
      if (isNode(child)) yield* visit(child, [...parents, node])
  }
}

export const isFunction = ({ type }: Node) =>
  /^(ArrowFunctionExpression|FunctionExpression|FunctionDeclaration)$/.test(type)
