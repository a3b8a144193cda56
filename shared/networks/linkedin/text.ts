/**
 * LinkedIn's "little text": what a post says, with mentions and hashtags in templates and every other sign of the format
 * escaped. An unescaped bracket cuts the post off where it stands, without an error.
 */
import { findLinks, outside } from '../text/index.ts'

const reserved = /[\\|{}@[\]()<>#*_~]/g
const escaped = (text: string) => text.replace(reserved, '\\$&')

/** `@[Boulangerie du Port](urn:li:organization:1)`, as it is typed and as it is sent. */
const mention = /@\[([^\][\n]{1,200})\]\((urn:li:(?:organization|person):[\w-]{1,40})\)/gu
/** Letters, digits and underscores with a letter among them; not inside a word. */
const hashtag = /(?<![\p{L}\p{M}\p{N}_&/])[#＃]([\p{N}_]*\p{L}[\p{L}\p{M}\p{N}_]*)/gu

interface Template {
  readonly start: number
  readonly end: number
  readonly sent: string
}

/** What is typed, as `commentary` takes it. */
export function littleText(text: string): string {
  let sent = ''
  let end = 0
  for (const template of templates(text)) {
    sent += escaped(text.slice(end, template.start)) + template.sent
    end = template.end
  }
  return sent + escaped(text.slice(end))
}

function templates(text: string): Template[] {
  const mentions = [...text.matchAll(mention)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    sent: `@[${escaped(match[1] ?? '')}](${match[2]})`,
  }))
  const tags = [...text.matchAll(hashtag)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    sent: `{hashtag|\\#|${escaped(match[1] ?? '')}}`,
  }))
  return [...mentions, ...outside(outside(tags, mentions), findLinks(text))].sort((a, b) => a.start - b.start)
}

/** Little text as it was typed. */
export const typedText = (commentary: string): string =>
  commentary.replace(/\{hashtag\|\\?[#＃]\|((?:\\.|[^{}\\])*)\}/gu, '#$1').replace(/\\([\\|{}@[\]()<>#*_~])/g, '$1')

/** What two renderings of the same text have in common. */
export const fingerprint = (text: string): string =>
  text.normalize('NFC').replace(/＃/g, '#').replace(/\s+/gu, ' ').trim()

/** Hashtags that end sooner than a person who typed them thinks: `#l’été` is `#l`. */
export function cutTags(text: string): { typed: string; read: string | undefined }[] {
  const found = [...text.matchAll(/(?<![\p{L}\p{M}\p{N}_&/])[#＃][^\s#＃]+/gu)].map((match) => {
    const typed = match[0].slice(0, endOfWord(match[0]))
    return { start: match.index, end: match.index + typed.length, typed }
  })
  return outside(found, findLinks(text)).flatMap(({ typed }) => {
    if (typed.length < 2) return []
    const read = [...typed.matchAll(hashtag)][0]?.[1]
    return read === typed.slice(1) ? [] : [{ typed, read }]
  })
}

/** Where the last letter, digit or underscore ends. */
function endOfWord(text: string): number {
  let end = 0
  for (const match of text.matchAll(/[\p{L}\p{M}\p{N}_]+/gu)) end = match.index + match[0].length
  return end
}
