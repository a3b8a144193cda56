/** `npm start`: Parvis on this machine, from the same CDK app that is deployed. */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bootstrap } from './bootstrap.ts'
import { shortest } from './files.ts'
import { readSettings, type Settings } from './settings.ts'
import { startStage } from './stage.ts'
import { synthesize } from './synthesis.ts'
import { welcome } from './welcome.ts'

const complain = (line: string) => void process.stderr.write(`${line}\n`)

async function run(settings: Settings, wanted: { readonly demo: boolean }): Promise<void> {
  const from = performance.now()
  // Not even loaded where there is none and never was.
  const demo =
    wanted.demo || existsSync(join(settings.home, 'demo.json'))
      ? await (await import('./demo/demo.ts')).Demo.open(settings.home, wanted.demo)
      : undefined
  let first: Awaited<ReturnType<typeof bootstrap>> | undefined
  const stage = await startStage({
    ...settings,
    // The networks of the demo are on this machine.
    allowPrivateHosts: settings.allowPrivateHosts || wanted.demo,
    synthesize,
    complain,
    networks: demo?.networks,
    pages: demo?.pages,
    prepare: async (url, environment) => {
      first = await bootstrap(settings.home, url, environment)
      await demo?.prepare(url, environment)
    },
  })
  if (first === undefined) throw new Error('The stage has no workspace.')
  process.stdout.write(
    welcome({
      ...first,
      home: shortest(settings.home),
      url: stage.url,
      publicUrl: settings.publicUrl,
      took: stage.took,
      totalMs: performance.now() - from,
    }),
  )
  demo
    ?.run(stage, (text) => void process.stdout.write(text))
    .catch((error: unknown) => complain(`The demo does not run: ${error instanceof Error ? error.message : error}`))

  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal))
  const failure = await Promise.race([stage.failed, Promise.race(signals).then(() => undefined)])
  // Whoever asks twice, or waits too long, gets it at once: nothing that was acknowledged is lost by that.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
  setTimeout(() => process.exit(1), 4_500).unref()
  if (failure === undefined) process.stdout.write('\nParvis is stopping.\n')
  else
    complain(
      `${failure}\nParvis ends, since nothing can be kept without it. Start it again: what was acknowledged is there.`,
    )
  demo?.stop()
  await stage.stop()
  process.exit(failure === undefined ? 0 : 1)
}

// What the stage keeps is for whoever runs it alone.
process.umask(0o077)

try {
  const { values } = parseArgs({ options: { demo: { type: 'boolean', default: false } } })
  await run(readSettings(process.env), values)
} catch (error) {
  complain(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
