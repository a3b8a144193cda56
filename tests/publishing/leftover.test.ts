/** What was prepared in vain: remembered with the edit that drops it, removed by a schedule until it is done. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { iso, millis } from '../../shared/kernel/clock.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import type { Checkpoint, Discarded, PrepareCall } from '../../shared/networks/network.ts'
import { discardDue } from '../../shared/publishing/leftover.ts'
import { Engine } from '../support/engine.ts'
import { actor, Stage } from './stage.ts'

let engine: Engine
beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())

const minute = 60_000

/** A network on which each preparation leaves a draft; `answers` are what its `discard` says, then `discarded`. */
async function drafting(...answers: (Discarded | Error)[]) {
  const prepared: PrepareCall<unknown, unknown>[] = []
  const discarded: Checkpoint[] = []
  const stage = await Stage.set(engine, {
    ahead: () => 10 * minute,
    prepare: async (call) => {
      prepared.push(call)
      return { kind: 'prepared', checkpoint: { draft: prepared.length } }
    },
    discard: async ({ checkpoint }) => {
      discarded.push(checkpoint)
      const answer = answers.shift() ?? { kind: 'discarded' }
      if (answer instanceof Error) throw answer
      return answer
    },
    publish: async (call) => {
      await call.begin('post')
      return { kind: 'accepted', externalId: call.key }
    },
  })
  const directory = stage.directory()
  const run = (inMs = 0) => {
    stage.clock.advance(stage.clock.now() + inMs)
    const parts = { table: stage.table, clock: stage.clock, log: jsonLog(() => {}), channels: directory }
    return discardDue(parts, new AbortController().signal)
  }
  return { stage, prepared, discarded, directory, run }
}

it('removes what was prepared of an edited post, once, and not before its preparation surely ended', async () => {
  const { stage, discarded, run } = await drafting()
  const { id, postId } = await stage.write(3_600)
  await stage.wake(id)
  await stage.posts.edit(stage.workspaceId, postId, actor, { text: 'Bonsoir' })
  expect(await run()).toBe(0)
  expect(await run(3 * minute)).toBe(1)
  expect(discarded).toEqual([{ draft: 1 }])
  expect(await run(3 * 24 * 60 * minute)).toBe(0)
  expect(discarded).toHaveLength(1)
})

it('removes what was prepared of a cancelled post, and prepares it under another key when it is scheduled again', async () => {
  const { stage, prepared, discarded, run } = await drafting()
  const { id } = await stage.write(3_600)
  await stage.wake(id)
  await stage.publications.cancel(stage.workspaceId, id, actor)
  expect(await stage.read(id)).not.toHaveProperty('checkpoint')
  await stage.publications.schedule(stage.workspaceId, id, actor, { at: iso(stage.clock.now() + 60 * minute) })
  await stage.wake(id)
  expect(await run(3 * minute)).toBe(1)
  expect(discarded).toEqual([{ draft: 1 }])
  const [first, second] = prepared.map(({ key, checkpoint }) => ({ key, checkpoint }))
  expect(second?.checkpoint).toBeUndefined()
  expect(second?.key).not.toBe(first?.key)
  expect((await stage.read(id)).checkpoint).toEqual({ draft: 2 })
})

it('removes what was prepared of a deleted post', async () => {
  const { stage, discarded, run } = await drafting()
  const { id, postId } = await stage.write(3_600)
  await stage.wake(id)
  await stage.posts.remove(stage.workspaceId, postId, actor, true)
  await run(3 * minute)
  expect(discarded).toEqual([{ draft: 1 }])
})

it('tries again, later and later, until it is done', async () => {
  const transient = { kind: 'transient', message: 'down' } as const
  const { stage, discarded, run } = await drafting(transient, new Error('reset'), transient)
  const { id } = await stage.write(3_600)
  await stage.wake(id)
  await stage.publications.cancel(stage.workspaceId, id, actor)
  await run(3 * minute)
  expect(discarded).toHaveLength(1)
  await run(9 * minute)
  expect(discarded).toHaveLength(1)
  await run(minute)
  expect(discarded).toHaveLength(2)
  await run(19 * minute)
  expect(discarded).toHaveLength(2)
  await run(minute)
  await run(40 * minute)
  expect(discarded).toHaveLength(4)
  await run(31 * 24 * 60 * minute)
  expect(discarded).toHaveLength(4)
})

it('waits as long as the network asks', async () => {
  const until = Date.UTC(2026, 11, 2)
  const { stage, discarded, run } = await drafting({ kind: 'limited', until, scope: 'channel', message: 'wait' })
  const { id } = await stage.write(3_600)
  await stage.wake(id)
  await stage.publications.cancel(stage.workspaceId, id, actor)
  await run(3 * minute)
  await run(until - stage.clock.now() - 1)
  expect(discarded).toHaveLength(1)
  await run(1)
  expect(discarded).toHaveLength(2)
})

it.each([
  ['somebody else made it theirs', { kind: 'kept', message: 'changed' } as const, 1],
  ['the network refused for a month', { kind: 'rejected', reason: 'permission', message: 'no' } as const, 2],
])('is done with where %s', async (_, answer, calls) => {
  const { stage, discarded, run } = await drafting(answer, answer)
  const { id } = await stage.write(3_600)
  await stage.wake(id)
  await stage.publications.cancel(stage.workspaceId, id, actor)
  await run(3 * minute)
  await run(31 * 24 * 60 * minute)
  await run(31 * 24 * 60 * minute)
  expect(discarded).toHaveLength(calls)
})

it('is done with where its channel was disconnected', async () => {
  const { stage, discarded, directory, run } = await drafting()
  const { id } = await stage.write(3_600)
  await stage.wake(id)
  await stage.publications.cancel(stage.workspaceId, id, actor)
  directory.find = async () => undefined
  expect(await run(3 * minute)).toBe(1)
  expect(discarded).toEqual([])
})

it('keeps what was prepared of a post that only got another moment, or was published', async () => {
  const { stage, discarded, run } = await drafting()
  const { id } = await stage.write(3_600)
  await stage.wake(id)
  await stage.publications.schedule(stage.workspaceId, id, actor, { at: iso(stage.clock.now() + 90 * minute) })
  expect((await stage.read(id)).checkpoint).toEqual({ draft: 1 })
  stage.clock.advance(millis((await stage.read(id)).dueAt ?? ''))
  await stage.wake(id)
  expect((await stage.read(id)).state).toBe('published')
  await run(31 * 24 * 60 * minute)
  expect(discarded).toEqual([])
})
