const placeholder = /\{(\w+)([:|?][^{}]*)?\}/g

/** A text without parameters, code, addresses, ids and names of a network's own. */
const prose = (text: string) =>
  text
    .replace(placeholder, (_, __, format: string = '') =>
      /^[|?]/.test(format) ? ` ${format.slice(1).replace(/[^|=]+=/g, ' ')} ` : ' ',
    )
    .replace(
      /`[^`]*`|"[^"]*"|https?:\/\/\S+|(GET|POST|PATCH|PUT|DELETE) \S+|API for Business|\b[\w.]+_[\w.]+\b|\/[\w/]+/g,
      ' ',
    )

export const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(
    prose(text)
      .toLowerCase()
      .match(/\p{L}+/gu) ?? [],
  )

/** Words that English sentences are made of and French ones do not hold; `on`, `a`, `pour`, `son` are of both. */
const english =
  'the and is are was were be been has have had this that these those it its of to with without from for not cannot must may should will would you your their they who which what when where why how there here only again before after between because at by an in or than then too one can could'.split(
    ' ',
  )

/** The English words in a text that should be French. */
export const englishIn = (text: string): readonly string[] => english.filter((word) => wordsOf(text).has(word))
