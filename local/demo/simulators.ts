/** The networks of the demo: their simulators, at addresses that a restart finds again. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BlueskySimulator } from '../../tests/simulators/bluesky.ts'
import { FacebookSimulator } from '../../tests/simulators/facebook.ts'
import { MastodonSimulator } from '../../tests/simulators/mastodon.ts'
import type { Simulator } from '../../tests/simulators/simulator.ts'
import type { DemoRecord } from './record.ts'

export interface Simulators {
  readonly bluesky: BlueskySimulator
  readonly mastodon: MastodonSimulator
  readonly facebook: FacebookSimulator
}

export const simulated = ['bluesky', 'mastodon', 'facebook'] as const
const followers = { bluesky: 640, mastodon: 415, facebook: 2_180 } as const
/** Below what systems hand out by themselves, so that a restart finds them free. */
const firstPort = 4_801
const lastPort = 4_999

/** At `ports`, or at free ones. Throws an Error that says what to do where one of `ports` is taken. */
export async function startSimulators(home: string, ports: DemoRecord['ports'] | undefined): Promise<Simulators> {
  const folder = join(home, 'demo')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const all = { bluesky: new BlueskySimulator(), mastodon: new MastodonSimulator(), facebook: new FacebookSimulator() }
  for (const name of simulated) {
    const file = join(folder, `${name}.json`)
    if (ports === undefined) await startSomewhere(all[name], file)
    else if (!(await starts(all[name], ports[name], file)))
      throw new Error(
        `Port ${ports[name]} is taken, where the demo's ${name} answers. End what uses it, or start another demo: PARVIS_HOME=.parvis-demo npm start -- --demo`,
      )
    if (all[name].followers === 0) all[name].followers = followers[name]
  }
  return all
}

export const portsOf = ({ bluesky, mastodon, facebook }: Simulators): DemoRecord['ports'] => ({
  bluesky: portOf(bluesky),
  mastodon: portOf(mastodon),
  facebook: portOf(facebook),
})

const portOf = ({ url }: Simulator) => Number(new URL(url).port)

async function startSomewhere(simulator: Simulator, file: string): Promise<void> {
  for (let port = firstPort; port <= lastPort; port++) if (await starts(simulator, port, file)) return
  throw new Error(`The demo finds no free port from ${firstPort} to ${lastPort}.`)
}

async function starts(simulator: Simulator, port: number, file: string): Promise<boolean> {
  try {
    await simulator.start({ port, file })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES'))
      return false
    throw error
  }
}
