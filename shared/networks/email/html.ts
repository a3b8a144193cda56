/** HTML of a letter as text: what a person would read, without what they quote. */
import { Parser } from 'htmlparser2'

const blocks = new Set(['p', 'div', 'tr', 'table', 'ul', 'ol', 'li', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'pre'])
const silent = new Set(['script', 'style', 'head', 'title', 'template', 'noscript'])
/** How Gmail, Thunderbird, Outlook, Yahoo and Proton mark the letter that is answered. */
const quotes = /\b(?:gmail_quote|moz-cite-prefix|yahoo_quoted|protonmail_quote|OutlookMessageHeader)\b|^divRplyFwdMsg$/

export function textOfHtml(html: string): string {
  let text = ''
  let hidden = 0
  const parser = new Parser({
    onopentag(name, { class: classes = '', id = '' }) {
      if (hidden > 0 || silent.has(name) || name === 'blockquote' || quotes.test(classes) || quotes.test(id)) {
        if (!voids.has(name)) hidden += 1
        return
      }
      if (name === 'br' || blocks.has(name)) text += '\n'
    },
    ontext(data) {
      if (hidden === 0) text += data.replace(/[ \t\r\n]+/g, ' ')
    },
    onclosetag(name) {
      if (voids.has(name)) return
      if (hidden > 0) hidden -= 1
      else if (name === 'p' || /^h\d$/.test(name)) text += '\n'
    },
  })
  parser.write(html)
  parser.end()
  return text
    .replace(/[ \t]*\n[ \t]*/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

const voids = new Set(['br', 'hr', 'img', 'input', 'meta', 'link', 'area', 'base', 'col', 'embed', 'source', 'wbr'])
