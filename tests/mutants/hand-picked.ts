/** `npm run mutants`: breaks the code one line at a time, in a copy, and prints which test caught it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { repositoryCopy } from './copy.ts'
import { type Mutant, mutants } from './mutants.ts'

const wanted = process.argv[2]

async function mutated(mutant: Mutant): Promise<string> {
  const folder = await repositoryCopy()
  const file = join(folder, mutant.file)
  const text = await readFile(file, 'utf8')
  const places = [...text.matchAll(asFormatted(mutant.find))]
  if (places.length !== 1) throw new Error(`"${mutant.name}": its line stands ${places.length} times in ${mutant.file}`)
  await writeFile(
    file,
    text.replace(asFormatted(mutant.find), () => mutant.replace),
  )
  return folder
}

/** However the line is broken today. */
function asFormatted(line: string): RegExp {
  const words = line.trim().split(/\s+/)
  const escaped = words.map((word) =>
    word
      .replace(/[$()*+./?[\\\]^{|}]/g, '\\$&')
      .replace(/([({[,])/g, '$1\\s*')
      .replace(/(\\[)}\]])/g, ',?\\s*$1'),
  )
  return new RegExp(escaped.join('\\s*'), 'g')
}

/** The exit code of the tests that should catch it, and the line that says what they saw. */
async function tests(folder: string, caughtBy: string): Promise<{ code: number; saw: string }> {
  const command =
    caughtBy === 'simulation' ? ['tests/mutants/hunt.ts'] : ['node_modules/vitest/vitest.mjs', 'run', caughtBy]
  const child = spawn(process.execPath, command, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const [code] = await once(child, 'exit')
  const lines = output.split('\n').map((line) => line.trim())
  const saw = lines.find((line) => /^(I\d|early|late|paused|×|FAIL|AssertionError)/.test(line)) ?? lines.at(-2) ?? ''
  return { code: Number(code ?? 1), saw: saw.slice(0, 90) }
}

let tried = 0
let missed = 0
for (const mutant of mutants) {
  if (wanted !== undefined && !mutant.name.includes(wanted)) continue
  tried++
  const folder = await mutated(mutant)
  const began = performance.now()
  const { code, saw } = await tests(folder, mutant.caughtBy)
  await rm(folder, { recursive: true, force: true })
  if (code === 0) missed++
  const seconds = ((performance.now() - began) / 1000).toFixed(0).padStart(3)
  console.log(
    `${code === 0 ? 'MISSED' : 'caught'}  ${seconds} s  ${mutant.name.padEnd(62)} ${mutant.caughtBy.padEnd(20)} ${code === 0 ? '' : saw}`,
  )
}
console.log(`${tried - missed} of ${tried} mutants caught`)
process.exitCode = missed === 0 ? 0 : 1
