import { appendFileSync } from 'node:fs'
import { afterAll, expect } from 'vitest'

const marks = globalThis as { __ran?: Set<string> }

afterAll(() => {
  const file = process.env.PARVIS_COVERAGE_FILE
  if (file === undefined) throw new Error('PARVIS_COVERAGE_FILE is not set')
  const test = expect.getState().testPath
  appendFileSync(file, `${JSON.stringify({ test, functions: [...(marks.__ran ?? [])] })}\n`)
})
