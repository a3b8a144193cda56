import { join } from 'node:path'
import { defineConfig, mergeConfig } from 'vitest/config'
import base from '../../vitest.config.ts'
import { coveragePlugin } from './coverage-plugin.ts'

export default mergeConfig(
  base,
  defineConfig({
    plugins: [coveragePlugin(join(import.meta.dirname, '../..'))],
    test: { root: join(import.meta.dirname, '../..'), setupFiles: [join(import.meta.dirname, 'coverage-setup.ts')] },
  }),
)
