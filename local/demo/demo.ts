/** `npm start -- --demo`: a French bakery's week, on networks that are simulated on this machine. */
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as z from 'zod'
import { makeWorkspace } from '../bootstrap.ts'
import { shortest } from '../files.ts'
import { Wire } from '../wire.ts'
import { Answers } from './answers.ts'
import { Client } from './client.ts'
import { lookNow } from './collecting.ts'
import { connect, rest } from './connecting.ts'
import { isSimulated, type Simulated, simulated } from './networks.ts'
import { demoPages } from './pages.ts'
import { People } from './people.ts'
import { Planner } from './planner.ts'
import { type DemoRecord, readRecord, writeRecord } from './record.ts'
import { shop } from './shop.ts'
import { nowhere, portsOf, type Simulators, startSimulators } from './simulators.ts'
import { Viewer } from './view.ts'

/** What the demo needs of the stage once it runs. */
interface RunningStage {
  readonly url: string
  /** Runs the scheduled tasks now, as at the full minute. */
  readonly tick: () => Promise<void>
}

const everyMs = 5_000
/** While nobody looks, what left is measured and what came in is answered this often. */
const restMs = 120_000
/** What left within this time is measured every few seconds, not minutes. */
const lookedAtMs = 6 * 60_000
const lookEveryMs = 20_000
/** People need a moment. */
const firstLookMs = 8_000
/** While somebody looks, something leaves this often: networks have limits an hour. */
const quietMs = 3 * 60_000
const sayInMs = 45_000
/** Of a further start: seconds after it. */
const welcomeBack = [12, 30, 60] as const
/** The simulator is told to refuse this long before it is asked. */
const armMs = 4_000

export class Demo {
  readonly #home: string
  readonly #on: boolean
  #record: DemoRecord | undefined
  #simulators: Simulators | undefined
  #table: { readonly wire: Wire; readonly name: string } | undefined
  #viewer: Viewer | undefined
  #planner: Planner | undefined
  #people: People | undefined
  #answers: Answers | undefined
  #timers: NodeJS.Timeout[] = []
  readonly #lookedAt = new Map<string, number>()
  #roundAt = 0
  /** What is served at `/`, while the demo runs. */
  readonly pages: ReturnType<typeof demoPages>

  private constructor(home: string, on: boolean, record: DemoRecord | undefined) {
    this.#home = home
    this.#on = on
    this.#record = record
    const pages = demoPages(() => this.#viewer?.read(Date.now()))
    this.pages = (request, response, path) => this.#on && pages(request, response, path)
  }

  /** Undefined where none is wanted and none ever was. Throws an Error that says what to do where it cannot be. */
  static async open(home: string, on: boolean): Promise<Demo | undefined> {
    const record = await readRecord(home)
    if (!on && record === undefined) return undefined
    const taken = on ? await namedBesides(home) : undefined
    if (taken !== undefined)
      throw new Error(
        `${join(home, 'networks.json')} names an app on ${taken}, whose place the simulator would take. Try the demo in a folder of its own: PARVIS_HOME=${basename(home)}-demo npm start -- --demo`,
      )
    return new Demo(home, on, record)
  }

  /**
   * What the deployment knows of the demo's networks, where `networks.json` knows nothing. Also when the demo does not
   * run: then its channels lead nowhere, and not to the network of that name.
   */
  readonly networks = (name: string): Readonly<Record<string, string>> | undefined => {
    if (!isSimulated(name)) return undefined
    const known = this.#simulators?.get(name)?.access().app ?? this.#nowhere.get(name) ?? nowhere(name)
    if (this.#simulators === undefined) this.#nowhere.set(name, known)
    return Object.keys(known).length === 0 ? undefined : known
  }
  readonly #nowhere = new Map<Simulated, Readonly<Record<string, string>>>()

  /** Once the stage's folder is ours and before anything runs: simulators and workspace. */
  async prepare(url: string, environment: Readonly<Record<string, string>>): Promise<void> {
    if (!this.#on) return
    const { AWS_ENDPOINT_URL_DYNAMODB: endpoint, TABLE_NAME: name } = environment
    if (endpoint !== undefined && name !== undefined) this.#table = { wire: new Wire(endpoint), name }
    const simulators = await startSimulators(this.#home, this.#record?.ports ?? {}, environment.MEDIA_URL ?? url)
    this.#simulators = simulators
    const { apiKey, workspaceId } =
      this.#record ??
      (await makeWorkspace(environment, { name: shop, zone: 'Europe/Paris', language: 'fr', country: 'FR' }))
    await this.#save({ said: 0, opened: false, ...this.#record, url, apiKey, workspaceId, ports: portsOf(simulators) })
  }

  /** Sets the demo going, or to rest if it is not wanted now. `tell` reaches whoever started it. */
  async run(stage: RunningStage, tell: (text: string) => void): Promise<void> {
    const record = this.#record
    if (record === undefined) return
    const client = new Client(stage.url, record.apiKey)
    if (!this.#on || this.#simulators === undefined) {
      await rest(client)
      return tell(`The demo's channels are paused: npm start -- --demo runs them.\n\n`)
    }
    tell(
      `The demo runs: the week of a bakery, on simulated networks. Watch it at ${stage.url}/\n` +
        `  Its workspace is beside yours; its API key is in ${shortest(join(this.#home, 'demo.json'))}\n\n`,
    )
    const viewer = new Viewer(client)
    this.#viewer = viewer
    const simulators = this.#simulators
    const facebook = simulators.get('facebook')
    const channels = await connect(client, stage.url, simulators, tell)
    const planner = new Planner(
      {
        client,
        channels,
        willBeRefused: (dueAt) => this.#at(dueAt - armMs, () => facebook?.fault({ kind: 'refused', reason: 'policy' })),
        save: (changed) => this.#save(changed),
      },
      record,
    )
    this.#planner = planner
    const now = Date.now()
    if (!record.opened) await planner.open(now)
    else for (const after of welcomeBack) await planner.say(now + after * 1000)
    this.#people = new People(simulators, (at) => viewer.isWatched(at))
    this.#answers = new Answers(client)
    await planner.planWeek(now)
    this.#timers.push(every(() => this.#round(stage, Date.now())))
  }

  /** Before the stage stops. The simulators end with the process: what is being sent still finds them. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#people?.stop()
    this.#table?.wire.close()
  }

  /** Moves what just left towards being measured, and lets something leave while somebody looks. */
  async #round(stage: RunningStage, now: number): Promise<void> {
    const [viewer, planner, table, record] = [this.#viewer, this.#planner, this.#table, this.#record]
    if (viewer === undefined || planner === undefined || table === undefined || record === undefined) return
    const isWatched = viewer.isWatched(now)
    if (!isWatched && now - this.#roundAt < restMs) return
    this.#roundAt = now
    await this.#answers?.look(now)
    let moved = false
    const left = await viewer.left()
    for (const { id, network, publishedAt } of left) {
      const age = publishedAt === undefined ? Number.POSITIVE_INFINITY : now - Date.parse(publishedAt)
      if (
        network === 'feed' ||
        age < firstLookMs ||
        age > lookedAtMs ||
        now - (this.#lookedAt.get(id) ?? 0) < lookEveryMs
      )
        continue
      if (!(await lookNow(table.wire, table.name, record.workspaceId, id, now))) continue
      this.#lookedAt.set(id, now)
      moved = true
    }
    if (moved) await stage.tick()
    if (!isWatched) return
    const [next] = await viewer.next()
    const newest = Math.max(
      ...left.map(({ publishedAt }) => (publishedAt === undefined ? 0 : Date.parse(publishedAt))),
      0,
    )
    if (next?.dueAt === undefined || Date.parse(next.dueAt) > now + quietMs)
      await planner.say(now - newest > quietMs ? now + sayInMs : newest + quietMs)
    await planner.planWeek(now)
  }

  #at(ms: number, act: () => void): void {
    this.#timers.push(setTimeout(act, Math.max(0, ms - Date.now())))
  }

  async #save(record: DemoRecord): Promise<void> {
    this.#record = record
    await writeRecord(this.#home, record)
  }
}

/** Again and again, never twice at a time. What fails is tried again with the next round. */
function every(act: () => Promise<void>): NodeJS.Timeout {
  let busy = false
  return setInterval(() => {
    if (busy) return
    busy = true
    act()
      .catch(() => undefined)
      .finally(() => {
        busy = false
      })
  }, everyMs)
}

/** A network of the demo of which `networks.json` knows an app. */
async function namedBesides(home: string): Promise<Simulated | undefined> {
  const text = await readFile(join(home, 'networks.json'), 'utf8').catch(() => '{}')
  const all = z.record(z.string(), z.unknown()).safeParse(JSON.parse(text)).data ?? {}
  return simulated.find((name) => Object.hasOwn(all, name))
}
