/** The languages that every text for people is written in. */
export type Language = 'fr' | 'en'

/** One text in each. */
export type Languages = Readonly<Record<Language, string>>

/** Of a BCP 47 tag (a workspace's, a list's): French for every French, English for the rest; French where none is set. */
export const languageOf = (tag: string | undefined): Language =>
  tag === undefined || /^fr(-|$)/i.test(tag.trim()) ? 'fr' : 'en'

/**
 * What a reader asks for by `Accept-Language` (RFC 9110 §12.5.4): the language of highest weight, the first of several;
 * undefined where it names neither.
 */
export function negotiated(header: string | undefined): Language | undefined {
  const wanted = (header ?? '').split(',').flatMap((part) => {
    const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    const language = tag.split('-')[0]
    const q = parameters.find((parameter) => parameter.startsWith('q='))
    const weight = q === undefined ? 1 : Number(q.slice(2))
    return (language === 'fr' || language === 'en') && weight > 0 ? [{ language, weight } as const] : []
  })
  return wanted.toSorted((a, b) => b.weight - a.weight)[0]?.language
}
