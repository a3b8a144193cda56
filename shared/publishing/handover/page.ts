import { createHash } from 'node:crypto'
import { escapeHtml, htmlPage } from '../../html/index.ts'
import { type Language, type Message, render, type Text } from '../../i18n/index.ts'
import { endTexts, endTitles, handoverTexts, type Notice, noticeTexts, type PageEnd } from './texts.ts'

interface Shown {
  readonly id: string
  readonly kind: 'image' | 'video' | 'document'
  readonly name: string
  readonly alt: string
}

/** What the page says of one publication that is a person's to publish. */
export interface HandedOver {
  /** As people write it: `Xing`. */
  readonly network: string
  readonly channel: string
  readonly workspace: string
  /** Its moment, in the words of the page's language. */
  readonly when: string
  readonly paused: boolean
  /** Edited since it was handed over. */
  readonly edited: boolean
  readonly contentVersion: number
  readonly instructions: string | undefined
  readonly title: string | undefined
  readonly firstComment: string | undefined
  readonly link: string | undefined
  readonly options: readonly (readonly [name: string, value: string])[]
  readonly parts: readonly { readonly text: string; readonly media: readonly Shown[] }[]
  /** Where the network is opened. */
  readonly open: string | undefined
}

/** Where the page's own forms and files are: a path without a query, and what every one of them must carry. */
interface Place {
  readonly path: string
  readonly token: string
}

/** A form that was not taken. */
export interface Refused {
  /** What was typed as the address of the post. */
  readonly given: string
  /** What is wrong with that. */
  readonly wrong?: Text
  /** What is wrong otherwise. */
  readonly notice?: Notice
}

const style =
  'body{font:1.05rem/1.55 system-ui,sans-serif;max-width:36rem;margin:0 auto;padding:1.25rem 1rem 3rem;color:#1d1d1f;background:#fff;overflow-wrap:anywhere}' +
  'h1{font-size:1.4rem;line-height:1.25;margin:.5rem 0}h2{font-size:1.05rem;margin:1.75rem 0 .4rem}' +
  'textarea,input{box-sizing:border-box;width:100%;font:inherit;padding:.6rem;border:1px solid #8a8a90;border-radius:.5rem;background:inherit;color:inherit}' +
  'button,.button{display:block;box-sizing:border-box;width:100%;min-height:2.9rem;margin:.5rem 0;padding:.6rem 1rem;font:inherit;font-weight:600;text-align:center;text-decoration:none;border:1px solid #1f5fbf;border-radius:.5rem;background:inherit;color:#1f5fbf}' +
  '.main{background:#1f5fbf;color:#fff}[hidden]{display:none}img{display:block;max-width:100%;height:auto;border-radius:.5rem;margin:.5rem 0}' +
  '.notice{border-left:.3rem solid #b25b00;padding:.3rem .8rem;margin:1rem 0}pre{white-space:pre-wrap;font:inherit;margin:0}label{display:block;margin-top:.8rem}small{color:#5a5a60}' +
  '@media(prefers-color-scheme:dark){body{color:#f2f2f3;background:#1b1b1e}small{color:#a9a9b0}button,.button{color:#8ab4f8;border-color:#8ab4f8}.main{background:#8ab4f8;color:#10131a}}'

/** Without it, texts are selected by hand: the buttons stay hidden. */
const script =
  "for(const b of document.querySelectorAll('button[data-copy]')){b.hidden=false;b.addEventListener('click',async()=>{" +
  'const t=document.getElementById(b.dataset.copy);try{await navigator.clipboard.writeText(t.value)}' +
  "catch{t.select();document.execCommand('copy')}b.textContent=b.dataset.copied})}"

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/**
 * One style and one script, by their hashes; nothing from outside but the media. `mediaOrigin`: where they are read, if
 * not from us.
 */
export function handoverPolicy(mediaOrigin?: string): string {
  return [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(script)}`,
    `img-src 'self' data:${mediaOrigin === undefined ? '' : ` ${mediaOrigin}`}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** The page of something that is a person's to publish. What comes from outside is text, whatever is in it. */
export function renderHandover(
  handed: HandedOver,
  { path, token }: Place,
  language: Language,
  { given, wrong, notice }: Refused = { given: '' },
): string {
  const t = handoverTexts
  const say = (message: Text) => escapeHtml(render(message, language))
  const { network, channel, workspace, when } = handed
  let fields = 0
  const copied = (label: Message, text: string) => {
    const id = `t${fields++}`
    const rows = Math.min(14, Math.max(2, Math.ceil(text.length / 38) + text.split('\n').length - 1))
    return `<label for="${id}">${say(label)}</label><textarea id="${id}" readonly rows="${rows}">\n${escapeHtml(text)}</textarea><button type="button" hidden data-copy="${id}" data-copied="${say(t.copied())}">${say(t.copy())}</button>`
  }
  const optional = (label: Message, text: string | undefined) => (text === undefined ? '' : copied(label, text))
  const file = ({ id, kind, name, alt }: Shown) => {
    const address = `${path}/media/${id}?token=${token}`
    const picture = kind === 'image' ? `<img src="${escapeHtml(address)}" alt="${escapeHtml(alt)}" loading="lazy">` : ''
    const save = `<a class="button" href="${escapeHtml(`${address}&save=true`)}" download>${say(t.save({ name }))}</a>`
    return picture + save + (alt === '' ? '' : copied(t.alt(), alt))
  }
  const parts = handed.parts.map(({ text, media }, index) => {
    const label = handed.parts.length === 1 ? t.text() : t.part({ number: index + 1 })
    const files = media.length === 0 ? '' : `<h2>${say(t.media())}</h2>${media.map(file).join('')}`
    return (text === '' ? '' : copied(label, text)) + files
  })
  const options = handed.options.map(([name, value]) => `<li>${say(t.option({ name, value }))}</li>`).join('')
  const hidden = `<input type="hidden" name="token" value="${escapeHtml(token)}"><input type="hidden" name="version" value="${handed.contentVersion}">`
  return page(
    language,
    t.heading({ network }),
    [
      `<p>${say(t.due({ when, channel, workspace }))}</p>`,
      notice === undefined ? '' : `<p class="notice" role="alert">${say(noticeTexts[notice]())}</p>`,
      handed.paused ? `<p class="notice">${say(t.paused())}</p>` : '',
      handed.edited ? `<p class="notice">${say(t.edited())}</p>` : '',
      handed.instructions === undefined
        ? ''
        : `<h2>${say(t.instructions())}</h2><pre>${escapeHtml(handed.instructions)}</pre>`,
      optional(t.title(), handed.title),
      ...parts,
      optional(t.link(), handed.link),
      optional(t.firstComment(), handed.firstComment),
      options === '' ? '' : `<h2>${say(t.options())}</h2><ul>${options}</ul>`,
      handed.open === undefined
        ? ''
        : `<p><a class="button main" href="${escapeHtml(handed.open)}" rel="noreferrer noopener" target="_blank">${say(t.open({ network }))}</a></p>`,
      `<h2>${say(t.finish())}</h2><form method="post" action="${escapeHtml(path)}/done">${hidden}`,
      `<label for="url">${say(t.address())}</label><input id="url" name="url" inputmode="url" autocomplete="off" autocapitalize="none" maxlength="2000" placeholder="https://" value="${escapeHtml(given)}" aria-describedby="${wrong === undefined ? '' : 'url-error '}url-help"${wrong === undefined ? '' : ' aria-invalid="true" autofocus'}>`,
      wrong === undefined ? '' : `<p class="notice" id="url-error" role="alert">${say(wrong)}</p>`,
      `<small id="url-help">${say(t.addressHelp())}</small>`,
      `<button class="main">${say(t.done())}</button></form>`,
      `<details><summary>${say(t.cannot())}</summary><form method="post" action="${escapeHtml(path)}/undone">${hidden}`,
      `<label for="why">${say(t.why())}</label><textarea id="why" name="why" rows="3" maxlength="500"></textarea><button>${say(t.undone())}</button></form></details>`,
      `<p><small>${say(t.footer())}</small></p><script>${script}</script>`,
    ].join(''),
  )
}

/** The page of something that is not, or no longer, a person's to publish. */
export function renderEnd(end: PageEnd, language: Language, when = ''): string {
  const say = (message: Message) => escapeHtml(render(message, language))
  const text = end === 'moved' ? endTexts.moved({ when }) : endTexts[end]()
  return page(language, endTitles[end](), `<p>${say(text)}</p>`)
}

const page = (language: Language, title: Message, main: string) =>
  htmlPage({ language, title: render(title, language), style, main })
