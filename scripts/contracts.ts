/**
 * `npm run contracts`: runs the conformance kit and checks every request that a connector makes against its platform's
 * own specification. The specifications are not part of the product: they are read from `../shared/specs`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const root = join(import.meta.dirname, '..')
const reports = join(root, 'reports')
if (!existsSync(join(root, '..', 'shared', 'specs'))) {
  console.log(
    'Nothing was checked: the specifications are not here. They are looked for in `../shared/specs`, beside the checkout (discord, discourse, mastodon, pinterest, telegram, whatsapp).',
  )
  process.exit(0)
}

mkdirSync(reports, { recursive: true })
for (const old of globSync(join(reports, 'contracts-*.json'))) rmSync(old)
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const config = join(root, 'tests', 'contracts', 'vitest.config.ts')
const run = spawnSync(process.execPath, [vitest, 'run', '--config', config, '--reporter=default'], {
  cwd: root,
  stdio: 'inherit',
})

const reportSchema = z.object({
  network: z.string(),
  file: z.string(),
  requests: z.number(),
  operations: z.array(z.tuple([z.string(), z.number()])),
  violations: z.array(z.tuple([z.string(), z.number()])),
})
let [passed, failed] = [0, 0]
for (const file of globSync(join(reports, 'contracts-*.json')).sort()) {
  const {
    network,
    file: specification,
    requests,
    operations,
    violations,
  } = reportSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  console.log(`${network}: ${requests} requests of ${operations.length} operations checked against ${specification}`)
  for (const [violation, times] of violations) console.log(`  ${times} × ${violation}`)
  if (violations.length === 0) passed += 1
  else failed += 1
}
if (run.status !== 0 && failed === 0) failed = 1
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
