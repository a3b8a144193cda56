/** Pages that readers open from their mails: in the language of their browser, else of their list. No script, nothing loaded. */
import { escapeHtml, htmlPage } from '../html/index.ts'
import { type Language, type Message, render } from '../i18n/index.ts'
import { readerPageTexts as t } from './texts.ts'

export type Page = 'confirm' | 'confirmed' | 'leave' | 'left' | 'untracked' | 'unknown'

interface Texts {
  readonly title: Message
  readonly text: Message
  readonly button?: Message
}

function textsOf(page: Page, list: string): Texts {
  switch (page) {
    case 'confirm':
      return { title: t.confirmTitle(), text: t.confirm({ list }), button: t.confirmButton() }
    case 'confirmed':
      return { title: t.confirmedTitle(), text: t.confirmed({ list }) }
    case 'leave':
      return { title: t.leaveTitle(), text: t.leave({ list }), button: t.leaveButton() }
    case 'left':
      return { title: t.leftTitle(), text: t.left({ list }) }
    case 'untracked':
      return { title: t.untrackedTitle(), text: t.untracked({ list }) }
    case 'unknown':
      return { title: t.unknownTitle(), text: t.unknown() }
  }
}

/** The words beside the box that came back with this value; undefined where there was none. */
export const trackingWording = (value: string | undefined): string | undefined =>
  value === 'fr' || value === 'en' ? render(t.trackingBox(), value) : undefined

/** What a page may do: show itself, and send its form to where it came from. */
export const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

const style =
  'body{font-family:sans-serif;line-height:1.5;max-width:32rem;margin:3rem auto;padding:0 1rem}button{font:inherit;padding:.6rem 1.2rem}blockquote{color:#555}'

interface Shown {
  readonly wording?: string | undefined
  /** `ask`: a box that is not ticked. `withdraw`: a button of its own. */
  readonly tracking?: 'ask' | 'withdraw' | undefined
}

/** The button sends the page's own address back: nothing of it stands in the page. */
export function renderPage(page: Page, list: string, language: Language, shown: Shown = {}): string {
  const say = (message: Message) => escapeHtml(render(message, language))
  const { wording } = shown
  const { title, text, button } = textsOf(page, list)
  const asked =
    shown.tracking === 'ask'
      ? `<p><label><input type="checkbox" name="tracking" value="${language}"> ${say(t.trackingBox())}</label></p>`
      : ''
  const quoted = wording === undefined ? '' : `<blockquote>${escapeHtml(wording).replace(/\n/g, '<br>')}</blockquote>`
  const form =
    button === undefined ? '' : `<form method="post">${asked}<button type="submit">${say(button)}</button></form>`
  const withdraw =
    shown.tracking === 'withdraw'
      ? `<form method="post" action="tracking/withdraw"><p><button type="submit">${say(t.trackingWithdraw())}</button></p></form>`
      : ''
  return htmlPage({
    language,
    title: render(title, language),
    head: '<meta name="referrer" content="no-referrer">',
    style,
    main: `<p>${say(text)}</p>${quoted}${form}${withdraw}`,
  })
}
