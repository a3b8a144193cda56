/** How Mastodon counts text, and how its HTML reads as text again. */
import { countGraphemes } from '../text/index.ts'
import { linksOnMastodon } from '../text/twitter.ts'

/** `@name` or `@name@server`, not inside a word or a path. */
const mention = /(?<![\p{L}\p{N}_/)])@([a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)(?:@[\p{L}\p{N}][\p{L}\p{N}.-]*[\p{L}\p{N}])?/giu

/**
 * The length as Mastodon's StatusLengthValidator counts it: graphemes; links by Mastodon's own changes to twitter-text; a link counts `charactersPerUrl` whatever its
 * length, a mention of somebody elsewhere counts without the server, the content warning counts too.
 */
export function countLength(text: string, spoiler: string, charactersPerUrl: number): number {
  let counted = ''
  let end = 0
  for (const link of linksOnMastodon(text)) {
    counted += `${withoutServers(text.slice(end, link.start))}${'x'.repeat(charactersPerUrl)}`
    end = link.end
  }
  return countGraphemes(spoiler + counted + withoutServers(text.slice(end)))
}

const withoutServers = (text: string) => text.replace(mention, '@$1')

/** As `Tag::HASHTAG_RE` reads: letters, marks, digits, underscores; here with what a person wrote on behind it. */
const cutTag = /(?<![/)\w])#([\p{L}\p{M}\p{Nd}\p{Pc}\u00B7\u30FB\u200C]*)([’'-][\p{L}\p{M}\p{Nd}\p{Pc}’'-]+)/gu

/** Hashtags that end before their author thinks: `#l’été` is `l`. Empty where there is no letter: then it is none at all. */
export function cutTags(text: string): { readonly typed: string; readonly read: string }[] {
  return [...text.matchAll(cutTag)].map(([typed, read = '']) => ({ typed, read: /\p{L}/u.test(read) ? read : '' }))
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

function entity(whole: string, name: string): string {
  if (!name.startsWith('#')) return named[name.toLowerCase()] ?? whole
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10)
  return Number.isInteger(code) && code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
}

/** The text of a status' HTML: paragraphs and breaks become line ends, everything else that is markup goes. Not safe as HTML. */
export function htmlToText(html: string): string {
  return html
    .replace(/\r?\n/g, ' ')
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<\/(?:p|div|blockquote|pre|ul|ol)>\s*/gi, '\n\n')
    .replace(/<\/li>\s*/gi, '\n')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,6});/gi, entity)
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** What two renderings of the same text have in common: spaces collapsed, servers of mentions left out, NFC. */
export function fingerprint(text: string): string {
  return withoutServers(text.normalize('NFC')).replace(/\s+/gu, ' ').trim()
}
