/** Letters as people and their programs write them: none is lost, and nothing that somebody wrote is cut away. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { textOfHtml } from '../../../shared/networks/email/html.ts'
import { withoutQuoted } from '../../../shared/networks/email/quote.ts'
import type { InboundEvent } from '../../../shared/networks/network.ts'
import { connectorOf } from '../../../shared/networks/registry.ts'
import { Session } from '../../conformance/session.ts'
import { EmailSimulator } from '../../simulators/email.ts'

const connector = await connectorOf('email')
let simulator: EmailSimulator
let session: Session
let heard: () => Promise<readonly InboundEvent[]>
let serial = 0
const id = () => `letter-${++serial}@lecteurs.example`

beforeEach(async () => {
  simulator = await new EmailSimulator().start()
  session = await Session.open(connector, simulator, simulator.access())
  let cursor = (await connector.poll?.(session.call(), undefined))?.cursor
  heard = async () => {
    const polled = await connector.poll?.(session.call(), cursor)
    cursor = polled?.cursor
    return polled?.events ?? []
  }
})
afterEach(async () => {
  await simulator.stop()
  expect(simulator.violations).toEqual([])
})

const person = (handle: string, name = '') => ({ externalId: handle, handle, name })
const letter = (headers: readonly string[], change: object = {}) =>
  simulator.receive({ messageId: id(), subject: 'Question', text: 'Bonjour', headers, ...change })

describe('a letter that comes in', () => {
  it('is shown, unmarked, when a person wrote it by way of a form, a group, a help desk or as postmaster', async () => {
    letter(['Reply-To: Zoe <zoe@clients.example>'], { from: person('noreply@site.example', 'Formulaire') })
    letter(['Reply-To: zoe@clients.example', 'Auto-Submitted: auto-generated'], {
      from: person('wordpress@site.example'),
    })
    letter(['List-ID: <contact.boulangerie.example>', 'Precedence: list'])
    letter(['Feedback-ID: 1:2:3'])
    letter(['List-Unsubscribe: <https://groups.example/leave>'])
    letter([], { from: person('postmaster@lecteurs.example', 'Max') })
    letter(['Auto-Submitted: no'])
    // a form of our own site writes in our own name
    letter(['Reply-To: Ana <ana@clients.example>'], { from: person('Contact@Boulangerie.example') })
    const events = await heard()
    expect(events.map(({ author, automatic, context }) => [author?.handle, automatic, context?.from])).toEqual([
      ['zoe@clients.example', undefined, 'zoe@clients.example'],
      ['wordpress@site.example', undefined, 'zoe@clients.example'],
      ['lea@lecteurs.example', undefined, 'lea@lecteurs.example'],
      ['lea@lecteurs.example', undefined, 'lea@lecteurs.example'],
      ['lea@lecteurs.example', undefined, 'lea@lecteurs.example'],
      ['postmaster@lecteurs.example', undefined, 'postmaster@lecteurs.example'],
      ['lea@lecteurs.example', undefined, 'lea@lecteurs.example'],
      ['ana@clients.example', undefined, 'ana@clients.example'],
    ])
  })
  it('is shown, and marked, when a machine wrote it by itself', async () => {
    for (const header of [
      'Auto-Submitted: auto-replied',
      'Precedence: bulk',
      'Precedence: auto_reply',
      'X-Autoreply: yes',
      'Return-Path: <>',
      'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    ])
      letter([header])
    letter([], { from: person('no-reply@shop.example') })
    expect((await heard()).map(({ automatic }) => automatic)).toEqual([true, true, true, true, true, true, true])
  })
  it('is left out only when it is a copy of what left from here', async () => {
    letter([], { from: person('Contact@Boulangerie.example') })
    letter(['X-Parvis-Letter: <x@boulangerie.example>'], { from: person('group@lists.example') })
    expect(await heard()).toEqual([])
  })
  it('without a sender is shown all the same', async () => {
    simulator.mailbox.add('Subject: Sans nom\r\nMessage-ID: <a@b>\r\n\r\nBonjour', Date.now())
    simulator.mailbox.add('\r\n', Date.now())
    const [first, second, ...rest] = await heard()
    expect(first).toMatchObject({ text: 'Sans nom\n\nBonjour', externalId: 'a@b' })
    expect(first?.author).toBeUndefined()
    expect(second?.externalId).toMatch(/^letter\.\d+\.2$/)
    expect(rest).toEqual([])
  })
  it('that no program can read says so, with its bytes; those behind it are read', async () => {
    const nested = Array.from(
      { length: 258 },
      (_, i) => `Content-Type: multipart/mixed; boundary="b${i}"\r\n\r\n--b${i}\r\n`,
    ).join('')
    const source = `From: Zoe <zoe@clients.example>\r\nSubject: =?utf-8?Q?Caf=C3=A9?=\r\nMessage-ID: <deep@x>\r\n${nested}`
    simulator.mailbox.add(source, Date.now())
    letter([])
    const [first, second] = await heard()
    expect(first).toMatchObject({
      externalId: 'deep@x',
      author: { handle: 'zoe@clients.example', name: 'Zoe' },
      text: 'Café',
      unreadable: { why: expect.stringContaining('nesting'), raw: { contentType: 'message/rfc822' } },
    })
    expect(Buffer.from(first?.unreadable?.raw.bytes ?? []).toString()).toBe(source)
    expect(second).toMatchObject({ text: 'Question\n\nBonjour' })
    expect(await heard()).toEqual([])
  })
  it('by which somebody leaves is no message; with an id that is not ours it is', async () => {
    const leaveId = `pub_1.sub_1.${'a'.repeat(22)}`
    letter([], { subject: `unsubscribe ${leaveId}` })
    letter([], { subject: 'Unsubscribe' })
    expect(await heard()).toMatchObject([{ text: 'Unsubscribe\n\nBonjour' }])
    expect(session.newsletters.leavings).toEqual([leaveId])
  })
})

describe('a charset', () => {
  const inCharset = (charset: string, body: Buffer, encoding = '8bit') =>
    simulator.mailbox.add(
      Buffer.concat([
        Buffer.from(
          `From: lea@lecteurs.example\r\nMessage-ID: <${id()}>\r\nIn-Reply-To: <a@b>\r\nContent-Type: text/plain; charset=${charset}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`,
        ),
        body,
      ]),
      Date.now(),
    )
  it('that nobody knows gives what can be read', async () => {
    const charsets = [
      'x-unknown',
      '"klingon-8"',
      'iso-2022-kr',
      'hz-gb-2312',
      'utf-32',
      'cp850',
      '""',
      '%%%',
      'x'.repeat(500),
    ]
    for (const charset of charsets) inCharset(charset, Buffer.from('Bonjour Lea'))
    expect((await heard()).map(({ text }) => text)).toEqual(charsets.map(() => 'Bonjour Lea'))
  })
  it('UTF-7 is read', async () => {
    inCharset('utf-7', Buffer.from('L+IBk-+AOk-t+AOk: 1 +- 1 +ZeVnLIqe-'))
    inCharset('unicode-1-1-utf-7', Buffer.from('+AGEA'))
    expect((await heard()).map(({ text }) => text)).toEqual(['L’été: 1 + 1 日本語', 'a'])
  })
  it('leaves a plus alone in every other', async () => {
    inCharset('utf-8', Buffer.from('C++ et 1+AOk- = été'))
    expect((await heard()).map(({ text }) => text)).toEqual(['C++ et 1+AOk- = été'])
  })
})

describe('what somebody wrote', () => {
  const kept: readonly (readonly [string, string])[] = [
    ['below a quotation', 'Bonjour,\n\nLe 3 nov., La boulangerie a écrit :\n> Pour samedi ?\n\nOui, 9 h.'],
    ['between quotations', '> one?\nyes\n> two?\nno'],
    ['of what was written before', 'Am Montag schrieb ich Ihnen wegen der Torte.\n\nKommt sie?'],
    ['as hours', 'De : 14 h\nÀ : 16 h'],
    ['below a rule', 'Merci\n______________\nLe texte qui suit compte.'],
    ['of what somebody else wrote', 'Le vendeur du magasin m’a écrit\n\nque tout est cassé.'],
    ['of a quotation that nobody is named for', 'Le vendeur m’a écrit :\n> C’est cassé.'],
    ['as a sentence that begins like a heading', 'Le 3 novembre je passe.\nLéa'],
    ['below a signature', 'Bonjour\n-- \nLéa\n\nLe 3 nov. 2026 à 10:12, X <a@b.example> a écrit :\n> hi\n\nOui'],
    ['as only a quotation', '> hi'],
  ]
  for (const [what, text] of kept) it(`stays ${what}`, () => expect(withoutQuoted(text)).toBe(text))

  const attributions: readonly (readonly [string, string])[] = [
    ['English', 'On Mon, Nov 3, 2026 at 10:12 AM Shop <a@b.example> wrote:'],
    ['French, folded', 'Le lun. 3 nov. 2026 à 10:12, La boulangerie <contact@boulangerie.example>\na écrit :'],
    ['German', 'Am 03.11.2026 um 10:12 schrieb Laden <a@b.example>:'],
    ['Spanish', 'El lun, 3 nov 2026 a las 10:12, Tienda (<a@b.example>) escribió:'],
    ['Italian', 'Il giorno lun 3 nov 2026 alle ore 10:12 Negozio <a@b.example> ha scritto:'],
    ['Dutch', 'Op ma 3 nov 2026 om 10:12 schreef Winkel <a@b.example>:'],
    ['Portuguese', 'Em seg., 3 de nov. de 2026 às 10:12, Loja <a@b.example> escreveu:'],
    ['Swedish', 'Den mån 3 nov. 2026 kl 10:12 skrev Butik <a@b.example>:'],
    ['Polish', 'pon., 3 lis 2026 o 10:12 Sklep <a@b.example> napisał(a):'],
    ['ISO date', '2026-11-03 10:12 GMT+01:00, Shop <a@b.example>:'],
  ]
  for (const [language, line] of attributions)
    it(`is cut at the letter it answers: ${language}`, () =>
      expect(withoutQuoted(`Oui.\n\n${line}\n\n> Pour samedi ?\n> Merci`)).toBe('Oui.'))

  const headed: readonly (readonly [string, string])[] = [
    ['Outlook, French', 'Oui.\n\nDe : Boutique <a@b>\nEnvoyé : lundi\nÀ : Léa\nObjet : x\n\nBonjour'],
    [
      'Outlook with its rule',
      'Oui.\n\n________________________________\nFrom: Shop <a@b.example>\nSent: Monday\nTo: Lea\nSubject: x\n\nHi',
    ],
    ['Outlook, German', 'Oui.\n-----Ursprüngliche Nachricht-----\nVon: x'],
    ['Outlook, Polish', 'Oui.\n\nOd: Sklep <a@b.example>\nWysłano: poniedziałek\nDo: Lea\nTemat: x\n\nHej'],
  ]
  for (const [program, text] of headed)
    it(`is cut at its heading: ${program}`, () => expect(withoutQuoted(text)).toBe('Oui.'))

  it('is there whole beside what was cut, so that a reader can unfold it', async () => {
    const text = 'Oui.\n\nLe 3 nov. 2026, X <a@b.example> a écrit :\n> Pour samedi ?'
    letter(['In-Reply-To: <a@b>'], { text })
    letter(['In-Reply-To: <a@b>'], { text: 'Oui.' })
    const [cut, whole] = await heard()
    expect(cut).toMatchObject({ text: 'Oui.', fullText: text })
    expect(whole).not.toHaveProperty('fullText')
  })
})

describe('HTML', () => {
  const own = (html: string) => textOfHtml(html, { quotes: false })
  it('is read without the letter it answers, and with it', () => {
    const html = '<div>Oui<br></div><div class="gmail_quote">Le lun.<blockquote>x</blockquote></div>'
    expect(own(html)).toBe('Oui')
    expect(textOfHtml(html, { quotes: true })).toBe('Oui\n\nLe lun.\nx')
    expect(own('<p>Oui</p><blockquote type="cite">x</blockquote>')).toBe('Oui')
  })
  it('keeps an indented letter, an answer below a quotation, and a forward', async () => {
    expect(own('<blockquote style="margin-left:40px">Bonjour</blockquote>')).toBe('Bonjour')
    expect(own('<blockquote type="cite">Samedi ?</blockquote><p>Oui</p>')).toBe('Samedi ?\n\nOui')
    const forward =
      '<div class="gmail_quote"><div>---------- Forwarded message ---------<br>De : Max</div><p>Cassé</p></div>'
    expect(own(`<p>Voyez</p>${forward}`)).toContain('Cassé')
    letter(['In-Reply-To: <a@b>', 'Content-Type: text/html; charset=utf-8'], {
      text: '<div class="gmail_quote">Seul</div>',
    })
    expect(await heard()).toMatchObject([{ text: 'Seul' }])
  })
  it('parts the cells of a table', () => {
    expect(own('<table><tr><td>Nom</td><td>Léa</td></tr><tr><td>Ville</td><td>Brest</td></tr></table>')).toBe(
      'Nom\tLéa\n\nVille\tBrest'.replace('\n\n', '\n'),
    )
  })
  it('of any depth and width is read', () => {
    expect(own(`${'<div>'.repeat(20_000)}x`)).toBe('x')
    expect(own(`<table><tr>${'<td></td>'.repeat(100_000)}</tr></table>x`)).toBe('x')
  })
})
