import type { Context } from 'aws-lambda'
import type { GatewayAnswer, GatewayEvent } from '../../shared/http/gateway.ts'

export interface Ask {
  readonly method?: string
  /** With its query, as a client writes it. */
  readonly path: string
  /** Beside `Accept-Language: en`, which `accept-language: ''` takes away. */
  readonly headers?: Readonly<Record<string, string>>
  /** An object goes as JSON with its content type; a string or bytes as they are. */
  readonly body?: unknown
  /** As the gateway hands over what it takes for binary. */
  readonly base64?: boolean
}

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** The body as JSON; undefined if it is empty. Throws if it is neither. */
  readonly json: any
}

type Handler = (event: GatewayEvent, context: Context) => Promise<GatewayAnswer>

let requests = 0

/** Calls a handler as the gateway does: HTTP API, payload 2.0, `ANY <mount>/{proxy+}`. */
export async function invoke(
  handler: Handler,
  { method = 'GET', path, headers = {}, body, base64 = false }: Ask,
): Promise<Answered> {
  const [rawPath = '', rawQueryString = ''] = path.split('?')
  const raw =
    body === undefined
      ? undefined
      : typeof body === 'string'
        ? Buffer.from(body)
        : body instanceof Uint8Array
          ? Buffer.from(body)
          : Buffer.from(JSON.stringify(body))
  const typed =
    raw === undefined || typeof body === 'string' || body instanceof Uint8Array
      ? headers
      : { 'content-type': 'application/json', ...headers }
  const event: GatewayEvent = {
    version: '2.0',
    routeKey: 'ANY /{proxy+}',
    rawPath,
    rawQueryString,
    headers: Object.fromEntries(
      Object.entries({ 'accept-language': 'en', ...typed }).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'tests' },
      requestId: `request-${++requests}`,
      routeKey: 'ANY /{proxy+}',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    pathParameters: { proxy: rawPath.split('/').slice(3).join('/') },
    ...(raw === undefined ? {} : { body: raw.toString(base64 ? 'base64' : 'utf8') }),
    isBase64Encoded: base64,
  }
  const answer = await handler(event, context)
  const text = answer.isBase64Encoded ? Buffer.from(answer.body, 'base64').toString() : answer.body
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text,
    get json() {
      return text === '' ? undefined : JSON.parse(text)
    },
  }
}

const context: Context = {
  awsRequestId: 'test',
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'test',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-3:000000000000:function:test',
  logGroupName: 'test',
  logStreamName: 'test',
  memoryLimitInMB: '256',
  getRemainingTimeInMillis: () => 29_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
}
