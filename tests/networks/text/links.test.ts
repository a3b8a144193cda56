/** The link finder beside twitter-text itself, and beside what Mastodon makes of it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import twitter from 'twitter-text'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { findLinks } from '../../../shared/networks/text/index.ts'
import { linksOnMastodon, linksOnX } from '../../../shared/networks/text/twitter.ts'
import { weightedLength } from '../../../shared/networks/x/text.ts'

const written = (text: string, spans: readonly { start: number; end: number }[]) =>
  spans.map(({ start, end }) => text.slice(start, end))

/** Pieces that the grammar tells apart: most texts made of them hold something like a link. */
const pieces = fc.constantFrom(
  ...[
    'http://',
    'https://',
    'HTTPS://',
    'www.',
    'a',
    'b-c',
    'd_e',
    'é',
    'は',
    '👈',
    '1',
    '.',
    '..',
    '.com',
    '.fr',
    '.co.jp',
  ],
  ...[
    '.example',
    '.みんな',
    '.xn--p1ai',
    'xn--',
    't.co/abc',
    '/',
    '/x',
    '/é',
    '/は',
    '/(',
    '(',
    ')',
    '(x)',
    '((y))',
    '()',
    '?',
  ],
  ...[
    '?q=1',
    '?!',
    '=',
    '&',
    '#',
    '#x',
    '@',
    '$',
    ',',
    ';',
    ':',
    ':80',
    '!',
    '*',
    "'",
    '’',
    '"',
    '-',
    '_',
    '~',
    '—',
    '。',
    '、',
  ],
  ...[' ', '\n', '\u3000', '\u200e', '\ufeff', '<', '>', '[', ']', '{', '}', '|', '%20', '+', 'Ж'],
)
const texts = fc.array(pieces, { maxLength: 14 }).map((some) => some.join(''))

describe('links on X', () => {
  it('are those that twitter-text finds, in any text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        // by what they cover: where a domain stands twice, twitter-text tells the place of the first
        const expected = twitter.extractUrlsWithIndices(text).map(({ indices: [start, end] }) => text.slice(start, end))
        expect(written(text, linksOnX(text))).toEqual(expected)
      }),
      { numRuns: 30_000, seed: 7 },
    )
  })
  it('weigh what twitter-text counts, in any text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(weightedLength(text)).toBe(twitter.parseTweet(text).weightedLength)
      }),
      { numRuns: 10_000, seed: 7 },
    )
  })
})

const cases: readonly (readonly [text: string, links: readonly string[]])[] = [
  ["https://wiki.org's", ['https://wiki.org']],
  ['https://wiki.org’s', ['https://wiki.org']],
  ['https://a.fr/x—fin', ['https://a.fr/x']],
  ['https://a.fr/x）', ['https://a.fr/x']],
  ['https://a.fr/x。', ['https://a.fr/x']],
  ['https://a.fr/x👈', ['https://a.fr/x']],
  ['**https://a.fr/x**', ['https://a.fr/x']],
  ['はhttps://example.org/', ['https://example.org/']],
  ['https://example.org、つぎ', ['https://example.org']],
  ['mot.https://a.fr/x', ['https://a.fr/x']],
  ['https://a.fr/x?a=1&b=2).', ['https://a.fr/x?a=1&b=2']],
  ['https://a.fr/a_(b_(c))', ['https://a.fr/a_(b_(c))']],
  ['https://a.fr:8080/x', ['https://a.fr:8080/x']],
  ['https://a.fr,https://b.fr', ['https://a.fr', 'https://b.fr']],
  ['https://été.fr/x', ['https://été.fr/x']],
  ['https://пример.рф/путь', ['https://пример.рф/путь']],
  ['https://a..fr/x https://-a.fr https://a', []],
  ['@https://a.fr #https://a.fr $https://a.fr 1https://a.fr', []],
  [`https://${'a'.repeat(64)}.fr`, []],
  [`https://${'a'.repeat(63)}.fr`, [`https://${'a'.repeat(63)}.fr`]],
  [`https://a.fr/${'x'.repeat(4096 - 'https://a.fr/'.length - 'https://'.length)}`, [4088]],
  [`https://a.fr/${'x'.repeat(4097 - 'https://a.fr/'.length - 'https://'.length)}`, []],
].map(
  ([text, links]) =>
    [
      text,
      (links as (string | number)[]).map((one) => (typeof one === 'string' ? one : (text as string).slice(0, one))),
    ] as [string, string[]],
)

describe('links', () => {
  it.each(cases)('in %j', (text, links) => {
    expect(written(text, findLinks(text))).toEqual(links)
    // X reads them the same where they have a scheme
    expect(written(text, linksOnX(text)).filter((one) => one.startsWith('http'))).toEqual(links)
  })
  it('has a domain that X does not know, where we mark it', () => {
    expect(written('https://parvis.example/x', findLinks('https://parvis.example/x'))).toEqual([
      'https://parvis.example/x',
    ])
    expect(linksOnX('https://parvis.example/x')).toEqual([])
  })
})

it('has an IPv4 address, where we mark it', () => {
  const text = 'http://127.0.0.1:8080/x. http://1.2.3.4.5 1.2.3.4'
  expect(written(text, findLinks(text))).toEqual(['http://127.0.0.1:8080/x'])
  expect(linksOnX(text)).toEqual([])
})

describe('links on Mastodon', () => {
  it.each([
    ['https://example.org、つぎ', ['https://example.org']],
    ['はhttps://example.org/', ['https://example.org/']],
    ['https://ja.wikipedia.org/wiki/日本', ['https://ja.wikipedia.org/wiki/日本']],
    ['https://a.fr/x—fin', ['https://a.fr/x—fin']],
    ['https://a.fr/x」', ['https://a.fr/x']],
    ['**https://a.fr/x**', ['https://a.fr/x']],
    ['https://a.fr/?q=été^', ['https://a.fr/?q=été']],
    ['gemini://a.fr/x ipfs://b.fr', ['gemini://a.fr/x', 'ipfs://b.fr']],
    ['www.a.fr et a.fr', []],
    ['https://parvis.example/x', []],
    ['a.com/https://b.com', []],
    ['https://a.fr/,(x)', ['https://a.fr/,(x)']],
  ])('in %j', (text, links) => {
    expect(written(text, linksOnMastodon(text))).toEqual(links)
  })
})

const folder = join(import.meta.dirname, '../../../../shared/specs')
describe.runIf(existsSync(folder))('twitter-text’s vectors', () => {
  const group = z.object({
    tests: z.object({
      urls: z.array(z.object({ description: z.string(), text: z.string(), expected: z.array(z.string()) })),
    }),
  })
  const { urls } = group.parse(parse(readFileSync(join(folder, 'twitter-text-extract.yml'), 'utf8'))).tests
  const withScheme = (links: readonly string[]) => links.filter((one) => /^https?:/i.test(one))
  // our links need no top level that X knows
  const unknown = /invalid TLD|non-existent|\.cyber|no TLD/i
  const ofUnknown = (text: string) => /\.comtest|underscore\.twitter_/.test(text)
  it.each(urls.filter(({ description, text }) => !unknown.test(description) && !ofUnknown(text)))(
    '$description',
    ({ text, expected }) => {
      expect(withScheme(written(text, findLinks(text)))).toEqual(withScheme(expected))
    },
  )
})
