import type { Letter } from '../aws/mail.ts'
import type { Matter, Setting } from './matter.ts'
import { fill, mailWords } from './texts.ts'

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
  const words = mailWords[setting.language]
  const greeting = fill(words.greeting, { name: person.name === '' ? person.email : person.name })
  const signature = fill(words.signature, { workspace: setting.name })
  const call = page ?? `${matter.settles.method} ${apiAddress}${matter.settles.path}`
  const shown = page === undefined ? `<code>${escaped(call)}</code>` : `<a href="${escaped(page)}">${escaped(page)}</a>`
  return {
    to: person.email,
    subject: matter.title,
    text: [
      greeting,
      matter.happened,
      `${words.means}\n${matter.means}`,
      `${words.settles}\n${matter.settles.text}\n${call}`,
      `--\n${signature}`,
    ].join('\n\n'),
    html: [
      `<!doctype html><html lang="${setting.language}"><body style="font-family:sans-serif;max-width:40em;line-height:1.5">`,
      `<p>${escaped(greeting)}</p><p>${escaped(matter.happened)}</p>`,
      `<p><strong>${escaped(words.means)}</strong><br>${escaped(matter.means)}</p>`,
      `<p><strong>${escaped(words.settles)}</strong><br>${escaped(matter.settles.text)}<br>${shown}</p>`,
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
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
