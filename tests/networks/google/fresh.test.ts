import { describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/kernel/errors.ts'
import { fresh, type GoogleAccess } from '../../../shared/networks/google/index.ts'
import { tools } from '../../conformance/session.ts'

const refused = { refusal: { kind: 'reauthorize', message: 'Invalid Credentials' } } as const
const ended = new AppError('unauthenticated', 'reconnect_needed', 'Google renews this access no more.')
const failed = new AppError('unavailable', 'refresh_failed', 'Google could not renew the access.')

/** Credentials whose refresh does this, and a call that is refused for every token but the newest. */
function holding(refresh: () => void = () => {}) {
  let number = 1
  let refreshes = 0
  const current = (): GoogleAccess => ({ accessToken: `token ${number}`, refreshToken: 'refresh' })
  const credentials = {
    current,
    refresh: async () => {
      refreshes += 1
      refresh()
      number += 1
      return current()
    },
  }
  return {
    call: { ...tools({}), credentials },
    next: () => {
      number += 1
    },
    count: () => refreshes,
  }
}

describe('an access token that ends in the middle of things', () => {
  it('is renewed once, and the call made again', async () => {
    const { call, count } = holding()
    const used: string[] = []
    const tried = await fresh(call, async ({ accessToken }) => {
      used.push(accessToken)
      return used.length === 1 ? refused : { refusal: { kind: 'transient', message: 'later' } }
    })
    expect(used).toEqual(['token 1', 'token 2'])
    expect(tried.refusal?.kind).toBe('transient')
    expect(count()).toBe(1)
  })
  it('is not renewed where somebody else did so meanwhile', async () => {
    const { call, next, count } = holding()
    const used: string[] = []
    await fresh(call, async ({ accessToken }) => {
      used.push(accessToken)
      if (used.length === 1) next()
      return refused
    })
    expect(used).toEqual(['token 1', 'token 2'])
    expect(count()).toBe(0)
  })
  it('is over where it cannot be renewed, and a bad day of Google’s is not', async () => {
    const over = holding(() => {
      throw ended
    })
    expect((await fresh(over.call, async () => refused)).refusal?.kind).toBe('reauthorize')
    const badDay = holding(() => {
      throw failed
    })
    expect((await fresh(badDay.call, async () => refused)).refusal?.kind).toBe('transient')
    const ours = holding(() => {
      throw new TypeError('a fault of ours')
    })
    await expect(fresh(ours.call, async () => refused)).rejects.toBeInstanceOf(TypeError)
  })
})
