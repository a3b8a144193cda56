import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'

export interface LocalServer extends AsyncDisposable {
  readonly port: number
  readonly url: string
}

async function listening(server: Server | TcpServer, drop: () => void): Promise<LocalServer> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      drop()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A real HTTP server on loopback. */
export function serve(listener: RequestListener): Promise<LocalServer> {
  const server = createServer(listener)
  return listening(server, () => server.closeAllConnections())
}

/** A real TCP server that does what `onConnection` does, whatever is sent to it. */
export function serveTcp(onConnection: (socket: Socket) => void): Promise<LocalServer> {
  const open = new Set<Socket>()
  const server = createTcpServer((socket) => {
    open.add(socket)
    socket.on('error', () => {}).on('close', () => open.delete(socket))
    onConnection(socket)
  })
  return listening(server, () => open.forEach((socket) => void socket.destroy()))
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
