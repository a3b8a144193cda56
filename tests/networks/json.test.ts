import { describe, expect, test } from 'vitest'
import { idText, parseJson } from '../../shared/networks/json.ts'

describe('JSON of a network', () => {
  test.each([
    ['7512345678901234567', '7512345678901234567'],
    ['-1002345678901234567', '-1002345678901234567'],
    ['9007199254740993', '9007199254740993'],
    ['9007199254740991', 9007199254740991],
    ['-9007199254740991', -9007199254740991],
    ['12', 12],
    ['1.25', 1.25],
    ['1e20', 1e20],
    ['1234567890123456.5', 1234567890123456.5],
    ['"7512345678901234567"', '7512345678901234567'],
  ])('reads %s as it is written', (text, value) => {
    expect(parseJson(text)).toBe(value)
  })

  test('reads long integers wherever they stand', () => {
    const text = '{"data":{"ids":[7512345678901234567,1],"like_count":3},"id":17841405309211844}'
    expect(parseJson(text)).toEqual({
      data: { ids: ['7512345678901234567', 1], like_count: 3 },
      id: '17841405309211844',
    })
  })

  test('reads bytes, with or without a byte order mark', () => {
    expect(parseJson(Buffer.from('{"text":"Déjà l’été"}'))).toEqual({ text: 'Déjà l’été' })
    expect(parseJson(Buffer.from('\uFEFF{"a":1}'))).toEqual({ a: 1 })
  })

  test.each(['', '{', '<html></html>', '{"id":12345678901234567890'])('answers undefined for %j', (text) => {
    expect(parseJson(text)).toBeUndefined()
  })

  test('does not fail on a document that is nested too deep', () => {
    expect(() => parseJson(`${'['.repeat(200_000)}12345678901234567890${']'.repeat(200_000)}`)).not.toThrow()
  })
})

describe('an id', () => {
  test.each([
    ['7512345678901234567', '7512345678901234567'],
    [75, '75'],
    [-1001, '-1001'],
  ])('takes %j', (given, id) => expect(idText.parse(given)).toBe(id))

  test.each(['', null, {}, 1.5, 2 ** 60])('refuses %j', (given) => expect(idText.safeParse(given).success).toBe(false))
})
