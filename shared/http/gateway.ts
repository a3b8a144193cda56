/** What the gateway hands over and takes back: HTTP API, payload 2.0. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda'

export type GatewayEvent = APIGatewayProxyEventV2

export interface GatewayAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly isBase64Encoded: boolean
}

/** One header, whatever the case of its name; undefined if it is not there. */
export function header(event: GatewayEvent, name: string): string | undefined {
  const wanted = name.toLowerCase()
  for (const [key, value] of Object.entries(event.headers ?? {})) if (key.toLowerCase() === wanted) return value
  return undefined
}

/** The query, from the raw string: `queryStringParameters` joins repeated parameters by commas. */
export function queryOf(event: GatewayEvent): Readonly<Record<string, string | readonly string[]>> {
  const values = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(event.rawQueryString ?? ''))
    values.set(name, [...(values.get(name) ?? []), value])
  return Object.fromEntries([...values].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? '') : all]))
}

/** The id that the answer, the log line and the gateway's access log share. */
export const requestIdOf = (event: GatewayEvent): string => event.requestContext?.requestId ?? 'unknown'

const always = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=63072000',
} as const

/** An answer with the headers that every answer carries; what is given wins. */
export function gatewayAnswer(
  statusCode: number,
  headers: Readonly<Record<string, string>> = {},
  body = '',
  isBase64Encoded = false,
): GatewayAnswer {
  return { statusCode, headers: { ...always, ...headers }, body, isBase64Encoded }
}
