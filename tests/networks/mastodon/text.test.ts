import { describe, expect, it } from 'vitest'
import { countLength, cutTags, fingerprint, htmlToText } from '../../../shared/networks/mastodon/text.ts'

const count = (text: string, spoiler = '') => countLength(text, spoiler, 23)

describe('the length of a status', () => {
  it.each([
    ['https://a.fr', 23],
    [`https://a.fr/${'x'.repeat(300)}?q=1#é`, 23],
    ['(https://a.fr/x).', 1 + 23 + 2],
    ['http://a.fr/x, puis https://b.fr/y !', 23 + ', puis '.length + 23 + 2],
    ['https://a.example/x', 'https://a.example/x'.length],
    [`https://example.org、${'あ'.repeat(600)}`, 23 + 1 + 600],
    [`${'x'.repeat(430)}はhttps://example.org/${' y'.repeat(20)}`, 430 + 1 + 23 + 40],
    ['example.com sans protocole', 'example.com sans protocole'.length],
    ['@lea', 4],
    ['@lea@piaille.example', 4],
    ['Merci @lea@piaille.example, @paul@b.example.', 'Merci @lea, @paul.'.length],
    ['lea@piaille.example est une adresse', 'lea@piaille.example est une adresse'.length],
    ['👩‍🍳', 1],
    ['e\u0301te\u0301', 3],
    ['', 0],
  ])('%s', (text, length) => {
    expect(count(text)).toBe(length)
  })
  it('adds the content warning', () => {
    expect(count('abc', 'Recette')).toBe(10)
  })
  it('stays quick on text that means harm', () => {
    for (const evil of ['@a.'.repeat(20_000), `https://${'.'.repeat(50_000)}`, `@${'a-'.repeat(30_000)}@`])
      expect(count(evil)).toBeGreaterThan(0)
  })
})

describe('the text of a status', () => {
  it.each([
    ['<p>Un &amp; deux</p>', 'Un & deux'],
    ['<p>Un<br />deux</p><p>trois</p>', 'Un\ndeux\n\ntrois'],
    ['<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>', '<script>alert(1)</script>'],
    ['<p>&amp;lt; &#39;&#x2F;&nbsp;&unheard;</p>', "&lt; '/\u00a0&unheard;"],
    [
      '<p><span class="h-card"><a href="https://b.example/@lea">@<span>lea</span></a></span> bonjour</p>',
      '@lea bonjour',
    ],
    [
      '<p><a href="https://a.example/long"><span class="invisible">https://</span><span class="ellipsis">a.example/</span><span class="invisible">long</span></a></p>',
      'https://a.example/long',
    ],
    ['<ul><li>un</li><li>deux</li></ul>', 'un\ndeux'],
    ['pas de balise', 'pas de balise'],
    ['', ''],
  ])('%s', (html, text) => {
    expect(htmlToText(html)).toBe(text)
  })
})

it('compares what was written with what an instance shows of it', () => {
  const written = 'Merci @lea@piaille.example !\n\nÀ lire :  https://a.example/x?y=1&z=2'
  const shown =
    '<p>Merci <span class="h-card"><a>@<span>lea</span></a></span> !</p><p>A\u0300 lire : <a><span>https://</span>a.example/x?y=1&amp;z=2</a></p>'
  expect(fingerprint(htmlToText(shown))).toBe(fingerprint(written))
  expect(fingerprint('Merci @paul')).not.toBe(fingerprint('Merci @lea'))
})

it.each([
  ['#l’été arrive', [['#l’été', 'l']]],
  [
    "#aujourd'hui et #porte-ouverte",
    [
      ["#aujourd'hui", 'aujourd'],
      ['#porte-ouverte', 'porte'],
    ],
  ],
  ['#2026-été', [['#2026-été', '']]],
  ['#Pâques, #été_2026 ! « #pain » c’est #bon’ https://a.example/#l’ancre', []],
])('hashtags that end before their author thinks: %s', (text, cut) => {
  expect(cutTags(text).map(({ typed, read }) => [typed, read])).toEqual(cut)
})

it('stays quick on hashtags that mean harm', () => {
  expect(cutTags(`#${"a'".repeat(50_000)}`).length).toBe(1)
  expect(cutTags('#a'.repeat(50_000))).toEqual([])
})
