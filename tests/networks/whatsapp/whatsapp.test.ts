/** What the kit does not see: the window, templates, and what becomes of an answer. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Action, Target } from '../../../shared/networks/network.ts'
import { whatsappConnector } from '../../../shared/networks/whatsapp/index.ts'
import { whatsappWebhook } from '../../../shared/networks/whatsapp/webhook.ts'
import { closeConnections, content, Session } from '../../conformance/session.ts'
import { WhatsAppSimulator } from '../../simulators/whatsapp.ts'

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

const act = async (action: Action, hoursAgo: number) => {
  const { externalId } = await simulator.directMessage('Bonjour')
  const author = { externalId: '33612345678', handle: '+33612345678', name: 'Léa' }
  const target: Target = { kind: 'direct_message', externalId, at: Date.now() - hoursAgo * 3_600_000, author }
  return whatsappConnector.act?.({ ...session.call(), target, action, key: 'act_1' } as never)
}

it('answers freely within 24 hours, and says what to do after them', async () => {
  expect(await act({ name: 'reply', text: 'Bonjour !' }, 23)).toMatchObject({
    kind: 'done',
    externalId: simulator.sent[0],
  })
  const late = await act({ name: 'reply', text: 'Bonjour !' }, 25)
  expect(late).toMatchObject({ kind: 'rejected', reason: 'policy' })
  expect(late?.kind === 'rejected' && late.message).toContain('template')
  expect(simulator.sent.length).toBe(1)
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
it('publishes nothing, and says so while a post is written', async () => {
  const review = whatsappConnector.review(content(['Bonjour']), whatsappConnector.limits, {})
  expect(review.problems).toMatchObject([{ code: 'nothing_published_here' }])
})
