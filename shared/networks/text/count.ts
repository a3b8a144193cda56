/** Lengths as networks count them. */

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const encoder = new TextEncoder()

/** What a reader sees as one character: an accented letter, a family emoji (UAX #29 extended grapheme clusters). */
export function countGraphemes(text: string): number {
  let count = 0
  for (const _ of segmenter.segment(text)) count += 1
  return count
}

export const utf8Length = (text: string): number => encoder.encode(text).byteLength
