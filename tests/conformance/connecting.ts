/** Credentials, and what is said while a post is written. */
import { expect, it } from 'vitest'
import { AppError } from '../../shared/kernel/errors.ts'
import type { AnyConnector, Content, Limits, Review } from '../../shared/networks/network.ts'
import { connect, throughJson } from './session.ts'
import { type Conformance, expectLiveOnce, imageOf, inParts, plainOf, type Stage, withMedia } from './stage.ts'

export function connecting({ connector, simulator, session }: Stage): void {
  it('takes good credentials and fills in the account', async () => {
    const { account, settings, credentials } = session().connected
    for (const value of [account.externalId, account.handle, account.name]) expect(value).not.toBe('')
    expect(connector.credentials.safeParse(throughJson(credentials)).success).toBe(true)
    const shown = JSON.stringify({ account, settings })
    for (const [name, value] of Object.entries(simulator().access().credentials))
      if (/token|password|secret/i.test(name)) expect(shown).not.toContain(value)
  })
  it('refuses bad credentials in plain words', async () => {
    const error = await connect(connector, simulator().access({ bad: true }), simulator()).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'credentials_refused' })
  })
  it('says so when the host cannot be reached', async () => {
    const gone = simulator().access({ url: 'http://127.0.0.1:1' })
    const error = await connect(connector, gone, simulator()).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'host_unreachable' })
  })
  it('does not blame the credentials when the server fails', async () => {
    simulator().fault({ kind: 'server_error', status: 502, on: 'any' })
    const error = await connect(connector, simulator().access(), simulator()).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(AppError)
    expect((error as AppError).code).not.toBe('credentials_refused')
  })
  it('refuses credentials of another shape', () => {
    expect(connector.credentialsInput.safeParse({ nonsense: 1 }).success).toBe(false)
  })
}

export function refreshing({ plain, connector, subject, simulator, session }: Stage): void {
  it('gets working credentials before the old ones end', async () => {
    const refreshed = await connector.refresh?.(session().tools(), session().credentials)
    expect(connector.credentials.safeParse(throughJson(refreshed?.credentials)).success).toBe(true)
  })
  if (!subject.refreshesAhead)
    it('publishes with an expired token by refreshing it, once for two at the same time', async () => {
      simulator().expireToken()
      const runs = [session().run(plain()), session().run(plain())]
      const outcomes = await Promise.all(runs.map((run) => session().publish(run)))
      expect(outcomes.map((outcome) => outcome.kind)).toEqual(['accepted', 'accepted'])
      expect(session().refreshes).toBe(1)
      for (const run of runs) expectLiveOnce(simulator(), run.content)
    })
  it('asks for a new connection when nothing can be refreshed any more', async () => {
    simulator().revoke()
    const error = await connector.refresh?.(session().tools(), session().credentials).catch((e: unknown) => e)
    expect(error).toMatchObject({ kind: 'unauthenticated', code: 'reconnect_needed' })
    const outcome = await session().publish(session().run(plain()))
    expect(outcome.kind).toBe('reauthorize')
  })
}

export function reviews(connector: AnyConnector, subject: Conformance, limitsNow: () => Promise<Limits>): void {
  const plain = plainOf(subject)
  const picture = imageOf(subject)
  const review = async (what: Content): Promise<Review> => {
    const settings: unknown = connector.settings.parse({})
    return connector.review(what, await limitsNow(), settings)
  }
  it('takes text at the limit and refuses one more, with the place', async () => {
    const { max } = (await limitsNow()).text
    const fits = await review(plain('x'.repeat(max)))
    expect(fits).toMatchObject({ length: max, limit: max, problems: [] })
    const over = await review(plain('x'.repeat(max + 1)))
    expect(over.length).toBe(max + 1)
    expect(over.problems).toMatchObject([{ pointer: '/parts/0/text' }])
    for (const problem of over.problems) expect(problem.message).not.toBe('')
  })
  it('refuses a post with nothing in it', async () => {
    expect((await review({ ...plain(), parts: [{ text: '', media: [] }] })).problems).not.toEqual([])
  })
  it('takes as many images as the network does, and no more', async () => {
    const { maxCount, image: rule } = (await limitsNow()).media
    if (maxCount === 0) return
    if (rule === undefined) {
      expect((await review(withMedia(plain(), [picture()]))).problems).not.toEqual([])
      return
    }
    const many = (count: number) => Array.from({ length: count }, () => picture())
    expect((await review(withMedia(plain(), many(maxCount)))).problems).toEqual([])
    const over = await review(withMedia(plain(), many(maxCount + 1)))
    expect(over.problems.some((problem) => problem.pointer.startsWith('/parts/0/media'))).toBe(true)
  })
  it('refuses media that are too large, of another type, or whose description is too long', async () => {
    const { image: rule, altMax } = (await limitsNow()).media
    if (rule === undefined) return
    const bad = [picture({ bytes: rule.maxBytes + 1 }), picture({ mime: 'image/x-unheard-of' })]
    if (altMax !== undefined) bad.push(picture({ alt: 'x'.repeat(altMax + 1) }))
    for (const media of bad) {
      const { problems } = await review(withMedia(plain(), [media]))
      expect(problems.map((problem) => problem.pointer).join(' ')).toContain('/parts/0/media/0')
    }
    const fits = picture({ bytes: rule.maxBytes, ...(altMax === undefined ? {} : { alt: 'x'.repeat(altMax) }) })
    expect((await review(withMedia(plain(), [fits]))).problems).toEqual([])
  })
  it('takes as many parts as the network does, and no more', async () => {
    const { maxParts } = await limitsNow()
    const parts = (count: number) => inParts(plain, count)
    const most = Math.min(maxParts, 30)
    expect((await review(parts(most))).problems).toEqual([])
    expect((await review(parts(maxParts + 1))).problems).not.toEqual([])
  })
  for (const { name, content: what, length } of subject.counting ?? [])
    it(`counts ${name}`, async () => {
      expect((await review(what)).length).toBe(length)
    })
}
