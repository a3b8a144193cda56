/** The demo's page and what it reads: served on this machine only, beside the API and not as a part of it. */
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { View } from './view.ts'

const files: ReadonlyMap<string, readonly [name: string, type: string]> = new Map([
  ['/', ['page.html', 'text/html; charset=utf-8']],
  ['/demo/page.css', ['page.css', 'text/css; charset=utf-8']],
  ['/demo/page.js', ['page.js', 'text/javascript; charset=utf-8']],
])
const statePath = '/demo/state'

const headers = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** `read` is undefined while the demo is being set up. Answers false for what is not the demo's. */
export function demoPages(read: () => Promise<View> | undefined) {
  const serve = async (path: string, response: ServerResponse) => {
    const file = files.get(path)
    if (file !== undefined) {
      const [name, type] = file
      const text = await readFile(join(import.meta.dirname, name))
      return void response.writeHead(200, { ...headers, 'content-type': type }).end(text)
    }
    const view = await read()
    response
      .writeHead(view === undefined ? 503 : 200, { ...headers, 'content-type': 'application/json' })
      .end(JSON.stringify(view ?? { starting: true }))
  }
  return (request: IncomingMessage, response: ServerResponse, path: string): boolean => {
    const ours = files.has(path) || path === statePath
    if (!ours || (request.method !== 'GET' && request.method !== 'HEAD')) return false
    serve(path, response).catch(() => {
      if (!response.headersSent) response.writeHead(503, { ...headers, 'retry-after': '2' })
      response.end()
    })
    return true
  }
}
