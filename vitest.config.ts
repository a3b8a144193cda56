import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes minutes begins first, so that nothing is waited for at the end. */
const long = [/simulation/, /kill/, /demo/, /e2e/, /conformance/]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = long.findIndex((pattern) => pattern.test(moduleId))
      return found < 0 ? long.length : found
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/servers/**', '**/node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // one more than the cores of a small machine: some files mostly wait
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
})
