import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../shared/kernel/clock.ts'
import type { Content, Media } from '../../../shared/networks/network.ts'
import { youtube } from '../../../shared/networks/youtube/index.ts'
import { Crash, closeConnections, content, image, newText, Session, video } from '../../conformance/session.ts'
import { accepted, known } from '../../conformance/stage.ts'
import { oldError } from '../../simulators/google.ts'
import type { WireAnswer } from '../../simulators/simulator.ts'
import { YoutubeSimulator } from '../../simulators/youtube.ts'

/** Answers what it is told to instead, once. */
class Stubborn extends YoutubeSimulator {
  instead: WireAnswer = { status: 500 }
  protected override refused(): WireAnswer {
    return this.instead
  }
}

const chunk = 8 * 1024 * 1024
const made = (
  options: Readonly<Record<string, unknown>> = {},
  media: readonly Media[] = [video()],
  more: Partial<Content> = {},
) => content([newText()], { options: { title: 'Le levain', madeForChildren: false, ...options }, ...more }, media)

/** A video of this size that was never held whole: what was asked of it is noted. */
function large(bytes: number) {
  const asked: { from: number; to: number }[] = []
  const at = (i: number) => (i * 31 + (i >> 16)) % 251
  const media = video({
    bytes,
    read: async (range) => {
      const { from, to } = known(range)
      asked.push({ from, to })
      return new Uint8Array(to - from).map((_, i) => at(from + i))
    },
  })
  return { media, asked, whole: () => Buffer.from(new Uint8Array(bytes).map((_, i) => at(i))) }
}

describe('a video on its way to YouTube', () => {
  let simulator: Stubborn
  let session: Session
  beforeEach(async () => {
    simulator = await new Stubborn().start()
    session = await Session.open(youtube, simulator, simulator.access())
  })
  afterEach(async () => {
    await simulator.stop()
    expect(simulator.violations).toEqual([])
    expect(simulator.pendingFaults()).toEqual([])
  })
  afterAll(closeConnections)
  const puts = () =>
    simulator.journal.filter(({ method, path }) => method === 'PUT' && path.startsWith('/upload')).length

  it('goes in chunks, in order, and arrives as it was', async () => {
    const { media, asked, whole } = large(2 * chunk + 12_345)
    const run = session.run(made({}, [media]))
    expect((await session.prepare(run)).kind).toBe('prepared')
    expect(asked).toEqual([
      { from: 0, to: chunk },
      { from: chunk, to: 2 * chunk },
      { from: 2 * chunk, to: media.bytes },
    ])
    const [sent] = simulator.videos.values()
    expect(sent?.body.equals(whole())).toBe(true)
    expect(sent?.privacy).toBe('private')
    expect(simulator.live()).toEqual([])
  })
  it('goes on where it died, by what YouTube has', async () => {
    const { media, asked, whole } = large(3 * chunk)
    const run = session.run(made({}, [media]))
    // The second chunk arrived, but nobody could write that down.
    await expect(session.prepare(run, { index: 2, recorded: false })).rejects.toBeInstanceOf(Crash)
    asked.length = 0
    expect((await session.prepare(run)).kind).toBe('prepared')
    expect(asked).toEqual([{ from: 2 * chunk, to: 3 * chunk }])
    const [sent] = simulator.videos.values()
    expect(sent?.body.equals(whole())).toBe(true)
  })
  it('is one video where the last answer of the upload was lost', async () => {
    const run = session.run(made())
    simulator.fault({ kind: 'lost', how: 'cut', on: 'media', skip: 1 })
    expect((await session.prepare(run)).kind).toBe('transient')
    expect((await session.prepare(run)).kind).toBe('prepared')
    accepted(await session.publish(run))
    expect(simulator.videos.size).toBe(1)
    expect(simulator.live()).toHaveLength(1)
  })
  it('begins again where YouTube has forgotten the upload, and shows one video', async () => {
    const run = session.run(made())
    simulator.fault({ kind: 'lost', how: 'cut', on: 'media', skip: 1 })
    await session.prepare(run)
    simulator.forgetSessions()
    expect((await session.prepare(run)).kind).toBe('transient')
    accepted(await session.publish(run))
    // The first one stays behind, seen by nobody.
    expect([...simulator.videos.values()].map(({ privacy }) => privacy).toSorted()).toEqual(['private', 'public'])
    expect(simulator.live()).toHaveLength(1)
  })
  it('waits while YouTube works on it, and says how far it is', async () => {
    simulator.processingLooks = 3
    const run = session.run(made())
    const first = await known(youtube.prepare)({
      ...session.call(),
      credentials: { current: () => session.credentials as never, refresh: async () => session.credentials as never },
      settings: {},
      content: run.content,
      key: run.key,
      dueAt: run.dueAt,
      checkpoint: undefined,
      saveCheckpoint: async () => {},
    })
    expect(first).toMatchObject({ kind: 'preparing', progress: { step: 'processing', done: 1, total: 4 } })
  })
  it('is shown all the same when YouTube works on it for more than an hour', async () => {
    simulator.processingLooks = 1_000
    const run = session.run(made())
    const late = { ...systemClock, now: () => Date.now() + 2 * 3600_000 }
    const call = (checkpoint: unknown) => ({
      ...session.call(),
      settings: {},
      credentials: { current: () => session.credentials as never, refresh: async () => session.credentials as never },
      content: run.content,
      key: run.key,
      dueAt: run.dueAt,
      checkpoint: checkpoint as Record<string, unknown> | undefined,
      saveCheckpoint: async () => {},
    })
    const waiting = await known(youtube.prepare)(call(undefined))
    if (waiting.kind !== 'preparing') throw new Error(waiting.kind)
    expect((await known(youtube.prepare)({ ...call(waiting.checkpoint), clock: late })).kind).toBe('prepared')
  })
  it.each([
    ['rejected', { uploadStatus: 'rejected', rejectionReason: 'copyright' }, 'policy'],
    ['rejected', { uploadStatus: 'rejected', rejectionReason: 'duplicate' }, 'duplicate'],
    ['failed', { uploadStatus: 'failed', failureReason: 'codec' }, 'invalid'],
  ] as const)('%s by YouTube (%j) is told as %s, and not left behind', async (_, outcome, reason) => {
    simulator.nextVideo = outcome
    const run = session.run(made())
    expect(await session.prepare(run)).toMatchObject({ kind: 'rejected', reason, pointer: '/parts/0/media/0' })
    expect(simulator.videos.size).toBe(0)
    // Said again, it is uploaded again.
    accepted(await session.publish(run))
  })
  it('says so when somebody deletes it before its second, and can be sent anew', async () => {
    const run = session.run(made())
    await session.prepare(run)
    simulator.videos.clear()
    expect(await session.publish(run)).toMatchObject({ kind: 'rejected', reason: 'invalid' })
    accepted(await session.publish(run))
  })
  it('carries its thumbnail, or says ahead of its second why YouTube takes none', async () => {
    const cover = image({ mime: 'image/jpeg', width: 1280, height: 720 })
    const run = session.run(made({}, [video()], { cover }))
    accepted(await session.publish(run))
    expect([...simulator.videos.values()].map(({ thumbnail }) => thumbnail)).toEqual(['image/jpeg'])
    simulator.verified = false
    const refused = await session.prepare(session.run(made({}, [video()], { cover })))
    expect(refused).toMatchObject({ kind: 'rejected', reason: 'permission', pointer: '/cover' })
    expect(JSON.stringify(refused)).toContain('youtube.com/verify')
  })
  it('carries the thumbnail as it was corrected after the preparation, and sends the video once', async () => {
    const cover = image({ mime: 'image/jpeg', width: 1280, height: 720 })
    const run = session.run(made({}, [video()], { cover }))
    expect((await session.prepare(run)).kind).toBe('prepared')
    const corrected = { ...run.content, cover: { ...cover, file: 'corrected.png', mime: 'image/png' } }
    accepted(await session.publish({ ...run, content: corrected }))
    expect([...simulator.videos.values()].map(({ thumbnail }) => thumbnail)).toEqual(['image/png'])
  })
  it('says that YouTube keeps the videos of unaudited projects private', async () => {
    simulator.audited = false
    const outcome = await session.publish(session.run(made()))
    expect(outcome).toMatchObject({ kind: 'rejected', reason: 'permission', pointer: '/options/privacy' })
    expect(simulator.live()).toEqual([])
  })
  it('says what the law asks, each time the status is written', async () => {
    accepted(await session.publish(session.run(made({ madeForChildren: true, aiMade: true, privacy: 'unlisted' }))))
    const [sent] = simulator.videos.values()
    expect(sent).toMatchObject({
      privacy: 'unlisted',
      status: { selfDeclaredMadeForKids: true, containsSyntheticMedia: true },
    })
  })
  it('lives without its first comment where comments are closed', async () => {
    const run = session.run(made({ firstComment: 'Et vous ?' }))
    simulator.instead = oldError(403, 'commentsDisabled', 'The video has disabled comments.')
    simulator.fault({ kind: 'refused', reason: 'permission', skip: 1 })
    const outcome = await session.publish(run)
    const [post] = simulator.live()
    expect(outcome).toMatchObject({ kind: 'partial', externalId: post?.externalId, parts: [post?.externalId] })
    expect(simulator.live()).toHaveLength(1)
  })
  it('is not shown twice when only its first comment has to wait', async () => {
    const run = session.run(made({ firstComment: 'Et vous ?' }))
    simulator.fault({ kind: 'limited', wait: 'seconds', seconds: 60, skip: 1 })
    expect((await session.publish(run)).kind).toBe('limited')
    expect(accepted(await session.publish(run)).parts).toHaveLength(2)
    const shown = simulator.journal.filter(({ method, path }) => method === 'PUT' && path === '/youtube/v3/videos')
    expect(shown).toHaveLength(1)
  })
  it('asks for a new connection where it cannot be looked up any more', async () => {
    const run = session.run(made())
    simulator.fault({ kind: 'lost', how: 'cut' })
    await session.publish(run)
    simulator.revoke()
    await expect(session.find(run)).rejects.toMatchObject({ code: 'reconnect_needed' })
  })
  it('waits for midnight in California when the quota is used up, and a day when the channel’s is', async () => {
    simulator.fault({ kind: 'limited', wait: 'none', seconds: 0 })
    const used = await session.publish(session.run(made()))
    expect(used).toMatchObject({ kind: 'limited', reason: 'quota', scope: 'app' })
    if (used.kind === 'limited') {
      const there = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/Los_Angeles', timeStyle: 'medium' })
      expect(there.format(used.until)).toBe('00:00:00')
      expect(used.message).not.toContain('<a')
    }
    simulator.instead = oldError(
      400,
      'uploadLimitExceeded',
      'The user has exceeded the number of videos they may upload.',
    )
    simulator.fault({ kind: 'refused', reason: 'invalid', on: 'media' })
    const full = await session.prepare(session.run(made()))
    expect(full).toMatchObject({ kind: 'limited', reason: 'quota', scope: 'channel' })
    if (full.kind === 'limited') expect(full.until).toBeGreaterThan(Date.now() + 23 * 3600_000)
  })
  it('points at the field that YouTube names', async () => {
    simulator.instead = oldError(400, 'invalidTags', 'The request metadata specifies invalid video keywords.')
    simulator.fault({ kind: 'refused', reason: 'invalid', on: 'media' })
    expect(await session.prepare(session.run(made()))).toMatchObject({ kind: 'rejected', pointer: '/options/tags' })
  })
  it('begins earlier the larger it is, and never less than a quarter of an hour before', () => {
    const ahead = known(youtube.ahead)
    const small = ahead(made())
    const huge = ahead(made({}, [video({ bytes: 4_000_000_000, seconds: 3600 })]))
    expect(small).toBeGreaterThanOrEqual(15 * 60_000)
    expect(huge).toBeGreaterThan(small + 60 * 60_000)
  })
  it('asks nothing of YouTube at its second but to show it', async () => {
    const run = session.run(made())
    await session.prepare(run)
    const before = [puts(), simulator.journal.length]
    accepted(await session.publish(run))
    expect([puts(), simulator.journal.length]).toEqual([before[0], (before[1] ?? 0) + 1])
  })
})
