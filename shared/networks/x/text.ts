/** Text as X reads it: twitter-text, configuration v3, is what X itself counts with. */
import twitter from 'twitter-text'
import { findTags } from '../text/index.ts'

/** 280 is the most: Latin letters weigh 1, most others 2, a link 23, an emoji of any length 2. */
export const weightedLength = (text: string): number => twitter.parseTweet(text).weightedLength

export const hashtags = (text: string): string[] => twitter.extractHashtags(text)

export const cashtags = (text: string): string[] => twitter.extractCashtags(text)

/** Links, also those without a scheme: `parvis.example`. */
export const links = (text: string): string[] => twitter.extractUrls(text)

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
  const found = new Map(twitter.extractHashtagsWithIndices(text).map(({ hashtag, indices }) => [indices[0], hashtag]))
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

const heavy: readonly (readonly [character: string, name: string])[] = [
  ['\u202f', 'the narrow no-break space (U+202F)'],
  ['…', 'the ellipsis …'],
  ['€', 'the euro sign €'],
]

/** Characters of French typography that count twice, with how often they stand there. */
export const heavyCharacters = (text: string): { name: string; times: number }[] =>
  heavy.map(([character, name]) => ({ name, times: text.split(character).length - 1 })).filter(({ times }) => times > 0)

/** What two renderings of the same text have in common: links without scheme and end, spaces collapsed, NFC. */
export function fingerprint(text: string): string {
  let same = text.normalize('NFC')
  for (const url of links(same).sort((a, b) => b.length - a.length)) same = same.replaceAll(url, bare(url))
  return same.replace(/\s+/gu, ' ').trim()
}

function bare(url: string): string {
  const parsed = URL.parse(/^https?:\/\//i.test(url) ? url : `https://${url}`)
  if (parsed === null) return url
  return `${parsed.host}${parsed.pathname}${parsed.search}${parsed.hash}`.replace(/\/$/, '')
}
