import { expect, it } from 'vitest'
import { xWebhook } from '../../../shared/networks/x/webhook.ts'

const event = (event_type: string, payload: unknown, more: object = {}) =>
  xWebhook.normalize(
    Buffer.from(
      JSON.stringify({ data: { event_uuid: '1', filter: { user_id: '111' }, event_type, payload, ...more } }),
    ),
  )
const reply = {
  id: '2090000000000000001',
  text: '@ExampleUser Great &amp; long https://t.co/abc https://t.co/pic',
  author_id: '222',
  created_at: '2026-08-12T18:00:00.000Z',
  conversation_id: '10',
  in_reply_to_tweet_id: '11',
  in_reply_to_user_id: '111',
  referenced_tweets: [{ type: 'replied_to', id: '11' }],
  display_text_range: [13, 60],
  entities: {
    urls: [
      { url: 'https://t.co/abc', expanded_url: 'https://pain.fr/a?b=1&c=2' },
      { url: 'https://t.co/pic', expanded_url: 'https://x.com/photo/1', media_key: '3_1' },
    ],
  },
  lang: 'und',
}

it('reads an answer that names us twice as the same comment', () => {
  const [asReply] = event('post.reply.create', reply)
  const [asMention] = event('post.mention.create', reply)
  expect(asReply).toEqual(asMention)
  expect(asReply).toMatchObject({
    accountId: '111',
    event: {
      kind: 'comment',
      externalId: '2090000000000000001',
      text: 'Great & long https://pain.fr/a?b=1&c=2',
      parentExternalId: '11',
      postExternalId: '11',
      context: { conversation: '10' },
    },
  })
  expect(asReply?.event.language).toBeUndefined()
})

it('reads a quote as a mention of what it quotes', () => {
  const quote = { id: '5', text: 'Voyez', author_id: '222', referenced_tweets: [{ type: 'quoted', id: '11' }] }
  expect(event('post.quote.create', quote)).toMatchObject([{ event: { kind: 'mention', parentExternalId: '11' } }])
})

it('knows authors that come bare, wrapped, or not at all', () => {
  const user = { id: '222', name: 'Léa', username: 'lea' }
  for (const users of [[user], [{ data: user }], [7, user]])
    expect(event('post.mention.create', reply, { includes: { users } })[0]?.event.author).toMatchObject({
      handle: '@lea',
      name: 'Léa',
    })
  expect(event('post.mention.create', reply)[0]?.event.author).toEqual({
    externalId: '222',
    handle: '222',
    name: '222',
    picture: undefined,
  })
})

it('tells what we wrote ourselves as outgoing, and leaves out what it does not know', () => {
  expect(event('post.mention.create', { ...reply, author_id: '111' })).toMatchObject([
    { event: { direction: 'outgoing', author: { externalId: '111' } } },
  ])
  expect(event('post.mention.create', reply)[0]?.event.direction).toBeUndefined()
  expect(event('like.create', {})).toEqual([])
  expect(event('post.mention.create', 'nonsense')).toEqual([])
  const said = { sender_id: '111', target: { recipient_id: '222' }, message_data: { text: 'a' } }
  const own = { type: 'message_create', id: '1', message_create: said }
  expect(event('dm.received', { direct_message_events: [own] })).toMatchObject([
    { event: { kind: 'direct_message', direction: 'outgoing', text: 'a', recipient: { externalId: '222' } } },
  ])
})

it('tells that a post of ours is gone, and that access was withdrawn', () => {
  expect(event('post.delete', { id: '2080761269309813134', author_id: '111' })).toMatchObject([
    { accountId: '111', event: { kind: 'post_state', state: 'gone', externalId: '2080761269309813134' } },
  ])
  const payload = { date_time: '2026-07-23T21:44:05+00:00', user_id: '111', app_id: '1' }
  expect(event('oauth.revoke', payload, { filter: {} })).toMatchObject([
    { accountId: '111', event: { kind: 'deauthorized', at: Date.parse('2026-07-23T21:44:05Z') } },
  ])
})

it.each(['note_tweet', 'note_post'])('reads the whole of a long post from %s, without the names before it', (field) => {
  const text = '@ExampleUser Un très long texte, coupé ici…'
  const note = {
    text: '@ExampleUser Un très long texte, coupé ici puis lu &amp; fini https://t.co/def',
    entities: { urls: [{ url: 'https://t.co/def', expanded_url: 'https://pain.fr/fin' }] },
  }
  const [told] = event('post.mention.create', { ...reply, text, entities: {}, [field]: note })
  expect(told?.event.text).toBe('Un très long texte, coupé ici puis lu & fini https://pain.fr/fin')
})

it('reads what is answered by either name', () => {
  const { in_reply_to_tweet_id: _, referenced_tweets: references, ...rest } = reply
  const [told] = event('post.reply.create', { ...rest, referenced_posts: references })
  expect(told?.event).toMatchObject({ kind: 'comment', parentExternalId: '11', postExternalId: '11' })
})
