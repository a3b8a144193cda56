/** HTML of a letter as text: what a person would read, with or without what they quote. */
import { Parser } from 'htmlparser2'

const blocks = new Set([
  'p',
  'div',
  'tr',
  'table',
  'ul',
  'ol',
  'li',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'hr',
  'pre',
  'blockquote',
  'dt',
  'dd',
  'section',
  'article',
  'header',
  'footer',
])
const silent = new Set(['script', 'style', 'head', 'title', 'template', 'noscript'])
const voids = new Set(['br', 'hr', 'img', 'input', 'meta', 'link', 'area', 'base', 'col', 'embed', 'source', 'wbr'])
/** How Gmail, Thunderbird, Apple Mail, Yahoo and Proton mark the letter that is answered. A blockquote may be an indent. */
const quotes = /\b(?:gmail_quote|gmail_quote_container|moz-cite-prefix|yahoo_quoted|protonmail_quote)\b/

const isQuote = (name: string, attributes: Readonly<Record<string, string>>): boolean =>
  quotes.test(attributes.class ?? '') || (name === 'blockquote' && attributes.type === 'cite')

interface Piece {
  readonly text: string
  readonly quoted: boolean
}

/**
 * `quotes: false`: without the quotations at the end; empty where there is nothing else. A forward is no quotation: what
 * somebody sends on is what they say.
 */
export function textOfHtml(html: string, wanted: { readonly quotes: boolean }): string {
  const pieces = piecesOf(html)
  const last = wanted.quotes ? pieces.length : endOfOwn(pieces)
  return (
    pieces
      .slice(0, last)
      .map(({ text }) => text)
      .join('')
      .split('\n')
      // an end of spaces is searched by no pattern: a stranger's letter may hold very many
      .map((line) => line.trim())
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()
  )
}

/** After the last piece that is not quoted: a quotation that is answered below stays. */
function endOfOwn(pieces: readonly Piece[]): number {
  const forwarded = pieces.some(({ text, quoted }) => quoted && isForward(text))
  if (forwarded) return pieces.length
  return pieces.findLastIndex(({ text, quoted }) => !quoted && text.trim() !== '') + 1
}

const isForward = (text: string) =>
  /-{3,}\s*(?:forwarded message|message transféré|weitergeleitete nachricht|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada|vidarebefordrat meddelande|przekazana wiadomość)/iu.test(
    text,
  )

function piecesOf(html: string): Piece[] {
  const pieces: Piece[] = []
  /** Of each open element whether it is silent, or a quotation. */
  const open: { readonly name: string; readonly silent: boolean; readonly quote: boolean }[] = []
  let hidden = 0
  let quoted = 0
  let cells = 0
  const say = (text: string) => pieces.push({ text, quoted: quoted > 0 })
  const parser = new Parser({
    onopentag(name, attributes) {
      if (!voids.has(name)) {
        const element = { name, silent: silent.has(name), quote: isQuote(name, attributes) }
        open.push(element)
        if (element.silent) hidden += 1
        if (element.quote) quoted += 1
      }
      if (hidden > 0) return
      if (name === 'tr') cells = 0
      if (name === 'td' || name === 'th') {
        if (cells > 0) say('\t')
        cells += 1
      } else if (name === 'br' || blocks.has(name)) say('\n')
    },
    ontext(data) {
      if (hidden === 0) say(data.replace(/[ \t\r\n]+/g, ' '))
    },
    onclosetag(name) {
      if (voids.has(name)) return
      const element = open.pop()
      if (hidden === 0 && (name === 'p' || name === 'blockquote' || /^h\d$/.test(name))) say('\n')
      if (element?.silent === true) hidden -= 1
      if (element?.quote === true) quoted -= 1
    },
  })
  parser.write(html)
  parser.end()
  return pieces
}
