/** An issue as mail programs get it: HTML from Markdown, and the text beside it. */
import { htmlOfMarkdown } from '../networks/text/markdown.ts'
import type { List } from './list.ts'
import { plainTextOf } from './plain-text.ts'

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

const escaped = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')

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

const words = (language: string) =>
  language.startsWith('fr')
    ? {
        why: (name: string) => `Vous recevez cette lettre parce que vous êtes inscrit à « ${name} ».`,
        leave: 'Se désinscrire',
      }
    : { why: (name: string) => `You get this letter because you are subscribed to “${name}”.`, leave: 'Unsubscribe' }

export function renderIssue(issue: Rendering, links: readonly string[]): Rendered {
  const { list, language, preheader, unsubscribeUrl, pixelUrl } = issue
  const said = words(language)
  const numbers = new Map(links.map((href, n) => [href, n]))
  const body = render(issue.text, (href) => {
    const n = numbers.get(href)
    return n === undefined ? href : issue.linkUrl(n)
  })
  const html = `<!doctype html>
<html lang="${escaped(language)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(issue.subject)}</title></head>
<body style="margin:0;padding:16px;font-family:sans-serif;line-height:1.5;color:#222;background:#fff">
${preheader === undefined ? '' : `<div style="display:none;max-height:0;overflow:hidden">${escaped(preheader)}</div>\n`}<div style="max-width:600px;margin:0 auto">
${body}<hr style="border:0;border-top:1px solid #ccc">
<p style="font-size:13px;color:#555">${escaped(list.footer).replace(/\n/g, '<br>')}</p>
<p style="font-size:13px;color:#555">${escaped(said.why(list.name))} <a href="${escaped(unsubscribeUrl)}">${said.leave}</a></p>
</div>${pixelUrl === undefined ? '' : `\n<img src="${escaped(pixelUrl)}" width="1" height="1" alt="">`}
</body></html>
`
  const text = `${plainTextOf(issue.text)}\n\n-- \n${list.footer}\n\n${said.why(list.name)}\n${said.leave} : ${unsubscribeUrl}\n`
  return { html, text }
}

/** The letter that asks somebody to confirm. */
export function renderConfirmation(
  list: Pick<List, 'name' | 'footer' | 'wording' | 'language'>,
  confirmUrl: string,
): Rendered & { readonly subject: string } {
  const french = list.language.startsWith('fr')
  const subject = french
    ? `Confirmez votre inscription à « ${list.name} »`
    : `Confirm your subscription to “${list.name}”`
  const lines = french
    ? [
        'Quelqu’un, sans doute vous, a demandé à inscrire cette adresse :',
        'Pour confirmer, ouvrez cette page :',
        'Si ce n’était pas vous, ne faites rien : vous ne recevrez rien d’autre.',
      ]
    : [
        'Somebody, probably you, asked to subscribe this address:',
        'To confirm, open this page:',
        'If it was not you, do nothing: you will get nothing else.',
      ]
  const [asked = '', open = '', ignore = ''] = lines
  return {
    subject,
    text: `${asked}\n\n${list.wording}\n\n${open}\n${confirmUrl}\n\n${ignore}\n\n-- \n${list.footer}\n`,
    html: `<!doctype html>
<html lang="${escaped(list.language)}"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head><body style="font-family:sans-serif;line-height:1.5">
<p>${asked}</p><blockquote>${escaped(list.wording).replace(/\n/g, '<br>')}</blockquote><p>${open}<br><a href="${escaped(confirmUrl)}">${escaped(confirmUrl)}</a></p><p>${ignore}</p><p style="font-size:13px;color:#555">${escaped(list.footer).replace(/\n/g, '<br>')}</p>
</body></html>
`,
  }
}
