/**
 * The dependency rules of `.dependency-cruiser.ts`, and that the modules were seen at all: beside a TypeScript that it
 * does not know, dependency-cruiser sees none and is content.
 */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSync } from '@swc/core'
import { Visitor } from '@swc/core/Visitor.js'
import { cruise } from 'dependency-cruiser'
import { dependencyRules, typesAreFree } from '../.dependency-cruiser.ts'

const folders = ['bench', 'console', 'functions', 'infra', 'local', 'scripts', 'shared', 'tests']

// swc's visitor does not know `using`; what it declares is visited like any variable.
const visitStatement = Visitor.prototype.visitStatement
Visitor.prototype.visitStatement = function (this: Visitor, statement) {
  if (String(statement.type) !== 'UsingDeclaration' || !('decls' in statement))
    return visitStatement.call(this, statement)
  this.visitVariableDeclarators(statement.decls as never)
  return statement
}

process.chdir(join(import.meta.dirname, '..'))
const present = globSync(folders.map((folder) => `${folder}/`))
const { options = {}, ...ruleSet } = dependencyRules
const { output } = await cruise(present, { ...options, ruleSet, validate: true })
if (typeof output === 'string') throw new Error('dependency-cruiser answered in an unexpected form.')

const ours = output.modules.filter(({ source }) => /^[^/]+\/.*[.]ts$/.test(source) && !source.includes('node_modules'))
const written = present.flatMap((folder) =>
  globSync(`${folder}/**/*.ts`, { exclude: ['tests/servers/**', '**/node_modules/**'] }),
)
const unseen = written.filter((file) => !ours.some(({ source }) => source === file))
for (const file of unseen) console.log(`${file} was not seen`)
const broken = output.summary.violations.filter(({ rule, from, to, cycle }) => {
  const steps = cycle === undefined ? [to] : cycle.map(({ name }) => name)
  const erased = steps.some((step, index) => typeImports(steps[index - 1] ?? from).has(step))
  return !(erased && typesAreFree.has(rule.name))
})
for (const { rule, from, to, cycle } of broken)
  console.log(`${rule.name}: ${[from, ...(cycle?.map(({ name }) => name) ?? [to])].join(' → ')}`)
console.log(`${ours.length} modules, ${output.summary.totalDependenciesCruised ?? 0} dependencies`)
if (ours.length === 0 || unseen.length > 0 || broken.length > 0) process.exitCode = 1

/** What a module imports as types and as nothing else. */
function typeImports(file: string): ReadonlySet<string> {
  const { body } = parseSync(readFileSync(file, 'utf8'), { syntax: 'typescript', target: 'es2024' })
  const seen = { types: new Set<string>(), values: new Set<string>() }
  for (const statement of body)
    if ('source' in statement && statement.source !== null && statement.source !== undefined) {
      const name = statement.source.value
      const erased = 'typeOnly' in statement && statement.typeOnly === true
      seen[erased ? 'types' : 'values'].add(name.startsWith('.') ? join(dirname(file), name) : name)
    }
  return new Set([...seen.types].filter((name) => !seen.values.has(name)))
}
