import { once } from 'node:events'
import { createServer } from 'node:https'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../../shared/kernel/clock.ts'
import { createHttpClient } from '../../../shared/networks/http/index.ts'
import { selfSigned } from './self-signed.ts'

const trusted = getCACertificates()
beforeAll(() => setDefaultCACertificates([...trusted, selfSigned.cert]))
afterAll(() => setDefaultCACertificates(trusted))

test('over TLS: the name is checked and shown to the server, and the connection is used again', async () => {
  const seen: unknown[] = []
  let connections = 0
  const server = createServer(selfSigned, (request, response) => {
    const { socket } = request
    seen.push([request.method, request.headers.host, 'servername' in socket ? socket.servername : undefined])
    response.end('safe')
  })
  server.on('secureConnection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const client = createHttpClient({
    allowPrivateHosts: true,
    clock: systemClock,
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  })
  for (const method of ['GET', 'POST'] as const) {
    const answer = await client.send({ method, url: `https://localhost:${port}/` })
    expect([answer.status, answer.text()]).toEqual([200, 'safe'])
  }
  expect(seen).toEqual([
    ['GET', `localhost:${port}`, 'localhost'],
    ['POST', `localhost:${port}`, 'localhost'],
  ])
  expect(connections).toBe(1)

  const wrongName = client.send({ method: 'POST', url: `https://elsewhere.example:${port}/`, json: {} })
  await expect(wrongName).rejects.toMatchObject({ code: 'tls', sent: false })
  expect(seen).toHaveLength(2)
  server.closeAllConnections()
  server.close()
})
