import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { renewDue } from '../../shared/channels/index.ts'
import { renewAt } from '../../shared/channels/renewing.ts'
import { Engine } from '../support/engine.ts'
import { Chorus } from './chorus.ts'
import { Scene, ws } from './scene.ts'

let engine: Engine
let chorus: Chorus
let scene: Scene
beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())
beforeEach(async () => {
  chorus = await Chorus.start()
  scene = await Scene.open(engine)
  return () => chorus[Symbol.asyncDispose]()
})

const hour = 3_600_000
const day = 24 * hour
const never = new AbortController().signal

describe('the moment of a renewal', () => {
  test.each([
    ['sixty days: a week ahead', 60 * day, 53 * day],
    ['thirty days: a week ahead', 30 * day, 23 * day],
    ['ten days: after half of it', 10 * day, 5 * day],
    ['three days: after half of it', 3 * day, 1.5 * day],
    ['an hour, renewed as it is used: every week', hour, 7 * day],
  ])('of credentials that live for %s', (_, life, after) => {
    expect(renewAt(1_000_000, 1_000_000 + life)).toBe(1_000_000 + after)
  })
})

/** Runs the schedule's task as of now in the scene. */
const run = (signal = never) => {
  const { table, clock } = scene
  const channels = scene.function()
  return renewDue(
    { table, clock, log: { info() {}, warn() {}, error() {} }, renew: channels.renew.bind(channels) },
    signal,
  )
}
const connect = async (days: number | undefined, handle = '@lea') =>
  (
    await scene.connect({
      ...chorus.account(handle),
      ...(days === undefined ? {} : { expiresInSeconds: days * 24 * 3600 }),
    })
  ).id
const told = async (name: string) => (await scene.events()).filter((event) => event.name === name)
const state = async (id: string) => (await scene.channels.get(ws, id)).state

describe('credentials that end', () => {
  test('are renewed a week ahead, again and again, though nothing is sent', async () => {
    chorus.lifetime = 60 * 24 * 3600
    await connect(60)
    expect(await run()).toBe(0)
    scene.later = 52 * day
    expect(await run()).toBe(0)
    scene.later = 53 * day + hour
    expect([await run(), await run(), chorus.refreshes]).toEqual([1, 0, 1])
    scene.later += 53 * day
    expect([await run(), chorus.refreshes]).toEqual([1, 2])
  })

  test('are not renewed when they were renewed on the way, nor while they have no end', async () => {
    chorus.lifetime = 60 * 24 * 3600
    const id = await connect(60)
    await connect(undefined, '@endless')
    scene.later = 50 * day
    await (await scene.channels.open(ws, id, never)).call.credentials.refresh()
    scene.later = 54 * day
    expect([await run(), chorus.refreshes]).toEqual([0, 1])
  })

  test('are renewed once by two runs at the same time', async () => {
    chorus.lifetime = 60 * 24 * 3600
    await connect(60)
    scene.later = 54 * day
    await Promise.all([run(), run(), run()])
    expect(chorus.refreshes).toBe(1)
  })

  test('are not renewed by a run whose wake-up another run has dealt with meanwhile', async () => {
    chorus.lifetime = 60 * 24 * 3600
    await connect(60)
    scene.later = 54 * day
    scene.interrupt = run
    expect([await run(), chorus.refreshes]).toEqual([0, 1])
  })

  test('and cannot be asked for are asked for again after six hours', async () => {
    const id = await connect(60)
    scene.later = 54 * day
    chorus.fault = 'down'
    expect([await run(), await run(), chorus.refreshes]).toEqual([0, 0, 1])
    scene.later += 6 * hour + 1000
    chorus.fault = 'none'
    expect([await run(), chorus.refreshes, await state(id)]).toEqual([1, 2, 'active'])
  })

  test('and are refused for good: a person is told while they serve, and to connect again at the end', async () => {
    const id = await connect(60)
    scene.later = 54 * day
    chorus.fault = 'refused'
    expect([await run(), await run()]).toEqual([0, 0])
    const ending = await told('channel.credentials_ending')
    expect(ending.map(({ data }) => data)).toMatchObject([
      { channelId: id, endsAt: expect.any(String), reason: 'Chorus asks to log in again.' },
    ])
    const { endsAt } = (ending[0]?.data ?? {}) as { endsAt: string }
    expect(Math.abs(Date.parse(endsAt) - (Date.now() + 60 * day))).toBeLessThan(60_000)
    expect(await state(id)).toBe('active')
    scene.later = 60 * day + 1000
    expect(await run()).toBe(0)
    expect(await state(id)).toBe('reconnect_needed')
    expect(await told('channel.credentials_ending')).toHaveLength(1)
    expect(await told('channel.reconnect_needed')).toHaveLength(1)
    scene.later += 60 * day
    const asked = chorus.refreshes
    expect([await run(), chorus.refreshes]).toEqual([0, asked])
  })

  test('and are dead already: it is to be connected again at once, and then waits for nothing', async () => {
    const id = await connect(1 / 24)
    scene.later = 8 * day
    chorus.fault = 'refused'
    await run()
    expect(await state(id)).toBe('reconnect_needed')
    expect((await scene.everything()).filter(({ wakePk }) => String(wakePk).includes('credentials'))).toEqual([])
  })

  test('of a channel that is gone are nobody’s', async () => {
    const id = await connect(60)
    await scene.channels.remove(ws, id, { kind: 'user', id: 'user_1', name: 'Ana' })
    scene.later = 54 * day
    expect([await run(), chorus.refreshes]).toEqual([0, 0])
  })

  test('are left to the next run when the time of this one is up', async () => {
    await connect(60)
    scene.later = 54 * day
    expect([await run(AbortSignal.abort()), chorus.refreshes]).toEqual([0, 0])
    expect(await run()).toBe(1)
  })
})
