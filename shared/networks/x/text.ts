/** Text as X reads it: twitter-text, configuration v3, is what X itself counts with. */

import { parse as emojisIn } from 'twemoji-parser'
import twitter from 'twitter-text'
import type { Message } from '../../i18n/index.ts'
import { findTags, outside } from '../text/index.ts'
import { linksOnX } from '../text/twitter.ts'
import { emojiWeight, linkWeight, weighsOne } from './facts.ts'
import { xTexts } from './texts.ts'

/**
 * 280 is the most: Latin letters weigh 1, most others 2, a link 23, an emoji of any length 2. Counted in one pass: the
 * `parseTweet` of twitter-text is quadratic in texts like `a.a.a.a`.
 */
export function weightedLength(text: string): number {
  const normal = text.normalize('NFC')
  const links = linksOnX(normal).map(({ start, end }) => ({ start, end, weight: linkWeight }))
  const emojis = emojisIn(normal).map(({ indices: [start, end] }) => ({ start, end, weight: emojiWeight }))
  let weight = 0
  let at = 0
  for (const one of [...links, ...outside(emojis, links)].sort((a, b) => a.start - b.start)) {
    weight += plainWeight(normal.slice(at, one.start)) + one.weight
    at = one.end
  }
  return weight + plainWeight(normal.slice(at))
}

function plainWeight(text: string): number {
  let weight = 0
  for (const character of text) {
    // of a pair X weighs the second half
    const code = character.charCodeAt(character.length - 1)
    weight += weighsOne.some(([first, last]) => code >= first && code <= last) ? 1 : 2
  }
  return weight
}

/** As `extractHashtagsWithIndices`, whose own search for links is quadratic. */
function foundTags(text: string) {
  const { validHashtag, endHashtagMatch } = twitter.regexen
  const found = [...text.matchAll(validHashtag)].flatMap((match) => {
    const [whole, before = '', , hashtag = ''] = match
    const start = match.index + before.length
    const end = match.index + whole.length
    return endHashtagMatch.test(text.slice(end, end + 3)) ? [] : [{ start, end, hashtag }]
  })
  return outside(found, linksOnX(text))
}

export const hashtags = (text: string): string[] => foundTags(text).map(({ hashtag }) => hashtag)

export const cashtags = (text: string): string[] => twitter.extractCashtags(text)

/** Links, also those without a scheme: `parvis.example`. */
export const links = (text: string): string[] => linksOnX(text).map(({ start, end }) => text.slice(start, end))

/** Characters that X takes from nobody: byte order marks and what Unicode calls no character. */
export const hasInvalidCharacters = (text: string): boolean => twitter.hasInvalidCharacters(text)

export interface CutTag {
  /** With its `#`. */
  readonly typed: string
  /** What X makes of it, without `#`; undefined where it makes no hashtag at all. */
  readonly read: string | undefined
}

/** Hashtags that X reads otherwise than a person who typed them: `#l’été` is `l`, `#2027` is none. */
export function cutTags(text: string): CutTag[] {
  const found = new Map(foundTags(text).map(({ hashtag, start }) => [start, hashtag]))
  return typedTags(text).flatMap(({ start, typed }) => {
    const read = found.get(start)
    return `#${read}` === typed.replace('＃', '#') ? [] : [{ typed, read }]
  })
}

/** What looks like a hashtag; one of digits alone does too. */
function typedTags(text: string): { start: number; typed: string }[] {
  const tags = findTags(text).map(({ start, tag }) => ({ start, typed: `${text[start]}${tag}` }))
  const numbers = [...text.matchAll(/(?<=^|\s)#\d+(?=$|[\s.,;:!?])/gu)].map((match) => ({
    start: match.index,
    typed: match[0],
  }))
  return [...tags, ...numbers]
}

/** Links that nobody meant: `Bonjour.La` without the space after the full stop. */
export const accidentalLinks = (text: string): string[] =>
  links(text).filter((url) => !/^(https?:\/\/|www\.)/i.test(url) && /^\p{L}+\.\p{Lu}\p{Ll}+$/u.test(url))

const heavy: readonly (readonly [character: string, name: Message])[] = [
  ['\u202f', xTexts.narrowSpace()],
  ['…', xTexts.ellipsis()],
  ['€', xTexts.euro()],
]

/** Characters of French typography that count twice, with how often they stand there. */
export const heavyCharacters = (text: string): { name: Message; times: number }[] =>
  heavy.map(([character, name]) => ({ name, times: text.split(character).length - 1 })).filter(({ times }) => times > 0)

/** What two renderings of the same text have in common: links without scheme and end, spaces collapsed, NFC. */
export function fingerprint(text: string): string {
  const normal = text.normalize('NFC')
  let same = ''
  let at = 0
  for (const { start, end } of linksOnX(normal)) {
    same += normal.slice(at, start) + bare(normal.slice(start, end))
    at = end
  }
  return (same + normal.slice(at)).replace(/\s+/gu, ' ').trim()
}

function bare(url: string): string {
  const parsed = URL.parse(/^https?:\/\//i.test(url) ? url : `https://${url}`)
  if (parsed === null) return url
  return `${parsed.host}${parsed.pathname}${parsed.search}${parsed.hash}`.replace(/\/$/, '')
}
