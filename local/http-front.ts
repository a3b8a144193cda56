/** An API Gateway HTTP API: routes, payload format 2.0, CORS, its limits, and what it answers itself. */
import { isUtf8 } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import * as z from 'zod'
import { problemAnswer } from '../shared/http/problem.ts'
import { anyReader } from '../shared/http/reader.ts'
import { httpTexts } from '../shared/http/texts.ts'
import { negotiated } from '../shared/i18n/language.ts'
import { AppError } from '../shared/kernel/errors.ts'
import { account } from './place.ts'

export interface Cors {
  readonly AllowOrigins?: readonly string[] | undefined
  readonly AllowMethods?: readonly string[] | undefined
  readonly AllowHeaders?: readonly string[] | undefined
  readonly ExposeHeaders?: readonly string[] | undefined
  readonly MaxAge?: number | undefined
  readonly AllowCredentials?: boolean | undefined
}

export interface FrontSettings {
  /** `ANY /v1/posts/{proxy+}` or `$default` to the name of a function. */
  readonly routes: readonly { readonly key: string; readonly function: string }[]
  readonly cors?: Cors | undefined
  readonly call: (name: string, event: unknown) => Promise<unknown>
  /** What is served beside the API (media, pages of the stage); answers false if it is not its own. */
  readonly beside?: (request: IncomingMessage, response: ServerResponse, path: string) => boolean
  readonly timeoutMs?: number
}

const maxBody = 10 * 1024 * 1024
const textual = /^(text\/|application\/(json|javascript|xml)\b|[^;]*\+(json|xml)\b)/i
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const answer = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).optional(),
  cookies: z.array(z.string()).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().optional(),
})

interface Route {
  readonly key: string
  readonly function: string
  readonly method: string
  readonly segments: readonly string[]
}

/** The gateway refuses larger headers; a server's `maxHeaderSize`. */
export const maxHeaderSize = 10_240

/** What answers a server's requests. */
export function httpFront(settings: FrontSettings): RequestListener {
  const routes = settings.routes.map((route): Route => {
    const [method = '', path = ''] = route.key.split(' ')
    return { ...route, method, segments: path.split('/').slice(1) }
  })
  return (request, response) => {
    serve(settings, routes, request, response).catch(() => refuse(request, response, failed()))
  }
}

async function serve(
  settings: FrontSettings,
  routes: readonly Route[],
  request: IncomingMessage,
  response: ServerResponse,
) {
  const [path = '/', query = ''] = split(request.url ?? '/')
  if (settings.beside?.(request, response, path) === true) return
  const cors = corsHeaders(settings.cors, request)
  for (const [name, value] of Object.entries(cors)) response.setHeader(name, value)
  if (
    settings.cors !== undefined &&
    request.method === 'OPTIONS' &&
    request.headers['access-control-request-method'] !== undefined
  )
    return void response.writeHead(204).end()

  const found = route(routes, request.method ?? 'GET', path)
  const body = await read(request)
  if (body === undefined) {
    response.setHeader('connection', 'close')
    return refuse(request, response, tooLarge())
  }
  if (found === undefined) return refuse(request, response, nothing())
  const event = payload(request, found, path, query, body)
  let result: unknown
  try {
    result = await within(settings.timeoutMs ?? 30_000, settings.call(found.route.function, event))
  } catch (error) {
    return refuse(request, response, error === late ? timedOut() : failed(error))
  }
  write(request, response, result, settings.cors !== undefined)
}

const split = (url: string) => {
  const at = url.indexOf('?')
  return at < 0 ? [url] : [url.slice(0, at), url.slice(at + 1)]
}

interface Found {
  readonly route: Route
  readonly parameters: Readonly<Record<string, string>>
}

/** The most specific route wins: literal over parameter over `{proxy+}` over `$default`; the method's own over ANY. */
function route(routes: readonly Route[], method: string, path: string): Found | undefined {
  const segments = path.split('/').slice(1)
  let best: (Found & { readonly score: string }) | undefined
  for (const each of routes) {
    if (each.key === '$default') {
      best ??= { route: each, parameters: {}, score: '' }
      continue
    }
    if (each.method !== 'ANY' && each.method !== method) continue
    const parameters = fitting(each.segments, segments)
    if (parameters === undefined) continue
    const score = `${each.segments.map((part) => (part.endsWith('+}') ? '1' : part.startsWith('{') ? '2' : '3')).join('')}${each.method === 'ANY' ? '' : '9'}`
    if (best === undefined || score > best.score) best = { route: each, parameters, score }
  }
  return best
}

function fitting(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {}
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index]
    if (part.endsWith('+}')) {
      const rest = segments.slice(index).join('/')
      if (rest === '') return undefined
      parameters[part.slice(1, -2)] = decoded(rest)
      return parameters
    }
    if (segment === undefined || (!part.startsWith('{') && part !== segment)) return undefined
    if (part.startsWith('{')) parameters[part.slice(1, -1)] = decoded(segment)
  }
  return pattern.length === segments.length ? parameters : undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = Number(request.headers['content-length'] ?? 0)
  if (bytes > maxBody) {
    request.resume()
    return undefined
  }
  bytes = 0
  for await (const chunk of request) {
    const part = Buffer.from(chunk)
    bytes += part.length
    if (bytes > maxBody) return undefined
    chunks.push(part)
  }
  return Buffer.concat(chunks)
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html, format 2.0. */
function payload(
  request: IncomingMessage,
  { route: { key }, parameters }: Found,
  rawPath: string,
  rawQueryString: string,
  body: Buffer,
) {
  const headers: Record<string, string> = {}
  for (const [name, values = []] of Object.entries(request.headersDistinct))
    if (name !== 'cookie') headers[name] = values.join(',')
  const query: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(rawQueryString))
    query[name] = query[name] === undefined ? value : `${query[name]},${value}`
  const cookies = request.headers.cookie?.split(/; */).filter((cookie) => cookie !== '')
  const text = textual.test(request.headers['content-type'] ?? '') && isUtf8(body)
  const now = new Date()
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${two(now.getUTCDate())}/${months[now.getUTCMonth()]}/${now.getUTCFullYear()}`
  const host = request.headers.host ?? 'localhost'
  return {
    version: '2.0',
    routeKey: key,
    rawPath,
    rawQueryString,
    ...(cookies === undefined ? {} : { cookies }),
    headers,
    ...(rawQueryString === '' ? {} : { queryStringParameters: query }),
    ...(Object.keys(parameters).length === 0 ? {} : { pathParameters: parameters }),
    requestContext: {
      accountId: account,
      apiId: 'local',
      domainName: host.replace(/:\d+$/, ''),
      domainPrefix: 'local',
      http: {
        method: request.method ?? 'GET',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: key,
      stage: '$default',
      time: `${day}:${two(now.getUTCHours())}:${two(now.getUTCMinutes())}:${two(now.getUTCSeconds())} +0000`,
      timeEpoch: now.getTime(),
    },
    ...(body.length === 0 ? {} : { body: body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !text,
  }
}

/** With CORS set, the gateway answers for the function: what the function says of it is dropped. */
function corsHeaders(cors: Cors | undefined, { headers }: IncomingMessage): Record<string, string> {
  const { origin } = headers
  if (cors === undefined || origin === undefined) return {}
  const allowed = cors.AllowOrigins ?? []
  if (!allowed.includes('*') && !allowed.includes(origin)) return {}
  const list = (name: string, values: readonly string[] | undefined) =>
    values === undefined ? {} : { [name]: values.join(',') }
  const preflight = headers['access-control-request-method'] !== undefined
  return {
    'access-control-allow-origin': allowed.includes('*') && cors.AllowCredentials !== true ? '*' : origin,
    ...(cors.AllowCredentials === true ? { 'access-control-allow-credentials': 'true' } : {}),
    ...list('access-control-expose-headers', cors.ExposeHeaders),
    ...(preflight ? list('access-control-allow-methods', cors.AllowMethods) : {}),
    ...(preflight ? list('access-control-allow-headers', cors.AllowHeaders) : {}),
    ...(preflight && cors.MaxAge !== undefined ? { 'access-control-max-age': String(cors.MaxAge) } : {}),
  }
}

const late = Symbol('late')

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late), ms)
  })
  return Promise.race([work, limit]).finally(() => clearTimeout(timer))
}

function write(request: IncomingMessage, response: ServerResponse, result: unknown, cors: boolean): void {
  const plain = typeof result !== 'object' || result === null || !('statusCode' in result)
  if (plain && result === undefined) return void refuse(request, response, failed())
  const parsed = answer.safeParse(
    plain ? { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(result) } : result,
  )
  if (!parsed.success) return void refuse(request, response, failed())
  const { statusCode, headers = {}, cookies, body = '', isBase64Encoded = false } = parsed.data
  for (const [name, value] of Object.entries(headers))
    if (!(cors && /^access-control-/i.test(name))) response.setHeader(name, value)
  if (cookies !== undefined) response.setHeader('set-cookie', cookies)
  if (!response.hasHeader('content-type') && body !== '') response.setHeader('content-type', 'text/plain;charset=utf-8')
  response.writeHead(statusCode)
  response.end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'))
}

/**
 * What the gateway answers itself. On AWS this is `{"message": …}`, which an HTTP API lets nobody change; here it is a
 * problem document, as everywhere else.
 */
function refuse(request: IncomingMessage, response: ServerResponse, error: AppError): void {
  if (response.headersSent) return void response.end()
  const language = negotiated(request.headers['accept-language']) ?? anyReader.language
  const { statusCode, headers, body } = problemAnswer(error, randomUUID(), { ...anyReader, language })
  response.writeHead(statusCode, headers).end(body)
}

const tooLarge = () => new AppError('too_large', 'body_too_large', httpTexts.bodyTooLarge({ max: maxBody }))
const nothing = () => new AppError('not_found', 'no_such_route', httpTexts.noSuchRoute())
const timedOut = () => new AppError('unavailable', 'timed_out', httpTexts.timedOut())
const failed = (cause?: unknown) => new AppError('internal', 'internal', 'internal', { cause })
