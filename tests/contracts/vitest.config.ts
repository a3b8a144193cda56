import { defineConfig } from 'vitest/config'
import { contracts } from './contracts.ts'

export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: Object.keys(contracts).map((network) => `tests/conformance/${network}.test.ts`),
    setupFiles: ['tests/contracts/setup.ts'],
    testTimeout: 30_000,
    maxWorkers: 2,
  },
})
