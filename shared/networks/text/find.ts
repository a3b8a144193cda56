/** Finds what networks make clickable in plain text. Spans are UTF-16 indexes, the end exclusive. */
import { isAlphanumeric, isDigit, isLetter, twitterPaths } from './characters.ts'
import { type FoundLink, type LinkGrammar, linksIn, type Span } from './links.ts'

export interface FoundTag extends Span {
  /** Without the `#`. */
  readonly tag: string
}

const maxTopLevel = 63

/** What stands behind the last dot, of a domain that need not be known: two letters at least. */
function topLevelEnd(text: string, start: number): number {
  let at = start
  if (text.slice(start, start + 4).toLowerCase() === 'xn--') {
    at += 4
    while (at - start <= maxTopLevel && (isAlphanumeric(text.charCodeAt(at)) || text.charAt(at) === '-')) at += 1
    return at > start + 4 ? at : 0
  }
  const belongs = isLetter(text.charCodeAt(start)) ? isLetter : isForeignLetter
  while (at - start <= maxTopLevel && belongs(text.charCodeAt(at))) at += 1
  const next = text.charCodeAt(at)
  return at - start < 2 || at - start > maxTopLevel || isDigit(next) || isLetter(next) || /[@+-]/.test(text.charAt(at))
    ? 0
    : at
}

const isForeignLetter = (code: number) => code > 0x7f && /[\p{L}\p{M}]/u.test(String.fromCharCode(code))

/** For networks where what we mark is a link: any domain behind a scheme or `www.`, whether its top level is known or not. */
const anyDomain: LinkGrammar = {
  ...twitterPaths,
  schemes: ['https://', 'http://'],
  withoutScheme: 'www',
  brackets: 'end',
  addresses: true,
  topLevelEnd,
}

/**
 * Links with a scheme, or that start with `www.`, as twitter-text reads them: a sentence's punctuation is not part of a link,
 * and neither is a closing bracket that the link did not open: `(https://fr.wikipedia.org/wiki/Parvis_(architecture))`.
 */
export const findLinks = (text: string): FoundLink[] => linksIn(text, anyDomain)

const invisible = '\\u00AD\\u2060\\u200A\\u200B\\u200C\\u200D\\u20E2'
/** After a space, an opening mark or an apostrophe (`l’#apéro`); up to a space or a quotation mark; not the keycap emoji `#️⃣`. */
const tagStart = new RegExp(`(?<=^|[\\s(\\[{"'’‘«“„¿¡])[#＃](?!\\uFE0F)([^\\s#＃"«»“”${invisible}]+)`, 'gu')
/** At least one character is neither digit nor punctuation. */
const named = /[^\d\p{P}]/u

/** Tags; what is inside a link is none. */
export function findTags(text: string): FoundTag[] {
  const tags: FoundTag[] = []
  for (const match of text.matchAll(tagStart)) {
    const tag = withoutPunctuation(match[1] ?? '')
    if (named.test(tag)) tags.push({ start: match.index, end: match.index + 1 + tag.length, tag })
  }
  return outside(tags, findLinks(text))
}

function withoutPunctuation(tag: string): string {
  let end = tag.length
  while (end > 0) {
    // both halves of a pair at once
    const at = end > 1 && /[\uDC00-\uDFFF]/.test(tag.charAt(end - 1)) ? end - 2 : end - 1
    if (!/^\p{P}$/u.test(tag.slice(at, end))) break
    end = at
  }
  return tag.slice(0, end)
}

/** Those spans that share no character with any of `others`. Both in the order of the text, each without overlaps. */
export function outside<T extends Span>(spans: readonly T[], others: readonly Span[]): T[] {
  let next = 0
  return spans.filter((span) => {
    while (next < others.length && (others[next]?.end ?? 0) <= span.start) next += 1
    const other = others[next]
    return other === undefined || other.start >= span.end
  })
}
