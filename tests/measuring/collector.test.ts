import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { keys } from '../../shared/aws/keys.ts'
import { AppError } from '../../shared/kernel/errors.ts'
import { engagementTexts } from '../../shared/measuring/definitions.ts'
import { Engine } from '../support/engine.ts'
import { day, hour, MeasuringScene, minute } from './scene.ts'

let engine: Engine
let tables = 0
const start = Date.parse('2026-11-02T09:00:00.000Z')
const scenes: MeasuringScene[] = []

beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(async () => {
  for (const scene of scenes) await scene.simulator.stop()
  await engine.stop()
})

async function open(zone?: string) {
  const scene = await MeasuringScene.open((clock) => engine.table(`measuring-${++tables}`, clock), start, zone)
  scenes.push(scene)
  return scene
}
const channelItem = (scene: MeasuringScene) =>
  scene.table.get(keys.channelCollection(scene.workspaceId, scene.channel.id), z.looseObject({}))
const collection = (scene: MeasuringScene, id: string) =>
  scene.table.get(
    keys.collection(scene.workspaceId, id),
    z.object({ wakeAt: z.string().optional(), followers: z.number().optional() }),
  )

describe('collecting', () => {
  it('looks often at first, ever more rarely, and after 28 days no more', async () => {
    const scene = await open()
    const { id, externalId } = await scene.publish()
    scene.simulator.setCounters(externalId, { likes: 3, comments: 1, shares: 0 })
    await scene.until(start + 60 * day)
    const { series, nextAt, counters, engagement } = await scene.metrics.ofPublication(scene.workspaceId, id)
    const after = series.map(({ at }) => (Date.parse(at) - start) / minute)
    expect(after).toEqual([2, 10, 30, 60, 180, 360, 720, 1440, 2880, 4320, 10080, 20160, 40320])
    expect(nextAt).toBeNull()
    expect(counters).toMatchObject({ likes: 3, comments: 1, shares: 0 })
    expect(engagement.value).toBe(4)
  })

  it('asks for many publications of a channel in one call', async () => {
    const scene = await open()
    for (let i = 0; i < 8; i++) await scene.publish()
    scene.clock.at += 2 * minute
    const before = scene.simulator.journal.length
    await scene.collector.collect(await scene.due())
    expect(scene.simulator.journal.slice(before).filter((entry) => entry.path === '/api/v1/statuses')).toHaveLength(1)
    expect(await scene.due()).toEqual([])
  })

  it('does not invent what the network does not tell, nor forgets what it told', async () => {
    const scene = await open()
    const { id, externalId } = await scene.publish()
    scene.simulator.setCounters(externalId, { likes: 5, comments: undefined, shares: undefined, quotes: undefined })
    await scene.until(start + 2 * minute)
    const first = await scene.metrics.ofPublication(scene.workspaceId, id)
    expect(first.counters).not.toHaveProperty('views')
    expect(first.rates.byViews).toMatchObject({
      value: null,
      denominator: null,
      definition: engagementTexts.byViews(),
    })
    expect(first.rates.byReach.value).toBeNull()
  })

  it('keeps the followers of when it went out', async () => {
    const scene = await open()
    scene.simulator.followers = 200
    await scene.tell('channel.connected', scene.channel.id)
    await scene.table.write({ put: { ...keys.channel(scene.workspaceId, scene.channel.id), ...scene.channel } })
    await scene.tell('channel.connected', scene.channel.id)
    await scene.until(start + 1)
    const { id, externalId } = await scene.publish()
    scene.simulator.setCounters(externalId, { likes: 10 })
    scene.simulator.followers = 1000
    await scene.until(start + 2 * day)
    const metrics = await scene.metrics.ofPublication(scene.workspaceId, id)
    expect(metrics.followers).toBe(200)
    expect(metrics.rates.byFollowers).toMatchObject({ value: 0.05, denominator: 200 })
    const channel = await scene.metrics.ofChannel(scene.workspaceId, scene.channel.id, { granularity: 'day' })
    expect(channel.followers).toBe(1000)
    expect(channel.periods.slice(-3).map((period) => period.followers)).toEqual([200, 1000, 1000])
  })

  it('asks for the followers at the first look where nobody had', async () => {
    const scene = await open()
    scene.simulator.followers = 40
    const { id } = await scene.publish()
    await scene.until(start + 2 * minute)
    scene.simulator.followers = 80
    await scene.until(start + day)
    expect((await scene.metrics.ofPublication(scene.workspaceId, id)).followers).toBe(40)
  })

  it('counts a day where the workspace lives', async () => {
    const scene = await open('Pacific/Auckland')
    scene.clock.at = Date.parse('2026-11-02T10:50:00Z') // 23:50 there
    const { externalId } = await scene.publish()
    scene.simulator.setCounters(externalId, { likes: 1 })
    await scene.until(scene.clock.at + 2 * minute)
    scene.simulator.setCounters(externalId, { likes: 4 })
    await scene.until(scene.clock.at + 10 * minute)
    const days = await scene.rollups()
    expect(days['2026-11-02']).toMatchObject({ likes: 1 })
    expect(days['2026-11-03']).toMatchObject({ likes: 3 })
  })

  it('begins once, whatever the order and number of the events, and ends when the publication is deleted', async () => {
    const scene = await open()
    const { id } = await scene.publish()
    const first = await collection(scene, id)
    scene.clock.at += 1000
    await scene.tell('publication.published', id)
    await scene.tell('publication.partial', id)
    expect(await collection(scene, id)).toEqual(first)
    await scene.table.write({ update: keys.publication(scene.workspaceId, id), set: { state: 'deleted' } })
    await scene.tell('publication.deleted', id)
    await scene.tell('publication.published', id)
    expect(await collection(scene, id)).toBeUndefined()
    await scene.until(start + day)
    expect((await scene.metrics.ofPublication(scene.workspaceId, id)).series).toEqual([])
  })

  it('waits as long as the network asks, goes on after failures, and says when the credentials are dead', async () => {
    const scene = await open()
    const { id, externalId } = await scene.publish()
    scene.simulator.setCounters(externalId, { likes: 1 })
    scene.clock.at = start + 2 * minute
    scene.refusal = new AppError('rate_limited', 'limited', 'wait', { retryAfterSeconds: 3600 })
    await scene.collector.collect(await scene.due())
    expect((await collection(scene, id))?.wakeAt).toBe(new Date(scene.clock.at + hour).toISOString())
    scene.clock.at += hour
    scene.refusal = new AppError('unauthenticated', 'reconnect_needed', 'over')
    await scene.collector.collect(await scene.due())
    expect(scene.reconnects).toEqual(['over'])
    await scene.until(start + day)
    expect((await scene.metrics.ofPublication(scene.workspaceId, id)).counters).toMatchObject({ likes: 1 })
  })

  it('reads nothing for a wake-up that was dealt with, of a publication or a channel', async () => {
    const scene = await open()
    scene.simulator.followers = 40
    await scene.tell('channel.connected', scene.channel.id)
    await scene.table.write({ put: { ...keys.channel(scene.workspaceId, scene.channel.id), ...scene.channel } })
    await scene.tell('channel.connected', scene.channel.id)
    const { id, externalId } = await scene.publish()
    scene.simulator.setCounters(externalId, { likes: 1 })
    scene.clock.at = start + 2 * minute
    const due = await scene.due()
    expect(due.length).toBe(2)
    await scene.collector.collect(due)
    const [before, channelBefore] = [await collection(scene, id), await channelItem(scene)]
    scene.simulator.setCounters(externalId, { likes: 9 })
    scene.simulator.followers = 80
    await scene.collector.collect(due)
    expect(await collection(scene, id)).toEqual(before)
    expect(await channelItem(scene)).toEqual(channelBefore)
  })

  it('ends with the channel', async () => {
    const scene = await open()
    const { id } = await scene.publish()
    scene.gone = true
    scene.refusal = new AppError('not_found', 'not_found', 'gone')
    await scene.until(start + 2 * minute)
    expect((await collection(scene, id))?.wakeAt).toBeUndefined()
  })
})

describe('a rollup', () => {
  it('equals the recount of the snapshots, whatever dies and whatever comes twice', async () => {
    let counted = 0
    const step = fc.record({
      likes: fc.option(fc.nat({ max: 50 }), { nil: undefined }),
      comments: fc.nat({ max: 20 }),
      which: fc.nat({ max: 2 }),
      /** At which request to the storage the function is killed: before it is sent, or after it was done. */
      crash: fc.option(fc.record({ at: fc.nat({ max: 9 }), done: fc.boolean() }), { nil: undefined }),
      twice: fc.boolean(),
      wait: fc.constantFrom(minute, 10 * minute, 3 * hour, day),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        const scene = await open()
        const publications = [await scene.publish(), await scene.publish(), await scene.publish()]
        const ids = publications.map(({ id }) => id)
        for (const { likes, comments, which, crash, twice, wait } of steps) {
          scene.simulator.setCounters(publications[which]?.externalId ?? '', { likes, comments })
          scene.clock.at += wait
          const due = await scene.due()
          const killed = crash && killing(scene, crash)
          await Promise.allSettled([scene.collector.collect(due), ...(twice ? [scene.collector.collect(due)] : [])])
          killed?.()
          expect(await scene.rollups()).toEqual(await scene.recount(ids))
        }
        // Whatever died is taken up again: nothing is lost.
        await scene.until(start + 60 * day)
        for (const { id, externalId } of publications) {
          const { counters } = await scene.metrics.ofPublication(scene.workspaceId, id)
          const told = scene.simulator.live().find((post) => post.externalId === externalId)?.counters ?? {}
          expect(counters.comments).toBe(told.comments)
          counted += counters.comments ?? 0
        }
        expect(await scene.rollups()).toEqual(await scene.recount(ids))
        const total = Object.values(await scene.rollups()).reduce((sum, one) => sum + (one.comments ?? 0), 0)
        expect(total).toBe(
          publications.reduce(
            (sum, { externalId }) =>
              sum + (scene.simulator.live().find((post) => post.externalId === externalId)?.counters.comments ?? 0),
            0,
          ),
        )
        await scene.simulator.stop()
      }),
      { numRuns: 12, endOnFailure: true },
    )
    expect(counted).toBeGreaterThan(0)
  })
})

/** Kills whoever sends the n-th request to the storage from here on, and everything after it. */
function killing(scene: MeasuringScene, { at, done }: { at: number; done: boolean }): () => void {
  const table = scene.table
  const original = { write: table.write.bind(table), transact: table.transact.bind(table), get: table.get.bind(table) }
  let calls = 0
  const wrap =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const now = calls++
      if (now === at && done) await call(...args)
      if (now >= at) throw new Error('killed')
      return call(...args)
    }
  Object.assign(table, {
    write: wrap(original.write),
    transact: wrap(original.transact),
    get: wrap(original.get as never),
  })
  return () => Object.assign(table, original)
}
