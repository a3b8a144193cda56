/**
 * `npm run check`: everything that can be known without running the product, two at a time. One line per check with its
 * time; what a failed check said follows it. Exits 1 if one failed.
 */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

interface Check {
  readonly name: string
  /** A command of `node_modules/.bin`, or `node` with a script. */
  readonly command: readonly [string, ...string[]]
}

const checks: readonly Check[] = [
  { name: 'types', command: ['tsc'] },
  { name: 'types of infra', command: ['tsc', '-p', 'infra'] },
  { name: 'template against the service specification', command: ['node', 'scripts/check-template.ts'] },
  { name: 'cdk-nag AwsSolutions', command: ['node', 'scripts/check-nag.ts'] },
  { name: 'dependency rules', command: ['node', 'scripts/check-dependencies.ts'] },
  { name: 'biome', command: ['biome', 'ci', '--colors=off', '--error-on-warnings'] },
  { name: 'knip', command: ['knip'] },
]

const root = join(import.meta.dirname, '..')

function run({ name, command: [program, ...args] }: Check): Promise<boolean> {
  const start = performance.now()
  const child = spawn(join(root, 'node_modules/.bin', program), args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const hear = (chunk: Buffer) => {
    said += chunk.toString()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  return new Promise((resolve) => {
    child.on('error', (error) => hear(Buffer.from(String(error))))
    child.on('close', (code) => {
      const ok = code === 0
      const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(5)
      // A check that passed says in its last line what it saw.
      const seen = ok ? said.trim().split('\n').at(-1) : undefined
      console.log(`${ok ? 'ok    ' : 'FAILED'} ${seconds} s  ${name}${seen ? ` (${seen.trim()})` : ''}`)
      if (!ok) console.log(said.trimEnd().replace(/^/gm, '    '))
      resolve(ok)
    })
  })
}

const waiting = [...checks]
let failed = 0
await Promise.all(
  Array.from({ length: Math.min(2, availableParallelism()) }, async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) if (!(await run(check))) failed++
  }),
)
if (failed > 0) process.exitCode = 1
