import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../shared/kernel/clock.ts'
import type { Action, ChannelCall, InboundEvent } from '../../../shared/networks/network.ts'
import { youtube } from '../../../shared/networks/youtube/index.ts'
import { youtubeWebhook } from '../../../shared/networks/youtube/webhook.ts'
import { closeConnections, Session } from '../../conformance/session.ts'
import { known } from '../../conformance/stage.ts'
import { channelId, YoutubeSimulator } from '../../simulators/youtube.ts'
import { english } from '../../support/english.ts'

let simulator: YoutubeSimulator
let session: Session
beforeEach(async () => {
  simulator = await new YoutubeSimulator().start()
  session = await Session.open(youtube, simulator, simulator.access())
})
afterEach(async () => {
  await simulator.stop()
  expect(simulator.violations).toEqual([])
})
afterAll(closeConnections)

const call = (later = 0): ChannelCall<never, never> =>
  ({ ...session.call(), clock: { ...systemClock, now: () => Date.now() + later } }) as ChannelCall<never, never>
const poll = (cursor: string | undefined, later = 0) => known(youtube.poll)(call(later), cursor)
const start = async () => (await poll(undefined)).cursor
const units = () => simulator.journal.filter(({ path }) => path.startsWith('/youtube/v3/comment')).length

describe('comments on YouTube', () => {
  it('cost one unit a look, and another every ten minutes for those that are held', async () => {
    const cursor = await start()
    let before = units()
    const again = (await poll(cursor)).cursor
    expect(units() - before).toBe(1)
    before = units()
    await poll(again, 11 * 60_000)
    expect(units() - before).toBe(2)
  })
  it('that YouTube holds back come in as held', async () => {
    const cursor = await start()
    const { externalId } = await simulator.comment(simulator.seedPost('x').externalId, 'Achetez ici')
    simulator.hold(externalId)
    expect((await poll(cursor, 11 * 60_000)).events).toMatchObject([{ externalId, held: true, action: 'created' }])
  })
  it('bring the answers of others, under their thread, and ours as outgoing', async () => {
    const post = simulator.seedPost('x').externalId
    const { externalId: top } = await simulator.comment(post, 'Quelle farine ?')
    let { cursor, events } = await poll(await start())
    expect(events).toEqual([])
    const answer = simulator.answer(top, 'De la T65, je crois')
    ;({ cursor, events } = await poll(cursor))
    expect(events).toMatchObject([
      { externalId: answer, parentExternalId: top, postExternalId: post, context: { threadId: top } },
    ])
    const reply: Action = { name: 'reply', text: 'Oui !' }
    const target = { ...known(events[0]), kind: 'comment' as const }
    const acted = await known(youtube.act)({ ...call(), target, action: reply, key: 'x' })
    expect(acted.kind).toBe('done')
    // To an answer one answers in its thread: YouTube has one level.
    expect(simulator.answersTo(top)).toEqual(['Oui !'])
    ;({ cursor, events } = await poll(cursor))
    expect(events).toMatchObject([{ direction: 'outgoing', text: 'Oui !', parentExternalId: top }])
    // what the channel writes below its own comment answers nobody
    const { externalId: first } = await simulator.comment(post, 'Merci à tous', {
      externalId: call().account.externalId,
      handle: '@fournil',
      name: 'Fournil',
    })
    await simulator.answerInApp(first, 'Et à demain')
    expect((await poll(cursor)).events).toEqual([])
  })
  it('bring the answers that do not come with their thread, once', async () => {
    simulator.repliesShown = 1
    const { externalId: top } = await simulator.comment(simulator.seedPost('x').externalId, 'Quelle farine ?')
    const cursor = await start()
    const answers = [1, 2, 3].map((i) => simulator.answer(top, `Réponse ${i}`))
    const first = await poll(cursor)
    expect(first.events.map(({ externalId }) => externalId)).toEqual(answers)
    const before = units()
    expect((await poll(first.cursor)).events).toEqual([])
    expect(units() - before).toBe(1)
  })
  it('bring 1,050 answers of one thread, page by page', async () => {
    simulator.pageSize = 100
    const { externalId: top } = await simulator.comment(simulator.seedPost('x').externalId, 'Quelle farine ?')
    const cursor = await start()
    const answers = Array.from({ length: 1_050 }, (_, i) => simulator.answer(top, `Réponse ${i}`))
    const { events } = await poll(cursor)
    expect(new Set(events.map(({ externalId }) => externalId))).toEqual(new Set(answers))
  })
  it('come in behind an empty page that others follow, and so do their answers', async () => {
    simulator.repliesShown = 0
    const { externalId: top } = await simulator.comment(simulator.seedPost('x').externalId, 'Quelle farine ?')
    const cursor = await start()
    simulator.beginsEmpty = true
    const answer = simulator.answer(top, 'T65')
    const { externalId } = await simulator.comment(simulator.seedPost('y').externalId, 'Et le sel ?')
    const { events } = await poll(cursor)
    expect(new Set(events.map((event) => event.externalId))).toEqual(new Set([answer, externalId]))
  })
  it('that are edited come again, as edited, once', async () => {
    const { externalId } = await simulator.comment(simulator.seedPost('x').externalId, 'Bonjuor')
    const cursor = await start()
    simulator.edit(externalId, 'Bonjour', Math.ceil(Date.now() / 1000) * 1000 + 5000)
    const first = await poll(cursor)
    expect(first.events).toMatchObject([{ externalId, action: 'edited', text: 'Bonjour' }])
    expect((await poll(first.cursor)).events).toEqual([])
  })
  it('come as they were written', async () => {
    const cursor = await start()
    const text = "L'été & « l’hiver »\n<b>خبز</b> 👩‍🍳"
    await simulator.comment(simulator.seedPost('x').externalId, text)
    expect((await poll(cursor)).events).toMatchObject([{ text }])
  })
  it('wait until midnight when the quota is used up', async () => {
    simulator.fault({ kind: 'limited', wait: 'none', seconds: 0, on: 'read' })
    await expect(poll(undefined)).rejects.toMatchObject({ kind: 'rate_limited', code: 'network_limited' })
  })
})

describe('moderation on YouTube', () => {
  it('rejects what it may not delete', async () => {
    simulator.deletesOthers = false
    const { externalId } = await simulator.comment(simulator.seedPost('x').externalId, 'Achetez ici')
    const target = { kind: 'comment' as const, externalId, at: Date.now() }
    const acted = await known(youtube.act)({ ...call(), target, action: { name: 'delete' }, key: 'x' })
    expect(acted).toEqual({ kind: 'done' })
    expect(simulator.standing(externalId)).toBe('rejected')
  })
  it('says when the comment is gone, and what is too long', async () => {
    const target = { kind: 'comment' as const, externalId: 'Ugxnothing', at: Date.now() }
    for (const action of [{ name: 'reply', text: 'Oui' }, { name: 'hold' }] as const)
      expect(await known(youtube.act)({ ...call(), target, action, key: 'x' })).toMatchObject({
        kind: 'rejected',
        message: english(expect.stringContaining('no longer')),
      })
    const long = { name: 'reply', text: 'x'.repeat(10_001) } as const
    expect(await known(youtube.act)({ ...call(), target, action: long, key: 'x' })).toMatchObject({ pointer: '/text' })
  })
})

describe('the hub', () => {
  it('is asked when a channel is connected, with the channel’s own address and secret', async () => {
    const { url, secret } = await session.tools().hook(channelId)
    expect(simulator.subscriptions).toMatchObject([{ 'hub.callback': url, 'hub.secret': secret }])
  })
  it('is asked again before its lease ends, and an hour later where it did not answer', async () => {
    const day = 24 * 3600_000
    const cursor = await start()
    const asked = () => simulator.subscriptions.length
    const before = asked()
    const same = (await poll(cursor, 3 * day)).cursor
    expect(asked()).toBe(before)
    const renewed = (await poll(same, 5 * day)).cursor
    expect(asked()).toBe(before + 1)
    simulator.fault({ kind: 'server_error', status: 503, on: 'auth' })
    const failed = (await poll(renewed, 10 * day)).cursor
    expect(asked()).toBe(before + 1)
    await poll(failed, 10 * day + 2 * 3600_000)
    expect(asked()).toBe(before + 2)
  })
  it('does not keep a channel from being connected', async () => {
    simulator.fault({ kind: 'server_error', status: 503, on: 'auth', skip: 2 })
    await expect(Session.open(youtube, simulator, simulator.access())).resolves.toBeDefined()
    expect(simulator.pendingFaults()).toEqual([])
  })
  const events = (delivery: { readonly body: Uint8Array } | undefined, subject = channelId) =>
    youtubeWebhook.normalize(known(delivery).body, subject).map(({ event }): InboundEvent => event)
  it('tells of a video, of its changes, and of its end', async () => {
    const now = Date.now()
    const fresh = await simulator.told('abcdefghijk', now, now + 9_000, 'Pain & <beurre> “salé”')
    expect(events(fresh.delivery)).toMatchObject([
      {
        kind: 'post_state',
        action: 'created',
        state: 'live',
        externalId: 'abcdefghijk',
        text: 'Pain & <beurre> “salé”',
      },
    ])
    const later = await simulator.told('abcdefghijk', now - 3600_000, now, 'Pain')
    expect(events(later.delivery)).toMatchObject([{ action: 'edited', state: 'live', at: now }])
    const gone = await simulator.toldGone('abcdefghijk')
    expect(events(gone.delivery)).toMatchObject([{ action: 'deleted', state: 'gone', externalId: 'abcdefghijk' }])
  })
  it('speaks for its own channel alone', async () => {
    const { delivery } = await simulator.mention('x')
    expect(events(delivery, 'UCanotherchannel')).toEqual([])
  })
  it('is agreed with on what we asked for, never on an end, and never for another channel', async () => {
    const shake = simulator.handshake()
    const { query } = shake.delivery
    const answer = async (change: Readonly<Record<string, string>>, subject = channelId) => {
      const delivery = { ...shake.delivery, subject, query: { ...query, ...change } }
      return (await youtubeWebhook.handshake?.('GET', delivery, shake.app))?.status
    }
    expect(await answer({})).toBe(200)
    expect(await answer({ 'hub.mode': 'unsubscribe' })).toBe(403)
    expect(await answer({ 'hub.topic': 'https://www.youtube.com/feeds/videos.xml?channel_id=UCx' })).toBe(403)
    expect(await answer({}, 'UCx')).toBe(403)
  })
  it('may send odd things', () => {
    const feed = (inside: string) =>
      Buffer.from(`<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">${inside}</feed>`)
    const entry = (title: string) =>
      `<entry><yt:videoId>v</yt:videoId><yt:channelId>${channelId}</yt:channelId>${title}<published>2026-11-20T10:00:00+00:00</published></entry>`
    const texts = (inside: string) => youtubeWebhook.normalize(feed(inside), channelId).map(({ event }) => event.text)
    expect(texts('')).toEqual([])
    expect(texts('<entry><title>x</title></entry>')).toEqual([])
    expect(texts(entry('<title><![CDATA[a & b <c>]]></title>'))).toEqual(['a & b <c>'])
    expect(texts(entry('<title>&#x1F950; &#233; &amp;lt; &nope; &#xFFFFFFF;</title>'))).toEqual([
      '🥐 é &lt; &nope; &#xFFFFFFF;',
    ])
    expect(texts(entry('') + entry('<title>b</title>'))).toEqual([undefined, 'b'])
  })
})

describe('figures of YouTube', () => {
  it('are those of the Data API alone where Analytics is not to be had', async () => {
    simulator.analytics = false
    const { externalId } = simulator.seedPost('x')
    simulator.setCounters(externalId, { views: 10, likes: 2, comments: 1, shares: 4, watchSeconds: 60 })
    const measured = await known(youtube.measure)(call(), [externalId])
    expect(measured.get(externalId)).toEqual({ views: 10, likes: 2, comments: 1 })
    simulator.followers = 1230
    simulator.channelFigures = { posts: 7, views: 99 }
    expect(await known(youtube.measureChannel)(call())).toEqual({ followers: 1230, posts: 7 })
  })
  it('are asked for fifty videos at a time', async () => {
    const ids = Array.from({ length: 51 }, (_, i) => simulator.seedPost(`Vidéo ${i}`).externalId)
    const before = simulator.journal.length
    expect((await known(youtube.measure)(call(), ids)).size).toBe(51)
    expect(simulator.journal.slice(before).map(({ path }) => path)).toEqual([
      '/youtube/v3/videos',
      '/v2/reports',
      '/youtube/v3/videos',
      '/v2/reports',
    ])
  })
})
