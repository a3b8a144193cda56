/** Markdown as the plain text part of a letter: what is marked up reads as text, and links show their addresses. */
import { Marked, type Token, type Tokens } from 'marked'

const marked = new Marked({ gfm: true })

export function plainTextOf(markdown: string): string {
  return blocks(marked.lexer(markdown))
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

const blocks = (tokens: readonly Token[]): string =>
  tokens
    .map(block)
    .filter((text) => text !== '')
    .join('\n\n')

function block(token: Token): string {
  switch (token.type) {
    case 'heading':
    case 'paragraph':
    case 'text':
      return inline(token)
    case 'blockquote':
      return prefixed(blocks(token.tokens ?? []), '> ', '> ')
    case 'list':
      return listed(token)
    case 'table':
      return rows(token)
    case 'hr':
      return '-'.repeat(10)
    case 'space':
    case 'def':
      return ''
    case 'code':
      return token.text
    default:
      return token.raw.trim()
  }
}

const isList = (token: Token): token is Tokens.List => token.type === 'list'
const isTable = (token: Token): token is Tokens.Table => token.type === 'table'

function listed(token: Token): string {
  if (!isList(token)) return ''
  return token.items
    .map(({ tokens, task, checked }, i) => {
      const mark = token.ordered ? `${Number(token.start || 1) + i}. ` : '- '
      const box = task ? (checked === true ? '[x] ' : '[ ] ') : ''
      const inside = token.loose
        ? blocks(tokens)
        : tokens
            .map(block)
            .filter((text) => text !== '')
            .join('\n')
      return prefixed(`${box}${inside}`, mark, ' '.repeat(mark.length))
    })
    .join(token.loose ? '\n\n' : '\n')
}

function rows(token: Token): string {
  if (!isTable(token)) return ''
  return [token.header, ...token.rows].map((cells) => cells.map((cell) => inlines(cell.tokens)).join(' | ')).join('\n')
}

const prefixed = (text: string, first: string, others: string): string =>
  text
    .split('\n')
    .map((line, i) => `${i === 0 ? first : others}${line}`.trimEnd())
    .join('\n')

const inline = (token: Token): string =>
  'tokens' in token && token.tokens !== undefined ? inlines(token.tokens) : unescaped(plainOf(token))

const inlines = (tokens: readonly Token[]): string => tokens.map(piece).join('')

function piece(token: Token): string {
  switch (token.type) {
    case 'link':
      return linked(inlines(token.tokens ?? []), token.href)
    case 'image':
      return token.text
    case 'br':
      return '\n'
    case 'html':
      return token.raw
    case 'checkbox':
      return ''
    default:
      return inline(token)
  }
}

/** An address that is its own text stands once. */
function linked(text: string, href: string): string {
  const bare = href.replace(/^(?:mailto|tel):/i, '')
  if (!/^(?:https?|mailto|tel):/i.test(href) || text === href || text === bare) return text
  return `${text} <${bare}>`
}

const plainOf = (token: Token): string => ('text' in token && typeof token.text === 'string' ? token.text : token.raw)

/** marked's lexer escapes what HTML would read. */
const unescaped = (text: string): string =>
  text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity)
const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}
