import { describe, expect, it } from 'vitest'
import { changesSince, together } from '../../shared/measuring/counters.ts'
import { engagementTexts } from '../../shared/measuring/definitions.ts'
import { engagement, rates } from '../../shared/measuring/engagement.ts'

describe('engagement', () => {
  it('is the sum of what the network tells, and names it', () => {
    expect(engagement({ likes: 3, comments: 2, views: 900, reach: 100 })).toMatchObject({
      value: 5,
      of: ['likes', 'comments'],
    })
    expect(engagement({ likes: 1, comments: 2, shares: 3, quotes: 4, saves: 5, clicks: 6 }).value).toBe(21)
  })
  it('is unknown, not zero, where the network tells nothing of it', () => {
    expect(engagement({ views: 900 })).toMatchObject({ value: null, of: [] })
  })
  it('has a rate only by what is known and not nothing', () => {
    const { byFollowers, byReach, byViews, byImpressions } = rates(
      { followers: 200, counters: { likes: 10, reach: 50, views: 0 } },
      'byFollowersAtTheEnd',
    )
    expect([byFollowers.value, byReach.value, byViews.value, byImpressions.value]).toEqual([0.05, 0.2, null, null])
    expect(byImpressions.denominator).toBeNull()
    expect(byFollowers.definition).toEqual(engagementTexts.byFollowersAtTheEnd())
  })
})

describe('counters', () => {
  it('of a thread are added, but its reach is that of the widest part', () => {
    expect(
      together([
        { likes: 3, reach: 100 },
        { likes: 2, reach: 80, comments: 1 },
      ]),
    ).toEqual({ likes: 5, reach: 100, comments: 1 })
  })
  it('that are not told now have not changed; those that appear count from nothing', () => {
    expect(changesSince({ likes: 3, comments: 2 }, { likes: 1, views: 7 })).toEqual({ likes: -2, views: 7 })
  })
})
