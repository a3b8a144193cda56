/** `npm start`: Parvis on this machine, from the same CDK app that is deployed. */
import { once } from 'node:events'
import { relative } from 'node:path'
import { bootstrap } from './bootstrap.ts'
import { type Settings, readSettings } from './settings.ts'
import { startStage } from './stage.ts'
import { synthesize } from './synthesis.ts'
import { welcome } from './welcome.ts'

/** As a person in this folder would write it. */
const shortest = (path: string) => (relative(process.cwd(), path).startsWith('..') ? path : relative(process.cwd(), path) || '.')

const complain = (line: string) => void process.stderr.write(`${line}\n`)

async function run(settings: Settings): Promise<void> {
  const from = performance.now()
  let first: Awaited<ReturnType<typeof bootstrap>> | undefined
  const stage = await startStage({
    ...settings,
    synthesize,
    complain,
    prepare: async (url, environment) => {
      first = await bootstrap(settings.home, url, environment)
    },
  })
  if (first === undefined) throw new Error('The stage has no workspace.')
  process.stdout.write(welcome({ ...first, home: shortest(settings.home), url: stage.url, publicUrl: settings.publicUrl, took: stage.took, totalMs: performance.now() - from }))

  const ended = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)))
  await ended
  // Whoever asks twice, or waits too long, gets it at once: nothing that was acknowledged is lost by that.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
  setTimeout(() => process.exit(1), 4_500).unref()
  process.stdout.write('\nParvis is stopping.\n')
  await stage.stop()
  process.exit(0)
}

try {
  await run(readSettings(process.env))
} catch (error) {
  complain(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
