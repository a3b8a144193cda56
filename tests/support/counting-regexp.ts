/**
 * Regular expressions that count: a backtracking matcher that follows the specification (ECMA-262, 22.2.2) step by step, as
 * V8's does. What it finds is compared with V8's own answer, so that what is counted is the same search.
 */
import { type AST, RegExpParser } from '@eslint-community/regexpp'

type Test = (character: string) => boolean
type Captures = readonly number[]
type Instruction =
  | { readonly op: 'char'; readonly test: Test }
  | { readonly op: 'run'; readonly test: Test; readonly min: number; readonly max: number }
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'reset'; readonly from: number; readonly to: number }
  | { readonly op: 'assert'; readonly kind: 'start' | 'end' | 'word'; readonly negate: boolean }
  | { readonly op: 'look'; readonly program: Program; readonly negate: boolean }
  | { readonly op: 'back'; readonly group: number }
  | { readonly op: 'mark' }
  | { readonly op: 'moved' }
  | { readonly op: 'match' }

interface Program {
  readonly code: readonly Instruction[]
  readonly backward: boolean
  readonly flags: string
  readonly slots: number
  /** Every alternative begins with `^`, and lines do not count. */
  readonly anchored: boolean
}

const nativeExec = RegExp.prototype.exec
const parser = new RegExpParser()

function tester(raw: string, flags: string): Test {
  const one = new RegExp(`^(?:${raw})$`, flags.replace(/[^iusv]/g, ''))
  const known = new Map<string, boolean>()
  return (character) => {
    const found = known.get(character)
    if (found !== undefined) return found
    const answer = nativeExec.call(one, character) !== null
    known.set(character, answer)
    return answer
  }
}

class Compiler {
  readonly code: Instruction[] = []
  readonly flags: string
  readonly slots: number
  readonly backward: boolean

  constructor(flags: string, slots: number, backward: boolean) {
    this.flags = flags
    this.slots = slots
    this.backward = backward
  }

  program(alternatives: readonly AST.Alternative[]): Program {
    const anchored =
      !this.flags.includes('m') &&
      alternatives.every(({ elements: [first] }) => first?.type === 'Assertion' && first.kind === 'start')
    this.alternatives(alternatives)
    this.code.push({ op: 'match' })
    return { code: this.code, backward: this.backward, flags: this.flags, slots: this.slots, anchored }
  }

  alternatives(all: readonly AST.Alternative[]): void {
    const jumps: { to: number }[] = []
    for (const [i, one] of all.entries()) {
      const split = { op: 'split' as const, first: 0, second: 0 }
      if (i < all.length - 1) {
        this.code.push(split)
        split.first = this.code.length
      }
      for (const element of this.backward ? one.elements.toReversed() : one.elements) this.element(element)
      if (i === all.length - 1) break
      const jump = { op: 'jump' as const, to: 0 }
      this.code.push(jump)
      jumps.push(jump)
      split.second = this.code.length
    }
    for (const jump of jumps) jump.to = this.code.length
  }

  element(node: AST.Element): void {
    switch (node.type) {
      case 'Character':
      case 'CharacterSet':
      case 'CharacterClass':
      case 'ExpressionCharacterClass':
        this.code.push({ op: 'char', test: tester(node.raw, this.flags) })
        return
      case 'Group':
        this.alternatives(node.alternatives)
        return
      case 'CapturingGroup': {
        const slot = 2 * groupNumber(node)
        this.code.push({ op: 'save', slot: this.backward ? slot + 1 : slot })
        this.alternatives(node.alternatives)
        this.code.push({ op: 'save', slot: this.backward ? slot : slot + 1 })
        return
      }
      case 'Assertion':
        if (node.kind === 'lookahead' || node.kind === 'lookbehind') {
          const inner = new Compiler(this.flags, this.slots, node.kind === 'lookbehind')
          this.code.push({ op: 'look', program: inner.program(node.alternatives), negate: node.negate })
        } else this.code.push({ op: 'assert', kind: node.kind, negate: node.kind === 'word' && node.negate })
        return
      case 'Backreference': {
        const { resolved } = node
        if (Array.isArray(resolved)) throw new Error('This counter knows no ambiguous references.')
        this.code.push({ op: 'back', group: groupNumber(resolved as AST.CapturingGroup) })
        return
      }
      case 'Quantifier':
        this.quantifier(node)
        return
    }
  }

  quantifier({ element, min, max, greedy }: AST.Quantifier): void {
    const single = element.type === 'Character' || element.type === 'CharacterSet' || element.type === 'CharacterClass'
    if (single && greedy) {
      this.code.push({ op: 'run', test: tester(element.raw, this.flags), min, max })
      return
    }
    const groups = [...element.raw.matchAll(/\((?!\?)|\(\?<(?![=!])/g)].length
    const inside = (node: AST.Node): number => (node.type === 'CapturingGroup' ? groupNumber(node) : firstInside(node))
    const reset = () => {
      if (groups === 0) return
      const first = inside(element)
      this.code.push({ op: 'reset', from: 2 * first, to: 2 * (first + groups) })
    }
    for (let i = 0; i < min; i += 1) {
      reset()
      this.element(element)
    }
    const pending: { first: number; second: number }[] = []
    const again = this.code.length
    for (let i = min; i < (max === Number.POSITIVE_INFINITY ? min + 1 : max); i += 1) {
      const split = { op: 'split' as const, first: 0, second: 0 }
      this.code.push(split)
      if (greedy) split.first = this.code.length
      else split.second = this.code.length
      reset()
      this.code.push({ op: 'mark' })
      this.element(element)
      this.code.push({ op: 'moved' })
      pending.push(split)
    }
    if (max === Number.POSITIVE_INFINITY) this.code.push({ op: 'jump', to: again })
    for (const split of pending)
      if (greedy) split.second = this.code.length
      else split.first = this.code.length
  }
}

function groupNumber(group: AST.CapturingGroup): number {
  let top: AST.Node = group
  while (top.parent !== null) top = top.parent as AST.Node
  const start = group.start
  const before = (top as AST.RegExpLiteral).raw.slice(0, start - top.start)
  return groupsIn(before) + 1
}

/** Opening brackets that capture, without those in classes and behind a backslash. */
function groupsIn(source: string): number {
  let count = 0
  let inClass = 0
  for (let i = 0; i < source.length; i += 1) {
    const c = source[i]
    if (c === '\\') i += 1
    else if (c === '[') inClass = 1
    else if (c === ']') inClass = 0
    else if (c === '(' && inClass === 0 && (source[i + 1] !== '?' || /^\?<[^=!]/.test(source.slice(i + 1, i + 4))))
      count += 1
  }
  return count
}

function firstInside(node: AST.Node): number {
  let found = 0
  const visit = (one: AST.Node): void => {
    if (found !== 0) return
    if (one.type === 'CapturingGroup') found = groupNumber(one)
    else if ('alternatives' in one) for (const a of one.alternatives) visit(a)
    else if ('elements' in one) for (const e of one.elements) visit(e as AST.Node)
    else if ('element' in one) visit(one.element)
  }
  visit(node)
  return found
}

export class TooManySteps extends Error {}

/** Counts the steps of every regular expression that runs while it is on. */
export class Counter {
  steps = 0
  /** While it searches itself, nothing is counted twice. */
  searching = false
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  add(steps: number): void {
    this.steps += steps
    if (this.steps > this.#limit) throw new TooManySteps(`More than ${this.#limit} steps.`)
  }

  /** Where the pattern matches from `at` on, with what it captured; undefined where it does not. */
  search(pattern: RegExp, text: string, at: number): Captures | undefined {
    const program = programOf(pattern)
    for (let start = at; start <= text.length; start += 1) {
      this.add(1)
      const found = this.#run(program, text, start, new Array(program.slots).fill(-1))
      if (found !== undefined) return found.captures.with(0, start).with(1, found.at)
      // V8 too looks nowhere else for what begins with `^`
      if (pattern.sticky || program.anchored) return undefined
      if (pattern.unicode && (text.codePointAt(start) ?? 0) > 0xffff) start += 1
    }
    return undefined
  }

  #run(
    program: Program,
    text: string,
    start: number,
    captured: Captures,
  ): { at: number; captures: Captures } | undefined {
    const { code, backward, flags } = program
    const wide = /[uv]/.test(flags)
    const next = (at: number): string => {
      if (!backward) return wide && (text.codePointAt(at) ?? 0) > 0xffff ? text.slice(at, at + 2) : (text[at] ?? '')
      const low = text.charCodeAt(at - 1)
      const pair = wide && low >= 0xdc00 && low <= 0xdfff && (text.codePointAt(at - 2) ?? 0) > 0xffff
      return pair ? text.slice(at - 2, at) : (text[at - 1] ?? '')
    }
    const stack: {
      pc: number
      at: number
      captures: Captures
      marks: readonly number[]
      until?: number
      run?: boolean
    }[] = []
    let pc = 0
    let at = start
    let captures = captured
    let marks: readonly number[] = []
    const moved = (from: number, by: string) => (backward ? from - by.length : from + by.length)
    const fail = (): boolean => {
      const last = stack.at(-1)
      if (last === undefined) return false
      pc = last.pc
      at = last.at
      captures = last.captures
      marks = last.marks
      // a run gives back one character at a time
      if (last.until === undefined || last.at === last.until) stack.pop()
      else last.at += last.at < last.until ? 1 : -1
      return true
    }
    for (;;) {
      this.add(1)
      const one = code[pc]
      if (one === undefined) throw new Error('The program ends without a match.')
      let ok = true
      switch (one.op) {
        case 'match':
          return { at, captures }
        case 'char': {
          const character = next(at)
          ok = character !== '' && one.test(character)
          if (ok) at = moved(at, character)
          pc += 1
          break
        }
        case 'run': {
          let count = 0
          const positions = [at]
          while (count < one.max) {
            const character = next(at)
            this.add(1)
            if (character === '' || !one.test(character)) break
            at = moved(at, character)
            positions.push(at)
            count += 1
          }
          ok = count >= one.min
          pc += 1
          if (!ok) break
          const ordered = positions.slice(one.min)
          const last = ordered.pop() ?? at
          const steady = ordered.every((p, i) => i === 0 || Math.abs(p - (ordered[i - 1] ?? 0)) === 1)
          const [first] = ordered
          if (first !== undefined && steady)
            stack.push({ pc, at: ordered.at(-1) ?? first, captures, marks, until: first })
          else for (const choice of ordered) stack.push({ pc, at: choice, captures, marks })
          at = last
          break
        }
        case 'split':
          stack.push({ pc: one.second, at, captures, marks })
          pc = one.first
          break
        case 'jump':
          pc = one.to
          break
        case 'save':
          captures = captures.with(one.slot, at)
          pc += 1
          break
        case 'reset':
          captures = captures.map((value, i) => (i >= one.from && i < one.to ? -1 : value))
          pc += 1
          break
        case 'mark':
          marks = [...marks, at]
          pc += 1
          break
        case 'moved':
          ok = marks.at(-1) !== at
          marks = marks.slice(0, -1)
          pc += 1
          break
        case 'assert':
          ok = asserts(one.kind, text, at, flags) !== one.negate
          pc += 1
          break
        case 'look': {
          const found = this.#run(one.program, text, at, captures)
          ok = (found !== undefined) !== one.negate
          if (ok && found !== undefined) captures = found.captures
          pc += 1
          break
        }
        case 'back': {
          const [from = -1, to = -1] = captures.slice(2 * one.group, 2 * one.group + 2)
          const said = from < 0 || to < 0 ? '' : text.slice(from, to)
          ok = backward ? text.slice(0, at).endsWith(said) : text.startsWith(said, at)
          if (ok) at = moved(at, said)
          pc += 1
          break
        }
      }
      if (!ok && !fail()) return undefined
    }
  }
}

function asserts(kind: 'start' | 'end' | 'word', text: string, at: number, flags: string): boolean {
  const ends = (code: number) => code === 10 || code === 13 || code === 0x2028 || code === 0x2029
  if (kind === 'start') return at === 0 || (flags.includes('m') && ends(text.charCodeAt(at - 1)))
  if (kind === 'end') return at === text.length || (flags.includes('m') && ends(text.charCodeAt(at)))
  const word = (character: string | undefined) => character !== undefined && /^\w$/.test(character)
  return word(text[at - 1]) !== word(text[at])
}

const programs = new Map<string, Program>()
function programOf({ source, flags }: RegExp): Program {
  const key = `/${source}/${flags}`
  const known = programs.get(key)
  if (known !== undefined) return known
  const { pattern } = parser.parseLiteral(key)
  const made = new Compiler(flags, 2 * (groupsIn(source) + 1), false).program(pattern.alternatives)
  programs.set(key, made)
  return made
}

/** Runs `work` with every regular expression counted, beside V8's own answer. Throws TooManySteps beyond `limit`. */
export async function counted(work: () => unknown, limit: number): Promise<number> {
  const counter = new Counter(limit)
  const { exec } = RegExp.prototype
  function counting(this: RegExp, text: string): RegExpExecArray | null {
    if (counter.searching) return nativeExec.call(this, text)
    counter.searching = true
    try {
      const said = String(text)
      const from = this.global || this.sticky ? this.lastIndex : 0
      const found = from > said.length ? undefined : counter.search(this, said, from)
      const native = nativeExec.call(this, said)
      if (native?.index !== found?.[0] || (native !== null && native.index + native[0].length !== found?.[1]))
        throw new Error(`The counter reads /${this.source}/${this.flags} otherwise than V8.`)
      return native
    } finally {
      counter.searching = false
    }
  }
  const restore = countText(counter)
  RegExp.prototype.exec = counting
  try {
    await work()
    return counter.steps
  } finally {
    RegExp.prototype.exec = exec
    restore()
  }
}

/** Counts what methods of text and lists read, besides regular expressions: one step for each character or item. */
function countText(counter: Counter): () => void {
  const kept: (() => void)[] = []
  const wrap = <T extends object, K extends keyof T>(
    on: T,
    name: K,
    steps: (self: never, answer: never, given: never) => number,
  ) => {
    const original = on[name] as unknown as (...given: unknown[]) => unknown
    const wrapped = function (this: unknown, ...given: unknown[]) {
      const answer = original.apply(this, given)
      if (!counter.searching) counter.add(1 + steps(this as never, answer as never, given as never))
      return answer
    }
    Object.defineProperty(on, name, { value: wrapped, configurable: true, writable: true })
    kept.push(() => Object.defineProperty(on, name, { value: original, configurable: true, writable: true }))
  }
  const all = (self: string) => self.length
  const read = (self: string, at: number, given: readonly [string, number?]) =>
    (at < 0 ? self.length : at) - (given[1] ?? 0)
  for (const name of ['normalize', 'toLowerCase', 'toUpperCase', 'split', 'replaceAll', 'toWellFormed'] as const)
    wrap(String.prototype, name, all)
  // a part of a text shares its characters with the whole
  for (const name of ['slice', 'substring'] as const) wrap(String.prototype, name, () => 0)
  for (const name of ['trim', 'trimEnd', 'trimStart'] as const)
    wrap(String.prototype, name, (self: string, answer: string) => self.length - answer.length)
  wrap(String.prototype, 'repeat', (_: string, answer: string) => answer.length)
  wrap(String.prototype, 'indexOf', read)
  wrap(String.prototype, 'includes', all)
  for (const name of ['charCodeAt', 'charAt', 'codePointAt', 'at'] as const) wrap(String.prototype, name, () => 0)
  for (const name of ['map', 'filter', 'flatMap', 'sort', 'toSorted', 'includes', 'indexOf', 'join'] as const)
    wrap(Array.prototype, name, (self: unknown[]) => (Array.isArray(self) ? self.length : 0))
  wrap(Array.prototype, 'slice', (_: unknown[], answer: unknown[]) => answer.length)
  for (const name of ['some', 'every', 'find', 'findIndex'] as const) {
    const original = Array.prototype[name] as (
      this: unknown[],
      test: (...a: unknown[]) => unknown,
      self?: unknown,
    ) => unknown
    const wrapped = function (this: unknown[], test: (...a: unknown[]) => unknown, self?: unknown) {
      const counting = (...given: unknown[]) => {
        if (!counter.searching) counter.add(1)
        return test.apply(self, given)
      }
      return original.call(this, counting)
    }
    Object.defineProperty(Array.prototype, name, { value: wrapped, configurable: true, writable: true })
    kept.push(() =>
      Object.defineProperty(Array.prototype, name, { value: original, configurable: true, writable: true }),
    )
  }
  return () => {
    for (const restore of kept) restore()
  }
}
