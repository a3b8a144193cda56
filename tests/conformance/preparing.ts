/** Work ahead of its second: nothing is visible, it is resumed where it stopped, and the send goes on from it. */
import { expect, it } from 'vitest'
import type { Content, Media } from '../../shared/networks/network.ts'
import { Crash } from './session.ts'
import { accepted, expectLiveOnce, known, type Shape, type Stage, saidBy, shapes } from './stage.ts'

/** What was prepared and is not needed any more is removed, unless somebody sees it or made it theirs. */
export function discarding({ connector, subject, simulator, session }: Stage): void {
  const early = shapes(connector, subject).filter((shape) => known(connector.ahead)(shape.make()) > 0)
  const left = () => known(simulator().leftovers?.())
  for (const shape of early)
    it(`removes ${shape.name} that was prepared, and removing it again is fine`, async () => {
      const run = session().run(shape.make())
      await session().prepare(run)
      const other = session().run(shape.make())
      await session().prepare(other)
      const before = left()
      expect((await session().discard(run)).kind).toBe('discarded')
      expect((await session().discard(run)).kind).toBe('discarded')
      if (before > 0) expect(left()).toBe(before / 2)
      accepted(await session().publish(other))
      expectLiveOnce(simulator(), other.content, saidBy(shape, other.content))
    })
  /** A shape that leaves something behind. */
  const leaving = async () => {
    for (const shape of early) {
      const run = session().run(shape.make())
      await session().prepare(run)
      if (left() > 0) return { shape, run }
    }
    throw new Error('Nothing that is prepared stays on the network.')
  }
  it('keeps what is live', async () => {
    const { run } = await leaving()
    accepted(await session().publish(run))
    const count = simulator().live().length
    expect((await session().discard(run)).kind).toBe('kept')
    expect(simulator().live().length).toBe(count)
  })
  it('keeps what somebody else changed or shows', async () => {
    const { run } = await leaving()
    known(simulator().takeOver).call(simulator())
    const before = left()
    expect((await session().discard(run)).kind).toBe('kept')
    expect(left()).toBe(before)
  })
  it('removes nothing where nothing was prepared', async () => {
    expect((await session().discard(session().run(known(early[0]).make()))).kind).toBe('discarded')
  })
  for (const on of ['read', 'remove'] as const)
    it(`tries again after a failure of the network (${on})`, async () => {
      const { run } = await leaving()
      simulator().fault({ kind: 'server_error', status: 503, on })
      expect((await session().discard(run)).kind).toBe('transient')
      expect((await session().discard(run)).kind).toBe('discarded')
      expect(left()).toBe(0)
    })
}

const isImage = ({ kind }: Media) => kind === 'image'

const newAlt = (media: Media, at: number): Media => ({ ...media, alt: `Corrigé ${at}` })

/** With another focus point the file is another one. */
const newPicture = (media: Media, at: number): Media => {
  const read = async (range?: { readonly from: number; readonly to: number }) => {
    const bytes = Buffer.concat([await media.read(), Buffer.from('corrected')])
    return new Uint8Array(range === undefined ? bytes : bytes.subarray(range.from, range.to))
  }
  const [file, url] = [`corrected-${media.file}`, media.url?.replace(media.file, `corrected-${media.file}`)]
  return { ...newAlt(media, at), bytes: media.bytes + 'corrected'.length, file, url, read }
}

const withImages = (content: Content, change: (media: Media, at: number) => Media): Content => ({
  ...content,
  parts: content.parts.map((part) => ({
    ...part,
    media: part.media.map((media, at) => (isImage(media) ? change(media, at) : media)),
  })),
  ...(content.cover === undefined ? {} : { cover: change(content.cover, 99) }),
})

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
  const corrections = { 'its alt texts': newAlt, 'its pictures and their alt texts': newPicture }
  for (const shape of early.filter((one) => one.make().parts.some((part) => part.media.some(isImage))))
    for (const [what, change] of Object.entries(corrections))
      it(`shows ${shape.name} as it is corrected after its preparation: ${what}`, async () => {
        const run = session().run(shape.make())
        expect((await session().prepare(run)).kind).toBe('prepared')
        accepted(await session().publish({ ...run, content: withImages(run.content, change) }))
        simulator().forgetRepeats()
        accepted(await session().publish(session().run(withImages(shape.make(), change))))
        const shown = simulator()
          .live()
          .map(({ media }) => media.map(({ mime, bytes, alt }) => ({ mime, bytes, alt })))
        expect(shown.length).toBeGreaterThan(0)
        expect(shown.slice(0, shown.length / 2)).toEqual(shown.slice(shown.length / 2))
      })
  it('waits as long as a 503 asks', async () => {
    simulator().fault({ kind: 'server_error', status: 503, retryAfterSeconds: 900, on: 'media' })
    const before = Date.now()
    const prepared = await session().prepare(session().run(known(early[0]).make()))
    if (prepared.kind !== 'limited') throw new Error(`expected limited, got ${JSON.stringify(prepared)}`)
    expect(prepared.until).toBeGreaterThan(before + 890_000)
    expect(prepared.until).toBeLessThan(Date.now() + 910_000)
  })
  it('tells a failure of the network from a refusal', async () => {
    const shape = known(early[0])
    simulator().fault({ kind: 'server_error', status: 503, on: 'media' })
    const run = session().run(shape.make())
    expect((await session().prepare(run)).kind).toBe('transient')
    expect((await session().prepare(run)).kind).toBe('prepared')
  })
}
