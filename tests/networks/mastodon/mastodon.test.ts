import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { newId, systemRandom } from '../../../shared/kernel/ids.ts'
import { mastodon } from '../../../shared/networks/mastodon/index.ts'
import type { InboundEvent } from '../../../shared/networks/network.ts'
import { closeConnections, connect, content, image, newText, Session } from '../../conformance/session.ts'
import { MastodonSimulator } from '../../simulators/mastodon.ts'

let simulator: MastodonSimulator
beforeEach(async () => {
  simulator = await new MastodonSimulator().start()
})
afterEach(() => simulator.stop())
afterAll(closeConnections)

const open = () => Session.open(mastodon, simulator, simulator.access())

it('takes the limits of the instance, not the usual ones', async () => {
  simulator.charactersLimit = 5000
  const { limits } = await connect(mastodon, simulator.access())
  expect(limits?.text).toEqual({ max: 5000, unit: 'characters' })
  expect(limits?.media.image?.mimes).toEqual(['image/jpeg', 'image/png', 'image/gif', 'image/webp'])
})

it('takes an address as people write it', async () => {
  const { app, credentials } = simulator.access()
  for (const instance of [simulator.url, `${simulator.url}/`, ` ${simulator.url}/@boulangerie `]) {
    const connected = await connect(mastodon, { app, settings: {}, credentials: { ...credentials, instance } })
    expect(connected.credentials).toMatchObject({ instance: simulator.url })
  }
  await expect(
    connect(mastodon, { app, settings: {}, credentials: { ...credentials, instance: 'pas une adresse' } }),
  ).rejects.toMatchObject({
    code: 'invalid_host',
  })
})

it('publishes with the visibility of the channel, or of the post, and in the language of the post', async () => {
  const access = { ...simulator.access(), settings: { visibility: 'unlisted' } }
  const session = await Session.open(mastodon, simulator, access)
  await session.publish(session.run(content([newText()], { language: 'fr-CA' })))
  await session.publish(
    session.run(
      content([newText()], { language: 'zh-TW', options: { visibility: 'direct', contentWarning: 'Attention' } }),
    ),
  )
  expect(simulator.live().map((post) => post.extra)).toMatchObject([
    { visibility: 'unlisted', language: 'fr', spoiler_text: '' },
    { visibility: 'direct', language: 'zh-TW', spoiler_text: 'Attention' },
  ])
})

it('brings the pictures and videos of what somebody wrote', async () => {
  const session = await open()
  const poll = (cursor?: string) => mastodon.poll!(session.call() as never, cursor)
  const { cursor } = await poll()
  await simulator.wordless()
  const { events } = await poll(cursor)
  expect(events.map(({ attachments }) => attachments?.map(({ kind }) => kind))).toEqual([
    ['image'],
    ['video'],
    ['file'],
  ])
})

it('refuses options it does not know, with the place', () => {
  const settings = mastodon.settings.parse({})
  const { problems } = mastodon.review(
    content(['Bonjour'], { options: { visibility: 'tout le monde' } }),
    mastodon.limits,
    settings,
  )
  expect(problems).toMatchObject([{ pointer: '/options/visibility' }])
})

it('refuses a video beside a picture', () => {
  const settings = mastodon.settings.parse({})
  const media = [image({ kind: 'video', mime: 'video/mp4' }), image()]
  const { problems } = mastodon.review(content(['Bonjour'], {}, media), mastodon.limits, settings)
  expect(problems).toMatchObject([{ code: 'video_not_alone' }])
})

it('sends the same picture twice as two attachments', async () => {
  const session = await open()
  const twice = image()
  expect(await session.publish(session.run(content([newText()], {}, [twice, twice])))).toMatchObject({
    kind: 'accepted',
  })
  expect(simulator.live()[0]?.media.length).toBe(2)
})

it('says that a file is still being processed, and goes on when it is ready', async () => {
  simulator.processingLooks = 12 // longer than a call waits
  const session = await open()
  const run = session.run(content([newText()], {}, [image()]))
  let now = Date.now()
  const sleep = async (ms: number) => {
    now += ms
  }
  const call = {
    ...session.call(),
    clock: { now: () => now, sleep },
    content: run.content,
    key: run.key,
    dueAt: now,
    saveCheckpoint: async () => {},
    begin: async () => {},
  }
  const first = await mastodon.publish({ ...call, checkpoint: undefined } as never)
  expect(first).toMatchObject({ kind: 'processing' })
  if (first.kind !== 'processing') return
  expect(first.lookAt).toBeGreaterThan(now)
  const uploads = () => simulator.journal.filter((entry) => entry.path === '/api/v2/media').length
  expect(await mastodon.publish({ ...call, checkpoint: first.checkpoint } as never)).toMatchObject({ kind: 'accepted' })
  expect(uploads()).toBe(1)
})

it('goes on with a thread of which the lost part is there, long after the key is forgotten', async () => {
  const session = await open()
  const run = session.run(content([newText(), newText(), newText()]))
  simulator.fault({ kind: 'lost', how: 'cut', skip: 1 })
  expect(await session.publish(run)).toMatchObject({ kind: 'unknown' })
  const found = await session.find(run)
  expect(found).toMatchObject({ kind: 'resume' })
  if (found.kind !== 'resume') return
  simulator.forgetKeys()
  run.checkpoint = found.checkpoint
  expect(await session.publish(run)).toMatchObject({
    kind: 'accepted',
    parts: simulator.live().map((post) => post.externalId),
  })
  expect(simulator.live().map((post) => post.text)).toEqual(run.content.parts.map((part) => part.text))
})

it('finds a post by what it says, though the instance shows it differently', async () => {
  const session = await open()
  const text =
    'Merci @lea@piaille.example !\n\nÀ lire : https://a.example/une/longue/adresse/qui-se-raccourcit?x=1&y=2 "voilà"'
  const run = session.run(content([text]))
  simulator.fault({ kind: 'lost', how: 'cut' })
  await session.publish(run)
  expect(await session.find(run)).toMatchObject({ kind: 'found', externalId: simulator.live()[0]?.externalId })
})

it('counts on the clock of the instance when it looks for what came after', async () => {
  const ahead = await new MastodonSimulator(() => Date.now() + 3_600_000).start()
  try {
    const session = await Session.open(mastodon, ahead, ahead.access())
    const text = newText()
    ahead.seedPost(text, { at: Date.now() + 3_600_000 - 600_000 }) // ten minutes ago, there
    const run = session.run(content([text]))
    ahead.fault({ kind: 'dropped' })
    await session.publish(run)
    expect(await session.find(run)).toEqual({ kind: 'absent' })
  } finally {
    await ahead.stop()
  }
})

const newKey = () => newId('publication', Date.now(), systemRandom)
const reply = (session: Session, target: InboundEvent, text: string, key = newKey()) =>
  mastodon.act?.({ ...session.call(), target, action: { name: 'reply', text }, key } as never)

it('answers as publicly as it was asked, behind the same warning, and names who asked once', async () => {
  const session = await open()
  simulator.mentionWith(newText(), { visibility: 'unlisted', spoiler_text: 'Gluten' })
  const event = (await mastodon.poll?.(session.call() as never, undefined))?.events[0] as InboundEvent
  for (const text of ['Merci @Lea@piaille.example.', 'Merci Léa', 'Merci @lea'])
    expect(await reply(session, event, text)).toMatchObject({ kind: 'done' })
  expect(simulator.live().map(({ text, extra }) => [text, extra['visibility'], extra['spoiler_text']])).toEqual([
    ['Merci @Lea@piaille.example.', 'unlisted', 'Gluten'],
    ['@lea@piaille.example Merci Léa', 'unlisted', 'Gluten'],
    ['@lea@piaille.example Merci @lea', 'unlisted', 'Gluten'],
  ])
  expect(await reply(session, event, 'x'.repeat(500 - 'Gluten'.length - '@lea '.length))).toMatchObject({
    kind: 'done',
  })
  expect(await reply(session, event, 'x'.repeat(501 - 'Gluten'.length - '@lea '.length))).toMatchObject({
    kind: 'rejected',
    pointer: '/text',
  })
  expect(simulator.violations).toEqual([])
})

it('does not answer twice when the answer to it was lost', async () => {
  const session = await open()
  await simulator.mention(newText())
  const event = (await mastodon.poll?.(session.call() as never, undefined))?.events[0] as InboundEvent
  const key = newKey()
  simulator.fault({ kind: 'lost', how: 'cut', on: 'act' })
  expect(await reply(session, event, 'Merci', key)).toMatchObject({ kind: 'unknown' })
  expect(await reply(session, event, 'Merci', key)).toMatchObject({ kind: 'done' })
  expect(simulator.answersTo(event.externalId)).toEqual(['Merci'])
})

it('measures instances that have no batches', async () => {
  simulator.knowsBatches = false
  const session = await open()
  await session.publish(session.run(content([newText()])))
  const id = simulator.live()[0]?.externalId ?? ''
  simulator.setCounters(id, { likes: 4, comments: 3, shares: 2, quotes: 1 })
  const measured = await mastodon.measure?.(session.call() as never, [id, '1'])
  expect([...(measured ?? [])]).toEqual([[id, { likes: 4, comments: 3, shares: 2, quotes: 1 }]])
})

const problems = (change: Parameters<typeof content>[1], settings: unknown, media = [] as ReturnType<typeof image>[]) =>
  mastodon.review(content(['Votre pain ?'], change, media), mastodon.limits, mastodon.settings.parse(settings)).problems

it('asks what a poll may hold on the instance, and says what it would refuse', async () => {
  simulator.pollLimits = { max_options: 3, max_characters_per_option: 10, min_expiration: 600, max_expiration: 7200 }
  const { settings } = await connect(mastodon, simulator.access())
  const poll = (options: readonly string[], minutes = 60) => ({ options: { poll: { options, minutes } } })
  expect(problems(poll(['Au levain', '👨‍👩‍👧 noix'], 120), settings)).toEqual([])
  expect(problems(poll(['a', 'b', 'c', 'd']), settings)).toMatchObject([{ pointer: '/options/poll/options' }])
  expect(problems(poll(['a', 'x'.repeat(11)]), settings)).toMatchObject([{ pointer: '/options/poll/options/1' }])
  expect(problems(poll(['a', 'a']), settings)).toMatchObject([{ code: 'answer_twice' }])
  for (const minutes of [9, 121])
    expect(problems(poll(['a', 'b'], minutes), settings)).toMatchObject([{ pointer: '/options/poll/minutes' }])
  expect(problems(poll(['a', 'b']), settings, [image()])).toMatchObject([{ pointer: '/parts/0/media' }])
})

it('puts the poll under the first part, and the warning on all', async () => {
  const session = await open()
  const options = { poll: { options: ['Oui', 'Non'], minutes: 60 }, contentWarning: 'Gluten' }
  await session.publish(session.run(content([newText(), newText()], { options })))
  expect(simulator.live().map(({ extra }) => [extra['poll'], extra['spoiler_text']])).toEqual([
    [{ options: ['Oui', 'Non'], expires_in: 3600, multiple: false }, 'Gluten'],
    [undefined, 'Gluten'],
  ])
})

const drain = async (session: Session, from: string | undefined) => {
  const events: InboundEvent[] = []
  let cursor = from
  for (let round = 0; round < 30; round++) {
    const polled = await mastodon.poll?.(session.call() as never, cursor)
    events.push(...(polled?.events ?? []))
    cursor = polled?.cursor
    if (polled?.more !== true) return { texts: events.map((event) => event.externalId), cursor }
  }
  throw new Error('there is always more')
}

it('brings what became visible below what was read already, and nothing twice', async () => {
  const session = await open()
  const first = await drain(session, undefined)
  const one = await simulator.mention(newText())
  const read = await drain(session, first.cursor)
  expect(read.texts).toEqual([one.externalId])
  const late = simulator.mentionBelow(newText())
  const again = await drain(session, read.cursor)
  expect(again.texts).toEqual([late.externalId])
  expect((await drain(session, again.cursor)).texts).toEqual([])
})

it('goes on from a cursor of before, and asks once when nothing is new', async () => {
  const session = await open()
  const past = simulator.mentionBelow(newText(), 3_600_000)
  const { texts, cursor } = await drain(session, '0')
  expect(texts).toEqual([past.externalId])
  const before = simulator.journal.length
  expect((await drain(session, cursor)).texts).toEqual([])
  expect(simulator.journal.length - before).toBe(1)
})
