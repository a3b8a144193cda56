import { createServer, type Server } from 'node:http'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/kernel/errors.ts'
import { type HttpAnswer, refusalOf } from '../../../shared/networks/http/index.ts'
import { platform } from '../../../shared/networks/linkedin/api.ts'
import { linkedin as typed } from '../../../shared/networks/linkedin/index.ts'
import type { AnyConnector, Content, Target } from '../../../shared/networks/network.ts'
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
import { LinkedinSimulator } from '../../simulators/linkedin.ts'
import { english } from '../../support/english.ts'

const linkedin: AnyConnector = typed
let simulator: LinkedinSimulator
beforeEach(async () => {
  simulator = await new LinkedinSimulator().start()
})
afterEach(async () => {
  await simulator.stop()
  expect(simulator.violations).toEqual([])
})
afterAll(closeConnections)

const open = () => Session.open(linkedin, simulator, simulator.access())
const codes = (what: Content) =>
  linkedin.review(what, linkedin.limits, {}).problems.map(({ code, pointer }) => `${code} ${pointer}`)

// ---- what an answer means -------------------------------------------------------------------------------------------

const now = Date.parse('2026-11-20T21:30:00Z')
function meaning(status: number, body: Record<string, unknown>, headers: Record<string, string> = {}) {
  const text = JSON.stringify(body)
  const answer: HttpAnswer = { status, headers, bytes: Buffer.from(text), url: '', text: () => text, json: () => body }
  return refusalOf(platform, answer, now, true)
}
const inputError = (fieldPath: string) => ({
  message: 'No',
  errorDetails: { inputErrors: [{ code: 'X', input: { inputPath: { fieldPath } } }] },
})

it.each([
  [401, { message: 'The token used in the request has expired' }, { kind: 'reauthorize' }],
  [403, { message: 'Not enough permissions' }, { kind: 'rejected', reason: 'permission' }],
  [426, { message: 'Requested version 202609 is not active' }, { kind: 'transient' }],
  [400, inputError('commentary'), { kind: 'rejected', reason: 'invalid', pointer: '/parts/0/text' }],
  [422, inputError('content/poll/options'), { kind: 'rejected', reason: 'invalid', pointer: '/options/poll' }],
  [400, inputError('content/article/source'), { kind: 'rejected', reason: 'invalid', pointer: '/options/link' }],
  [400, inputError('content/media/id'), { kind: 'rejected', reason: 'invalid', pointer: '/parts/0/media' }],
  [400, { message: 'Syntax exception in path variables' }, { kind: 'rejected', reason: 'invalid' }],
  [500, { message: 'Internal' }, { kind: 'unknown' }],
])('reads %d %j as what it means', (status, body, expected) => {
  expect(meaning(status, body)).toMatchObject(expected)
})

it('waits until midnight UTC where a day is used up, and a few minutes where it is not', () => {
  const day = 'Resource level throttle APPLICATION DAY limit for calls to this resource is reached.'
  expect(meaning(429, { message: day })).toMatchObject({
    until: Date.parse('2026-11-21T00:00:00Z'),
    scope: 'app',
    reason: 'quota',
  })
  const minute = 'Resource level throttle MEMBER MINUTE limit for calls to this resource is reached.'
  expect(meaning(429, { message: minute })).toMatchObject({ until: now + 300_000, scope: 'channel', reason: 'rate' })
})

it('names the post that a duplicate is of', () => {
  const body = {
    message:
      'com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of urn:li:share:7141138937766391808',
    errorDetails: { inputErrors: [{ description: 'Duplicate post is detected', input: {}, code: 'DUPLICATE_POST' }] },
  }
  expect(meaning(422, body)).toMatchObject({
    kind: 'rejected',
    reason: 'duplicate',
    of: 'urn:li:share:7141138937766391808',
  })
})

// ---- duplicates as a sign -------------------------------------------------------------------------------------------

describe('a post that LinkedIn calls a duplicate', () => {
  const lost = async () => {
    const session = await open()
    const run = session.run(content([newText()]))
    simulator.fault({ kind: 'lost', how: 'cut' })
    expect((await session.publish(run)).kind).toBe('unknown')
    return { session, run }
  }
  it('is ours where an earlier attempt made it', async () => {
    const { session, run } = await lost()
    expect(await session.publish(run)).toMatchObject({ kind: 'accepted', externalId: simulator.live()[0]?.externalId })
    expect(simulator.live()).toHaveLength(1)
  })
  it('is refused where no attempt was made before', async () => {
    const { session, run } = await lost()
    const other = session.run(run.content)
    expect(await session.publish(other)).toMatchObject({
      kind: 'rejected',
      reason: 'duplicate',
      of: simulator.live()[0]?.externalId,
    })
  })
  it('is refused where the post it names is not there', async () => {
    const { session, run } = await lost()
    simulator.ghosts = true
    expect(await session.publish(run)).toMatchObject({ kind: 'rejected', reason: 'duplicate' })
  })
  it('is refused where it is older than the first attempt', async () => {
    const session = await open()
    const text = newText()
    expect((await session.publish(session.run(content([text])))).kind).toBe('accepted')
    const [older] = simulator.live()
    if (older !== undefined) Object.assign(older, { at: older.at - 60_000 })
    const run = session.run(content([text]))
    simulator.fault({ kind: 'dropped' })
    expect((await session.publish(run)).kind).toBe('unknown')
    expect(await session.publish(run)).toMatchObject({ kind: 'rejected', reason: 'duplicate' })
  })
})

// ---- cards ----------------------------------------------------------------------------------------------------------

describe('the card of a link', () => {
  const pixel = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )
  let site: Server
  let address = ''
  beforeEach(async () => {
    site = createServer((request, response) => {
      if (request.url === '/pain.png') {
        response.writeHead(200, { 'content-type': 'image/png' }).end(pixel)
        return
      }
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(`
        <title>Le pain</title><meta property="og:title" content="Le pain de l’été">
        <meta property="og:description" content="Au levain"><meta property="og:image" content="/pain.png">`)
    })
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
    const bound = site.address()
    address = `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : ''}/pain`
  })
  afterEach(async () => {
    site.closeAllConnections()
    await new Promise((resolve) => site.close(resolve))
  })
  const article = () => simulator.live().at(-1)?.extra.content as { article: Record<string, string> } | undefined

  it('is read by us, its picture uploaded', async () => {
    const session = await open()
    const run = session.run(content([newText()], { options: { link: address } }))
    expect((await session.publish(run)).kind).toBe('accepted')
    expect(article()?.article).toEqual({
      source: address,
      title: 'Le pain de l’été',
      description: 'Au levain',
      thumbnail: expect.stringMatching(/^urn:li:image:/),
    })
  })
  it('says what the post wishes instead, with its own picture', async () => {
    const session = await open()
    const options = { link: address, title: 'Notre pain', description: 'Tous les jours' }
    const run = session.run(content([newText()], { options, cover: image() }))
    expect((await session.publish(run)).kind).toBe('accepted')
    expect(article()?.article).toMatchObject({ title: 'Notre pain', description: 'Tous les jours' })
    expect(article()?.article.thumbnail).toMatch(/^urn:li:image:/)
  })
  it('is left out where the post wants none, and where there are pictures', async () => {
    const session = await open()
    for (const what of [
      content([`${newText()} ${address}`], { options: { link: false } }),
      content([`${newText()} ${address}`], {}, [image()]),
    ]) {
      expect((await session.publish(session.run(what))).kind).toBe('accepted')
      expect(article()?.article).toBeUndefined()
    }
  })
  it('goes without its picture where LinkedIn cannot use that', async () => {
    simulator.processingFails = true
    const session = await open()
    expect((await session.publish(session.run(content([newText()], { options: { link: address } })))).kind).toBe(
      'accepted',
    )
    expect(article()?.article).not.toHaveProperty('thumbnail')
  })
})

// ---- files ----------------------------------------------------------------------------------------------------------

it('sends a large video in parts, and goes on where it died', async () => {
  const bytes = 9 * 1024 * 1024
  const data = new Uint8Array(bytes)
  const large = video({ bytes, read: async ({ from, to } = { from: 0, to: bytes }) => data.subarray(from, to) })
  const session = await open()
  const run = session.run(content([newText()], {}, [large]))
  await expect(session.prepare(run, { index: 1, recorded: true })).rejects.toBeInstanceOf(Crash)
  expect((await session.prepare(run)).kind).toBe('prepared')
  expect((await session.publish(run)).kind).toBe('accepted')
  expect(
    simulator.journal.filter(({ method, path }) => method === 'PUT' && path.startsWith('/dms-uploads/')),
  ).toHaveLength(3)
  expect(simulator.live()[0]?.externalId).toMatch(/^urn:li:ugcPost:/)
})

it('sends again what LinkedIn forgot, and says which file it cannot use', async () => {
  const session = await open()
  const run = session.run(content([newText()], {}, [video()]))
  await expect(session.prepare(run, { index: 1, recorded: true })).rejects.toBeInstanceOf(Crash)
  simulator.forgetUploads()
  expect((await session.prepare(run)).kind).toBe('transient')
  expect((await session.prepare(run)).kind).toBe('prepared')
  simulator.processingFails = true
  expect(await session.prepare(session.run(content([newText()], {}, [image(), image()])))).toMatchObject({
    kind: 'rejected',
    pointer: '/parts/0/media/0',
    message: english(expect.stringContaining('UNSUPPORTED_FORMAT')),
  })
})

// ---- writing --------------------------------------------------------------------------------------------------------

it('says what a post cannot show at once', () => {
  const poll = { options: ['a', 'b'], minutes: 1440 }
  expect(codes(content(['a'], {}, [video(), image()]))).toEqual(['video_not_alone /parts/0/media'])
  expect(codes(content(['a'], { options: { link: 'https://pain.fr' } }, [image()]))).toEqual([
    'link_with_media /options/link',
  ])
  expect(codes(content(['a'], { options: { poll } }, [image()]))).toEqual(['poll_with_media /options/poll'])
  expect(codes(content([''], { options: { link: 'https://pain.fr' } }))).toEqual([])
})

it('takes a poll as LinkedIn does', () => {
  const poll = (options: readonly string[], minutes: number, text = 'Quoi ?', title?: string) =>
    codes(content([text], { options: { poll: { options, minutes }, ...(title === undefined ? {} : { title }) } }))
  for (const days of [1, 3, 7, 14]) expect(poll(['a', 'b'], days * 1440)).toEqual([])
  expect(poll(['a', 'b'], 60)).toEqual(['poll_duration /options/poll/minutes'])
  expect(poll(['x'.repeat(31), 'b', 'c', 'd', 'e'], 1440)).toEqual([
    'too_many_options /options/poll/options/4',
    'option_too_long /options/poll/options/0',
  ])
  expect(poll(['a', 'b'], 1440, 'x'.repeat(141))).toEqual(['poll_question /options/title'])
  expect(poll(['a', 'b'], 1440, 'x'.repeat(141), 'Quoi ?')).toEqual([])
})

// ---- connecting -----------------------------------------------------------------------------------------------------

it('brings every page that the person administers', async () => {
  simulator.pages = [
    { id: '96072893', localizedName: 'Boulangerie du Port', vanityName: 'boulangerie-du-port' },
    { id: '5', localizedName: 'Café du Port', vanityName: 'cafe' },
  ]
  const { app } = simulator.access()
  const redirectUri = 'https://parvis.example/oauth/linkedin/callback'
  const started = await linkedin.oauth?.authorize(tools(app), {
    redirectUri,
    state: 's',
    codeChallenge: 'c',
    input: {},
  })
  const back = new URL(await simulator.consent(started?.url ?? ''))
  const query = Object.fromEntries(back.searchParams)
  const accounts = await linkedin.oauth?.accounts(tools(app), {
    code: query.code ?? '',
    redirectUri,
    codeVerifier: '',
    query,
    kept: {},
  })
  expect(accounts?.map(({ account }) => [account.externalId, account.name])).toEqual([
    ['urn:li:organization:96072893', 'Boulangerie du Port'],
    ['urn:li:organization:5', 'Café du Port'],
  ])
  expect((accounts?.[0]?.expiresAt ?? 0) - Date.now()).toBeGreaterThan(59 * 24 * 3600 * 1000)
})

it('subscribes to what happens on the page, where the deployment knows its application', async () => {
  await connect(linkedin, simulator.access(), simulator)
  expect([...simulator.subscriptions.values()]).toEqual(['https://parvis.example/webhooks/linkedin'])
  simulator.subscriptions.clear()
  const { applicationId: _, ...app } = simulator.access().app
  await connect(linkedin, { ...simulator.access(), app }, simulator)
  expect(simulator.subscriptions.size).toBe(0)
})

it('asks for the scopes that the app got', async () => {
  const { app } = simulator.access()
  const start = { redirectUri: 'https://parvis.example/x', state: 's', codeChallenge: 'c', input: {} }
  const started = await linkedin.oauth?.authorize(tools({ ...app, scopes: 'w_member_social r_basicprofile' }), start)
  expect(new URL(started?.url ?? '').searchParams.get('scope')).toBe('w_member_social r_basicprofile')
})

it('asks to be connected again where the app is no partner', async () => {
  simulator.partner = false
  const session = await open()
  simulator.expireToken()
  const error = await linkedin.refresh?.(session.tools(), session.credentials).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(AppError)
  expect(error).toMatchObject({ code: 'reconnect_needed', message: english(expect.stringContaining('60 days')) })
  expect((await session.publish(session.run(content([newText()])))).kind).toBe('reauthorize')
})

// ---- answering, listening, measuring --------------------------------------------------------------------------------

it('answers an answer beside it, under the same comment', async () => {
  const session = await open()
  const { externalId: parent } = await simulator.comment(simulator.seedPost('Pain').externalId, 'Bon ?')
  const nested = parent.replace(/,\d+\)/, ',1)')
  const target: Target = { kind: 'comment', externalId: nested, at: 0, parentExternalId: parent }
  const acted = await linkedin.act?.({ ...session.call(), target, action: { name: 'reply', text: 'Oui' }, key: 'k' })
  expect(acted).toMatchObject({
    kind: 'done',
    externalId: expect.stringMatching(/^urn:li:comment:\(urn:li:activity:\d+,\d+\)$/),
  })
  expect(simulator.answersTo(parent)).toEqual(['Oui'])
})

it('refuses what LinkedIn would, before it is sent', async () => {
  const session = await open()
  const act = (target: Target, action: { name: 'reply'; text: string } | { name: 'delete' }) =>
    linkedin.act?.({ ...session.call(), target, action, key: 'k' })
  const before = simulator.journal.length
  const comment: Target = { kind: 'comment', externalId: 'urn:li:comment:(urn:li:activity:1,2)', at: 0 }
  expect(await act(comment, { name: 'reply', text: 'x'.repeat(1251) })).toMatchObject({
    kind: 'rejected',
    reason: 'invalid',
  })
  expect(await act({ kind: 'mention', externalId: 'urn:li:share:1', at: 0 }, { name: 'delete' })).toMatchObject({
    kind: 'rejected',
  })
  expect(simulator.journal.length).toBe(before)
})

it('brings what appears late in the list, and nothing twice', async () => {
  const session = await open()
  const poll = (cursor: string | undefined) => linkedin.poll?.(session.call(), cursor)
  let cursor = (await poll(undefined))?.cursor
  const seen: string[] = []
  for (let round = 0; round < 6; round++) {
    if (round < 3) await simulator.mention(newText())
    const polled = await poll(cursor)
    seen.push(...(polled?.events ?? []).map((event) => event.externalId))
    cursor = polled?.cursor
  }
  expect(seen).toHaveLength(3)
  expect(new Set(seen).size).toBe(3)
})

it('tells nothing of the page that it may not see', async () => {
  const session = await open()
  simulator.mayRead = false
  expect(await linkedin.measureChannel?.(session.call())).toEqual({})
})
