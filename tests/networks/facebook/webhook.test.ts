import { expect, it } from 'vitest'
import { AppError } from '../../../shared/kernel/errors.ts'
import { facebookWebhook } from '../../../shared/networks/facebook/webhook.ts'

const page = '104857600000001'
const normalize = (entry: unknown) =>
  facebookWebhook.normalize(Buffer.from(JSON.stringify({ object: 'page', entry: [entry] })))
const feed = (value: unknown, time = 1_763_600_000) =>
  normalize({ id: page, time, changes: [{ field: 'feed', value }] })
const comment = {
  item: 'comment',
  verb: 'add',
  comment_id: '987_117',
  post_id: `${page}_987`,
  parent_id: `${page}_987`,
  from: { id: '4711', name: 'Léa' },
  message: 'Ouvert dimanche ?',
  created_time: 1_763_599_000,
}

it('reads a comment as Meta documents it', () => {
  expect(feed(comment)).toEqual([
    {
      accountId: page,
      event: {
        kind: 'comment',
        action: 'created',
        externalId: '987_117',
        at: 1_763_599_000_000,
        author: { externalId: '4711', handle: 'Léa', name: 'Léa' },
        text: 'Ouvert dimanche ?',
        url: undefined,
        parentExternalId: `${page}_987`,
        postExternalId: `${page}_987`,
      },
    },
  ])
})

it('tells when a comment was edited, not when it was written', () => {
  expect(feed({ ...comment, verb: 'edited', message: 'Ouvert lundi ?' })).toMatchObject([
    { event: { action: 'edited', at: 1_763_600_000_000, text: 'Ouvert lundi ?' } },
  ])
})

it('reads an answer to a comment as that', () => {
  expect(feed({ ...comment, comment_id: '987_118', parent_id: '987_117' })).toMatchObject([
    { event: { externalId: '987_118', parentExternalId: '987_117', postExternalId: `${page}_987` } },
  ])
})

it('leaves out what the Page itself wrote, and tells when it is removed', () => {
  const own = { ...comment, from: { id: page, name: 'Boulangerie' } }
  expect(feed(own)).toEqual([])
  expect(feed({ ...own, verb: 'remove' })).toMatchObject([{ event: { kind: 'comment', action: 'deleted' } }])
})

it('reads reactions: one a person and thing, whether given or taken back', () => {
  const reaction = {
    item: 'reaction',
    verb: 'add',
    reaction_type: 'love',
    post_id: `${page}_987`,
    from: { id: '4711', name: 'Léa' },
    created_time: 1_763_599_000,
  }
  const [given] = feed(reaction)
  const [back] = feed({ ...reaction, verb: 'remove' })
  expect(given).toMatchObject({ event: { kind: 'reaction', action: 'created', postExternalId: `${page}_987` } })
  expect(back?.event.externalId).toBe(given?.event.externalId)
  expect(back).toMatchObject({ event: { action: 'deleted' } })
})

it('tells a visitor’s post from what becomes of ours', () => {
  const post = { item: 'status', verb: 'add', post_id: `${page}_5`, message: 'Merci !', created_time: 1_763_599_000 }
  expect(feed({ ...post, from: { id: '4711', name: 'Léa' } })).toMatchObject([
    { event: { kind: 'mention', externalId: `${page}_5`, text: 'Merci !' } },
  ])
  expect(feed({ ...post, item: 'post', verb: 'remove', from: { id: page, name: 'B' } })).toMatchObject([
    { event: { kind: 'post_state', action: 'deleted', postExternalId: `${page}_5` } },
  ])
})

it('reads messages, but not the echo of its own', () => {
  const said = (message: unknown, sender = '4711') =>
    normalize({
      id: page,
      time: 1,
      messaging: [{ sender: { id: sender }, recipient: { id: page }, timestamp: 1_763_600_000_123, message }],
    })
  expect(said({ mid: 'm_1', text: 'Bonjour' })).toMatchObject([
    {
      accountId: page,
      event: {
        kind: 'direct_message',
        externalId: 'm_1',
        text: 'Bonjour',
        at: 1_763_600_000_123,
        author: { externalId: '4711' },
      },
    },
  ])
  expect(said({ mid: 'm_2', text: 'Bonjour', is_echo: true }, page)).toEqual([])
})

it('keeps the other changes of a delivery when one is strange', () => {
  const events = normalize({
    id: page,
    time: 1_763_600_000,
    changes: [
      { field: 'feed', value: { item: 'comment', verb: 'add', comment_id: 7 } },
      { field: 'feed', value: { ...comment, verb: 'unheard' } },
      { field: 'ratings', value: {} },
      { field: 'feed', value: null },
      { field: 'feed', value: comment },
    ],
    messaging: [null, { sender: 1 }, { read: { watermark: 1 } }],
  })
  expect(events.map(({ event }) => event.externalId)).toEqual(['987_117'])
})

it('keeps apart the accounts of one delivery', () => {
  const entries = ['1', '2'].map((id) => ({ id, time: 1, changes: [{ field: 'feed', value: comment }] }))
  const events = facebookWebhook.normalize(Buffer.from(JSON.stringify({ object: 'page', entry: entries })))
  expect(events.map(({ accountId }) => accountId)).toEqual(['1', '2'])
})

it('refuses the deliveries of other networks of Meta', () => {
  expect(() => facebookWebhook.normalize(Buffer.from('{"object":"instagram","entry":[]}'))).toThrow(AppError)
})
