/** X's own vectors for counting and finding, against what our code counts and finds. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { cashtags, hashtags, links, weightedLength } from '../../../shared/networks/x/text.ts'

const folder = join(import.meta.dirname, '../../../../shared/specs')
const vectors = (name: string): unknown => parse(readFileSync(join(folder, `twitter-text-${name}.yml`), 'utf8'))
const group = <T>(expected: z.ZodType<T>) =>
  z.array(z.object({ description: z.string(), text: z.string(), expected })).nonempty()

const found = group(z.array(z.string()))
const weighed = group(z.object({ weightedLength: z.number() }))

/** Those of configuration v2 hold for v3, too, but for emoji: v3 counts each as 2, and has vectors of its own for them. */
const counters = [
  { name: 'WeightedTweetsCounterTest', emoji: false },
  { name: 'WeightedTweetsWithDiscountedEmojiCounterTest', emoji: true },
  { name: 'UnicodeDirectionalMarkerCounterTest', emoji: true },
]

if (existsSync(folder))
  describe('twitter-text’s conformance vectors', () => {
    const validate = z.object({ tests: z.record(z.string(), z.unknown()) }).parse(vectors('validate')).tests
    const extract = z.object({ tests: z.record(z.string(), z.unknown()) }).parse(vectors('extract')).tests
    for (const { name, emoji } of counters)
      it.each(weighed.parse(validate[name]).filter(({ text }) => emoji || !/\p{Extended_Pictographic}/u.test(text)))(
        `${name}: $description`,
        ({ text, expected }) => {
          expect(weightedLength(text)).toBe(expected.weightedLength)
        },
      )
    it.each(found.parse(extract.hashtags))('hashtags: $description', ({ text, expected }) => {
      expect(hashtags(text)).toEqual(expected)
    })
    it.each(found.parse(extract.hashtags_from_astral))('hashtags: $description', ({ text, expected }) => {
      expect(hashtags(text)).toEqual(expected)
    })
    it.each(found.parse(extract.cashtags))('cashtags: $description', ({ text, expected }) => {
      expect(cashtags(text)).toEqual(expected)
    })
    it.each(found.parse(extract.urls))('links: $description', ({ text, expected }) => {
      expect(links(text)).toEqual(expected)
    })
  })
else
  describe('twitter-text’s conformance vectors are not here (../shared/specs, beside the checkout): a few of our own instead', () => {
    it.each([
      ['Lire https://boulangerie.fr/un-long-chemin', 28],
      ['👨‍👩‍👧', 2],
      ['のの', 4],
      ['éé', 2],
      ['«\u202foui\u202f»', 9],
    ])('%s weighs %d', (text, weight) => {
      expect(weightedLength(text)).toBe(weight)
    })
    it.each([
      ['this is #hashtag1', ['hashtag1']],
      ['On the #16 bus', []],
      ['#l’été', ['l']],
      ['Hashtags in #русский!', ['русский']],
    ])('%s holds the hashtags %j', (text, tags) => {
      expect(hashtags(text)).toEqual(tags)
    })
  })
