/** What machines report of letters that left: it goes to the lists, and never to the inbox. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InboundEvent } from '../../../shared/networks/network.ts'
import { connectorOf } from '../../../shared/networks/registry.ts'
import { Session } from '../../conformance/session.ts'
import { EmailSimulator } from '../../simulators/email.ts'

const connector = await connectorOf('email')
let simulator: EmailSimulator
let session: Session
let heard: () => Promise<readonly InboundEvent[]>
let serial = 0

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

const letterId = 'pub_1.sub_1.signed@boulangerie.example'
const daemon = { externalId: 'd', handle: 'mailer-daemon@mx.example', name: 'Mail Delivery System' }
const receive = (text: string, headers: readonly string[], from = daemon) =>
  simulator.receive({ from, messageId: `report-${++serial}@mx.example`, subject: 'Undelivered', text, headers })

interface Dsn {
  readonly status?: string
  readonly action?: string
  readonly diagnostic?: string
  readonly statusType?: string
  readonly originalType?: string
  readonly original?: readonly string[]
  readonly message?: readonly string[]
}
const dsn = ({
  status = '5.1.1',
  action = 'failed',
  diagnostic = 'smtp; 550 5.1.1 no such user',
  statusType = 'message/delivery-status',
  originalType = 'text/rfc822-headers',
  original = ['Message-ID: <0102@eu-west-3.amazonses.com>', 'X-Parvis-Letter:', ` <${letterId}>`],
  message = [],
}: Dsn) =>
  [
    '--b',
    'Content-Type: text/plain',
    '',
    'Undelivered.',
    '--b',
    `Content-Type: ${statusType}`,
    '',
    'Reporting-MTA: dns; mx.example',
    ...message,
    '',
    'Original-Recipient: rfc822; lea@lecteurs.example',
    'Final-Recipient: rfc822; somewhere-else@forwarded.example',
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: ${diagnostic}`,
    '',
    '--b',
    `Content-Type: ${originalType}`,
    '',
    ...original,
    '',
    '--b--',
  ].join('\n')
const report = ['Content-Type: multipart/report; report-type=delivery-status; boundary=b']
const mixed = ['Content-Type: multipart/mixed; boundary=b', 'Auto-Submitted: auto-replied']

describe('a bounce', () => {
  it('names our letter, not an address: the one that bounced may be where it was forwarded to', async () => {
    for (const [status, action, diagnostic] of [
      ['5.1.1', 'failed', 'smtp; 550 5.1.1 no such user'],
      ['4.4.1', 'delayed', 'smtp; 451 later'],
      ['5.2.2', 'failed', 'smtp; 552 5.2.2 mailbox full'],
      ['5.7.1', 'failed', 'smtp; 554 5.7.1 Client host blocked using zen.example'],
    ] as const)
      receive(dsn({ status, action, diagnostic }), report)
    expect(await heard()).toEqual([])
    const about = { kind: 'bounce', messageId: letterId }
    expect(session.newsletters.reports).toMatchObject([
      { ...about, finding: 'no_mailbox' },
      { ...about, finding: 'mailbox_unavailable' },
      { ...about, finding: 'none' },
    ])
  })
  it('is read in its other forms: not typed as a report, of RFC 6533, with the letter itself', async () => {
    receive(dsn({}), mixed)
    receive(dsn({ statusType: 'message/global-delivery-status', originalType: 'message/global-headers' }), report)
    receive(dsn({ statusType: 'message/global-delivery-status', originalType: 'message/rfc822' }), mixed)
    receive(dsn({ statusType: 'message/global-delivery-status', originalType: 'message/global' }), report)
    receive(dsn({ originalType: 'message/rfc822' }), report)
    expect(await heard()).toEqual([])
    expect(session.newsletters.reports.map(({ messageId }) => messageId)).toEqual(
      Array.from({ length: 5 }, () => letterId),
    )
  })
  it('is found by the envelope where its server keeps no header of ours', async () => {
    const message = ['Original-Envelope-Id: pub_1.sub_1.signed']
    receive(dsn({ message, original: ['Message-ID: <other@eu-west-3.amazonses.com>'] }), report)
    expect(await heard()).toEqual([])
    expect(session.newsletters.reports).toMatchObject([{ messageId: 'pub_1.sub_1.signed', finding: 'no_mailbox' }])
  })
  it('in plain words (qmail, Exim) is read as well', async () => {
    const qmail = `Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message.\n\n<lea@lecteurs.example>:\n192.0.2.7 does not like recipient.\nRemote host said: 550 5.1.1 User unknown\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <x@y>\nX-Parvis-Letter: <${letterId}>\n`
    receive(qmail, ['Return-Path: <>'])
    const exim = `This message was created automatically.\n\n  lea@lecteurs.example\n    550 mailbox full\n\n------ This is a copy of the headers\n\nX-Parvis-Letter: <${letterId}>\n`
    receive(exim, ['X-Failed-Recipients: lea@lecteurs.example', 'Auto-Submitted: auto-replied'])
    receive('Nobody knows what failed.', ['X-Failed-Recipients: lea@lecteurs.example'])
    expect(await heard()).toEqual([])
    expect(session.newsletters.reports).toMatchObject([
      { messageId: letterId, finding: 'no_mailbox' },
      { messageId: letterId, finding: 'mailbox_unavailable' },
    ])
  })
  it('of an answer from the inbox says that the answer failed', async () => {
    const answer = 'act_01J00000000000000000000000@boulangerie.example'
    receive(dsn({ original: [`Message-ID: <${answer}>`] }), report)
    expect(await heard()).toMatchObject([{ kind: 'message_state', state: 'failed', externalId: answer }])
  })
  it('that a person sends on is a letter, and reports nothing', async () => {
    const person = { externalId: 'lea', handle: 'lea@lecteurs.example', name: 'Léa' }
    receive(dsn({}), ['Content-Type: multipart/mixed; boundary=b'], person)
    expect(await heard()).toMatchObject([{ text: 'Undelivered\n\nUndelivered.' }])
    expect(session.newsletters.reports).toEqual([])
  })
})

describe('a complaint (RFC 5965)', () => {
  const arf = (type: string, original: readonly string[]) =>
    [
      '--b',
      'Content-Type: message/feedback-report',
      '',
      `Feedback-Type: ${type}`,
      'User-Agent: x/1',
      '',
      '--b',
      'Content-Type: message/rfc822',
      '',
      ...original,
      '',
      'Bonjour',
      '--b--',
    ].join('\n')
  const type = ['Content-Type: multipart/report; report-type=feedback-report; boundary=b']
  it('names our letter, though the address is left out', async () => {
    receive(arf('abuse', [`X-Parvis-Letter: <${letterId}>`, 'Subject: x']), type)
    expect(await heard()).toEqual([])
    expect(session.newsletters.reports).toMatchObject([{ kind: 'complaint', messageId: letterId }])
  })
  it('that says it is no spam, or names no letter, changes nothing', async () => {
    receive(arf('not-spam', [`X-Parvis-Letter: <${letterId}>`, 'Subject: x']), type)
    receive(arf('abuse', ['Subject: x']), type)
    expect(await heard()).toEqual([])
    expect(session.newsletters.reports).toEqual([])
  })
})
