/** What the kit does not see: the window, templates, and what becomes of an answer. */

import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Action, Target } from '../../../shared/networks/network.ts'
import { whatsappConnector } from '../../../shared/networks/whatsapp/index.ts'
import { whatsappWebhook } from '../../../shared/networks/whatsapp/webhook.ts'
import { closeConnections, content, Session } from '../../conformance/session.ts'
import { WhatsAppSimulator } from '../../simulators/whatsapp.ts'
import { english } from '../../support/english.ts'

let simulator: WhatsAppSimulator
let session: Session
beforeEach(async () => {
  simulator = await new WhatsAppSimulator().start()
  session = await Session.open(whatsappConnector as never, simulator, simulator.access())
})
afterEach(async () => {
  await simulator.stop()
  closeConnections()
  expect(simulator.violations).toEqual([])
})

const act = async (action: Action, hoursAgo: number, newestHoursAgo?: number) => {
  const { externalId } = await simulator.directMessage('Bonjour')
  const author = { externalId: '33612345678', handle: '+33612345678', name: 'Léa' }
  const ago = (hours: number) => Date.now() - hours * 3_600_000
  const newest = newestHoursAgo === undefined ? {} : { lastInboundAt: ago(newestHoursAgo) }
  const target: Target = { kind: 'direct_message', externalId, at: ago(hoursAgo), ...newest, author }
  return whatsappConnector.act?.({ ...session.call(), target, action, key: 'act_1' } as never)
}

it('answers freely within 24 hours, and says what to do after them', async () => {
  expect(await act({ name: 'reply', text: 'Bonjour !' }, 23)).toMatchObject({
    kind: 'done',
    externalId: simulator.sent[0],
  })
  const late = await act({ name: 'reply', text: 'Bonjour !' }, 25)
  expect(late).toMatchObject({ kind: 'rejected', reason: 'policy' })
  expect(late).toMatchObject({ message: english(expect.stringContaining('template')) })
  expect(simulator.sent.length).toBe(1)
})
it('answers an old message freely while the newest of that person is not older than 24 hours', async () => {
  expect(await act({ name: 'reply', text: 'Bonjour !' }, 30, 1)).toMatchObject({ kind: 'done' })
  expect(await act({ name: 'reply', text: 'Bonjour !' }, 30, 25)).toMatchObject({
    kind: 'rejected',
    reason: 'policy',
    message: english(expect.stringContaining('25 hours old')),
  })
})
it('sends an approved template after them, and says when there is none of that name', async () => {
  const template = { name: 'rappel', language: 'fr', values: ['Léa', 'dimanche'] }
  expect(await act({ name: 'reply', text: '', template }, 48)).toMatchObject({ kind: 'done' })
  const unknown = { ...template, name: 'inconnu' }
  expect(await act({ name: 'reply', text: '', template: unknown }, 48)).toMatchObject({
    kind: 'rejected',
    reason: 'invalid',
  })
})
it('tells what becomes of an answer', async () => {
  for (const state of ['sent', 'delivered', 'read', 'failed'] as const) {
    const { body } = await simulator.status('wamid.1', state)
    expect(whatsappWebhook.normalize(body)).toMatchObject([
      { accountId: '106540352242922', event: { kind: 'message_state', externalId: 'wamid.1', state } },
    ])
  }
})
const delivered = (value: object, field = 'messages') => {
  const changes = [{ field, value: { metadata: { phone_number_id: '106540352242922' }, ...value } }]
  const body = { object: 'whatsapp_business_account', entry: [{ id: '1', changes }] }
  return whatsappWebhook.normalize(Buffer.from(JSON.stringify(body))).map(({ event }) => event)
}
const said = (thing: object) =>
  delivered({ messages: [{ from: '33612345678', id: 'wamid.1', timestamp: '1763600000', ...thing }] })[0]

it.each([
  [
    { type: 'contacts', contacts: [{ name: { formatted_name: 'Paul' }, phones: [{ phone: '+33 6' }] }] },
    'contact',
    'Paul, +33 6',
  ],
  [
    {
      type: 'order',
      order: {
        text: 'Pour samedi',
        product_items: [{ product_retailer_id: 'tarte', quantity: 2, item_price: 12.5, currency: 'EUR' }],
      },
    },
    'order',
    'Pour samedi\n2 × tarte (12.5 EUR)',
  ],
  [
    {
      type: 'interactive',
      interactive: { type: 'nfm_reply', nfm_reply: { body: 'Sent', response_json: '{"jour":"samedi"}' } },
    },
    'form_answer',
    'Sent\n{"jour":"samedi"}',
  ],
  [{ type: 'button', button: { text: 'Oui' } }, 'postback', 'Oui'],
  [{ type: 'unsupported', errors: [{ code: 131_051 }] }, 'unsupported', ''],
  [{ type: 'a_type_of_tomorrow' }, 'unsupported', ''],
])('says what it is that has no plain text: %j', (thing, messageType, text) => {
  expect(said(thing)).toMatchObject({ kind: 'direct_message', messageType, text })
})
it('tells an advertisement that led here, and leaves out reactions', () => {
  const referral = { source_url: 'https://fb.me/1', source_type: 'ad' }
  expect(said({ type: 'text', text: { body: 'Bonjour' }, referral })).toMatchObject({
    messageType: 'referral',
    text: 'Bonjour',
    url: 'https://fb.me/1',
  })
  expect(said({ type: 'text', text: { body: 'Bonjour' } })?.messageType).toBeUndefined()
  expect(said({ type: 'reaction', reaction: { emoji: '👍' } })).toBeUndefined()
})
it('tells what was written in the WhatsApp Business app as outgoing, to whom', () => {
  const echo = { from: '33123456789', to: '33612345678', id: 'wamid.9', timestamp: '1763600000', type: 'text' }
  expect(delivered({ message_echoes: [{ ...echo, text: { body: 'Oui' } }] }, 'smb_message_echoes')).toMatchObject([
    { direction: 'outgoing', externalId: 'wamid.9', text: 'Oui', recipient: { externalId: '33612345678' } },
  ])
})
it('publishes nothing, and says so while a post is written', async () => {
  const review = whatsappConnector.review(content(['Bonjour']), whatsappConnector.limits, {})
  expect(review.problems).toMatchObject([{ code: 'nothing_published_here' }])
})
