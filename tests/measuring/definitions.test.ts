import { describe, expect, it } from 'vitest'
import {
  channelDefinitions,
  counterDefinitions,
  engagementDefinitions,
  languageOf,
} from '../../shared/measuring/definitions.ts'
import { channelCounterNames, counterNames } from '../../shared/networks/network.ts'

const all = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 1]))

describe('definitions', () => {
  it('are there for every counter, in French and in English, and differ', () => {
    for (const of of [
      (language: 'en' | 'fr') => counterDefinitions(all(counterNames), language),
      (language: 'en' | 'fr') => channelDefinitions(all(channelCounterNames), language),
    ]) {
      const [en, fr] = [of('en'), of('fr')]
      expect(Object.keys(en).length).toBeGreaterThan(9)
      for (const [name, text] of Object.entries(en)) {
        expect(text).toMatch(/\.$/)
        expect(fr[name]).toMatch(/\.$/)
        expect(fr[name]).not.toBe(text)
      }
    }
  })
  it('are only of what is told', () => {
    expect(Object.keys(counterDefinitions({ likes: 0 }, 'fr'))).toEqual(['likes'])
  })
  it('say all that engagement is made of', () => {
    for (const word of ['likes', 'comments', 'shares', 'quotes', 'saves', 'clicks'])
      expect(engagementDefinitions.engagement.en).toContain(word)
  })
  it('are French for those who read French, whatever their country', () => {
    expect([languageOf('fr'), languageOf('fr-CA'), languageOf('de'), languageOf(undefined)]).toEqual([
      'fr',
      'fr',
      'en',
      'en',
    ])
  })
})
