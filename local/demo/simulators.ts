/** The simulators of the demo's networks, at addresses that a restart finds again. */
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Simulator } from '../../tests/simulators/simulator.ts'
import { networkOf, type Simulated, simulated } from './networks.ts'
import type { DemoRecord } from './record.ts'

export type Simulators = ReadonlyMap<Simulated, Simulator>

/** Below what systems hand out by themselves, so that a restart finds them free. */
const firstPort = 4_801
const lastPort = 4_999

/** At `ports`, and where it names none, at free ones. Throws an Error that says what to do where one of `ports` is taken. */
export async function startSimulators(home: string, ports: DemoRecord['ports'], mediaUrl: string): Promise<Simulators> {
  const folder = join(home, 'demo')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const known = new Set(Object.values(ports))
  const start = async (name: Simulated, index: number) => {
    const { make, followers } = networkOf(name)
    const simulator = make(mediaUrl)
    const file = join(folder, `${name}.json`)
    const port = ports[name]
    if (port === undefined) await startSomewhere(simulator, file, index, known)
    else if (!(await starts(simulator, port, file)))
      throw new Error(
        `Port ${port} is taken, where the demo's ${name} answers. End what uses it, or start another demo: PARVIS_HOME=${basename(home)}-2 npm start -- --demo`,
      )
    if (simulator.followers === 0) simulator.followers = followers
    return [name, simulator] as const
  }
  return new Map(await Promise.all(simulated.map(start)))
}

export const portsOf = (simulators: Simulators): DemoRecord['ports'] =>
  Object.fromEntries([...simulators].map(([name, { url }]) => [name, Number(new URL(url).port)]))

/** What a deployment that knew the demo's networks knows of them, once they are gone: nothing answers, nothing is taken. */
export function nowhere(name: Simulated): Readonly<Record<string, string>> {
  const { app } = networkOf(name).make('http://127.0.0.1:9').access({ url: 'http://127.0.0.1:9' })
  return Object.fromEntries(
    Object.keys(app).map((field) => [field, field.endsWith('Url') ? 'http://127.0.0.1:9' : randomUUID()]),
  )
}

/** Each tries every so manieth port, so that they do not meet. */
async function startSomewhere(
  simulator: Simulator,
  file: string,
  index: number,
  known: ReadonlySet<number>,
): Promise<void> {
  for (let port = firstPort + index; port <= lastPort; port += simulated.length)
    if (!known.has(port) && (await starts(simulator, port, file))) return
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
