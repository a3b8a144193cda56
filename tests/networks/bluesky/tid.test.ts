import { expect, it } from 'vitest'
import { newId, systemRandom } from '../../../shared/kernel/ids.ts'
import { recordKey } from '../../../shared/networks/bluesky/tid.ts'

const key = (at: number) => `${newId('publication', at, systemRandom)}.1`
const valid = /^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/

it('is a TID of the second in which the publication was made', () => {
  const at = Date.UTC(2026, 10, 21, 9)
  const rkey = recordKey(key(at), 0)
  expect(rkey).toMatch(valid)
  let value = 0n
  for (const character of rkey) value = value * 32n + BigInt('234567abcdefghijklmnopqrstuvwxyz'.indexOf(character))
  const micros = Number((value >> 10n) - BigInt(at) * 1000n)
  expect(micros).toBeGreaterThanOrEqual(0)
  expect(micros).toBeLessThan(1_000_000)
})
it('is the same for the same key, and another for another publication, version or part', () => {
  const at = Date.UTC(2026, 10, 21, 9)
  const one = key(at)
  expect(recordKey(one, 0)).toBe(recordKey(one, 0))
  const all = [recordKey(one, 0), recordKey(one, 1), recordKey(one.replace(/1$/, '2'), 0), recordKey(key(at), 0)]
  expect(new Set(all).size).toBe(4)
})
it('sorts the parts of a thread in their order', () => {
  const one = key(Date.UTC(2026, 10, 21, 9))
  const parts = Array.from({ length: 50 }, (_, i) => recordKey(one, i))
  expect([...parts].sort()).toEqual(parts)
})
it('takes keys without a time too', () => {
  expect(recordKey('any key', 0)).toMatch(valid)
})
