import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { Cipher } from '../../shared/aws/cipher.ts'
import { eventOf } from '../../shared/aws/outbox.ts'
import type { Secrets } from '../../shared/aws/secrets.ts'
import type { Table } from '../../shared/aws/table.ts'
import { type Actor, type Channel, Channels } from '../../shared/channels/index.ts'
import { type Clock, systemClock } from '../../shared/kernel/clock.ts'
import { AppError } from '../../shared/kernel/errors.ts'
import type { EventEnvelope } from '../../shared/kernel/events.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { createDialer, createHttpClient } from '../../shared/networks/http/index.ts'
import type { Engine } from '../support/engine.ts'
import { InstantNewsletters } from '../support/newsletters.ts'
import { chorusConnector } from './chorus.ts'

export const actor: Actor = { kind: 'user', id: 'user_1', name: 'Ana' }
export const ws = 'ws_1'

/** Everything a workspace's channels are made of, real but for the network's own server and the time. */
export class Scene {
  readonly engine: Engine
  readonly table: Table
  readonly channels: Channels
  readonly ring: Record<string, string>
  readonly lines: string[] = []
  readonly clock: Clock
  /** Runs once, after a function has read the wake-up of credentials and before it reads the credentials. */
  interrupt: (() => Promise<unknown>) | undefined
  /** Added to the clock, ms. */
  later = 0

  private constructor(engine: Engine, table: Table, clock: Clock, ring: Record<string, string>) {
    this.engine = engine
    this.table = table
    this.clock = clock
    this.ring = ring
    this.channels = this.function()
  }

  static async open(
    engine: Engine,
    ring: Record<string, string> = { current: 'k1', k1: 'one'.repeat(20) },
  ): Promise<Scene> {
    const clock: Clock = { ...systemClock, now: () => systemClock.now() + scene.later }
    const table = await engine.table(`t${crypto.randomUUID()}`, clock)
    const scene: Scene = new Scene(engine, table, clock, ring)
    return scene
  }

  /** The channels as another function has them: nothing shared but the table. */
  function(): Channels {
    const { table, clock } = this
    const secrets: Secrets = {
      get: async (_, schema) => {
        const parsed = schema.safeParse(this.ring)
        if (!parsed.success) throw new Error('the ring is not of the expected form')
        return parsed.data
      },
    }
    return new Channels({
      table,
      clock,
      random: systemRandom,
      log: jsonLog((line) => this.lines.push(line)),
      cipher: new Cipher(secrets, 'credentials'),
      connectorOf: async (network) => {
        const { interrupt } = this
        this.interrupt = undefined
        await interrupt?.()
        if (network === 'chorus') return chorusConnector
        throw new AppError('unprocessable', 'unknown_network', `no ${network}`)
      },
      appOf: async () => ({ clientId: 'app-7' }),
      httpClient: (record) =>
        createHttpClient({ allowPrivateHosts: true, clock, ...(record === undefined ? {} : { record }) }),
      newsletters: () => new InstantNewsletters(),
      dialer: () => createDialer({ allowPrivateHosts: true, clock }),
      publicUrl: 'https://parvis.example',
      hook: async (network, subject) => ({
        url: `https://parvis.example/webhooks/${network}/${subject}`,
        secret: 'hook',
      }),
    })
  }

  connect(
    credentials: Record<string, unknown>,
    more: { settings?: Record<string, unknown>; name?: string; workspaceId?: string } = {},
  ): Promise<Channel> {
    const { workspaceId = ws, ...rest } = more
    return this.channels.create(
      workspaceId,
      actor,
      { network: 'chorus', credentials, ...rest },
      { idempotency: undefined, status: 201, body: (channel) => channel },
    )
  }

  /** Everything that is stored, as it lies there. */
  async everything(): Promise<Record<string, unknown>[]> {
    const { Items = [] } = await this.engine.client().send(new ScanCommand({ TableName: this.table.name }))
    return Items.map((item) => unmarshall(item))
  }

  async events(): Promise<EventEnvelope[]> {
    const items = (await this.everything()).filter((item) => item.sk === 'event')
    return items.map(eventOf).toSorted((a, b) => a.sequence - b.sequence)
  }
}

/** The error's code and kind; fails if nothing is thrown. */
export async function refusal(
  work: Promise<unknown>,
): Promise<{ kind: string; code: string; message: string; problems: unknown }> {
  const error = await work.then(
    (value) => {
      throw new Error(`it went well: ${JSON.stringify(value)}`)
    },
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError)) throw error
  const { kind, code, message, problems } = error
  return { kind, code, message, problems }
}
