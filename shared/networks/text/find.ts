/** Finds what networks make clickable in plain text. Spans are UTF-16 indexes, the end exclusive. */

export interface Span {
  readonly start: number
  readonly end: number
}

export interface FoundLink extends Span {
  /** Absolute, with its scheme. */
  readonly url: string
}

export interface FoundTag extends Span {
  /** Without the `#`. */
  readonly tag: string
}

/** A scheme or `www.`, not in the middle of a word or an address; up to a space, a quotation mark or a bracket of markup. */
const linkStart = /(?<![\p{L}\p{N}_@/.-])(?:https?:\/\/|www\.)[^\s<>"«»“”„\u200B\u2060]+/giu
const brackets: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }

/**
 * Links with a scheme, or that start with `www.`. Punctuation that ends a sentence is not part of a link, and neither is
 * a closing bracket that the link did not open: `(https://fr.wikipedia.org/wiki/Parvis_(architecture))`.
 */
export function findLinks(text: string): FoundLink[] {
  const found: FoundLink[] = []
  for (const match of text.matchAll(linkStart)) {
    const written = withoutTrailing(match[0])
    const url = /^www\./i.test(written) ? `https://${written}` : written
    if (!URL.canParse(url) || !/[^.]\.[^.]/.test(new URL(url).hostname)) continue
    found.push({ start: match.index, end: match.index + written.length, url })
  }
  return found
}

function withoutTrailing(written: string): string {
  let link = written
  for (;;) {
    const last = link.at(-1) ?? ''
    const opening = brackets[last]
    const unopened = opening !== undefined && count(link, opening) < count(link, last)
    if (!unopened && !/[.,;:!?'’‘…]/u.test(last)) return link
    link = link.slice(0, -1)
  }
}

const count = (text: string, character: string) => text.split(character).length - 1

const invisible = '\\u00AD\\u2060\\u200A\\u200B\\u200C\\u200D\\u20E2'
/**
 * After a space, an opening mark or an apostrophe (`l’#apéro`); up to a space or a quotation mark; with at least one
 * character that is neither digit nor punctuation; not the keycap emoji `#️⃣`.
 */
const tagStart = new RegExp(
  `(?<=^|[\\s(\\[{"'’‘«“„¿¡])[#＃](?!\\uFE0F)([^\\s#＃"«»“”${invisible}]*[^\\d\\s\\p{P}#＃${invisible}][^\\s#＃"«»“”${invisible}]*)`,
  'gu',
)

/** Tags; what is inside a link is none. */
export function findTags(text: string): FoundTag[] {
  const links = findLinks(text)
  const found: FoundTag[] = []
  for (const match of text.matchAll(tagStart)) {
    const tag = (match[1] ?? '').replace(/\p{P}+$/u, '')
    const span = { start: match.index, end: match.index + 1 + tag.length }
    if (tag === '' || overlaps(span, links)) continue
    found.push({ ...span, tag })
  }
  return found
}

export function overlaps(span: Span, others: readonly Span[]): boolean {
  return others.some((other) => span.start < other.end && other.start < span.end)
}
