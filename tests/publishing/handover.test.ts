/** Hand-over: when it happens, what may come in between, whom it reminds, and that it happens once. */

import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { iso, millis } from '../../shared/kernel/clock.ts'
import { attemptsOf } from '../../shared/publishing/attempt.ts'
import { Engine } from '../support/engine.ts'
import { english } from '../support/english.ts'
import { type Answers, actor, Stage } from './stage.ts'

let engine: Engine
beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())

/** A network whose API must never be called. */
async function quiet(more: Partial<Answers> = {}) {
  const calls: string[] = []
  const stage = await Stage.set(engine, {
    publish: async () => {
      calls.push('publish')
      throw new Error('the API was called')
    },
    prepare: async () => {
      calls.push('prepare')
      throw new Error('the API was called')
    },
    ahead: () => 600_000,
    ...more,
  })
  const byHand = { [stage.channel.id]: { deliver: 'handover', instructions: 'Ajouter la musique.' } }
  const write = (dueInSeconds: number, over: object = {}) => stage.write(dueInSeconds, { variants: byHand, ...over })
  return { stage, calls, write, byHand }
}

/** The events of this name in the outbox, by their cause. */
async function events(stage: Stage, name: string): Promise<string[]> {
  const client = DynamoDBDocumentClient.from(engine.client())
  const { Items = [] } = await client.send(new ScanCommand({ TableName: stage.tableName }))
  return Items.flatMap(({ event }) => (event?.name === name ? [event.data.cause] : [])).sort()
}

/** Handles its wake-up a little early, does something while it is held, then lets the instant come. */
async function whileHeld(stage: Stage, id: string, act: () => unknown) {
  const { wakeAt = '' } = await stage.read(id)
  stage.clock.advance(millis(wakeAt) - 2_000)
  const handled = stage.sender.handle({
    kind: 'publication',
    workspaceId: stage.workspaceId,
    publicationId: id,
    wakeAt,
  })
  await expect.poll(() => stage.clock.next()).toBe(millis(wakeAt))
  await act()
  stage.clock.advance(millis(wakeAt))
  stage.clock.wakeOne()
  await handled
  return stage.read(id)
}

describe('what is delivered by hand', () => {
  it('becomes a person’s at its second, and the API is never called', async () => {
    const { stage, calls, write } = await quiet()
    const written = await write(3_600)
    expect(written).toMatchObject({ deliver: 'handover', wakeAt: written.dueAt, state: 'scheduled' })
    const handed = await whileHeld(stage, written.id, () => {})
    expect(handed).toMatchObject({
      state: 'handed_over',
      startedAt: written.dueAt,
      attempts: 1,
      visible: false,
      handover: { handedOverAt: written.dueAt, contentVersion: 1, reminders: 0 },
    })
    expect(handed).not.toHaveProperty('run')
    expect(calls).toEqual([])
    expect(await events(stage, 'publication.handed_over')).toEqual([`${written.id}#handed_over#1`])
    expect(await attemptsOf(stage.table, stage.workspaceId, written.id)).toMatchObject([
      { attempt: 1, purpose: 'handover', outcome: 'handed_over', endedAt: written.dueAt },
    ])
  })

  it('is handed over once, however many take it up at the same time', async () => {
    const { stage, write } = await quiet()
    const { id, dueAt = '' } = await write(600)
    stage.clock.advance(millis(dueAt))
    const message = { kind: 'publication', workspaceId: stage.workspaceId, publicationId: id, wakeAt: dueAt } as const
    await Promise.all(Array.from({ length: 20 }, () => stage.sender.handle(message)))
    await stage.sender.handle(message)
    expect(await stage.read(id)).toMatchObject({ state: 'handed_over', attempts: 1 })
    expect(await events(stage, 'publication.handed_over')).toHaveLength(1)
  })

  it('obeys an edit, a cancel and a pause up to the instant', async () => {
    const { stage, write } = await quiet()
    const edited = await write(600)
    const then = await whileHeld(stage, edited.id, () =>
      stage.posts.edit(stage.workspaceId, edited.postId, actor, { text: 'Corrigé' }),
    )
    expect(then).toMatchObject({ state: 'handed_over', content: { parts: [{ text: 'Corrigé' }] } })
    expect(then.handover?.contentVersion).toBe(2)

    const cancelled = await write(600)
    const cancel = () => stage.publications.cancel(stage.workspaceId, cancelled.id, actor)
    expect(await whileHeld(stage, cancelled.id, cancel)).toMatchObject({ state: 'cancelled' })

    const paused = await write(600)
    const pause = () => {
      stage.channel = { ...stage.channel, state: 'paused' }
    }
    expect(await whileHeld(stage, paused.id, pause)).toMatchObject({ state: 'waiting', waitingFor: 'channel' })
    expect(await events(stage, 'publication.handed_over')).toHaveLength(1)
  })

  it('needs none of our credentials, but a channel', async () => {
    const { stage, write } = await quiet()
    stage.channel = { ...stage.channel, state: 'reconnect_needed' }
    const { id } = await write(600)
    expect(await stage.wake(id)).toMatchObject({ state: 'handed_over' })
  })

  it('is missed if its channel was paused for longer than its late policy allows', async () => {
    const { stage, write } = await quiet()
    const { id } = await write(600)
    stage.channel = { ...stage.channel, state: 'paused' }
    await stage.wake(id)
    stage.clock.advance(stage.clock.now() + 3_600_000)
    stage.channel = { ...stage.channel, state: 'active' }
    expect(await stage.wake(id)).toMatchObject({ state: 'missed' })
    expect(await events(stage, 'publication.handed_over')).toEqual([])
  })

  it('may be what the API would refuse: that is only a warning then', async () => {
    const refusing = await quiet({
      review: () => ({
        length: 9,
        limit: 5,
        unit: 'characters',
        problems: [{ pointer: '/parts/0/text', code: 'text_too_long', message: 'too long' }],
      }),
    })
    const { stage, write, byHand } = refusing
    await expect(stage.write(600)).rejects.toMatchObject({ code: 'validation_failed' })
    expect((await write(600)).state).toBe('scheduled')
    const input = { text: 'Bonjour', channels: [stage.channel.id] }
    const [review] = await stage.posts.validate(stage.workspaceId, {
      ...input,
      variants: byHand as Parameters<typeof stage.posts.validate>[1]['variants'],
    })
    expect(review).toMatchObject({ problems: [], warnings: [{ code: 'text_too_long', pointer: '/text' }] })
  })

  it('is chosen until it left: what the API refused may be handed over, and what waits may go back', async () => {
    const { stage, write, byHand } = await quiet()
    const waiting = await stage.write(7_200)
    expect(waiting.wakeAt).not.toBe(waiting.dueAt)
    const edit = (variants: object) =>
      stage.posts.edit(stage.workspaceId, waiting.postId, actor, { variants: variants as typeof byHand as never })
    await edit(byHand)
    expect(await stage.read(waiting.id)).toMatchObject({ deliver: 'handover', wakeAt: waiting.dueAt })
    await edit({ [stage.channel.id]: { deliver: null } })
    const back = await stage.read(waiting.id)
    expect(back).not.toHaveProperty('deliver')
    expect(back.wakeAt).toBe(waiting.wakeAt)

    const handed = await write(600)
    await stage.wake(handed.id)
    const toApi = { variants: { [stage.channel.id]: { deliver: null } } }
    await expect(stage.posts.edit(stage.workspaceId, handed.postId, actor, toApi)).rejects.toMatchObject({
      code: 'publication_handed_over',
    })
  })
})

describe('who has it', () => {
  it('is reminded after a quarter of an hour and when the late policy’s time is up, then no more', async () => {
    const { stage, write } = await quiet()
    const { id, dueAt = '' } = await write(600, { latePolicy: { graceMinutes: 60 } })
    const at = (minutes: number) => iso(millis(dueAt) + minutes * 60_000)
    expect(await stage.wake(id)).toMatchObject({ wakeAt: at(15) })
    expect(await stage.wake(id)).toMatchObject({ state: 'handed_over', wakeAt: at(60), handover: { reminders: 1 } })
    const last = await stage.wake(id)
    expect(last).toMatchObject({ state: 'handed_over', handover: { reminders: 2 } })
    expect(last).not.toHaveProperty('wakeAt')
    expect(await events(stage, 'publication.handover_reminder')).toEqual([`${id}#reminder#1#1`, `${id}#reminder#1#2`])
    expect(await events(stage, 'publication.handed_over')).toHaveLength(1)
    expect(await events(stage, 'publication.missed')).toEqual([])
  })

  it('is reminded once where the two would fall together, and once for all that was slept through', async () => {
    const { stage, write } = await quiet()
    const short = await write(600)
    await stage.wake(short.id)
    expect(await stage.wake(short.id)).not.toHaveProperty('wakeAt')
    const slept = await write(600, { latePolicy: { graceMinutes: 60 } })
    const { wakeAt = '' } = await stage.wake(slept.id)
    stage.clock.advance(millis(wakeAt) + 3 * 3_600_000)
    await stage.sender.handle({ kind: 'publication', workspaceId: stage.workspaceId, publicationId: slept.id, wakeAt })
    expect(await stage.read(slept.id)).toMatchObject({ handover: { reminders: 2 } })
    expect(await events(stage, 'publication.handover_reminder')).toHaveLength(2)
  })

  it('says that it is done, once, and is reminded of nothing', async () => {
    const { stage, write } = await quiet({ externalIdOf: ({ pathname }) => pathname.slice(1) })
    const { id, dueAt } = await write(600)
    await stage.wake(id)
    const done = { url: 'https://net.example/p1', contentVersion: 1, by: 'Camille' }
    const published = await stage.publications.done(stage.workspaceId, id, actor, done)
    expect(published).toMatchObject({
      state: 'published',
      live: { externalId: 'p1', url: done.url },
      startedAt: dueAt,
      handover: { by: 'Camille', doneAt: expect.any(String) },
    })
    expect(await stage.read(id)).not.toHaveProperty('wakeAt')
    await expect(stage.publications.done(stage.workspaceId, id, actor, done)).rejects.toMatchObject({
      code: 'publication_published',
    })
    expect(await events(stage, 'publication.published')).toHaveLength(1)

    const other = await write(600)
    await stage.wake(other.id)
    await expect(stage.publications.done(stage.workspaceId, other.id, actor, done)).rejects.toMatchObject({
      code: 'live_elsewhere',
    })
    expect(await stage.read(other.id)).toMatchObject({ state: 'handed_over' })
  })

  it('cannot say it of words that were edited meanwhile', async () => {
    const { stage, write } = await quiet()
    const { id, postId } = await write(600)
    await stage.wake(id)
    await stage.posts.edit(stage.workspaceId, postId, actor, { text: 'Corrigé' })
    const said = (contentVersion: number) => stage.publications.done(stage.workspaceId, id, actor, { contentVersion })
    await expect(said(1)).rejects.toMatchObject({ code: 'handover_outdated' })
    expect(await said(2)).toMatchObject({ state: 'published' })
  })

  it('gives it back, and a new moment hands it over anew', async () => {
    const { stage, write } = await quiet()
    const { id } = await write(600)
    await stage.wake(id)
    const failed = await stage.publications.undone(stage.workspaceId, id, actor, { why: 'Format refusé' })
    expect(failed).toMatchObject({ state: 'failed', reason: english(expect.stringContaining('“Format refusé”')) })
    const at = { at: iso(stage.clock.now() + 600_000) }
    const moved = await stage.publications.schedule(stage.workspaceId, id, actor, at)
    expect(moved).toMatchObject({ state: 'scheduled' })
    expect(await stage.read(id)).not.toHaveProperty('handover')
    expect(await stage.wake(id)).toMatchObject({ state: 'handed_over', attempts: 2 })
    expect(await events(stage, 'publication.handed_over')).toEqual([1, 2].map((n) => `${id}#handed_over#${n}`))
  })

  it('loses it to a cancel or a new moment of its own, but not to one of the whole post', async () => {
    const { stage, write } = await quiet()
    const { id, postId } = await write(600)
    await stage.wake(id)
    const now = { schedule: { now: true } } as const
    await expect(stage.posts.schedule(stage.workspaceId, postId, actor, now)).rejects.toMatchObject({
      code: 'publication_handed_over',
    })
    const at = { at: iso(stage.clock.now() + 600_000) }
    expect(await stage.publications.schedule(stage.workspaceId, id, actor, at)).toMatchObject({ state: 'scheduled' })
    await stage.wake(id)
    await stage.posts.cancel(stage.workspaceId, postId, actor)
    expect(await stage.read(id)).toMatchObject({ state: 'cancelled' })
  })
})
