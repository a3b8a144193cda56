import { describe, expect, it } from 'vitest'
import { type Dependency, Health } from '../../shared/aws/health.ts'
import type { Clock } from '../../shared/kernel/clock.ts'

const clock = (at: { now: number }): Clock => ({
  now: () => at.now,
  sleep: (_, signal) =>
    new Promise((resolve, reject) => {
      setImmediate(resolve)
      signal?.addEventListener('abort', () => reject(signal.reason))
    }),
})
const working = (name: Dependency['name']): Dependency => ({ name, check: async () => undefined })

describe('the health of what the product cannot work without', () => {
  it('is good while everything answers', async () => {
    await expect(new Health([working('table'), working('queues')], clock({ now: 0 })).check()).resolves.toBeUndefined()
  })

  it.each([
    ['refuses', (): Promise<unknown> => Promise.reject(new Error('connect ECONNREFUSED'))],
    ['never answers', (): Promise<unknown> => new Promise(() => {})],
  ])('names the one that %s, and says nothing else of it', async (_, check) => {
    const health = new Health([working('table'), { name: 'queues', check }], clock({ now: 0 }))
    await expect(health.check()).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'not_ready',
      message: 'No answer from: queues. Nothing can be accepted.',
    })
  })

  it('asks at most once in two seconds, however many ask it', async () => {
    const at = { now: 0 }
    let asked = 0
    const counting: Dependency = { name: 'table', check: async () => ++asked }
    const health = new Health([counting], clock(at))
    await Promise.all([health.check(), health.check()])
    at.now = 1_999
    await health.check()
    expect(asked).toBe(1)
    at.now = 2_000
    await health.check()
    expect(asked).toBe(2)
  })
})
