/**
 * What every network must hold, tested through its connector against its simulator: one call of `conformance` a network.
 * Its capabilities, and what the simulator can do, decide which tests apply.
 */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../shared/kernel/errors.ts'
import type {
  AnyConnector,
  Capabilities,
  Content,
  CounterName,
  InboundEvent,
  Limits,
  Outcome,
  Review,
} from '../../shared/networks/network.ts'
import { connectorOf, webhookOf } from '../../shared/networks/registry.ts'
import type { Access, Fault, Simulator } from '../simulators/simulator.ts'
import { Crash, closeConnections, connect, content, image, newText, Session, throughJson } from './session.ts'
import { webhookConformance } from './webhook.ts'

export interface Conformance {
  /** As in the registry. */
  readonly network: string
  /** A new simulator, not started. Without one (a network that calls nobody) only what needs none is tested. */
  readonly simulator?: () => Simulator
  /** What connects a channel where there is no simulator. */
  readonly access?: Access
  /** Content with the length the network counts for it: links, mentions, emoji. */
  readonly counting?: readonly { readonly name: string; readonly content: Content; readonly length: number }[]
  /** What the network takes to say when something came in. Default comments and mentions. */
  readonly comesIn?: readonly ('comment' | 'mention' | 'direct_message')[]
  /** Whether images can be published without text. Default true. */
  readonly imageAlone?: boolean
}

const waits: readonly Extract<Fault, { kind: 'limited' }>[] = [
  { kind: 'limited', wait: 'seconds', seconds: 120 },
  { kind: 'limited', wait: 'date', seconds: 120 },
  { kind: 'limited', wait: 'none', seconds: 120 },
]

export async function conformance(subject: Conformance): Promise<void> {
  const connector = await connectorOf(subject.network)
  afterAll(closeConnections)
  describe(`${subject.network}: conformance`, () => {
    declarations(connector)
    if (subject.simulator === undefined) withoutServer(connector, subject)
    else withServer(connector, subject, subject.simulator)
  })
}

function declarations(connector: AnyConnector): void {
  const { capabilities } = connector
  it('declares only what it can do', () => {
    expect(connector.remove !== undefined).toBe(capabilities.delete)
    expect(connector.limits.maxParts > 1).toBe(capabilities.threads)
    if (capabilities.reconcile.means !== 'none') expect(connector.find).toBeTypeOf('function')
    if (capabilities.reconcile.means === 'own key') expect(capabilities.reconcile.keyWindowSeconds).toBeGreaterThan(0)
    if (capabilities.comesIn === 'poll') expect(connector.poll).toBeTypeOf('function')
    if (capabilities.counters.length > 0) expect(connector.measure).toBeTypeOf('function')
  })
  it('has a webhook receiver exactly if it is told of things by webhook', async () => {
    expect((await webhookOf(connector.name)) !== undefined).toBe(capabilities.comesIn === 'webhook')
  })
}

function withoutServer(connector: AnyConnector, subject: Conformance): void {
  const access = subject.access ?? { credentials: {}, settings: {}, app: {} }
  reviews(connector, subject, async () => connector.limits)
  it('connects', async () => {
    const { account } = await connect(connector, access)
    expect(account.externalId).not.toBe('')
    expect(account.name).not.toBe('')
  })
  it('publishes, and the same publication again is the same post', async () => {
    const session = await Session.open(connector, undefined, access)
    const run = session.run(content([newText()]))
    const first = await session.publish(run)
    const again = await session.publish(session.run(run.content, run.key))
    const other = await session.publish(session.run(run.content))
    expect(accepted(again).externalId).toBe(accepted(first).externalId)
    expect(accepted(other).externalId).not.toBe(accepted(first).externalId)
  })
  if (connector.capabilities.delete)
    it('deletes, and deleting again is fine', async () => {
      const session = await Session.open(connector, undefined, access)
      const live = accepted(await session.publish(session.run(content([newText()]))))
      expect(await session.remove(live)).toEqual({ kind: 'deleted' })
      expect(await session.remove(live)).toEqual({ kind: 'deleted' })
    })
}

/** What the tests of one network share: a fresh simulator and a connected channel each. */
interface Stage {
  readonly connector: AnyConnector
  readonly capabilities: Capabilities
  readonly subject: Conformance
  simulator(): Simulator
  session(): Session
}

function withServer(connector: AnyConnector, subject: Conformance, make: () => Simulator): void {
  let simulator: Simulator | undefined
  let session: Session | undefined
  const stage: Stage = {
    connector,
    capabilities: connector.capabilities,
    subject,
    simulator: () => known(simulator),
    session: () => known(session),
  }
  beforeEach(async () => {
    simulator = await make().start()
    session = await Session.open(connector, simulator, simulator.access())
  })
  afterEach(async () => {
    await simulator?.stop()
    expect(simulator?.violations).toEqual([])
    expect(simulator?.pendingFaults(), 'faults that nothing met').toEqual([])
  })

  describe('connecting', () => connecting(stage))
  if (connector.refresh !== undefined) describe('refreshing', () => refreshing(stage))
  describe('writing', () => reviews(connector, subject, async () => stage.session().connected.limits ?? connector.limits))
  describe('publishing', () => publishing(stage))
  describe('when the network says no', () => refusals(stage))
  describe('a lost answer', () => lostAnswers(stage))
  describe('killed in the middle', () => crashes(stage))
  if (connector.capabilities.delete) describe('deleting', () => deleting(stage))
  if (connector.capabilities.comesIn === 'webhook') webhookConformance(subject.network, stage, subject.comesIn ?? ['comment', 'mention'])
  if (connector.poll !== undefined) describe('polling', () => polling(stage))
  if (connector.measure !== undefined) describe('measuring', () => measuring(stage))
}

function connecting({ connector, simulator, session }: Stage): void {
  it('takes good credentials and fills in the account', async () => {
    const { account, settings, credentials } = session().connected
    for (const value of [account.externalId, account.handle, account.name]) expect(value).not.toBe('')
    expect(connector.credentials.safeParse(throughJson(credentials)).success).toBe(true)
    const shown = JSON.stringify({ account, settings })
    for (const [name, value] of Object.entries(simulator().access().credentials))
      if (/token|password|secret/i.test(name)) expect(shown).not.toContain(value)
  })
  it('refuses bad credentials in plain words', async () => {
    const error = await connect(connector, simulator().access({ bad: true })).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'credentials_refused' })
  })
  it('says so when the host cannot be reached', async () => {
    const gone = simulator().access({ url: 'http://127.0.0.1:1' })
    const error = await connect(connector, gone).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'host_unreachable' })
  })
  it('does not blame the credentials when the server fails', async () => {
    simulator().fault({ kind: 'server_error', status: 502, on: 'any' })
    const error = await connect(connector, simulator().access()).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(AppError)
    expect((error as AppError).code).not.toBe('credentials_refused')
  })
  it('refuses credentials of another shape', () => {
    expect(connector.credentialsInput.safeParse({ nonsense: 1 }).success).toBe(false)
  })
}

function refreshing({ connector, simulator, session }: Stage): void {
  it('gets working credentials before the old ones end', async () => {
    const refreshed = await connector.refresh?.(session().tools(), session().credentials)
    expect(connector.credentials.safeParse(throughJson(refreshed?.credentials)).success).toBe(true)
  })
  it('publishes with an expired token by refreshing it, once for two at the same time', async () => {
    simulator().expireToken()
    const runs = [session().run(content([newText()])), session().run(content([newText()]))]
    const outcomes = await Promise.all(runs.map((run) => session().publish(run)))
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['accepted', 'accepted'])
    expect(session().refreshes).toBe(1)
    for (const run of runs) expectLiveOnce(simulator(), run.content)
  })
  it('asks for a new connection when nothing can be refreshed any more', async () => {
    simulator().revoke()
    const error = await connector.refresh?.(session().tools(), session().credentials).catch((e: unknown) => e)
    expect(error).toMatchObject({ kind: 'unauthenticated', code: 'reconnect_needed' })
    const outcome = await session().publish(session().run(content([newText()])))
    expect(outcome.kind).toBe('reauthorize')
  })
}

function reviews(connector: AnyConnector, subject: Conformance, limitsNow: () => Promise<Limits>): void {
  const review = async (what: Content): Promise<Review> => {
    const settings: unknown = connector.settings.parse({})
    return connector.review(what, await limitsNow(), settings)
  }
  it('takes text at the limit and refuses one more, with the place', async () => {
    const { max } = (await limitsNow()).text
    const fits = await review(content(['x'.repeat(max)]))
    expect(fits).toMatchObject({ length: max, limit: max, problems: [] })
    const over = await review(content(['x'.repeat(max + 1)]))
    expect(over.length).toBe(max + 1)
    expect(over.problems).toMatchObject([{ pointer: '/parts/0/text' }])
    for (const problem of over.problems) expect(problem.message).not.toBe('')
  })
  it('refuses a post with nothing in it', async () => {
    expect((await review(content(['']))).problems).not.toEqual([])
  })
  it('takes as many images as the network does, and no more', async () => {
    const { maxCount, image: rule } = (await limitsNow()).media
    if (rule === undefined) {
      expect((await review(content([newText()], {}, [image()]))).problems).not.toEqual([])
      return
    }
    const many = (count: number) => Array.from({ length: count }, () => image())
    expect((await review(content([newText()], {}, many(maxCount)))).problems).toEqual([])
    const over = await review(content([newText()], {}, many(maxCount + 1)))
    expect(over.problems.some((problem) => problem.pointer.startsWith('/parts/0/media'))).toBe(true)
  })
  it('refuses media that are too large, of another type, or whose description is too long', async () => {
    const { image: rule, altMax } = (await limitsNow()).media
    if (rule === undefined) return
    const bad = [image({ bytes: rule.maxBytes + 1 }), image({ mime: 'image/x-unheard-of' })]
    if (altMax !== undefined) bad.push(image({ alt: 'x'.repeat(altMax + 1) }))
    for (const media of bad) {
      const { problems } = await review(content([newText()], {}, [media]))
      expect(problems.map((problem) => problem.pointer).join(' ')).toContain('/parts/0/media/0')
    }
    const fits = image({ bytes: rule.maxBytes, ...(altMax === undefined ? {} : { alt: 'x'.repeat(altMax) }) })
    expect((await review(content([newText()], {}, [fits]))).problems).toEqual([])
  })
  it('takes as many parts as the network does, and no more', async () => {
    const { maxParts } = await limitsNow()
    const parts = (count: number) => content(Array.from({ length: count }, () => newText()))
    const most = Math.min(maxParts, 30)
    expect((await review(parts(most))).problems).toEqual([])
    expect((await review(parts(maxParts + 1))).problems).not.toEqual([])
  })
  for (const { name, content: what, length } of subject.counting ?? [])
    it(`counts ${name}`, async () => {
      expect((await review(what)).length).toBe(length)
    })
}

/** The shapes of post that this network takes. */
function shapes(connector: AnyConnector, subject: Conformance): readonly { name: string; make: () => Content }[] {
  const { image: rule, maxCount } = connector.limits.media
  const images = rule !== undefined
  return [
    { name: 'text', make: () => content([newText()]) },
    ...(images ? [{ name: 'one image', make: () => content([newText()], {}, [image()]) }] : []),
    ...(images && subject.imageAlone !== false ? [{ name: 'an image alone', make: () => content([''], {}, [image()]) }] : []),
    ...(images && maxCount > 1
      ? [{ name: 'several images', make: () => content([newText()], {}, [image({ alt: 'Un' }), image({ alt: 'Deux' })]) }]
      : []),
    ...(connector.capabilities.threads
      ? [
          { name: 'a thread', make: () => content([newText('Un'), newText('Deux'), newText('Trois')]) },
          ...(images ? [{ name: 'a thread with an image', make: () => content([newText('Un'), newText('Deux')], {}, [image()]) }] : []),
        ]
      : []),
  ]
}

function publishing({ connector, capabilities, subject, simulator, session }: Stage): void {
  for (const { name, make } of shapes(connector, subject))
    it(`publishes ${name}, each part once and nothing before its moment`, async () => {
      const run = session().run(make())
      const live = accepted(await session().publish(run))
      expectLiveOnce(simulator(), run.content)
      const posts = simulator().live()
      expect(live.externalId).toBe(posts[0]?.externalId)
      if (run.content.parts.length > 1) expect(live.parts).toEqual(posts.map((post) => post.externalId))
      posts.forEach((post, i) => {
        const part = known(run.content.parts[i])
        expect(post.parentExternalId).toBe(posts[i - 1]?.externalId)
        expect(post.media.map((media) => media.alt)).toEqual(part.media.map((media) => media.alt))
      })
      if (live.url !== undefined) expect(URL.canParse(live.url)).toBe(true)

      const visible = simulator().journal.flatMap((entry, i) => (entry.act === 'publish' ? [i] : []))
      const begun = run.steps.flatMap((step) => (step.kind === 'begin' ? [step.requests] : []))
      expect(begun, 'begin() stands immediately before every visible call').toEqual(visible)
    })
  it('takes two posts with the same text as two posts', async () => {
    const text = newText()
    const first = accepted(await session().publish(session().run(content([text]))))
    const second = accepted(await session().publish(session().run(content([text]))))
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
    const run = session().run(content([newText()]))
    accepted(await session().publish(run))
    expectLiveOnce(simulator(), run.content)
  })
}

function refusals(stage: Stage): void {
  const { connector, capabilities, subject, simulator, session } = stage
  for (const fault of waits)
    it(`waits after a limit that says ${fault.wait === 'none' ? 'nothing about time' : `its ${fault.wait}`}`, async () => {
      simulator().fault(fault)
      const run = session().run(content([newText()]))
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
      const run = session().run(content([newText()]))
      const outcome = await session().publish(run)
      expect(['unknown', 'transient']).toContain(outcome.kind)
      expect((await session().find(run)).kind).not.toBe('found')
      expect(simulator().live()).toEqual([])
    })
  it('is transient when the host cannot be reached', async () => {
    const run = session().run(content([newText()]))
    await simulator().stop()
    closeConnections() // a connection that was open could still swallow the request: that would be unknown
    expect(await session().publish(run)).toMatchObject({ kind: 'transient' })
  })
  it('says why the network refused, in plain words', async () => {
    for (const reason of simulator().refusals) {
      simulator().fault({ kind: 'refused', reason })
      const outcome = await session().publish(session().run(content([newText()])))
      expect(outcome).toMatchObject({ kind: 'rejected', reason })
      if (outcome.kind === 'rejected') expect(outcome.message.length).toBeGreaterThan(10)
    }
    expect(simulator().live()).toEqual([])
  })
  if (connector.limits.media.image !== undefined)
    it('holds nothing for unknown when an upload fails', async () => {
      const run = session().run(content([newText()], {}, [image()]))
      await session().publish(run)
      const uploads = simulator().journal.filter((entry) => entry.act === 'media').length
      if (uploads === 0) return
      for (const fault of [{ kind: 'server_error', status: 502 }, { kind: 'lost', how: 'cut' }] as const) {
        simulator().fault({ ...fault, on: 'media' })
        const next = session().run(content([newText()], {}, [image()]))
        expect(await session().publish(next)).toMatchObject({ kind: 'transient' })
        expect(next.since).toBeUndefined()
        accepted(await session().publish(next))
        expectLiveOnce(simulator(), next.content)
      }
    })

  if (connector.limits.media.image !== undefined)
    it('does not upload again what the network has', async () => {
      const uploads = () => simulator().journal.filter((entry) => entry.act === 'media' && entry.method === 'POST').length
      const run = session().run(content([newText()], {}, [image(), image()]))
      simulator().fault({ kind: 'limited', wait: 'seconds', seconds: 60 })
      expect((await session().publish(run)).kind).toBe('limited')
      expect(uploads()).toBe(2)
      accepted(await session().publish(run))
      expect(uploads()).toBe(2)
      expectLiveOnce(simulator(), run.content)
    })

  for (const { name, make } of shapes(connector, subject)) {
    const last = make().parts.length - 1
    it(`survives a token that expires before the last call of ${name}`, async () => {
      const run = session().run(make())
      simulator().fault({ kind: 'expired', skip: last })
      const outcome = await session().publish(run)
      if (connector.refresh !== undefined) expect(outcome.kind).toBe('accepted')
      else {
        expect(outcome.kind).toBe('reauthorize')
        expect(simulator().live().length).toBe(last)
        await session().reconnect(simulator().access())
        accepted(await session().publish(run))
      }
      expectLiveOnce(simulator(), run.content)
    })
  }
  if (capabilities.threads) {
    it('goes on where a limit cut a thread', async () => {
      const run = session().run(content([newText(), newText(), newText()]))
      simulator().fault({ kind: 'limited', wait: 'seconds', seconds: 60, skip: 1 })
      expect((await session().publish(run)).kind).toBe('limited')
      const live = accepted(await session().publish(run))
      expectLiveOnce(simulator(), run.content)
      expect(live.parts).toEqual(simulator().live().map((post) => post.externalId))
    })
    it('says what lives of a thread whose next part was refused', async () => {
      const run = session().run(content([newText(), newText(), newText()]))
      simulator().fault({ kind: 'refused', reason: known(simulator().refusals[0]), skip: 1 })
      const outcome = await session().publish(run)
      expect(outcome).toMatchObject({ kind: 'partial', parts: [simulator().live()[0]?.externalId] })
    })
  }
}

function lostAnswers({ connector, capabilities, subject, simulator, session }: Stage): void {
  const lost = async (make: () => Content, fault: Fault) => {
    const run = session().run(make())
    simulator().fault(fault)
    const outcome = await session().publish(run, { signal: AbortSignal.timeout(fault.kind === 'lost' && fault.how === 'silent' ? 700 : 20_000) })
    expect(outcome.kind).toBe('unknown')
    return run
  }
  for (const how of ['cut', 'silent'] as const)
    it(`is unknown when the connection ${how === 'cut' ? 'is cut' : 'stays silent'} after the network acted`, async () => {
      const run = await lost(() => content([newText()]), { kind: 'lost', how })
      expectLiveOnce(simulator(), run.content)
    })
  if (capabilities.reconcile.means === 'none') return

  for (const { name, make } of shapes(connector, subject))
    it(`finds ${name} again`, async () => {
      const last = make().parts.length - 1
      const run = await lost(make, { kind: 'lost', how: 'cut', skip: last })
      const found = await session().find(run)
      const posts = simulator().live()
      expect(found).toMatchObject({ kind: 'found', externalId: posts[0]?.externalId })
      if (last > 0) expect(found).toMatchObject({ parts: posts.map((post) => post.externalId) })
    })
  if (capabilities.threads)
    it('loses and doubles no part of a thread', async () => {
      for (const skip of [0, 1]) {
        const run = await lost(() => content([newText(), newText(), newText()]), { kind: 'lost', how: 'cut', skip })
        const live = known(await session().recover(run))
        expectLiveOnce(simulator(), run.content)
        expect(live.parts?.length).toBe(3)
      }
    })
  it('does not take an older post with the same text for it', async () => {
    const text = newText()
    const older = simulator().seedPost(text, { at: Date.now() - 60_000 })
    const run = await lost(() => content([text]), { kind: 'lost', how: 'cut' })
    const found = await session().find(run)
    expect(found.kind).toBe('found')
    expect(found).not.toMatchObject({ externalId: older.externalId })
  })
  it('finds nothing when there is only an older post with the same text', async () => {
    const text = newText()
    simulator().seedPost(text, { at: Date.now() - 60_000 })
    const run = await lost(() => content([text]), { kind: 'dropped' })
    expect((await session().find(run)).kind).toBe('absent')
  })
  it('leaves alone what belongs to another publication', async () => {
    const text = newText()
    const run = await lost(() => content([text]), { kind: 'dropped' })
    const other = simulator().seedPost(text)
    expect((await session().find(run, (id) => id === other.externalId)).kind).toBe('absent')
  })
  it('says that it could not look when the network cannot be asked', async () => {
    const run = await lost(() => content([newText()]), { kind: 'dropped' })
    for (const fault of [
      { kind: 'server_error', status: 503, on: 'read' },
      { kind: 'limited', wait: 'none', seconds: 1, on: 'read' },
      { kind: 'dropped', on: 'read' },
    ] as const) {
      simulator().fault(fault)
      expect((await session().find(run)).kind).toBe('unable')
    }
  })
  it('is not doubled by what happens next', async () => {
    for (const fault of [{ kind: 'lost', how: 'cut' }, { kind: 'dropped' }, { kind: 'server_error', status: 500 }] as const) {
      const run = session().run(content([newText()]))
      simulator().fault(fault)
      await session().publish(run)
      await session().recover(run)
      if (session().mayResend || fault.kind === 'lost') expectLiveOnce(simulator(), run.content)
      else expect(liveWith(simulator(), run.content.parts[0]?.text ?? '')).toBe(0)
    }
  })
}

function crashes({ connector, subject, simulator, session }: Stage): void {
  for (const { name, make } of shapes(connector, subject))
    it(`${name} is live exactly once, wherever the function dies`, async () => {
      const clean = session().run(make())
      accepted(await session().publish(clean))
      for (let index = 0; index < clean.steps.length; index++)
        for (const recorded of [true, false]) {
          const before = simulator().live().length
          const run = session().run(make())
          await expect(session().publish(run, { crash: { index, recorded } })).rejects.toBeInstanceOf(Crash)
          const begunOnly = recorded && clean.steps[index]?.kind === 'begin'
          const live = await session().recover(run)
          if (live === undefined) {
            // Nobody can tell, and nothing was sent again: a person decides.
            expect(begunOnly && !session().mayResend).toBe(true)
            expect(simulator().live().length).toBe(before)
          } else {
            expect(simulator().live().length, `killed at step ${index}`).toBe(before + run.content.parts.length)
            expectLiveOnce(simulator(), run.content)
          }
        }
    })
}

function deleting({ capabilities, simulator, session }: Stage): void {
  it('removes what it published, and says the same when it was already gone', async () => {
    const kept = accepted(await session().publish(session().run(content([newText()]))))
    const texts = capabilities.threads ? [newText(), newText()] : [newText()]
    const live = accepted(await session().publish(session().run(content(texts))))
    expect(await session().remove(live)).toEqual({ kind: 'deleted' })
    expect(simulator().live().map((post) => post.externalId)).toEqual([kept.externalId])
    expect(await session().remove(live)).toEqual({ kind: 'deleted' })
  })
  it('does not say deleted when it does not know', async () => {
    const live = accepted(await session().publish(session().run(content([newText()]))))
    simulator().fault({ kind: 'server_error', status: 500, on: 'remove' }, { kind: 'limited', wait: 'seconds', seconds: 60, on: 'remove' })
    expect(['unknown', 'transient']).toContain((await session().remove(live)).kind)
    expect((await session().remove(live)).kind).toBe('limited')
    expect(simulator().live().length).toBe(1)
  })
}

function polling({ connector, subject, simulator, session }: Stage): void {
  const comesIn = subject.comesIn ?? ['comment', 'mention']
  /** Polls until nothing more is said to come, as schedules do: the cursor goes through the table in between. */
  const drain = async (from: string | undefined, between: (round: number) => Promise<void> = async () => {}) => {
    const events: InboundEvent[] = []
    let cursor = from
    for (let round = 0, quiet = 0; round < 60 && quiet < 2; round++) {
      const polled = await known(connector.poll)(session().call(), cursor)
      events.push(...polled.events)
      cursor = polled.cursor === undefined ? undefined : throughJson(polled.cursor)
      quiet = polled.events.length === 0 && !polled.more ? quiet + 1 : 0
      await between(round)
    }
    return { events, cursor }
  }

  it('brings what people said, with who, where and when', async () => {
    const { cursor } = await drain(undefined)
    const live = accepted(await session().publish(session().run(content([newText()]))))
    const injected: { kind: string; externalId: string; text: string }[] = []
    for (const kind of comesIn) {
      const text = newText(kind)
      const { externalId } =
        kind === 'comment'
          ? await simulator().comment(live.externalId, text)
          : kind === 'mention'
            ? await simulator().mention(text)
            : await simulator().directMessage(text)
      injected.push({ kind, externalId, text })
    }
    const { events } = await drain(cursor)
    expect(events.length).toBe(injected.length)
    for (const { kind, externalId, text } of injected) {
      const event = events.find((one) => one.externalId === externalId)
      expect(event, kind).toMatchObject({ kind, action: 'created' })
      expect(event?.text).toContain(text)
      expect(event?.author?.name).not.toBe('')
      expect(Math.abs((event?.at ?? 0) - Date.now())).toBeLessThan(60_000)
      if (kind === 'comment') expect([event?.postExternalId, event?.parentExternalId]).toContain(live.externalId)
    }
  })
  it('loses and doubles nothing over pages, restarts and arrivals in between', async () => {
    const { cursor } = await drain(undefined)
    simulator().pageSize = 3
    const sent: string[] = []
    const arrive = async () => {
      sent.push((await simulator().mention(newText())).externalId)
    }
    for (let i = 0; i < 8; i++) await arrive()
    const first = await drain(cursor, async (round) => {
      if (round < 3) await arrive()
    })
    const second = await drain(first.cursor)
    const seen = [...first.events, ...second.events].map((event) => event.externalId)
    expect(new Set(seen)).toEqual(new Set(sent))
    expect(seen.length).toBe(sent.length)
    await arrive()
    expect((await drain(second.cursor)).events.map((event) => event.externalId)).toEqual(sent.slice(-1))
  })
  it('throws when the network cannot be asked, so that the cursor stays', async () => {
    simulator().fault({ kind: 'server_error', status: 503, on: 'read' })
    await expect(known(connector.poll)(session().call(), undefined)).rejects.toThrow()
  })
}

function measuring({ connector, capabilities, simulator, session }: Stage): void {
  const measure = (ids: readonly string[]) => known(connector.measure)(session().call(), ids)
  const figures = (from: number) => Object.fromEntries(capabilities.counters.map((name, i) => [name, from + i * 7])) as Record<CounterName, number>

  it('reads every counter of every post, and invents none', async () => {
    const [one, two] = [
      accepted(await session().publish(session().run(content([newText()])))),
      accepted(await session().publish(session().run(content([newText()])))),
    ]
    simulator().setCounters(one.externalId, figures(3))
    simulator().setCounters(two.externalId, figures(500))
    const measured = await measure([one.externalId, two.externalId])
    expect(measured.get(one.externalId)).toEqual(figures(3))
    expect(measured.get(two.externalId)).toEqual(figures(500))
  })
  it('leaves out a counter that the network does not tell', async () => {
    const live = accepted(await session().publish(session().run(content([newText()]))))
    for (const name of capabilities.counters) {
      simulator().setCounters(live.externalId, { ...figures(3), [name]: undefined })
      const { [name]: _, ...rest } = figures(3)
      expect((await measure([live.externalId])).get(live.externalId)).toEqual(rest)
    }
  })
  if (capabilities.delete)
    it('says nothing of a post that is gone', async () => {
      const kept = accepted(await session().publish(session().run(content([newText()]))))
      const gone = accepted(await session().publish(session().run(content([newText()]))))
      await session().remove(gone)
      expect([...(await measure([gone.externalId, kept.externalId])).keys()]).toEqual([kept.externalId])
    })
  it('throws when the network cannot be asked: that is not zero', async () => {
    const live = accepted(await session().publish(session().run(content([newText()]))))
    simulator().fault({ kind: 'server_error', status: 503, on: 'read' })
    await expect(measure([live.externalId])).rejects.toThrow()
  })
  if (connector.measureChannel !== undefined)
    it('reads how many follow', async () => {
      simulator().followers = 1234
      expect(await connector.measureChannel?.(session().call())).toEqual({ followers: 1234 })
    })
}

// ---- what a user would notice ---------------------------------------------------------------------------------------

function accepted(outcome: Outcome): Extract<Outcome, { kind: 'accepted' }> {
  if (outcome.kind !== 'accepted') throw new Error(`expected accepted, got ${JSON.stringify(outcome)}`)
  return outcome
}

const liveWith = (simulator: Simulator, text: string) => simulator.live().filter((post) => post.text === text).length

function expectLiveOnce(simulator: Simulator, what: Content): void {
  for (const { text } of what.parts) if (text !== '') expect(liveWith(simulator, text), `live posts saying "${text}"`).toBe(1)
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The test expected a value here.')
  return value
}
