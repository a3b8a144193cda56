import * as http from 'node:http'
import * as https from 'node:https'
import type { Clock } from '../../kernel/clock.ts'
import { iso } from '../../kernel/clock.ts'
import { messageOf } from '../../kernel/errors.ts'
import { version } from '../../kernel/version.ts'
import { parseJson } from '../json.ts'
import { literalAddress, mayConnect } from './address.ts'
import { decodeBody, decodeStart, type EncodedBody, encodeBody, TooLarge } from './body.ts'
import { type Exchange, type HttpAnswer, type HttpClient, HttpFailure, type HttpRequest } from './client.ts'
import { type Agents, blocked, type ConnectOptions, createAgents } from './connect.ts'
import { keptAnswer, keptUrl, withoutSecrets } from './recorder.ts'
import type { Resolve } from './resolver.ts'
import { httpTexts } from './texts.ts'

export interface HttpClientOptions {
  /** Lets servers of one's own be reached, and plain http. Off on AWS. */
  readonly allowPrivateHosts: boolean
  readonly clock: Clock
  /** Told of every exchange, each redirect on its own. */
  readonly record?: (exchange: Exchange) => void
  /** Name resolution, injected for tests. */
  readonly resolve?: Resolve
  /** Connections to share with other clients of the same rules ({@link createAgents}). */
  readonly agents?: Agents
}

const defaults = { timeoutMs: 20_000, maxBytes: 5 * 1024 * 1024, redirects: 3 }
/** What goes along to another origin; anything else may be a secret. */
const harmless = new Set(['accept', 'accept-language', 'user-agent'])
const redirects = new Set([301, 302, 303, 307, 308])

/**
 * The one client for hosts outside (`client.ts` has the contract). Every name is resolved and every address checked at
 * connection time, at every redirect; https only unless private hosts are allowed.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const agents = options.agents ?? createAgents(options.allowPrivateHosts, () => options.clock.now(), options.resolve)
  return { send: (request) => send(options, agents, request) }
}

/** One hop: what is asked of one address, under the deadline of the whole call. */
interface Hop {
  readonly request: HttpRequest
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: EncodedBody | undefined
  readonly signal: AbortSignal
  /** Called once a byte of the request may have left. */
  onSent(): void
}

async function send(options: HttpClientOptions, agents: Agents, request: HttpRequest): Promise<HttpAnswer> {
  const { clock } = options
  let sent = false
  const ending = new AbortController()
  const timeoutMs = request.timeoutMs ?? defaults.timeoutMs
  const timer = new AbortController()
  clock.sleep(timeoutMs, timer.signal).then(
    () => ending.abort(new HttpFailure('timeout', sent, httpTexts.noWholeAnswer({ seconds: timeoutMs / 1000 }))),
    () => {},
  )
  const onAbort = () => ending.abort(new HttpFailure('aborted', sent, httpTexts.gaveUp(), request.signal?.reason))
  if (request.signal?.aborted === true) onAbort()
  request.signal?.addEventListener('abort', onAbort, { once: true })
  try {
    let url = checkedUrl(request.url, options.allowPrivateHosts)
    let body = await encodeBody(request)
    let headers = lowerCased(request.headers)
    const maxRedirects = request.method === 'GET' ? (request.maxRedirects ?? defaults.redirects) : 0
    for (let followed = 0; ; followed++) {
      const onSent = () => {
        sent = true
      }
      const answer = await recorded(options, { request, url, headers, body, signal: ending.signal, onSent }, agents)
      const location = redirects.has(answer.status) ? answer.headers.location : undefined
      if (location === undefined || maxRedirects === 0) return answer
      if (followed === maxRedirects)
        throw new HttpFailure('bad_redirect', true, httpTexts.tooManyRedirects({ host: url.host, max: maxRedirects }))
      const next = checkedUrl(URL.parse(location, url.href) ?? location, options.allowPrivateHosts)
      if (next.origin !== url.origin)
        headers = Object.fromEntries(Object.entries(headers).filter(([name]) => harmless.has(name)))
      url = next
      body = undefined
    }
  } catch (error) {
    if (error instanceof HttpFailure && error.sent !== sent)
      throw new HttpFailure(error.code, sent, error.text, error.cause)
    throw error
  } finally {
    timer.abort()
    request.signal?.removeEventListener('abort', onAbort)
  }
}

async function recorded(options: HttpClientOptions, hop: Hop, agents: Agents): Promise<HttpAnswer> {
  const { clock, record } = options
  const begun = clock.now()
  const { secrets } = hop.request
  const entry = { at: iso(begun), method: hop.request.method, url: withoutSecrets(keptUrl(hop.url), secrets) }
  try {
    const answer = await exchange(hop, agents)
    const kept = record === undefined ? undefined : keptAnswer(answer)
    record?.({
      ...entry,
      ms: clock.now() - begun,
      status: answer.status,
      ...(kept === undefined ? {} : { answer: withoutSecrets(kept, secrets) }),
    })
    return answer
  } catch (error) {
    record?.({ ...entry, ms: clock.now() - begun, error: withoutSecrets(messageOf(error), secrets) })
    throw error
  }
}

function exchange(hop: Hop, agents: Agents): Promise<HttpAnswer> {
  const { request, url, signal, body } = hop
  const maxBytes = request.maxBytes ?? defaults.maxBytes
  return new Promise((resolve, reject) => {
    let sent = false
    const fail = (error: unknown) => {
      reject(failureOf(error, sent, url))
      outgoing.destroy()
    }
    const onAbort = () => fail(signal.reason)
    if (signal.aborted) return reject(signal.reason)
    const settings: ConnectOptions = {
      method: request.method,
      agent: agents.for(url),
      connecting: signal,
      headers: {
        'user-agent': `Parvis/${version}`,
        accept: '*/*',
        ...(body?.contentType === undefined ? {} : { 'content-type': body.contentType }),
        ...hop.headers,
        'accept-encoding': 'gzip, br, deflate',
        ...(body === undefined && request.method === 'GET'
          ? {}
          : { 'content-length': String(body?.bytes.length ?? 0) }),
      },
    }
    const outgoing = begin(url, settings)
    signal.addEventListener('abort', onAbort, { once: true })
    outgoing.once('close', () => signal.removeEventListener('abort', onAbort))
    outgoing.once('socket', () => {
      sent = true
      hop.onSent()
    })
    outgoing.on('error', fail)
    outgoing.once('response', (incoming) => {
      answerOf(incoming, url, maxBytes, request.cut === true).then(resolve, fail)
    })
    outgoing.end(body?.bytes)
  })
}

function begin(url: URL, settings: ConnectOptions): http.ClientRequest {
  try {
    return url.protocol === 'https:' ? https.request(url, settings) : http.request(url, settings)
  } catch (error) {
    // A character that no header may hold, for example. Node's message names the header, never its value.
    throw new HttpFailure('bad_url', false, httpTexts.badRequest({ words: messageOf(error) }), error)
  }
}

async function answerOf(incoming: http.IncomingMessage, url: URL, maxBytes: number, cut: boolean): Promise<HttpAnswer> {
  const chunks: Buffer[] = []
  let length = 0
  if (!cut && Number(incoming.headers['content-length'] ?? 0) > maxBytes) throw new TooLarge()
  for await (const chunk of incoming) {
    length += chunk.length
    if (length > maxBytes && !cut) throw new TooLarge()
    chunks.push(chunk)
    if (length >= maxBytes && cut) break
  }
  const decode = cut ? decodeStart : decodeBody
  const bytes = await decode(Buffer.concat(chunks), incoming.headers['content-encoding'], maxBytes)
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
  const text = () => new TextDecoder().decode(bytes)
  return { status: incoming.statusCode ?? 0, headers, bytes, url: url.href, text, json: () => parseJson(bytes) }
}

function failureOf(error: unknown, sent: boolean, url: URL): HttpFailure {
  if (error instanceof HttpFailure) return error
  const host = url.host
  if (error instanceof TooLarge) return new HttpFailure('too_large', true, httpTexts.answerTooLarge({ host }))
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (sent) return new HttpFailure('reset', true, httpTexts.answerCut({ host, words: code || messageOf(error) }), error)
  return new HttpFailure('refused', false, httpTexts.hostNotReached({ host, words: code || messageOf(error) }), error)
}

export function checkedUrl(address: string | URL, allowPrivateHosts: boolean): URL {
  const url = typeof address === 'string' ? URL.parse(address) : address
  if (url === null) throw new HttpFailure('bad_url', false, httpTexts.badUrl())
  if (url.protocol !== 'https:' && !(allowPrivateHosts && url.protocol === 'http:'))
    throw new HttpFailure('bad_url', false, httpTexts.needsHttps({ url: keptUrl(url) }))
  if (url.username !== '' || url.password !== '') throw new HttpFailure('bad_url', false, httpTexts.urlPassword())
  const literal = literalAddress(url.hostname)
  if (literal !== undefined && !mayConnect(literal, allowPrivateHosts)) throw blocked(url.hostname)
  return url
}

const lowerCased = (headers: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
