import { bucketNamed } from '../../shared/aws/bucket-named.ts'
import { refusedHandshakeLine } from '../../shared/aws/metric.ts'
import { type GatewayAnswer, type GatewayEvent, gatewayAnswer, requestIdOf } from '../../shared/http/gateway.ts'
import { problemAnswer } from '../../shared/http/problem.ts'
import { anyReader } from '../../shared/http/reader.ts'
import { maxDeliveryBytes, receive, tooLarge } from '../../shared/inbox/receive.ts'
import { AppError } from '../../shared/kernel/errors.ts'
import { webhookOf } from '../../shared/networks/registry.ts'
import { clock, ingestQueue, log, random, variable } from '../container.ts'

// Clients that a delivery may not need are loaded when it does: this function must start fast.
const appOf = async (network: string) => (await import('./app.ts')).appOf(network)
const hookSecretOf = async (network: string, subject: string) =>
  (await import('./app.ts')).hookSecretOf(network, subject)

const store = (key: string, body: Uint8Array) =>
  bucketNamed(variable('BUCKET_NAME')).put(key, body, 'application/octet-stream')

const plain = 'text/plain; charset=utf-8'

/** `/webhooks/{network}`, and `/webhooks/{network}/{subject}` where every account has a hook of its own. */
const address = /^\/webhooks\/([a-z0-9_-]{1,40})(?:\/([A-Za-z0-9._-]{1,100}))?$/

/** `GET|POST` of those: verify, enqueue, answer. */
export async function handler(event: GatewayEvent): Promise<GatewayAnswer> {
  const { method } = event.requestContext.http
  const [, network = '', subject] = address.exec(event.rawPath) ?? []
  try {
    const delivery = {
      headers: Object.fromEntries(
        Object.entries(event.headers).flatMap(([name, value]) =>
          value === undefined ? [] : [[name.toLowerCase(), value]],
        ),
      ),
      query: Object.fromEntries(new URLSearchParams(event.rawQueryString)),
      body: bodyOf(event),
      ...(subject === undefined ? {} : { subject }),
    }
    const parts = { queue: ingestQueue(), clock, random, receiverOf: webhookOf, appOf, hookSecretOf, store }
    const { status, body, contentType = plain } = await receive(parts, network, method, delivery)
    return gatewayAnswer(status, { 'content-type': contentType }, body)
  } catch (error) {
    if (!(error instanceof AppError)) log.error('a delivery was not taken', { network, error })
    else log.warn('a delivery was refused', { network, code: error.code })
    if (error instanceof AppError && error.code === 'handshake_refused')
      process.stdout.write(`${refusedHandshakeLine(variable('STAGE'), network, clock.now())}\n`)
    const wrongMethod = error instanceof AppError && error.kind === 'method_not_allowed'
    return problemAnswer(error, requestIdOf(event), anyReader, wrongMethod ? { allow: 'GET, POST' } : {})
  }
}

/** The raw bytes, over which the network signed. Bounded before they are decoded. */
function bodyOf({ body = '', isBase64Encoded }: GatewayEvent): Uint8Array {
  if (body.length > (isBase64Encoded ? Math.ceil(maxDeliveryBytes / 3) * 4 + 4 : maxDeliveryBytes)) throw tooLarge()
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
}
