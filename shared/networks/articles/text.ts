/** HTML that a site shows (a comment, a forum's post) as text. */
import { Parser } from 'htmlparser2'

const blocks = new Set([
  'p',
  'div',
  'li',
  'ul',
  'ol',
  'pre',
  'blockquote',
  'figure',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
])
const silent = new Set(['script', 'style', 'template'])

/** Paragraphs are set apart by an empty line; emoji that are pictures are their character. */
export function textOfHtml(html: string): string {
  let text = ''
  let hidden = 0
  const parser = new Parser({
    onopentag(name, { alt = '', class: classes = '' }) {
      if (silent.has(name)) hidden += 1
      else if (name === 'br') text += '\n'
      else if (name === 'img' && /emoji|wp-smiley/.test(classes)) text += alt
      else if (blocks.has(name)) text += '\n'
    },
    ontext(data) {
      if (hidden === 0) text += data.replace(/[ \t\r\n]+/g, ' ')
    },
    onclosetag(name) {
      if (silent.has(name)) hidden -= 1
      else if (blocks.has(name)) text += '\n'
    },
  })
  parser.write(html)
  parser.end()
  return text
    .replace(/[ \t]*\n[ \t]*/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
