import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AnyConnector, Content, Media } from '../../../shared/networks/network.ts'
import { unconfirmed } from '../../../shared/networks/snapchat/facts.ts'
import { snapchatConnector } from '../../../shared/networks/snapchat/index.ts'
import { localeOf } from '../../../shared/networks/snapchat/review.ts'
import { Crash, closeConnections, connect, content, image, Session, tools, video } from '../../conformance/session.ts'
import { accepted } from '../../conformance/stage.ts'
import { SnapchatSimulator } from '../../simulators/snapchat.ts'
import { english } from '../../support/english.ts'

const snapchat: AnyConnector = snapchatConnector
let simulator: SnapchatSimulator
beforeEach(async () => {
  simulator = await new SnapchatSimulator().start()
})
afterEach(async () => {
  await simulator.stop()
  expect(simulator.violations).toEqual([])
  expect(simulator.pendingFaults()).toEqual([])
})
afterAll(closeConnections)

const open = () => Session.open(snapchat, simulator, simulator.access())
const picture = (change: Partial<Media> = {}) => image({ mime: 'image/jpeg', width: 1080, height: 1920, ...change })
const spotlight = (text: string, change: Partial<Media> = {}, options: Content['options'] = {}) =>
  content([text], { options }, [video(change)])
const found = (what: Content) =>
  snapchat.review(what, snapchat.limits, {}).problems.map(({ code, pointer }) => `${code} ${pointer}`)
const requests = (act: string) => simulator.journal.filter((entry) => entry.act === act).length

describe('what is sent', () => {
  const file = (length: number): Partial<Media> & { readonly sha256: string } => {
    const bytes = new Uint8Array(length)
    for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8)) % 251
    return {
      bytes: length,
      read: async ({ from, to } = { from: 0, to: length }) => {
        expect(to - from, 'never more than a part is held').toBeLessThanOrEqual(unconfirmed.partBytes)
        return bytes.slice(from, to)
      },
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }
  }
  for (const [name, length] of [
    ['one byte', 1],
    ['whole blocks', 4096],
    ['exactly one part', unconfirmed.partBytes],
    ['one part and a byte', unconfirmed.partBytes + 1],
  ] as const)
    it(`is decrypted by Snapchat to the same file: ${name}`, async () => {
      const { sha256, ...change } = file(length)
      const session = await open()
      accepted(await session.publish(session.run(spotlight('Levain', change))))
      expect(simulator.live()[0]?.extra.sha256).toBe(sha256)
    })
  it('goes on from the part that Snapchat has after a death, with the same file at the end', async () => {
    const { sha256, ...change } = file(unconfirmed.partBytes + 40_000)
    const session = await open()
    const run = session.run(spotlight('Levain', change))
    // 0: created, 1: the first part
    await expect(session.prepare(run, { index: 1, recorded: true })).rejects.toBeInstanceOf(Crash)
    const before = requests('media')
    accepted(await session.publish(run))
    expect(requests('media') - before, 'the second part and the end').toBe(2)
    expect(simulator.live()[0]?.extra.sha256).toBe(sha256)
  })
  it('begins anew where the end was taken and not kept', async () => {
    const { sha256, ...change } = file(40_000)
    const session = await open()
    const run = session.run(spotlight('Levain', change))
    // 0: created, 1: sent, 2: whole
    await expect(session.prepare(run, { index: 2, recorded: false })).rejects.toBeInstanceOf(Crash)
    accepted(await session.publish(run))
    expect(simulator.live().map(({ extra }) => extra.sha256)).toEqual([sha256])
  })
  it('is encrypted under another key every time', async () => {
    const session = await open()
    const keys = []
    for (const text of ['Un', 'Deux']) {
      const run = session.run(spotlight(text))
      await session.prepare(run)
      keys.push((run.checkpoint as { media: { key: string } }).media.key)
    }
    expect(new Set(keys).size).toBe(2)
  })
  it('names language and country, and whether a Spotlight stays on the profile', async () => {
    const session = await open()
    accepted(await session.publish(session.run(spotlight('Un', {}, { saveToProfile: false, locale: 'fr_CA' }))))
    expect(simulator.live()[0]?.extra).toMatchObject({ locale: 'fr_CA', skip: true })
    const locales = ['fr', 'fr-CH', 'en', 'pt-BR', 'zh-Hant', 'ar', 'und', 'not a tag'].map((language) =>
      localeOf({ ...spotlight(''), language }),
    )
    expect(locales).toEqual(['fr_FR', 'fr_CH', 'en_US', 'pt_BR', 'zh_TW', 'ar_EG', 'en_US', 'en_US'])
  })
  it('makes a Spotlight without a description', async () => {
    const session = await open()
    expect(accepted(await session.publish(session.run(spotlight('')))).externalId).toMatch(/^spotlights\//)
  })
})

describe('a file that is not ready', () => {
  it('is waited for, and posted once', async () => {
    simulator.processingLooks = 2
    const session = await open()
    const run = session.run(spotlight('Levain'))
    // the session follows `processing` to its end
    accepted(await session.publish(run))
    expect(simulator.live().length).toBe(1)
    expect(requests('publish')).toBe(3)
    expect(run.steps.filter(({ kind }) => kind === 'begin').length).toBe(3)
  })
  it('leaves nothing in doubt while it is waited for', async () => {
    simulator.processingLooks = 1
    const session = await open()
    const run = session.run(spotlight('Levain'))
    // 0–2: created, sent, whole; 3: begun; 4: refused as too early, and kept
    await expect(session.publish(run, { crash: { index: 4, recorded: true } })).rejects.toBeInstanceOf(Crash)
    expect(run.since).toBeUndefined()
    accepted(await session.publish(run))
    expect(simulator.live().length).toBe(1)
  })
  it('is sent again when Snapchat has let it go', async () => {
    const session = await open()
    const run = session.run(spotlight('Levain'))
    await session.prepare(run)
    simulator.mediaLivesMs = -1
    expect(await session.publish(run)).toMatchObject({ kind: 'transient' })
    expect(run.since, 'nothing is in doubt').toBeUndefined()
    simulator.mediaLivesMs = 3600_000
    const before = requests('media')
    accepted(await session.publish(run))
    expect(requests('media') - before).toBe(3)
    expect(simulator.live().length).toBe(1)
  })
  it('is given up after an hour', async () => {
    const session = await open()
    const run = session.run(spotlight('Levain'))
    await session.prepare(run)
    const { media } = run.checkpoint as { media: { wholeAt: number } }
    run.checkpoint = { media: { ...media, wholeAt: media.wholeAt - unconfirmed.processingMs - 1 } }
    simulator.busy = 'MEDIA_PROCESSING'
    expect(await session.publish(run)).toMatchObject({ kind: 'rejected', pointer: '/parts/0/media/0' })
  })
  it('is in doubt when Snapchat says that it is being posted already', async () => {
    const session = await open()
    const run = session.run(spotlight('Levain'))
    simulator.busy = 'MEDIA_POSTING_ALREADY_IN_PROGRESS'
    expect(await session.publish(run)).toMatchObject({ kind: 'unknown' })
  })
})

describe('refusals', () => {
  it('say that Snap keeps a list of apps', async () => {
    const session = await open()
    simulator.fault({ kind: 'refused', reason: 'permission' })
    const outcome = await session.publish(session.run(spotlight('Levain')))
    expect(outcome).toMatchObject({ kind: 'rejected', reason: 'permission' })
    expect(outcome).toHaveProperty('message', english(expect.stringMatching(/list.*Snap/)))
    expect(outcome).toHaveProperty('message', english(expect.stringContaining('“The app has no permission.”')))
  })
  it('are read from a body that comes with HTTP 200 too', async () => {
    const session = await open()
    simulator.errorsAsSuccess = true
    simulator.fault({ kind: 'refused', reason: 'invalid' })
    expect(await session.publish(session.run(spotlight('Levain')))).toMatchObject({
      kind: 'rejected',
      reason: 'invalid',
      message: english(expect.stringContaining('“The media does not have the right proportions.”')),
    })
    expect(simulator.live()).toEqual([])
  })
  it('are read from the part of an answer that is about a saved story', async () => {
    const session = await open()
    simulator.savedRefused = 'TITLE_NOT_ALLOWED'
    const options = { kind: 'saved_story', title: 'Le fournil' }
    expect(await session.publish(session.run(content([''], { options }, [picture()])))).toMatchObject({
      kind: 'rejected',
      message: english(expect.stringContaining('“TITLE_NOT_ALLOWED”')),
    })
  })
  it('find nobody to connect where there is no public profile', async () => {
    simulator.hasProfile = false
    await expect(connect(snapchat, simulator.access(), simulator)).rejects.toThrow('opened no account')
  })
  it('name what the document lacks', async () => {
    const start = { redirectUri: 'https://parvis.example/oauth/snapchat/callback', state: 's', codeChallenge: 'c' }
    const asked = snapchat.oauth?.authorize(tools({ clientId: 'x' }), { ...start, input: {} })
    await expect(asked).rejects.toMatchObject({ code: 'network_not_configured' })
  })
})

describe('review', () => {
  it('makes a story of a picture and a Spotlight of a video, unless told', () => {
    expect(found(content([''], {}, [picture()]))).toEqual([])
    expect(found(spotlight('Levain'))).toEqual([])
    expect(found(content([''], { options: { kind: 'spotlight' } }, [picture()]))).toEqual([
      'media_type /parts/0/media/0',
    ])
  })
  it('wants one file, upright, of the right length', () => {
    expect(found(content(['Levain']))).toEqual(['too_few_media /parts/0/media'])
    expect(found(content([''], {}, [picture(), picture()]))).toEqual(['too_many_media /parts/0/media/1'])
    expect(found(spotlight('', { width: 1920, height: 1080 }))).toEqual(['media_ratio /parts/0/media/0'])
    expect(found(spotlight('', { width: 450, height: 800 }))).toEqual(['media_too_small /parts/0/media/0'])
    expect(found(spotlight('', { seconds: 61 }))).toEqual(['video_too_long /parts/0/media/0'])
    expect(found(spotlight('', { seconds: 5.5 }))).toEqual(['video_too_short /parts/0/media/0'])
    expect(found(spotlight('', { seconds: 5.5 }, { kind: 'story' }))).toEqual([])
    expect(found(spotlight('', { mime: 'video/quicktime' }))).toEqual(['media_type /parts/0/media/0'])
    expect(found(spotlight('', { bytes: 500_000_001 }))).toEqual(['media_too_large /parts/0/media/0'])
  })
  it('wants a title for a saved story, of 45 characters', () => {
    const saved = (title?: string) => content([''], { options: { kind: 'saved_story', title } }, [picture()])
    expect(found(saved())).toEqual(['title_missing /options/title'])
    expect(found(saved('é'.repeat(45)))).toEqual([])
    expect(found(saved('é'.repeat(46)))).toEqual(['text_too_long /options/title'])
  })
  it('warns of a text that nobody sees, however long, and counts that of a Spotlight', () => {
    const story = content(['x'.repeat(500)], {}, [picture()])
    const { problems, warnings } = snapchat.review(story, snapchat.limits, {})
    expect([problems, warnings?.map(({ code }) => code)]).toEqual([[], ['text_not_shown']])
    expect(snapchat.review(spotlight('Levain'), snapchat.limits, {}).warnings).toEqual([])
    expect(found(spotlight('👩‍🍳'.repeat(32)))).toEqual([])
    expect(found(spotlight(`${'👩‍🍳'.repeat(32)}!`))).toEqual(['text_too_long /parts/0/text'])
  })
  it('refuses what it does not know', () => {
    expect(found(spotlight('', {}, { kind: 'reel' }))).toEqual(['invalid_option /options/kind'])
    expect(found(spotlight('', {}, { locale: 'fr' }))).toEqual(['invalid_option /options/locale'])
  })
})

describe('figures', () => {
  it('are read in both shapes', async () => {
    const session = await open()
    const live = accepted(await session.publish(session.run(spotlight('Levain'))))
    simulator.setCounters(live.externalId, { views: 40, shares: 2 })
    for (const asList of [false, true]) {
      simulator.statsAsList = asList
      expect(await snapchat.measure?.(session.call(), [live.externalId])).toEqual(
        new Map([[live.externalId, { views: 40, shares: 2 }]]),
      )
    }
  })
  it('are those of saved stories too; a story without an id is not asked for', async () => {
    const session = await open()
    const options = { kind: 'saved_story', title: 'Le fournil' }
    const saved = accepted(await session.publish(session.run(content([''], { options }, [picture()]))))
    const story = accepted(await session.publish(session.run(content([''], {}, [picture()]))))
    simulator.setCounters(saved.externalId, { views: 7 })
    expect(story.externalId).toMatch(/^media\//)
    const reads = requests('read')
    expect(await snapchat.measure?.(session.call(), [saved.externalId, story.externalId])).toEqual(
      new Map([[saved.externalId, { views: 7 }]]),
    )
    expect(requests('read') - reads).toBe(1)
  })
  it('are read with an access that has just ended, once it is renewed', async () => {
    const session = await open()
    simulator.followers = 1234
    simulator.expireToken()
    expect(await snapchat.measureChannel?.(session.call())).toEqual({ followers: 1234 })
    expect(session.refreshes).toBe(1)
  })
})
