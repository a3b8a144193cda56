import { createHash } from 'node:crypto'
import { escapeHtml, htmlPage } from '../../html/index.ts'
import { type Language, type Param, render, type Text } from '../../i18n/index.ts'
import { type PageName, pages } from './texts.ts'

export interface ConnectingPage {
  readonly page: PageName
  readonly facts: Readonly<Record<string, Param>>
  /** Accounts that were found, by name and handle. */
  readonly accounts?: readonly { readonly name: string; readonly handle: string }[]
}

const style =
  'body{font:1.1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.5rem;color:#1d1d1f;background:#fff}' +
  'h1{font-size:1.5rem;line-height:1.25}li{margin:.3rem 0}small{color:#5a5a60}' +
  '@media(prefers-color-scheme:dark){body{color:#f2f2f3;background:#1b1b1e}small{color:#a9a9b0}}'

/** Nothing is loaded, nothing runs, nobody frames it; one style, by its hash. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const maxShown = 50

/** The page as HTML. What comes from outside is text, whatever is in it. */
export function renderPage({ page, facts, accounts = [] }: ConnectingPage, language: Language): string {
  const { network = '', reason = '', given = '', wanted = '' } = facts
  const { title, text } = pages[page]({ network, reason, given, wanted })
  const said = (words: Text) => escapeHtml(render(words, language))
  const items = accounts
    .slice(0, maxShown)
    .map(({ name, handle }) => `<li>${escapeHtml(name)} <small>${escapeHtml(handle)}</small></li>`)
  const more = accounts.length > maxShown ? [`<li>… (${accounts.length})</li>`] : []
  const list = items.length === 0 ? '' : `<ul>${[...items, ...more].join('')}</ul>`
  return htmlPage({ language, title: render(title, language), style, main: `<p>${said(text)}</p>${list}` })
}
