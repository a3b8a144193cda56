/** An article as it goes over the wire: RFC 5536, headers by RFC 2047, text by RFC 3676 (format=flowed). */
import { countGraphemes } from '../text/index.ts'
import { columns, maxLineOctets } from './facts.ts'

export interface Article {
  readonly from: { readonly name: string; readonly address: string }
  readonly group: string
  readonly subject: string
  readonly text: string
  readonly messageId: string
  /** The ids of the thread, oldest first, without brackets. */
  readonly references: readonly string[]
  /** BCP 47; absent where nobody said. */
  readonly language?: string | undefined
  readonly date: number
}

/** The article's bytes, dots stuffed, its last line the dot. */
export function encodeArticle(article: Article): Buffer {
  const { text, delSp } = flowed(article.text)
  const headers = [
    `From: ${mailbox(article.from)}`,
    `Newsgroups: ${article.group}`,
    `Subject: ${encodeHeader(article.subject)}`,
    `Date: ${new Date(article.date).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${article.messageId}>`,
    ...(article.references.length === 0
      ? []
      : [`References: ${article.references.map((id) => `<${id}>`).join('\r\n ')}`]),
    'MIME-Version: 1.0',
    `Content-Type: text/plain; charset=UTF-8; format=flowed${delSp ? '; delsp=yes' : ''}`,
    'Content-Transfer-Encoding: 8bit',
    ...(article.language === undefined ? [] : [`Content-Language: ${article.language}`]),
    'User-Agent: Parvis',
  ]
  const body = `${headers.join('\r\n')}\r\n\r\n${text}\r\n`
  return Buffer.from(`${body.replace(/^\./gm, '..')}.\r\n`)
}

const ascii = /^[\x20-\x7e]*$/

/** A header is one line: what would begin another one is a space. */
const oneLine = (text: string) => text.replace(/[\r\n\p{Cc}\u2028\u2029]+/gu, ' ').trim()

/** Unstructured text of a header (RFC 2047 §5 (1)): as it is where it is ASCII, else in encoded words. */
export function encodeHeader(written: string): string {
  const text = oneLine(written)
  return ascii.test(text) && !text.includes('=?') ? text : encodedWords(text)
}

function mailbox({ name, address }: Article['from']): string {
  const text = oneLine(name)
  if (!ascii.test(text) || text.includes('=?')) return `${encodedWords(text)} <${address}>`
  return `"${text.replace(/["\\]/g, '\\$&')}" <${address}>`
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Words of 75 characters at most, none ending inside a character (RFC 2047 §2, §5 (3)). */
function encodedWords(text: string): string {
  const chunks: string[] = []
  let chunk = ''
  for (const { segment } of segmenter.segment(text))
    for (const piece of Buffer.byteLength(segment) > wordOctets ? Array.from(segment) : [segment]) {
      if (Buffer.byteLength(chunk + piece) > wordOctets) {
        chunks.push(chunk)
        chunk = ''
      }
      chunk += piece
    }
  return [...chunks, chunk].map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ')
}

/** 75 characters, without `=?UTF-8?B?` and `?=`, in base64. */
const wordOctets = 45

/**
 * Text folded at spaces so that old readers show lines of 72 columns, and new ones the paragraphs as they were written
 * (RFC 3676). Only U+0020 is a place to fold: a no-break space (U+00A0, U+202F before « ! ») stays with its word. What
 * has no spaces (Chinese, a very long word) is folded between characters with DelSp, where it would be too long a line.
 */
function flowed(text: string): { readonly text: string; readonly delSp: boolean } {
  const lines = text
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(/(?<![^\S\n\u00a0\u202f])[^\S\n\u00a0\u202f]+$/gmu, '')
    .split('\n')
  const delSp = lines.some((line) => line.split(' ').some((word) => Buffer.byteLength(word) > maxLineOctets))
  return { text: lines.flatMap((line) => foldLine(line, delSp)).join('\r\n'), delSp }
}

function foldLine(line: string, delSp: boolean): string[] {
  if (line === '-- ' || line === '') return [line]
  const folded: string[] = []
  let current = ''
  for (const word of line.split(/(?<= )/)) {
    if (current !== '' && countGraphemes(current + word.trimEnd()) > columns) {
      folded.push(current)
      current = ''
    }
    if (delSp && Buffer.byteLength(word) > maxLineOctets) {
      const pieces = inPieces(word)
      folded.push(...pieces.slice(0, -1))
      current = pieces.at(-1) ?? ''
    } else current += word
  }
  folded.push(current)
  // Where DelSp is on, the space that ends a folded line is not part of the text: it takes one more.
  return folded.map((one, i) => stuffed(delSp && i < folded.length - 1 ? `${one} ` : one))
}

function inPieces(word: string): string[] {
  const graphemes = Array.from(segmenter.segment(word), ({ segment }) => segment)
  const pieces: string[] = []
  for (let i = 0; i < graphemes.length; i += columns) pieces.push(graphemes.slice(i, i + columns).join(''))
  return pieces
}

/** A line that would look like a quotation, a mailbox's mark or a stuffed line gets a space in front (RFC 3676 §4.4). */
const stuffed = (line: string) => (/^(?: |>|From )/.test(line) ? ` ${line}` : line)
