/** An issue as mail programs get it: HTML from Markdown, and the text beside it. */
import { escapeHtml } from '../html/index.ts'
import { languageOf, type Message, render as textIn } from '../i18n/index.ts'
import { htmlOfMarkdown } from '../networks/text/markdown.ts'
import type { List } from './list.ts'
import { plainTextOf } from './plain-text.ts'
import { letterTexts as t } from './texts.ts'

export interface Rendered {
  readonly html: string
  readonly text: string
}

export interface Rendering {
  readonly list: Pick<List, 'name' | 'footer'>
  readonly subject: string
  readonly preheader?: string | undefined
  /** Markdown. */
  readonly text: string
  readonly language: string
  readonly unsubscribeUrl: string
  /** Where the n-th link goes. */
  readonly linkUrl: (n: number) => string
  readonly pixelUrl?: string | undefined
}

/** Only what opens a page or a mail program; anything else is shown as the text it is. */
const allowed = (href: string): boolean => {
  const url = URL.parse(href)
  return url !== null && ['http:', 'https:', 'mailto:', 'tel:'].includes(url.protocol)
}
const counted = (href: string) => /^https?:/i.test(href)

/** The addresses that an issue links to, in order, each once. */
export function linksOf(text: string): string[] {
  const found = new Set<string>()
  render(text, (href) => {
    if (counted(href)) found.add(href)
    return href
  })
  return [...found]
}

/** HTML in the Markdown is shown, not obeyed: nothing of it can do harm in a mail program. */
const render = (text: string, linkOf: (href: string) => string): string =>
  htmlOfMarkdown(text, {
    html: 'shown',
    images: 'alt',
    hrefOf: (href) => (allowed(href) ? linkOf(href) : undefined),
  })

export function renderIssue(issue: Rendering, links: readonly string[]): Rendered {
  const { list, language, preheader, unsubscribeUrl, pixelUrl } = issue
  const say = (message: Message) => textIn(message, languageOf(language))
  const why = say(t.why({ list: list.name }))
  const numbers = new Map(links.map((href, n) => [href, n]))
  const body = render(issue.text, (href) => {
    const n = numbers.get(href)
    return n === undefined ? href : issue.linkUrl(n)
  })
  const html = `<!doctype html>
<html lang="${escapeHtml(language)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(issue.subject)}</title></head>
<body style="margin:0;padding:16px;font-family:sans-serif;line-height:1.5;color:#222;background:#fff">
${preheader === undefined ? '' : `<div style="display:none;max-height:0;overflow:hidden">${escapeHtml(preheader)}</div>\n`}<div style="max-width:600px;margin:0 auto">
${body}<hr style="border:0;border-top:1px solid #ccc">
<p style="font-size:13px;color:#555">${escapeHtml(list.footer).replace(/\n/g, '<br>')}</p>
<p style="font-size:13px;color:#555">${escapeHtml(why)} <a href="${escapeHtml(unsubscribeUrl)}">${escapeHtml(say(t.leave()))}</a></p>
</div>${pixelUrl === undefined ? '' : `\n<img src="${escapeHtml(pixelUrl)}" width="1" height="1" alt="">`}
</body></html>
`
  const text = `${plainTextOf(issue.text)}\n\n-- \n${list.footer}\n\n${why}\n${say(t.leaveAt({ url: unsubscribeUrl }))}\n`
  return { html, text }
}

/** The letter that asks somebody to confirm. */
export function renderConfirmation(
  list: Pick<List, 'name' | 'footer' | 'wording' | 'language'>,
  email: string,
  confirmUrl: string,
): Rendered & { readonly subject: string } {
  const say = (message: Message) => textIn(message, languageOf(list.language))
  const subject = say(t.confirmSubject({ list: list.name }))
  const [asked, open, ignore] = [say(t.asked({ email, list: list.name })), say(t.open()), say(t.ignore())]
  return {
    subject,
    text: `${asked}\n\n${list.wording}\n\n${open}\n${confirmUrl}\n\n${ignore}\n\n-- \n${list.footer}\n`,
    html: `<!doctype html>
<html lang="${escapeHtml(list.language)}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body style="font-family:sans-serif;line-height:1.5">
<p>${escapeHtml(asked)}</p><blockquote>${escapeHtml(list.wording).replace(/\n/g, '<br>')}</blockquote><p>${escapeHtml(open)}<br><a href="${escapeHtml(confirmUrl)}">${escapeHtml(confirmUrl)}</a></p><p>${escapeHtml(ignore)}</p><p style="font-size:13px;color:#555">${escapeHtml(list.footer).replace(/\n/g, '<br>')}</p>
</body></html>
`,
  }
}
