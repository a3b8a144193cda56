/** What stands under a text: galleries, videos, cards; and the warnings above it. */

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bluesky } from '../../../shared/networks/bluesky/index.ts'
import type { Content } from '../../../shared/networks/network.ts'
import { closeConnections, content, image, newText, Session, video } from '../../conformance/session.ts'
import { accepted } from '../../conformance/stage.ts'
import { BlueskySimulator } from '../../simulators/bluesky.ts'
import { english } from '../../support/english.ts'
import { serve } from '../http/server.ts'

let simulator: BlueskySimulator
let session: Session
beforeEach(async () => {
  simulator = await new BlueskySimulator().start()
  session = await Session.open(bluesky, simulator, simulator.access())
})
afterEach(async () => {
  await simulator.stop()
  expect(simulator.violations).toEqual([])
})
afterAll(closeConnections)

const problems = (what: Content) => bluesky.review(what, bluesky.limits, {}).problems
const record = () => simulator.live()[0]?.extra['record'] as Record<string, Record<string, unknown>>
const publish = async (what: Content) => accepted(await session.publish(session.run(what)))
const pictures = (count: number) => Array.from({ length: count }, () => image())

it('shows four images side by side, and more as a gallery', async () => {
  await publish(content([newText()], {}, pictures(4)))
  expect(record()['embed']).toMatchObject({ $type: 'app.bsky.embed.images' })
  await publish(content([newText()], {}, pictures(5)))
  const [, second] = simulator
    .live()
    .map((post) => post.extra['record'] as { embed: { $type: string; items: object[] } })
  const embed = second?.embed
  expect(embed?.$type).toBe('app.bsky.embed.gallery')
  expect(embed?.items.length).toBe(5)
  expect(embed?.items[0]).toMatchObject({
    $type: 'app.bsky.embed.gallery#image',
    alt: 'Une boulangerie au petit matin',
    aspectRatio: { width: 1, height: 1 },
  })
})

it('wishes for warnings by all their names', async () => {
  await publish(content([newText()], { options: { contentWarning: 'nudity', sensitive: true, labels: ['nudity'] } }))
  expect(record()['labels']?.['values']).toEqual([{ val: 'nudity' }, { val: 'graphic-media' }])
  expect(problems(content(['a'], { options: { contentWarning: 'Araignées' } }))).toMatchObject([
    { pointer: '/options/contentWarning', message: english(expect.stringContaining('nudity')) },
  ])
})

describe('a video', () => {
  const one = () => content([newText()], {}, [video({ alt: 'Le pain' })])

  it('is shown with its description and its proportions', async () => {
    await publish(one())
    expect(record()['embed']).toMatchObject({
      $type: 'app.bsky.embed.video',
      video: { $type: 'blob', mimeType: 'video/mp4', size: 20_000 },
      alt: 'Le pain',
      aspectRatio: { width: 1080, height: 1920 },
    })
  })
  it('stands alone, and is not too long', () => {
    expect(problems(content(['a'], {}, [video(), image()]))).toMatchObject([{ code: 'video_not_alone' }])
    expect(problems(content(['a'], {}, [video({ seconds: 181 })]))).toMatchObject([{ code: 'video_too_long' }])
  })
  it('that the service has already is not made again', async () => {
    await publish(one())
    await publish(one())
    expect(simulator.live().length).toBe(2)
  })
  it('that cannot be used is refused with the service’s words and its place', async () => {
    simulator.videoFailure = { failureCode: 'encoding_failure', message: 'Invalid moov atom' }
    expect(await session.publish(session.run(one()))).toMatchObject({
      kind: 'rejected',
      reason: 'invalid',
      pointer: '/parts/0/media/0',
      message: english(expect.stringContaining('Invalid moov atom')),
    })
  })
  it('is sent again where the service failed, or forgot it', async () => {
    const run = session.run(one())
    simulator.videoFailure = { failureCode: 'generic_failure', message: 'try again' }
    expect(await session.publish(run)).toMatchObject({ kind: 'transient' })
    simulator.processingLooks = 1_000
    simulator.fault({ kind: 'limited', wait: 'seconds', seconds: 9, on: 'media', skip: 3 })
    expect(await session.publish(run)).toMatchObject({ kind: 'limited' })
    simulator.processingLooks = 0
    simulator.forgetJobs()
    expect(await session.publish(run)).toMatchObject({ kind: 'transient' })
    accepted(await session.publish(run))
    expect(simulator.live().length).toBe(1)
  })
  it('waits for tomorrow when today’s are used up, and says what an account lacks', async () => {
    simulator.uploadLimits = { canUpload: false, remainingDailyVideos: 0, message: 'User has exceeded daily limit' }
    expect(await session.publish(session.run(one()))).toMatchObject({ kind: 'limited', reason: 'quota' })
    simulator.uploadLimits = { canUpload: false, remainingDailyVideos: 25, message: 'Confirm your email' }
    expect(await session.publish(session.run(one()))).toMatchObject({
      kind: 'rejected',
      reason: 'permission',
      message: english(expect.stringContaining('Confirm your email')),
    })
  })
})

describe('the card of a link', () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )
  const site = (padding = 0) =>
    serve((request, response) => {
      if (request.url === '/pain.png') {
        response.writeHead(200, { 'content-type': 'image/png' })
        response.end(Buffer.concat([png, Buffer.alloc(padding)]))
        return
      }
      response.writeHead(request.url?.startsWith('/pain') ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' })
      response.end(
        '<html><head><title>Le pain</title><meta name="description" content="Au levain"><meta property="og:image" content="/pain.png"></head></html>',
      )
    })

  it('is made of the page: title, description, picture', async () => {
    await using server = await site()
    const uri = `${server.url}/pain?utm_source=parvis`
    await publish(content([`${newText()} ${uri}`]))
    expect(record()['embed']).toMatchObject({
      $type: 'app.bsky.embed.external',
      external: { uri, title: 'Le pain', description: 'Au levain', thumb: { mimeType: 'image/png', size: png.length } },
    })
  })
  it('can be made ahead, is not made twice, and not where nobody wants one or media stand there', async () => {
    await using server = await site()
    const what = content([`${newText()} ${server.url}/pain`])
    expect(bluesky.ahead?.(what)).toBeGreaterThan(0)
    const run = session.run(what)
    expect((await session.prepare(run)).kind).toBe('prepared')
    await server[Symbol.asyncDispose]()
    accepted(await session.publish(run))
    expect(record()['embed']).toMatchObject({ external: { title: 'Le pain' } })
    const without = { ...what, options: { card: false } }
    expect(bluesky.ahead?.(without)).toBe(0)
    await publish(without)
    await publish({ ...what, parts: [{ text: what.parts[0]?.text ?? '', media: [image()] }] })
    const embeds = simulator.live().map((post) => (post.extra['record'] as { embed?: { $type: string } }).embed?.$type)
    expect(embeds).toEqual(['app.bsky.embed.external', undefined, 'app.bsky.embed.images'])
  })
  it('keeps no post from leaving: the picture is too large, the page is gone', async () => {
    await using server = await site(1_000_001)
    await publish(content([`${newText()} ${server.url}/pain`]))
    expect(record()['embed']?.['external']).toEqual({
      uri: `${server.url}/pain`,
      title: 'Le pain',
      description: 'Au levain',
    })
    await publish(content([`${newText()} ${server.url}/disparu`]))
    expect(simulator.live()[1]?.extra['record']).not.toHaveProperty('embed')
  })
  it('of a link that was wished for is there even if its page says nothing, with the picture of the post', async () => {
    await using server = await site()
    const link = `${server.url}/disparu`
    await publish(content([newText()], { options: { link }, cover: image() }))
    expect(record()['embed']?.['external']).toMatchObject({ uri: link, title: '127.0.0.1', thumb: { size: 70 } })
  })
})
