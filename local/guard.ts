/**
 * Every user of a machine reaches its loopback, and so does a web page in their browser. A stand-in therefore answers
 * only below a path that is random for each start and that the functions alone are told, and only to the content types
 * of AWS's protocols, which a page may not send unasked.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { RequestListener, Server } from 'node:http'

const ofAws = /^application\/(x-amz-json-1\.[01]|json)\b/i

export const newSecretPath = (): string => `/${randomBytes(24).toString('base64url')}`

/** From now on the server's listeners see only what was sent below `path`, and see it without that path. */
export function guard(server: Server, path: string): void {
  const listeners = server.listeners('request')
  const guarded: RequestListener = (request, response) => {
    const url = request.url ?? '/'
    const rest = url.slice(path.length)
    const refuse = (status: number, __type: string) => {
      request.resume()
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', connection: 'close' })
      response.end(JSON.stringify({ __type }))
    }
    if (!same(url.slice(0, path.length), path) || !/^([/?]|$)/.test(rest)) return refuse(403, 'AccessDeniedException')
    if (!ofAws.test(request.headers['content-type'] ?? '')) return refuse(415, 'UnsupportedMediaTypeException')
    request.url = rest.startsWith('/') ? rest : `/${rest}`
    for (const listener of listeners) Reflect.apply(listener, server, [request, response])
  }
  server.removeAllListeners('request')
  server.on('request', guarded)
}

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}
