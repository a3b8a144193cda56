// Adds up what was tested: vitest's report of the root, and the counts of the real servers. A step that failed counts as
// one failure where no report tells of it. Ends with "N passed, N failed", and with 1 if anything failed.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, ...failedSteps] = process.argv.slice(2)
let passed = 0
let failed = 0
const told = new Set()

/** @param {string} file */
function read(file) {
  const path = join(folder, file)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

/** @param {string} what */
function fail(what) {
  failed++
  console.log(`failed: ${what}`)
}

const root = read('root.json')
for (const { status, name, message, assertionResults } of root?.testResults ?? []) {
  const failures = assertionResults.filter((test) => test.status === 'failed')
  passed += assertionResults.filter((test) => test.status === 'passed').length
  for (const test of failures) fail(`${test.fullName} (${name})`)
  // A file that could not be loaded has no tests to fail.
  if (status === 'failed' && failures.length === 0) fail(`${name}: ${message}`)
  if (status === 'failed') told.add('test')
}
if (root === undefined) told.delete('test')

const servers = read('servers.json')
passed += servers?.passed ?? 0
failed += servers?.failed ?? 0
if ((servers?.failed ?? 0) > 0) told.add('test:servers')

for (const step of failedSteps) if (!told.has(step)) fail(step)
for (const [step, report] of Object.entries({ test: root, 'test:servers': servers }))
  if (report === undefined && !failedSteps.includes(step)) fail(`${step} left no report`)

console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
