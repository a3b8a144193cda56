/** What sending costs is shown before it leaves, and a channel never spends more in a month than it may. */

import { afterAll, beforeAll, expect, it } from 'vitest'
import { iso } from '../../shared/kernel/clock.ts'
import type { Outcome } from '../../shared/networks/network.ts'
import { nextMonth, spentIn, usd } from '../../shared/publishing/spending.ts'
import { Engine } from '../support/engine.ts'
import { english } from '../support/english.ts'
import { type Answers, actor, Stage } from './stage.ts'

let engine: Engine
beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())

const december = Date.UTC(2026, 11, 1)

/** A network that takes 0.30 USD a post, and 0.40 for one with a link. */
async function priced(settings: Record<string, unknown>, publish: Answers['publish'] = accept) {
  return Stage.set(
    engine,
    {
      publish,
      cost: ({ parts }) =>
        parts[0]?.text.includes('https://')
          ? { microUsd: 400_000, reason: 'a post with a link' }
          : { microUsd: 300_000, reason: 'a post' },
    },
    settings,
  )
}
let posts = 0
const accept: Answers['publish'] = async (call) => {
  await call.begin('post')
  return { kind: 'accepted', externalId: `x${posts++}` }
}
const spent = (stage: Stage, at = stage.clock.now()) => spentIn(stage.table, stage.workspaceId, stage.channel.id, at)

it('is told by validation and on the publication, and follows an edit', async () => {
  const stage = await priced({})
  const input = { text: 'Bonjour https://parvis.example', channels: [stage.channel.id] }
  const [review] = await stage.posts.validate(stage.workspaceId, input)
  expect(review).toMatchObject({ cost: { microUsd: 400_000, reason: 'a post with a link' }, warnings: [] })
  const { id, postId, cost } = await stage.write(3_600)
  expect(cost).toEqual({ microUsd: 300_000, reason: 'a post' })
  const { publications } = await stage.posts.edit(stage.workspaceId, postId, actor, { text: input.text })
  expect(publications[0]).toMatchObject({ id, cost: { microUsd: 400_000 } })
})

it('never passes the cap, however many are sent at once', async () => {
  const stage = await priced({ monthlyCapUsd: 1 })
  const records = await Promise.all(Array.from({ length: 8 }, () => stage.write(10)))
  const ended = await Promise.all(records.map(({ id }) => stage.wake(id)))
  expect(ended.filter(({ state }) => state === 'published')).toHaveLength(3)
  expect(await spent(stage)).toBe(900_000)
  const held = ended.find(({ state }) => state === 'missed')
  expect(held?.problem).toMatchObject({ class: 'quota', until: iso(december) })
  expect(held?.problem?.message).toEqual(
    english(
      'It costs 0.30\u00a0USD (a post), and 0.90\u00a0USD of the 1.00\u00a0USD that this channel may spend in a month (monthlyCapUsd) are already spent.',
    ),
  )
  // a cap that is raised is obeyed at once: nothing else was held back
  stage.channel = { ...stage.channel, settings: { monthlyCapUsd: 2 } }
  const { id } = await stage.write(10)
  expect(await stage.wake(id)).toMatchObject({ state: 'published' })
})

it('waits for the next month where its late policy allows, and counts there', async () => {
  const stage = await priced({ monthlyCapUsd: 0.3 })
  await stage.wake((await stage.write(10)).id)
  const { id } = await stage.write(20, { latePolicy: { graceMinutes: 1_440 } })
  const waiting = await stage.wake(id)
  expect(waiting).toMatchObject({ state: 'waiting', waitingFor: 'limit' })
  expect(await stage.wake(id)).toMatchObject({ state: 'published', paid: { month: '2026-12' } })
  expect(await spent(stage, december)).toBe(300_000)
  expect(await spent(stage, december - 1)).toBe(300_000)
})

it('is paid once, however often it is tried; other words are another post', async () => {
  const outcomes: Outcome[] = [
    { kind: 'transient', message: 'The connection was refused.' },
    { kind: 'transient', message: 'The connection was refused.' },
    { kind: 'rejected', reason: 'policy', message: 'No.' },
  ]
  const stage = await priced({ monthlyCapUsd: 0.65 }, async (call) => outcomes.shift() ?? accept(call))
  const { id, postId } = await stage.write(10)
  for (let tries = 0; tries < 3; tries++) await stage.wake(id)
  expect(await stage.read(id)).toMatchObject({ state: 'rejected' })
  expect(await spent(stage)).toBe(300_000)
  await stage.posts.edit(stage.workspaceId, postId, actor, { text: 'Autrement' })
  await stage.publications.retry(stage.workspaceId, id, actor)
  expect(await stage.wake(id)).toMatchObject({ state: 'published' })
  expect(await spent(stage)).toBe(600_000)
})

it('a post dearer than the whole cap never leaves', async () => {
  const stage = await priced({ monthlyCapUsd: 0.1 })
  expect(await stage.wake((await stage.write(10)).id)).toMatchObject({ state: 'missed', problem: { class: 'quota' } })
  expect(await spent(stage)).toBe(0)
})

it('is counted without a cap too, so that one set later knows', async () => {
  const stage = await priced({})
  await stage.wake((await stage.write(10)).id)
  expect(await spent(stage)).toBe(300_000)
})

it('warns before, in the month in which it would leave', async () => {
  const stage = await priced({ monthlyCapUsd: 0.5 })
  await stage.wake((await stage.write(10)).id)
  const validate = async (at: string) =>
    (await stage.posts.validate(stage.workspaceId, { text: 'x', channels: [stage.channel.id], schedule: { at } }))[0]
  expect(await validate('2026-11-30T20:00:00')).toMatchObject({
    problems: [],
    warnings: [{ pointer: '/channels/0', code: 'monthly_cap', message: english(/0.30.USD of the 0.50/) }],
  })
  // 23:30 UTC of 30 November and 00:30 UTC of 1 December, in Paris
  expect((await validate('2026-12-01T00:30:00'))?.warnings).toHaveLength(1)
  expect((await validate('2026-12-01T01:30:00'))?.warnings).toEqual([])
})

it('words and months', () => {
  expect([usd(20_000_000), usd(15_000), usd(200), usd(0)]).toEqual(['20.00 USD', '0.015 USD', '0.0002 USD', '0.00 USD'])
  expect(nextMonth(Date.UTC(2026, 11, 31, 23, 59))).toBe(Date.UTC(2027, 0, 1))
})
