/** EventBridge's event patterns, which Lambda's filters of event sources share. */
import * as z from 'zod'

type Json = Readonly<Record<string, unknown>>

const object = z.record(z.string(), z.unknown())
const texts = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value))
const comparison = z.enum(['<', '<=', '=', '>', '>='])

/** Whether the event has what the pattern asks for. Throws on a pattern that is none, so call it once when wiring. */
export function matches(pattern: unknown, event: unknown): boolean {
  const { $or: alternatives, ...fields } = object.parse(pattern)
  const given: Json = object.safeParse(event).data ?? {}
  if (
    alternatives !== undefined &&
    !z
      .array(z.unknown())
      .parse(alternatives)
      .some((each) => matches(each, event))
  )
    return false
  return Object.entries(fields).every(([key, wanted]) => {
    const value = Object.hasOwn(given, key) ? given[key] : undefined
    if (!Array.isArray(wanted)) return matches(wanted, value)
    // A field that is a list matches if one of its elements does.
    const values: unknown[] = Array.isArray(value) && value.length > 0 ? value : [value]
    return wanted.map((rule) => values.some((each) => fits(rule, each))).includes(true)
  })
}

/** One rule of a field; `undefined` is a field that is not there. */
function fits(rule: unknown, value: unknown): boolean {
  if (typeof rule !== 'object' || rule === null) return value === rule
  const entries = Object.entries(rule)
  const [entry] = entries
  if (entry === undefined || entries.length !== 1)
    throw new Error(`Not a rule of an event pattern: ${JSON.stringify(rule)}`)
  const [name, wanted] = entry
  const text = typeof value === 'string' ? value : undefined
  switch (name) {
    case 'exists':
      return z.boolean().parse(wanted) === (value !== undefined)
    case 'prefix':
      return affix(wanted, text, (part, whole) => whole.startsWith(part))
    case 'suffix':
      return affix(wanted, text, (part, whole) => whole.endsWith(part))
    case 'equals-ignore-case':
      return text?.toLowerCase() === z.string().parse(wanted).toLowerCase()
    case 'wildcard':
      return wildcard(z.string().parse(wanted), text)
    case 'numeric':
      return numeric(z.array(z.union([z.string(), z.number()])).parse(wanted), value)
    case 'anything-but':
      return anythingBut(wanted, value)
    default:
      throw new Error(`The stage does not know the rule "${name}" of event patterns.`)
  }
}

function affix(wanted: unknown, text: string | undefined, test: (part: string, whole: string) => boolean): boolean {
  if (typeof wanted === 'string') return text !== undefined && test(wanted, text)
  const { 'equals-ignore-case': part } = z.strictObject({ 'equals-ignore-case': z.string() }).parse(wanted)
  return text !== undefined && test(part.toLowerCase(), text.toLowerCase())
}

/** Parts between the stars in order: no regular expression, so nothing to blow up. */
function wildcard(pattern: string, text: string | undefined): boolean {
  const [head = '', ...parts] = pattern.split('*')
  if (text === undefined || !text.startsWith(head)) return false
  const tail = parts.pop()
  if (tail === undefined) return text === head
  let from = head.length
  for (const part of parts) {
    const found = text.indexOf(part, from)
    if (found < 0) return false
    from = found + part.length
  }
  return text.length - tail.length >= from && text.endsWith(tail)
}

function numeric(tests: readonly (string | number)[], value: unknown): boolean {
  const results: boolean[] = []
  for (let index = 0; index < tests.length; index += 2) {
    const sign = comparison.parse(tests[index])
    const bound = z.number().parse(tests[index + 1])
    const number = typeof value === 'number' ? value : Number.NaN
    if (sign === '=') results.push(number === bound)
    else if (sign.startsWith('<')) results.push(number < bound || (sign === '<=' && number === bound))
    else results.push(number > bound || (sign === '>=' && number === bound))
  }
  return results.every(Boolean)
}

function anythingBut(wanted: unknown, value: unknown): boolean {
  if (Array.isArray(wanted)) return value !== undefined && !wanted.includes(value)
  if (typeof wanted !== 'object' || wanted === null) return value !== undefined && value !== wanted
  const [name = '', inner] = Object.entries(wanted)[0] ?? []
  return value !== undefined && !texts.parse(inner).some((each) => fits({ [name]: each }, value))
}
