/**
 * `npm run mutants -- --random N --seed N [--jobs N]`: breaks the code at N random places, one at a time, and runs the test
 * files that execute the changed function, fastest first, until one fails. Prints each mutant and lists the survivors.
 *
 * Which test file executes which function is measured first, by one run of the whole suite (kept in `reports/` for the
 * commit). Code that runs only in child processes (the local stage) has no such record: its mutants run against the tests of
 * the stage. A mutant that ends its time limit is caught: it made the code run for ever, or much longer.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { repositoryCopy, root } from './copy.ts'
import { type Mutation, mutationsOf } from './operators.ts'

const { values } = parseArgs({
  options: {
    random: { type: 'string' },
    seed: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
  },
})
const wanted = Number(values.random)
const seed = Number.parseInt(values.seed ?? '', 16)
if (!Number.isInteger(wanted) || wanted < 1 || Number.isNaN(seed))
  throw new Error('Usage: npm run mutants -- --random 150 --seed 1f3a9c0 (a number in hex, such as the commit)')

/** How long the tests of one mutant may run, in ms. */
const limitMs = 240_000
const stageTests = globSync('tests/{local,e2e}/**/*.test.ts', { cwd: root })

interface Covered {
  /** By function (`file:start`): the test files that run it. */
  readonly tests: ReadonlyMap<string, ReadonlySet<string>>
  /** By test file, in ms. */
  readonly durations: ReadonlyMap<string, number>
}

async function coverage(): Promise<Covered> {
  const commit = (await output('git', ['rev-parse', '--short', 'HEAD'])).trim()
  const folder = join(root, 'reports')
  const [marks, report] = [join(folder, `functions-${commit}.jsonl`), join(folder, `durations-${commit}.json`)]
  await mkdir(folder, { recursive: true })
  if (!(await stat(report).catch(() => undefined))) {
    await rm(marks, { force: true })
    console.log('which test runs which function: one run of the whole suite')
    const config = ['--config', 'tests/mutants/vitest.coverage.config.ts']
    const args = ['node_modules/vitest/vitest.mjs', 'run', ...config, '--reporter=json', `--outputFile=${report}`]
    await run(args, root, { PARVIS_COVERAGE_FILE: marks }, 3_600_000)
  }
  const tests = new Map<string, Set<string>>()
  for (const line of (await readFile(marks, 'utf8')).trim().split('\n')) {
    const { test, functions } = JSON.parse(line) as { test: string; functions: string[] }
    for (const name of functions) tests.set(name, (tests.get(name) ?? new Set()).add(relative(root, test)))
  }
  const { testResults } = JSON.parse(await readFile(report, 'utf8')) as {
    testResults: { name: string; startTime: number; endTime: number; status: string }[]
  }
  const failed = testResults.filter(({ status }) => status !== 'passed')
  if (failed.length > 0) console.log(`failing without any mutant: ${failed.map(({ name }) => relative(root, name))}`)
  const sound = testResults.filter(({ status }) => status === 'passed')
  return { tests, durations: new Map(sound.map((one) => [relative(root, one.name), one.endTime - one.startTime])) }
}

/** mulberry32: the sample is the same for the same seed. */
function randomOf(state: number): () => number {
  let a = state >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

async function sample(): Promise<Mutation[]> {
  const all: Mutation[] = []
  for (const file of globSync('{shared,functions,infra,local}/**/*.ts', { cwd: root }).toSorted())
    if (!file.endsWith('.d.ts')) all.push(...mutationsOf(file, await readFile(join(root, file), 'utf8')))
  const random = randomOf(seed)
  console.log(`${all.length} possible mutants; seed ${values.seed}`)
  const picked = new Set<number>()
  while (picked.size < Math.min(wanted, all.length)) picked.add(Math.floor(random() * all.length))
  return [...picked].flatMap((index) => all[index] ?? [])
}

type Verdict = { readonly caught: boolean; readonly by: string; readonly tests: number }

async function judged(mutation: Mutation, folder: string, { tests, durations }: Covered): Promise<Verdict> {
  const covering = [...(tests.get(`${mutation.file}:${mutation.functionStart}`) ?? [])].filter((test) =>
    durations.has(test),
  )
  const ordered = covering.toSorted((a, b) => (durations.get(a) ?? 0) - (durations.get(b) ?? 0))
  const chosen = ordered.length > 0 ? ordered : stageTests
  const path = join(folder, mutation.file)
  const source = await readFile(path, 'utf8')
  await writeFile(path, source.slice(0, mutation.start) + mutation.replacement + source.slice(mutation.end))
  const until = performance.now() + limitMs
  try {
    // a few at first: most mutants are caught at once
    for (const part of [chosen.slice(0, 4), chosen.slice(4, 16), chosen.slice(16)]) {
      if (part.length === 0) continue
      const args = [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--bail=1',
        '--maxWorkers=1',
        '--exclude=tests/mutants/**',
        ...part,
      ]
      const { code, said } = await run(args, folder, {}, until - performance.now())
      if (code === 'late') return { caught: true, by: 'time limit', tests: chosen.length }
      if (code !== 0) return { caught: true, by: /FAIL\s+(\S+)/.exec(said)?.[1] ?? 'failed run', tests: chosen.length }
    }
    return { caught: false, by: '', tests: chosen.length }
  } finally {
    await writeFile(path, source)
  }
}

/** A node process of a group of its own, ended as a whole when its time is over. */
async function run(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  ms: number,
): Promise<{ readonly code: number | 'late'; readonly said: string }> {
  const environment = { ...process.env, NO_COLOR: '1', ...env }
  const child = spawn(process.execPath, args, {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  let late = false
  const timer = setTimeout(
    () => {
      late = true
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    },
    Math.max(1000, ms),
  )
  const [code] = await once(child, 'close')
  clearTimeout(timer)
  return { code: late ? 'late' : Number(code ?? 1), said }
}

async function output(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await once(child, 'close')
  return said
}

const placeOf = ({ file, start }: Mutation, source: string) => `${file}:${source.slice(0, start).split('\n').length}`

const covered = await coverage()
const mutations = await sample()
const waiting = [...mutations]
const survivors: string[] = []
await Promise.all(
  Array.from({ length: Number(values.jobs) }, async () => {
    const folder = await repositoryCopy()
    for (let mutation = waiting.shift(); mutation !== undefined; mutation = waiting.shift()) {
      const place = placeOf(mutation, await readFile(join(root, mutation.file), 'utf8'))
      const { caught, by, tests } = await judged(mutation, folder, covered)
      const oneLine = (text: string) => text.replace(/\s+/g, ' ').slice(0, 70)
      const what = `${place}  ${mutation.operator}: ${oneLine(mutation.original)} ⇒ ${oneLine(mutation.replacement)}`
      console.log(`${caught ? 'caught  ' : 'SURVIVED'}  ${what}  ${caught ? by : `(${tests} test files)`}`)
      if (!caught) survivors.push(what)
    }
    await rm(folder, { recursive: true, force: true })
  }),
)
console.log(
  `\n${mutations.length - survivors.length} of ${mutations.length} random mutants caught (seed ${values.seed})`,
)
for (const survivor of survivors) console.log(`  survived: ${survivor}`)
