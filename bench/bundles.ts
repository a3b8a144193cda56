/** What each function weighs, and how long Node takes to load it in a process of its own, beside an empty module. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import * as z from 'zod'
import { bundle } from '../infra/bundle.ts'
import { allFunctions } from '../infra/functions.ts'
import type { Bench } from './bench.ts'
import { median, ratio, rounded } from './statistics.ts'

const metafile = z.object({
  outputs: z.record(z.string(), z.object({ inputs: z.record(z.string(), z.object({ bytesInOutput: z.number() })) })),
})
type Outputs = z.infer<typeof metafile>['outputs']

const limitOf = (name: string) => (name === 'api-webhooks' ? 80 : 160)

export const bundles: Bench = {
  title: 'Bundles and cold imports',
  run: async ({ quick, log }) => {
    const folder = await mkdtemp(join(tmpdir(), 'parvis-bench-'))
    try {
      const made = await bundle(allFunctions, join(folder, 'all'))
      const { outputs } = metafile.parse(JSON.parse(await readFile(join(folder, 'all/metafile.json'), 'utf8')))
      const empty = join(folder, 'empty.mjs')
      await writeFile(empty, 'export const handler = async () => {}\n')
      const runs = quick ? 1 : 9
      log(`${made.size} functions, ${runs} processes each …`)
      const entries = [...made.values()].map(({ name, folder: at }) => join(at, `${name}.mjs`))
      const [emptyMs = Number.NaN, ...times] = await importTimes([empty, ...entries], runs)
      const figures = await Promise.all(
        [...made.values()].map(async (one, n) => {
          const eagerKb = await kilobytes(one.eager)
          const allKb = await kilobytes(one.files)
          const limitKb = limitOf(one.name)
          const heaviest = eagerKb > limitKb ? reasons(one.eager, outputs) : ''
          const later = one.files.filter((file) => !one.eager.includes(file))
          const laterHeaviest = allKb > limitKb ? reasons(later, outputs) : ''
          return {
            name: one.name,
            eagerKb,
            allKb,
            limitKb,
            over: eagerKb > limitKb,
            importMs: rounded(times[n] ?? Number.NaN, 1),
            heaviest,
            laterHeaviest,
          }
        }),
      )
      figures.sort((a, b) => b.eagerKb - a.eagerKb)
      return {
        tables: [
          {
            title: 'Bundles (KB of gzip) and cold import (ms, median)',
            columns: [
              'function',
              'at start',
              'limit',
              'over',
              'all it may load',
              'import',
              'empty',
              'longer by',
              'why over: largest parts at start',
              'why more in all: largest parts loaded later',
            ],
            rows: figures.map(({ name, eagerKb, allKb, limitKb, over, importMs, heaviest, laterHeaviest }) => [
              name,
              eagerKb,
              limitKb,
              over ? 'OVER' : '',
              allKb,
              importMs,
              rounded(emptyMs, 1),
              `${ratio(importMs, emptyMs)} ×`,
              heaviest,
              laterHeaviest,
            ]),
            notes: [
              'At start: the entry and the chunks it imports. All it may load: connectors, the S3 client and sign-in too, each loaded when it is first used.',
              `Import: in a fresh process of Node ${process.version} without a compile cache, ${runs} times, functions in turn.`,
            ],
          },
        ],
        figures: { emptyMs, functions: figures },
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function kilobytes(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => gzipSync(await readFile(file), { level: 9 }).length))
  return rounded(sizes.reduce((sum, size) => sum + size, 0) / 1024, 1)
}

/** Median of the time that `import()` takes, in processes that do nothing else; in turn, so that a noisy minute is shared. */
async function importTimes(files: readonly string[], runs: number): Promise<number[]> {
  const script = 'const from = performance.now(); await import(process.argv[1]); console.log(performance.now() - from)'
  const times: number[][] = files.map(() => [])
  for (let run = 0; run < runs; run++)
    for (const [n, file] of files.entries()) {
      const args = ['--input-type=module', '--eval', script, file]
      const { stdout } = await promisify(execFile)(process.execPath, args, { env: { AWS_REGION: 'eu-west-3' } })
      times[n]?.push(Number(stdout))
    }
  return times.map(median)
}

/** The packages and folders with the most code in these files, with their KB before compression. */
function reasons(files: readonly string[], outputs: Outputs): string {
  const names = new Set(files.map((file) => basename(file)))
  const sums = new Map<string, number>()
  for (const [output, { inputs }] of Object.entries(outputs))
    if (names.has(basename(output)))
      for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
        const part = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? input.split('/').slice(0, 3).join('/')
        sums.set(part, (sums.get(part) ?? 0) + bytesInOutput)
      }
  const largest = [...sums].sort(([, a], [, b]) => b - a).slice(0, 4)
  return largest.map(([part, bytes]) => `${part} ${rounded(bytes / 1024)}`).join(', ')
}
