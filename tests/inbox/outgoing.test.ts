import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { keys } from '../../shared/aws/keys.ts'
import type { Channel } from '../../shared/channels/index.ts'
import type { InboundEvent } from '../../shared/networks/network.ts'
import { invoke } from '../support/invoke.ts'
import { type House, startHouse } from './house.ts'
import { Parrot, parrotWebhook } from './parrot.ts'
import { base, comment, events } from './support.ts'

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
let parrot: Parrot
let channel: Channel

beforeAll(async () => {
  house = await startHouse('outgoing')
})
afterAll(() => house.stop())
beforeEach(async () => {
  owner = await house.workspace()
  parrot = new Parrot()
  networks.parrot = parrot
  const { channels } = await import('../../functions/containers/channels.ts')
  channel = await channels().create(
    owner.id,
    { kind: 'user', id: 'user_1', name: 'Ana' },
    { network: 'parrot', credentials: {}, settings: {} },
    { idempotency: undefined, status: 201, body: () => ({}) },
  )
})

const ask = async (method: string, path: string, body?: unknown) =>
  invoke((await import('../../functions/api/mentions.ts')).handler, {
    method,
    path,
    ...(body === undefined ? {} : { body }),
    headers: { authorization: `Bearer ${owner.token}` },
  })
const list = async (query = '') => (await ask('GET', `/v1/mentions?limit=50${query}`)).json.items
const found = async (externalId: string) =>
  (await list()).find((one: { externalId: string }) => one.externalId === externalId)
const reply = (mentionId: string, text: string) =>
  ask('POST', `/v1/mentions/${mentionId}/actions`, { action: 'reply', text })
const told = async () =>
  (await events(house.engine, house.table, owner.id))
    .filter(({ name }) => name.startsWith('mention.'))
    .map(({ name, data }) => [name, Object(data).mentionId])

async function deliver(...said: InboundEvent[]) {
  const { handler } = await import('../../functions/consumers/ingest.ts')
  const all = said.map((event) => ({ accountId: channel.account.externalId, event }))
  const delivery = {
    network: 'parrot',
    receivedAt: new Date().toISOString(),
    headers: {},
    body: Buffer.from(JSON.stringify(all)).toString('base64'),
  }
  const done = await handler({ Records: [{ messageId: 'm', body: JSON.stringify(delivery) }] })
  expect(done).toEqual({ batchItemFailures: [] })
}

const minute = 60_000
const permutations = <const T extends string>([a, b, c]: readonly [T, T, T]): [T, T, T][] => [
  [a, b, c],
  [a, c, b],
  [b, a, c],
  [b, c, a],
  [c, a, b],
  [c, b, a],
]
const own = () => ({ externalId: channel.account.externalId, handle: '@parrot', name: 'Parrot' })
const ana = { externalId: 'psid-7', handle: 'ana', name: 'Ana' }
const nativeAnswer = (externalId: string, to: string, fields: Partial<InboundEvent> = {}) =>
  comment(externalId, {
    direction: 'outgoing',
    author: own(),
    text: 'Oui, dès 9 h.',
    at: base + minute,
    parentExternalId: to,
    ...fields,
  })
const message = (externalId: string, at: number, fields: Partial<InboundEvent> = {}): InboundEvent => ({
  kind: 'direct_message',
  action: 'created',
  externalId,
  at,
  author: ana,
  text: `message ${externalId}`,
  ...fields,
})
const echo = (externalId: string, at: number, fields: Partial<InboundEvent> = {}) =>
  message(externalId, at, { direction: 'outgoing', author: own(), recipient: ana, ...fields })

describe('an answer that was given in the app of the network', () => {
  it('answers the comment, and is listed beside it once', async () => {
    await deliver(comment('c1'))
    expect(await found('c1')).toMatchObject({ direction: 'incoming', answered: false })
    await deliver(nativeAnswer('n1', 'c1'))
    await deliver(nativeAnswer('n1', 'c1'))
    const mention = await found('c1')
    expect(mention).toMatchObject({ answered: true, answeredBy: 'native_app' })
    expect(await list('&direction=outgoing')).toMatchObject([
      {
        direction: 'outgoing',
        kind: 'comment',
        externalId: 'n1',
        text: 'Oui, dès 9 h.',
        author: { externalId: channel.account.externalId },
        parentExternalId: 'c1',
        answersTo: [mention.id],
      },
    ])
    expect(await list()).toHaveLength(2)
    expect(await list('&direction=incoming')).toHaveLength(1)
    expect(await list('&answered=false')).toEqual([])
    expect(await told()).toEqual([
      ['mention.created', mention.id],
      ['mention.answered', mention.id],
    ])
  })

  it('answers a comment that comes after it', async () => {
    await deliver(nativeAnswer('n1', 'c1'))
    expect(await list()).toMatchObject([{ externalId: 'n1' }])
    await deliver(comment('c1'))
    const mention = await found('c1')
    expect(mention).toMatchObject({ answered: true, answeredBy: 'native_app', text: 'Vous ouvrez dimanche ?' })
    expect((await found('n1')).answersTo).toEqual([mention.id])
  })

  it('is recognized by its author where the network does not mark it', async () => {
    await deliver(comment('c1'), nativeAnswer('n1', 'c1', { direction: undefined }))
    expect(await found('n1')).toMatchObject({ direction: 'outgoing' })
    expect(await found('c1')).toMatchObject({ answered: true })
  })

  it('leaves the comment waiting again when it is deleted', async () => {
    await deliver(comment('c1'), nativeAnswer('n1', 'c1'))
    await deliver(nativeAnswer('n1', 'c1', { action: 'deleted', at: base + 2 * minute }))
    expect(await found('n1')).toMatchObject({ direction: 'outgoing', state: 'deleted' })
    const mention = await found('c1')
    expect(mention.answered).toBe(false)
    expect(mention.answeredBy).toBeUndefined()
    expect((await list('&answered=false')).map(({ id }: { id: string }) => id)).toEqual([mention.id])
    expect((await told()).at(-1)).toEqual(['mention.updated', mention.id])
  })

  it('answers all that a person wrote in private before it, and nothing after it', async () => {
    await deliver(message('m1', base), message('m2', base + minute), echo('e1', base + 2 * minute))
    await deliver(message('m3', base + 3 * minute))
    expect((await list('&answered=false')).map((one: { externalId: string }) => one.externalId)).toEqual(['m3'])
    expect(await found('e1')).toMatchObject({
      recipient: { externalId: 'psid-7' },
      answersTo: [(await found('m1')).id, (await found('m2')).id],
    })
    // delivered late: it was answered already
    await deliver(message('m0', base - minute))
    expect(await found('m0')).toMatchObject({ answered: true, answeredBy: 'native_app' })
    // of another person nothing changes
    await deliver(message('x1', base, { author: { ...ana, externalId: 'psid-8' } }))
    expect((await found('x1')).answered).toBe(false)
  })

  it.each(permutations(['message', 'echo', 'unsent']))(
    'leaves a message waiting once it was unsent, when they come as %s, %s, %s',
    async (...order) => {
      const said = {
        message: message('m1', base),
        echo: echo('e1', base + minute),
        unsent: echo('e1', base + 2 * minute, { action: 'deleted', text: undefined }),
      }
      for (const name of order) await deliver(said[name], said[name])
      expect(await found('m1')).toMatchObject({ direction: 'incoming', state: 'visible', answered: false })
      expect((await list('&answered=false')).map((one: { externalId: string }) => one.externalId)).toEqual(['m1'])
    },
  )

  it.each(permutations(['m1', 'm2', 'e1']))(
    'leaves the same state when its messages come as %s, %s, %s',
    async (...order) => {
      const said = { m1: message('m1', base), m2: message('m2', base + 1), e1: echo('e1', base + minute) }
      for (const name of order) await deliver(said[name])
      const [m1, m2, e1] = [await found('m1'), await found('m2'), await found('e1')]
      expect([m1.answered, m1.answeredBy, m2.answered, m2.answeredBy]).toEqual([true, 'native_app', true, 'native_app'])
      expect(e1.answersTo.toSorted()).toEqual([m1.id, m2.id].toSorted())
      await deliver(echo('e1', base + 2 * minute, { action: 'deleted', text: undefined }))
      expect((await list('&answered=false')).map((one: { externalId: string }) => one.externalId)).toEqual(['m2', 'm1'])
    },
  )

  it('cannot be answered itself', async () => {
    await deliver(comment('c1'), nativeAnswer('n1', 'c1'))
    const { status, json } = await reply((await found('n1')).id, 'Merci')
    expect([status, json.code]).toEqual([422, 'action_not_offered'])
    expect(parrot.asked).toEqual([])
  })

  it('is nothing that left from here as a publication, nor what stands below a post of ours', async () => {
    const publicationId = 'pub_00000000000000000000000001'
    const live = (externalId: string) =>
      house.table.write({ put: { ...keys.live(owner.id, channel.id, externalId), publicationId } })
    await live('page-1_55')
    await live('p2')
    await deliver(
      nativeAnswer('first-comment', 'page-1_55'),
      nativeAnswer('p2', 'p1', { postExternalId: undefined }),
      comment('a-post', { kind: 'mention', author: own(), postExternalId: undefined }),
    )
    expect(await list()).toEqual([])
  })
})

describe('the echo of an answer from here', () => {
  /** The echo comes before the call has ended, or after it was written. */
  const answered = async (order: 'before' | 'after', target: string, sent: InboundEvent) => {
    parrot.answer = async () => {
      if (order === 'before') await deliver(sent)
      return { kind: 'done', externalId: sent.externalId }
    }
    const { json } = await reply((await found(target)).id, 'Oui')
    if (order === 'after') await deliver(sent)
    await deliver(sent)
    return json
  }
  const shape = async () =>
    (await list()).map(({ externalId, direction, answered, answeredBy }: Record<string, unknown>) => [
      externalId,
      direction,
      answered,
      answeredBy,
    ])

  it.each(['before', 'after'] as const)(
    'is not listed again when it comes %s it is written: a comment',
    async (order) => {
      await deliver(comment('c1'))
      const action = await answered(order, 'c1', nativeAnswer('a1', 'c1', { text: 'Oui' }))
      expect(action).toMatchObject({ state: 'done', externalId: 'a1' })
      expect(await shape()).toEqual([['c1', 'incoming', true, 'parvis']])
      // nor does its deletion at the network begin one
      await deliver(nativeAnswer('a1', 'c1', { action: 'deleted', at: base + 9 * minute }))
      expect(await shape()).toEqual([['c1', 'incoming', true, 'parvis']])
    },
  )

  it.each(['before', 'after'] as const)(
    'is not listed again when it comes %s it is written: a message',
    async (order) => {
      await deliver(message('m1', base), message('m2', base + minute))
      await answered(order, 'm2', echo('a1', base + 2 * minute))
      expect(await shape()).toEqual([
        ['m2', 'incoming', true, 'parvis'],
        ['m1', 'incoming', false, undefined],
      ])
    },
  )
})

describe('the window of an answer', () => {
  it('runs from the newest message of that person, whichever is answered', async () => {
    await deliver(message('m1', base), message('m2', base + 30 * 60 * minute), echo('e1', base + 31 * 60 * minute))
    await deliver(message('x1', base + 40 * 60 * minute, { author: { ...ana, externalId: 'psid-8' } }), comment('c1'))
    await reply((await found('m1')).id, 'Oui')
    await reply((await found('m2')).id, 'Oui')
    await reply((await found('c1')).id, 'Oui')
    expect(parrot.asked.map(({ target }) => [target.externalId, target.at, target.lastInboundAt])).toEqual([
      ['m1', base, base + 30 * 60 * minute],
      ['m2', base + 30 * 60 * minute, base + 30 * 60 * minute],
      ['c1', base, undefined],
    ])
  })
})

it('says that something without words came, where its network says no more', async () => {
  await deliver(comment('c1', { text: ' ', attachments: [] }))
  expect(await found('c1')).toMatchObject({ messageType: 'unsupported' })
})
