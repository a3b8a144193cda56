import { defineConfig } from 'vitest/config'

/** For `scripts/test-servers.ts`, which names the folder: each server's tests run against the real thing, one file at a time. */
export default defineConfig({
  test: {
    include: ['*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
