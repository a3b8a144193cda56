import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { Webhook } from 'standardwebhooks'
import * as z from 'zod'
import { Cipher } from '../../shared/aws/cipher.ts'
import { indexes } from '../../shared/aws/keys.ts'
import type { Message } from '../../shared/aws/queue.ts'
import type { Table } from '../../shared/aws/table.ts'
import { type Clock, systemClock } from '../../shared/kernel/clock.ts'
import { type EventEnvelope, eventEnvelope } from '../../shared/kernel/events.ts'
import { systemRandom } from '../../shared/kernel/ids.ts'
import { duePartition, dueShards, readDueKey, type WakeMessageOf } from '../../shared/scheduling/index.ts'
import type { Engine } from '../support/engine.ts'

/** A clock that a test sets; time-outs of real connections run in real time. */
export class SetClock implements Clock {
  #now = Date.now()
  readonly sleep = systemClock.sleep

  now(): number {
    return this.#now
  }

  advance(ms: number): void {
    this.#now += ms
  }

  set(ms: number): void {
    this.#now = ms
  }
}

export function cipher(): Cipher {
  const ring = { current: 'k1', k1: 'a key of at least thirty-two characters' }
  return new Cipher({ get: async (_, schema) => Object(schema.safeParse(ring)).data }, 'keys')
}

/** Keeps what was sent, and fails if told so. */
export class ListQueue {
  readonly sent: Message[] = []
  broken = false

  async send(messages: readonly Message[]): Promise<void> {
    if (this.broken) throw new Error('the queue is away')
    this.sent.push(...messages)
  }
}

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A receiver of webhooks, real over the wire. */
export class Receiver {
  readonly url: string
  readonly received: Received[] = []
  /** What it answers next. */
  answer: (request: Received) => { status: number; headers?: Record<string, string>; body?: string } | 'hang up' =
    () => ({ status: 204 })
  readonly #server: Server

  private constructor(server: Server, url: string) {
    this.#server = server
    this.url = url
  }

  static async start(): Promise<Receiver> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const receiver = new Receiver(server, `http://127.0.0.1:${address.port}/hooks`)
    server.on('request', async (request, response) => {
      const chunks = []
      for await (const chunk of request) chunks.push(chunk)
      const received = { headers: request.headers, body: Buffer.concat(chunks).toString() }
      receiver.received.push(received)
      const answer = receiver.answer(received)
      if (answer === 'hang up') return void request.socket.destroy()
      response.writeHead(answer.status, answer.headers).end(answer.body)
    })
    return receiver
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

/** Whether one of the signatures is of this secret, by the receiver's own library but for its tolerance of time. */
export function signedWith(secret: string, { headers, body }: Received): boolean {
  const at = new Date(Number(headers['webhook-timestamp']) * 1000)
  const signature = new Webhook(secret).sign(String(headers['webhook-id']), at, body)
  return String(headers['webhook-signature']).split(' ').includes(signature)
}

/** What the tick would find: every delivery that waits, with when. */
export async function waiting(table: Table): Promise<WakeMessageOf<'delivery'>[]> {
  const found: WakeMessageOf<'delivery'>[] = []
  for (let shard = 0; shard < dueShards; shard++) {
    const page = await table.query(
      { pk: duePartition('delivery', shard), index: 'wake' },
      z.object({ [indexes.wake.sk]: z.string() }),
    )
    for (const item of page.items) {
      const message = readDueKey('delivery', item[indexes.wake.sk] ?? '')?.message
      if (message?.kind === 'delivery') found.push(message)
    }
  }
  return found
}

/** The events written to the outbox, read from the table itself. */
export async function outboxOf(engine: Engine, table: Table): Promise<EventEnvelope[]> {
  const { DynamoDBDocumentClient, ScanCommand } = await import('@aws-sdk/lib-dynamodb')
  const answer = await DynamoDBDocumentClient.from(engine.client()).send(new ScanCommand({ TableName: table.name }))
  return (answer.Items ?? []).filter((item) => item.sk === 'event').map((item) => eventEnvelope.parse(item.event))
}

export const random = systemRandom
