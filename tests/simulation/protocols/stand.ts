import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { Cipher } from '../../../shared/aws/cipher.ts'
import { Table } from '../../../shared/aws/table.ts'
import { jsonLog } from '../../../shared/kernel/log.ts'
import type { AnyConnector } from '../../../shared/networks/network.ts'
import type { WakeMessage, WakeTarget } from '../../../shared/scheduling/index.ts'
import { Parrot } from '../../inbox/parrot.ts'
import { someChannel } from '../../inbox/support.ts'
import { Faults, type Invocation } from '../faults.ts'
import type { Seeded } from '../seeded.ts'
import { VirtualClock } from '../virtual-clock.ts'
import type { Death } from '../world.ts'

/** How a call to a network goes. */
export const manners = ['answer', 'answer slowly', 'answer after the lease', 'lose the answer', 'refuse'] as const
export type Manner = (typeof manners)[number]

const slowMs = 20_000
const ring = { current: 'k1', k1: 'a key of at least thirty-two characters' }
/** Longer than any lease. */
export const lateMs = 400_000

/** Before which await, and for how long. */
export interface Stall {
  readonly at: number
  readonly ms: number
}

interface CallOptions {
  /** No call of this protocol takes longer: its client ends it. */
  readonly longestMs?: number
  readonly signal?: AbortSignal
  /** A record that keeps its due time while somebody is at it, until a lease of its own ends. */
  readonly keepsDueTime?: boolean
  /** One of {@link manners} for this call; the stand's own unless given. */
  readonly manner?: Manner
}

/** What the claim protocols stand on: a table on a real engine, virtual time, deaths at awaits, and a network's calls. */
export class Stand {
  readonly clock: VirtualClock
  readonly random: Seeded
  readonly faults: Faults
  readonly table: Table
  readonly channel = someChannel({ network: 'parrot' })
  readonly violations = new Set<string>()
  readonly lines: string[] = []
  readonly log = jsonLog((line) => this.lines.push(line))
  readonly cipher = new Cipher({ get: async (_, schema) => Object(schema.safeParse(ring)).data }, 'keys')
  /** Decides how the next call goes, and whether the next invocation dies. */
  manner: () => Manner = () => 'answer'
  death: () => Death | undefined = () => undefined
  /** Decides whether the next invocation stands still at one of its awaits. */
  stall: () => Stall | undefined = () => undefined
  died = 0
  /** Invocations that reached the network, by the message that they had. */
  readonly #holders = new Map<string, string>()
  #invocations = 0

  constructor(client: DynamoDBClient, tableName: string, random: Seeded, start: number) {
    this.random = random
    this.clock = new VirtualClock(start)
    this.faults = new Faults(random)
    this.faults.attach(client)
    this.table = new Table(client, tableName, this.clock, random)
  }

  /** A channel's directory with one connector. */
  directory(connector: Partial<AnyConnector>) {
    const { channel } = this
    const full: AnyConnector = { ...new Parrot().connector, ...connector }
    return {
      find: async () => channel,
      findMany: async (_: string, ids: readonly string[]) => ids.map(() => channel),
      open: async (_: string, __: string, signal: AbortSignal) => ({
        channel,
        connector: full,
        exchanges: () => [],
        call: { account: channel.account, signal, publicUrl: 'https://parvis.example', app: {} } as never,
      }),
      needsReconnect: async () => {},
    }
  }

  /** The invocation that runs now; undefined outside of any. */
  get current(): Invocation | undefined {
    return this.faults.current.getStore()
  }

  /**
   * One call to the network. Its effect happens at once, or never; the answer comes sooner, later, or never. Of several
   * invocations with the same message, one may call.
   */
  call<T>(
    effect: () => T,
    { longestMs = lateMs, signal, keepsDueTime = false, manner = this.manner() }: CallOptions = {},
  ): Promise<T> {
    const [message, run] = this.current?.name.split('#') ?? []
    if (message?.startsWith('wake ') && run !== undefined && !keepsDueTime) {
      const holder = this.#holders.get(message)
      if (holder !== undefined && holder !== run)
        this.violations.add(`two invocations work on one due time: ${message}`)
      this.#holders.set(message, run)
    }
    return this.faults.point(async () => {
      if (manner === 'refuse') throw new Error('connection refused')
      const result = effect()
      if (manner === 'answer slowly') await this.clock.sleep(Math.min(slowMs, longestMs), signal)
      if (manner === 'answer after the lease') await this.clock.sleep(longestMs, signal)
      if (manner === 'lose the answer') throw new Error('the answer was lost')
      return result
    }, true)
  }

  /** Starts an invocation; it may die at one of its awaits. Resolves when only virtual time can move it on. */
  async invoke(name: string, run: () => Promise<unknown>): Promise<Invocation> {
    const death = this.death()
    const stall = this.stall()
    const invocation: Invocation = {
      name: `${name}#${this.#invocations++}`,
      workspaceId: undefined,
      startedAt: this.clock.now(),
      points: 0,
      dieAt: death?.at ?? -1,
      dieAfterEffect: death?.afterEffect ?? false,
      stall: stall && { at: stall.at, wait: () => this.clock.sleep(stall.ms) },
      dead: false,
    }
    this.faults.current.run(invocation, run).catch((error: unknown) => this.lines.push(String(error)))
    await this.settle()
    if (invocation.dead) this.died++
    return invocation
  }

  async settle(): Promise<void> {
    for (let idle = 0; idle < 3; ) {
      await this.faults.idle()
      await new Promise((resolve) => setImmediate(resolve))
      idle = this.faults.inFlight === 0 ? idle + 1 : 0
    }
  }
}

/** One claim protocol, set up in a stand. */
export interface Subject {
  /** Records that wait for the machine. */
  readonly targets: readonly WakeTarget[]
  /** What the consumer does with a message. */
  wake?(message: WakeMessage): Promise<unknown>
  /** What people and other functions do meanwhile, by chance. */
  meanwhile?(): Promise<unknown>
  /** After every step: what is broken. */
  check(): Promise<readonly string[]>
  /** When nothing waits any more, or the run is over: what is broken. */
  atEnd(): Promise<readonly string[]>
}

export interface Protocol {
  readonly name: string
  /** Something always waits: a run ends soon after the faults do. */
  readonly endless?: boolean
  /** A function that stands still for longer is ended by its own limit before its lease is over. */
  readonly longestStallMs?: number
  open(stand: Stand): Promise<Subject>
}
