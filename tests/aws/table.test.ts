import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Table } from '../../shared/aws/table.ts'
import { Engine } from '../support/engine.ts'

const thing = z.object({ pk: z.string(), sk: z.string(), n: z.number().optional(), word: z.string().optional() })
let engine: Engine
let table: Table

beforeAll(async () => {
  engine = await Engine.start()
  table = await engine.table('things')
})
afterAll(() => engine.stop())

describe('Table', () => {
  it('answers which condition of a transaction failed and what stood there, and writes nothing', async () => {
    await table.write({ put: { pk: 'a', sk: '1', n: 1 } })
    const result = await table.transact([
      { put: { pk: 'a', sk: '2', n: 2 } },
      { update: { pk: 'a', sk: '1' }, set: { n: 5 }, if: ['n', '=', 4] },
    ])
    expect(result).toEqual({ ok: false, index: 1, item: { pk: 'a', sk: '1', n: 1 } })
    expect(await table.get({ pk: 'a', sk: '2' }, thing)).toBeUndefined()
  })

  it('answers the old item of a single failed write', async () => {
    await table.write({ put: { pk: 'b', sk: '1', n: 1 } })
    const result = await table.write({ put: { pk: 'b', sk: '1', n: 2 }, if: ['pk', 'absent'] })
    expect(result).toEqual({ ok: false, index: 0, item: { pk: 'b', sk: '1', n: 1 } })
  })

  it('never answers an expired item', async () => {
    const past = Math.floor(Date.now() / 1000) - 10
    await table.write({ put: { pk: 'c', sk: '1', expiresAt: past } })
    await table.write({ put: { pk: 'c', sk: '2', expiresAt: past + 3600 } })
    expect(await table.get({ pk: 'c', sk: '1' }, thing)).toBeUndefined()
    expect((await table.query({ pk: 'c' }, thing)).items.map((item) => item.sk)).toEqual(['2'])
  })

  it('pages with a filter without losing or repeating an item', async () => {
    for (let i = 0; i < 130; i++)
      await table.write({ put: { pk: 'd', sk: String(i).padStart(3, '0'), word: i % 3 === 0 ? 'yes' : 'no' } })
    const seen: string[] = []
    let start: Record<string, string> | undefined
    do {
      const page = await table.query(
        { pk: 'd', where: ['word', '=', 'yes'], limit: 7, ...(start === undefined ? {} : { start }) },
        thing,
      )
      expect(page.items.length).toBeLessThanOrEqual(7)
      seen.push(...page.items.map((item) => item.sk))
      start = page.next
    } while (start !== undefined)
    expect(seen).toEqual(Array.from({ length: 44 }, (_, i) => String(i * 3).padStart(3, '0')))
  })

  it('updates with set, remove and add', async () => {
    await table.write({ put: { pk: 'e', sk: '1', n: 1, word: 'old' } })
    await table.write({ update: { pk: 'e', sk: '1' }, remove: ['word'], add: { n: 2 } })
    expect(await table.get({ pk: 'e', sk: '1' }, thing)).toEqual({ pk: 'e', sk: '1', n: 3 })
  })
})
