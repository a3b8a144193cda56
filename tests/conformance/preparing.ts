/** Work ahead of its second: nothing is visible, it is resumed where it stopped, and the send goes on from it. */
import { expect, it } from 'vitest'
import { Crash } from './session.ts'
import { accepted, expectLiveOnce, known, type Shape, type Stage, saidBy, shapes } from './stage.ts'

export function preparing({ connector, subject, simulator, session }: Stage): void {
  const early: readonly Shape[] = shapes(connector, subject).filter((shape) => known(connector.ahead)(shape.make()) > 0)
  it('has something to do ahead', () => expect(early).not.toEqual([]))
  for (const shape of early) {
    it(`prepares ${shape.name} without showing it, and publishes it from there`, async () => {
      const run = session().run(shape.make())
      expect((await session().prepare(run)).kind).toBe('prepared')
      expect(simulator().live()).toEqual([])
      expect(simulator().journal.filter((entry) => entry.act === 'publish')).toEqual([])
      const uploads = () => simulator().journal.filter((entry) => entry.act === 'media').length
      const before = uploads()
      accepted(await session().publish(run))
      expectLiveOnce(simulator(), run.content, saidBy(shape, run.content))
      // the further parts of a chain answer the one before: they can only be made then
      if (run.content.parts.length === 1) expect(uploads(), 'what was prepared is not done again').toBe(before)
    })
    it(`${shape.name} is live once, wherever the preparation dies`, async () => {
      const clean = session().run(shape.make())
      await session().prepare(clean)
      for (let index = 0; index < clean.steps.length; index++)
        for (const recorded of [true, false]) {
          const run = session().run(shape.make())
          const count = simulator().live().length
          await expect(session().prepare(run, { index, recorded })).rejects.toBeInstanceOf(Crash)
          expect((await session().prepare(run)).kind).toBe('prepared')
          expect(simulator().live().length).toBe(count)
          accepted(await session().publish(run))
          expectLiveOnce(simulator(), run.content, saidBy(shape, run.content))
        }
    })
  }
  it('tells a failure of the network from a refusal', async () => {
    const shape = known(early[0])
    simulator().fault({ kind: 'server_error', status: 503, on: 'media' })
    const run = session().run(shape.make())
    expect((await session().prepare(run)).kind).toBe('transient')
    expect((await session().prepare(run)).kind).toBe('prepared')
  })
}
