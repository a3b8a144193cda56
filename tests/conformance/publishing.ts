/** Sending, being refused, removing. */

import { expect, it } from 'vitest'
import { render } from '../../shared/i18n/index.ts'
import { limitsOf, type PostKind } from '../../shared/networks/network.ts'
import { isPostAddress } from '../../shared/networks/post-address.ts'
import type { Fault } from '../simulators/simulator.ts'
import { inEveryType, withCover } from './edges.ts'
import { closeConnections, newText } from './session.ts'
import { accepted, expectLiveOnce, inParts, known, liveWith, type Stage, saidBy, shapes } from './stage.ts'

const waits: readonly Extract<Fault, { kind: 'limited' }>[] = [
  { kind: 'limited', wait: 'seconds', seconds: 120 },
  { kind: 'limited', wait: 'date', seconds: 120 },
  { kind: 'limited', wait: 'none', seconds: 120 },
]

export function publishing({ plain, connector, capabilities, subject, simulator, session }: Stage): void {
  for (const shape of shapes(connector, subject))
    it(`publishes ${shape.name}, each part once and nothing before its moment`, async () => {
      const run = session().run(shape.make())
      const review = connector.review(run.content, session().call().limits, session().call().settings)
      expect(review.problems).toEqual([])
      const live = accepted(await session().publish(run))
      const said = saidBy(shape, run.content)
      expectLiveOnce(simulator(), run.content, said)
      const posts = simulator().live()
      expect(posts.length).toBe(said.length)
      expect(live.externalId).toBe(posts[0]?.externalId)
      if (said.length > 1) expect(live.parts).toEqual(posts.map((post) => post.externalId))
      posts.forEach((post, i) => {
        const media = run.content.parts[i]?.media ?? []
        expect(post.parentExternalId).toBe(posts[i - 1]?.externalId)
        expect(post.media.length).toBe(media.length)
        if (
          limitsOf(connector.limits, run.content.options.kind as PostKind | undefined).media.altMax !== undefined &&
          media.every((one) => one.kind === 'image')
        )
          expect(post.media.map((one) => one.alt)).toEqual(media.map((one) => one.alt))
      })
      if (live.url !== undefined) expect(URL.canParse(live.url)).toBe(true)

      const visible = simulator().journal.flatMap((entry, i) => (entry.act === 'publish' ? [i] : []))
      const begun = run.steps.flatMap((step) => (step.kind === 'begin' ? [step.requests] : []))
      expect(begun, 'begin() stands immediately before every visible call').toEqual(visible)
    })
  it('accepts the address of a published post and refuses one of another network', async () => {
    const { account } = session().connected
    const { url, externalId } = accepted(await session().publish(session().run(plain())))
    if (url === undefined || !/^https?:/.test(url)) return
    const shape = known(connector.postAddress)
    expect(isPostAddress(new URL(url), shape, account), url).toBe(true)
    expect([undefined, externalId]).toContain(connector.externalIdOf?.(new URL(url), account))
    const other =
      connector.name === 'instagram' ? 'https://x.com/bakery/status/1' : 'https://www.instagram.com/p/DCabc/'
    expect(isPostAddress(new URL(other), shape, account)).toBe(false)
  })
  it('warns of the same text twice where the network refuses it, and nowhere else', () => {
    expect(capabilities.duplicates !== undefined).toBe(subject.refusesRepeats ?? false)
  })
  const all = shapes(connector, subject)
  const limits = () => session().connected.limits ?? connector.limits
  for (const shape of all.filter((one) => inEveryType(one, all, connector.limits).length > 0))
    it(`publishes ${shape.name} in every type that it takes`, async () => {
      for (const what of inEveryType(shape, all, limits())) {
        accepted(await session().publish(session().run(what)))
        expectLiveOnce(simulator(), what, saidBy(shape, what))
      }
    })
  for (const shape of all.filter((one) => one.make().parts[0]?.media.length))
    it(`uploads each file of ${shape.name} once, however often it is looked at before it is ready`, async () => {
      if (simulator().processingLooks === undefined) return
      const uploads = () =>
        simulator().journal.filter(({ act, method }) => act === 'media' && method !== 'GET' && method !== 'HEAD').length
      const uploadsWith = async (looks: number) => {
        simulator().processingLooks = looks
        const [before, run] = [uploads(), session().run(shape.make())]
        accepted(await session().publish(run))
        expectLiveOnce(simulator(), run.content, saidBy(shape, run.content))
        return uploads() - before
      }
      const once = await uploadsWith(0)
      expect(await uploadsWith(2)).toBe(once)
    })
  for (const mime of subject.covers?.mimes ?? [])
    it(`publishes a cover of the type ${mime}`, async () => {
      const what = withCover(subject, { mime })
      accepted(await session().publish(session().run(what)))
      expectLiveOnce(simulator(), what)
    })
  if (subject.refusesRepeats)
    it('says that the network takes the same text twice for a duplicate', async () => {
      const text = newText()
      accepted(await session().publish(session().run(plain(text))))
      const again = await session().publish(session().run(plain(text)))
      expect(again).toMatchObject({ kind: 'rejected', reason: 'duplicate' })
      expect(liveWith(simulator(), text)).toBe(1)
    })
  else
    it('takes two posts with the same text as two posts', async () => {
      const text = newText()
      const first = accepted(await session().publish(session().run(plain(text))))
      const second = accepted(await session().publish(session().run(plain(text))))
      expect(second.externalId).not.toBe(first.externalId)
      expect(liveWith(simulator(), text)).toBe(2)
    })
  if (capabilities.reconcile.means === 'own key')
    it('cannot double when the same publication is sent again', async () => {
      for (const { make } of shapes(connector, subject)) {
        const run = session().run(make())
        const first = accepted(await session().publish(run))
        const before = simulator().live().length
        const again = accepted(await session().publish(session().run(run.content, run.key)))
        expect(again.externalId).toBe(first.externalId)
        expect(again.parts).toEqual(first.parts)
        expect(simulator().live().length).toBe(before)
      }
    })
  it('waits for a slow answer', async () => {
    simulator().fault({ kind: 'slow', ms: 150 })
    const run = session().run(plain())
    accepted(await session().publish(run))
    expectLiveOnce(simulator(), run.content)
  })
}

export function refusals(stage: Stage): void {
  const { plain, connector, capabilities, subject, simulator, session } = stage
  for (const fault of waits.filter(({ wait }) => subject.waits?.includes(wait) ?? true))
    it(`waits after a limit that says ${fault.wait === 'none' ? 'nothing about time' : `its ${fault.wait}`}`, async () => {
      simulator().fault(fault)
      const run = session().run(plain())
      const before = Date.now()
      const outcome = await session().publish(run)
      if (outcome.kind !== 'limited') throw new Error(`expected limited, got ${JSON.stringify(outcome)}`)
      expect(outcome.until).toBeGreaterThan(before)
      if (fault.wait !== 'none') {
        expect(outcome.until).toBeGreaterThan(before + (fault.seconds - 2) * 1000)
        expect(outcome.until).toBeLessThan(Date.now() + fault.seconds * 2000)
      }
      expect(simulator().live()).toEqual([])
      accepted(await session().publish(run))
      expectLiveOnce(simulator(), run.content)
    })
  for (const status of [500, 503])
    it(`does not guess after a ${status}`, async () => {
      simulator().fault({ kind: 'server_error', status })
      const run = session().run(plain())
      const outcome = await session().publish(run)
      expect(['unknown', 'transient']).toContain(outcome.kind)
      expect((await session().find(run)).kind).not.toBe('found')
      expect(simulator().live()).toEqual([])
    })
  if (subject.waits?.includes('seconds') !== false)
    it('waits as long as a 503 asks', async () => {
      simulator().fault({ kind: 'server_error', status: 503, retryAfterSeconds: 900 })
      const run = session().run(plain())
      const before = Date.now()
      const outcome = await session().publish(run)
      if (outcome.kind !== 'limited') throw new Error(`expected limited, got ${JSON.stringify(outcome)}`)
      expect(outcome.until).toBeGreaterThan(before + 890_000)
      expect(outcome.until).toBeLessThan(Date.now() + 910_000)
      accepted(await session().publish(run))
      expectLiveOnce(simulator(), run.content)
    })
  if (subject.waits?.includes('seconds') !== false)
    it('does not guess after a success that cannot be read, and shows nothing twice', async () => {
      simulator().fault({ kind: 'unreadable' })
      const run = session().run(plain())
      const outcome = await session().publish(run)
      expect(['unknown', 'accepted']).toContain(outcome.kind)
      expectLiveOnce(simulator(), run.content)
      if (outcome.kind === 'unknown') await session().recover(run)
      expectLiveOnce(simulator(), run.content)
    })
  it('is transient when the host cannot be reached', async () => {
    const run = session().run(plain())
    await simulator().stop()
    closeConnections() // a connection that was open could still swallow the request: that would be unknown
    expect(await session().publish(run)).toMatchObject({ kind: 'transient' })
  })
  it('says why the network refused, in plain words', async () => {
    for (const reason of simulator().refusals) {
      simulator().fault({ kind: 'refused', reason })
      const outcome = await session().publish(session().run(plain()))
      expect(outcome).toMatchObject({ kind: 'rejected', reason })
      if (outcome.kind === 'rejected') expect(render(outcome.message, 'en').length).toBeGreaterThan(10)
    }
    expect(simulator().live()).toEqual([])
  })
  const uploads = () => simulator().journal.filter((entry) => entry.act === 'media').length
  /** The first shape that sends files ahead of its post, with how many requests that takes. */
  const uploading = async () => {
    for (const shape of shapes(connector, subject)) {
      const before = uploads()
      accepted(await session().publish(session().run(shape.make())))
      if (uploads() > before) return shape
    }
    return undefined
  }
  if (connector.limits.media.maxCount > 0) {
    it('holds nothing for unknown when an upload fails', async () => {
      const shape = await uploading()
      if (shape === undefined) return
      const requests = uploads()
      accepted(await session().publish(session().run(shape.make())))
      const unreadable = Array.from({ length: uploads() - requests }, (_, skip) => ({
        kind: 'unreadable' as const,
        skip,
      }))
      for (const fault of [
        { kind: 'server_error' as const, status: 502 },
        { kind: 'lost' as const, how: 'cut' as const },
        // whichever of its requests it is
        ...unreadable,
      ]) {
        simulator().fault({ ...fault, on: 'media' })
        const next = session().run(shape.make())
        const outcome = await session().publish(next)
        // what the network answers to some uploads need not be read
        if (outcome.kind !== 'accepted' || fault.kind !== 'unreadable') {
          expect(outcome).toMatchObject({ kind: 'transient' })
          expect(next.since).toBeUndefined()
          accepted(await session().publish(next))
        }
        expectLiveOnce(simulator(), next.content, saidBy(shape, next.content))
      }
    })
    it('does not upload again what the network has', async () => {
      const shape = await uploading()
      if (shape === undefined) return
      const run = session().run(shape.make())
      simulator().fault({ kind: 'limited', wait: 'seconds', seconds: 60 })
      expect((await session().publish(run)).kind).toBe('limited')
      const before = simulator().journal.filter((entry) => entry.act === 'media' && entry.method !== 'GET').length
      accepted(await session().publish(run))
      const after = simulator().journal.filter((entry) => entry.act === 'media' && entry.method !== 'GET').length
      expect(after).toBe(before)
      expectLiveOnce(simulator(), run.content, saidBy(shape, run.content))
    })
  }

  for (const shape of shapes(connector, subject)) {
    const last = saidBy(shape, shape.make()).length - 1
    it(`survives a token that expires before the last call of ${shape.name}`, async () => {
      const run = session().run(shape.make())
      simulator().fault({ kind: 'expired', skip: last })
      const outcome = await session().publish(run)
      if (connector.refresh !== undefined && !subject.refreshesAhead) expect(outcome.kind).toBe('accepted')
      else {
        expect(outcome.kind).toBe('reauthorize')
        expect(simulator().live().length).toBe(last)
        await session().reconnect(simulator().access())
        accepted(await session().publish(run))
      }
      expectLiveOnce(simulator(), run.content, saidBy(shape, run.content))
    })
  }
  if (capabilities.threads) {
    it('goes on where a limit cut a thread', async () => {
      const run = session().run(inParts(plain, 3))
      simulator().fault({ kind: 'limited', wait: 'seconds', seconds: 60, skip: 1 })
      expect((await session().publish(run)).kind).toBe('limited')
      const live = accepted(await session().publish(run))
      expectLiveOnce(simulator(), run.content)
      expect(live.parts).toEqual(
        simulator()
          .live()
          .map((post) => post.externalId),
      )
    })
    it('says what lives of a thread whose next part was refused', async () => {
      const run = session().run(inParts(plain, 3))
      simulator().fault({ kind: 'refused', reason: known(simulator().refusals[0]), skip: 1 })
      const outcome = await session().publish(run)
      expect(outcome).toMatchObject({ kind: 'partial', parts: [simulator().live()[0]?.externalId] })
    })
  }
}

export function deleting({ plain, capabilities, simulator, session }: Stage): void {
  it('removes what it published, and says the same when it was already gone', async () => {
    const kept = accepted(await session().publish(session().run(plain())))
    const what = capabilities.threads ? inParts(plain, 2) : plain()
    const live = accepted(await session().publish(session().run(what)))
    expect(await session().remove(live)).toEqual({ kind: 'deleted' })
    expect(
      simulator()
        .live()
        .map((post) => post.externalId),
    ).toEqual([kept.externalId])
    expect(await session().remove(live)).toEqual({ kind: 'deleted' })
  })
  it('does not say deleted when it does not know', async () => {
    const live = accepted(await session().publish(session().run(plain())))
    simulator().fault(
      { kind: 'server_error', status: 500, on: 'remove' },
      { kind: 'limited', wait: 'seconds', seconds: 60, on: 'remove' },
    )
    expect(['unknown', 'transient']).toContain((await session().remove(live)).kind)
    expect((await session().remove(live)).kind).toBe('limited')
    expect(simulator().live().length).toBe(1)
  })
}
