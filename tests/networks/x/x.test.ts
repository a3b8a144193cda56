import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { englishOf } from '../../../shared/i18n/index.ts'
import { AppError } from '../../../shared/kernel/errors.ts'
import { type HttpAnswer, refusalOf } from '../../../shared/networks/http/index.ts'
import type { AnyConnector, Content } from '../../../shared/networks/network.ts'
import { webhookOf } from '../../../shared/networks/registry.ts'
import { platform } from '../../../shared/networks/x/api.ts'
import { x as typed } from '../../../shared/networks/x/index.ts'
import {
  Crash,
  closeConnections,
  connect,
  content,
  image,
  newText,
  Session,
  tools,
  video,
} from '../../conformance/session.ts'
import { XSimulator } from '../../simulators/x.ts'
import { english } from '../../support/english.ts'

const x: AnyConnector = typed
let simulator: XSimulator
beforeEach(async () => {
  simulator = await new XSimulator().start()
})
afterEach(async () => {
  await simulator.stop()
  expect(simulator.violations).toEqual([])
})
afterAll(closeConnections)

const open = () => Session.open(x, simulator, simulator.access())
const review = (what: Content) => x.review(what, x.limits, {})
const codes = (what: Content) => review(what).problems.map(({ code, pointer }) => `${code} ${pointer}`)
const warned = (text: string) =>
  (review(content([text])).warnings ?? []).map(({ code, message }) => `${code}: ${englishOf(message)}`)

// ---- what an answer means -------------------------------------------------------------------------------------------

const now = 1_763_600_000_000
function meaning(status: number, body: Record<string, unknown>, headers: Record<string, string> = {}) {
  const text = JSON.stringify(body)
  const answer: HttpAnswer = {
    status,
    headers,
    bytes: Buffer.from(text),
    url: '',
    text: () => text,
    json: () => body,
  }
  return refusalOf(platform, answer, now, true)
}

it.each([
  [
    402,
    'Your enrolled account does not have any credits to fulfill this request.',
    { kind: 'limited', scope: 'app', reason: 'quota' },
  ],
  [401, 'Unauthorized', { kind: 'reauthorize' }],
  [403, 'You are not allowed to create a Tweet with duplicate content.', { kind: 'rejected', reason: 'duplicate' }],
  [
    403,
    'Reply to this conversation is not allowed because you have not been mentioned.',
    { kind: 'rejected', reason: 'permission' },
  ],
  [403, 'To protect our users from spam we can’t complete this.', { kind: 'rejected', reason: 'policy' }],
  [403, 'You are not permitted to perform this action.', { kind: 'rejected', reason: 'permission' }],
  [400, 'One or more parameters to your request was invalid.', { kind: 'rejected', reason: 'invalid' }],
  [500, 'Internal', { kind: 'unknown' }],
])('reads %d “%s” as what it means, and keeps the words', (status, detail, expected) => {
  const read = meaning(status, { title: 'Title', detail, type: 'about:blank', status })
  expect(read).toMatchObject(expected)
  if (status < 500) expect(read.message).toEqual(english(expect.stringContaining(detail)))
})

it('waits until the reset that X names, and longer where a day is used up', () => {
  const reset = String(now / 1000 + 300)
  expect(meaning(429, {}, { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': reset })).toMatchObject({
    until: now + 300_000,
    scope: 'channel',
    reason: 'rate',
  })
  expect(
    meaning(
      429,
      {},
      {
        'x-rate-limit-reset': reset,
        'x-app-limit-24hour-remaining': '0',
        'x-app-limit-24hour-reset': String(now / 1000 + 7200),
      },
    ),
  ).toMatchObject({ until: now + 7_200_000, scope: 'app', reason: 'quota' })
  expect(meaning(429, {})).toMatchObject({ until: now + 900_000 })
})

// ---- writing --------------------------------------------------------------------------------------------------------

describe('what a person would not expect', () => {
  it('says where a hashtag ends', () => {
    expect(warned('Vive #l’été !').join()).toContain('#l’été is the hashtag #l on X')
    expect(warned('Vive #levain-naturel').join()).toContain('the hashtag #levain on X')
    expect(warned('Depuis #2027')).toHaveLength(1)
    expect(warned('#été #Noël2027 #中文 (#pain) l’#apéro https://x.com/#!/a')).toEqual([])
  })
  it('says what counts twice', () => {
    expect(warned('Prêt\u202f? Oui\u202f!').join()).toContain('U+202F')
    expect(warned('Prêt\u202f? Oui\u202f!').join()).toContain('2 times')
    expect(warned('« oui », l’été !')).toEqual([])
  })
  it('says when a missing space makes a link, which costs', () => {
    expect(warned('Bonjour.La boulangerie').join()).toContain('Bonjour.La')
    expect(warned('Voir boulangerie.fr et www.pain.fr')).toEqual([])
    expect(x.cost?.(content(['Bonjour.La boulangerie']), {})?.microUsd).toBe(200_000)
  })
  it('refuses two cashtags, and characters that X does not take', () => {
    expect(codes(content(['$BREAD et $WINE']))).toEqual(['too_many_cashtags /parts/0/text'])
    expect(codes(content(['$BREAD et encore $bread']))).toEqual([])
    expect(codes(content(['a\ufeffb']))).toEqual(['invalid_characters /parts/0/text'])
  })
})

it('takes a poll as X does', () => {
  const poll = (options: readonly string[], minutes: number, more: object = {}) =>
    codes(content(['Quoi ?'], { options: { poll: { options, minutes, ...more } } }))
  expect(poll(['a', 'b', 'c', 'd'], 10_080)).toEqual([])
  expect(poll(['x'.repeat(25), 'b'], 5)).toEqual([])
  expect(poll(['x'.repeat(26), 'b'], 5)).toEqual(['option_too_long /options/poll/options/0'])
  expect(poll(['a', 'b', 'c', 'd', 'e'], 10_081, { multiple: true })).toEqual([
    'too_many_options /options/poll/options/4',
    'poll_too_long /options/poll/minutes',
    'poll_multiple /options/poll/multiple',
  ])
  expect(codes(content(['Quoi ?'], { options: { poll: { options: ['a', 'b'], minutes: 5 } } }, [image()]))).toEqual([
    'poll_with_media /options/poll',
  ])
})

it('keeps videos and GIFs alone, and takes a GIF larger than a picture', () => {
  const gif = (bytes: number) => image({ mime: 'image/gif', bytes })
  expect(codes(content(['a'], {}, [gif(15_000_000)]))).toEqual([])
  expect(codes(content(['a'], {}, [gif(15_000_001)]))).toEqual(['media_too_large /parts/0/media/0'])
  expect(codes(content(['a'], {}, [video(), image()]))).toEqual(['video_not_alone /parts/0/media'])
  expect(codes(content(['a'], {}, [video({ seconds: 141 })]))).toEqual(['video_too_long /parts/0/media/0'])
})

it('says what it costs: each part, and each description', () => {
  expect(x.cost?.(content(['Bonjour']), {})).toEqual({ microUsd: 15_000, reason: english('1 post') })
  expect(x.cost?.(content(['https://boulangerie.fr']), {})).toEqual({
    microUsd: 200_000,
    reason: english('1 post with a link'),
  })
  expect(x.cost?.(content(['Un', 'Deux boulangerie.fr', 'Trois'], {}, [image(), image({ alt: '' })]), {})).toEqual({
    microUsd: 200_000 + 2 * 15_000 + 5_000,
    reason: english('1 post with a link, 2 posts and 1 description of a picture'),
  })
})

// ---- sending --------------------------------------------------------------------------------------------------------

it('marks what the law asks for, and who may answer', async () => {
  const session = await open()
  const wishes = { paidPartnership: true, aiMade: true, replySettings: 'following' }
  expect((await session.publish(session.run(content([newText(), newText()], { options: wishes })))).kind).toBe(
    'accepted',
  )
  const [first, second] = simulator.live()
  expect(first?.extra).toMatchObject({ paid_partnership: true, made_with_ai: true, reply_settings: 'following' })
  expect(second?.extra).toMatchObject({ paid_partnership: true, made_with_ai: true })
  expect(second?.extra.reply_settings).toBeUndefined()
})

const large = () => {
  const bytes = 9 * 1024 * 1024
  const data = new Uint8Array(bytes)
  return video({ bytes, read: async ({ from, to } = { from: 0, to: bytes }) => data.subarray(from, to) })
}

it('sends a large video in chunks, and goes on where it died', async () => {
  const session = await open()
  const run = session.run(content([newText()], {}, [large()]))
  await expect(session.prepare(run, { index: 1, recorded: true })).rejects.toBeInstanceOf(Crash)
  expect((await session.prepare(run)).kind).toBe('prepared')
  expect((await session.publish(run)).kind).toBe('accepted')
  const appended = simulator.journal.filter(({ path }) => path.endsWith('/append')).length
  expect(appended).toBe(3)
  expect(simulator.live()[0]?.media).toMatchObject([{ mime: 'video/mp4', bytes: 9 * 1024 * 1024 }])
})

it('sends again what X forgot of an upload', async () => {
  const session = await open()
  const run = session.run(content([newText()], {}, [large()]))
  await expect(session.prepare(run, { index: 1, recorded: true })).rejects.toBeInstanceOf(Crash)
  simulator.forgetUploads()
  expect((await session.prepare(run)).kind).toBe('transient')
  expect((await session.prepare(run)).kind).toBe('prepared')
  expect((await session.publish(run)).kind).toBe('accepted')
})

it('says which file X cannot use, and does not try for ever', async () => {
  simulator.processingFails = true
  const session = await open()
  const run = session.run(content([newText()], {}, [video()]))
  const prepared = await session.prepare(run)
  expect(prepared).toMatchObject({ kind: 'rejected', reason: 'invalid', pointer: '/parts/0/media/0' })
  expect(prepared).toMatchObject({ message: english(expect.stringContaining('Unsupported video format')) })
})

it('finds a post again whatever X made of its links and signs', async () => {
  const session = await open()
  const text = `« Pain & vin » <ici> : https://Boulangerie.fr/Été?a=1&b=2, puis www.vin.fr ! ${newText()}`
  const run = session.run(content([text], {}, [image()]))
  simulator.fault({ kind: 'lost', how: 'cut' })
  expect((await session.publish(run)).kind).toBe('unknown')
  expect(await session.find(run)).toMatchObject({ kind: 'found', externalId: simulator.live()[0]?.externalId })
})

it('tells two parts of a thread apart that say the same', async () => {
  const session = await open()
  const run = session.run(content(['Et encore !', 'Et encore !', 'Et encore !']))
  simulator.fault({ kind: 'lost', how: 'cut', skip: 1 })
  expect((await session.publish(run)).kind).toBe('unknown')
  expect(await session.find(run)).toMatchObject({
    kind: 'resume',
    parts: simulator.live().map((post) => post.externalId),
  })
})

it('refreshes with the new token each time: the old one is spent', async () => {
  const session = await open()
  for (let i = 0; i < 3; i++) {
    simulator.expireToken()
    expect((await session.publish(session.run(content([newText()])))).kind).toBe('accepted')
  }
  expect(session.refreshes).toBe(3)
})

// ---- connecting -----------------------------------------------------------------------------------------------------

describe('webhooks', () => {
  it('are registered once, with one subscription an event, however often an account is connected', async () => {
    await connect(x, simulator.access(), simulator)
    await connect(x, simulator.access(), simulator)
    expect(simulator.webhooks).toMatchObject([{ url: 'https://parvis.example/webhooks/x', valid: true }])
    expect(simulator.subscriptions.map((one) => one.event_type).sort()).toEqual([
      'dm.received',
      'post.delete',
      'post.mention.create',
      'post.quote.create',
      'post.reply.create',
    ])
  })
  it('are checked again where X had given up', async () => {
    await connect(x, simulator.access(), simulator)
    for (const webhook of simulator.webhooks) webhook.valid = false
    await connect(x, simulator.access(), simulator)
    expect(simulator.webhooks.map(({ valid }) => valid)).toEqual([true])
  })
  it('are left alone where the deployment has no token for them', async () => {
    const { bearerToken: _, ...app } = simulator.access().app
    await connect(x, { ...simulator.access(), app }, simulator)
    expect(simulator.webhooks).toEqual([])
  })
})

it('says what the deployment lacks', async () => {
  const start = { redirectUri: 'https://parvis.example/oauth/x/callback', state: 's', codeChallenge: 'c', input: {} }
  const error = await x.oauth?.authorize(tools({}), start).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(AppError)
  expect(error).toMatchObject({ code: 'network_not_configured', message: english(expect.stringContaining('clientId')) })
})

// ---- answering, listening, measuring --------------------------------------------------------------------------------

it('says X’s rule where it may not answer', async () => {
  simulator.summoning = false
  const session = await open()
  const { externalId } = await simulator.comment(simulator.seedPost('Pain').externalId, 'Bof')
  const target = { kind: 'comment', externalId, at: Date.now() } as const
  const acted = await x.act?.({ ...session.call(), target, action: { name: 'reply', text: 'Oh' }, key: 'k' })
  expect(acted).toMatchObject({ kind: 'rejected', reason: 'permission' })
  expect(acted).toMatchObject({ message: english(expect.stringContaining('mentioned this account')) })
})

it('refuses an answer that is too long before it is sent', async () => {
  const session = await open()
  const target = { kind: 'mention', externalId: '1', at: 0 } as const
  const before = simulator.journal.length
  const acted = await x.act?.({
    ...session.call(),
    target,
    action: { name: 'reply', text: 'の'.repeat(141) },
    key: 'k',
  })
  expect(acted).toMatchObject({ kind: 'rejected', message: english(expect.stringContaining('282')) })
  expect(simulator.journal.length).toBe(before)
})

it('polls mentions where messages were not opened to it', async () => {
  simulator.messagesAllowed = false
  const session = await open()
  const first = await x.poll?.(session.call(), undefined)
  await simulator.mention('Bonjour')
  const second = await x.poll?.(session.call(), first?.cursor)
  expect(second?.events).toMatchObject([{ kind: 'mention', text: 'Bonjour' }])
})

it('brings nothing of what was there before it was asked first', async () => {
  await simulator.mention('Avant')
  await simulator.directMessage('Avant')
  const session = await open()
  const first = await x.poll?.(session.call(), undefined)
  expect(first?.events).toEqual([])
  expect((await x.poll?.(session.call(), first?.cursor))?.events).toEqual([])
})

it('counts by either name, and what is public where the rest is refused', async () => {
  const session = await open()
  const { externalId } = simulator.seedPost('Pain')
  simulator.setCounters(externalId, { shares: 7, clicks: 3 })
  const shares = async () => (await x.measure?.(session.call(), [externalId]))?.get(externalId)
  expect(await shares()).toMatchObject({ shares: 7, clicks: 3 })
  simulator.generation = 'post'
  expect(await shares()).toMatchObject({ shares: 7 })
  simulator.privateMetrics = 'refused'
  const told = await shares()
  expect(told).toMatchObject({ shares: 7 })
  expect(told).not.toHaveProperty('clicks')
})

it('tells nothing private of a post that is older than thirty days', async () => {
  const session = await open()
  const { externalId } = simulator.seedPost('Pain', { at: Date.now() - 31 * 24 * 3600 * 1000 })
  const told = (await x.measure?.(session.call(), [externalId]))?.get(externalId)
  expect(told).toHaveProperty('likes')
  expect(told).not.toHaveProperty('clicks')
})

describe.each(['tweet', 'post'] as const)('in the generation of names that says “%s”', (generation) => {
  /** 534 characters, with what X escapes. */
  const long = `Levain & seigle. ${'Une miche dorée, '.repeat(30)}fin <3`
  const first = async (session: Session) => (await x.poll?.(session.call(), undefined))?.cursor

  it('reads a long post whole, polled and delivered', async () => {
    simulator.generation = generation
    const session = await open()
    const cursor = await first(session)
    const own = simulator.seedPost('Pain')
    const { delivery } = await simulator.mention(long)
    await simulator.comment(own.externalId, long)
    const polled = await x.poll?.(session.call(), cursor)
    expect(polled?.events.map(({ kind, text }) => [kind, text])).toEqual([
      ['comment', long],
      ['mention', long],
    ])
    const receiver = await webhookOf('x')
    expect(receiver?.normalize(delivery?.body ?? new Uint8Array())[0]?.event.text).toBe(long)
  })

  it('reads who wrote, what is answered, and messages', async () => {
    simulator.generation = generation
    const session = await open()
    const cursor = await first(session)
    const own = simulator.seedPost('Pain')
    await simulator.comment(own.externalId, 'Bravo')
    await simulator.directMessage('Pain & lait < 3 €, &amp; ?')
    const polled = await x.poll?.(session.call(), cursor)
    expect(polled?.events).toMatchObject([
      { kind: 'comment', parentExternalId: own.externalId, postExternalId: own.externalId, text: 'Bravo' },
      { kind: 'direct_message', text: 'Pain & lait < 3 €, &amp; ?' },
    ])
    for (const { author } of polled?.events ?? []) expect(author?.name).toBe('Léa Martin')
  })

  it('finds a post whose answer was lost', async () => {
    simulator.generation = generation
    const session = await open()
    const run = session.run(content([newText('Un'), newText('Deux')]))
    simulator.fault({ kind: 'lost', how: 'cut', skip: 1 })
    expect((await session.publish(run)).kind).toBe('unknown')
    expect((await session.find(run)).kind).toBe('found')
  })
})
