/** Rich text (`app.bsky.richtext.facet`): what is clickable, by UTF-8 byte offsets, the end exclusive. */
import { countGraphemes, findLinks, findTags, outside, type Span, utf8Length } from '../text/index.ts'
import { tags as tagLimits } from './facts.ts'

export interface Facet {
  readonly index: { readonly byteStart: number; readonly byteEnd: number }
  readonly features: readonly Readonly<Record<string, string>>[]
}

export interface FoundMention extends Span {
  /** Lower case, without the `@`. */
  readonly handle: string
}

/** `@` and a domain name; not in the middle of a word, so neither an e-mail address nor `@name@server`. */
const mention =
  /(?<![\p{L}\p{N}_@/.-])@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)(?![\p{L}\p{N}_@])/giu

export function findMentions(text: string): FoundMention[] {
  const found = [...text.matchAll(mention)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    handle: (match[1] ?? '').toLowerCase(),
  }))
  return outside(found, findLinks(text))
}

/** Facets in the order of the text. A mention whose handle is not in `dids` stays plain text. */
export function facetsOf(text: string, dids: ReadonlyMap<string, string>): Facet[] {
  const byteAt = byteOffsets(text)
  const facet = ({ start, end }: Span, type: string, feature: Readonly<Record<string, string>>): Facet => ({
    index: { byteStart: byteAt(start), byteEnd: byteAt(end) },
    features: [{ $type: `app.bsky.richtext.facet#${type}`, ...feature }],
  })
  const mentioned = findMentions(text).flatMap((found) => {
    const did = dids.get(found.handle)
    return did === undefined ? [] : [{ ...found, did }]
  })
  const links = findLinks(text).map((link) => facet(link, 'link', { uri: link.url }))
  const mentions = mentioned.map((found) => facet(found, 'mention', { did: found.did }))
  const short = findTags(text).filter(
    ({ tag }) => countGraphemes(tag) <= tagLimits.graphemes && utf8Length(tag) <= tagLimits.bytes,
  )
  const tags = outside(short, mentioned).map((found) => facet(found, 'tag', { tag: found.tag }))
  return [...links, ...mentions, ...tags].sort((a, b) => a.index.byteStart - b.index.byteStart)
}

/** UTF-8 offsets of UTF-16 indexes, counted once. */
function byteOffsets(text: string): (index: number) => number {
  const offsets = new Uint32Array(text.length + 1)
  let bytes = 0
  for (let at = 0; at < text.length; ) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
    offsets.fill(bytes, at, at + character.length)
    bytes += utf8Length(character)
    at += character.length
  }
  offsets[text.length] = bytes
  return (index) => offsets[index] ?? bytes
}
