import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { facetsOf, findMentions } from '../../../shared/networks/bluesky/facets.ts'

const dids = new Map([
  ['lea.bsky.social', 'did:plc:lea'],
  ['parvis.example', 'did:plc:parvis'],
])
const shown = (text: string) => {
  const bytes = Buffer.from(text)
  return facetsOf(text, dids).map(({ index }) => bytes.subarray(index.byteStart, index.byteEnd).toString())
}

describe('mentions', () => {
  it.each([
    ['Merci @lea.bsky.social !', ['lea.bsky.social']],
    ['@Lea.Bsky.Social.', ['lea.bsky.social']],
    [
      '(@lea.bsky.social), «@parvis.example» d’@lea.bsky.social',
      ['lea.bsky.social', 'parvis.example', 'lea.bsky.social'],
    ],
    ['jean@parvis.example', []],
    ['@jean@parvis.example', []],
    ['@lea', []],
    ['https://bsky.example/@lea.bsky.social', []],
    ['@parvis.example@mastodon.example', []],
  ])('in %j', (text, expected) => {
    expect(findMentions(text).map((found) => found.handle)).toEqual(expected)
  })
})

describe('facets', () => {
  it('count bytes, not characters, and keep the order of the text', () => {
    const text = '🥖 Été @lea.bsky.social : https://parvis.example/é (#soldes) @inconnu.example'
    expect(shown(text)).toEqual(['@lea.bsky.social', 'https://parvis.example/é', '#soldes'])
    expect(facetsOf(text, dids)[0]).toEqual({
      index: { byteStart: 11, byteEnd: 27 },
      features: [{ $type: 'app.bsky.richtext.facet#mention', did: 'did:plc:lea' }],
    })
  })
  it('leave out a tag that is longer than the network takes', () => {
    expect(shown(`#${'a'.repeat(64)}`)).toHaveLength(1)
    expect(shown(`#${'a'.repeat(65)}`)).toHaveLength(0)
  })
  it('never overlap, never cut a character, and stand where they point, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '@lea.bsky.social',
        'https://parvis.example/été_(x)',
        'www.a.example',
        '#Pâques',
        '👩‍🍳',
        ' ',
        '\u202F',
        '’',
        '«',
        '»',
        '(',
        ')',
        '.',
        '\n',
      ),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        const bytes = Buffer.from(text)
        let end = 0
        for (const { index, features } of facetsOf(text, dids)) {
          expect(index.byteStart).toBeGreaterThanOrEqual(end)
          end = index.byteEnd
          const part = bytes.subarray(index.byteStart, index.byteEnd).toString()
          expect(part).not.toContain('\uFFFD')
          const { uri, tag, did } = features[0] ?? {}
          if (uri !== undefined) expect(uri.endsWith(part)).toBe(true)
          else if (tag !== undefined) expect(part.slice(1)).toBe(tag)
          else expect(dids.get(part.slice(1).toLowerCase())).toBe(did)
        }
        expect(end).toBeLessThanOrEqual(bytes.length)
      }),
      { numRuns: 500 },
    )
  })
})
