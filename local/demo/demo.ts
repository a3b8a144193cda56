/** `npm start -- --demo`: a French bakery's week, on networks that are simulated on this machine. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { makeWorkspace } from '../bootstrap.ts'
import { shortest } from '../files.ts'
import { Wire } from '../wire.ts'
import { Client } from './client.ts'
import { lookNow } from './collecting.ts'
import { demoPages } from './pages.ts'
import { People } from './people.ts'
import { type ChannelIds, Planner } from './planner.ts'
import { type DemoRecord, readRecord, writeRecord } from './record.ts'
import { type Place, places } from './shop.ts'
import { portsOf, type Simulators, simulated, startSimulators } from './simulators.ts'
import { channelList, Viewer } from './view.ts'

/** What the demo needs of the stage once it runs. */
interface RunningStage {
  readonly url: string
  /** Runs the scheduled tasks now, as at the full minute. */
  readonly tick: () => Promise<void>
}

const anything = z.object({ id: z.string() })
const shop = 'Boulangerie du Port'
const everyMs = 5_000
/** What left within this time is measured every few seconds, not minutes. */
const lookedAtMs = 6 * 60_000
const lookEveryMs = 15_000
/** People need a moment. */
const firstLookMs = 8_000
/** While somebody looks, something leaves at least this often. */
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
  #timers: NodeJS.Timeout[] = []
  readonly #lookedAt = new Map<string, number>()
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
    if (on && (await namesFacebook(home)))
      throw new Error(
        `${join(home, 'networks.json')} names an app on Facebook, whose place the simulator would take. Try the demo in a folder of its own: PARVIS_HOME=.parvis-demo npm start -- --demo`,
      )
    return new Demo(home, on, record)
  }

  /**
   * What the deployment knows of the demo's networks, where `networks.json` knows nothing. Also when the demo does not
   * run: then its channels lead nowhere, and not to the network of that name.
   */
  readonly networks = (name: string): Readonly<Record<string, string>> | undefined => {
    if (name !== 'facebook') return undefined
    return (
      this.#simulators?.facebook.access().app ?? {
        graphUrl: 'http://127.0.0.1:9',
        appSecret: randomUUID(),
        verifyToken: randomUUID(),
      }
    )
  }

  /** Once the stage's folder is ours and before anything runs: simulators and workspace. */
  async prepare(url: string, environment: Readonly<Record<string, string>>): Promise<void> {
    if (!this.#on) return
    const { AWS_ENDPOINT_URL_DYNAMODB: endpoint, TABLE_NAME: name } = environment
    if (endpoint !== undefined && name !== undefined) this.#table = { wire: new Wire(endpoint), name }
    const simulators = await startSimulators(this.#home, this.#record?.ports)
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
    const { facebook } = this.#simulators
    facebook.webhookTarget = `${stage.url}/webhooks/facebook`
    const channels = await connect(client, this.#simulators)
    const planner = new Planner(
      {
        client,
        channels,
        willBeRefused: (dueAt) => this.#at(dueAt - armMs, () => facebook.fault({ kind: 'refused', reason: 'policy' })),
        save: (changed) => this.#save(changed),
      },
      record,
    )
    this.#planner = planner
    const now = Date.now()
    if (!record.opened) await planner.open(now)
    else for (const after of welcomeBack) await planner.say(now + after * 1000)
    this.#viewer = new Viewer(client)
    this.#people = new People(Object.values(this.#simulators))
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
    let moved = false
    for (const { id, network, publishedAt } of await viewer.left()) {
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
    if (now - viewer.lookedAt > everyMs * 2) return
    const [next] = await viewer.next()
    if (next?.dueAt === undefined || Date.parse(next.dueAt) > now + quietMs) await planner.say(now + sayInMs)
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

async function namesFacebook(home: string): Promise<boolean> {
  const text = await readFile(join(home, 'networks.json'), 'utf8').catch(() => '{}')
  return z.looseObject({ facebook: z.unknown() }).safeParse(JSON.parse(text)).data?.facebook !== undefined
}

/** Each network once: found, woken, given its credentials again, or connected. */
async function connect(client: Client, simulators: Simulators): Promise<ChannelIds> {
  const { items } = await client.get('/v1/channels?limit=100', channelList)
  const idOn = async (place: Place): Promise<string> => {
    const network = simulated.find((name) => name === place)
    const { credentials, settings } =
      network === undefined
        ? { credentials: {}, settings: { title: shop, language: 'fr' } }
        : simulators[network].access()
    const found = items.find((channel) => channel.network === place)
    if (found === undefined) {
      const wanted = { network: place, credentials, settings, name: shop, simulated: network !== undefined }
      return (await client.post('/v1/channels', wanted, anything)).id
    }
    if (found.state === 'reconnect_needed')
      await client.post(`/v1/channels/${found.id}/reconnect`, { credentials }, anything)
    if (found.state === 'paused') await client.post(`/v1/channels/${found.id}/resume`, undefined, anything)
    return found.id
  }
  const ids: Partial<Record<Place, string>> = {}
  for (const place of places) ids[place] = await idOn(place)
  return z.object({ bluesky: z.string(), mastodon: z.string(), facebook: z.string(), feed: z.string() }).parse(ids)
}

/** Without its simulators nothing of the demo may leave. */
async function rest(client: Client): Promise<void> {
  const { items } = await client.get('/v1/channels?limit=100', channelList)
  for (const { id, state } of items)
    if (state === 'active') await client.post(`/v1/channels/${id}/pause`, undefined, anything)
}
