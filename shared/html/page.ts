import { escapeHtml } from './escape.ts'
import { icon } from './icon.ts'

/** What every public page of ours is made of. Its policy must allow `img-src data:`, for the icon. */
export interface PublicPage {
  readonly language: string
  /** Text, not HTML. */
  readonly title: string
  readonly style: string
  /** HTML of `<main>` below the title. */
  readonly main: string
  /** HTML of `<head>` that only this page has. */
  readonly head?: string
  /** Pages that search engines may list. */
  readonly listed?: boolean
}

export function htmlPage({ language, title, style, main, head = '', listed = false }: PublicPage): string {
  const robots = listed ? '' : '<meta name="robots" content="noindex">'
  return (
    `<!doctype html><html lang="${escapeHtml(language)}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width,initial-scale=1">${robots}${icon}` +
    `<title>${escapeHtml(title)}</title>${head}<style>${style}</style></head>` +
    `<body><main><h1>${escapeHtml(title)}</h1>${main}</main></body></html>`
  )
}
