/** Texts for people are messages of a dictionary: a bare string in their place is found in the syntax of the sources. */
import { globSync, readFileSync } from 'node:fs'
import { type Argument, type Expression, type Node, parseSync, Visitor } from 'oxc-parser'
import { expect, it } from 'vitest'

/** Their argument that a person reads. */
const textArgument: Readonly<Record<string, number>> = { AppError: 2, HttpFailure: 2, regex: 1, refine: 1 }
const textProperty = new Set(['message', 'reason', 'why'])
/** English only: what an operator reads in a log, and why an item could not be read, beside its raw form. */
const technical = new Set(['shared/aws/cipher.ts', 'shared/aws/secrets.ts', 'shared/networks/items.ts'])

/** The bare strings of a source that stand where a person reads a text, as `line: source`. */
function bareTexts(name: string, source: string): string[] {
  const found: string[] = []
  let loggedUntil = 0
  const check = (value: Node | null | undefined) => {
    if (value !== undefined && value !== null && value.start >= loggedUntil && isBare(value))
      found.push(`${source.slice(0, value.start).split('\n').length}: ${source.slice(value.start, value.end)}`)
  }
  const called = (callee: Expression, given: readonly Argument[]) => {
    const last = callee.type === 'MemberExpression' && !callee.computed ? callee.property : callee
    const at = last.type === 'Identifier' ? textArgument[last.name] : undefined
    if (at !== undefined) check(given[at])
  }
  const { program, errors } = parseSync(name, source)
  expect(errors).toEqual([])
  new Visitor({
    NewExpression: ({ callee, arguments: given }) => called(callee, given),
    CallExpression: ({ callee, arguments: given, end }) => {
      if (/^(this\.)?#?log\./.test(source.slice(callee.start))) loggedUntil = Math.max(loggedUntil, end)
      called(callee, given)
    },
    Property: ({ key, value }) => {
      if (key.type === 'Identifier' && textProperty.has(key.name)) check(value)
    },
    VariableDeclarator: ({ id, init }) => {
      if (id.type === 'Identifier' && textProperty.has(id.name)) check(init)
    },
  }).visit(program)
  return found
}

/** A string of several words, a template of them, or the English of an error whose `text` has both languages. */
function isBare(value: Node): boolean {
  switch (value.type) {
    case 'Literal':
      return typeof value.value === 'string' && value.value.trim().includes(' ')
    case 'TemplateLiteral':
      return value.quasis.some(({ value: { raw } }) => raw.trim().includes(' ') || / \S|\S /.test(raw))
    case 'ConditionalExpression':
      return isBare(value.consequent) || isBare(value.alternate)
    case 'LogicalExpression':
      return isBare(value.left) || isBare(value.right)
    case 'MemberExpression':
      return (
        value.object.type === 'Identifier' &&
        value.object.name === 'error' &&
        value.property.type === 'Identifier' &&
        value.property.name === 'message'
      )
    default:
      return false
  }
}

it('finds a bare string wherever a person would read it', () => {
  const source = `
    throw new AppError('conflict', 'taken', 'This name is taken.')
    throw new AppError('conflict', 'taken', \`The name \${name} is taken.\`)
    throw new AppError('conflict', 'taken', mediaTexts.taken())
    throw new HttpFailure('tls', false, 'No secure connection.')
    const refused = { kind: 'rejected', reason: 'invalid', message: 'Write it anew.' }
    const other = { message: known ? mediaTexts.taken() : \`It is \${why}.\` }
    const passedOn = { message: error.message, reason: error.text }
    const message = \`\${network} refused it.\`
    log.warn('a mail was refused', { reason: error.message })
    const name = z.string().regex(/^a/, 'Begins with an a.').refine(isName, said(mediaTexts.taken()))
  `
  expect(bareTexts('a.ts', source).map((one) => one.split(':')[0])).toEqual(['2', '3', '5', '6', '7', '8', '9', '11'])
})

it('finds none in the product', () => {
  const files = globSync(['shared/**/*.ts', 'functions/**/*.ts'])
  expect(files.length).toBeGreaterThan(400)
  const found = files
    .filter((file) => !technical.has(file))
    .flatMap((file) => bareTexts(file, readFileSync(file, 'utf8')).map((one) => `${file}:${one}`))
  expect(found).toEqual([])
})
