import { expect, test } from 'vitest'
import { appDocument } from '../../shared/networks/app-document.ts'

test.each([
  ['a secret that is null as one that is not there', { clientId: 'a', previousSecret: null }, { clientId: 'a' }],
  ['an empty field as one that is not there', { clientId: 'a', clientSecret: '' }, { clientId: 'a' }],
  ['an id that was written as a number', { appId: 104857600000001 }, { appId: '104857600000001' }],
  ['a document that is null as one without fields', null, {}],
])('reads %s', (_, given, fields) => {
  expect(appDocument.safeParse(given)).toEqual({ success: true, data: fields })
})

test('names the field that is wrong, and not what is in it', () => {
  const refused = { success: false, error: { issues: [{ path: ['clientSecret'] }] } }
  expect(appDocument.safeParse({ clientId: 'a', clientSecret: ['s3cret'] })).toEqual(refused)
})

test.each([['a text'], [[]], [undefined], [{ clientId: { a: 1 } }], [{ clientId: true }], [{ appId: 2 ** 60 }]])(
  'refuses %j',
  (given) => expect(appDocument.safeParse(given).success).toBe(false),
)
