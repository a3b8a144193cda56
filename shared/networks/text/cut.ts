/** Cutting text as readers see it: never inside an emoji or between a letter and its accent. */

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Where `text` stops after `max` graphemes, as a UTF-16 index; undefined where it is no longer than that. */
export function cutAfter(text: string, max: number): number | undefined {
  let count = 0
  for (const { index } of segmenter.segment(text)) {
    if (count === max) return index
    count += 1
  }
  return undefined
}

/** At most `max` graphemes; what was cut ends in `…`, which is one of them. */
export function shortened(text: string, max: number): string {
  if (cutAfter(text, max) === undefined) return text
  return `${text.slice(0, cutAfter(text, max - 1)).trimEnd()}…`
}
