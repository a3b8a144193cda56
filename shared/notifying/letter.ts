import type { Letter } from '../aws/mail.ts'
import { render, type Text } from '../i18n/index.ts'
import { cut, type Matter, type Setting } from './matter.ts'
import { notificationTexts as t } from './notification-texts.ts'

const subjectLength = 150

export interface Person {
  readonly id: string
  readonly email: string
  readonly name: string
}

/**
 * The mail of a notification: plain text, and the same as simple HTML. `apiAddress`: without a trailing slash. `page`:
 * what a person opens to settle it, instead of a call.
 */
export function letterTo(person: Person, matter: Matter, setting: Setting, apiAddress: string, page?: string): Letter {
  const said = (text: Text) => render(text, setting.language, setting.zone)
  const greeting = said(t.greeting({ name: person.name === '' ? person.email : person.name }))
  const signature = said(t.signature({ workspace: setting.name }))
  const [happened, means, settles] = [matter.happened, matter.means, matter.settles.text].map(said)
  const [meansHead, settlesHead] = [t.means(), t.settles()].map(said)
  const call = page ?? `${matter.settles.method} ${apiAddress}${matter.settles.path}`
  const shown = page === undefined ? `<code>${escaped(call)}</code>` : `<a href="${escaped(page)}">${escaped(page)}</a>`
  return {
    to: person.email,
    subject: cut(said(matter.title).replace(/[^\S\u00a0\u202f]+/g, ' '), subjectLength),
    text: [
      greeting,
      happened,
      `${meansHead}\n${means}`,
      `${settlesHead}\n${settles}\n${call}`,
      `--\n${signature}`,
    ].join('\n\n'),
    html: [
      `<!doctype html><html lang="${setting.language}"><body style="font-family:sans-serif;max-width:40em;line-height:1.5">`,
      `<p>${escaped(greeting)}</p><p>${escaped(happened)}</p>`,
      `<p><strong>${escaped(meansHead)}</strong><br>${escaped(means)}</p>`,
      `<p><strong>${escaped(settlesHead)}</strong><br>${escaped(settles)}<br>${shown}</p>`,
      `<hr><p style="color:#666">${escaped(signature)}</p></body></html>`,
    ].join('\n'),
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text = '') => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
