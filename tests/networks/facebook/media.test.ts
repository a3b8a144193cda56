/** Videos, reels, stories and first comments, beyond what the kit sees. */

import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { facebook } from '../../../shared/networks/facebook/index.ts'
import { closeConnections, content, image, newText, Session, video } from '../../conformance/session.ts'
import { FacebookSimulator } from '../../simulators/facebook.ts'
import { english } from '../../support/english.ts'

let simulator: FacebookSimulator
let session: Session
beforeEach(async () => {
  simulator = await new FacebookSimulator().start()
  session = await Session.open(facebook, simulator, simulator.access())
})
afterEach(async () => {
  await simulator.stop()
  expect(simulator.violations).toEqual([])
})
afterAll(closeConnections)

const upright = { width: 1080, height: 1920, seconds: 20 }
const reel = { options: { kind: 'reel' } }
const story = { options: { kind: 'story' } }
const problems = (...of: Parameters<typeof content>) => facebook.review(content(...of), facebook.limits, {})
const sentBytes = () => Buffer.from(String(simulator.live()[0]?.extra.sent), 'base64')

it('sends a video in the pieces that Facebook asks for, and holds no more than one', async () => {
  const source = video()
  const ranges: unknown[] = []
  const read: typeof source.read = (range) => {
    ranges.push(range)
    return source.read(range)
  }
  const run = session.run(content([newText()], {}, [{ ...source, read }]))
  expect(await session.publish(run)).toMatchObject({ kind: 'accepted' })
  expect(ranges).toEqual([
    { from: 0, to: 8_000 },
    { from: 8_000, to: 16_000 },
    { from: 16_000, to: 20_000 },
  ])
  expect(sentBytes()).toEqual(Buffer.from(await source.read()))
})

it('sends a reel itself where it has no address, and goes on where an upload was cut', async () => {
  const source = video({ ...upright, url: undefined })
  const run = session.run(content([newText()], reel, [source]))
  simulator.fault({ kind: 'server_error', status: 502, on: 'media', skip: 1 })
  expect(await session.publish(run)).toMatchObject({ kind: 'transient' })
  simulator.cutUploads(await source.read({ from: 0, to: 7_777 }))
  expect(await session.publish(run)).toMatchObject({ kind: 'accepted' })
  expect(sentBytes()).toEqual(Buffer.from(await source.read()))
})

it('waits until Facebook shows a video, and says what is wrong with one that it cannot use', async () => {
  simulator.processingLooks = 2
  const shown = session.run(content([newText()], reel, [video(upright)]))
  expect(await session.publish(shown)).toMatchObject({ kind: 'accepted', externalId: simulator.live()[0]?.externalId })
  expect(simulator.journal.filter(({ act }) => act === 'publish').length).toBe(1)

  simulator.brokenVideo = 'The video has no sound track'
  expect(await session.publish(session.run(content([newText()], reel, [video(upright)])))).toMatchObject({
    kind: 'rejected',
    reason: 'invalid',
    message: english(expect.stringContaining('“The video has no sound track”')),
  })
})

it.each([reel, story])('says where a fetched file begins and how large it is: %j', async (options) => {
  expect(await session.publish(session.run(content([''], options, [video(upright)])))).toMatchObject({
    kind: 'accepted',
  })
  expect(simulator.live()[0]?.media).toMatchObject([{ bytes: 20_000 }])
})

it('says why a file could not be fetched, and begins a new video at the next attempt', async () => {
  simulator.brokenFetch = 'The file could not be downloaded'
  const run = session.run(content([newText()], reel, [video(upright)]))
  expect(await session.publish(run)).toMatchObject({
    kind: 'rejected',
    reason: 'invalid',
    message: english(expect.stringContaining('“The file could not be downloaded”')),
  })
  simulator.brokenFetch = undefined
  expect(await session.publish(run)).toMatchObject({ kind: 'accepted' })
  expect(simulator.live().length).toBe(1)
})

it('goes on waiting for a video whose last answer was lost while it is processed', async () => {
  simulator.processingLooks = 3
  const run = session.run(content([newText()], reel, [video(upright)]))
  simulator.fault({ kind: 'lost', how: 'cut' })
  expect(await session.publish(run)).toMatchObject({ kind: 'unknown' })
  expect(await session.find(run)).toMatchObject({ kind: 'resume', parts: [] })
  expect(await session.recover(run)).toMatchObject({ externalId: simulator.live()[0]?.externalId })
  expect(simulator.live().length).toBe(1)
})

it('says what lives when a first comment is refused, and writes the one that was not begun', async () => {
  const wishes = { options: { firstComment: newText('Premier') } }
  simulator.fault({ kind: 'refused', reason: 'policy', skip: 1 })
  const partial = await session.publish(session.run(content([newText()], wishes)))
  const [post] = simulator.live()
  expect(partial).toMatchObject({ kind: 'partial', externalId: post?.externalId, parts: [post?.externalId] })

  const run = session.run(content([newText()], wishes))
  simulator.fault({ kind: 'lost', how: 'cut' })
  await session.publish(run)
  const live = await session.recover(run)
  expect(live?.parts?.length).toBe(2)
  expect(simulator.live().map(({ text }) => text)).toContain(wishes.options.firstComment)
})

it('refuses what is no reel or story, and warns that a story shows no text', () => {
  const codes = (...of: Parameters<typeof content>) => problems(...of).problems.map(({ code }) => code)
  expect(codes([''], reel, [video(upright)])).toEqual([])
  expect(codes([''], reel, [image()])).toEqual(['media_type'])
  expect(codes([''], reel, [video({ ...upright, seconds: 91 })])).toEqual(['video_too_long'])
  expect(codes([''], reel, [video({ ...upright, seconds: 2 })])).toEqual(['video_too_short'])
  expect(codes([''], reel, [video({ width: 1920, height: 1080, seconds: 20 })])).toContain('media_ratio')
  expect(codes([''], reel, [video({ width: 360, height: 640, seconds: 20 })])).toContain('media_too_small')
  expect(codes([''], reel, [video({ ...upright, url: undefined, bytes: 200_000_000 })])).toEqual([
    'media_needs_address',
  ])
  expect(codes(['Bonjour'], reel)).toEqual(['too_few_media'])
  expect(codes([''], { options: { kind: 'story', firstComment: 'Premier' } }, [image()])).toEqual(['no_comments'])
  expect(problems(['Bonjour'], story, [image()])).toMatchObject({
    problems: [],
    warnings: [{ code: 'text_not_shown' }],
  })
  expect(codes(['Bonjour'], {}, [video(), image()])).toEqual(['mixed_media'])
  expect(codes(['Bonjour'], {}, [image(), video()])).toEqual(['mixed_media'])
})
