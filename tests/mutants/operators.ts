import { isNode, type Node, nodesOf } from './syntax.ts'

/** One change of one file: the source from `start` to `end` becomes `replacement`. */
export interface Mutation {
  readonly file: string
  readonly operator: string
  readonly start: number
  readonly end: number
  readonly original: string
  readonly replacement: string
  /** The start of the innermost function that holds it, or -1 for code that runs when the module loads. */
  readonly functionStart: number
}

/** Comparison and arithmetic operators, and what each becomes. */
const operators: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '&&': '||',
  '||': '&&',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
}

/** Array and string methods whose call can be left out without changing the type of the value. */
const removableMethods = new Set([
  'filter',
  'toSorted',
  'sort',
  'reverse',
  'toReversed',
  'slice',
  'trim',
  'toLowerCase',
])

/** Every mutation of a file, in source order. */
export function mutationsOf(file: string, source: string): Mutation[] {
  const found: Mutation[] = []
  for (const { node, parents } of nodesOf(file, source)) {
    const holder = parents.findLast((parent) => /^(Arrow)?Function/.test(parent.type))
    for (const { operator, start, end, replacement } of changesOf(node, parents, source)) {
      const original = source.slice(start, end)
      if (original !== replacement)
        found.push({ file, operator, start, end, original, replacement, functionStart: holder?.start ?? -1 })
    }
  }
  return found
}

interface Change {
  readonly operator: string
  readonly start: number
  readonly end: number
  readonly replacement: string
}

function* changesOf(node: Node, parents: readonly Node[], source: string): Generator<Change> {
  const replaced = (operator: string, replacement: string, at: Node = node): Change => ({
    operator,
    start: at.start,
    end: at.end,
    replacement,
  })
  const textOf = (part: unknown) => (isNode(part) ? source.slice(part.start, part.end) : '')
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression': {
      const { left, right } = node
      if (!isNode(left) || !isNode(right) || typeof node.operator !== 'string') return
      if (node.operator === '??') return yield replaced('fallback left out', textOf(left))
      // `+` of strings is no arithmetic
      if (
        node.operator === '+' &&
        [left, right].some(({ type }) => /Literal|Template/.test(type) && !/^\d/.test(textOf(left)))
      )
        return
      const other = operators[node.operator]
      if (other !== undefined)
        yield replaced(`${node.operator} → ${other}`, `${textOf(left)} ${other} ${textOf(right)}`)
      return
    }
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'WhileStatement':
      if (isNode(node.test)) yield replaced('condition negated', `!(${textOf(node.test)})`, node.test)
      return
    case 'UnaryExpression':
      if (node.operator === '!') yield replaced('! left out', `(${textOf(node.argument)})`)
      return
    case 'Literal': {
      const parent = parents.at(-1)
      if (node.value === true || node.value === false) yield replaced('boolean flipped', String(!node.value))
      else if (typeof node.value === 'number')
        yield replaced('number + 1', `${textOf(node)} + 1`.replace(/^(.*)$/, '($1)'))
      else if (typeof node.value === 'string' && parent?.type === 'BinaryExpression')
        yield replaced('string changed', "'other'")
      return
    }
    case 'ExpressionStatement': {
      const { expression } = node
      const call = isNode(expression) && expression.type === 'AwaitExpression' ? expression.argument : expression
      if (
        isNode(call) &&
        (call.type === 'CallExpression' || call.type === 'AssignmentExpression') &&
        !textOf(call).startsWith('super')
      )
        yield replaced('statement left out', ';')
      return
    }
    case 'ReturnStatement':
      // an early return in a function that returns nothing
      if (node.argument === null) yield replaced('return left out', ';')
      return
    case 'SpreadElement': {
      const parent = parents.at(-1)
      if (parent?.type === 'ObjectExpression') yield replaced('spread left out', '')
      return
    }
    case 'CallExpression': {
      const { callee } = node
      if (isNode(callee) && callee.type === 'MemberExpression' && isNode(callee.property)) {
        if (removableMethods.has(textOf(callee.property))) yield replaced('call left out', textOf(callee.object))
      }
      return
    }
  }
}
