/**
 * Finds links by the grammar of twitter-text 3.1 (Apache-2.0), which X and Mastodon count with. What a network reads otherwise
 * is data ({@link LinkGrammar}). One pass over the text, without backtracking: the time grows with the length, whatever is in it.
 * Spans are UTF-16 indexes, the end exclusive.
 */
import { domainToASCII } from 'node:url'
import { isDigit, isDomainCharacter, isLatinDomain, mayPrecede } from './characters.ts'

export interface Span {
  readonly start: number
  readonly end: number
}

export interface FoundLink extends Span {
  /** Absolute, with its scheme. */
  readonly url: string
}

export interface PathCharacters {
  /** What may stand in a path, but for brackets that are closed again. */
  general(code: number): boolean
  /** What a path may end with, besides a closing bracket. */
  ending(code: number): boolean
  /** The same for a query, brackets included. */
  query(code: number): boolean
  queryEnding(code: number): boolean
}

export interface LinkGrammar extends PathCharacters {
  /** Lower case, with `://`. */
  readonly schemes: readonly string[]
  /**
   * Whether a closed pair of brackets ends a path wherever it stands (`/a,(b)`), or only right behind a character that does:
   * so the JavaScript of twitter-text reads its own grammar, for want of a group.
   */
  readonly brackets: 'end' | 'joined'
  /** Links without a scheme: none, those that begin with `www.`, or every domain in Latin letters. */
  readonly withoutScheme: 'none' | 'www' | 'latin'
  /** Whether an IPv4 address stands for a domain, behind a scheme. */
  readonly addresses: boolean
  /** Where the top-level domain that begins at `at` ends; 0 if there is none. */
  topLevelEnd(text: string, at: number): number
}

const maxUrl = 4096
const maxLabel = 63
const maxTcoSlug = 40

/** The links of a text, in order. */
export function linksIn(text: string, grammar: LinkGrammar): FoundLink[] {
  const found: FoundLink[] = []
  if (!text.includes('.')) return found
  const ends = domainEnds(text, grammar)
  let from = 0
  for (const start of starts(text)) {
    // the character before belongs to the match, so that two links never touch
    if (start !== 0 && start - 1 < from) continue
    if (start === 0 && from > 0) continue
    const scheme = grammar.schemes.find((one) => startsWith(text, one, start)) ?? ''
    const host = start + scheme.length
    const domain = {
      start: host,
      end: ends[host] || (grammar.addresses && scheme !== '' ? addressEnd(text, host) : 0),
    }
    if (domain.end === 0) continue
    if (scheme === '' && grammar.withoutScheme === 'www' && !startsWith(text, 'www.', start)) continue
    const path = portEnd(text, domain.end)
    const end = restEnd(text, path, grammar)
    from = end
    // without a scheme, what follows belongs to the link only where it begins with a slash
    const whole = scheme !== '' || text.charAt(path) === '/'
    const links =
      scheme === '' ? bare(text, domain, whole ? end : undefined, grammar) : [{ start, end: tcoEnd(text, start, end) }]
    // what begins as Punycode must hold a domain in Latin letters
    if (text.startsWith('xn--', domain.start) && latinDomains(text, domain, grammar).length === 0) continue
    for (const link of links)
      if (link.end > link.start && isValid(text.slice(link.start, end), text.slice(domain.start, domain.end), scheme))
        found.push({ ...link, url: `${scheme === '' ? 'https://' : ''}${text.slice(link.start, link.end)}` })
  }
  return found
}

/** Where a link may begin. At the very beginning, the second character comes first, as the pattern tries it. */
function* starts(text: string): Generator<number> {
  if (mayPrecede(text.charCodeAt(0))) yield 1
  yield 0
  for (let at = 2; at < text.length; at += 1) if (mayPrecede(text.charCodeAt(at - 1))) yield at
}

/** For every position, where the longest domain that begins there ends; 0 where none does. Read from the end. */
function domainEnds(text: string, { topLevelEnd }: LinkGrammar): Int32Array {
  const ends = new Int32Array(text.length + 1)
  /** The next dot behind the label at hand, whether the label ends well, and its next underscore. */
  let dot = -1
  let underscore = -1
  let last = 0
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const code = text.charCodeAt(at)
    if (code === 0x2e) {
      dot = at > 0 && isDomainCharacter(text.charCodeAt(at - 1)) ? at : -1
      underscore = -1
      last = dot < 0 ? 0 : topLevelEnd(text, at + 1)
    } else if (code === 0x5f || code === 0x2d) {
      if (code === 0x5f && underscore < 0) underscore = at
    } else if (!isDomainCharacter(code)) dot = -1
    else if (dot >= 0) {
      const further = ends[dot + 1] ?? 0
      ends[at] = further > 0 ? further : underscore < 0 ? last : 0
    }
  }
  return ends
}

function addressEnd(text: string, at: number): number {
  const [found = ''] = /^\d{1,3}(?:\.\d{1,3}){3}(?![\w.-])/.exec(text.slice(at, at + 16)) ?? []
  return found === '' ? 0 : at + found.length
}

function portEnd(text: string, at: number): number {
  if (text.charCodeAt(at) !== 0x3a || !isDigit(text.charCodeAt(at + 1))) return at
  let end = at + 2
  while (isDigit(text.charCodeAt(end))) end += 1
  return end
}

/** Where path and query end that begin at `at`. */
function restEnd(text: string, at: number, grammar: LinkGrammar): number {
  let end = at
  if (text.charCodeAt(end) === 0x2f) end = pathEnd(text, end + 1, grammar)
  return text.charCodeAt(end) === 0x3f ? queryEnd(text, end, grammar) : end
}

function pathEnd(text: string, start: number, { general, ending, brackets }: LinkGrammar): number {
  let end = start
  for (let at = start; at < text.length; ) {
    const code = text.charCodeAt(at)
    const closed = code === 0x28 ? bracketEnd(text, at, general) : 0
    if (closed > 0) {
      if (brackets === 'end' || at === end) end = closed
      at = closed
    } else if (general(code)) {
      at += 1
      if (ending(code)) end = at
    } else break
  }
  return end
}

/** Where a bracket that opens at `start` is closed, with one more pair in it at most; 0 if it is not, or holds nothing. */
function bracketEnd(text: string, start: number, general: (code: number) => boolean): number {
  const run = (from: number) => {
    let at = from
    while (at < text.length && general(text.charCodeAt(at))) at += 1
    return at
  }
  const first = run(start + 1)
  if (text.charCodeAt(first) === 0x29) return first > start + 1 ? first + 1 : 0
  if (text.charCodeAt(first) !== 0x28) return 0
  const inner = run(first + 1)
  if (inner === first + 1 || text.charCodeAt(inner) !== 0x29) return 0
  const outer = run(inner + 1)
  return text.charCodeAt(outer) === 0x29 ? outer + 1 : 0
}

function queryEnd(text: string, start: number, { query, queryEnding }: PathCharacters): number {
  let end = start
  for (let at = start + 1; at < text.length && query(text.charCodeAt(at)); at += 1)
    if (queryEnding(text.charCodeAt(at))) end = at + 1
  return end
}

/** A link without a scheme: what of the domain is in Latin letters, and what follows it. */
function bare(text: string, domain: Span, end: number | undefined, grammar: LinkGrammar): Span[] {
  if (grammar.withoutScheme === 'none') return []
  if (domain.start > 0 && /[-_./]/.test(text.charAt(domain.start - 1))) return []
  if (grammar.withoutScheme === 'www') return [{ start: domain.start, end: end ?? domain.end }]
  const found = latinDomains(text, domain, grammar)
  const last = found.pop()
  if (last === undefined) return []
  return [...found, { start: last.start, end: end ?? last.end }]
}

function latinDomains(text: string, domain: Span, grammar: LinkGrammar): Span[] {
  const found: Span[] = []
  for (let at = domain.start; at < domain.end; ) {
    if (!isLatinDomain(text.charCodeAt(at))) {
      at += 1
      continue
    }
    const run = latinRun(text, at, domain.end, grammar)
    if (run.end > at) found.push({ start: run.start, end: run.end })
    at = Math.max(run.end, run.next)
  }
  return found
}

/** The domain in Latin letters that begins at `start`, and where to look on. */
function latinRun(text: string, start: number, limit: number, { topLevelEnd }: LinkGrammar) {
  let end = 0
  let first = start
  let label = start
  let at = start
  for (; at < limit; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x2e) {
      if (label === at) break
      end = topLevelEnd(text, at + 1) || end
      label = at + 1
    } else if (!isLatinDomain(code)) {
      if (end > 0 || label > first) break
      first = at + 1
      label = first
    }
  }
  return { start: first, end: Math.min(end, limit), next: Math.max(at, start + 1) }
}

/** X's own short links end with their slug. */
function tcoEnd(text: string, start: number, end: number): number {
  const [short, slug = ''] =
    /^https?:\/\/t\.co\/([a-z0-9]+)(?:\?[a-z0-9!?*'@();:&=+$/%#[\]\-_.,~|]*[a-z0-9\-_&=#/])?/i.exec(
      text.slice(start, Math.min(end, start + maxUrl)),
    ) ?? ['']
  if (slug.length > maxTcoSlug) return start
  return short === '' ? end : start + short.length
}

function isValid(link: string, domain: string, scheme: string): boolean {
  if ((scheme === '' ? 'https://'.length : scheme.length) + link.length > maxUrl) return false
  return domain.split('.').every((label) => label.length <= maxLabel && asciiLength(label) <= maxLabel)
}

/** The length of a label in Punycode. What no registry takes (half a pair, a quotation mark) counts as it is. */
const asciiLength = (label: string): number => domainToASCII(label).length || label.length

const startsWith = (text: string, prefix: string, at: number) =>
  text.slice(at, at + prefix.length).toLowerCase() === prefix
