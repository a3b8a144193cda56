/**
 * Synthesizes the app as `npx cdk synth` does (which also runs CloudFormation's own validation and cdk-nag), then holds
 * every resource against AWS' service specification: unknown types and properties, missing ones, wrong scalars.
 */
import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { problemsOf, template } from './check-specification.ts'

const folder = mkdtempSync(join(tmpdir(), 'parvis-template-'))
try {
  execFileSync(process.execPath, ['infra/app.ts'], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, CDK_OUTDIR: folder },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const templates = globSync(join(folder, '*.template.json')).map((file) =>
    template.parse(JSON.parse(readFileSync(file, 'utf8'))),
  )
  const resources = templates.flatMap(({ Resources }) => Object.keys(Resources)).length
  const problems = templates.flatMap(problemsOf)
  for (const problem of problems) console.log(problem)
  console.log(`${resources} resources`)
  if (problems.length > 0 || resources === 0) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}
