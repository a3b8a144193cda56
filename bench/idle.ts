/** How soon the stage is ready, and what it holds of memory while nothing happens. */
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnStage } from '../tests/support/stage.ts'
import type { Bench } from './bench.ts'
import { type Held, memoryOf } from './machine.ts'
import { median, rounded } from './statistics.ts'
import { pause } from './workers.ts'

const limitMb = 250
const kept = join(import.meta.dirname, '../node_modules/.cache/parvis')

export const idle: Bench = {
  title: 'Ready time and idle memory of the stage',
  run: async ({ quick, log }) => {
    const home = await mkdtemp(join(tmpdir(), 'parvis-bench-'))
    // A setting of its own, so that no template of an earlier start fits: what a newcomer's first start does.
    const mark = `bench-${process.pid}-${Date.now()}@example.org`
    const env = { PARVIS_MAIL_FROM: mark }
    try {
      const starts: { readonly what: string; readonly ms: number }[] = []
      const start = async (what: string) => {
        log(`${what} …`)
        const from = performance.now()
        const child = spawnStage(home, env)
        await new Promise<void>((resolve, reject) => {
          let output = ''
          child.stdout?.on('data', (text: Buffer) => {
            output += text.toString()
            if (output.includes('Parvis is ready at')) resolve()
          })
          child.once('exit', (code) => reject(new Error(`The stage ended (${code}) before it was ready:\n${output}`)))
        })
        starts.push({ what, ms: rounded(performance.now() - from) })
        return child
      }
      const stop = async (child: ReturnType<typeof spawnStage>) => {
        child.kill('SIGTERM')
        if (child.exitCode === null) await once(child, 'exit')
      }
      await stop(await start('first start: synthesis, empty data'))
      await stop(await start('again: template kept, same data'))
      const child = await start('once more')
      try {
        const [after, samples] = quick ? [2_000, 3] : [40_000, 35]
        log(`${after / 1000} s of idleness, then a look every 2 s …`)
        await pause(after)
        const looks: (readonly Held[])[] = []
        for (let n = 0; n < samples; n++) {
          const look = await memoryOf(child.pid ?? 0)
          if (look !== undefined) looks.push(look)
          await pause(2_000)
        }
        const sums = looks.map((look) => look.reduce((sum, { rssMb }) => sum + rssMb, 0))
        const quiet = rounded(median(sums))
        const peak = rounded(Math.max(...sums))
        const parts = new Map<string, number>()
        for (const { name, rssMb } of looks.find((_, n) => sums[n] === median(sums)) ?? [])
          parts.set(name, (parts.get(name) ?? 0) + rssMb)
        return {
          tables: [
            {
              title: 'Ready after (ms from the start of the process)',
              columns: ['start', 'ms'],
              rows: starts.map(({ what, ms }) => [what, ms]),
            },
            {
              title: 'Idle memory (MB resident, all processes of the stage)',
              columns: ['what', 'MB', 'limit', 'over'],
              rows:
                looks.length === 0
                  ? [['not measured: this system has no /proc', '', '', '']]
                  : [
                      ['after 40 s, median', quiet, limitMb, quiet > limitMb ? 'OVER' : ''],
                      [
                        `highest of ${samples} looks, one tick or two among them`,
                        peak,
                        limitMb,
                        peak > limitMb ? 'OVER' : '',
                      ],
                      ...[...parts].map(([name, mb]) => [`  of the median: ${name}`, rounded(mb), '', '']),
                    ],
            },
          ],
          figures: { starts, medianMb: quiet, peakMb: peak, samples: sums.map((sum) => rounded(sum)) },
        }
      } finally {
        await stop(child)
      }
    } finally {
      await rm(home, { recursive: true, force: true })
      await forget(mark)
    }
  },
}

/** The template that was synthesized for this run alone. */
async function forget(mark: string): Promise<void> {
  for (const name of await readdir(kept).catch(() => [])) {
    const files = await readdir(join(kept, name)).catch(() => [])
    const templates = files.filter((file) => file.endsWith('.template.json'))
    const texts = await Promise.all(templates.map((file) => readFile(join(kept, name, file), 'utf8').catch(() => '')))
    if (texts.some((text) => text.includes(mark))) await rm(join(kept, name), { recursive: true, force: true })
  }
}
