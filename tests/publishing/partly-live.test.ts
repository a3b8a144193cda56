/** A thread of which a part is live, and the rest is stopped, refused or removed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Outcome } from '../../shared/networks/network.ts'
import { publicationOfLive } from '../../shared/publishing/find.ts'
import { publicationUsing } from '../../shared/publishing/media-use.ts'
import { changing } from '../../shared/publishing/record.ts'
import { Engine } from '../support/engine.ts'
import { actor, Stage } from './stage.ts'

let engine: Engine
beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())

const saved = z.object({ parts: z.array(z.string()).default([]) })
const there = (parts: readonly string[]) => ({
  externalId: parts[0] ?? '',
  url: 'https://net.example/1',
  parts: [...parts],
})

/** A network that takes the first part of a thread, and answers the second as `answers` say, then takes it. */
async function halfSent(answer: (stage: Stage) => Outcome, times = 1) {
  const sent: string[] = []
  const removed: string[] = []
  let left = times
  const stage: Stage = await Stage.set(engine, {
    publish: async (call) => {
      const { parts } = saved.parse(call.checkpoint ?? {})
      for (let i = parts.length; i < call.content.parts.length; i++) {
        await call.begin(`part ${i}`)
        if (i > 0 && left-- > 0) return answer(stage)
        parts.push(`part-${i}`)
        sent.push(`part-${i}`)
        await call.saveCheckpoint({ parts }, undefined, there(parts))
      }
      return { kind: 'accepted', ...there(parts) }
    },
    remove: async (_call, { externalId, parts = [externalId] }) => {
      removed.push(...parts)
      return { kind: 'deleted' }
    },
  })
  const { id, postId } = await stage.write(10, { text: 'One', thread: [{ text: 'Two' }, { text: 'Three' }] })
  await stage.wake(id)
  return { stage, id, postId, sent, removed }
}

const limited = ({ clock }: Stage): Outcome => ({
  kind: 'limited',
  scope: 'channel',
  until: clock.now() + 30_000,
  message: 'Too many requests.',
})

async function wakeAfter({ stage, id }: { stage: Stage; id: string }) {
  const { wakeAt } = await stage.read(id)
  if (wakeAt !== undefined) await stage.wake(id)
  return stage.read(id)
}

describe('one that waits after its first part', () => {
  const stops = {
    'its own cancel': ({ stage, id }: Half) => stage.publications.cancel(stage.workspaceId, id, actor),
    'a cancel of its post': ({ stage, postId }: Half) => stage.posts.cancel(stage.workspaceId, postId, actor),
    'a delete of its post': ({ stage, postId }: Half) => stage.posts.remove(stage.workspaceId, postId, actor, false),
  }
  it.each(Object.entries(stops))('sends nothing more after %s, and is partial', async (_, stop) => {
    const half = await halfSent(limited)
    expect(await half.stage.read(half.id)).toMatchObject({ state: 'waiting', live: there(['part-0']) })
    await stop(half)
    const record = await wakeAfter(half)
    expect(record).toMatchObject({
      state: 'partial',
      live: there(['part-0']),
      publishedAt: record.startedAt,
      reason: { key: 'publishing.partly' },
    })
    expect(record).not.toHaveProperty('wakeAt')
    expect(half.sent).toEqual(['part-0'])
    const { table, workspaceId, channel } = half.stage
    expect(await publicationOfLive(table, workspaceId, channel.id, 'part-0')).toBe(half.id)
  })

  it('is taken off its network with its post, and sends nothing more', async () => {
    const half = await halfSent(limited)
    await half.stage.posts.remove(half.stage.workspaceId, half.postId, actor, true)
    expect(await wakeAfter(half)).toMatchObject({ state: 'deleted' })
    expect([half.sent, half.removed]).toEqual([['part-0'], ['part-0']])
  })

  it('goes on with a retry after a cancel while its post is there', async () => {
    const half = await halfSent(limited)
    await half.stage.publications.cancel(half.stage.workspaceId, half.id, actor)
    await half.stage.publications.retry(half.stage.workspaceId, half.id, actor)
    expect((await wakeAfter(half)).state).toBe('waiting') // until the limit is over
    expect(await wakeAfter(half)).toMatchObject({ state: 'published', live: there(['part-0', 'part-1', 'part-2']) })
  })

  it('is partial and can be removed when its channel is gone', async () => {
    const half = await halfSent(limited)
    half.stage.channelGone = true
    expect(await wakeAfter(half)).toMatchObject({ state: 'partial', live: there(['part-0']) })
    half.stage.channelGone = false
    await half.stage.posts.remove(half.stage.workspaceId, half.postId, actor, true)
    expect(await wakeAfter(half)).toMatchObject({ state: 'deleted' })
    expect(half.removed).toEqual(['part-0'])
  })
})

type Half = Awaited<ReturnType<typeof halfSent>>

it('is partial when the network refuses the next part without saying what is live', async () => {
  const half = await halfSent(() => ({ kind: 'rejected', reason: 'policy', message: 'Not allowed.' }))
  expect(await half.stage.read(half.id)).toMatchObject({ state: 'partial', live: there(['part-0']) })
})

it('is partial when its next part never reaches the network', async () => {
  const half = await halfSent(() => ({ kind: 'transient', message: 'Refused.' }), 100)
  let record = await half.stage.read(half.id)
  while (record.state === 'waiting') record = await half.stage.wake(half.id)
  expect(record).toMatchObject({ state: 'partial', live: there(['part-0']) })
})

it('refuses to send more of a deleted post', async () => {
  const half = await halfSent(() => ({ kind: 'partial', ...there(['part-0']), message: 'Not allowed.' }))
  const { publications, posts, workspaceId } = half.stage
  await posts.remove(workspaceId, half.postId, actor, false)
  await expect(publications.retry(workspaceId, half.id, actor)).rejects.toMatchObject({ code: 'post_deleted' })
  expect(await half.stage.read(half.id)).toMatchObject({ state: 'partial' })
})

it('refuses to send a deleted post again whose answer was lost', async () => {
  const half = await halfSent(() => ({ kind: 'unknown', message: 'No answer.' }))
  const { publications, posts, workspaceId } = half.stage
  expect(await half.stage.read(half.id)).toMatchObject({ state: 'unconfirmed', live: there(['part-0']) })
  await posts.remove(workspaceId, half.postId, actor, false)
  const resent = publications.resolve(workspaceId, half.id, actor, { resend: true })
  await expect(resent).rejects.toMatchObject({ code: 'post_deleted' })
  await publications.resolve(workspaceId, half.id, actor, { cancel: true })
  expect(await half.stage.read(half.id)).toMatchObject({ state: 'partial', live: there(['part-0']) })
})

describe('a medium', () => {
  const coverOf = async (outcome: Outcome) => {
    const stage = await Stage.set(engine, { publish: async () => outcome })
    const { id, postId } = await stage.write(10)
    const record = await stage.wake(id)
    return { stage, postId, id, record }
  }
  const outcomes: readonly Outcome[] = [
    { kind: 'rejected', reason: 'policy', message: 'Not allowed.' },
    { kind: 'partial', externalId: 'x', message: 'Not allowed.' },
  ]
  it.each(outcomes)(
    'is needed while its publication may be sent again, and not once its post is deleted: $kind',
    async (outcome) => {
      const { stage, postId, id, record } = await coverOf(outcome)
      const [part = { text: '', mediaIds: [] }] = record.content.parts
      const content = { ...record.content, parts: [{ ...part, mediaIds: ['media_1'] }] }
      await stage.table.write(changing(record, { content }, record.updatedAt))
      expect(await publicationUsing(stage.table, stage.workspaceId, 'media_1')).toBe(id)
      await stage.posts.remove(stage.workspaceId, postId, actor, false)
      expect(await publicationUsing(stage.table, stage.workspaceId, 'media_1')).toBeUndefined()
    },
  )
})
