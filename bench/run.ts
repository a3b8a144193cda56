/**
 * `npm run bench [-- name …] [--json FILE] [--docs] [--quick] [--lead SECONDS]`: measures, beside what it can be compared with, and
 * prints plain tables. It asserts nothing: figures belong to the machine they were measured on.
 */
import { writeFile } from 'node:fs/promises'
import { readArguments, refuseArguments } from '../scripts/arguments.ts'
import { type Bench, shown } from './bench.ts'
import { bundles } from './bundles.ts'
import { idle } from './idle.ts'
import { lateness } from './lateness.ts'
import { machine } from './machine.ts'
import { intoPage, inWords } from './page.ts'
import { requestUnits } from './request-units.ts'
import { webhooks } from './webhooks.ts'

const benches: Readonly<Record<string, Bench>> = { bundles, units: requestUnits, idle, webhooks, lateness }

const usage = `npm run bench [-- name …] [--json FILE] [--docs] [--quick] [--lead SECONDS]
  name: ${Object.keys(benches).join(', ')}; all of them if none is named`
const { values, positionals } = readArguments({
  usage,
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    docs: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    lead: { type: 'string', default: '20' },
  },
})
const unknown = positionals.filter((name) => !Object.hasOwn(benches, name))
const leadSeconds = Number(values.lead)
if (unknown.length > 0) refuseArguments(`There is no benchmark ${unknown.join(', ')}.`, usage)
if (!(leadSeconds > 0)) refuseArguments('--lead takes seconds, more than 0.', usage)

const results: Record<string, object> = {}
const about = { at: new Date().toISOString(), quick: values.quick, ...machine() }
console.log(`${inWords(about)}\n`)
if (values.quick) console.log('Small counts (--quick): this shows that the tools work, not how fast Parvis is.\n')
for (const [name, bench] of Object.entries(benches)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const log = (line: string) => void process.stderr.write(`  ${name}: ${line}\n`)
  const before = machine()
  try {
    const { tables, figures } = await bench.run({ quick: values.quick, leadSeconds, log })
    for (const table of tables) console.log(shown(table))
    results[name] = { title: bench.title, load: before.load, tables, figures }
    if (values.docs && !values.quick) await intoPage(name, tables, before)
  } catch (error) {
    console.error(`${bench.title} could not be measured: ${error instanceof Error ? error.stack : error}\n`)
    results[name] = { title: bench.title, error: String(error) }
    process.exitCode = 1
  }
}
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ machine: about, results }, null, 2)}\n`)
