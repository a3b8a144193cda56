/** What may be live already: nobody changes it, and no post of the network is ever two publications. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Found } from '../../shared/networks/network.ts'
import { Engine } from '../support/engine.ts'
import { type Answers, actor, Stage } from './stage.ts'

let engine: Engine
beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())

it('refuses an edit and a new moment while it is sent again under the same key', async () => {
  const keys: string[] = []
  const stage = await Stage.set(engine, {
    publish: async (call) => {
      keys.push(call.key)
      await call.begin('post')
      return keys.length === 1
        ? { kind: 'unknown', message: 'The network did not answer.' }
        : { kind: 'accepted', externalId: 'x' }
    },
  })
  const { reconcile } = stage.connector.capabilities
  Object.assign(reconcile, { means: 'own key', keyWindowSeconds: 3600, settleSeconds: 20 })
  const { id, postId } = await stage.write(10)
  const edits = [
    () => stage.posts.edit(stage.workspaceId, postId, actor, { text: 'Bonsoir' }),
    () => stage.publications.schedule(stage.workspaceId, id, actor, { now: true }),
  ]
  let record = await stage.wake(id)
  while (record.state !== 'published') {
    expect(record).toMatchObject({ state: 'sending', problem: { class: 'transient' } })
    for (const edit of edits) await expect(edit()).rejects.toMatchObject({ code: 'publication_sending' })
    record = await stage.wake(id)
  }
  expect(keys).toEqual([keys[0], keys[0]])
})

it('leaves the second of two sends to a person where the network answers both with one post', async () => {
  const stage = await Stage.set(engine, {
    publish: async (call) => {
      await call.begin('post')
      return { kind: 'accepted', externalId: 'the same' }
    },
  })
  const [one, two] = [await stage.write(10), await stage.write(11)]
  expect(await stage.wake(one.id)).toMatchObject({ state: 'published' })
  const second = await stage.wake(two.id)
  expect(second.state).toBe('unconfirmed')
  expect(second).not.toHaveProperty('live')
})

const lost = { kind: 'unknown', message: 'The network did not answer.' } as const
const post = { text: 'Bonjour' }

/** A network with a key of its own that loses every answer; `found` is what its look-ups say. */
async function losing(reconcile: object, found: () => Found, more: Partial<Answers> = {}) {
  const calls: number[] = []
  const stage: Stage = await Stage.set(engine, {
    publish: async (call) => {
      await call.begin('post')
      calls.push(stage.clock.now())
      return lost
    },
    find: () => Promise.resolve(found()),
    ...more,
  })
  Object.assign(stage.connector.capabilities.reconcile, { settleSeconds: 30, ...reconcile })
  return { stage, calls }
}

const ownKey = { means: 'own key', keyWindowSeconds: 86_400 }

async function untilItRests(stage: Stage, id: string, states: readonly string[]) {
  for (let wakes = 0; wakes < 200; wakes++) {
    const record = await stage.wake(id)
    if (states.includes(record.state)) return record
  }
  throw new Error('it does not come to rest')
}

describe('lost answers, without end', () => {
  it('are missed after the late policy where the network surely has nothing', async () => {
    const { stage, calls } = await losing({ ...ownKey, authoritative: true }, () => ({ kind: 'absent' }))
    const { id, dueAt } = await stage.write(10, { ...post, latePolicy: { graceMinutes: 15 } })
    const record = await untilItRests(stage, id, ['missed', 'unconfirmed', 'failed'])
    expect(record).toMatchObject({ state: 'missed', problem: { class: 'transient' } })
    expect(calls.length).toBeGreaterThan(2)
    const graceEnd = Date.parse(dueAt ?? '') + 15 * 60_000
    expect(Math.max(...calls)).toBeLessThan(graceEnd)
  })

  it('are unconfirmed after the late policy where absence proves nothing, and a later look settles it', async () => {
    let there = false
    const { stage, calls } = await losing({ ...ownKey, authoritative: false }, () =>
      there ? { kind: 'found', externalId: 'post-1', url: 'https://net.example/1' } : { kind: 'absent' },
    )
    const { id, dueAt } = await stage.write(10, { ...post, latePolicy: { graceMinutes: 15 } })
    const record = await untilItRests(stage, id, ['missed', 'unconfirmed', 'failed'])
    expect(record.state).toBe('unconfirmed')
    expect(Math.max(...calls)).toBeLessThan(Date.parse(dueAt ?? '') + 15 * 60_000)
    const sent = calls.length
    expect(await stage.wake(id)).toMatchObject({ state: 'unconfirmed', reason: record.reason })
    there = true
    expect(await stage.wake(id)).toMatchObject({ state: 'published', live: { externalId: 'post-1' } })
    expect(calls).toHaveLength(sent)
  })

  it('are looked up four times once they are unconfirmed, then left to a person', async () => {
    const { stage } = await losing({ ...ownKey, authoritative: false }, () => ({ kind: 'absent' }))
    const { id } = await stage.write(10, { ...post, latePolicy: { graceMinutes: 0 } })
    await untilItRests(stage, id, ['unconfirmed'])
    for (let looks = 0; looks < 4; looks++) expect((await stage.wake(id)).state).toBe('unconfirmed')
    expect(await stage.read(id)).not.toHaveProperty('wakeAt')
  })

  it('allow two looks after a first call that came at the end of the late policy', async () => {
    const { stage, calls } = await losing({ ...ownKey, authoritative: true }, () => ({ kind: 'absent' }))
    const { id } = await stage.write(10, { ...post, latePolicy: { graceMinutes: 0 } })
    expect((await untilItRests(stage, id, ['missed', 'unconfirmed'])).state).toBe('missed')
    const last = (calls.at(-1) ?? 0) - (calls[0] ?? 0)
    expect(last).toBeLessThanOrEqual((30 + 120) * 1000)
  })

  it('end as partial where a part of a chain is there', async () => {
    const { stage } = await losing({ ...ownKey, authoritative: true }, () => ({
      kind: 'resume',
      checkpoint: { posted: ['post-1'] },
      parts: ['post-1'],
    }))
    const { id } = await stage.write(10, { ...post, latePolicy: { graceMinutes: 1 } })
    const record = await untilItRests(stage, id, ['partial', 'missed', 'unconfirmed'])
    expect(record).toMatchObject({ state: 'partial', live: { externalId: 'post-1', parts: ['post-1'] } })
  })

  it('give the lateness of the call that could be the live one, not of one that surely was not', async () => {
    let calls = 0
    const { stage } = await losing({ ...ownKey, authoritative: true }, () => ({ kind: 'absent' }), {
      publish: async (call) => {
        await call.begin('post')
        calls++
        return calls < 3 ? lost : { kind: 'accepted', externalId: 'post-1' }
      },
    })
    const { id } = await stage.write(10, post)
    const record = await untilItRests(stage, id, ['published'])
    expect(record.startedAt).toBe(record.publishedAt)
  })
})

describe('a person stops it', () => {
  it('while its call is out: it is a request, and the call that succeeds stands', async () => {
    const stage: Stage = await Stage.set(engine, {
      publish: async (call) => {
        await call.begin('post')
        const asked = await stage.publications.cancel(stage.workspaceId, id, actor)
        expect(asked).toMatchObject({ state: 'sending', stopRequestedAt: expect.any(String) })
        return { kind: 'accepted', externalId: 'x' }
      },
    })
    const { id } = await stage.write(10)
    const record = await stage.wake(id)
    expect(record).toMatchObject({ state: 'published', live: { externalId: 'x' } })
    expect(record).not.toHaveProperty('stopRequestedAt')
  })

  it('before its call is made: nothing is sent', async () => {
    let sent = 0
    const stage: Stage = await Stage.set(engine, {
      publish: async (call) => {
        await stage.publications.cancel(stage.workspaceId, id, actor)
        await call.begin('post')
        sent++
        return { kind: 'accepted', externalId: 'x' }
      },
    })
    const { id } = await stage.write(10)
    expect(await stage.wake(id)).toMatchObject({ state: 'cancelled' })
    expect(sent).toBe(0)
  })

  it('while its call is out, and the network refuses for now: it is not sent again', async () => {
    let sent = 0
    const stage: Stage = await Stage.set(engine, {
      publish: async (call) => {
        await call.begin('post')
        sent++
        await stage.publications.cancel(stage.workspaceId, id, actor)
        return { kind: 'transient', message: 'Try again later.' }
      },
    })
    const { id } = await stage.write(10)
    expect(await stage.wake(id)).toMatchObject({ state: 'cancelled' })
    expect(sent).toBe(1)
  })

  it('while its answer is lost: it is only looked up, and called off once it surely is not there', async () => {
    const { stage, calls } = await losing({ ...ownKey, authoritative: true }, () => ({ kind: 'absent' }))
    const { id } = await stage.write(10, post)
    expect((await stage.wake(id)).state).toBe('sending')
    await stage.publications.cancel(stage.workspaceId, id, actor)
    expect((await untilItRests(stage, id, ['cancelled', 'missed', 'unconfirmed'])).state).toBe('cancelled')
    expect(calls).toHaveLength(1)
  })

  it('settles one whose answer is being looked up by what they saw', async () => {
    const { stage } = await losing({ ...ownKey, authoritative: true }, () => ({ kind: 'absent' }))
    const { id } = await stage.write(10, post)
    expect((await stage.wake(id)).state).toBe('sending')
    const url = 'https://net.example/1'
    const settled = await stage.publications.resolve(stage.workspaceId, id, actor, { published: { url } })
    expect(settled).toMatchObject({ state: 'published', live: { url } })
    expect(await stage.read(id)).not.toHaveProperty('wakeAt')
  })
})
