const space = '\u00a0'
const thin = '\u202f'

/** French spacing: U+202F before `; ! ?`, U+00A0 before `:` and inside `« »`; `’` between letters. */
export const frenchSpaces = (text: string): string =>
  text
    .replace(/(\p{L})'(?=\p{L})/gu, '$1’')
    .replace(/ ([;!?])/g, `${thin}$1`)
    .replace(/ :/g, `${space}:`)
    .replace(/« /g, `«${space}`)
    .replace(/ »/g, `${space}»`)
