import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { googleBusiness } from '../../../shared/networks/google_business/index.ts'
import { asWritten } from '../../../shared/networks/google_business/listen.ts'
import type { ChannelCall, Content } from '../../../shared/networks/network.ts'
import { closeConnections, content, image, newText, Session } from '../../conformance/session.ts'
import { accepted, known } from '../../conformance/stage.ts'
import { GoogleBusinessSimulator } from '../../simulators/google-business.ts'

const post = (options: Readonly<Record<string, unknown>> = {}, text = newText()): Content =>
  content([text], { options })
const review = (what: Content) => googleBusiness.review(what, googleBusiness.limits, {})
const found = (what: Content) => review(what).problems.map(({ pointer, code }) => `${pointer} ${code}`)

describe('what Google would refuse', () => {
  const event = { kind: 'event', title: 'Journée du pain', start: '2026-12-05', end: '2026-12-06' }
  it('is an event or an offer without a title or its times', () => {
    expect(found(post(event))).toEqual([])
    expect(found(post({ kind: 'offer' }))).toEqual([
      '/options/title title_missing',
      '/options/start start_missing',
      '/options/end end_missing',
    ])
    expect(found(post({ ...event, title: 'x'.repeat(59) }))).toEqual(['/options/title text_too_long'])
  })
  it('is an end before its start, and a day that there is not', () => {
    expect(found(post({ ...event, end: '2026-12-04' }))).toEqual(['/options/end end_before_start'])
    expect(found(post({ ...event, start: '2026-12-05T18:00', end: '2026-12-05T17:00' }))).toEqual([
      '/options/end end_before_start',
    ])
    expect(found(post({ ...event, start: '2026-12-05T18:00', end: '2026-12-05' }))).toEqual([])
    expect(found(post({ ...event, end: '2027-02-30' }))).toEqual(['/options/end invalid_option'])
  })
  it('is a button without a link, and a link that nothing leads to', () => {
    expect(found(post({ button: 'book' }))).toEqual(['/options/link link_missing'])
    expect(found(post({ button: 'call' }))).toEqual([])
    expect(found(post({ button: 'call', link: 'https://b.example/' }))).toEqual(['/options/button button_refused'])
    expect(found(post({ ...event, kind: 'offer', button: 'shop', link: 'https://b.example/' }))).toEqual([
      '/options/button button_refused',
    ])
  })
  it('is a coupon outside an offer, and a title outside both', () => {
    expect(found(post({ coupon: 'X' }))).toEqual(['/options/kind kind_missing'])
    expect(found(post({ title: 'X' }))).toEqual(['/options/kind kind_missing'])
  })
  it('is a photo it cannot fetch, or that is too small', () => {
    const photo = (change: Parameters<typeof image>[0]) =>
      found(content(['x'], {}, [image({ mime: 'image/jpeg', width: 1200, height: 900, ...change })]))
    expect(photo({ url: undefined })).toEqual(['/parts/0/media/0 no_public_address'])
    expect(photo({ width: 399 })).toEqual(['/parts/0/media/0 media_too_small'])
  })
  it('warns of telephone numbers however they are spaced, and of nothing else with digits', () => {
    const warned = (text: string) => (review(post({}, text)).warnings ?? []).map(({ code }) => code)
    for (const number of [
      '02 98 00 00 00',
      '+33 2 98 00 00 00',
      '02\u202F98\u00A000.00-00',
      '(212) 555-0123',
      '0298000000',
    ])
      expect(warned(`Appelez le ${number} !`), number).toEqual(['telephone_number'])
    for (const text of ['Le 05/12/2026 à 18 h 30', '1 250 000 baguettes', 'Depuis 1987, 12 000 pains', '75011 Paris'])
      expect(warned(text), text).toEqual([])
  })
})

describe('a location on Google', () => {
  let simulator: GoogleBusinessSimulator
  let session: Session
  beforeEach(async () => {
    simulator = await new GoogleBusinessSimulator().start()
    session = await Session.open(googleBusiness, simulator, simulator.access())
  })
  afterEach(async () => {
    await simulator.stop()
    expect(simulator.violations).toEqual([])
    expect(simulator.pendingFaults()).toEqual([])
  })
  afterAll(closeConnections)
  const call = () => session.call() as ChannelCall<never, never>
  const poll = (cursor?: string) => known(googleBusiness.poll)(call(), cursor)
  const reply = (externalId: string) =>
    known(googleBusiness.act)({
      ...call(),
      target: { kind: 'review', externalId, at: Date.now() },
      action: { name: 'reply', text: 'Merci' },
      key: 'x',
    })

  it('gets an event at the hours that its clocks will show', async () => {
    const options = { kind: 'event', title: 'Nocturne', start: '2026-12-05T18:30', end: '2026-12-05' }
    accepted(await session.publish(session.run(post(options))))
    expect(simulator.live()[0]?.extra.body).toMatchObject({
      languageCode: 'fr',
      topicType: 'EVENT',
      event: {
        title: 'Nocturne',
        schedule: {
          startDate: { year: 2026, month: 12, day: 5 },
          startTime: { hours: 18, minutes: 30 },
          endDate: { year: 2026, month: 12, day: 5 },
        },
      },
    })
  })
  it('gets a link as a button, and an offer’s as its own', async () => {
    const link = 'https://boulangerie.example/pain'
    accepted(await session.publish(session.run(post({ link }))))
    const dated = { title: 'Dix pour cent', start: '2026-12-05', end: '2026-12-06' }
    accepted(await session.publish(session.run(post({ ...dated, kind: 'offer', link, coupon: 'PAIN' }))))
    expect(simulator.live().map(({ extra }) => extra.body)).toMatchObject([
      { callToAction: { actionType: 'LEARN_MORE', url: link } },
      { offer: { couponCode: 'PAIN', redeemOnlineUrl: link } },
    ])
  })
  it('waits until Google has looked the post over', async () => {
    simulator.processingLooks = 2
    const run = session.run(post())
    expect(accepted(await session.publish(run)).url).toContain('https://local.google.com/')
    expect(simulator.live()).toHaveLength(1)
  })
  it('says when Google then rejects it, and leaves nothing behind', async () => {
    simulator.processingLooks = 1
    simulator.rejects = true
    const run = session.run(post())
    expect(await session.publish(run)).toMatchObject({ kind: 'rejected', reason: 'policy' })
    expect(simulator.live()).toEqual([])
    simulator.rejects = false
    accepted(await session.publish(run))
  })
  it('goes on looking where the answer was lost before Google had decided', async () => {
    simulator.processingLooks = 2
    const run = session.run(post())
    simulator.fault({ kind: 'lost', how: 'cut' })
    expect((await session.publish(run)).kind).toBe('unknown')
    const live = known(await session.recover(run))
    expect(simulator.live().map(({ externalId }) => externalId)).toEqual([live.externalId])
  })
  it('asks for a new connection where a post cannot be looked up any more', async () => {
    const run = session.run(post())
    simulator.fault({ kind: 'lost', how: 'cut' })
    await session.publish(run)
    simulator.revoke()
    await expect(session.find(run)).rejects.toMatchObject({ code: 'reconnect_needed' })
  })
  it.each([
    ['APPROVED', 'delivered'],
    ['REJECTED', 'failed'],
  ] as const)('answers a review pending until Google decides: %s is %s', async (decision, state) => {
    const { externalId } = await simulator.review('Très bon', 5)
    // far beyond the pages that a poll reads
    for (let i = 0; i < 3; i++) await simulator.review(`Bien ${i}`, 4)
    simulator.pageSize = 1
    const acted = await reply(externalId)
    expect(acted).toEqual({ kind: 'done', externalId: `${externalId}/reply`, pending: true })
    const states = () => known(googleBusiness.answerStates)(call(), [`${externalId}/reply`, 'gone/reply'])
    expect(await states()).toEqual(new Map([[`${externalId}/reply`, 'sent']]))
    simulator.decideReply(externalId, decision)
    expect(await states()).toEqual(new Map([[`${externalId}/reply`, state]]))
  })

  it('refuses an answer that Google rejects at once, and does not wait for one that it approves at once', async () => {
    const { externalId } = await simulator.review('Très bon', 5)
    simulator.repliesAre = 'REJECTED'
    expect(await reply(externalId)).toMatchObject({ kind: 'rejected', reason: 'policy', pointer: '/text' })
    simulator.repliesAre = 'APPROVED'
    expect(await reply(externalId)).toEqual({ kind: 'done', externalId: `${externalId}/reply` })
  })

  it('does not take a rejected reply for an answer given at Google', async () => {
    const { cursor } = await poll()
    const { externalId } = await simulator.review('Très bon', 5)
    await simulator.answerInApp(externalId, 'Merci')
    simulator.decideReply(externalId, 'REJECTED')
    expect((await poll(cursor)).events.map((one) => one.externalId)).toEqual([externalId])
  })

  it('tells of reviews with their stars, and of those who think again, once each', async () => {
    let { cursor, events } = await poll()
    const { externalId } = await simulator.review('Très bon', 5)
    ;({ cursor, events } = await poll(cursor))
    expect(events).toMatchObject([{ kind: 'review', action: 'created', rating: 5, text: 'Très bon', externalId }])
    simulator.changeReview(externalId, 'Moins bon', 2)
    ;({ cursor, events } = await poll(cursor))
    expect(events).toMatchObject([{ action: 'edited', rating: 2, text: 'Moins bon', externalId }])
    expect((await poll(cursor)).events).toEqual([])
  })
  it('tells of stars without a word', async () => {
    const { cursor } = await poll()
    await simulator.review('', 1)
    expect((await poll(cursor)).events).toMatchObject([{ rating: 1, text: undefined }])
  })
  it('refuses an answer that Google would cut', async () => {
    const { externalId } = await simulator.review('Très bon', 5)
    const act = (text: string) =>
      known(googleBusiness.act)({
        ...call(),
        target: { kind: 'review', externalId, at: Date.now() },
        action: { name: 'reply', text },
        key: 'x',
      })
    expect(await act('é'.repeat(2048))).toMatchObject({ kind: 'done' })
    expect(await act('é'.repeat(2049))).toMatchObject({ kind: 'rejected', reason: 'invalid', pointer: '/text' })
  })
  it('is measured by the last day that Google has counted, however late it is', async () => {
    simulator.channelFigures = { views: 812, clicks: 14, calls: 0, directions: 9 }
    for (const late of [1, 3, 5]) {
      simulator.lateDays = late
      expect(await known(googleBusiness.measureChannel)(call())).toEqual({
        views: 812,
        clicks: 14,
        calls: 0,
        directions: 9,
      })
    }
  })
  it('is not measured where Google has counted nothing: that is not zero', async () => {
    simulator.lateDays = 30
    expect(await known(googleBusiness.measureChannel)(call())).toEqual({})
  })
})

describe('what a person wrote in a review', () => {
  it('is kept without Google’s translation', () => {
    expect(asWritten('Très bon\n\n(Translated by Google)\nVery good')).toBe('Très bon')
    expect(asWritten('(Translated by Google) Very good\n\n(Original)\nTrès bon')).toBe('Très bon')
    expect(asWritten('Très bon')).toBe('Très bon')
    expect(asWritten('(Translated by Google) Very good')).toBe('(Translated by Google) Very good')
    expect(asWritten(undefined)).toBeUndefined()
  })
})
