import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Table } from '../../shared/aws/table.ts'
import { block, blockedUntil, takeToken } from '../../shared/publishing/bucket.ts'
import { Engine } from '../support/engine.ts'

let engine: Engine
let table: Table
beforeAll(async () => {
  engine = await Engine.start()
  table = await engine.table('buckets')
})
afterAll(() => engine.stop())

const rate = { burst: 3, perHour: 3600 } // one a second, three at once
const start = Date.UTC(2026, 5, 1)

it('lets a burst through, then one an interval, however many ask at once', async () => {
  const key = { pk: 'a', sk: 'bucket' }
  const answers = await Promise.all(Array.from({ length: 6 }, () => takeToken(table, key, rate, start)))
  expect(answers.filter((answer) => answer.ok)).toHaveLength(3)
  const refused = answers.find((answer) => !answer.ok)
  expect(refused).toEqual({ ok: false, until: start + 1_000 })
  expect(await takeToken(table, key, rate, start + 1_000)).toMatchObject({ ok: true })
  expect(await takeToken(table, key, rate, start + 1_000)).toEqual({ ok: false, until: start + 2_000 })
})

it('obeys what the network asked for, and never shortens it', async () => {
  const key = { pk: 'b', sk: 'bucket' }
  await block(table, key, start + 60_000)
  await block(table, key, start + 5_000)
  expect(await takeToken(table, key, rate, start)).toEqual({ ok: false, until: start + 60_000 })
  expect(await blockedUntil(table, key, start + 59_999)).toBe(start + 60_000)
  expect(await blockedUntil(table, key, start + 60_000)).toBeUndefined()
  expect(await takeToken(table, key, rate, start + 60_000)).toMatchObject({ ok: true })
})
