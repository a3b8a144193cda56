/**
 * `npm run conformance [-- --write]`: runs the conformance kit over every network and prints two matrices: what each
 * network can do (from its connector's own data) and what of the kit passed. They are kept in `docs/networks/README.md`;
 * with `--write` they are written there, without it the run fails if what stands there is no longer true.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { readArguments } from './arguments.ts'
import { capabilityMatrix } from './networks-matrix.ts'

const root = join(import.meta.dirname, '..')
const { values } = readArguments({
  usage: 'npm run conformance [-- --write]    (--write brings the tables of docs/networks/README.md up to date)',
  options: { write: { type: 'boolean', default: false } },
})
const page = join(root, 'docs', 'networks', 'README.md')
const report = join(root, 'reports', 'conformance.json')

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(
        z.object({
          status: z.enum(['passed', 'failed', 'skipped', 'pending', 'todo']),
          ancestorTitles: z.array(z.string()),
        }),
      ),
    }),
  ),
})

/** The parts of the kit in the order of a channel's life. */
const kitOrder = [
  'itself',
  'connecting',
  'refreshing',
  'writing',
  'ahead of its second',
  'publishing',
  'when the network says no',
  'a lost answer',
  'killed in the middle',
  'deleting',
  'webhooks',
  'polling',
  'answering',
  'measuring',
]

mkdirSync(join(root, 'reports'), { recursive: true })
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
spawnSync(
  process.execPath,
  [vitest, 'run', 'tests/conformance', '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`],
  {
    cwd: root,
    stdio: 'inherit',
  },
)
const results = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')))

const capabilities = await capabilityMatrix()
const conformance = conformanceMatrix(results)
console.log(`${capabilities}\n\n${conformance}\n`)

const before = readFileSync(page, 'utf8')
const after = between(between(before, 'capabilities', capabilities), 'conformance', conformance)
const writes = values.write
if (writes) writeFileSync(page, after)
const stale = !writes && before !== after
if (stale)
  console.error('docs/networks/README.md shows something else. `npm run conformance -- --write` brings it up to date.')
console.log(`${results.numPassedTests} passed, ${results.numFailedTests + (stale ? 1 : 0)} failed`)
process.exitCode = results.numFailedTests > 0 || stale ? 1 : 0

/** Tests passed by network and part of the kit; `2/3` where one failed, empty where the part does not apply. */
function conformanceMatrix({ testResults }: z.infer<typeof reportSchema>): string {
  const rows = new Map<string, Map<string, { passed: number; all: number }>>()
  const parts: string[] = []
  for (const { assertionResults } of testResults)
    for (const { status, ancestorTitles } of assertionResults) {
      const network = /^(\S+): conformance$/.exec(ancestorTitles[0] ?? '')?.[1]
      if (network === undefined) continue
      const part = ancestorTitles[1] ?? 'itself'
      if (!parts.includes(part)) parts.push(part)
      const row = rows.get(network) ?? new Map<string, { passed: number; all: number }>()
      rows.set(network, row)
      const cell = row.get(part) ?? { passed: 0, all: 0 }
      row.set(part, { passed: cell.passed + (status === 'passed' ? 1 : 0), all: cell.all + 1 })
    }
  const columns = kitOrder
    .filter((part) => parts.includes(part))
    .concat(parts.filter((part) => !kitOrder.includes(part)))
  const lines = [...rows]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([network, row]) => {
      const cells = columns.map((part) => {
        const cell = row.get(part)
        return cell === undefined ? '' : cell.passed === cell.all ? `${cell.all}` : `**${cell.passed}/${cell.all}**`
      })
      return `| ${[network, ...cells].join(' | ')} |`
    })
  return [`| network | ${columns.join(' | ')} |`, `|---|${columns.map(() => '--:|').join('')}`, ...lines].join('\n')
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
function between(text: string, name: string, content: string): string {
  const [from, to] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [start, end] = [text.indexOf(from), text.indexOf(to)]
  if (start < 0 || end < start) throw new Error(`docs/networks/README.md has no place for ${name}.`)
  return `${text.slice(0, start + from.length)}\n\n${content}\n\n${text.slice(end)}`
}
