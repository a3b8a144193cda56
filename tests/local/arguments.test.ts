import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const home = mkdtempSync(join(tmpdir(), 'parvis-arguments-'))
afterAll(() => rmSync(home, { recursive: true }))

const run = (script: string, ...args: string[]) =>
  spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PARVIS_HOME: home, PORT: '0' },
  })

describe.each([
  ['local/main.ts', 'npm start -- --demo', '--dmo'],
  ['scripts/first-workspace.ts', 'npm run first-workspace', '--mail'],
  ['scripts/replay.ts', 'npm run replay', '--since'],
  ['scripts/conformance.ts', 'npm run conformance', '--wirte'],
  ['scripts/test-servers.ts', 'npm run test:servers', '--all'],
  ['bench/run.ts', 'npm run bench', '--fast'],
  ['tests/simulation/simulate.ts', 'npm run simulate', '--seeds'],
])('%s', { timeout: 60_000 }, (script, usage, unknown) => {
  it('prints how it is used when asked for --help, and does nothing else', () => {
    const { status, stdout } = run(script, '--help')
    expect(status).toBe(0)
    expect(stdout).toContain(usage)
  })

  it(`refuses ${unknown}, which it does not know, and prints how it is used`, () => {
    const { status, stderr } = run(script, unknown)
    expect(status).toBe(2)
    expect(stderr).toContain(`'${unknown}'`)
    expect(stderr).toContain(usage)
    expect(stderr).not.toContain('    at ')
  })
})

it.each([
  ['bench/run.ts', ['speed']],
  ['scripts/test-servers.ts', ['oracle']],
  ['local/main.ts', ['demo']],
  ['tests/simulation/simulate.ts', ['--runs', 'many']],
])('%s refuses %o', { timeout: 60_000 }, (script, args) => {
  const { status, stderr } = run(script, ...args)
  expect(status).toBe(2)
  expect(stderr).toContain('npm ')
})
