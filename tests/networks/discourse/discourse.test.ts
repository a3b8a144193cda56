import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { discourseConnector } from '../../../shared/networks/discourse/index.ts'
import { discourseWebhook } from '../../../shared/networks/discourse/webhook.ts'
import { closeConnections, connect, content, hookSecretOf, image, newText, Session } from '../../conformance/session.ts'
import { communityTopic, DiscourseSimulator } from '../../simulators/discourse.ts'

let forum: DiscourseSimulator
let session: Session

beforeEach(async () => {
  forum = await new DiscourseSimulator().start()
  session = await Session.open(discourseConnector, forum, forum.access())
})
afterEach(async () => {
  await forum.stop()
  expect(forum.violations).toEqual([])
})
afterAll(closeConnections)

const topic = (title = newText('Le pain au levain')) => content([newText()], { options: { title } })

describe('a topic', () => {
  it('whose title is taken is a duplicate, unless it is ours', async () => {
    const title = newText('Le pain au levain')
    const run = session.run(topic(title))
    const first = await session.publish(run)
    expect(first.kind).toBe('accepted')
    expect(await session.publish(session.run(run.content, run.key))).toMatchObject({ ...first, url: expect.anything() })
    expect(await session.publish(session.run(topic(title)))).toMatchObject({ kind: 'rejected', reason: 'duplicate' })
  })
  it('that waits for a moderator is processing until it is there', async () => {
    forum.moderated = true
    const run = session.run(topic())
    const publish = () =>
      discourseConnector.publish({
        ...session.call(),
        credentials: session.call().credentials as never,
        settings: {},
        ...run,
        saveCheckpoint: async () => {},
        begin: async () => {},
      })
    for (let looks = 0; looks < 2; looks++) {
      const outcome = await publish()
      if (outcome.kind !== 'processing') throw new Error(`expected processing, got ${JSON.stringify(outcome)}`)
      expect(outcome.lookAt).toBeGreaterThan(Date.now() + 60_000)
      run.checkpoint = outcome.checkpoint
    }
    expect(forum.journal.filter(({ act }) => act === 'publish')).toHaveLength(1)
    forum.moderated = false
    const approved = session.run(run.content, run.key)
    await session.publish(approved)
    expect(await publish()).toMatchObject({ kind: 'accepted', externalId: forum.live()[0]?.externalId })
  })
  it('writes pictures as Discourse does, whatever their description holds', async () => {
    const run = session.run(
      content([newText()], { options: { title: newText('Le pain au levain') } }, [image({ alt: 'Un [pain]|2' })]),
    )
    await session.publish(run)
    expect(forum.live()[0]?.media.map(({ alt }) => alt)).toEqual(['Un pain 2'])
  })
  it('warns of what most forums refuse', () => {
    const { limits } = discourseConnector
    const review = discourseConnector.review(content(['Court'], { options: { title: 'Court' } }), limits, {})
    expect(review.problems).toEqual([])
    expect(review.warnings?.map(({ pointer }) => pointer)).toEqual(['/options/title', '/parts/0/text'])
    const answer = discourseConnector.review(content(['Court'], { options: { topicId: 7 } }), limits, {})
    expect(answer).toMatchObject({ problems: [], warnings: [] })
  })
})

describe('an answer', () => {
  it('is counted and deleted for itself, and the topic stays', async () => {
    const run = session.run(content([newText()], { options: { topicId: communityTopic } }))
    const live = await session.publish(run)
    if (live.kind !== 'accepted') throw new Error('It was not accepted.')
    expect(live.externalId).toMatch(/^p\//)
    const counted = await discourseConnector.measure?.(session.call() as never, [live.externalId, 'x/1'])
    expect([...(counted ?? [])]).toEqual([[live.externalId, { likes: 0, comments: 0 }]])
    expect(await session.remove(live)).toEqual({ kind: 'deleted' })
    expect(await session.remove(live)).toEqual({ kind: 'deleted' })
    expect(await discourseConnector.measure?.(session.call() as never, [live.externalId])).toEqual(new Map())
  })
})

describe('the hook', () => {
  it('is made once, with a secret of its own', async () => {
    const made = () =>
      forum.journal.filter(({ method, path }) => method === 'POST' && path.includes('web_hooks')).length
    expect(made()).toBe(1)
    await connect(discourseConnector, forum.access(), forum)
    expect(made()).toBe(1)
    expect(forum.hook?.secret).toBe(hookSecretOf(session.connected.account.externalId))
  })
  it('fits in an address', () => {
    expect(session.connected.account.externalId).toMatch(/^127\.0\.0\.1-[0-9a-f]{20}\.\.boulangerie$/)
  })
})

describe('what comes in', () => {
  const post = {
    id: 12,
    user_id: 42,
    username: 'lea',
    name: '',
    created_at: '2026-11-21T12:00:00.000Z',
    cooked: '<p>Un&nbsp;! <b>deux</b><br>trois &amp; 4</p>\n<p>fin</p>',
    post_type: 1,
    post_number: 3,
    topic_id: 7,
    topic_slug: 'le-pain',
  }
  const told = (change: object, subject = 'forum.example..boulangerie') =>
    discourseWebhook.normalize(Buffer.from(JSON.stringify({ post: { ...post, ...change } })), subject)
  it('has an address and its text, raw or not', () => {
    expect(told({})).toMatchObject([
      {
        accountId: 'forum.example..boulangerie',
        event: {
          kind: 'comment',
          externalId: 'p/12',
          postExternalId: 't/7',
          parentExternalId: 't/7',
          text: 'Un\u00a0! deux\ntrois & 4\n\nfin',
          url: 'https://forum.example/t/le-pain/7/3',
          author: { externalId: '42', handle: '@lea', name: 'lea' },
        },
      },
    ])
    expect(told({ raw: '**brut**' })).toMatchObject([{ event: { text: '**brut**' } }])
    expect(told({}, '127.0.0.1-0123456789abcdef0123..boulangerie')[0]?.event.url).toBeUndefined()
    expect(told({ reply_to_post_number: 2 })[0]?.event.parentExternalId).toBeUndefined()
  })
  it('is not what we wrote, nor what is no post', () => {
    expect(told({ username: 'Boulangerie' })).toEqual([])
    for (const type of [2, 3, 4]) expect(told({ post_type: type })).toEqual([])
    for (const other of [{ ping: 'OK' }, { topic: { id: 1 } }, { user: {} }])
      expect(discourseWebhook.normalize(Buffer.from(JSON.stringify(other)), 's..u')).toEqual([])
  })
  it('names us, or somebody whose name begins like ours', () => {
    const mention = (name: string) => `<p><a class="mention" href="/u/${name}">@${name}</a></p>`
    expect(told({ cooked: mention('boulangerie') })).toMatchObject([{ event: { kind: 'mention' } }])
    expect(told({ cooked: mention('boulangerie2') })).toMatchObject([{ event: { kind: 'comment' } }])
    expect(told({ topic_archetype: 'private_message' })).toMatchObject([{ event: { kind: 'direct_message' } }])
  })
})

describe('a key', () => {
  it('that is over is told from a right that is missing, in any language', async () => {
    forum.fault({ kind: 'refused', reason: 'permission' })
    expect(await session.publish(session.run(topic()))).toMatchObject({ kind: 'rejected', reason: 'permission' })
    forum.fault({ kind: 'refused', reason: 'permission' }, { kind: 'refused', reason: 'permission', on: 'auth' })
    expect(await session.publish(session.run(topic()))).toMatchObject({ kind: 'reauthorize' })
  })
})
