/**
 * AWS's JSON protocol in a few lines, for the pollers: the whole SDK in the stage's own process would cost it 40 MB.
 * Requests carry a credential scope, which engines read the region from, and no true signature, which none checks.
 */
import { Agent, type ClientRequest, request } from 'node:http'
import * as z from 'zod'
import { region } from './place.ts'

const services = {
  sqs: { target: 'AmazonSQS', version: '1.0' },
  dynamodb: { target: 'DynamoDB_20120810', version: '1.0' },
  streams: { target: 'DynamoDBStreams_20120810', version: '1.0' },
} as const

/** What a service refused. `code` is its own word for it: `ResourceNotFoundException`. */
export class ServiceError extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(`${code}: ${message}`)
    this.name = 'ServiceError'
    this.code = code
  }
}

const refusal = z.object({
  __type: z.string().optional(),
  message: z.string().optional(),
  Message: z.string().optional(),
})

export class Wire {
  readonly endpoint: string
  readonly #agent = new Agent({ keepAlive: true })

  constructor(endpoint: string) {
    this.endpoint = endpoint
  }

  /** One call. Throws {@link ServiceError} where the service refuses, and what `node:http` throws where it is not there. */
  async call(service: keyof typeof services, action: string, input: object, signal?: AbortSignal): Promise<unknown> {
    const { target, version } = services[service]
    const body = JSON.stringify(input)
    const scope = `local/20260101/${region}/${service === 'streams' ? 'dynamodb' : service}/aws4_request`
    const headers = {
      'content-type': `application/x-amz-json-${version}`,
      'content-length': Buffer.byteLength(body),
      'x-amz-target': `${target}.${action}`,
      'x-amz-date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=none`,
    }
    const outgoing = request(this.endpoint, {
      method: 'POST',
      agent: this.#agent,
      headers,
      ...(signal === undefined ? {} : { signal }),
    })
    const { status, text } = await answer(outgoing, body)
    const parsed: unknown = text === '' ? {} : JSON.parse(text)
    if (status < 300) return parsed
    const { __type = `Status${status}`, message, Message } = refusal.parse(parsed)
    throw new ServiceError(__type.replace(/^.*[#.]/, ''), message ?? Message ?? text)
  }

  close(): void {
    this.#agent.destroy()
  }
}

function answer(outgoing: ClientRequest, body: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    outgoing.once('error', reject)
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }))
    })
    outgoing.end(body)
  })
}
