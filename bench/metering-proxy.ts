/** Stands before the engine and asks it, with every call, what it cost: request units, by who called. */
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import * as z from 'zod'

/** Calls that report capacity, and which kind of it. */
const priced: Readonly<Record<string, 'reads' | 'writes'>> = {
  GetItem: 'reads',
  BatchGetItem: 'reads',
  Query: 'reads',
  Scan: 'reads',
  TransactGetItems: 'reads',
  PutItem: 'writes',
  UpdateItem: 'writes',
  DeleteItem: 'writes',
  BatchWriteItem: 'writes',
  TransactWriteItems: 'writes',
}
const consumed = z.object({ CapacityUnits: z.number() })
const answer = z.object({
  ConsumedCapacity: z.union([consumed.transform((one) => [one]), z.array(consumed)]).default([]),
})
const call = z.record(z.string(), z.unknown())

export interface Cost {
  readonly reads: number
  readonly writes: number
  readonly calls: number
  /** Conditions that failed: what they cost is not reported. */
  readonly refused: number
}

const nothing: Cost = { reads: 0, writes: 0, calls: 0, refused: 0 }

export class MeteringProxy {
  readonly endpoint: string
  readonly #server: ReturnType<typeof createServer>
  #costs = new Map<string, Cost>()
  #lastAt = 0

  private constructor(server: ReturnType<typeof createServer>, port: number) {
    this.#server = server
    this.endpoint = `http://127.0.0.1:${port}`
  }

  static async start(engineUrl: string): Promise<MeteringProxy> {
    const agent = new Agent({ keepAlive: true })
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const proxy = new MeteringProxy(server, typeof address === 'object' && address !== null ? address.port : 0)
    server.on('request', async (incoming, response) => {
      const given = await buffer(incoming)
      const [service = '', action = ''] = String(incoming.headers['x-amz-target']).split('.')
      const kind = service.startsWith('DynamoDB_') ? priced[action] : undefined
      const body =
        kind === undefined
          ? given
          : Buffer.from(
              JSON.stringify({ ...call.parse(JSON.parse(given.toString())), ReturnConsumedCapacity: 'TOTAL' }),
            )
      const headers = { ...incoming.headers, 'content-length': body.length, host: new URL(engineUrl).host }
      const onward = request(engineUrl, { method: incoming.method, path: incoming.url, headers, agent })
      onward.once('error', () => response.destroy())
      onward.once('response', async (back) => {
        const bytes = await buffer(back)
        if (kind !== undefined)
          proxy.#note(callerOf(incoming.headers['user-agent']), kind, back.statusCode === 200, bytes)
        response.writeHead(back.statusCode ?? 502, back.headers).end(bytes)
      })
      onward.end(body)
    })
    return proxy
  }

  #note(caller: string, kind: 'reads' | 'writes', ok: boolean, bytes: Buffer): void {
    this.#lastAt = Date.now()
    const { reads, writes, calls, refused } = this.#costs.get(caller) ?? nothing
    const units = ok
      ? answer.parse(JSON.parse(bytes.toString())).ConsumedCapacity.reduce((sum, one) => sum + one.CapacityUnits, 0)
      : 0
    this.#costs.set(caller, {
      reads: reads + (kind === 'reads' ? units : 0),
      writes: writes + (kind === 'writes' ? units : 0),
      calls: calls + 1,
      refused: refused + (ok ? 0 : 1),
    })
  }

  /** What was spent since the last time this was asked, by function. */
  take(): ReadonlyMap<string, Cost> {
    const costs = this.#costs
    this.#costs = new Map()
    return costs
  }

  /** How long nothing was asked of the engine (ms). */
  quietFor(): number {
    return Date.now() - this.#lastAt
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

/** The function, as the stage names it to the SDK: `app/parvis-local-api-posts`. */
const callerOf = (userAgent = ''): string => /\bapp\/(\S+)/.exec(userAgent)?.[1] ?? 'stage'
