import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { instagramWebhook } from '../../../shared/networks/instagram/webhook.ts'

const account = '17841400000000001'
const time = 1_763_600_000
const bodyOf = (entry: unknown) => Buffer.from(JSON.stringify({ object: 'instagram', entry: [entry] }))
const changed = (field: string, value: unknown) =>
  instagramWebhook.normalize(bodyOf({ id: account, time, changes: [{ field, value }] }))
const comment = {
  id: '1786',
  text: 'Magnifique ✨',
  parent_id: '1785',
  from: { id: '42', username: 'lea.martin' },
  media: { id: '1805', media_product_type: 'FEED' },
}

it('reads a comment as Meta documents it, on a live video too', () => {
  for (const field of ['comments', 'live_comments'])
    expect(changed(field, comment)).toEqual([
      {
        accountId: account,
        event: {
          kind: 'comment',
          action: 'created',
          externalId: '1786',
          at: time * 1000,
          text: 'Magnifique ✨',
          author: { externalId: '42', handle: 'lea.martin', name: 'lea.martin' },
          parentExternalId: '1785',
          postExternalId: '1805',
        },
      },
    ])
  const { parent_id: _, ...top } = comment
  expect(changed('comments', top)).toMatchObject([{ event: { parentExternalId: '1805' } }])
})

it('reads where the account was mentioned: what an answer needs is kept', () => {
  expect(changed('mentions', { media_id: '9', comment_id: '7' })).toMatchObject([
    { event: { kind: 'mention', externalId: '7', parentExternalId: '9', context: { mediaId: '9', commentId: '7' } } },
  ])
  expect(changed('mentions', { media_id: '9' })).toMatchObject([
    { event: { kind: 'mention', externalId: '9', context: { mediaId: '9' } } },
  ])
})

it('tells what the account itself wrote as outgoing, and leaves out what it does not understand', () => {
  expect(changed('comments', { ...comment, from: { id: account, username: 'boulangerieduport' } })).toMatchObject([
    { event: { kind: 'comment', direction: 'outgoing', externalId: '1786', parentExternalId: '1785' } },
  ])
  expect(changed('comments', { text: 'sans id' })).toEqual([])
  expect(changed('story_insights', { media_id: '9', reach: 3 })).toEqual([])
})

it('reads messages, what is attached to them, and that one was taken back', () => {
  const messaging = (message: unknown, sender = '42') =>
    instagramWebhook.normalize(
      bodyOf({
        id: account,
        time: time * 1000,
        messaging: [
          {
            sender: { id: sender },
            recipient: { id: sender === '42' ? account : '42' },
            timestamp: time * 1000,
            message,
          },
        ],
      }),
    )
  const url = 'https://lookaside.example/1.jpg'
  expect(messaging({ mid: 'm1', attachments: [{ type: 'image', payload: { url } }] })).toMatchObject([
    {
      accountId: account,
      event: { kind: 'direct_message', action: 'created', externalId: 'm1', attachments: [{ kind: 'image', url }] },
    },
  ])
  expect(messaging({ mid: 'm1', is_deleted: true })).toMatchObject([{ event: { action: 'deleted', externalId: 'm1' } }])
  for (const message of [
    { mid: 'm2', text: 'De nous', is_echo: true },
    { mid: 'm2', text: 'De nous' },
  ])
    expect(messaging(message, account)).toMatchObject([
      { event: { direction: 'outgoing', externalId: 'm2', recipient: { externalId: '42' } } },
    ])
})

it('says of a message what it is: a story that mentions, an answer to one, what it has no form for', () => {
  const told = (message: unknown) =>
    instagramWebhook.normalize(
      bodyOf({ id: account, time, messaging: [{ sender: { id: '42' }, timestamp: time * 1000, message }] }),
    )[0]?.event
  const url = 'https://lookaside.example/story'
  expect(told({ mid: 'm1', attachments: [{ type: 'story_mention', payload: { url } }] })).toMatchObject({
    messageType: 'story_mention',
    attachments: [{ kind: 'file', url }],
  })
  expect(told({ mid: 'm2', text: 'Superbe !', reply_to: { story: { id: '17', url } } })).toMatchObject({
    messageType: 'story_reply',
    text: 'Superbe !',
    url,
  })
  expect(told({ mid: 'm3', is_unsupported: true })).toMatchObject({ messageType: 'unsupported' })
})

it('takes deliveries of either login’s app', () => {
  const body = bodyOf({ id: account, time })
  const signed = (secret: string) => ({
    headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` },
    query: {},
    body,
  })
  const app = { appSecret: 'of Facebook', instagramAppSecret: 'of Instagram' }
  expect(instagramWebhook.verify(signed('of Facebook'), app)).toBe(true)
  expect(instagramWebhook.verify(signed('of Instagram'), app)).toBe(true)
  expect(instagramWebhook.verify(signed('of nobody'), app)).toBe(false)
})
