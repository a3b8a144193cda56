/**
 * `npm run test:servers [-- name …]`: installs each package below `tests/servers/` by its own lock file, and runs its
 * tests against the real server. They are apart from the root install because they hold native code. What takes long to
 * install (`"parvis": {"byHand": true}` in its package) runs only where it is named. Ends with `N passed, N failed` and
 * writes the counts to `reports/servers.json`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import * as z from 'zod'
import { readArguments, refuseArguments } from './arguments.ts'

const root = join(import.meta.dirname, '..')
const servers = join(root, 'tests', 'servers')
const reports = join(root, 'reports')

const counts = z.object({ numPassedTests: z.number(), numFailedTests: z.number(), numTotalTests: z.number() })
const dependencies = z.record(z.string(), z.string()).default({})
const packageSchema = z.object({
  dependencies,
  optionalDependencies: dependencies,
  parvis: z.object({ byHand: z.boolean().default(false) }).default({ byHand: false }),
})
const lockSchema = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) })

interface Result {
  readonly server: string
  readonly passed: number
  readonly failed: number
  readonly seconds: number
  /** Why there is nothing to count. */
  readonly error?: string
}

const known = readdirSync(servers).filter((name) => existsSync(join(servers, name, 'package.json')))
const usage = `npm run test:servers [-- name …]\n  name: ${known.join(', ')}; all but those by hand if none is named`
const { positionals: asked } = readArguments({ usage, options: {}, allowPositionals: true })
const unknown = asked.filter((name) => !known.includes(name))
if (unknown.length > 0) refuseArguments(`There is no server ${unknown.join(', ')}.`, usage)

mkdirSync(reports, { recursive: true })
const results = known.filter((name) => (asked.length === 0 ? !byHand(name) : asked.includes(name))).map(test)
const passed = results.reduce((sum, one) => sum + one.passed, 0)
const failed = results.reduce((sum, one) => sum + one.failed, 0)
writeFileSync(join(reports, 'servers.json'), `${JSON.stringify({ passed, failed, results }, undefined, 2)}\n`)
for (const { server, error } of results) if (error !== undefined) console.error(`${server}: ${error}`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0

function byHand(server: string): boolean {
  return packageSchema.parse(parse(readFileSync(join(servers, server, 'package.json'), 'utf8'))).parvis.byHand
}

function test(server: string): Result {
  const folder = join(servers, server)
  const start = Date.now()
  const seconds = () => Math.round((Date.now() - start) / 100) / 10
  const broken = (error: string): Result => ({ server, passed: 0, failed: 1, seconds: seconds(), error })
  if (!installed(folder)) {
    console.log(`${server}: installing (native code is compiled, which takes a few minutes)`)
    const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
      cwd: folder,
      env: installEnvironment(folder),
      stdio: 'inherit',
    })
    if (install.status !== 0) return broken('it could not be installed; what npm said is above.')
  }
  const report = join(reports, `servers-${server}.json`)
  writeFileSync(report, '')
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const config = join(servers, 'vitest.config.ts')
  const run = spawnSync(
    process.execPath,
    [
      vitest,
      'run',
      '--config',
      config,
      '--root',
      folder,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { cwd: folder, env: withThisNode(), stdio: 'inherit' },
  )
  const read = counts.safeParse(parse(readFileSync(report, 'utf8')))
  if (!read.success || read.data.numTotalTests === 0) return broken('its tests did not run; what vitest said is above.')
  const { numPassedTests, numFailedTests } = read.data
  // A failure outside of a test (a hook, a leaked error) counts too.
  return {
    server,
    passed: numPassedTests,
    failed: Math.max(numFailedTests, run.status === 0 ? 0 : 1),
    seconds: seconds(),
  }
}

/** Whether what is installed is what the lock file says: npm leaves a copy of it in `node_modules`. */
function installed(folder: string): boolean {
  const versions = (path: string, prefix: string) => {
    const { packages } = lockSchema.parse(parse(readFileSync(path, 'utf8')))
    return Object.fromEntries(
      Object.entries(packages).flatMap(([at, { version }]) => (at.startsWith(prefix) ? [[at, version]] : [])),
    )
  }
  const hidden = join(folder, 'node_modules', '.package-lock.json')
  if (!existsSync(hidden)) return false
  const wanted = versions(join(folder, 'package-lock.json'), 'node_modules/')
  // Packages of other platforms are in the lock and not installed: what is there must be as wanted.
  const there = Object.entries(versions(hidden, 'node_modules/'))
  const direct = Object.keys(
    packageSchema.parse(parse(readFileSync(join(folder, 'package.json'), 'utf8'))).dependencies,
  )
  return (
    there.every(([at, version]) => wanted[at] === version) &&
    direct.every((name) => existsSync(join(folder, 'node_modules', name)))
  )
}

function withThisNode(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) }
}

/** node-gyp compiles against the headers of the Node that runs the tests: they come with its package. */
function installEnvironment(folder: string): NodeJS.ProcessEnv {
  const own = `node-${process.platform}-${process.arch}`
  const { optionalDependencies } = packageSchema.parse(parse(readFileSync(join(folder, 'package.json'), 'utf8')))
  const headers = own in optionalDependencies ? { npm_config_nodedir: join(folder, 'node_modules', own) } : {}
  return { ...withThisNode(), ...headers }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
