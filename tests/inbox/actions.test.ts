import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { keys } from '../../shared/aws/keys.ts'
import type { Channel } from '../../shared/channels/index.ts'
import { AppError } from '../../shared/kernel/errors.ts'
import type { Acted, InboundEvent } from '../../shared/networks/network.ts'
import { invoke } from '../support/invoke.ts'
import { type House, startHouse } from './house.ts'
import { Parrot, parrotWebhook } from './parrot.ts'
import { base, comment, events, everything } from './support.ts'

const networks = vi.hoisted(() => ({ parrot: undefined as unknown }))
vi.mock('../../shared/networks/registry.ts', async (original) => {
  const real = await original<typeof import('../../shared/networks/registry.ts')>()
  return {
    ...real,
    connectorOf: async (name: string) =>
      name === 'parrot' ? (networks.parrot as Parrot).connector : real.connectorOf(name),
    webhookOf: (name: string) => (name === 'parrot' ? Promise.resolve(parrotWebhook) : real.webhookOf(name)),
  }
})

let house: House
let owner: { id: string; token: string }
let other: { id: string; token: string }
let parrot: Parrot
let channel: Channel

beforeAll(async () => {
  house = await startHouse('actions')
  other = await house.workspace()
})
afterAll(() => house.stop())
beforeEach(async () => {
  owner = await house.workspace()
  await use(new Parrot())
})

async function use(next: Parrot): Promise<void> {
  parrot = next
  networks.parrot = next
  channel = await (await channels()).create(
    owner.id,
    actor,
    { network: 'parrot', credentials: {}, settings: {} },
    { idempotency: undefined, status: 201, body: () => ({}) },
  )
}
const actor = { kind: 'user', id: 'user_1', name: 'Ana' } as const
const channels = async () => (await import('../../functions/containers/channels.ts')).channels()

const ask = async (
  method: string,
  path: string,
  body?: unknown,
  { token = owner.token, key }: { token?: string; key?: string } = {},
) =>
  invoke((await import('../../functions/api/mentions.ts')).handler, {
    method,
    path,
    ...(body === undefined ? {} : { body }),
    headers: { authorization: `Bearer ${token}`, ...(key === undefined ? {} : { 'idempotency-key': key }) },
  })
const get = async (path: string) => (await ask('GET', path)).json

/** Delivered by webhook, through the consumer. */
async function deliver(...told: InboundEvent[]) {
  const { handler } = await import('../../functions/consumers/ingest.ts')
  const all = told.map((event) => ({ accountId: channel.account.externalId, event }))
  const delivery = {
    network: 'parrot',
    receivedAt: new Date().toISOString(),
    headers: {},
    body: Buffer.from(JSON.stringify(all)).toString('base64'),
  }
  const done = await handler({ Records: [{ messageId: 'm', body: JSON.stringify(delivery) }] })
  expect(done).toEqual({ batchItemFailures: [] })
}

/** A comment that came in, as the API shows it. */
async function came(fields: Partial<InboundEvent> = {}) {
  await deliver(comment('c1', fields))
  const [mention] = (await get('/v1/mentions')).items
  return mention
}
const told = async () =>
  (await events(house.engine, house.table, owner.id)).filter(({ name }) => /mention|post/.test(name))
const names = async () => (await told()).map(({ name }) => name)
const act = (mentionId: string, body: unknown, over: { token?: string; key?: string } = {}) =>
  ask('POST', `/v1/mentions/${mentionId}/actions`, body, over)
/** Wakes the polling of the channel now. */
async function poll() {
  const { handler } = await import('../../functions/consumers/poll.ts')
  const due = await house.table.get(keys.poll(owner.id, channel.id), z.object({ wakeAt: z.string() }))
  const about = { workspaceId: owner.id, channelId: channel.id, wakeAt: due?.wakeAt }
  await handler({ Records: [{ messageId: 'm', body: JSON.stringify({ kind: 'poll', ...about }) }] })
}
const refuse = (acted: Acted) => {
  parrot.answer = async () => acted
}

describe('answering', () => {
  it('hands the network all that came with it, keeps what it answered, and says so', async () => {
    const mention = await came({ context: { chat: 'a chat of the network' }, parentExternalId: 'c0', text: 'Ouvert ?' })
    expect(mention.answered).toBe(false)
    parrot.answer = async () => ({ kind: 'done', externalId: 'a1', url: 'https://parrot.example/a1' })
    const { status, json } = await act(mention.id, { action: 'reply', text: 'Oui !' })
    expect(status).toBe(201)
    expect(json).toMatchObject({
      id: expect.stringMatching(/^act_/),
      mentionId: mention.id,
      action: 'reply',
      text: 'Oui !',
      state: 'done',
      externalId: 'a1',
      url: 'https://parrot.example/a1',
      by: { kind: 'api_key', name: expect.any(String) },
    })
    expect(parrot.asked).toHaveLength(1)
    expect(parrot.asked[0]).toMatchObject({
      key: json.id,
      channelId: channel.id,
      action: { name: 'reply', text: 'Oui !' },
      target: {
        kind: 'comment',
        externalId: 'c1',
        at: base,
        author: { externalId: 'psid-7' },
        parentExternalId: 'c0',
        postExternalId: 'page-1_55',
        context: { chat: 'a chat of the network' },
      },
    })
    expect((await get(`/v1/mentions/${mention.id}`)).answered).toBe(true)
    expect((await get(`/v1/mentions/${mention.id}/actions`)).items).toEqual([json])
    const event = (await told()).find(({ name }) => name === 'mention.answered')
    expect(event).toMatchObject({
      subject: mention.id,
      data: { mentionId: mention.id, actionId: json.id, action: 'reply' },
    })
    expect(await names()).toEqual(expect.not.arrayContaining(['mention.updated']))
    const audit = (await everything(house.engine, house.table)).find(
      (item) => item.action === 'mention.reply' && item.sk === 'audit' && item.subject === mention.id,
    )
    expect(audit).toMatchObject({ actor: { kind: 'api_key' } })
    expect(JSON.stringify(await get(`/v1/mentions/${mention.id}`))).not.toContain('a chat of the network')
  })

  it('is written before the network is called, and shown as unknown once whoever sent it is dead', async () => {
    const mention = await came()
    let during: unknown
    parrot.answer = async () => {
      during = await get(`/v1/mentions/${mention.id}/actions`)
      return { kind: 'done' }
    }
    const { json } = await act(mention.id, { action: 'reply', text: 'Oui' })
    expect(during).toMatchObject({ items: [{ id: json.id, state: 'sending', text: 'Oui' }] })
    // As a function leaves it that died in the call.
    const at = (ms: number) => new Date(Date.now() - ms).toISOString()
    const set = (ms: number) =>
      house.table.write({ update: keys.action(owner.id, mention.id, json.id), set: { state: 'sending', at: at(ms) } })
    await set(110_000)
    expect((await get(`/v1/mentions/${mention.id}/actions`)).items[0].state).toBe('sending')
    await set(125_000)
    expect((await get(`/v1/mentions/${mention.id}/actions`)).items[0]).toMatchObject({
      state: 'unknown',
      problem: { class: 'unknown', message: expect.stringContaining('Check on the network') },
    })
  })

  it('answers once with one Idempotency-Key, at once and later, and repeats what came of it', async () => {
    const mention = await came()
    parrot.answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 150))
      return { kind: 'done', externalId: 'a1' }
    }
    const body = { action: 'reply', text: 'Oui' }
    const both = await Promise.all([1, 2, 3].map(() => act(mention.id, body, { key: 'k1' })))
    expect(both.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(new Set(both.map(({ json }) => json.id)).size).toBe(1)
    const later = await act(mention.id, body, { key: 'k1' })
    expect(later.headers['idempotency-replayed']).toBe('true')
    expect(later.json).toMatchObject({ state: 'done', externalId: 'a1' })
    expect(parrot.asked).toHaveLength(1)
    expect((await act(mention.id, { ...body, text: 'Non' }, { key: 'k1' })).json.code).toBe('idempotency_key_reused')
    expect((await get(`/v1/mentions/${mention.id}/actions`)).items).toHaveLength(1)
  })

  it.each([
    [
      { kind: 'rejected', reason: 'policy', message: 'Outside the window: “24 h are over”.' } as const,
      { state: 'refused', problem: { class: 'policy', message: 'Outside the window: “24 h are over”.' } },
    ],
    [
      { kind: 'rejected', reason: 'duplicate', message: 'Said already.', of: 'a0' } as const,
      { state: 'refused', problem: { class: 'duplicate', of: 'a0' } },
    ],
    [
      { kind: 'limited', until: base, scope: 'app', reason: 'quota', message: 'Used up.' } as const,
      { state: 'refused', problem: { class: 'quota', until: '2026-11-02T08:00:00.000Z' } },
    ],
    [
      { kind: 'limited', until: base, scope: 'channel', message: 'Slow down.' } as const,
      { state: 'refused', problem: { class: 'rate_limited', until: '2026-11-02T08:00:00.000Z' } },
    ],
    [{ kind: 'transient', message: 'Down.' } as const, { state: 'refused', problem: { class: 'transient' } }],
    [
      { kind: 'unknown', message: 'The answer was lost.' } as const,
      { state: 'unknown', problem: { class: 'unknown', message: expect.stringContaining('Check on the network') } },
    ],
  ])('says what came of it: %j', async (acted, expected) => {
    const mention = await came()
    refuse(acted)
    const { status, json } = await act(mention.id, { action: 'reply', text: 'Oui' }, { key: 'k' })
    expect(status).toBe(201)
    expect(json).toMatchObject(expected)
    // Nothing is sent again by itself, nor by the same call.
    expect((await act(mention.id, { action: 'reply', text: 'Oui' }, { key: 'k' })).json).toEqual(json)
    expect(parrot.asked).toHaveLength(1)
    expect((await get(`/v1/mentions/${mention.id}`)).answered).toBe(false)
    expect(await names()).toEqual(['mention.created'])
  })

  it('asks to connect the channel again where the network no longer takes its credentials', async () => {
    const mention = await came()
    refuse({ kind: 'reauthorize', message: 'The password was changed.' })
    expect((await act(mention.id, { action: 'reply', text: 'Oui' })).json).toMatchObject({
      state: 'refused',
      problem: { class: 'reauthorize' },
    })
    expect((await (await channels()).find(owner.id, channel.id))?.state).toBe('reconnect_needed')
    // The next one is not even tried.
    expect((await act(mention.id, { action: 'reply', text: 'Oui' })).json).toMatchObject({
      problem: { class: 'reauthorize', message: 'The password was changed.' },
    })
    expect(parrot.asked).toHaveLength(1)
  })

  it.each([
    [new Error('socket hang up'), 'unknown'],
    [new AppError('unavailable', 'network_failed', 'It answered nonsense.'), 'unknown'],
    [new AppError('rate_limited', 'network_limited', 'Wait.', { retryAfterSeconds: 60 }), 'rate_limited'],
    [new AppError('unprocessable', 'network_refused', 'No.'), 'invalid'],
    [new AppError('unauthenticated', 'reconnect_needed', 'Log in.'), 'reauthorize'],
  ])('does not guess what is thrown: %s', async (error, expected) => {
    const mention = await came()
    parrot.answer = async () => {
      throw error
    }
    expect((await act(mention.id, { action: 'reply', text: 'Oui' })).json.problem.class).toBe(expected)
  })

  it('keeps how far it got, told before or after it is known to be ours, in any order', async () => {
    const mention = await came()
    const state = (word: string, externalId: string) =>
      deliver({ kind: 'message_state', action: 'created', externalId, at: Date.now(), state: word })
    parrot.answer = async () => {
      await state('delivered', 'a1')
      return { kind: 'done', externalId: 'a1' }
    }
    const { json } = await act(mention.id, { action: 'reply', text: 'Oui' })
    const shown = async () => (await get(`/v1/mentions/${mention.id}/actions`)).items[0].delivery
    expect(json.delivery).toBe('delivered')
    await state('sent', 'a1')
    expect(await shown()).toBe('delivered')
    await state('read', 'a1')
    expect(await shown()).toBe('read')
    await state('nonsense', 'a1')
    expect(await shown()).toBe('read')
  })

  it('is no answer if it failed after all, whenever that is told', async () => {
    const mention = await came()
    const failed = () =>
      deliver({
        kind: 'message_state',
        action: 'created',
        externalId: 'a1',
        at: Date.now(),
        state: 'failed',
        text: 'Blocked.',
      })
    parrot.answer = async () => ({ kind: 'done', externalId: 'a1' })
    await act(mention.id, { action: 'reply', text: 'Oui' })
    expect((await get(`/v1/mentions/${mention.id}`)).answered).toBe(true)
    await failed()
    await failed()
    expect((await get(`/v1/mentions/${mention.id}`)).answered).toBe(false)
    expect((await names()).sort()).toEqual([
      'mention.answer_failed',
      'mention.answered',
      'mention.created',
      'mention.updated',
    ])
    expect((await told()).find(({ name }) => name === 'mention.answer_failed')).toMatchObject({
      subject: mention.id,
      data: {
        mentionId: mention.id,
        channelId: channel.id,
        actionId: expect.stringMatching(/^act_/),
        reason: 'Blocked.',
      },
    })

    parrot.answer = async () => {
      await deliver({ kind: 'message_state', action: 'created', externalId: 'a2', at: Date.now(), state: 'failed' })
      return { kind: 'done', externalId: 'a2' }
    }
    expect((await act(mention.id, { action: 'reply', text: 'Encore' })).json.delivery).toBe('failed')
    expect((await get(`/v1/mentions/${mention.id}`)).answered).toBe(false)
  })

  it('starts anew when it is replaced: neither an earlier failure nor an earlier answer counts', async () => {
    const mention = await came()
    const state = (word: string) =>
      deliver({ kind: 'message_state', action: 'created', externalId: 'a1', at: Date.now(), state: word })
    const isAnswered = async () => (await get(`/v1/mentions/${mention.id}`)).answered
    parrot.answer = async () => ({ kind: 'done', externalId: 'a1' })
    await act(mention.id, { action: 'reply', text: 'Un' })
    await state('failed')
    expect(await isAnswered()).toBe(false)
    const second = (await act(mention.id, { action: 'reply', text: 'Deux' })).json
    expect(second).not.toHaveProperty('delivery')
    expect(await isAnswered()).toBe(true)
    await state('delivered')
    const third = (await act(mention.id, { action: 'reply', text: 'Trois' })).json
    expect(third).not.toHaveProperty('delivery')
    await state('failed')
    expect(await isAnswered()).toBe(false)
    const { items } = await get(`/v1/mentions/${mention.id}/actions`)
    expect(items.map(({ id, delivery }: { id: string; delivery?: string }) => [id, delivery])).toEqual([
      [third.id, 'failed'],
      [second.id, undefined],
      [items[2].id, undefined],
    ])
  })

  it.each([
    ['delivered', true],
    ['failed', false],
  ] as const)('that is pending is asked about at each poll until it is %s', async (decided, answered) => {
    const mention = await came()
    parrot.answer = async () => ({ kind: 'done', externalId: 'a1', pending: true })
    expect((await act(mention.id, { action: 'reply', text: 'Oui' })).json).toMatchObject({
      state: 'done',
      delivery: 'sent',
    })
    const shown = async () => (await get(`/v1/mentions/${mention.id}/actions`)).items[0].delivery
    parrot.states = { a1: 'sent' }
    await poll()
    expect(await shown()).toBe('sent')
    parrot.states = { a1: decided }
    await poll()
    await poll()
    expect(await shown()).toBe(decided)
    expect(parrot.statesAsked).toEqual([['a1'], ['a1']])
    expect((await get(`/v1/mentions/${mention.id}`)).answered).toBe(answered)
    expect((await names()).includes('mention.answer_failed')).toBe(!answered)
  })

  it('lists what waits for an answer', async () => {
    await deliver(comment('c1'), comment('c2', { at: base + 1000 }), comment('c3', { at: base + 2000 }))
    const [, second] = (await get('/v1/mentions')).items
    await act(second.id, { action: 'reply', text: 'Oui' })
    const ids = async (query: string) =>
      (await get(`/v1/mentions?${query}`)).items.map((item: { externalId: string }) => item.externalId)
    expect(await ids('answered=false')).toEqual(['c3', 'c1'])
    expect(await ids('answered=true')).toEqual(['c2'])
    expect(await ids(`answered=false&channel=${channel.id}&limit=1`)).toEqual(['c3'])
  })

  it('sends templates where a network wants them', async () => {
    const mention = await came({ kind: 'direct_message' })
    const template = { name: 'opening_hours', language: 'fr', values: ['9 h'] }
    expect((await act(mention.id, { action: 'reply', template })).json).toMatchObject({ state: 'done', template })
    expect(parrot.asked[0]?.action).toEqual({ name: 'reply', text: '', template })
  })

  it('notes what a person did on the network itself, and sends nothing', async () => {
    const mention = await came()
    const { json } = await act(mention.id, {
      action: 'reply',
      text: 'Rappelé',
      byHand: true,
      url: 'https://x.example/1',
    })
    expect(json).toMatchObject({ state: 'done', byHand: true, url: 'https://x.example/1' })
    expect(parrot.asked).toEqual([])
    expect((await get(`/v1/mentions/${mention.id}`)).answered).toBe(true)
    expect(await names()).toContain('mention.answered')
  })
})

describe('moderating', () => {
  it.each([
    ['hide', 'hidden', 'mention.updated'],
    ['hold', 'held', 'mention.updated'],
    ['spam', 'spam', 'mention.updated'],
    ['delete', 'deleted', 'mention.deleted'],
  ])('%s leaves it %s', async (action, state, event) => {
    const mention = await came()
    const { json } = await act(mention.id, { action })
    expect(json).toMatchObject({ action, state: 'done' })
    const after = await get(`/v1/mentions/${mention.id}`)
    expect(after.state).toBe(state)
    expect(after.version).toBe(mention.version + 1)
    expect(after.answered).toBe(false)
    expect((await names()).sort()).toEqual(['mention.created', event, 'mention.moderated'].sort())
    const moderated = (await told()).find(({ name }) => name === 'mention.moderated')
    expect(moderated?.data).toMatchObject({ actionId: json.id, action, state })
    if (action === 'delete') expect(after).not.toHaveProperty('text')
  })

  it('brings back what was hidden, held or spam', async () => {
    const mention = await came({ held: true })
    const state = async () => (await get(`/v1/mentions/${mention.id}`)).state
    expect(mention.state).toBe('held')
    await act(mention.id, { action: 'approve' })
    expect(await state()).toBe('visible')
    for (const [away, back] of [
      ['hide', 'unhide'],
      ['spam', 'approve'],
    ]) {
      await act(mention.id, { action: away })
      await act(mention.id, { action: back })
      expect(await state()).toBe('visible')
    }
  })

  it('stands against what webhooks tell of it before and after', async () => {
    const mention = await came()
    const state = async () => (await get(`/v1/mentions/${mention.id}`)).state
    // A network whose clock is ahead of ours told of a change that we undo.
    const ahead = comment('c1', { action: 'hidden', at: Date.now() + 60_000, text: undefined })
    await deliver(ahead)
    await act(mention.id, { action: 'unhide' })
    await deliver(ahead)
    expect(await state()).toBe('visible')
    await act(mention.id, { action: 'hide' })
    // What it tells of our own hiding, of the creation once more, and of an edit, changes nothing of it.
    await deliver(comment('c1', { action: 'hidden', at: Date.now() }), comment('c1'))
    await deliver(comment('c1', { action: 'edited', at: Date.now(), text: 'Et lundi ?' }))
    expect(await get(`/v1/mentions/${mention.id}`)).toMatchObject({ state: 'hidden', text: 'Et lundi ?' })
    // Somebody shows it again on the network.
    await deliver(comment('c1', { action: 'unhidden', at: Date.now() + 120_000, text: undefined }))
    expect(await state()).toBe('visible')
    await act(mention.id, { action: 'delete' })
    await deliver(comment('c1', { action: 'edited', at: Date.now() + 180_000, text: 'revenu' }))
    const after = await get(`/v1/mentions/${mention.id}`)
    expect(after.state).toBe('deleted')
    expect(JSON.stringify(after)).not.toContain('revenu')
  })

  it('two at once leave both done, and one state', async () => {
    const mention = await came()
    const done = await Promise.all(
      ['hide', 'reply', 'hide', 'reply'].map((action) =>
        act(mention.id, action === 'reply' ? { action, text: 'Oui' } : { action }),
      ),
    )
    expect(done.map(({ json }) => json.state)).toEqual(['done', 'done', 'done', 'done'])
    expect(await get(`/v1/mentions/${mention.id}`)).toMatchObject({ state: 'hidden', answered: true, version: 5 })
  })
})

describe('what is refused', () => {
  it('what the network cannot, saying what it can', async () => {
    await use(new Parrot({ actions: ['reply', 'delete'] }))
    const mention = await came()
    const { status, json } = await act(mention.id, { action: 'hide' })
    expect(status).toBe(422)
    expect(json).toMatchObject({
      code: 'action_not_offered',
      detail: expect.stringMatching(/Parrot.*hide.*reply, delete/),
    })
    await use(new Parrot({ actions: [] }, ['act']))
    await deliver(comment('c2'))
    const [silent] = (await get(`/v1/mentions?channel=${channel.id}`)).items
    expect((await act(silent.id, { action: 'reply', text: 'Oui' })).json).toMatchObject({
      code: 'action_not_offered',
      detail: expect.stringContaining('byHand'),
    })
  })

  it.each([
    [{ action: 'reply' }, '/text'],
    [{ action: 'reply', text: ' \n' }, '/text'],
    [{ action: 'hide', text: 'x' }, '/text'],
    [{ action: 'hide', template: { name: 'a', language: 'fr' } }, '/template'],
    [{ action: 'reply', text: 'x', url: 'https://x.example' }, '/url'],
    [{ action: 'like' }, '/action'],
    [{ action: 'reply', text: 'x', template: { name: 'a', language: 'French' } }, '/template/language'],
  ])('%j', async (body, pointer) => {
    const mention = await came()
    const { json } = await act(mention.id, body)
    expect(json).toMatchObject({ code: 'validation_failed', problems: [{ pointer }] })
    expect(parrot.asked).toEqual([])
  })

  it('what is deleted, another workspace’s, on a paused channel, or of a channel that is gone', async () => {
    const mention = await came()
    expect((await act(mention.id, { action: 'hide' }, { token: other.token })).status).toBe(404)
    expect((await ask('GET', `/v1/mentions/${mention.id}/actions`, undefined, { token: other.token })).status).toBe(404)
    await (await channels()).pause(owner.id, channel.id, actor)
    expect((await act(mention.id, { action: 'reply', text: 'Oui' })).json).toMatchObject({
      status: 409,
      code: 'channel_paused',
    })
    expect((await act(mention.id, { action: 'hide' })).json.state).toBe('done')
    await deliver(comment('c1', { action: 'deleted', at: Date.now() }))
    expect((await act(mention.id, { action: 'hide' })).json).toMatchObject({ status: 409, code: 'mention_deleted' })
    await deliver(comment('c2'))
    const [alive] = (await get('/v1/mentions?state=visible')).items
    await (await channels()).remove(owner.id, channel.id, actor)
    expect((await act(alive.id, { action: 'hide' })).json).toMatchObject({ status: 409, code: 'channel_gone' })
    expect(parrot.asked).toHaveLength(1)
  })
})

describe('what comes in', () => {
  it('reviews, questions and attachments, bounded', async () => {
    const attachments = [
      { kind: 'image' as const, url: 'https://cdn.example/1.jpg', name: 'tarte' },
      { kind: 'file' as const, url: 'javascript:alert(1)' },
      ...Array.from({ length: 20 }, () => ({ kind: 'sticker' as const })),
    ]
    await deliver(
      comment('r1', { kind: 'review', rating: 4, attachments }),
      comment('q1', { kind: 'question', at: base + 1, rating: 9 }),
      comment('huge', { at: base + 2, context: { a: 'x'.repeat(3_000) } }),
    )
    const [huge, question, review] = (await get('/v1/mentions')).items
    expect(review).toMatchObject({ kind: 'review', rating: 4 })
    expect(review.attachments).toHaveLength(10)
    expect(review.attachments.slice(0, 2)).toEqual([attachments[0], { kind: 'file' }])
    expect(question.kind).toBe('question')
    expect(question).not.toHaveProperty('rating')
    expect((await get('/v1/mentions?kind=review')).items).toHaveLength(1)
    await act(huge.id, { action: 'hide' })
    expect(parrot.asked[0]?.target.context).toBeUndefined()
    await deliver(comment('r1', { kind: 'review', action: 'deleted', at: base + 9 }))
    expect(JSON.stringify(await everything(house.engine, house.table))).not.toContain('cdn.example/1.jpg')
  })

  it('what became of a post of ours is told on once, and of others’ not at all', async () => {
    const publicationId = 'pub_00000000000000000000000001'
    await house.table.write({ put: { ...keys.live(owner.id, channel.id, 'p1'), publicationId } })
    await house.table.write({
      put: {
        ...keys.publication(owner.id, publicationId),
        id: publicationId,
        workspaceId: owner.id,
        postId: 'post_1',
        channelId: channel.id,
        network: 'parrot',
        state: 'published',
        content: { parts: [{ text: 'Bonjour', mediaIds: [] }], language: 'fr', options: {} },
        contentVersion: 1,
        latePolicy: { graceMinutes: 15 },
        attempts: 1,
        version: 3,
        createdAt: new Date().toISOString(),
        updatedAt: new Date().toISOString(),
      },
    })
    const state = (externalId: string, word: string) =>
      deliver({ kind: 'post_state', action: 'created', externalId, at: base, state: word })
    await state('p1', 'gone')
    await state('p1', 'gone')
    await state('p1', 'odd')
    await state('p2', 'gone')
    expect(await told()).toMatchObject([
      {
        name: 'post.state_reported',
        subject: publicationId,
        sequence: 3,
        data: { publicationId, state: 'gone', externalId: 'p1' },
      },
    ])
  })
})

describe('notes by hand', () => {
  const note = (body: object, over = {}) => ask('POST', '/v1/mentions', { channelId: channel.id, ...body }, over)

  it('are mentions that say so', async () => {
    const body = {
      text: 'La tarte était froide.',
      author: { name: 'M. Durand' },
      kind: 'review',
      rating: 2,
      at: '2026-11-02T10:00:00+01:00',
    }
    const first = await note(body, { key: 'n1' })
    expect(first.status).toBe(201)
    expect(first.json).toMatchObject({
      source: 'by_hand',
      kind: 'review',
      rating: 2,
      text: 'La tarte était froide.',
      author: { name: 'M. Durand', handle: 'M. Durand' },
      network: 'parrot',
      occurredAt: '2026-11-02T09:00:00.000Z',
      answered: false,
    })
    expect((await note(body, { key: 'n1' })).json).toEqual(first.json)
    expect((await get('/v1/mentions')).items).toEqual([first.json])
    expect(await names()).toEqual(['mention.created'])
    expect((await act(first.json.id, { action: 'reply', text: 'Pardon !' })).json).toMatchObject({
      code: 'action_not_offered',
    })
    expect((await act(first.json.id, { action: 'reply', text: 'Pardon !', byHand: true })).json.state).toBe('done')
    expect((await get(`/v1/mentions/${first.json.id}`)).answered).toBe(true)
  })

  it('are refused without a text, or a channel of this workspace', async () => {
    expect((await note({ text: '' })).json).toMatchObject({ problems: [{ pointer: '/text' }] })
    expect((await note({ text: 'x', url: 'javascript:alert(1)' })).json).toMatchObject({
      problems: [{ pointer: '/url' }],
    })
    expect((await note({ text: 'x' }, { token: other.token })).json).toMatchObject({
      code: 'validation_failed',
      problems: [{ pointer: '/channelId' }],
    })
  })
})

describe('polling beside webhooks', () => {
  const poll = async () => {
    const { handler } = await import('../../functions/consumers/poll.ts')
    const standing = async () =>
      house.table.get(
        keys.poll(owner.id, channel.id),
        z.object({ wakeAt: z.string().optional(), failures: z.number().optional() }),
      )
    const body = JSON.stringify({
      kind: 'poll',
      workspaceId: owner.id,
      channelId: channel.id,
      wakeAt: (await standing())?.wakeAt,
    })
    await handler({ Records: [{ messageId: 'm', body }] })
    const after = await standing()
    return Math.round((Date.parse(after?.wakeAt ?? '') - Date.now()) / 60_000)
  }

  it('is hourly, and stores what both bring once', async () => {
    await deliver(comment('c1'))
    parrot.events = [comment('c1'), comment('c2', { at: base + 1 })]
    expect(await poll()).toBe(60)
    expect((await get('/v1/mentions')).items).toHaveLength(2)
    expect(await poll()).toBe(60)
    expect(await poll()).toBe(60)
  })

  it('is as frequent as without where it brings more, or where webhooks cannot arrive', async () => {
    await use(new Parrot({ pollBringsMore: true }))
    parrot.events = [comment('c1')]
    expect(await poll()).toBe(1)
    await use(new Parrot({ comesIn: ['poll'] }))
    expect(await poll()).toBe(2)
    // the document of this network's app lacks what webhooks need
    await use(new Parrot({}, [], [{ name: 'verifyToken', description: 'A text', forWebhooks: true }]))
    expect(await poll()).toBe(2)
  })

  it('keeps counters that are told, as webhooks do', async () => {
    const { readTold } = await import('../../shared/channels/told.ts')
    const counted = (views: number) => ({
      kind: 'post_state' as const,
      action: 'edited' as const,
      externalId: 'p1',
      at: base + views,
      state: 'counted',
      counters: { views },
    })
    parrot.events = [counted(5)]
    await poll()
    expect(
      (await readTold(house.table, { workspaceId: owner.id, channelId: channel.id }, ['p1'])).get('p1'),
    ).toMatchObject({ views: 5 })
    await deliver(counted(6))
    expect(
      (await readTold(house.table, { workspaceId: owner.id, channelId: channel.id }, ['p1'])).get('p1'),
    ).toMatchObject({ views: 6 })
    expect((await get('/v1/mentions')).items).toEqual([])
  })

  it('that is no longer let in asks to connect the channel again', async () => {
    parrot.refusal = new AppError('unauthenticated', 'reconnect_needed', 'Log in again.')
    await poll()
    expect(await (await channels()).find(owner.id, channel.id)).toMatchObject({
      state: 'reconnect_needed',
      stateReason: 'Log in again.',
    })
  })
})
