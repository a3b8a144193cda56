import { expect, it } from 'vitest'
import { matches } from '../../local/pattern.ts'

const event = {
  source: 'parvis',
  'detail-type': 'publication.published',
  detail: { name: 'publication.published', count: 7, labels: ['red', 'blue'], none: null, deep: { er: true } },
}

it.each([
  ['a value of a list', { source: ['other', 'parvis'] }, true],
  ['no value of a list', { source: ['other'] }, false],
  ['every field', { source: ['parvis'], 'detail-type': ['post.created'] }, false],
  ['a nested value', { detail: { deep: { er: [true] } } }, true],
  ['one element of a list', { detail: { labels: ['blue'] } }, true],
  ['null', { detail: { none: [null] } }, true],
  ['null where nothing is', { detail: { absent: [null] } }, false],
  ['a number, not its text', { detail: { count: ['7'] } }, false],
  ['a prefix', { 'detail-type': [{ prefix: 'publication.' }] }, true],
  ['another prefix', { 'detail-type': [{ prefix: 'post.' }] }, false],
  ['a prefix of a number', { detail: { count: [{ prefix: '7' }] } }, false],
  ['a prefix in any case', { 'detail-type': [{ prefix: { 'equals-ignore-case': 'PUBLICATION' } }] }, true],
  ['a suffix', { 'detail-type': [{ suffix: '.published' }] }, true],
  ['in any case', { source: [{ 'equals-ignore-case': 'PARVIS' }] }, true],
  ['a wildcard', { 'detail-type': [{ wildcard: 'pub*.pub*d' }] }, true],
  ['a wildcard that overlaps', { source: [{ wildcard: 'parv*vis' }] }, false],
  ['exists', { detail: { count: [{ exists: true }] } }, true],
  ['exists, of null', { detail: { none: [{ exists: true }] } }, true],
  ['exists not', { detail: { absent: [{ exists: false }] } }, true],
  ['exists not, below what is not there', { absent: { deeper: [{ exists: false }] } }, true],
  ['exists not, of what is there', { detail: { count: [{ exists: false }] } }, false],
  ['anything but one', { source: [{ 'anything-but': 'aws' }] }, true],
  ['anything but several', { source: [{ 'anything-but': ['aws', 'parvis'] }] }, false],
  ['anything but a prefix', { source: [{ 'anything-but': { prefix: 'par' } }] }, false],
  ['anything but, of nothing', { absent: [{ 'anything-but': 'x' }] }, false],
  ['a number between', { detail: { count: [{ numeric: ['>', 5, '<=', 7] }] } }, true],
  ['a number outside', { detail: { count: [{ numeric: ['>', 7] }] } }, false],
  ['one of several ways', { $or: [{ source: ['other'] }, { detail: { count: [7] } }] }, true],
  ['none of several ways', { $or: [{ source: ['other'] }, { detail: { count: [8] } }] }, false],
  ['several ways beside a field that does not match', { source: ['other'], $or: [{ detail: { count: [7] } }] }, false],
])('%s', (_, pattern, expected) => {
  expect(matches(pattern, event)).toBe(expected)
})

it('refuses a rule that it does not know, rather than ignoring it', () => {
  expect(() => matches({ source: [{ cidr: '10.0.0.0/8' }] }, event)).toThrow('cidr')
  expect(() => matches({ source: [{ cidr: '10.0.0.0/8' }] }, {})).toThrow('cidr')
})
