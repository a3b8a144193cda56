import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import * as z from 'zod'

const content = z.object({ Data: z.string() })
const sendEmail = z.object({
  FromEmailAddress: z.string(),
  Destination: z.object({ ToAddresses: z.array(z.string()) }),
  Content: z.object({ Simple: z.object({ Subject: content, Body: z.object({ Text: content, Html: content }) }) }),
})

interface Sent {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** An endpoint that speaks SES's SendEmail (version 2) over the wire and keeps what it took. */
export class SesEndpoint {
  readonly url: string
  readonly sent: Sent[] = []
  /** The name of the error a letter is answered with. */
  refuse: (letter: Sent) => string | undefined = () => undefined
  /** Runs once a letter is taken, before the answer. */
  taken: () => Promise<void> = async () => {}
  readonly #server: Server

  private constructor(server: Server, url: string) {
    this.#server = server
    this.url = url
  }

  static async start(): Promise<SesEndpoint> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const endpoint = new SesEndpoint(server, `http://127.0.0.1:${address.port}`)
    server.on('request', async (request, response) => {
      const chunks = []
      for await (const chunk of request) chunks.push(chunk)
      const asked = sendEmail.parse(JSON.parse(Buffer.concat(chunks).toString()))
      const letter = {
        from: asked.FromEmailAddress,
        to: asked.Destination.ToAddresses.join(', '),
        subject: asked.Content.Simple.Subject.Data,
        text: asked.Content.Simple.Body.Text.Data,
        html: asked.Content.Simple.Body.Html.Data,
      }
      response.setHeader('content-type', 'application/json')
      const error = endpoint.refuse(letter)
      if (error !== undefined) {
        response.writeHead(400, { 'x-amzn-errortype': error }).end(JSON.stringify({ message: 'no' }))
        return
      }
      endpoint.sent.push(letter)
      await endpoint.taken()
      response.end(JSON.stringify({ MessageId: crypto.randomUUID() }))
    })
    return endpoint
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
