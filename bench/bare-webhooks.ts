/** What a receiver of signed webhooks is at the least: node:http, an HMAC over the raw bytes, JSON.parse. Keeps nothing. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

const secret = process.env['APP_SECRET'] ?? ''

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks)
    const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)
    const given = Buffer.from(String(request.headers['x-hub-signature-256'] ?? ''))
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return void response.writeHead(401).end()
    JSON.parse(body.toString())
    response.writeHead(200).end()
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' && address !== null ? address.port : ''}\n`)
})
