/** One loopback server for the three services that are ours: EventBridge, Secrets Manager, SES. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import * as z from 'zod'
import type { Bus } from './bus.ts'
import type { Mail } from './mail.ts'
import { SecretNotFound, type Secrets } from './secrets.ts'

/** The server, not yet listening. What it cannot do it refuses by name. */
export function awsEndpoint(bus: Bus, secrets: Secrets, mail: Mail, complain: (line: string) => void): Server {
  const answer = async (request: IncomingMessage): Promise<object> => {
    const body: unknown = JSON.parse(await text(request))
    const target = String(request.headers['x-amz-target'] ?? '')
    if (target === 'AWSEvents.PutEvents') return bus.putEvents(body)
    if (target === 'secretsmanager.GetSecretValue') return secrets.getSecretValue(body)
    if (request.method === 'POST' && request.url === '/v2/email/outbound-emails') return mail.sendEmail(body)
    throw new UnknownOperation(`The stage has no stand-in for ${target || `${request.method} ${request.url}`}.`)
  }
  return createServer((request, response) => {
    answer(request)
      .then((result) => [200, result] as const)
      .catch((error: unknown) => refusal(error, complain))
      .then(([status, result]) => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
        response.end(JSON.stringify(result))
      })
  })
}

class UnknownOperation extends Error {}

function refusal(error: unknown, complain: (line: string) => void): readonly [number, object] {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof SecretNotFound) return [400, { __type: 'ResourceNotFoundException', message }]
  if (error instanceof UnknownOperation) return [400, { __type: 'UnknownOperationException', message }]
  if (error instanceof z.ZodError || error instanceof SyntaxError)
    return [400, { __type: 'ValidationException', message }]
  complain(message)
  return [500, { __type: 'InternalServiceError', message }]
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}
