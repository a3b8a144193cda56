import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import * as z from 'zod'
import { type EventEnvelope, eventEnvelope } from '../../shared/kernel/events.ts'

const putEvents = z.object({ Entries: z.array(z.object({ DetailType: z.string(), Detail: z.string() })) })

/** An endpoint that speaks EventBridge's PutEvents over the wire and keeps what it took. */
export class EventBridgeEndpoint {
  readonly url: string
  readonly taken: EventEnvelope[] = []
  /** Answered with an error code inside a 200, as EventBridge does. */
  refuse: (event: EventEnvelope) => boolean = () => false
  down = false
  readonly #server: Server

  private constructor(server: Server, url: string) {
    this.#server = server
    this.url = url
  }

  static async start(): Promise<EventBridgeEndpoint> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const endpoint = new EventBridgeEndpoint(server, `http://127.0.0.1:${address.port}`)
    server.on('request', async (request, response) => {
      const chunks = []
      for await (const chunk of request) chunks.push(chunk)
      if (endpoint.down) return void response.writeHead(503).end()
      const { Entries } = putEvents.parse(JSON.parse(Buffer.concat(chunks).toString()))
      const answers = Entries.map((entry) => {
        const event = eventEnvelope.parse(JSON.parse(entry.Detail))
        if (endpoint.refuse(event)) return { ErrorCode: 'ThrottlingException', ErrorMessage: 'busy' }
        endpoint.taken.push(event)
        return { EventId: crypto.randomUUID() }
      })
      response.setHeader('content-type', 'application/x-amz-json-1.1')
      response.end(
        JSON.stringify({ FailedEntryCount: answers.filter((a) => 'ErrorCode' in a).length, Entries: answers }),
      )
    })
    return endpoint
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
