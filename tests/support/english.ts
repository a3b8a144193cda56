import { expect } from 'vitest'
import { isMessage, render } from '../../shared/i18n/index.ts'

/** In an expected value: a message of ours whose English is this string, or matches this pattern or matcher. */
export function english(expected: unknown): unknown {
  const matches = (actual: unknown): boolean => {
    if (!isMessage(actual) && typeof actual !== 'string') return false
    const text = render(actual, 'en')
    if (expected instanceof RegExp) return expected.test(text)
    try {
      expect(text).toEqual(expected)
      return true
    } catch {
      return false
    }
  }
  return {
    $$typeof: Symbol.for('jest.asymmetricMatcher'),
    asymmetricMatch: matches,
    toString: () => `English ${String(expected)}`,
    toAsymmetricMatcher: () => `English<${String(expected)}>`,
  }
}
