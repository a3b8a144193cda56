import { afterEach, beforeEach, expect, it } from 'vitest'
import { sweep } from '../../local/sweeper.ts'
import type { Json } from '../support/json.ts'
import { tableEngine } from './support.ts'

let tables: Awaited<ReturnType<typeof tableEngine>>
const now = Date.parse('2026-11-21T10:00:00Z')
const expiring = { table: 'things', attribute: 'expiresAt', keys: ['pk'] }

beforeEach(async () => {
  tables = await tableEngine()
  await tables.createTable('things')
})
afterEach(() => tables.stop())

const keys = async (): Promise<string[]> => {
  const { Items }: Json = await tables.dynamodb.call('dynamodb', 'Scan', { TableName: 'things' })
  return Items.map(({ pk }: Json) => pk.S).toSorted()
}

it('deletes what has expired, and nothing else', async () => {
  const at = (ms: number) => ({ expiresAt: { N: String(Math.floor(ms / 1000)) } })
  await tables.put('things', 'expired', at(now - 1_000))
  await tables.put('things', 'expires now', at(now))
  await tables.put('things', 'expires later', at(now + 60_000))
  await tables.put('things', 'never')
  await tables.put('things', 'a text is no time', { expiresAt: { S: '1' } })
  expect(await sweep(tables.dynamodb, expiring, now)).toBe(1)
  expect(await keys()).toEqual(['a text is no time', 'expires later', 'expires now', 'never'])
})

it('reads the whole table, page by page', async () => {
  for (let batch = 0; batch < 2; batch++) {
    const puts = Array.from({ length: 25 }, (_, index) => ({
      PutRequest: { Item: { pk: { S: `${batch}/${index}` }, expiresAt: { N: '1000' } } },
    }))
    await tables.dynamodb.call('dynamodb', 'BatchWriteItem', { RequestItems: { things: puts } })
  }
  expect(await sweep(tables.dynamodb, expiring, now, 20)).toBe(50)
  expect(await keys()).toEqual([])
})
