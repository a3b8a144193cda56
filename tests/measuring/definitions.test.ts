import { describe, expect, it } from 'vitest'
import { render } from '../../shared/i18n/index.ts'
import { channelDefinitions, counterDefinitions, engagementTexts } from '../../shared/measuring/definitions.ts'
import { channelCounterNames, counterNames } from '../../shared/networks/network.ts'

const all = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 1]))

describe('definitions', () => {
  it('are there for every counter, in French and in English, and differ', () => {
    for (const definitions of [counterDefinitions(all(counterNames)), channelDefinitions(all(channelCounterNames))]) {
      const messages = Object.values(definitions)
      expect(messages.length).toBeGreaterThan(9)
      for (const message of messages) {
        expect(render(message, 'en')).toMatch(/\.$/)
        expect(render(message, 'fr')).toMatch(/\.$/)
        expect(render(message, 'fr')).not.toBe(render(message, 'en'))
      }
    }
  })
  it('are only of what is told', () => {
    expect(Object.keys(counterDefinitions({ likes: 0 }))).toEqual(['likes'])
  })
  it('say all that engagement is made of', () => {
    for (const word of ['likes', 'comments', 'shares', 'quotes', 'saves', 'clicks'])
      expect(engagementTexts.engagement().en).toContain(word)
  })
})
