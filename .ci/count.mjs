// Counts vitest's JSON reports of a folder. A step that failed counts as one failure where no report tells of any.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, ...failedSteps] = process.argv.slice(2)
const reports = readdirSync(folder).filter((file) => file.endsWith('.json'))
let passed = 0
let failed = 0
const told = new Set()
for (const file of reports) {
  const { testResults } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  for (const { status, name, message, assertionResults } of testResults) {
    const failures = assertionResults.filter((test) => test.status === 'failed')
    passed += assertionResults.filter((test) => test.status === 'passed').length
    failed += failures.length
    for (const test of failures) console.log(`failed: ${test.fullName} (${name})`)
    // A file that could not be loaded has no tests to fail.
    if (status === 'failed' && failures.length === 0) {
      failed++
      console.log(`failed: ${name}: ${message}`)
    }
    if (status === 'failed') told.add(file === 'root.json' ? 'test' : 'test:servers')
  }
}
for (const step of failedSteps)
  if (!told.has(step)) {
    failed++
    console.log(`failed: ${step}`)
  }
if (passed === 0 && failed === 0) {
  failed++
  console.log('failed: no test ran')
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
