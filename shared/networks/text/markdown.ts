/** Markdown (CommonMark, tables, strikethrough, bare links) as HTML, in a time that grows with its length. */
import MarkdownIt, { type StateCore, type Token } from 'markdown-it'
import { findLinks } from './find.ts'

export interface MarkdownOptions {
  /** HTML in the text is kept as it is, or shown as the text that it is. */
  readonly html: 'kept' | 'shown'
  /** Pictures are kept, or are their alternative text. */
  readonly images: 'kept' | 'alt'
  /** Where a link goes; undefined leaves its words without a link. */
  readonly hrefOf?: (href: string) => string | undefined
}

/** What was asked for, by the environment of one rendering. */
const asked = new WeakMap<object, Required<MarkdownOptions>>()

function make(html: boolean) {
  const markdown = new MarkdownIt({ html, maxNesting: 50 })
  markdown.core.ruler.push('links and pictures', (state) => {
    const options = asked.get(state.env)
    if (options === undefined) return
    for (const token of state.tokens)
      if (token.children !== null) token.children = inline(state, token.children, options)
  })
  return markdown
}
const kept = make(true)
const shown = make(false)
// which schemes may be followed, the caller says
shown.validateLink = () => true

export type MarkdownToken = Token

/** What the text is made of, block by block: HTML in it is text, and an address is a link only where it is marked up as one. */
export const markdownTokens = (text: string): MarkdownToken[] => shown.parse(text, {})

export function htmlOfMarkdown(text: string, { html, images, hrefOf = (href) => href }: MarkdownOptions): string {
  const env = {}
  asked.set(env, { html, images, hrefOf })
  return (html === 'kept' ? kept : shown).render(text, env)
}

function inline(state: StateCore, children: readonly Token[], { images, hrefOf }: Required<MarkdownOptions>): Token[] {
  /** Of each link that is open, whether it is kept. */
  const open: boolean[] = []
  const left: Token[] = []
  for (const token of children) {
    if (token.type === 'link_open') {
      const href = hrefOf(String(token.attrGet('href') ?? ''))
      open.push(href !== undefined)
      if (href === undefined) continue
      token.attrSet('href', href)
    } else if (token.type === 'link_close' && open.pop() === false) continue
    else if (token.type === 'image' && images === 'alt') token.type = 'text'
    if (token.type === 'text' && open.length === 0) left.push(...linked(state, token.content, hrefOf))
    else left.push(token)
  }
  return left
}

/** Text with the addresses in it as links. */
function linked({ Token }: StateCore, text: string, hrefOf: (href: string) => string | undefined): Token[] {
  const plain = (content: string) => Object.assign(new Token('text', '', 0), { content })
  const tokens: Token[] = []
  let at = 0
  for (const { start, end, url } of findLinks(text)) {
    const href = hrefOf(url)
    if (href === undefined) continue
    const open = new Token('link_open', 'a', 1)
    open.attrSet('href', href)
    tokens.push(plain(text.slice(at, start)), open, plain(text.slice(start, end)), new Token('link_close', 'a', -1))
    at = end
  }
  return [...tokens, plain(text.slice(at))]
}
