/** The mailbox, read from the server that most of the world's mailboxes are on. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectorOf } from '../../../shared/networks/registry.ts'
import { Session } from '../../conformance/session.ts'
import { EmailSimulator } from '../../simulators/email.ts'
import { type Mailbox, startMailbox } from './support.ts'

const connector = await connectorOf('email')
let mailbox: Mailbox
let sending: EmailSimulator

beforeAll(async () => {
  mailbox = await startMailbox()
  sending = await new EmailSimulator().start()
})
afterAll(async () => {
  await sending?.stop()
  await mailbox?.stop()
})

const open = (change: Record<string, string> = {}, settings = {}) => {
  const { credentials } = sending.access()
  return Session.open(connector, sending, {
    credentials: {
      ...credentials,
      imapPort: String(mailbox.port),
      imapUser: mailbox.user,
      imapPassword: mailbox.password,
      ...change,
    },
    settings,
    app: {},
  })
}

let serial = 0
/** A letter that arrives; answers its Message-ID. */
function arrive(text: string, headers: readonly string[] = []): string {
  const id = `letter-${++serial}-${process.pid}@lecteurs.example`
  mailbox.deliver(
    [
      ...headers,
      'From: =?utf-8?Q?L=C3=A9a?= <lea@lecteurs.example>',
      'To: contact@boulangerie.example',
      'Subject: Re: Horaires',
      `Message-ID: <${id}>`,
      `Date: ${new Date().toUTCString()}`,
      'In-Reply-To: <before@boulangerie.example>',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      text,
    ].join('\n'),
  )
  return id
}

async function listening(session: Session) {
  let cursor = (await connector.poll?.(session.call(), undefined))?.cursor
  return async () => {
    const seen = []
    for (let more = true; more; ) {
      const polled = await connector.poll?.(session.call(), cursor)
      seen.push(...(polled?.events ?? []))
      cursor = polled?.cursor
      more = polled?.more ?? false
    }
    return seen
  }
}

it('refuses a wrong password and a folder that is not there', async () => {
  await expect(open({ imapPassword: 'wrong' })).rejects.toMatchObject({ code: 'credentials_refused' })
  await expect(open({}, { folder: 'Nulle part' })).rejects.toMatchObject({ code: 'folder_not_found' })
})
it('starts now, then brings each letter once, with what an answer needs', async () => {
  arrive('before us')
  const heard = await listening(await open())
  expect(await heard()).toEqual([])
  const id = arrive(
    'Ouvert lundi\u202f?\n\nLe 3 nov. 2026, Boulangerie <contact@boulangerie.example> a écrit :\n> cité',
  )
  arrive('I am away', ['Auto-Submitted: auto-replied'])
  expect(await heard()).toMatchObject([
    {
      kind: 'direct_message',
      externalId: id,
      text: 'Ouvert lundi\u202f?',
      author: { name: 'Léa', handle: 'lea@lecteurs.example' },
      parentExternalId: 'before@boulangerie.example',
    },
    { text: 'I am away', automatic: true },
  ])
  expect(await heard()).toEqual([])
})
it('goes through many letters page by page, and loses none', async () => {
  const heard = await listening(await open())
  const ids = Array.from({ length: 120 }, (_, i) => arrive(`n° ${i}`))
  const seen = (await heard()).map((event) => event.externalId)
  expect(seen.toSorted()).toEqual(ids.toSorted())
})
it('loses nothing when the mailbox counts anew', async () => {
  const heard = await listening(await open())
  const id = arrive('after the restore')
  mailbox.renumber()
  expect((await heard()).map((event) => event.externalId)).toContain(id)
  expect(await heard()).toEqual([])
})
