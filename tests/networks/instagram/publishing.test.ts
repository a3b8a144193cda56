/** Containers, what errors mean, and the daily allowance, beyond what the kit sees. */

import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { refusalOf } from '../../../shared/networks/http/index.ts'
import { platform } from '../../../shared/networks/instagram/api.ts'
import { instagram } from '../../../shared/networks/instagram/index.ts'
import type { Media } from '../../../shared/networks/network.ts'
import { closeConnections, content, image, newText, Session, video } from '../../conformance/session.ts'
import { InstagramSimulator } from '../../simulators/instagram.ts'
import { english } from '../../support/english.ts'

let simulator: InstagramSimulator
let session: Session
beforeEach(async () => {
  simulator = await new InstagramSimulator().start()
  session = await Session.open(instagram, simulator, simulator.access())
})
afterEach(async () => {
  await simulator.stop()
  expect(simulator.violations).toEqual([])
})
afterAll(closeConnections)

const photo = (change: Partial<Media> = {}) => image({ mime: 'image/jpeg', width: 1080, height: 1350, ...change })
const post = (options: Record<string, unknown> = {}, media = [photo()], text = newText()) =>
  content([text], { options }, media)
const paths = (from: number) =>
  simulator.journal.slice(from).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)

// ---- what an error means --------------------------------------------------------------------------------------------

const now = 1_763_600_000_000
function meaning(code: number, error_subcode: number, visible = true) {
  const body = JSON.stringify({ error: { message: 'Why', code, error_subcode, error_user_msg: 'Trop grand.' } })
  const answer = {
    status: 400,
    headers: {},
    bytes: Buffer.from(body),
    url: '',
    text: () => body,
    json: () => JSON.parse(body),
  }
  return refusalOf(platform, answer, now, visible)
}

it.each([
  [-2, 2207003, { kind: 'unknown' }],
  [-1, 2207001, { kind: 'unknown' }],
  [-1, 2207032, { kind: 'unknown' }],
  [-2, 2207020, { kind: 'transient' }],
  [24, 2207008, { kind: 'transient' }],
  [24, 2207006, { kind: 'transient' }],
  [9007, 2207027, { kind: 'transient' }],
  [4, 2207051, { kind: 'rejected', reason: 'policy' }],
  [25, 2207050, { kind: 'rejected', reason: 'policy' }],
  [9, 2207042, { kind: 'limited', reason: 'quota', scope: 'channel' }],
  [100, 2207028, { kind: 'rejected', reason: 'invalid', pointer: '/parts/0/media' }],
  [352, 2207026, { kind: 'rejected', reason: 'invalid', pointer: '/parts/0/media' }],
  [9004, 2207052, { kind: 'rejected', reason: 'invalid', pointer: '/parts/0/media' }],
  [36000, 2207004, { kind: 'rejected', reason: 'invalid', pointer: '/parts/0/media' }],
  [36003, 2207009, { kind: 'rejected', reason: 'invalid', pointer: '/parts/0/media' }],
  [100, 2207010, { kind: 'rejected', reason: 'invalid', pointer: '/parts/0/text' }],
  [190, 463, { kind: 'reauthorize' }],
  [80002, 0, { kind: 'limited', scope: 'channel' }],
  [10, 0, { kind: 'rejected', reason: 'permission' }],
])('code %i / %i', (code, subcode, expected) => {
  expect(meaning(code, subcode)).toMatchObject({
    ...expected,
    message: english(expect.stringContaining('“Trop grand.”')),
  })
})
it('is sure of what was not visible', () => {
  expect(meaning(-1, 2207001, false).kind).toBe('transient')
})

// ---- alt text -------------------------------------------------------------------------------------------------------

it('publishes a story without the alt text that Instagram refuses there, and warns of it when it is written', async () => {
  const story = content([''], { options: { kind: 'story' } }, [photo({ alt: 'Un pain' })])
  expect(instagram.review(story, instagram.limits, {})).toMatchObject({
    problems: [],
    warnings: [{ pointer: '/parts/0/media/0', code: 'alt_not_shown' }],
  })
  expect(await session.publish(session.run(story))).toMatchObject({ kind: 'accepted' })
  expect(simulator.live()[0]?.media).toMatchObject([{ alt: '' }])
  const shown = content([newText()], {}, [photo({ alt: 'Un pain' })])
  expect(instagram.review(shown, instagram.limits, {}).warnings ?? []).toEqual([])
})

// ---- containers -----------------------------------------------------------------------------------------------------

it('has nothing left to do at its second but to publish', async () => {
  const run = session.run(post())
  await session.prepare(run)
  const from = simulator.journal.length
  expect(await session.publish(run)).toMatchObject({
    kind: 'accepted',
    url: expect.stringContaining('instagram.com/p/'),
  })
  const id = simulator.live()[0]?.externalId
  expect(paths(from)).toEqual(['GET content_publishing_limit', 'POST media_publish', `GET ${id}`])
})

it('looks at a container once a minute, until it is ready', async () => {
  simulator.processingLooks = 2
  const run = session.run(post({}, [video()]))
  const call = { ...session.call(), ...run, saveCheckpoint: async () => {} }
  const before = Date.now()
  const waiting = await instagram.prepare?.(call as never)
  expect(waiting).toMatchObject({ kind: 'preparing' })
  if (waiting?.kind === 'preparing') expect(waiting.lookAt - before).toBeGreaterThanOrEqual(60_000)
  expect(await session.publish(session.run(post({}, [video()])))).toMatchObject({ kind: 'accepted' })
})

it('makes a container anew when it has expired, whether the checkpoint tells or Instagram does', async () => {
  const acts = (name: string) => simulator.journal.filter(({ act }) => act === name).length
  for (const [old, calls] of [
    [0, 2],
    [25 * 3_600_000, 1],
  ] as const) {
    const run = session.run(post())
    await session.prepare(run)
    const [made, published] = [acts('media'), acts('publish')]
    simulator.ageContainers()
    run.checkpoint = JSON.parse(
      JSON.stringify(run.checkpoint).replace(/"at":(\d+)/g, (_, at) => `"at":${Number(at) - old}`),
    )
    expect(await session.publish(run)).toMatchObject({ kind: 'accepted' })
    expect(acts('media')).toBe(made + 1)
    expect(acts('publish')).toBe(published + calls)
  }
  expect(simulator.live().length).toBe(2)
})

it('tries again what broke at Instagram’s, and says what is wrong with a file', async () => {
  simulator.brokenContainer = 'Error: Media upload has failed with error code 2207053'
  expect(await session.publish(session.run(post()))).toMatchObject({ kind: 'accepted' })
  simulator.brokenContainer = 'Error: Media upload has failed with error code 2207026'
  expect(await session.publish(session.run(post()))).toMatchObject({
    kind: 'rejected',
    reason: 'invalid',
    pointer: '/parts/0/media',
    message: english(expect.stringContaining('2207026')),
  })
  expect(simulator.live().length).toBe(1)
})

it('waits for the daily allowance, which it reads live', async () => {
  simulator.quota = { total: 50, used: 50 }
  const from = simulator.journal.length
  const outcome = await session.publish(session.run(post()))
  expect(outcome).toMatchObject({
    kind: 'limited',
    reason: 'quota',
    message: english(expect.stringContaining('50 posts in 24 hours')),
  })
  expect(paths(from)).not.toContain('POST media_publish')
  simulator.quota = { total: 100, used: 50 }
  expect(await session.publish(session.run(post()))).toMatchObject({ kind: 'accepted' })
})

it('says what the post asks for, and nothing else', async () => {
  const asked = async (...of: Parameters<typeof post>) => {
    await session.publish(session.run(post(...of)))
    return simulator.live().at(-1)?.extra.asked
  }
  const url = 'https://media.parvis.example/one-pixel.png'
  expect(
    await asked(
      { aiMade: true, collaborators: ['lea.martin'], location: '123' },
      [photo({ alt: 'Un pain' })],
      'Bonjour',
    ),
  ).toEqual({
    image_url: url,
    alt_text: 'Un pain',
    caption: 'Bonjour',
    collaborators: '["lea.martin"]',
    location_id: '123',
    is_ai_generated: 'true',
  })
  const film = { video_url: 'https://media.parvis.example/levain.mp4' }
  expect(await asked({ shareToFeed: false }, [video()], '')).toEqual({
    ...film,
    media_type: 'REELS',
    share_to_feed: 'false',
  })
  expect(await asked({ kind: 'story' }, [video()], 'Pas montré')).toEqual({ ...film, media_type: 'STORIES' })
  const covered = session.run({ ...post({ kind: 'reel' }, [video()], ''), cover: photo() })
  await session.publish(covered)
  expect(simulator.live().at(-1)?.extra.asked).toMatchObject({ cover_url: url })
})

// ---- what is said while it is written -------------------------------------------------------------------------------

it('refuses what Instagram would, with the place', () => {
  const found = (...of: Parameters<typeof post>) =>
    instagram.review(post(...of), instagram.limits, {}).problems.map(({ pointer, code }) => `${pointer} ${code}`)
  expect(found({}, [photo()], `${'#été '.repeat(30)}${'@lea.martin '.repeat(20)}`)).toEqual([])
  expect(found({}, [photo()], '#été '.repeat(31))).toEqual(['/parts/0/text too_many_hashtags'])
  expect(found({}, [photo()], '@lea.martin '.repeat(21))).toEqual(['/parts/0/text too_many_mentions'])
  expect(found({}, [photo()], 'contact@boulangerie.example '.repeat(21))).toEqual([])
  expect(found({}, [photo({ url: undefined })])).toEqual(['/parts/0/media/0 media_needs_address'])
  expect(found({}, [photo({ mime: 'image/png' })])).toEqual(['/parts/0/media/0 media_type'])
  expect(found({}, [photo({ width: 1080, height: 1920 })])).toEqual(['/parts/0/media/0 media_ratio'])
  expect(found({ kind: 'story' }, [photo({ width: 1080, height: 1920 })], '')).toEqual([])
  expect(found({}, [])).toEqual(['/parts/0/media too_few_media'])
  expect(found({ kind: 'carousel' })).toEqual(['/parts/0/media too_few_media'])
  expect(found({ kind: 'reel' })).toEqual(['/parts/0/media/0 media_type'])
  expect(found({ kind: 'reel' }, [video({ seconds: 2 })])).toEqual(['/parts/0/media/0 video_too_short'])
  expect(found({ collaborators: ['@lea'] })).toEqual(['/options/collaborators/0 invalid_option'])
  const { warnings } = instagram.review(post({}, [photo()], 'Voir https://a.example'), instagram.limits, {})
  expect(warnings).toMatchObject([{ code: 'link_not_clickable' }])
})
