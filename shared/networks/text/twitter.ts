/** Links as X itself and Mastodon read them: only domains whose top level twitter-text knows. Apart, for the size of its list. */
import twitter from 'twitter-text'
import { isAlphanumeric, isSpace, twitterPaths } from './characters.ts'
import { type FoundLink, type LinkGrammar, linksIn } from './links.ts'

/** The alternatives of twitter-text's own patterns. */
const topLevels = [twitter.regexen.validGTLD, twitter.regexen.validCCTLD].flatMap(({ source }) =>
  source
    .replace(/\(\?=.*$/, '')
    .split(/[(?:|)]+/)
    .filter((one) => one !== ''),
)
const latin = new Set(topLevels.filter((one) => /^[\0-\x7f]+$/.test(one)))
const foreign = topLevels.filter((one) => !latin.has(one))
const longest = Math.max(...[...latin].map((one) => one.length))

function topLevelEnd(text: string, start: number): number {
  let at = start
  while (at - start <= longest && isAlphanumeric(text.charCodeAt(at))) at += 1
  if (latin.has(text.slice(start, at).toLowerCase()) && ends(text, at)) return at
  if (text.charCodeAt(start) > 0x7f) return foreignEnd(text, start)
  if (text.slice(start, start + 4).toLowerCase() !== 'xn--') return 0
  at = start + 4
  while (isAlphanumeric(text.charCodeAt(at)) || text.charAt(at) === '-') at += 1
  return at > start + 4 ? at : 0
}

function foreignEnd(text: string, start: number): number {
  const found = foreign.find((one) => text.startsWith(one, start) && ends(text, start + one.length))
  return found === undefined ? 0 : start + found.length
}

const ends = (text: string, at: number) => !isAlphanumeric(text.charCodeAt(at)) && !/[@+-]/.test(text.charAt(at))

const x: LinkGrammar = {
  ...twitterPaths,
  schemes: ['https://', 'http://'],
  withoutScheme: 'latin',
  brackets: 'joined',
  addresses: false,
  topLevelEnd,
}

/** Links as X finds them, also those without a scheme: `parvis.fr`. */
export const linksOnX = (text: string): FoundLink[] => linksIn(text, x)

const bracketsOrSpace = new Set([...'<>()?'].map((one) => one.charCodeAt(0)))
const sentenceEnds = new Set([...'!*"\'「」;:=,.$%[]~&|@'].map((one) => one.charCodeAt(0)))
const isGeneral = (code: number) => !bracketsOrSpace.has(code) && !isSpace(code)
const isForeignQuery = (code: number) => code >= 0xa0 && !(code >= 0xfdd0 && code <= 0xfdef) && code < 0xfff0
const caret = 0x5e

/** `config/initializers/twitter_regex.rb` of Mastodon: letters of every script in paths and queries, more schemes. */
const mastodon: LinkGrammar = {
  schemes: ['https://', 'http://', 'dat://', 'dweb://', 'ipfs://', 'ipns://', 'ssb://', 'gopher://', 'gemini://'],
  withoutScheme: 'none',
  brackets: 'end',
  addresses: false,
  topLevelEnd,
  general: isGeneral,
  ending: (code) => isGeneral(code) && !sentenceEnds.has(code),
  query: (code) => twitterPaths.query(code) || code === caret || isForeignQuery(code),
  queryEnding: (code) => twitterPaths.queryEnding(code) || isForeignQuery(code),
}

export const linksOnMastodon = (text: string): FoundLink[] => linksIn(text, mastodon)
