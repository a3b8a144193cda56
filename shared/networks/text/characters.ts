/** Classes of characters (UTF-16 code units) of twitter-text 3.1 (Apache-2.0), as its patterns name them. */

const within =
  (ranges: readonly (readonly [number, number])[]) =>
  (code: number): boolean =>
    ranges.some(([first, last]) => code >= first && code <= last)

const ascii = (characters: string): ReadonlySet<number> => new Set([...characters].map((one) => one.charCodeAt(0)))

const punctuation = ascii("!'#%&()*+,\\-./:;<=>?@[]^_{|}~$")
export const isSpace = within([
  [0x09, 0x0d],
  [0x20, 0x20],
  [0x85, 0x85],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x180e, 0x180e],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
])
const isInvalid = within([
  [0xfeff, 0xfeff],
  [0xfffe, 0xffff],
])
const isDirectional = within([
  [0x061c, 0x061c],
  [0x200e, 0x200f],
  [0x202a, 0x202e],
  [0x2066, 0x2069],
])
const isLatinAccent = within([
  [0xc0, 0xd6],
  [0xd8, 0xf6],
  [0xf8, 0x24f],
  [0x253, 0x254],
  [0x256, 0x257],
  [0x259, 0x259],
  [0x25b, 0x25b],
  [0x263, 0x263],
  [0x268, 0x268],
  [0x26f, 0x26f],
  [0x272, 0x272],
  [0x289, 0x289],
  [0x28b, 0x28b],
  [0x2bb, 0x2bb],
  [0x300, 0x36f],
  [0x1e00, 0x1eff],
])

export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39
export const isLetter = (code: number): boolean => (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
export const isAlphanumeric = (code: number): boolean => isDigit(code) || isLetter(code)

/** What a label of a domain is made of, but for hyphens and underscores. */
export const isDomainCharacter = (code: number): boolean =>
  code < 0x80 ? !punctuation.has(code) && !isSpace(code) : !isSpace(code) && !isInvalid(code) && !isDirectional(code)

/** What the domain of a link without a scheme is made of. */
export const isLatinDomain = (code: number): boolean => code === 0x2d || isAlphanumeric(code) || isLatinAccent(code)

/** What may stand right before a link. */
export const mayPrecede = (code: number): boolean =>
  !Number.isNaN(code) && !isAlphanumeric(code) && !notBefore.has(code) && !isInvalid(code)
const notBefore = ascii('@＠$#＃')

const pathMarks = ascii("!*';:=+,.$/%#[]-\u2013_~@|&")
const pathEnds = ascii('+-=_#/')
const isCyrillic = (code: number) => code >= 0x400 && code <= 0x4ff
const isPathLetter = (code: number) => isAlphanumeric(code) || isCyrillic(code) || isLatinAccent(code)
const queryMarks = ascii("!?*'@();:&=+$/%#[]-_.,~|")
const queryEnds = ascii('-_&=#/')

/** Paths and queries as twitter-text reads them: letters are Latin and Cyrillic. */
export const twitterPaths = {
  general: (code: number): boolean => isPathLetter(code) || pathMarks.has(code),
  ending: (code: number): boolean => isPathLetter(code) || pathEnds.has(code),
  query: (code: number): boolean => isAlphanumeric(code) || queryMarks.has(code),
  queryEnding: (code: number): boolean => isAlphanumeric(code) || queryEnds.has(code),
}
