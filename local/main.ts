/** `npm start`: Parvis on this machine, from the same CDK app that is deployed. */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readArguments } from '../scripts/arguments.ts'
import { bootstrap } from './bootstrap.ts'
import { shortest } from './files.ts'
import { readSettings, type Settings } from './settings.ts'
import { startStage } from './stage.ts'
import { startPage } from './start-page.ts'
import { synthesize } from './synthesis.ts'
import { welcome } from './welcome.ts'

const usage = `npm start              Parvis on this machine, from the same app that is deployed
npm start -- --demo    with the week of a French bakery on simulated networks, to look at and to try

Settings, as environment variables:
  PORT                        where the API listens, on loopback: 4747
  PARVIS_HOME                 the folder of its state: .parvis
  PARVIS_PUBLIC_URL           the address at which the world reaches this machine
  PARVIS_ALLOW_PRIVATE_HOSTS  true: channels may live on hosts of your own network
  PARVIS_SMTP_URL             sends mail, for example smtp://user:password@mail.example.com:587
  PARVIS_DYNAMODB_ENDPOINT    another DynamoDB engine`

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
    pages: (request, response, path) =>
      demo?.pages(request, response, path) === true || startPage(request, response, path),
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
  const { values } = readArguments({ usage, options: { demo: { type: 'boolean', default: false } } })
  const settings = readSettings(process.env)
  await run(settings, { demo: values.demo || settings.demo })
} catch (error) {
  complain(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
