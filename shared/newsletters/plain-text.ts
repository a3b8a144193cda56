/** Markdown as the plain text part of a letter: what is marked up reads as text, and links show their addresses. */
import { type MarkdownToken, markdownTokens } from '../networks/text/markdown.ts'

export const plainTextOf = (markdown: string): string =>
  blocks(treeOf(markdownTokens(markdown)))
    .replace(/\n{3,}/g, '\n\n')
    .trim()

interface Node {
  readonly token: MarkdownToken
  readonly children: Node[]
}

/** Blocks within blocks; the parser bounds how deep. */
function treeOf(tokens: readonly MarkdownToken[]): Node[] {
  const top: Node[] = []
  const open: Node[] = []
  for (const token of tokens) {
    if (token.nesting === -1) {
      open.pop()
      continue
    }
    const node = { token, children: [] }
    ;(open.at(-1)?.children ?? top).push(node)
    if (token.nesting === 1) open.push(node)
  }
  return top
}

const blocks = (nodes: readonly Node[], between = '\n\n'): string =>
  nodes
    .map(block)
    .filter((text) => text !== '')
    .join(between)

function block({ token, children }: Node): string {
  switch (token.type) {
    case 'inline':
      return inline(token.children ?? [])
    case 'blockquote_open':
      return prefixed(blocks(children), '> ', '> ')
    case 'bullet_list_open':
      return listed(children, () => '- ')
    case 'ordered_list_open': {
      const first = Number(token.attrGet('start') ?? 1)
      return listed(children, (i) => `${first + i}. `)
    }
    case 'tr_open':
      return blocks(children, ' | ')
    case 'table_open':
    case 'thead_open':
    case 'tbody_open':
      return blocks(children, '\n')
    case 'hr':
      return '-'.repeat(10)
    case 'code_block':
    case 'fence':
      return token.content.replace(/\n$/, '')
    default:
      return blocks(children)
  }
}

function listed(items: readonly Node[], markOf: (i: number) => string): string {
  const loose = items.some(({ children }) =>
    children.some(({ token }) => token.type === 'paragraph_open' && !token.hidden),
  )
  return items
    .map(({ children }, i) => {
      const mark = markOf(i)
      return prefixed(blocks(children, loose ? '\n\n' : '\n'), mark, ' '.repeat(mark.length))
    })
    .join(loose ? '\n\n' : '\n')
}

const prefixed = (text: string, first: string, others: string): string =>
  text
    .split('\n')
    .map((line, i) => `${i === 0 ? first : others}${line}`.trimEnd())
    .join('\n')

function inline(tokens: readonly MarkdownToken[]): string {
  let text = ''
  const links: { readonly from: number; readonly href: string }[] = []
  for (const token of tokens) {
    if (token.type === 'softbreak' || token.type === 'hardbreak') text += '\n'
    else if (token.type === 'link_open') links.push({ from: text.length, href: String(token.attrGet('href') ?? '') })
    else if (token.type === 'link_close') {
      const { from = text.length, href = '' } = links.pop() ?? {}
      text += addressBehind(text.slice(from), href)
    } else text += token.content
  }
  return text
}

/** An address that is its own text stands once. */
function addressBehind(text: string, href: string): string {
  const bare = href.replace(/^(?:mailto|tel):/i, '')
  return !/^(?:https?|mailto|tel):/i.test(href) || text === href || text === bare ? '' : ` <${bare}>`
}
