/** What stands in a publication's way is told in one of eight classes, beside the platform's words. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { iso } from '../../shared/kernel/clock.ts'
import type { Outcome } from '../../shared/networks/network.ts'
import { attemptsOf } from '../../shared/publishing/attempt.ts'
import { publicationView } from '../../shared/publishing/view.ts'
import { Engine } from '../support/engine.ts'
import { Stage } from './stage.ts'

let engine: Engine
beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())

const later = Date.UTC(2026, 10, 30, 9, 5)
const message = 'The network said “no”.'

async function sent(...outcomes: Outcome[]) {
  const stage = await Stage.set(engine, {
    publish: async (call) => {
      const outcome = outcomes.shift()
      if (outcome?.kind === 'unknown' || outcome?.kind === 'accepted') await call.begin('post')
      return outcome ?? { kind: 'accepted', externalId: 'x1' }
    },
  })
  const { id } = await stage.write(10)
  return { stage, id, record: await stage.wake(id) }
}

const cases: [Outcome, string, object][] = [
  [{ kind: 'rejected', reason: 'policy', message }, 'rejected', { class: 'policy', message }],
  [
    { kind: 'rejected', reason: 'invalid', message, pointer: '/parts/0/text' },
    'rejected',
    { class: 'invalid', message, pointer: '/parts/0/text' },
  ],
  [{ kind: 'rejected', reason: 'duplicate', message, of: 'x9' }, 'rejected', { class: 'duplicate', message, of: 'x9' }],
  [{ kind: 'rejected', reason: 'permission', message }, 'rejected', { class: 'permission', message }],
  [
    { kind: 'limited', scope: 'channel', until: later, message },
    'waiting',
    { class: 'rate_limited', message, until: iso(later) },
  ],
  [
    { kind: 'limited', scope: 'channel', reason: 'quota', until: later + 86_400_000, message },
    'missed',
    { class: 'quota', message, until: iso(later + 86_400_000) },
  ],
  [{ kind: 'reauthorize', message }, 'waiting', { class: 'reauthorize', message }],
  [{ kind: 'transient', message }, 'waiting', { class: 'transient', message }],
  [{ kind: 'unknown', message }, 'unconfirmed', { class: 'transient' }],
]
it.each(cases)('%j is %s', async (outcome, state, problem) => {
  const { stage, id, record } = await sent(outcome)
  expect(record.state).toBe(state)
  expect(publicationView(record).problem).toMatchObject(problem)
  const attempts = await attemptsOf(stage.table, stage.workspaceId, id)
  expect(attempts.at(-1)?.problem).toMatchObject(problem)
})

it('is gone when it goes on', async () => {
  const { stage, id, record } = await sent({ kind: 'transient', message })
  expect(record.problem).toBeDefined()
  const published = await stage.wake(id)
  expect(published.state).toBe('published')
  expect(published).not.toHaveProperty('problem')
})

it('stays with what missed its moment because of it', async () => {
  const { stage, id } = await sent({ kind: 'limited', scope: 'channel', until: later, message })
  stage.clock.advance(later + 3_600_000)
  expect(await stage.wake(id)).toMatchObject({ state: 'missed', problem: { class: 'rate_limited' } })
})

it('says how far a network is that works on it, until it is live', async () => {
  const { stage, id, record } = await sent({
    kind: 'processing',
    lookAt: later,
    checkpoint: { job: 'j' },
    progress: { step: 'encoding', done: 40, total: 100 },
  })
  const progress = { step: 'encoding', done: 40, total: 100, at: record.dueAt }
  expect(record).toMatchObject({ state: 'processing', progress })
  expect(await stage.wake(id)).not.toHaveProperty('progress')
})
