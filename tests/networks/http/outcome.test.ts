import { describe, expect, test } from 'vitest'
import { HttpFailure, outcomeOfFailure, outcomeOfStatus, retryAfter } from '../../../shared/networks/http/index.ts'

const now = Date.UTC(2026, 11, 1, 9, 0, 0)

describe('Retry-After', () => {
  test.each([
    ['120', now + 120_000],
    ['0', now],
    ['0.65', now + 650],
    [' 3 ', now + 3000],
    ['Tue, 01 Dec 2026 09:05:00 GMT', now + 300_000],
    ['Tue, 01 Dec 2026 08:00:00 GMT', now],
    ['99999999999999999999', now + 7 * 86_400_000],
  ])('%s', (value, until) => {
    expect(retryAfter({ 'retry-after': value }, now)).toBe(until)
  })

  test.each(['', 'soon', '-5x'])('%j says nothing', (value) => {
    expect(retryAfter({ 'retry-after': value }, now)).toBeUndefined()
  })

  test('absent says nothing', () => {
    expect(retryAfter({}, now)).toBeUndefined()
  })
})

describe('a status', () => {
  test.each([
    [429, { 'retry-after': '30' }, { kind: 'limited', until: now + 30_000, scope: 'channel' }],
    [429, {}, { kind: 'limited', until: now + 60_000 }],
    [503, { 'retry-after': '5' }, { kind: 'limited', until: now + 5000 }],
    [503, {}, { kind: 'unknown' }],
    [500, { 'retry-after': '5' }, { kind: 'unknown' }],
    [502, {}, { kind: 'unknown' }],
    [504, {}, { kind: 'unknown' }],
  ])('%i %j', (status, headers, outcome) => {
    expect(outcomeOfStatus({ status, headers }, now)).toMatchObject(outcome)
  })

  test.each([200, 302, 400, 401, 403, 404, 422])('%i is for the network to word', (status) => {
    expect(outcomeOfStatus({ status, headers: { 'retry-after': '5' } }, now)).toBeUndefined()
  })

  test('nothing is unknown about a call that shows nothing', () => {
    expect(outcomeOfStatus({ status: 500, headers: {} }, now, { visible: false })).toMatchObject({ kind: 'transient' })
    expect(outcomeOfFailure(new HttpFailure('reset', true, 'cut'), { visible: false }).kind).toBe('transient')
  })

  test('the limit may be the app’s, the wait the network’s usual one', () => {
    const outcome = outcomeOfStatus({ status: 429, headers: {} }, now, { scope: 'app', waitMs: 900_000 })
    expect(outcome).toMatchObject({ scope: 'app', until: now + 900_000 })
  })
})

test('a failure is unknown as soon as a byte may have left', () => {
  expect(outcomeOfFailure(new HttpFailure('timeout', true, 'no answer'))).toEqual({
    kind: 'unknown',
    message: 'no answer',
  })
  expect(outcomeOfFailure(new HttpFailure('refused', false, 'nobody'))).toEqual({
    kind: 'transient',
    message: 'nobody',
  })
})

test('what is no failure of the network is not explained away', () => {
  expect(() => outcomeOfFailure(new TypeError('a bug'))).toThrow('a bug')
})
