/** What the conformance kit cannot see of mail: odd letters, reports of machines, a mailbox that counts anew, SMTP's answers. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../shared/kernel/clock.ts'
import { createDialer } from '../../../shared/networks/http/index.ts'
import type { InboundEvent, Letter, Posted } from '../../../shared/networks/network.ts'
import { connectorOf } from '../../../shared/networks/registry.ts'
import { Session, tools } from '../../conformance/session.ts'
import { EmailSimulator } from '../../simulators/email.ts'

const connector = await connectorOf('email')
let simulator: EmailSimulator
let session: Session

beforeEach(async () => {
  simulator = await new EmailSimulator().start()
  session = await Session.open(connector, simulator, simulator.access())
})
afterEach(async () => {
  await simulator.stop()
  expect(simulator.violations).toEqual([])
})

/** What comes in from here on. */
async function listening() {
  let cursor = (await connector.poll?.(session.call(), undefined))?.cursor
  return async (): Promise<readonly InboundEvent[]> => {
    const polled = await connector.poll?.(session.call(), cursor)
    cursor = polled?.cursor
    return polled?.events ?? []
  }
}
let serial = 0
const id = () => `letter-${++serial}@lecteurs.example`

describe('a letter that comes in', () => {
  it('says its subject when it begins a thread, and nothing that it quotes when it answers', async () => {
    const heard = await listening()
    simulator.receive({ messageId: id(), subject: 'Commande', text: 'Bonjour,\nune tarte svp.\n-- \nLéa' })
    simulator.receive({
      messageId: id(),
      subject: 'Re: Commande',
      text: 'Oui, merci !\n\nLe lun. 3 nov. 2026 à 10:12, La boulangerie <contact@boulangerie.example>\na écrit :\n\n> Pour samedi ?\n> Bien à vous',
      headers: ['In-Reply-To: <abc@boulangerie.example>', 'References: <root@x> <abc@boulangerie.example>'],
    })
    expect(await heard()).toMatchObject([
      { text: 'Commande\n\nBonjour,\nune tarte svp.' },
      { text: 'Oui, merci !', parentExternalId: 'abc@boulangerie.example' },
    ])
  })
  it('is HTML only: read as text', async () => {
    const heard = await listening()
    simulator.receive({
      messageId: id(),
      subject: 'x',
      text: '<html><head><style>p{}</style></head><body><p>L&rsquo;été</p><p>arrive<br>!</p><blockquote type="cite">cité</blockquote></body></html>',
      headers: ['Content-Type: text/html; charset=utf-8', 'In-Reply-To: <a@b>'],
    })
    expect(await heard()).toMatchObject([{ text: 'L’été\n\narrive\n!' }])
  })
  it('is answered where its author asks for it, in its thread', async () => {
    const heard = await listening()
    const messageId = id()
    simulator.receive({
      messageId,
      subject: 'Horaires',
      text: 'Ouvert lundi ?',
      headers: ['Reply-To: lea@travail.example', 'References: <one@x> <two@x>'],
    })
    const [event] = await heard()
    if (event === undefined) throw new Error('nothing came')
    const acted = await connector.act?.({
      ...session.call(),
      target: event,
      action: { name: 'reply', text: 'Oui,\nà 7\u202fh\u00a0!' },
      key: 'act_01J00000000000000000000000',
    })
    const externalId = 'act_01J00000000000000000000000@boulangerie.example'
    expect(acted).toEqual({ kind: 'done', externalId })
    const [sent] = simulator.sent
    expect(sent?.to).toEqual(['lea@travail.example'])
    expect(sent?.email).toMatchObject({
      subject: 'Re: Horaires',
      messageId: `<${externalId}>`,
      inReplyTo: `<${messageId}>`,
      references: `<one@x> <two@x> <${messageId}>`,
      from: { name: 'La boulangerie « du port »', address: 'contact@boulangerie.example' },
    })
    expect(sent?.email.text?.trimEnd()).toBe('Oui,\nà 7\u202fh\u00a0!')
  })
  it('cannot slip a header into the answer', async () => {
    const heard = await listening()
    simulator.receive({ messageId: id(), subject: '=?utf-8?Q?x=0D=0ABcc:_victim@x.example?=', text: 'x' })
    const [event] = await heard()
    if (event === undefined) throw new Error('nothing came')
    await connector.act?.({ ...session.call(), target: event, action: { name: 'reply', text: 'x' }, key: 'k' })
    expect(simulator.sent[0]?.to).toEqual(['lea@lecteurs.example'])
    expect(simulator.sent[0]?.raw).not.toMatch(/^Bcc:/im)
  })
  it('is not lost, and not old, when the mailbox counts anew', async () => {
    simulator.receive({ messageId: id(), subject: 'x', text: 'old', at: Date.now() - 7 * 24 * 3600_000 })
    const heard = await listening()
    const messageId = id()
    simulator.receive({ messageId, subject: 'x', text: 'new' })
    simulator.mailbox.renumber()
    expect((await heard()).map((event) => event.externalId)).toEqual([messageId])
    expect(await heard()).toEqual([])
  })
})

describe('letters of an issue', () => {
  const letter = (to: string): Letter => ({
    to,
    subject: 'Les nouveautés',
    html: '<p>Bonjour</p>',
    text: 'Bonjour',
    messageId: `${++serial}@boulangerie.example`,
    headers: {
      'List-Unsubscribe': '<https://parvis.example/u>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
  })
  const send = async (...to: string[]): Promise<Posted[]> => {
    const postman = await connector.postman?.(session.call())
    const posted: Posted[] = []
    for (const one of to) posted.push((await postman?.send(letter(one))) as Posted)
    postman?.close()
    return posted
  }

  it('leave on one connection, in both forms', async () => {
    simulator.journal.length = 0
    expect((await send('a@x.example', 'b@x.example')).map(({ kind }) => kind)).toEqual(['sent', 'sent'])
    expect(simulator.journal.filter(({ method }) => method === 'AUTH')).toHaveLength(1)
    expect(simulator.sent.map(({ to }) => to)).toEqual([['a@x.example'], ['b@x.example']])
    expect(simulator.sent[0]?.email).toMatchObject({
      html: expect.stringContaining('<p>Bonjour</p>'),
      text: expect.stringContaining('Bonjour'),
    })
    expect(simulator.sent[0]?.raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m)
  })
  it('that an address does not take leave the others alone', async () => {
    simulator.unknown.set('gone@x.example', { code: 550, words: '5.1.1 No such user' })
    simulator.unknown.set('full@x.example', { code: 452, words: '4.2.2 Mailbox full' })
    expect(await send('gone@x.example', 'full@x.example', 'a@x.example')).toMatchObject([
      { kind: 'bounced', finding: 'no_mailbox' },
      { kind: 'deferred', finding: 'mailbox_unavailable' },
      { kind: 'sent' },
    ])
  })
  it('name themselves in the envelope, and offer to leave by mail where the mailbox is read', async () => {
    const leaveId = `pub_1.sub_1.${'a'.repeat(22)}`
    const leaving = async (call = session.call()) => {
      simulator.sent.length = 0
      const postman = await connector.postman?.(call)
      const one = { ...letter('a@x.example'), messageId: 'pub_1.sub_1.signed@boulangerie.example', leaveId }
      await postman?.send(one)
      postman?.close()
      return simulator.sent[0]
    }
    const sent = await leaving()
    const header = sent?.email.headers.find(({ key }) => key === 'list-unsubscribe')?.value
    expect(header).toBe(
      `<https://parvis.example/u>, <mailto:contact@boulangerie.example?subject=unsubscribe%20${leaveId}>`,
    )
    expect(sent?.envelopeId).toBe('pub_1.sub_1.signed')
    const { credentials, ...rest } = simulator.access()
    const { imapHost: _, imapPort: __, imapSecurity: ___, ...sending } = credentials
    const only = await Session.open(connector, simulator, { ...rest, credentials: sending })
    const alone = await leaving(only.call())
    expect(alone?.email.headers.find(({ key }) => key === 'list-unsubscribe')?.value).toBe('<https://parvis.example/u>')
  })
  it('that one address refuses, or the whole sender, are told apart on a real connection', async () => {
    simulator.unknown.set('blocked@x.example', {
      code: 554,
      words: '5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.example',
    })
    simulator.unknown.set('full@x.example', { code: 552, words: '5.2.2 mailbox for user is full' })
    simulator.unknown.set('many@x.example', { code: 550, words: '5.1.1 too many invalid recipients' })
    expect(await send('blocked@x.example', 'full@x.example', 'many@x.example', 'a@x.example')).toMatchObject([
      { kind: 'rejected', reason: 'permission' },
      { kind: 'bounced', finding: 'mailbox_unavailable' },
      { kind: 'deferred', finding: 'none' },
      { kind: 'sent' },
    ])
  })
  it('are in doubt only where the server may have them', async () => {
    for (const kind of ['lost', 'dropped'] as const) {
      simulator.fault(kind === 'lost' ? { kind, how: 'cut' } : { kind })
      expect(await send('a@x.example', 'b@x.example')).toMatchObject([{ kind: 'unknown' }, { kind: 'sent' }])
    }
    expect(simulator.sent).toHaveLength(3)
    simulator.fault({ kind: 'limited', wait: 'none', seconds: 1 }, { kind: 'server_error', status: 500 })
    expect(await send('a@x.example', 'b@x.example')).toMatchObject([{ kind: 'limited' }, { kind: 'transient' }])
    simulator.fault({ kind: 'server_error', status: 500, on: 'auth' })
    expect(await send('a@x.example')).toMatchObject([{ kind: 'transient' }])
    simulator.expireToken()
    expect(await send('a@x.example')).toMatchObject([{ kind: 'reauthorize' }])
    await simulator.stop()
    expect(await send('a@x.example')).toMatchObject([{ kind: 'transient' }])
  })
})

describe('where it connects', () => {
  it('is no private address where that is not allowed, and no password goes out in clear', async () => {
    const strict = createDialer({ allowPrivateHosts: false, clock: systemClock })
    const { credentials } = simulator.access()
    await expect(connector.connect({ ...tools({}), dial: strict }, credentials, {})).rejects.toMatchObject({
      code: 'blocked_host',
    })
    const elsewhere = { ...createDialer({ allowPrivateHosts: true, clock: systemClock }), isOwn: () => false }
    await expect(connector.connect({ ...tools({}), dial: elsewhere }, credentials, {})).rejects.toMatchObject({
      code: 'insecure_connection',
    })
    expect(simulator.journal.filter(({ method }) => method === 'AUTH')).toHaveLength(1)
  })
  it('works without a mailbox: nothing comes in', async () => {
    const { credentials, ...rest } = simulator.access()
    const { imapHost: _, imapPort: __, imapSecurity: ___, ...sending } = credentials
    const only = await Session.open(connector, simulator, { ...rest, credentials: sending })
    expect(await connector.poll?.(only.call(), undefined)).toEqual({ events: [], cursor: undefined, more: false })
  })
})

describe('a server that offers no encryption where STARTTLS is asked for', () => {
  const connecting = async (over: Record<string, string>) => {
    const access = simulator.access()
    const { credentials, settings } = { ...access, credentials: { ...access.credentials, ...over } }
    return connector.connect(session.tools(), credentials, settings).catch((error: unknown) => error)
  }

  it('is told as such for sending, with the setting to change', async () => {
    const error = await connecting({ smtpSecurity: 'starttls' })
    expect(error).toMatchObject({ kind: 'unprocessable', code: 'insecure_connection' })
    expect(String(error)).toMatch(/offers no encryption .* Set smtpSecurity to tls, with smtpPort 465/)
  })

  it('is told as such for the mailbox, with the setting to change', async () => {
    const error = await connecting({ imapSecurity: 'starttls' })
    expect(error).toMatchObject({ kind: 'unprocessable', code: 'insecure_connection' })
    expect(String(error)).toMatch(/offers no encryption .* Set imapSecurity to tls, with imapPort 993/)
  })
})
