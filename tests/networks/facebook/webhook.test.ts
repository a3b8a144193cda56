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

it('tells what the Page itself wrote as outgoing, and when it is removed', () => {
  const own = { ...comment, parent_id: '987_100', from: { id: page, name: 'Boulangerie' } }
  expect(feed(own)).toMatchObject([
    {
      event: {
        kind: 'comment',
        action: 'created',
        direction: 'outgoing',
        externalId: '987_117',
        parentExternalId: '987_100',
        text: 'Ouvert dimanche ?',
      },
    },
  ])
  expect(feed({ ...own, verb: 'remove' })).toMatchObject([
    { event: { kind: 'comment', action: 'deleted', direction: 'outgoing' } },
  ])
  expect(feed(comment)[0]?.event.direction).toBeUndefined()
})

it('keeps the photo or the video of a comment without words', () => {
  const { message: _, ...wordless } = comment
  expect(feed({ ...wordless, photo: 'https://scontent.example/1.jpg' })).toMatchObject([
    { event: { text: undefined, attachments: [{ kind: 'image', url: 'https://scontent.example/1.jpg' }] } },
  ])
  expect(feed({ ...wordless, video: 'https://video.example/1.mp4' })).toMatchObject([
    { event: { attachments: [{ kind: 'video', url: 'https://video.example/1.mp4' }] } },
  ])
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

it('reads messages, and the echo of what the Page wrote as outgoing', () => {
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
  const echo = {
    sender: { id: page },
    recipient: { id: '4711' },
    timestamp: 1_763_600_000_123,
    message: { mid: 'm_2', text: 'Bonjour', is_echo: true, app_id: 263902037430900, reply_to: { mid: 'm_1' } },
  }
  expect(normalize({ id: page, time: 1, messaging: [echo] })).toMatchObject([
    {
      event: {
        kind: 'direct_message',
        action: 'created',
        direction: 'outgoing',
        externalId: 'm_2',
        author: { externalId: page },
        recipient: { externalId: '4711' },
        parentExternalId: 'm_1',
      },
    },
  ])
})

it('reads a pressed button, a followed link and an edit, with what they carry', () => {
  const from = { sender: { id: '4711' }, recipient: { id: page }, timestamp: 1_763_600_000_123 }
  const told = (one: object) => normalize({ id: page, time: 1, messaging: [{ ...from, ...one }] })
  expect(told({ postback: { mid: 'm_3', title: 'Voir la carte', payload: 'MENU' } })).toMatchObject([
    { event: { kind: 'direct_message', externalId: 'm_3', messageType: 'postback', text: 'Voir la carte' } },
  ])
  expect(told({ referral: { ref: 'vitrine', source: 'SHORTLINK', type: 'OPEN_THREAD' } })).toMatchObject([
    { event: { externalId: 'referral/4711/1763600000123', messageType: 'referral', text: 'vitrine' } },
  ])
  expect(told({ message_edit: { mid: 'm_1', text: 'Bonsoir', num_edit: 1 } })).toMatchObject([
    { event: { action: 'edited', externalId: 'm_1', text: 'Bonsoir' } },
  ])
  expect(told({ read: { watermark: 1 } })).toEqual([])
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
