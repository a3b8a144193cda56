/** Work ahead of its second: when it begins, what it leaves, what a person and the network may do meanwhile. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { iso, millis } from '../../shared/kernel/clock.ts'
import { newId } from '../../shared/kernel/ids.ts'
import {
  LeaseLost,
  type Media,
  type PrepareCall,
  type Prepared,
  type PublishCall,
} from '../../shared/networks/network.ts'
import { firstWake } from '../../shared/publishing/ahead.ts'
import { attemptsOf } from '../../shared/publishing/attempt.ts'
import { prepareAgain, publicationSending } from '../../shared/publishing/media-use.ts'
import { Engine } from '../support/engine.ts'
import { actor, Stage } from './stage.ts'

let engine: Engine
beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())

type Preparing = (call: PrepareCall<unknown, unknown>) => Promise<Prepared>
const aheadMs = 600_000
const done: Preparing = async () => ({ kind: 'prepared', checkpoint: { video: 'v1' } })

/** A network that prepares so; `sent` is what its `publish` was handed. */
async function preparing(prepare: Preparing) {
  const sent: PublishCall<unknown, unknown>[] = []
  const stage = await Stage.set(engine, {
    ahead: () => aheadMs,
    prepare: (call) => prepare(call),
    publish: async (call) => {
      sent.push(call)
      await call.begin('make public')
      return { kind: 'accepted', externalId: 'v1' }
    },
  })
  return { stage, sent }
}

const due = Date.UTC(2026, 11, 1, 9)
it.each([
  ['as long ahead as it takes', aheadMs, due - 3_600_000, due - aheadMs],
  ['now, where that has passed', aheadMs, due - 120_000, due - 120_000],
  ['at the instant, where too little is left', aheadMs, due - 29_000, due],
  ['at the instant, where there is nothing to do', 0, due - 3_600_000, due],
  ['at the instant, where it has passed', aheadMs, due + 5_000, due],
])('it begins %s', (_, ahead, now, expected) => {
  expect(firstWake(iso(due), ahead, now)).toBe(iso(expected))
})

describe('what was prepared', () => {
  it('waits for its instant, unseen, and leaves from there', async () => {
    const { stage, sent } = await preparing(done)
    const written = await stage.write(3_600)
    expect(written.wakeAt).toBe(iso(millis(written.dueAt ?? '') - aheadMs))
    const prepared = await stage.wake(written.id)
    expect(prepared).toMatchObject({ state: 'scheduled', checkpoint: { video: 'v1' }, visible: false })
    expect(prepared.wakeAt).toBe(prepared.dueAt)
    expect(prepared).not.toHaveProperty('run')
    expect(prepared).not.toHaveProperty('startedAt')
    expect(sent).toEqual([])
    const published = await stage.wake(written.id)
    expect(published).toMatchObject({ state: 'published', startedAt: written.dueAt, live: { externalId: 'v1' } })
    expect(sent[0]?.checkpoint).toEqual({ video: 'v1' })
    const attempts = await attemptsOf(stage.table, stage.workspaceId, written.id)
    expect(attempts.map(({ purpose }) => purpose)).toEqual(['prepare', 'send'])
  })

  it('is kept by a new moment, and dropped with other words', async () => {
    const { stage } = await preparing(done)
    const { id, postId } = await stage.write(3_600)
    await stage.wake(id)
    const at = iso(stage.clock.now() + 7_200_000)
    await stage.publications.schedule(stage.workspaceId, id, actor, { at })
    const moved = await stage.read(id)
    expect(moved).toMatchObject({ checkpoint: { video: 'v1' }, wakeAt: iso(millis(at) - aheadMs) })
    await stage.wake(id)
    await stage.posts.edit(stage.workspaceId, postId, actor, { text: 'Bonsoir' })
    const edited = await stage.read(id)
    expect(edited).not.toHaveProperty('checkpoint')
    // its preparation begins again, at once: less than its ten minutes are left
    expect(edited.wakeAt).toBe(iso(stage.clock.now()))
  })

  it('can be called off, and is then not sent', async () => {
    const { stage, sent } = await preparing(done)
    const { id } = await stage.write(3_600)
    const { wakeAt = '' } = await stage.wake(id)
    await stage.publications.cancel(stage.workspaceId, id, actor)
    stage.clock.advance(millis(wakeAt))
    await stage.sender.handle({ kind: 'publication', workspaceId: stage.workspaceId, publicationId: id, wakeAt })
    expect(await stage.read(id)).toMatchObject({ state: 'cancelled' })
    expect(sent).toEqual([])
  })
})

describe('while it is prepared', () => {
  it('shows how far it is, and no longer once it is done', async () => {
    const seen: unknown[] = []
    const { stage } = await preparing(async (call) => {
      await call.saveCheckpoint({ session: 's' }, { step: 'upload', done: 5, total: 9 })
      seen.push((await stage.publications.get(stage.workspaceId, id)).publication)
      return call.checkpoint === undefined
        ? {
            kind: 'preparing',
            lookAt: stage.clock.now() + 20_000,
            checkpoint: { session: 's' },
            progress: { step: 'processing', done: 1 },
          }
        : { kind: 'prepared', checkpoint: { video: 'v1' } }
    })
    const { id } = await stage.write(3_600)
    const working = await stage.wake(id)
    const at = iso(stage.clock.now())
    expect(seen).toMatchObject([{ state: 'scheduled', progress: { step: 'upload', done: 5, total: 9, at } }])
    expect(working).toMatchObject({ progress: { step: 'processing', done: 1, at }, checkpoint: { session: 's' } })
    expect(working.wakeAt).toBe(iso(stage.clock.now() + 20_000))
    expect(await stage.wake(id)).not.toHaveProperty('progress')
  })

  it('may be edited: whoever prepares the old words loses', async () => {
    let lost: unknown
    const { stage } = await preparing(async (call) => {
      await stage.posts.edit(stage.workspaceId, postId, actor, { text: 'Bonsoir' })
      lost = await call.saveCheckpoint({ of: 'Bonjour' }).catch((error: unknown) => error)
      throw lost
    })
    const { id, postId } = await stage.write(3_600)
    const after = await stage.wake(id)
    expect(lost).toBeInstanceOf(LeaseLost)
    expect(after).toMatchObject({ state: 'scheduled', contentVersion: 2, wakeAt: iso(stage.clock.now()) })
    expect(after).not.toHaveProperty('checkpoint')
    expect(after).not.toHaveProperty('run')
  })

  it('is cut off before its instant, which is not late for it', async () => {
    const { stage, sent } = await preparing(async () => {
      // it hangs: only virtual time can end it
      await stage.clock.sleep(3_600_000)
      return { kind: 'prepared', checkpoint: {} }
    })
    const { id, dueAt = '' } = await stage.write(60)
    const { wakeAt = '' } = await stage.read(id)
    const hanging = stage.sender.handle({
      kind: 'publication',
      workspaceId: stage.workspaceId,
      publicationId: id,
      wakeAt,
    })
    while (!Number.isFinite(stage.clock.next())) await new Promise((resolve) => setTimeout(resolve, 5))
    expect((await stage.read(id)).leaseUntil).toBe(iso(millis(dueAt) - 10_000))
    stage.clock.advance(millis(dueAt) - 20_000)
    while (stage.clock.wakeOne());
    await hanging
    expect(await stage.read(id)).toMatchObject({ state: 'scheduled', wakeAt: dueAt, problem: { class: 'transient' } })
    expect(await stage.wake(id)).toMatchObject({ state: 'published', startedAt: dueAt })
    expect(sent).toHaveLength(1)
  })
})

describe('what cannot be prepared', () => {
  it('is tried again, then left to its instant', async () => {
    let calls = 0
    const { stage } = await preparing(async () => {
      calls++
      return { kind: 'transient', message: 'The connection was refused.' }
    })
    const written = await stage.write(3_600)
    let record = await stage.wake(written.id)
    expect(record).toMatchObject({ state: 'scheduled', problem: { class: 'transient' }, retries: 0 })
    while (record.wakeAt !== written.dueAt) record = await stage.wake(written.id)
    expect(calls).toBeGreaterThan(4)
    expect(calls).toBeLessThan(12)
    const published = await stage.wake(written.id)
    expect(published).toMatchObject({ state: 'published', startedAt: written.dueAt })
    expect(published).not.toHaveProperty('problem')
  })

  it('is refused before its moment, so that the person still has time', async () => {
    const { stage } = await preparing(async () => ({
      kind: 'rejected',
      reason: 'invalid',
      message: 'The video is longer than 60 s.',
      pointer: '/parts/0/media/0',
    }))
    const { id } = await stage.write(3_600)
    const refused = await stage.wake(id)
    expect(refused).toMatchObject({
      state: 'rejected',
      reason: 'The video is longer than 60 s.',
      problem: { class: 'invalid', pointer: '/parts/0/media/0' },
    })
    expect(refused).not.toHaveProperty('wakeAt')
    expect(millis(refused.updatedAt)).toBeLessThan(millis(refused.dueAt ?? ''))
  })

  it('asks for the channel to be connected again, and waits for that only at its instant', async () => {
    const { stage } = await preparing(async () => ({ kind: 'reauthorize', message: 'The token was revoked.' }))
    const { id } = await stage.write(3_600)
    const told = await stage.wake(id)
    expect(told).toMatchObject({ state: 'scheduled', problem: { class: 'reauthorize' } })
    expect(stage.channel.state).toBe('reconnect_needed')
    let record = await stage.wake(id)
    while (record.wakeAt !== record.dueAt) record = await stage.wake(id)
    expect(await stage.wake(id)).toMatchObject({ state: 'waiting', waitingFor: 'channel' })
  })
})

it('what has nothing to prepare waits for its instant as ever', async () => {
  const stage = await Stage.set(engine, { publish: async () => ({ kind: 'accepted', externalId: 'x' }) })
  const written = await stage.write(3_600)
  expect(written.wakeAt).toBe(written.dueAt)
})

describe('a medium that is corrected', () => {
  /** A prepared publication with a picture, and what its preparations were handed. */
  async function prepared(dueInSeconds: number) {
    const checkpoints: unknown[] = []
    const { stage, sent } = await preparing(async ({ checkpoint }) => {
      checkpoints.push(checkpoint)
      return { kind: 'prepared', checkpoint: { prepared: checkpoints.length } }
    })
    const id = newId('media', stage.clock.now(), stage.random)
    const picture: Media = {
      id,
      file: id,
      kind: 'image',
      mime: 'image/png',
      bytes: 1,
      width: 1,
      height: 1,
      alt: '',
      url: undefined,
      read: async () => new Uint8Array(1),
    }
    stage.media.set(id, picture)
    const written = await stage.write(dueInSeconds, { media: [id] })
    await stage.wake(written.id)
    return { stage, sent, checkpoints, mediaId: id, publicationId: written.id }
  }

  it('is prepared again from where its preparation stands, before the moment', async () => {
    const { stage, checkpoints, mediaId, publicationId, sent } = await prepared(900)
    const other = await stage.write(900)
    await prepareAgain(stage, stage.workspaceId, mediaId)
    expect((await stage.read(publicationId)).wakeAt).toBe(iso(stage.clock.now()))
    expect((await stage.read(other.id)).wakeAt).toBe(other.wakeAt)
    const again = await stage.wake(publicationId)
    expect(checkpoints).toEqual([undefined, { prepared: 1 }])
    expect(again).toMatchObject({ state: 'scheduled', wakeAt: again.dueAt })
    await stage.wake(publicationId)
    expect(sent.map(({ checkpoint }) => checkpoint)).toEqual([{ prepared: 2 }])
  })

  it('is left to the send where the moment is near', async () => {
    const { stage, mediaId, publicationId } = await prepared(119)
    const before = await stage.read(publicationId)
    await prepareAgain(stage, stage.workspaceId, mediaId)
    expect(await stage.read(publicationId)).toEqual(before)
  })

  it('is too late for a publication that is being sent, and for no other', async () => {
    const { stage, mediaId, publicationId } = await prepared(900)
    expect(await publicationSending(stage, stage.workspaceId, mediaId)).toBeUndefined()
    const { dueAt = '' } = await stage.read(publicationId)
    stage.clock.advance(millis(dueAt))
    let during: unknown
    const { publish } = stage.connector
    Object.assign(stage.connector, {
      publish: async (call: PublishCall<unknown, unknown>) => {
        during = await publicationSending(stage, stage.workspaceId, mediaId)
        return publish(call)
      },
    })
    await stage.wake(publicationId)
    expect(during).toBe(publicationId)
    expect(await publicationSending(stage, stage.workspaceId, mediaId)).toBeUndefined()
  })
})
