/** Answers that were lost, and functions that died: each post is live exactly once, or a person is asked. */
import { expect, it } from 'vitest'
import type { Content, Live } from '../../shared/networks/network.ts'
import type { Fault } from '../simulators/simulator.ts'
import { Crash, newText, type Session, throughJson } from './session.ts'
import { accepted, expectLiveOnce, inParts, known, liveWith, type Stage, saidBy, shapes } from './stage.ts'

export function lostAnswers({ plain, connector, capabilities, subject, simulator, session }: Stage): void {
  const lost = async (make: () => Content, fault: Fault) => {
    const run = session().run(make())
    simulator().fault(fault)
    const outcome = await session().publish(run, {
      signal: AbortSignal.timeout(fault.kind === 'lost' && fault.how === 'silent' ? 700 : 20_000),
    })
    expect(outcome.kind).toBe('unknown')
    return run
  }
  /** What is found; where the network is still at it, what it comes to. */
  const followed = async (run: ReturnType<Session['run']>): Promise<Live> => {
    const found = await session().find(run)
    if (found.kind === 'found') return found
    if (found.kind !== 'resume') throw new Error(`expected it to be found, got ${JSON.stringify(found)}`)
    run.checkpoint = throughJson(found.checkpoint)
    return accepted(await session().publish(run))
  }
  for (const how of ['cut', 'silent'] as const)
    it(`is unknown when the connection ${how === 'cut' ? 'is cut' : 'stays silent'} after the network acted`, async () => {
      const run = await lost(() => plain(), { kind: 'lost', how })
      expectLiveOnce(simulator(), run.content)
    })
  if (capabilities.reconcile.means === 'none') return

  for (const shape of shapes(connector, subject))
    it(`finds ${shape.name} again`, async () => {
      const last = saidBy(shape, shape.make()).length - 1
      const run = await lost(() => shape.make(), { kind: 'lost', how: 'cut', skip: last })
      const found = await followed(run)
      const posts = simulator().live()
      expect(found).toMatchObject({ externalId: posts[0]?.externalId })
      if (last > 0) expect(found).toMatchObject({ parts: posts.map((post) => post.externalId) })
    })
  if (capabilities.threads)
    it('loses and doubles no part of a thread', async () => {
      for (const skip of [0, 1]) {
        const run = await lost(() => inParts(plain, 3), { kind: 'lost', how: 'cut', skip })
        const live = known(await session().recover(run))
        expectLiveOnce(simulator(), run.content)
        expect(live.parts?.length).toBe(3)
      }
    })
  it('does not take an older post with the same text for it', async () => {
    const text = newText()
    const older = simulator().seedPost(text, { at: Date.now() - 60_000 })
    const run = await lost(() => plain(text), { kind: 'lost', how: 'cut' })
    const found = await followed(run)
    expect(found.externalId).not.toBe(older.externalId)
  })
  it('finds nothing when there is only an older post with the same text', async () => {
    const text = newText()
    simulator().seedPost(text, { at: Date.now() - 60_000 })
    const run = await lost(() => plain(text), { kind: 'dropped' })
    expect((await session().find(run)).kind).toBe('absent')
  })
  it('leaves alone what belongs to another publication', async () => {
    const text = newText()
    const run = await lost(() => plain(text), { kind: 'dropped' })
    const other = simulator().seedPost(text)
    expect((await session().find(run, (id) => id === other.externalId)).kind).toBe('absent')
  })
  it('says that it could not look when the network cannot be asked', async () => {
    const run = await lost(() => plain(), { kind: 'dropped' })
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
    for (const fault of [
      { kind: 'lost', how: 'cut' },
      { kind: 'dropped' },
      { kind: 'server_error', status: 500 },
    ] as const) {
      const run = session().run(plain())
      simulator().fault(fault)
      await session().publish(run)
      await session().recover(run)
      if (session().mayResend || fault.kind === 'lost') expectLiveOnce(simulator(), run.content)
      else expect(liveWith(simulator(), run.content.parts[0]?.text ?? '')).toBe(0)
    }
  })
}

export function crashes({ connector, subject, simulator, session }: Stage): void {
  for (const shape of shapes(connector, subject))
    it(`${shape.name} is live exactly once, wherever the function dies`, async () => {
      const clean = session().run(shape.make())
      accepted(await session().publish(clean))
      for (let index = 0; index < clean.steps.length; index++)
        for (const recorded of [true, false]) {
          const before = simulator().live().length
          const run = session().run(shape.make())
          await expect(session().publish(run, { crash: { index, recorded } })).rejects.toBeInstanceOf(Crash)
          const begunOnly = recorded && clean.steps[index]?.kind === 'begin'
          const live = await session().recover(run)
          if (live === undefined) {
            // Nobody can tell, and nothing was sent again: a person decides.
            expect(begunOnly && !session().mayResend).toBe(true)
            expect(simulator().live().length).toBeLessThan(before + saidBy(shape, run.content).length)
          } else {
            expect(simulator().live().length, `killed at step ${index}`).toBe(
              before + saidBy(shape, run.content).length,
            )
            expectLiveOnce(simulator(), run.content, saidBy(shape, run.content))
          }
        }
    })
}
