import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutTags, fingerprint, littleText, typedText } from '../../../shared/networks/linkedin/text.ts'

describe('little text', () => {
  it.each([
    ['Bonjour', 'Bonjour'],
    [
      '(a) [b] {c} <d> *e* _f_ ~g~ h|i j\\k @l',
      '\\(a\\) \\[b\\] \\{c\\} \\<d\\> \\*e\\* \\_f\\_ \\~g\\~ h\\|i j\\\\k \\@l',
    ],
    ['#levain', '{hashtag|\\#|levain}'],
    ['#Pain_2027, #été.', '{hashtag|\\#|Pain\\_2027}, {hashtag|\\#|été}.'],
    ['#l’été', '{hashtag|\\#|l}’été'],
    ['l’#apéro', 'l’{hashtag|\\#|apéro}'],
    ['nº #1 et a#b', 'nº \\#1 et a\\#b'],
    ['@[Boulangerie (du Port)](urn:li:organization:1) !', '@[Boulangerie \\(du Port\\)](urn:li:organization:1) !'],
    ['@[x](https://evil.example)', '\\@\\[x\\]\\(https://evil.example\\)'],
    ['https://fr.wikipedia.org/wiki/Parvis_(mot)#Nom', 'https://fr.wikipedia.org/wiki/Parvis\\_\\(mot\\)\\#Nom'],
    ['«\u202foui\u202f» 5\u00a0€ 👩‍🍳 خبز 面包', '«\u202foui\u202f» 5\u00a0€ 👩‍🍳 خبز 面包'],
  ])('of %s is %s', (typed, sent) => {
    expect(littleText(typed)).toBe(sent)
    expect(typedText(sent)).toBe(typed)
  })
  it('reads back as whatever was typed', () => {
    const signs = fc.constantFrom(
      '\\',
      '|',
      '{',
      '}',
      '@',
      '[',
      ']',
      '(',
      ')',
      '<',
      '>',
      '#',
      '*',
      '_',
      '~',
      ' ',
      'é',
      'a',
      '1',
      '👩‍🍳',
      'hashtag',
    )
    fc.assert(
      fc.property(
        fc.array(signs, { maxLength: 30 }).map((parts) => parts.join('')),
        (typed) => {
          expect(fingerprint(typedText(littleText(typed)))).toBe(fingerprint(typed))
        },
      ),
      { numRuns: 2_000 },
    )
  })
})

it('knows where hashtags end sooner than a person thinks', () => {
  expect(cutTags('#l’été #levain #pain-bio, #2027 (#vin) https://x.fr/#a-b')).toEqual([
    { typed: '#l’été', read: 'l' },
    { typed: '#pain-bio', read: 'pain' },
    { typed: '#2027', read: undefined },
  ])
})
