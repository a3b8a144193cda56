import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface RunningServer {
  readonly url: string
  stop(): Promise<void>
}

/** Starts `server.mjs` of this folder and waits for its address. */
export async function startServer(): Promise<RunningServer> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server.mjs')], {
    env: { ...process.env, LOG_ENABLED: 'false', NODE_OPTIONS: '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The server ended with ${code} before it was ready.`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{"url"')) resolve((JSON.parse(line) as { url: string }).url)
    })
  })
  return {
    url,
    stop: async () => {
      child.stdin.end()
      await ended
    },
  }
}

export interface CuttingProxy {
  readonly url: string
  /** The next request whose path contains this: `after` it was answered by the server, or `before` it is passed on, the connection is cut. */
  cut(path: string, when: 'before' | 'after'): void
  stop(): Promise<void>
}

/** Passes everything on, but for what it was told to lose. */
export async function startProxy(target: string): Promise<CuttingProxy> {
  let cutting: { path: string; when: 'before' | 'after' } | undefined
  const server = createServer(async (request, response) => {
    const cut = cutting !== undefined && request.url?.includes(cutting.path) ? cutting.when : undefined
    if (cut !== undefined) cutting = undefined
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array))
    if (cut === 'before') {
      request.socket.destroy()
      return
    }
    const headers = new Headers()
    for (const name of ['authorization', 'content-type', 'accept']) {
      const value = request.headers[name]
      if (typeof value === 'string') headers.set(name, value)
    }
    const body = request.method === 'GET' || chunks.length === 0 ? {} : { body: new Uint8Array(Buffer.concat(chunks)) }
    const answer = await fetch(new URL(request.url ?? '/', target), {
      method: request.method ?? 'GET',
      headers,
      ...body,
    })
    const bytes = Buffer.from(await answer.arrayBuffer())
    if (cut === 'after') {
      request.socket.destroy()
      return
    }
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' })
    response.end(bytes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : ''}`,
    cut: (path, when) => {
      cutting = { path, when }
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A call beside the connector, to arrange and to look. Throws unless it is answered with 200. */
export async function xrpc(
  host: string,
  method: string,
  { params, input, token }: { params?: Record<string, string>; input?: unknown; token?: string } = {},
): Promise<Record<string, unknown>> {
  const { status, json } = await tryXrpc(host, method, {
    ...(params && { params }),
    ...(input !== undefined && { input }),
    ...(token && { token }),
  })
  if (status !== 200) throw new Error(`${method} answered ${status}: ${JSON.stringify(json)}`)
  return json
}

export async function tryXrpc(
  host: string,
  method: string,
  { params, input, token }: { params?: Record<string, string>; input?: unknown; token?: string } = {},
): Promise<{ status: number; json: Record<string, unknown> }> {
  const url = new URL(`/xrpc/${method}?${new URLSearchParams(params)}`, host)
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
  const request = params === undefined ? { method: 'POST', headers, body: JSON.stringify(input ?? {}) } : { headers }
  const answer = await fetch(url, request)
  const text = await answer.text()
  return { status: answer.status, json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) }
}
