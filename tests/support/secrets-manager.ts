import { once } from 'node:events'
import { createServer } from 'node:http'
import * as z from 'zod'

const request = z.object({ SecretId: z.string() })

/** An endpoint that speaks Secrets Manager's GetSecretValue over the wire. */
export async function startSecretsManager(secrets: Readonly<Record<string, string>>) {
  const server = createServer(async (incoming, response) => {
    const chunks = []
    for await (const chunk of incoming) chunks.push(chunk)
    const { SecretId } = request.parse(JSON.parse(Buffer.concat(chunks).toString()))
    const SecretString = secrets[SecretId]
    response.setHeader('content-type', 'application/x-amz-json-1.1')
    if (SecretString === undefined)
      return void response.writeHead(400).end(JSON.stringify({ __type: 'ResourceNotFoundException', message: 'none' }))
    response.end(JSON.stringify({ Name: SecretId, SecretString }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
